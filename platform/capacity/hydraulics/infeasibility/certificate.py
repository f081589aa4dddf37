"""The infeasibility certificate: a proof, as plain data, that no state solves a hydraulic problem.

A certificate is a tree of cases in preorder. A case is a *box*: bounds on every column below, and for every
element the modes it may still be in. Its steps narrow the box (`Tighten`, `Exclude`), until the case closes
(`Close`) or divides (`SplitFlow`, `SplitModes`; the proofs of the parts follow in their order).

A step is justified by weights on *rows*, linear inequalities lower ≤ a · x ≤ upper that hold for every state
in the box, whatever modes remain. With weights w, where w_r > 0 counts the row's lower and w_r < 0 its upper
bound, every x of the box obeys

    x_j ≥ Σ w_r · bound_r + min over the box of (e_j − Σ w_r a_r) · x,

and likewise for −x_j, and for 0 in place of x_j, which closes the case when the right side is above zero. A
row is named, never written out: the checker derives the numbers from the problem. `Close` without
weights says that a column's bounds have crossed, or that an element has no mode left.

Columns, in this order: flows q (elements), kg/s; potentials φ (nodes), bar²; drops φ_a − φ_b (pairs a < b of
nodes joined by an element), bar²; injections without the step (nodes), kg/s; the step; pressures p (nodes),
bar. Rows and columns allow for the tolerances of the residual checker at least twice over, so that it accepts
nothing that a certificate excludes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Annotated, Final, Literal, NamedTuple

import numpy as np
from pydantic import Discriminator

from capacity.hydraulics.physics.network import HydraulicNetwork, Integers, Reals

LAW_SLACK: Final = 2e-5
"""How far a state may miss a law or a limit: bar² in potentials, bar in pressures."""
FLOW_SLACK: Final = 3e-9
"""How far a state may miss a balance or a flow limit, per kg/s of the largest injection, or of 1 kg/s."""

CLOSED: Final = 1
OPEN: Final = 2
ACTIVE: Final = 4
"""Modes as bits: a station with characteristic maps has ACTIVE << k for its configuration k."""


class RowKind(IntEnum):
    """The families of rows. Element `number` joins i to j; f(q) = β q |q|; [L, U] are the flow's bounds.

    A row of a mode is loosened by what the other modes that remain can do within the box; CHORD to
    FLOW_ABOVE hold only where OPEN alone remains.
    """

    BALANCE = 0
    """What enters node `number` leaves it."""
    BRIDGE_TAIL = 1
    """The only element between two parts carries what enters on its tail's side."""
    BRIDGE_HEAD = 2
    """…and what leaves on its head's side."""
    DROP = 3
    """The drop of pair `number` is φ_a − φ_b."""
    CHORD = 4
    """φ_i − φ_j against the chord of f over [L, U], where it bounds f from below or from above."""
    TANGENT = 5
    """φ_i − φ_j against the tangent of f at `point`, from below if point ≥ 0, else from above."""
    LEVEL = 6
    """φ_i − φ_j between f(L) and f(U)."""
    FLOW_BELOW = 7
    """q ≤ point, because f(point) exceeds every drop in the box."""
    FLOW_ABOVE = 8
    """q ≥ point, because f(point) is below every drop in the box."""
    SIGN = 9
    """q ≥ 0 without OPEN, q = 0 when CLOSED."""
    RATIO_MAX = 10
    """Active: p_k ≤ ratio_max p_i, squared; with β, q² is replaced by its tangent at `point`."""
    RATIO_MIN = 11
    """Active: p_k ≥ ratio_min p_i, squared; with β, q² is replaced by its chord."""
    INLET = 12
    """Active: p_i ≥ inlet_min."""
    OUTLET = 13
    """Active: p_j ≤ outlet_max."""
    DIFFERENCE = 14
    """Active: difference_min ≤ p_i − p_j ≤ difference_max."""
    FACET = 15
    """Active in configuration `part` // FACETS: within facet `part` % FACETS of its operating range."""
    LOSS = 16
    """Resistor: p_i − p_j is the loss, with the sign of q."""
    SQUARE_TANGENT = 17
    """φ ≥ σ (2 point p − point²) at node `number`."""
    SQUARE_CHORD = 18
    """φ ≤ σ ((L + U) p − L U), L and U the pressure's bounds."""
    SQUARE_LEVEL = 19
    """φ between σ L² and σ U²."""
    PRESSURE_BELOW = 20
    """p ≤ point, because σ point² is at least φ's upper bound."""
    PRESSURE_ABOVE = 21
    """p ≥ point, because σ point² is at most φ's lower bound."""
    GAP = 22
    """The difference of two potentials that the problem demands."""
    BYPASS = 23
    """Open: φ_i − φ_j between f(L) and f(U)."""


