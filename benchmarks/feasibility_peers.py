"""Other ways to ask whether rights can be transported, as one would write them elsewhere.

Each answers the same question as `FlowProver.solve`: do these rights, used at once, fit the network?
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import highspy
import linopy
import networkx
import numpy as np
import pandas as pd
import scipy.optimize
import scipy.sparse
import xarray as xr

from capacity.feasibility.flow.flow_network import Capacities, FlowNetwork, Load
from capacity.solvers.highs import Highs
from capacity.solvers.port import LinearModel, Status

Peer = Callable[[FlowNetwork, Capacities, Load], bool]


def solver_rebuild(network: FlowNetwork, capacities: Capacities, load: Load) -> bool:
    """The same solver through its native interface, the model built anew."""
    incidence = _incidence(network)
    lower, upper = _injections(load)
    model = LinearModel(
        costs=np.zeros(len(network.tail)),
        column_lower=capacities.lower.astype(float),
        column_upper=capacities.upper.astype(float),
        row_lower=lower,
        row_upper=upper,
        starts=incidence.indptr,
        rows=incidence.indices,
        values=incidence.data,
    )
    return Highs().load(model).run(60) is Status.OPTIMAL


def scipy_linprog(network: FlowNetwork, capacities: Capacities, load: Load) -> bool:
    """SciPy's linprog on sparse matrices."""
    incidence = _incidence(network)
    lower, upper = _injections(load)
    answer = scipy.optimize.linprog(
        np.zeros(len(network.tail)),
        A_ub=scipy.sparse.vstack([incidence, -incidence]),
        b_ub=np.concatenate([upper, -lower]),
        bounds=np.column_stack([capacities.lower, capacities.upper]),
    )
    return bool(answer.status == 0)


def networkx_maximum_flow(network: FlowNetwork, capacities: Capacities, load: Load) -> bool:
    """The largest flow of networkx, from a source to a sink."""
    graph = networkx.DiGraph()
    graph.add_nodes_from(["source", "sink", "hub"])
    for edge, (tail, head) in enumerate(zip(network.tail.tolist(), network.head.tolist(), strict=True)):
        _widen(graph, tail, head, int(capacities.upper[edge]))
        _widen(graph, head, tail, -int(capacities.lower[edge]))
    entries_in_full = load.entry_total <= load.exit_total
    for node in range(network.hub):
        _widen(graph, "source" if entries_in_full else "hub", node, int(load.entry[node]))
        _widen(graph, node, "hub" if entries_in_full else "sink", int(load.exit[node]))
    for receipt, delivery, quantity in zip(load.receipt, load.delivery, load.quantity, strict=True):
        _widen(graph, "source", int(receipt), int(quantity))
        _widen(graph, int(delivery), "sink", int(quantity))
    hub = min(load.entry_total, load.exit_total)
    _widen(graph, "hub" if entries_in_full else "source", "sink" if entries_in_full else "hub", hub)
    value = networkx.maximum_flow_value(graph, "source", "sink")
    return bool(value == hub + int(load.quantity.sum()))


def linopy_model(network: FlowNetwork, capacities: Capacities, load: Load) -> bool:
    """A linopy model, solved by HiGHS without a file in between."""
    model = linopy.Model()
    edges = pd.RangeIndex(len(network.tail), name="edge")
    flow = model.add_variables(
        xr.DataArray(capacities.lower, [edges]), xr.DataArray(capacities.upper, [edges]), name="flow"
    )
    nodes = np.arange(network.hub)
    leaving, arriving = (
        flow.groupby(xr.DataArray(ends, [edges], name="node")).sum().reindex(node=nodes).fillna(0)
        for ends in (network.tail, network.head)
    )
    lower, upper = (xr.DataArray(bound, {"node": nodes}, "node") for bound in _injections(load))
    model.add_constraints(leaving - arriving >= lower, name="least")
    model.add_constraints(leaving - arriving <= upper, name="most")
    model.add_objective(0 * flow.sum())
    with without_output():
        model.solve("highs", io_api="direct", log_fn=os.devnull, output_flag=False)
    return model.termination_condition == "optimal"


def whole_number_search(model: highspy.HighsLp) -> float:
    """HiGHS' own branch and bound on the adversary's programme; returns the largest shortfall."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_abs_gap", 0.99)
    highs.passModel(model)
    highs.run()
    return -float(highs.getInfo().objective_function_value)


@contextmanager
def without_output() -> Iterator[None]:
    """Keep the solver's banner, which no option silences, off the terminal."""
    logging.getLogger("linopy").setLevel(logging.ERROR)
    kept, silent = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(silent)


def _injections(load: Load) -> tuple[np.ndarray, np.ndarray]:
    hub_lower, hub_upper = load.hub_bounds
    return (load.fixed + hub_lower).astype(float), (load.fixed + hub_upper).astype(float)


def _incidence(network: FlowNetwork) -> scipy.sparse.csc_array:
    edges = np.arange(len(network.tail))
    ends = (np.concatenate([network.tail, network.head]), np.concatenate([edges, edges]))
    signs = np.repeat([1.0, -1.0], len(edges))
    return scipy.sparse.csc_array((signs, ends), shape=(network.hub, len(edges)))


def _widen(graph: networkx.DiGraph, tail: object, head: object, quantity: int) -> None:
    if quantity:
        known = graph.get_edge_data(tail, head, {"capacity": 0})["capacity"]
        graph.add_edge(tail, head, capacity=known + quantity)
