"""What the clients of a drill know of the market, and how an action's numbers choose among it.

The clients share it, as a market's participants share its screens; what others did there meanwhile they learn
by being refused. Quantities are whole commercial units, prices are per unit and gas day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from capacity.networks.model import Network, Node
from server.drill.plan import Action, Operation

RECENT = 40
"""How many of the newest things of a kind an action chooses among."""
FIRST_DAY_AHEAD, DAYS_AHEAD = 20, 700
"""Bookings start so many days from today: none begins while the drill runs, and some days stay free."""
RUNTIMES_DAYS = (1, 3, 7, 30, 90)
SHARE_MAX = 0.4
"""Of what a point could take at most, the most that one booking asks."""
BEYOND = 1.1
"""What is sold may exceed what is held by a tenth: then it must be refused."""
BIDDING_S = (8, 40)
OVERLAY_FACTORS = (0.0, 0.5, 0.8, 0.95, 1.0)
"""None above 1, so that a revision's own capacities bound what is ever sold."""

T = TypeVar("T")
Input = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """A contract, listing, call, order, release, bid or overlay, by its global id, and whose it is.

    `about` is the party on the other side where there is one: who called for an order, or offered a release.
    """

    id: str
    owner: str
    network: str = ""
    start: date = date.min
    end: date = date.max
    quantity: int = 0
    receipt: str | None = None
    delivery: str | None = None
    about: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """An action made definite: its variables, and the thing it is about, if there is one."""

    operation: Operation
    variables: Mapping[str, Any]
    thing: Thing | None = None