FACETS: Final = 1 << 12
"""More than any operating range has; see FACET."""


class Strengthening(IntEnum):
    """How the loosened row of a mode is strengthened where a flow of L or U rules other modes out.

    Towards B, one of L and U, a row that misses its bound by M at most in the modes that a flow of B's sign
    rules out is loosened by M (1 − q / B) instead of M. A strengthened row has one side only.
    """

    NONE = 0
    LOWER_TOWARDS_MAX = 1
    LOWER_TOWARDS_MIN = 2
    UPPER_TOWARDS_MAX = 3
    UPPER_TOWARDS_MIN = 4


class Row(NamedTuple):
    """The name of one row."""

    kind: RowKind
    number: int
    point: float = 0.0
    part: int = 0
    tilt: Strengthening = Strengthening.NONE


Weights = tuple[tuple[Row, float], ...]


@dataclass(frozen=True, slots=True)
class Tighten:
    """A column's bound moves to `bound`."""

    column: int
    side: Literal["lower", "upper"]
    bound: float
    weights: Weights
    kind: Literal["tighten"] = "tighten"


@dataclass(frozen=True, slots=True)
class Exclude:
    """An element cannot be in `mode`: over the box, some row of that mode alone cannot be met."""

    element: int
    mode: int
    kind: Literal["exclude"] = "exclude"


@dataclass(frozen=True, slots=True)
class Close:
    """No state is in this case."""

    weights: Weights = ()
    kind: Literal["close"] = "close"


@dataclass(frozen=True, slots=True)
class SplitFlow:
    """Two cases: the column is at most, and at least, `value`."""

    column: int
    value: float
    kind: Literal["split-flow"] = "split-flow"


@dataclass(frozen=True, slots=True)
class SplitModes:
    """A case for each set of modes; together they hold every mode that remains."""

    element: int
    sets: tuple[int, ...]
    kind: Literal["split-modes"] = "split-modes"


Step = Annotated[Tighten | Exclude | Close | SplitFlow | SplitModes, Discriminator("kind")]


@dataclass(frozen=True, slots=True)
class InfeasibilityCertificate:
    """A proof tree in preorder; plain data that a TypeAdapter turns to JSON and back."""

    steps: tuple[Step, ...]


class Columns:
    """The numbers of the columns of one network; see the module docstring.

    pair : int64 (elements,), the pair of an element's ends; sign : float64 (elements,), 1 from tail to head
    ends : int64 (pairs, 2), the nodes a < b of each pair
    """

    def __init__(self, network: HydraulicNetwork) -> None:
        self.elements = len(network.element_ids)
        self.nodes = network.size
        low, high = np.minimum(network.tail, network.head), np.maximum(network.tail, network.head)
        keys = low * self.nodes + high
        found, pair = np.unique(keys, return_inverse=True)
        self.pair: Integers = np.asarray(pair, dtype=np.int64).reshape(-1)
        self.sign: Reals = np.where(network.tail == low, 1.0, -1.0)
        self.ends: Integers = np.stack([found // self.nodes, found % self.nodes], axis=1)
        self.pairs = len(found)
        self.first_potential = self.elements
        self.first_drop = self.first_potential + self.nodes
        self.first_injection = self.first_drop + self.pairs
        self.step = self.first_injection + self.nodes
        self.first_pressure = self.step + 1
        self.count = self.first_pressure + self.nodes

    def potential(self, node: int) -> int:
        """Return the column of a node's potential."""
        return self.first_potential + node

    def drop(self, element: int) -> int:
        """Return the column of the drop between an element's ends, from a to b."""
        return self.first_drop + int(self.pair[element])

    def injection(self, node: int) -> int:
        """Return the column of a node's injection, without the step."""
        return self.first_injection + node

    def pressure(self, node: int) -> int:
        """Return the column of a node's pressure."""
        return self.first_pressure + node

    @cached_property
    def shared(self) -> Mapping[int, tuple[int, ...]]:
        """The elements of each pair."""
        elements: dict[int, list[int]] = {}
        for element, pair in enumerate(self.pair):
            elements.setdefault(int(pair), []).append(element)
        return {pair: tuple(found) for pair, found in elements.items()}
