"""What each holder is informed of, and what has changed since it last was.

A line is one contract on one route that counts on one cut, with the same figures on all gas days of its
period. Lines are compared gas day by gas day from today on: what ends because its days pass is not restored.
Days that are undecided now stay as they were last announced.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from capacity.feasibility.questions.shortfall_search import Shortfall
from capacity.feasibility.shortfalls.model import NetworkShortfalls, TouchedContract
from capacity.networks.policy import Level
from capacity.rights.model import Route
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId, PartyId

Subject = tuple[ContractId, Route, Level, str]
"""A contract, a route of it, and the level and cut on which it counts."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `missing` is what is sold beyond the capacity of the whole cut, None where pressure fails."""

    holder_id: PartyId
    contract_id: ContractId
    route: Route
    level: Level
    cut: str
    units: int
    missing: int | None
    period: Period

    @property
    def subject(self) -> Subject:
        """What it is about, whatever the figures and days."""
        return self.contract_id, self.route, self.level, self.cut


@dataclass(frozen=True, slots=True)
class Notice:
    """What a holder is to know from now on (`standing`), of that what is new or changed, and what is gone."""

    holder_id: PartyId
    standing: tuple[Line, ...]
    changed: tuple[Line, ...]
    restored: tuple[Line, ...]


def lines_of(found: NetworkShortfalls) -> list[Line]:
    """Return the lines of everything that is short."""
    lines = [
        _line(contract, cut.found.level, _name(cut.found), cut.found.units)
        for cut in found.cuts
        for contract in cut.contracts
    ]
    lines += [
        _line(contract, Level.HYDRAULIC, "pressure", None)
        for pressure in found.pressures
        for contract in pressure.contracts
    ]
    return joined(lines)


def notices(
    before: Iterable[Line], now: Iterable[Line], undecided: Sequence[Period], today: GasDay
) -> list[Notice]:
    """Return a notice to each holder for whom anything has changed, in the order of the holders' ids."""
    known: defaultdict[PartyId, list[Line]] = defaultdict(list)
    short: defaultdict[PartyId, list[Line]] = defaultdict(list)
    for line in before:
        if line.period.end > today:
            period = Period(max(line.period.start, today), line.period.end)
            known[line.holder_id].append(replace(line, period=period))
    for line in now:
        short[line.holder_id].append(line)
    found = []
    for holder_id in sorted(known.keys() | short.keys()):
        earlier, later = joined(known[holder_id]), short[holder_id]
        unclear = _less((part for line in earlier for part in _within(line, undecided)), later)
        standing = joined([*later, *unclear])
        before_now = set(earlier)
        changed = [line for line in standing if line not in before_now]
        restored = _less(earlier, standing)
        if changed or restored:
            found.append(Notice(holder_id, tuple(standing), tuple(changed), tuple(restored)))
    return found


def joined(lines: Iterable[Line]) -> list[Line]:
    """Return `lines`, in order, neighbouring days with the same figures in one line and none twice."""
    found: list[Line] = []
    for line in sorted(set(lines), key=_order):
        last = found[-1] if found else None
        if (
            last is not None
            and replace(last, period=line.period) == line
            and line.period.start <= last.period.end
        ):
            end = max(last.period.end, line.period.end)
            found[-1] = replace(last, period=Period(last.period.start, end))
        else:
            found.append(line)
    return found


def _line(contract: TouchedContract, level: Level, cut: str, missing: int | None) -> Line:
    return Line(
        contract.holder_id,
        contract.contract_id,
        contract.route,
        level,
        cut,
        contract.units,
        missing,
        contract.period,
    )


def _name(short: Shortfall) -> str:
    """Return what a cut is known by from one assessment to the next: its edges, or the limit."""
    if short.limit is not None:
        return str(short.limit)
    return ", ".join(edge.edge_id for edge in short.edges)


def _order(line: Line) -> tuple[object, ...]:
    figures = (line.units, line.missing or 0)
    return line.holder_id, line.contract_id, line.route.sort_key, line.level, line.cut, *figures, line.period


def _within(line: Line, periods: Iterable[Period]) -> list[Line]:
    shared = (line.period.overlap(period) for period in periods)
    return [replace(line, period=period) for period in shared if period is not None]


def _less(lines: Iterable[Line], others: Iterable[Line]) -> list[Line]:
    """Return the days of `lines` on which none of `others` is about the same."""
    taken: defaultdict[Subject, list[Period]] = defaultdict(list)
    for other in others:
        taken[other.subject].append(other.period)
    left: list[Line] = []
    for line in lines:
        periods = [line.period]
        for period in taken.get(line.subject, ()):
            periods = [rest for one in periods for rest in _without(one, period)]
        left += [replace(line, period=period) for period in periods]
    return left


def _without(period: Period, other: Period) -> list[Period]:
    ends = ((period.start, min(period.end, other.start)), (max(period.start, other.end), period.end))
    return [Period(start, end) for start, end in ends if start < end]