@dataclass(slots=True)
class MarketView:
    """What is known of a market on these networks."""

    networks: Sequence[Network]
    today: date
    contracts: list[Thing] = field(default_factory=list)
    listings: list[Thing] = field(default_factory=list)
    calls: list[Thing] = field(default_factory=list)
    orders: list[Thing] = field(default_factory=list)
    releases: list[Thing] = field(default_factory=list)
    bids: list[Thing] = field(default_factory=list)
    overlays: list[Thing] = field(default_factory=list)

    def request(self, action: Action, party: str, *, is_operator: bool) -> Request:
        """Return what an action of a party asks for; what cannot be done yet becomes a booking or overlay."""
        found = self._request(action, party)
        if found is not None:
            return found
        return self._overlay(action) if is_operator else self._booking(action)

    def learn(self, request: Request, made: str, party: str) -> None:
        """Note what an acknowledged request has made."""
        asked = request.variables["input"]
        match request.operation:
            case Operation.BOOK:
                self.contracts.append(_thing(made, party, asked))
            case Operation.POST_LISTING:
                self.listings.append(_thing(made, party, asked))
            case Operation.CALL_TO_SELL:
                self.calls.append(_thing(made, party, asked, side="SELL"))
            case Operation.CALL_TO_BUY:
                self.calls.append(_thing(made, party, asked, side="BUY"))
            case Operation.PLACE_ORDER:
                self.orders.append(_thing(made, party, asked, about=_owner(request)))
            case Operation.OFFER_RELEASE:
                self.releases.append(_thing(made, party, asked))
            case Operation.PLACE_BID:
                self.bids.append(_thing(made, party, asked, about=_owner(request)))
            case Operation.SET_OVERLAY:
                self.overlays.append(Thing(made, party))
            case _:
                pass

    def learn_contracts(self, answer: Mapping[str, Any], network: str, party: str) -> None:
        """Note the contracts that a party has read of."""
        known = {contract.id for contract in self.contracts if contract.owner == party}
        for edge in answer["edges"]:
            node = edge["node"]
            if node["id"] not in known and node["rights"]:
                points = node["rights"][0]["route"]
                route = {end: point and point["code"] for end, point in points.items()}
                asked = {**node["period"], **route, "network": network, "quantity": node["quantity"]}
                self.contracts.append(_thing(node["id"], party, asked))

    def _request(self, action: Action, party: str) -> Request | None:
        """Return what the action asks for; None where there is nothing yet to ask it of."""
        making: Mapping[Operation, Callable[[], Request | None]] = {
            Operation.BOOK: lambda: self._booking(action),
            Operation.QUOTE: lambda: Request(Operation.QUOTE, {"input": self._capacity(action)}),
            Operation.AVAILABILITY: lambda: self._availability(action),
            Operation.OWN_CONTRACTS: lambda: self._own_contracts(action),
            Operation.POST_LISTING: lambda: self._sale(action, party),
            Operation.CALL_TO_SELL: lambda: self._sale(action, party),
            Operation.OFFER_RELEASE: lambda: self._sale(action, party),
            Operation.CALL_TO_BUY: lambda: self._call_to_buy(action),
            Operation.PLACE_ORDER: lambda: self._order(action, party),
            Operation.TAKE_LISTING: lambda: self._taking(action, party),
            Operation.PLACE_BID: lambda: self._bid(action, party),
            Operation.SET_OVERLAY: lambda: self._overlay(action),
        }
        return making.get(action.operation, lambda: self._about(action, party))()

    def _own_contracts(self, action: Action) -> Request:
        return Request(Operation.OWN_CONTRACTS, {"network": self._network(action).code})

    def _booking(self, action: Action) -> Request:
        firmness = "INTERRUPTIBLE" if action.draws[7] < 0.08 else "FIRM"
        asked = {**self._capacity(action), "firmness": firmness, "idempotencyKey": action.key}
        return Request(Operation.BOOK, {"input": asked})

    def _capacity(self, action: Action) -> Input:
        network = self._network(action)
        entries = [node for node in network.nodes if node.role.may_enter]
        exits = [node for node in network.nodes if node.role.may_exit]
        receipt, delivery = _pick(entries, action.draws[1]), _pick(exits, action.draws[2])
        limit = min(_limit(network, receipt, is_entry=True), _limit(network, delivery, is_entry=False))
        kind = action.draws[3]
        route = {
            "receipt": None if 0.4 <= kind < 0.75 else receipt.id,
            "delivery": None if kind < 0.4 else delivery.id,
        }
        if route["receipt"] == route["delivery"]:
            route["delivery"] = None
        start = self.today + timedelta(days=FIRST_DAY_AHEAD + int(action.draws[4] * DAYS_AHEAD))
        end = start + timedelta(days=_pick(RUNTIMES_DAYS, action.draws[5]))
        quantity = max(1, int(limit * SHARE_MAX * action.draws[6] ** 3))
        days = {"start": str(start), "end": str(end)}
        return {"network": network.code, **route, **days, "quantity": str(quantity)}

    def _availability(self, action: Action) -> Request:
        asked = self._capacity(action)
        route = {"receipt": asked["receipt"], "delivery": asked["delivery"]}
        period = {"start": asked["start"], "end": asked["end"]}
        return Request(
            Operation.AVAILABILITY, {"network": asked["network"], "route": route, "period": period}
        )

    def _sale(self, action: Action, party: str) -> Request | None:
        contract = _pick_last([one for one in self.contracts if one.owner == party], action.draws[0])
        if contract is None:
            return None
        asked = {**_part(contract, action), "contractId": contract.id, "idempotencyKey": action.key}
        kind = "ASSIGNMENT" if action.draws[5] < 0.6 else "TRANSFER_OF_USE"
        if action.operation is Operation.POST_LISTING:
            asked |= {"kind": kind, "pricePerUnitDay": _price(action.draws[6])}
        elif action.operation is Operation.CALL_TO_SELL:
            asked |= {"kind": kind, "limitPrice": _price(action.draws[6] / 4), "closesAt": _in(600)}
        else:
            first, last = BIDDING_S
            asked |= {
                "method": _pick(("HIGHEST_RATE", "NET_REVENUE", "PRESENT_VALUE"), action.draws[5]),
                "tieBreak": _pick(("PRO_RATA", "EARLIEST", "LOTTERY"), action.draws[7]),
                "minimumRate": _price(action.draws[6] / 4),
                "bidsCloseAt": _in(first + (last - first) * action.draws[6]),
            }
        return Request(action.operation, {"input": asked}, contract)

    def _call_to_buy(self, action: Action) -> Request:
        contract = _pick_last(self.contracts, action.draws[0])
        asked = self._capacity(action)
        if contract is not None:
            route = {"receipt": contract.receipt, "delivery": contract.delivery}
            asked |= {**_part(contract, action), **route, "network": contract.network}
        asked |= {"kind": "ASSIGNMENT", "limitPrice": _price(0.5 + action.draws[6] / 2), "closesAt": _in(600)}
        return Request(Operation.CALL_TO_BUY, {"input": {**asked, "idempotencyKey": action.key}})

    def _order(self, action: Action, party: str) -> Request | None:
        call = _pick_last([one for one in self.calls if one.owner != party], action.draws[0])
        if call is None:
            return None
        asked: Input = {"callId": call.id, "acceptBy": _in(300), "idempotencyKey": action.key}
        if call.side == "SELL":
            asked |= {**_part(call, action), "pricePerUnitDay": _price(0.25 + action.draws[6])}
        else:
            route = (call.network, call.receipt, call.delivery)
            own = [one for one in self.contracts if one.owner == party]
            alike = [one for one in own if (one.network, one.receipt, one.delivery) == route]
            contract = _pick_last(alike or own, action.draws[5])
            if contract is None:
                return None
            price = _price(action.draws[6] / 2)
            asked |= {**_part(call, action), "contractId": contract.id, "pricePerUnitDay": price}
        return Request(Operation.PLACE_ORDER, {"input": asked}, call)

    def _taking(self, action: Action, party: str) -> Request | None:
        others = [one for one in self.listings if one.owner != party or action.draws[7] < 0.02]
        listing = _pick_last(others, action.draws[0])
        if listing is None:
            return None
        quantity = max(1, int(listing.quantity * action.draws[1]))
        asked = {"listingId": listing.id, "quantity": str(quantity), "idempotencyKey": action.key}
        return Request(Operation.TAKE_LISTING, {"input": asked}, listing)

    def _bid(self, action: Action, party: str) -> Request | None:
        release = _pick_last([one for one in self.releases if one.owner != party], 1 - action.draws[0] / 4)
        if release is None:
            return None
        asked = {
            **_part(release, action),
            "releaseId": release.id,
            "rate": _price(action.draws[6]),
            "idempotencyKey": action.key,
        }
        return Request(Operation.PLACE_BID, {"input": asked}, release)

    def _overlay(self, action: Action) -> Request:
        network = self._network(action)
        bounded = [edge for edge in network.edges if edge.capacity_forward is not None]
        start = self.today + timedelta(days=FIRST_DAY_AHEAD + int(action.draws[4] * DAYS_AHEAD))
        end = start + timedelta(days=_pick(RUNTIMES_DAYS[:4], action.draws[5]))
        asked = {
            "network": network.code,
            "edge": _pick(bounded, action.draws[1]).id,
            "factor": _pick(OVERLAY_FACTORS, action.draws[2]),
            "kind": "MAINTENANCE",
            "period": {"start": str(start), "end": str(end)},
            "reason": "drill",
            "idempotencyKey": action.key,
        }
        return Request(Operation.SET_OVERLAY, {"input": asked})

    def _about(self, action: Action, party: str) -> Request | None:
        """Return a request that is about one thing and says nothing else."""
        known, name = self._things(action.operation, party)
        thing = _pick_last(known, action.draws[0])
        if thing is None:
            return None
        asked = {name: thing.id}
        if action.operation.has_key:
            asked["idempotencyKey"] = action.key
        return Request(action.operation, {"input": asked}, thing)

    def _things(self, operation: Operation, party: str) -> tuple[list[Thing], str]:
        own = {
            Operation.WITHDRAW_LISTING: (self.listings, "listingId"),
            Operation.CLOSE_CALL: (self.calls, "callId"),
            Operation.WITHDRAW_BID: (self.bids, "bidId"),
            Operation.WITHDRAW_RELEASE: (self.releases, "releaseId"),
            Operation.WITHDRAW_OVERLAY: (self.overlays, "overlayId"),
        }
        if operation is Operation.ACCEPT_ORDER:
            return [order for order in self.orders if order.about == party], "orderId"
        if operation is Operation.AWARD_RELEASE:
            return self.releases, "releaseId"
        known, name = own[operation]
        return [thing for thing in known if thing.owner == party], name

    def _network(self, action: Action) -> Network:
        return _pick(self.networks, action.draws[0])


