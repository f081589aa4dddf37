"""The commands `linepack availability` and `linepack verify`."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.questions.availability import AvailableCapacity
from capacity.feasibility.verdicts.certificates import CURTAILMENT_SCALE
from capacity.feasibility.verdicts.descriptions import period_in_words
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.networks.policy import Level
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.gasday import Period
from linepack.problems import Fault, InvalidInput
from market.products.repository import in_force
from server.cli.answers import Answer, Column, Line, Rows, Shown
from server.cli.arguments import period_of
from server.cli.capacity import nomination
from server.cli.capacity.all_routes import all_routes
from server.cli.session import Session
from server.services import finder_of, solver_of

SPANS: Final = (
    Column("period", "gas days"),
    Column("technical", "technical"),
    Column("booked_firm", "firm"),
    Column("booked_interruptible", "interrupt-\nible"),
    Column("available", "available"),
    Column("level", "proved"),
)


async def availability(
    session: Session,
    *,
    network: str,
    start: date,
    end: date,
    receipt: str | None,
    delivery: str | None,
    every: bool,
    kind: RouteKind | None,
) -> Answer:
    """Show what a route offers on each gas day, and the level to which that is proved; or what all do."""
    if every:
        return await all_routes(session, network=network, start=start, end=end, kind=kind)
    period, route = period_of(start, end), _route(receipt, delivery)
    view = await _view(session, network)
    spans = await session.services.verifiers.run(
        view.published, lambda verifier: verifier.availability(view.rights, route, period)
    )
    on_sale = await _on_sale(session, view.published)
    records = [record for span in spans for record in _for_sale(span, on_sale)]
    unit = view.published.network.unit
    title = f"{route} on {network}, booked and available in {unit}"
    shown: list[Shown] = [Rows(SPANS, records, title=title)]
    if not on_sale.covers(period):
        shown.append(f"Of {network}, gas days from {on_sale.start} to before {on_sale.end} are on sale now.")
    shown += (
        f"{span.set_aside:,} are set aside by the operator on {span.period}"
        for span in spans
        if span.set_aside
    )
    values = {"network": network, "route": route, "unit": unit, "on_sale": on_sale, "stretches": records}
    return Answer.of(values, *shown)


async def _on_sale(session: Session, published: PublishedNetwork) -> Period:
    today = published.network.clock.gas_day(session.services.now())
    async with session.services.database.read() as connection:
        return (await in_force(connection, published.id, today)).on_sale(today)


def _for_sale(span: AvailableCapacity, on_sale: Period) -> Iterator[Mapping[str, object]]:
    """Yield what a span offers, cut where the gas days on sale begin and end: outside, nothing."""
    cuts = {day for day in (on_sale.start, on_sale.end) if span.period.start < day < span.period.end}
    for first, following in pairwise(sorted({span.period.start, *cuts, span.period.end})):
        part = Period(first, following)
        yield {
            "period": part,
            "technical": span.technical,
            "booked_firm": span.booked_firm,
            "booked_interruptible": span.booked_interruptible,
            "set_aside": span.set_aside,
            "available": span.available if on_sale.covers(part) else 0,
            "level": span.level,
        }


async def verify(
    session: Session,
    *,
    network: str,
    start: date | None,
    end: date | None,
    quantity: int | None,
    receipt: str | None,
    delivery: str | None,
    firmness: Firmness,
    level: Level | None,
    is_nomination: bool,
    scale: float,
    seconds: float,
) -> Answer:
    """Check whether a booking, or the published nomination, could be transported; status 1 if not."""
    if is_nomination or start is None or end is None or quantity is None:
        return await _verify_nomination(session, network, scale, seconds)
    asked = Request(_route(receipt, delivery), quantity, period_of(start, end), firmness)
    view, at = await _view(session, network), session.services.now()
    verdict = await session.services.verifiers.run(
        view.published, lambda verifier: verifier.verify(view.rights, asked, at, level=level)
    )
    shown = _verdict_lines(verdict, view.published)
    return Answer.of(verdict.to_json(), *shown, status=int(not verdict.is_feasible))


async def _verify_nomination(session: Session, network: str, scale: float, seconds: float) -> Answer:
    published = await session.network(network)
    settings = session.services.settings
    solver, finder = solver_of(settings), finder_of(settings)
    return nomination.answer(nomination.decide(published.network, scale, solver, seconds, finder=finder))


async def _view(session: Session, code: str) -> NetworkView:
    published = await session.network(code)
    return await session.services.snapshots.current(published.id)


def _route(receipt: str | None, delivery: str | None) -> Route:
    if receipt is None and delivery is None:
        raise InvalidInput([Fault("route", "name a receipt, a delivery or both")])
    return Route(receipt, delivery)


def _verdict_lines(verdict: Verdict, published: PublishedNetwork) -> Iterator[Shown]:
    demanded = f" ({verdict.demanded_level} is demanded)" if verdict.demanded_level is not None else ""
    yield Line(
        f"{verdict.outcome.upper()} at level {verdict.level}{demanded}, by "
        f"{verdict.solver} {verdict.solver_version}, revision {published.revision_number}, "
        f"rights {verdict.rights_version}",
        "green" if verdict.is_feasible else "red",
    )
    if verdict.reason:
        yield verdict.reason
    yield from _curtailments(verdict)
    yield from (f"  {bottleneck.text}" for bottleneck in verdict.bottlenecks)
    yield from (f"  {one.shortage.text}" for one in verdict.shortages)
    unit = published.network.unit
    for found in verdict.largest:
        most = f"at most {found.quantity:,} {unit}"
        if found.quantity < found.bound:
            most = f"{found.quantity:,} {unit} verified, capacities allow {found.bound:,}"
        why = f": {found.limit.text}" if found.limit is not None else ""
        yield f"  {found.period}: {most}{why}"


def _curtailments(verdict: Verdict) -> Iterator[str]:
    for proof in verdict.proofs:
        if proof.curtailment is not None:
            factor = proof.curtailment.factor / CURTAILMENT_SCALE
            spells = ", ".join(period_in_words(period) for period in proof.periods)
            yield f"  rights lack pressure already on {spells}: proved beside {factor:.2%} of them"
