"""The command `linepack track`: where the gas on the way between two nodes comes from, and its cost."""

from collections.abc import Mapping, Sequence
from datetime import date

from capacity.hydraulics.physics.state import HydraulicState
from capacity.hydraulics.search.portfolio import Feasible
from capacity.networks.model import Network
from capacity.networks.repository import PublishedNetwork
from linepack.money import Currency
from operations.gas_quality.paths import PathNode, TrackedPath
from operations.gas_quality.provenance import KnownSupply, PathRequest, in_commercial_units, provenance
from server.cli.answers import UNKNOWN, Answer, Column, Rows
from server.cli.arguments import numbers
from server.cli.capacity import nomination
from server.cli.session import Session
from server.services import solver_of

SHARE_MIN = 0.0005
"""A part of the gas that would show as 0.0 %."""


async def track(
    session: Session,
    *,
    network: str,
    from_node: str,
    to_node: str,
    via: list[str] | None,
    day: date | None,
    is_nomination: bool,
    scale: float,
    price: list[str] | None,
    calorific_value: list[str] | None,
    seconds: float,
) -> Answer:
    """Show whose gas passes the way between two nodes; status 1 when there is nothing to track."""
    asked = PathRequest(from_node, to_node, tuple(via or ()), _known(price or (), calorific_value or ()))
    published = await session.network(network)
    if day is None:
        solver = solver_of(session.services.settings)
        decision = nomination.decide(published.network, scale, solver, seconds)
        if not isinstance(decision.found, Feasible):
            return nomination.answer(decision)
        state = decision.found.state
    else:
        found = await _booked(session, published, day, seconds)
        if isinstance(found, Answer):
            return found
        state = found
    path = provenance(published.network, state, asked, published.currency)
    return answer(published.network, published.currency, path)


def answer(network: Network, currency: Currency, path: TrackedPath) -> Answer:
    """Return a path: a record for each node, with what flows to it along the path."""
    columns = (
        Column("node", "node"),
        Column("distance_km", "km", ".1f"),
        Column("pressure_bar", "bar", ".2f"),
        Column("calorific_value_kwh_per_nm3", "kWh/Nm³", ".3f"),
        Column("flow", str(network.unit)),
        Column("shares", "gas of", _in_percent),
        Column("cost_per_mwh", f"{currency}/MWh", ".3f", missing=UNKNOWN),
    )
    arriving = [None, *(in_commercial_units(network, step.flow_nm3_per_h) for step in path.edges)]
    records = [
        {
            "node": node.node_id,
            "distance_km": node.distance_km,
            "pressure_bar": node.pressure_bar,
            "calorific_value_kwh_per_nm3": node.calorific_value_kwh_per_nm3,
            "flow": flow,
            "shares": _shares(node),
            "cost_per_mwh": node.unit_cost_per_mwh,
        }
        for node, flow in zip(path.nodes, arriving, strict=True)
    ]
    return Answer.of(records, Rows(columns, records))


def _shares(node: PathNode) -> dict[str, float]:
    largest_first = sorted(node.volume_shares.items(), key=lambda share: -share[1])
    return {supply: share for supply, share in largest_first if share >= SHARE_MIN}


def _in_percent(shares: Mapping[str, float]) -> str:
    return "\n".join(f"{supply} {share:.1%}" for supply, share in shares.items())


def _known(prices: Sequence[str], calorific_values: Sequence[str]) -> tuple[KnownSupply, ...]:
    price: Mapping[str, float] = numbers(prices)
    value: Mapping[str, float] = numbers(calorific_values)
    return tuple(KnownSupply(node, value.get(node), price.get(node)) for node in {**price, **value})


async def _booked(
    session: Session, published: PublishedNetwork, day: date, seconds: float
) -> HydraulicState | Answer:
    """Return the state of a gas day with all firm rights used, or the answer that says why there is none."""
    view = await session.services.snapshots.current(published.id)
    picture = await session.services.verifiers.run(
        view.published, lambda verifier: verifier.views.pressures(view.rights, day, seconds=seconds)
    )
    if picture.state is not None:
        return picture.state
    reason = picture.reason or "no state keeps every limit"
    shortage = None if picture.shortage is None else picture.shortage.text
    values = {"outcome": picture.outcome, "day": day, "reason": reason, "shortage": shortage}
    lines = [f"{picture.outcome.upper()} on {day}: {reason}"]
    return Answer.of(values, *lines, *([] if shortage is None else [f"  {shortage}"]), status=1)