def altered(request: Request) -> Request | None:
    """Return a request with the same key for something else; None where its input has nothing to alter."""
    asked = request.variables.get("input", {})
    if "quantity" in asked:
        changed = {**asked, "quantity": str(int(asked["quantity"]) + 1)}
    elif "reason" in asked:
        changed = {**asked, "reason": f"{asked['reason']}, again"}
    else:
        return None
    return Request(request.operation, {"input": changed}, request.thing)


def _thing(made: str, owner: str, asked: Mapping[str, Any], *, about: str = "", side: str = "") -> Thing:
    return Thing(
        id=made,
        owner=owner,
        network=str(asked.get("network", "")),
        start=date.fromisoformat(asked["start"]),
        end=date.fromisoformat(asked["end"]),
        quantity=int(asked["quantity"]),
        receipt=asked.get("receipt"),
        delivery=asked.get("delivery"),
        about=about,
        side=side,
    )


def _owner(request: Request) -> str:
    return request.thing.owner if request.thing else ""


def _part(of: Thing, action: Action) -> Input:
    """Return days within those of a thing, and a quantity of up to a tenth more than it has."""
    days = (of.end - of.start).days
    first = int(action.draws[1] ** 2 * days)
    length = max(1, int(action.draws[2] * (days - first)))
    start = of.start + timedelta(days=first)
    quantity = max(1, int(of.quantity * BEYOND * action.draws[3]))
    return {"start": str(start), "end": str(start + timedelta(days=length)), "quantity": str(quantity)}


def _limit(network: Network, node: Node, *, is_entry: bool) -> int:
    """Return the most that could pass a point: what is published, or what its edges carry."""
    beside = [edge for edge in network.edges if node.id in (edge.tail, edge.head)]
    carried = sum(max(edge.capacity_forward or 0, edge.capacity_backward or 0) for edge in beside)
    published = node.entry_capacity if is_entry else node.exit_capacity
    return carried if published is None else min(published, carried)


def _pick(among: Sequence[T], draw: float) -> T:
    return among[int(draw * len(among)) % len(among)]


def _pick_last(among: Sequence[T], draw: float) -> T | None:
    return _pick(among[-RECENT:], draw) if among else None


def _price(draw: float) -> str:
    return f"{0.001 + 0.02 * draw:.4f}"


def _in(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
