"""A draft as a JSON file: the network, the rights outstanding on it, and the bids; faults with their places.

`network` is the code of a shipped network or a network in the native format. `start` and `end` (the gas day
after the last) stand for every right and bid that does not state its own. Prices are strings, so that they
are the decimals that they are written as; quantities are whole commercial units.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from capacity.networks.formats import native
from capacity.networks.model import Network, Overlay, OverlayKind
from capacity.networks.overlays import FACTOR_MAX
from capacity.networks.policy import Level
from capacity.publication import catalogue
from capacity.rights.model import QUANTITY_MAX, Route
from linepack.gasday import GAS_DAY_FIRST, GAS_DAY_LAST, Period
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput
from market.clearing.model import Bid, Draft, OutstandingRight, Side

BIDS_MAX: Final = 20_000
RIGHTS_MAX: Final = 20_000
PRICE_MAX: Final = Decimal(1_000_000)
TEXT_MAX: Final = 100
SHOWN_MAX: Final = 40
FAULTS_MAX: Final = 100
"""Faults listed; the others are counted."""

HEAD: Final = (
    *("network", "level", "currency", "reserve_price", "start", "end"),
    *("rights", "bids", "overlays"),
)
OF_OVERLAY: Final = ("edge", "factor", "start", "end")
OF_RIGHT: Final = ("party", "receipt", "delivery", "quantity", "start", "end")
OF_BID: Final = ("id", *OF_RIGHT, "side", "price", "minimum", "only_if")

_PRICE: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,6})?")

S = TypeVar("S", bound=StrEnum)


def read_draft(document: object) -> Draft:
    """Return the draft of a parsed JSON file; raises InvalidInput with every fault."""
    faults: list[Fault] = []
    head = _Record("", document, faults, HEAD)
    network = _network(head)
    days = head.day("start"), head.day("end")
    reserve_price = head.price("reserve_price", Decimal(0))
    level, currency = (
        head.choice("level", Level, Level.ROBUST),
        head.choice("currency", Currency, Currency.EUR),
    )
    points = None if network is None else _Points.of(network)
    rights = [_right(one, days, points) for one in head.records("rights", OF_RIGHT, RIGHTS_MAX)]
    bids = [_bid(one, days, points) for one in head.records("bids", OF_BID, BIDS_MAX)]
    edges = None if network is None else frozenset(edge.id for edge in network.edges)
    overlays = [_overlay(one, days, edges) for one in head.records("overlays", OF_OVERLAY, RIGHTS_MAX)]
    if not head.values.get("bids"):
        head.fault("bids", "a clearing needs at least one bid")
    faults += _contradictions(rights, bids)
    if faults or network is None:
        raise InvalidInput(_listed(faults))
    return Draft(
        network,
        level,
        currency,
        reserve_price,
        tuple(right for right in rights if right is not None),
        tuple(bid for bid in bids if bid is not None),
        tuple(overlay for overlay in overlays if overlay is not None),
    )


@dataclass(frozen=True, slots=True)
class _Points:
    """The nodes where gas may enter and exit."""

    entries: frozenset[str]
    exits: frozenset[str]

    @classmethod
    def of(cls, network: Network) -> "_Points":
        return cls(
            frozenset(node.id for node in network.nodes if node.role.may_enter),
            frozenset(node.id for node in network.nodes if node.role.may_exit),
        )


@dataclass(eq=False)
class _Record:
    """An object of the file, whose faults are noted with their places."""

    place: str
    value: object
    faults: list[Fault]
    known: Sequence[str]
    values: Mapping[str, object] = field(init=False)

    def __post_init__(self) -> None:
        self.values = self.value if isinstance(self.value, dict) else {}
        if not isinstance(self.value, dict):
            self.faults.append(Fault(self.place, "must be a JSON object"))
        for name in self.values:
            if name not in self.known:
                self.fault(name[:SHOWN_MAX], f"is not known; known are {', '.join(self.known)}")

    def fault(self, name: str, message: str) -> None:
        """Note what is wrong with a member."""
        self.faults.append(Fault(f"{self.place}.{name}" if self.place else name, message))

    def records(self, name: str, known: Sequence[str], most: int) -> "list[_Record]":
        """Return the objects of a list, none where it is left out."""
        value = self.values.get(name, [])
        if not isinstance(value, list):
            self.fault(name, "must be a list")
            return []
        if len(value) > most:
            self.fault(name, f"has at most {most:,} members, not {len(value):,}")
        return [
            _Record(f"{name}[{place}]", one, self.faults, known) for place, one in enumerate(value[:most])
        ]

    def text(self, name: str) -> str:
        """Return a text that must be there, empty where it is not."""
        value = self.values.get(name)
        if isinstance(value, str) and 0 < len(value) <= TEXT_MAX:
            return value
        self.fault(name, f"must be a text of 1 to {TEXT_MAX} characters{_instead(value)}")
        return ""

    def whole(self, name: str, least: int) -> int:
        """Return a whole number; 0 where it is left out and may be."""
        value = self.values.get(name, 0 if least == 0 else None)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= QUANTITY_MAX:
            return value
        self.fault(name, f"must be a whole number from {least} to {QUANTITY_MAX:,}{_instead(value)}")
        return 0

    def price(self, name: str, default: Decimal | None = None) -> Decimal:
        """Return a price, `default` where it is left out."""
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and _PRICE.fullmatch(value) and Decimal(value) <= PRICE_MAX:
            return Decimal(value)
        text = f'must be a price such as "9.01", of at most six places and {PRICE_MAX:,}{_instead(value)}'
        self.fault(name, text)
        return Decimal(0)

    def choice(self, name: str, kind: type[S], default: S) -> S:
        """Return a member of an enumeration, `default` where it is left out."""
        value = self.values.get(name, default.value)
        if isinstance(value, str) and value in [one.value for one in kind]:
            return kind(value)
        self.fault(name, f"must be one of {', '.join(kind)}{_instead(value)}")
        return default

    def day(self, name: str) -> date | None:
        """Return a gas day, None where it is left out or none."""
        value = self.values.get(name)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            day = None
        if day is None or not GAS_DAY_FIRST <= day <= GAS_DAY_LAST:
            self.fault(name, f"must be a gas day written 2027-01-31{_instead(value)}")
            return None
        return day

    def period(self, days: tuple[date | None, date | None]) -> Period | None:
        """Return its period, or the one of `days` as far as it states none; None with a fault."""
        before = len(self.faults)
        own = self.day("start"), self.day("end")
        start, end = own[0] or days[0], own[1] or days[1]
        if len(self.faults) > before:
            return None
        for name, found in (("start", start), ("end", end)):
            if found is None:
                self.fault(name, "is missing, here and for the whole file")
        if start is None or end is None:
            return None
        try:
            return Period(start, end)
        except ValueError as fault:
            self.fault("end", str(fault))
            return None


def _network(head: _Record) -> Network | None:
    value = head.values.get("network")
    if isinstance(value, str) and value in catalogue.codes():
        return catalogue.load(value)
    if not isinstance(value, dict):
        known = ", ".join(catalogue.codes())
        head.fault("network", f"must be one of {known}, or a network in the native format{_instead(value)}")
        return None
    try:
        return native.read(json.dumps(value).encode(), file="network")
    except InvalidInput as problem:
        head.faults += problem.faults
        return None


def _route(record: _Record, points: _Points | None, *, is_path: bool) -> Route | None:
    """Return the route of a record; a bid is for a path, a right may lead to or from the hub."""
    before = len(record.faults)
    entries, exits = (None, None) if points is None else (points.entries, points.exits)
    receipt = _point(record, "receipt", entries, is_needed=is_path)
    delivery = _point(record, "delivery", exits, is_needed=is_path)
    if len(record.faults) > before:
        return None
    try:
        return Route(receipt, delivery)
    except ValueError as fault:
        record.fault("delivery", str(fault))
        return None


def _point(record: _Record, end: str, allowed: frozenset[str] | None, *, is_needed: bool) -> str | None:
    if not is_needed and record.values.get(end) is None:
        return None
    name = record.text(end)
    if name and allowed is not None and name not in allowed:
        kind = "entry" if end == "receipt" else "exit"
        record.fault(end, f"{name!r} is no {kind} point of the network")
    return name


def _right(
    record: _Record, days: tuple[date | None, date | None], points: _Points | None
) -> OutstandingRight | None:
    party, quantity = record.text("party"), record.whole("quantity", 1)
    route, period = _route(record, points, is_path=False), record.period(days)
    if route is None or period is None or not quantity:
        return None
    return OutstandingRight(party, route, period, quantity)


def _overlay(
    record: _Record, days: tuple[date | None, date | None], edges: frozenset[str] | None
) -> Overlay | None:
    edge, period = record.text("edge"), record.period(days)
    if edge and edges is not None and edge not in edges:
        record.fault("edge", f"{edge!r} is no edge of the network")
    factor = record.values.get("factor")
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 <= factor <= FACTOR_MAX:
        record.fault("factor", f"must be a number from 0 to {FACTOR_MAX:g}{_instead(factor)}")
        return None
    return None if period is None else Overlay(edge, OverlayKind.MAINTENANCE, period, float(factor))


def _bid(record: _Record, days: tuple[date | None, date | None], points: _Points | None) -> Bid | None:
    name, party, side = record.text("id"), record.text("party"), record.choice("side", Side, Side.BUY)
    quantity, minimum = record.whole("quantity", 1), record.whole("minimum", 0)
    price, only_if = record.price("price"), None
    if record.values.get("only_if") is not None:
        only_if = record.text("only_if")
    if quantity and minimum > quantity:
        record.fault("minimum", f"{minimum:,} is more than the quantity of {quantity:,}")
    route, period = _route(record, points, is_path=True), record.period(days)
    if route is None or period is None or not name:
        return None
    return Bid(name, party, side, route, period, quantity, price, minimum, only_if)


def _contradictions(rights: Sequence[OutstandingRight | None], bids: Sequence[Bid | None]) -> list[Fault]:
    """Return what is wrong between bids: ids used twice, links to nothing, more offered than is held."""
    faults = []
    ids: dict[str, int] = {}
    for place, bid in enumerate(bids):
        if bid is not None and ids.setdefault(bid.id, place) != place:
            faults.append(Fault(f"bids[{place}].id", f"{bid.id!r} is the id of bids[{ids[bid.id]}] already"))
    for place, bid in enumerate(bids):
        if bid is None or bid.only_if is None:
            continue
        if bid.only_if == bid.id:
            faults.append(Fault(f"bids[{place}].only_if", "a bid cannot depend on itself"))
        elif bid.only_if not in ids:
            faults.append(Fault(f"bids[{place}].only_if", f"no bid has the id {bid.only_if!r}"))
    return faults + _offered_beyond_rights(rights, bids)


def _offered_beyond_rights(
    rights: Sequence[OutstandingRight | None], bids: Sequence[Bid | None]
) -> list[Fault]:
    changes: defaultdict[tuple[str, Route], list[tuple[date, int, int]]] = defaultdict(list)
    for right in rights:
        if right is not None:
            own = changes[right.party, right.route]
            own += [(right.period.start, right.quantity, -1), (right.period.end, -right.quantity, -1)]
    for place, bid in enumerate(bids):
        if bid is not None and bid.side is Side.SELL:
            own = changes[bid.party, bid.route]
            own += [(bid.period.start, -bid.quantity, place), (bid.period.end, bid.quantity, -1)]
    faults = []
    for (party, route), steps in changes.items():
        left, last = 0, -1
        steps.sort(key=lambda step: (step[0], step[2]))
        for place, (day, change, offer) in enumerate(steps):
            left += change
            last = offer if offer >= 0 else last
            is_end_of_day = place + 1 == len(steps) or steps[place + 1][0] != day
            if is_end_of_day and left < 0 and last >= 0:
                text = f"{party} offers {-left:,} more on {route} than it holds on {day}"
                faults.append(Fault(f"bids[{last}].quantity", text))
                break
    return faults


def _listed(faults: Sequence[Fault]) -> list[Fault]:
    left = len(faults) - FAULTS_MAX
    more = [Fault("", f"and {left:,} more faults")] if left > 0 else []
    return [*faults[:FAULTS_MAX], *more]


def _instead(value: object) -> str:
    return "" if value is None else f", not {str(value)[:SHOWN_MAX]!r}"
