"""What the checkers count: the rights of a gas day by node, what edges carry, and which cuts a request loads.

In whole units, with the standard library alone and nothing of what makes verdicts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.overlays import DayCapacities
from capacity.networks.policy import Level
from capacity.rights.model import Route, RouteKind
from linepack.gasday import Period

Rights = Mapping[Route, int]


@dataclass(frozen=True, slots=True)
class KindOfDay:
    """Gas days alike: the rights to be transported, the request among them, and what the edges carry."""

    period: Period
    rights: Rights
    capacities: DayCapacities
    request: Request

    @property
    def before(self) -> Rights:
        """The rights without the request."""
        return less(self.rights, self.request)

    @property
    def alone(self) -> "KindOfDay":
        """The same with the rights on the route of the request alone."""
        route = self.request.route
        return replace(self, rights={route: self.rights[route]})


@dataclass(slots=True)
class Ends:
    """Rights by node: entry and exit rights, and paths as (from, to, quantity)."""

    entry: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    exit: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    paths: list[tuple[str, str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, rights: Rights) -> "Ends":
        """Return the ends of `rights`."""
        ends = cls()
        for route, quantity in rights.items():
            if route.receipt is None:
                ends.exit[route.delivery or ""] += quantity
            elif route.delivery is None:
                ends.entry[route.receipt] += quantity
            else:
                ends.paths.append((route.receipt, route.delivery, quantity))
        return ends

    @property
    def entry_total(self) -> int:
        """All entry rights."""
        return sum(self.entry.values())

    @property
    def exit_total(self) -> int:
        """All exit rights."""
        return sum(self.exit.values())

    def clipped(self) -> "Ends":
        """Return these ends with no entry above all exits and no exit above all entries."""
        return Ends(clipped(self.entry, self.exit_total), clipped(self.exit, self.entry_total), self.paths)

    def demand_max(self) -> int:
        """No cut can face a demand above this."""
        return min(self.entry_total, self.exit_total) + sum(q for _, _, q in self.paths)


def with_request(rights: Rights, request: Request) -> dict[Route, int]:
    """Return `rights` and the request."""
    return {**rights, request.route: rights.get(request.route, 0) + request.quantity}


def less(rights: Rights, request: Request) -> Rights:
    """Return `rights` without the request among them."""
    return {**rights, request.route: rights.get(request.route, 0) - request.quantity}


def clipped(rights: Mapping[str, int], most: int) -> dict[str, int]:
    """Return the rights of each node, none above `most`."""
    return {node: min(quantity, most) for node, quantity in rights.items()}


def split(rights: Mapping[str, int], inside: set[str]) -> tuple[int, int]:
    """Return the rights of the nodes inside, and of those outside."""
    within = sum(quantity for node, quantity in rights.items() if node in inside)
    return within, sum(rights.values()) - within


def is_loaded(day: KindOfDay, inside: set[str], level: Level) -> bool:
    """Return whether the request of a day makes the demand on a cut larger."""
    route, before = day.request.route, Ends.of(day.before)
    if route.receipt is not None and route.receipt not in inside:
        return False
    if route.delivery is not None and route.delivery in inside:
        return False
    if route.kind is RouteKind.PATH:
        return True
    entries, exits = before.entry_total, before.exit_total
    if level is Level.ROBUST:
        entries, exits = split(before.entry, inside)[0], split(before.exit, inside)[1]
    return entries < exits if route.kind is RouteKind.ENTRY else exits < entries


def bounds_of(capacities: DayCapacities) -> Iterator[tuple[int | None, int | None]]:
    """Return what each edge carries forward and backward, None without bound."""
    return zip(capacities.forward, capacities.backward, strict=True)


def least(bounds: Iterable[int | None]) -> int | None:
    """Return the least of several bounds."""
    return min((bound for bound in bounds if bound is not None), default=None)


def carries(bound: int | None, quantity: int) -> bool:
    """Return whether a bound allows a quantity."""
    return bound is None or bound >= quantity


def is_within(flow: int, bounds: tuple[int | None, int | None], scale: int = 1) -> bool:
    """Return whether a flow counted in 1/`scale` respects the bounds of its edge."""
    forward, backward = bounds
    bound = forward if flow >= 0 else backward
    return bound is None or abs(flow) <= bound * scale
