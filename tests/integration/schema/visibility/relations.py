"""A market in which every party stands in every relation to some of its things, with figures found nowhere
else.

Anna booked. Bert bought a part of hers (assignment) and lent a part of that to Carla (transfer of use). Dora
was awarded a release of Anna's and sold a part of it on to Carla (assignment). Bert and Carla have bids on a
release of Anna's that is still open, Carla has taken hers back. Carla has an order on Anna's call, Eve one on
Bert's. Bert and Carla bid in a network clearing, Dora won in another. To what is Anna's and Bert's Eve, who
booked a profile, is a stranger; OTHER_OPERATOR runs no network here.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from strawberry.relay import GlobalID
from tests.factories import capacity, identity, market
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NETWORK,
    NOVEMBER,
    NOW,
    OPERATING,
    OPERATOR,
    OTHER_OPERATOR,
    acting_for,
    fill_market,
    key,
)
from tests.integration.schema.harness import SchemaHarness, schema_harness
from tests.integration.settlement.logs import integrate

from capacity.contracts.contract import Contract
from capacity.feasibility.shortfalls.watch import assess_due
from capacity.networks.model import Overlay, OverlayKind
from capacity.publication.service import PutOverlay, set_overlay
from linepack.access import PartyKind, Principal, Role
from linepack.commands.handling import Caller, Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import record
from linepack.identity.model import Party
from linepack.identity.repository import insert_party, keys_by_id
from linepack.ids import ApiKeyId, ClearingId, PartyId, ReleaseId
from market.network_clearings.commands import AwardClearing
from market.network_clearings.model import Parked as ParkedClearing
from market.network_clearings.repository import park as park_clearing
from market.network_clearings.service import award_clearing
from market.releases.commands import AwardRelease
from market.releases.model import Parked
from market.releases.repository import park
from market.releases.service import award_release

EVE, FRED = PartyId(UUID(int=5)), PartyId(UUID(int=6))
"""Fred's company holds nothing."""
MILLIONS = 10_000_000
"""What the capacities of the fork are multiplied by, so that quantities are figures found nowhere else."""
CLOSE = NOW + timedelta(hours=1)
BOOKED = Period(date(2026, 11, 3), date(2027, 3, 29))
LATER = Period(date(2028, 11, 1), date(2028, 12, 1))
DECEMBER = {"start": "2026-12-01", "end": "2027-01-01"}
JANUARY = {"start": "2027-01-01", "end": "2027-02-01"}
FEBRUARY = {"start": "2027-02-01", "end": "2027-03-01"}
MARCH = {"start": "2027-03-01", "end": "2027-03-28"}
SHORT_DAYS = Period(date(2026, 11, 5), date(2026, 11, 10))
"""Maintenance leaves less than Anna and Eve have booked, within their contracts."""
INFORMED = ("booked", "stranger's")
"""The contracts that are short then, each of another holder."""
SHORT_OF = """{
  network: "fork", receipt: "a", delivery: "x", start: "2026-11-12", end: "2026-11-20", quantity: 900000007
}"""
"""A request for more than there is, on days of several contracts and of a listing."""
PRICE = Decimal("0.250301")
"""Its charges are no whole cents, so that the parts of a line must be made to add up."""

SHIPPERS = {"anna": ANNA, "bert": BERT, "carla": CARLA, "dora": DORA, "eve": EVE}
VIEWERS: dict[str, Principal] = {
    **{name: acting_for(party) for name, party in SHIPPERS.items()},
    "eve": identity.as_person(acting_for(EVE)),
    "anna's marketer": acting_for(ANNA, Role.MARKETER),
    "anna's administrator": acting_for(ANNA, Role.COMPANY_ADMIN),
    "fred's administrator": acting_for(FRED, Role.COMPANY_ADMIN),
    "operator": OPERATING,
    "other operator": acting_for(OTHER_OPERATOR, Role.OPERATOR),
    "billing": acting_for(None, Role.BILLING),
    "regulator": acting_for(None, Role.REGULATOR),
    "administrator": acting_for(None, Role.ADMIN),
}
BY_ANNA = frozenset({"anna", "anna's marketer", "anna's administrator"})
OVERSEERS = frozenset({"billing", "regulator", "administrator"})
AUTHORITIES = OVERSEERS | {"operator"}
EVERYBODY = frozenset(VIEWERS)


@dataclass(frozen=True)
class Subject:
    """A thing with an id: whose it is, who finds it, and who may know its id without finding it.

    `is_sealed`: nobody but the operator may read of it how many others there are.
    """

    kind: str
    id: str
    owners: frozenset[str]
    found_by: frozenset[str]
    named_to: frozenset[str] = frozenset()
    is_sealed: bool = False


@dataclass(frozen=True)
class Secret:
    """A figure or name, and who may read it; they do read it, unless nothing shows it (`is_shown`)."""

    text: str
    known_to: frozenset[str]
    is_shown: bool = True


@dataclass
class Relations:
    """The market, its things, and what nobody but the parties named may read."""

    harness: SchemaHarness
    subjects: dict[str, Subject] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    last_listing: str = ""

    def add(
        self, name: str, kind: str, identity: str, owners: set[str] | frozenset[str], **more: Any
    ) -> None:
        """Add a thing that its owners and the authorities find, unless `more` says otherwise."""
        found_by = frozenset(more.pop("found_by", owners | AUTHORITIES))
        self.subjects[name] = Subject(kind, identity, frozenset(owners), found_by, **more)

    def keep(self, name: str, value: object, *known_to: str) -> None:
        """Note what only these, the operator and those who oversee the market may read."""
        self.secrets[name] = Secret(str(value), frozenset(known_to) | AUTHORITIES)

    async def act(self, viewer: str, name: str, wanted: str, /, **given: Any) -> Any:
        """Do one mutation that must succeed; return what is `wanted` of its payload."""
        answer = await self.harness.act(VIEWERS[viewer], name, wanted, **given)
        assert answer["__typename"].endswith("Payload"), (name, answer)
        return answer

    async def own_contract(self, viewer: str, cause: str) -> dict[str, Any]:
        """Return the contract that a party holds by this cause."""
        query = "{ contracts(own: true) { edges { node { id code cause } } } }"
        held = (await self.harness.ask(VIEWERS[viewer], query))["contracts"]["edges"]
        [found] = [edge["node"] for edge in held if edge["node"]["cause"] == cause]
        return dict(found)


def global_id(kind: str, value: UUID) -> str:
    return str(GlobalID(kind, str(value)))


def raw_id(identity: str) -> str:
    """Return the id inside a global id."""
    return GlobalID.from_id(identity).node_id


async def make_relations(database: Database, redis: Redis, directory: Path) -> Relations:
    """Make the market on an empty database, settled and in the transparency logs, kept in `directory`."""
    edges = tuple(
        replace(edge, capacity_forward=(edge.capacity_forward or 0) * MILLIONS) for edge in NETWORK.edges
    )
    fixture = await fill_market(database, replace(NETWORK, edges=edges), PRICE)
    async with UnitOfWork(database) as uow:
        for party in (
            Party(EVE, "P9", "Party 9", PartyKind.SHIPPER),
            Party(FRED, "P10", "Party 10", PartyKind.SHIPPER),
        ):
            await insert_party(uow.connection, party, now=NOW)
    made = Relations(schema_harness(fixture, redis))
    # Before Anna: the proof of a booking is parted where the rights of others change, as availability is.
    profile = [
        fixture.request(quantity=quantity, period=period)
        for quantity, period in ((1_000_081, NOVEMBER), (1_000_083, LATER))
    ]
    evens, evens_later = (one.contract for one in await fixture.book_profile(EVE, profile))
    booked = await fixture.book(ANNA, quantity=73_000_019, period=BOOKED)
    made.add("booked", "Contract", global_id("Contract", booked.id), BY_ANNA)
    made.add("stranger's", "Contract", global_id("Contract", evens.id), {"eve"})
    made.add("stranger's later", "Contract", global_id("Contract", evens_later.id), {"eve"})
    await _sell(made, booked)
    await _release(made, booked)
    await _bid(made, booked)
    await _clear(made)
    await _call(made, booked, evens)
    await _add_credit(made, booked)
    await _add_others(made)
    await _make_short(made)
    await made.harness.settle()
    await integrate(database, directory)
    _note_secrets(made, booked, evens)
    return made


async def _sell(made: Relations, booked: Contract) -> None:
    """Anna sells to Bert, Bert lends to Carla; both listings stay open with the rest."""
    posted = "... on PostListingPayload { listing { id } }"
    taken = "... on TakeListingPayload { trade { id childContract { id code } } }"
    anna = await made.act(
        "anna", "postListing", posted, contractId=made.subjects["booked"].id, kind="ASSIGNMENT",
        quantity=20_000_003, pricePerUnitDay="0.3007", idempotencyKey=key(), **JANUARY,
    )  # fmt: skip
    sold = await made.act(
        "bert",
        "takeListing",
        taken,
        listingId=anna["listing"]["id"],
        quantity=9_000_011,
        idempotencyKey=key(),
    )
    berts = sold["trade"]["childContract"]
    bert = await made.act(
        "bert", "postListing", posted, contractId=berts["id"], kind="TRANSFER_OF_USE", quantity=4_000_037,
        pricePerUnitDay="0.3107", idempotencyKey=key(), **JANUARY,
    )  # fmt: skip
    lent = await made.act(
        "carla",
        "takeListing",
        taken,
        listingId=bert["listing"]["id"],
        quantity=2_000_029,
        idempotencyKey=key(),
    )
    carlas = lent["trade"]["childContract"]
    made.add("assigned", "Contract", berts["id"], {"bert"}, named_to=BY_ANNA)
    made.add("lent", "Contract", carlas["id"], {"carla"}, named_to=frozenset({"bert"}))
    made.add("sale", "Trade", sold["trade"]["id"], BY_ANNA | {"bert"})
    made.add("loan", "Trade", lent["trade"]["id"], {"bert", "carla"})
    made.add("listing", "Listing", anna["listing"]["id"], BY_ANNA, found_by=EVERYBODY)
    made.add("listing of a part", "Listing", bert["listing"]["id"], {"bert"}, found_by=EVERYBODY)
    made.keep("code of what was assigned", berts["code"], *BY_ANNA, "bert")
    made.keep("quantity assigned", 9_000_011, *BY_ANNA, "bert")
    made.keep("code of what was lent", carlas["code"], "bert", "carla")
    made.keep("quantity lent", 2_000_029, "bert", "carla")


async def _release(made: Relations, booked: Contract) -> None:
    """Anna releases to the best bidder, Dora, who sells a part on to Carla, whose bid lost."""
    release = await _offer(made, quantity=7_000_003, **DECEMBER)
    bids = {
        viewer: await _place(made, viewer, release, quantity=quantity, rate=rate, **DECEMBER)
        for viewer, quantity, rate in (("carla", 6_000_011, "0.3217"), ("dora", 7_000_003, "0.4001"))
    }
    fixture = made.harness.market_fixture
    command = AwardRelease(release_id=ReleaseId(UUID(raw_id(release))), idempotency_key=key())
    await award_release(command, fixture.market.caller(VIEWERS["anna"], CLOSE))
    doras = await made.own_contract("dora", "RELEASE")
    listed = await made.act(
        "dora", "postListing", "... on PostListingPayload { listing { id } }", contractId=doras["id"],
        kind="ASSIGNMENT", quantity=3_500_021, pricePerUnitDay="0.01", idempotencyKey=key(), **DECEMBER,
    )  # fmt: skip
    await made.act(
        "carla",
        "takeListing",
        "",
        listingId=listed["listing"]["id"],
        quantity=3_000_017,
        idempotencyKey=key(),
    )
    carlas = await made.own_contract("carla", "ASSIGNMENT")
    made.add("released", "Contract", doras["id"], {"dora"}, named_to=BY_ANNA)
    made.add("sold on", "Contract", carlas["id"], {"carla"}, named_to=frozenset({"dora"}))
    made.add("awarded release", "ReleaseOffer", release, BY_ANNA, found_by=EVERYBODY)
    for bidder, bid in (("dora", "bid that won"), ("carla", "bid that lost")):
        found_by = BY_ANNA | AUTHORITIES | {bidder}
        # The record of an award names all bids by their ids.
        made.add(bid, "Bid", bids[bidder], {bidder}, found_by=found_by, named_to=EVERYBODY)
    made.keep("code of what was released", doras["code"], *BY_ANNA, "dora")
    # Carla owes Anna's credit now, and Anna sees who that is.
    made.keep("code of what was sold on", carlas["code"], *BY_ANNA, "dora", "carla")
    made.keep("quantity sold on", 3_000_017, *BY_ANNA, "dora", "carla")


async def _bid(made: Relations, booked: Contract) -> None:
    """Bert and Carla bid on a release that is open; Carla takes hers back. One release is parked."""
    release = await _offer(made, quantity=5_000_021, **FEBRUARY)
    berts = await _place(made, "bert", release, quantity=1_000_033, rate="0.4321", **FEBRUARY)
    carlas = await _place(made, "carla", release, quantity=1_000_037, rate="0.4112", **FEBRUARY)
    await made.act("carla", "withdrawBid", "", bidId=carlas)
    parked = await _offer(made, quantity=1_500_061, prearrangedBidderId=global_id("Party", DORA), **MARCH)
    async with UnitOfWork(made.harness.market_fixture.database) as uow:
        parked_id = ReleaseId(UUID(raw_id(parked)))
        await park(uow.connection, parked_id, Parked("INTERNAL", "a fault in the night", NOW))
    made.add("open release", "ReleaseOffer", release, BY_ANNA, found_by=EVERYBODY)
    made.add("parked release", "ReleaseOffer", parked, BY_ANNA, found_by=EVERYBODY)
    for viewer, bid in (("bert", berts), ("carla", carlas)):
        made.add(
            f"sealed bid of {viewer}", "Bid", bid, {viewer}, found_by={viewer, "operator"}, is_sealed=True
        )
    for name, value, viewer in (
        ("rate of an open bid", "0.4321", "bert"),
        ("quantity of an open bid", 1_000_033, "bert"),
        ("rate of a withdrawn bid", "0.4112", "carla"),
        ("quantity of a withdrawn bid", 1_000_037, "carla"),
    ):
        made.secrets[name] = Secret(str(value), frozenset({viewer, "operator"}))
    made.secrets["why a release is parked"] = Secret("a fault in the night", BY_ANNA | AUTHORITIES)


async def _clear(made: Relations) -> None:
    """Bert and Carla bid in a clearing that is open, of Carla's bids one depends on another.

    Dora was awarded what she bid for in one that is closed, which names all bids by their ids. One is parked.
    """
    fixture = made.harness.market_fixture
    clearings = {
        name: await _open(made, **period)
        for name, period in (("open clearing", MARCH), ("awarded clearing", FEBRUARY), ("parked one", MARCH))
    }
    for name, clearing in clearings.items():
        made.add(name, "NetworkClearing", clearing, {"operator"}, found_by=EVERYBODY)
    taking, decided, parked = clearings.values()
    berts = await _ask(made, "bert", taking, quantity=1_000_213, price="0.5417", **MARCH)
    carlas = await _ask(made, "carla", taking, quantity=1_000_217, price="0.5413", **MARCH)
    linked = await _ask(
        made, "carla", taking, quantity=1_000_223, price="0.5411", onlyIfBidId=carlas, **MARCH
    )
    doras = await _ask(made, "dora", decided, quantity=1_000_227, price="0.5409", **FEBRUARY)
    command = AwardClearing(ClearingId(UUID(raw_id(decided))))
    await award_clearing(command, fixture.market.caller(VIEWERS["operator"], CLOSE))
    async with UnitOfWork(fixture.database) as uow:
        parked_id = ClearingId(UUID(raw_id(parked)))
        await park_clearing(uow.connection, parked_id, ParkedClearing("INTERNAL", "a night's fault", NOW))
    for name, viewer, bid in (
        ("bert", "bert", berts),
        ("carla", "carla", carlas),
        ("linked", "carla", linked),
    ):
        seen = {viewer, "operator"}
        made.add(f"sealed path bid, {name}", "ClearingBid", bid, {viewer}, found_by=seen, is_sealed=True)
    bid_of_dora = {"found_by": AUTHORITIES | {"dora"}, "named_to": EVERYBODY}
    made.add("path bid that won", "ClearingBid", doras, {"dora"}, **bid_of_dora)
    cleared = await made.own_contract("dora", "CLEARING")
    made.add("cleared", "Contract", cleared["id"], {"dora"})
    made.keep("code of what was cleared", cleared["code"], "dora")
    for what, value, viewer in (
        ("limit of an open path bid", "0.5417", "bert"),
        ("quantity of an open path bid", 1_000_213, "bert"),
        ("quantity of a linked path bid", 1_000_223, "carla"),
    ):
        made.secrets[what] = Secret(str(value), frozenset({viewer, "operator"}))


async def _open(made: Relations, **period: str) -> str:
    opened = await made.act(
        "operator", "openClearing", "... on ClearingPayload { clearing { id } }", network="fork",
        closesAt=CLOSE.isoformat(), idempotencyKey=key(), **period,
    )  # fmt: skip
    return str(opened["clearing"]["id"])


async def _ask(made: Relations, viewer: str, clearing: str, **terms: Any) -> str:
    placed = await made.act(
        viewer, "placeClearingBid", "... on ClearingBidPayload { bid { id } }", clearingId=clearing,
        side="BUY", receipt="b", delivery="y", idempotencyKey=key(), **terms,
    )  # fmt: skip
    return str(placed["bid"]["id"])


async def _offer(made: Relations, **terms: Any) -> str:
    offered = await made.act(
        "anna", "offerRelease", "... on ReleasePayload { release { id } }",
        contractId=made.subjects["booked"].id, method="HIGHEST_RATE", bidsCloseAt=CLOSE.isoformat(),
        idempotencyKey=key(), **terms,
    )  # fmt: skip
    return str(offered["release"]["id"])


async def _place(made: Relations, viewer: str, release: str, **terms: Any) -> str:
    placed = await made.act(
        viewer, "placeBid", "... on BidPayload { bid { id } }", releaseId=release,
        idempotencyKey=key(), **terms,
    )  # fmt: skip
    return str(placed["bid"]["id"])


async def _call(made: Relations, booked: Contract, evens: Contract) -> None:
    """Anna calls for orders to buy, and Carla answers; Bert calls for orders to sell, and Eve answers."""
    call, order = "... on CallPayload { call { id } }", "... on PlaceOrderPayload { order { id } }"
    later = (NOW + timedelta(days=9)).isoformat()
    to_sell = await made.act(
        "anna", "openCallToSell", call, contractId=made.subjects["booked"].id, kind="ASSIGNMENT",
        quantity=1_500_007, limitPrice="0.1", closesAt=later, idempotencyKey=key(), **MARCH,
    )  # fmt: skip
    november = {"start": str(NOVEMBER.start), "end": str(NOVEMBER.end)}
    to_buy = await made.act(
        "bert", "openCallToBuy", call, network="fork", receipt="a", delivery="x", kind="ASSIGNMENT",
        quantity=1_500_043, limitPrice="0.9", closesAt=later, idempotencyKey=key(), **november,
    )  # fmt: skip
    carlas = await made.act(
        "carla", "placeOrder", order, callId=to_sell["call"]["id"], quantity=1_000_039,
        pricePerUnitDay="0.8765", acceptBy=later, idempotencyKey=key(), **MARCH,
    )  # fmt: skip
    eves = await made.act(
        "eve", "placeOrder", order, callId=to_buy["call"]["id"], quantity=1_000_051, pricePerUnitDay="0.7654",
        acceptBy=later, contractId=made.subjects["stranger's"].id, idempotencyKey=key(), **november,
    )  # fmt: skip
    made.add("call to sell", "CallForOrders", to_sell["call"]["id"], BY_ANNA, found_by=EVERYBODY)
    made.add("call to buy", "CallForOrders", to_buy["call"]["id"], {"bert"}, found_by=EVERYBODY)
    # The initiator of a call sees an order, but not whose it is before it accepts.
    made.add(
        "order to buy", "Order", carlas["order"]["id"], {"carla"}, found_by=BY_ANNA | AUTHORITIES | {"carla"}
    )
    made.add("order to sell", "Order", eves["order"]["id"], {"eve"}, found_by=AUTHORITIES | {"bert", "eve"})
    made.keep("price of an order", "0.8765", *BY_ANNA, "carla")
    made.keep("quantity of an order", 1_000_051, "bert", "eve")


async def _add_credit(made: Relations, booked: Contract) -> None:
    """Limit Anna's credit and everybody's, record a payment of hers, and say that she is not suspended."""
    limited = "... on CreditLimitPayload { limit { code } }"
    stands = "... on CreditPayload { credit { shipper { id } } }"
    limit = {"network": "fork", "validFrom": "2026-01-01", "framework": "terms"}
    anna = global_id("Party", ANNA)
    own = {**limit, "code": "ANNA", "amount": "987654321987.65", "partyId": anna}
    await made.act("operator", "setCreditLimit", limited, **own)
    await made.act("operator", "setCreditLimit", limited, **limit, code="EACH", amount="876543219876.54")
    await made.act(
        "operator", "recordCreditPayment", stands,
        contractId=global_id("Contract", booked.id), amount="123.45", reference="invoice-4711",
        idempotencyKey=key(),
    )  # fmt: skip
    await made.act(
        "operator", "setCreditSuspension", stands,
        network="fork", partyId=anna, isSuspended=False, reason="resumed-after-4711",
    )  # fmt: skip
    made.keep("amount of a credit limit", "987654321987.65", *BY_ANNA)
    made.keep("reference of a payment", "invoice-4711", *BY_ANNA)
    made.keep("why a shipper was resumed", "resumed-after-4711", *BY_ANNA)


async def _add_others(made: Relations) -> None:
    """Add a key, people and a job of Anna's, a session of Eve's, a set-aside, and last a listing of Eve's."""
    fixture = made.harness.market_fixture
    await identity.add_parties_and_keys(fixture.database, ANNA, 1, at=NOW)
    [session] = await identity.add_sessions(fixture.database, EVE, 1, at=NOW)
    made.add("session", "Session", global_id("Session", session), {"eve"}, found_by={"eve"})
    herself = {"eve", "administrator"}
    made.add("eve herself", "Account", global_id("Account", identity.PERSON), herself, found_by=herself)
    await market.add_set_asides(fixture, 1)
    await capacity.add_validations(fixture.database, fixture.network_id, OPERATOR, ANNA, 1, period=NOVEMBER)
    keys = await made.harness.ask(VIEWERS["anna"], "{ apiKeys { edges { node { id } } } }")
    jobs = await made.harness.ask(VIEWERS["anna"], "{ jobs { edges { node { id } } } }")
    kept = await made.harness.ask(OPERATING, '{ setAsides(network: "fork") { edges { node { id } } } }')
    found_by = BY_ANNA | {"administrator"}
    made.add("key", "ApiKey", keys["apiKeys"]["edges"][0]["node"]["id"], BY_ANNA, found_by=found_by)
    await _add_people(made)
    made.add("job", "Job", jobs["jobs"]["edges"][0]["node"]["id"], BY_ANNA)
    set_aside = kept["setAsides"]["edges"][0]["node"]["id"]
    made.add("set-aside", "CapacitySetAside", set_aside, {"operator"}, found_by=EVERYBODY)
    for name, party in SHIPPERS.items():
        owners = BY_ANNA if name == "anna" else frozenset({name})
        made.add(f"party {name}", "Party", global_id("Party", party), owners, found_by=EVERYBODY)
    last = await made.act(
        "eve", "postListing", "... on PostListingPayload { listing { id } }",
        contractId=made.subjects["stranger's"].id, kind="ASSIGNMENT", start=str(NOVEMBER.start),
        end=str(NOVEMBER.end), quantity=1, pricePerUnitDay="0.3", idempotencyKey=key(),
    )  # fmt: skip
    made.last_listing = str(last["listing"]["id"])
    made.add("stranger's listing", "Listing", made.last_listing, {"eve"}, found_by=EVERYBODY)


async def _make_short(made: Relations) -> None:
    """Let maintenance leave less than is sold, and its holders be informed."""
    fixture = made.harness.market_fixture
    overlay = Overlay("jx", OverlayKind.MAINTENANCE, SHORT_DAYS, 0.05)
    command = PutOverlay(network_id=fixture.network_id, overlay=overlay, idempotency_key=key())
    async with UnitOfWork(fixture.database) as uow:
        await set_overlay(command, Context(uow=uow, principal=OPERATING, at=NOW))
    views, verifiers = fixture.market.networks, fixture.market.verifiers
    assert await assess_due(fixture.database, views, verifiers, lambda: NOW)


async def _add_people(made: Relations) -> None:
    """Add two people, one of Anna's and one of Eve's, and note that they and Anna's key were made."""
    fixture = made.harness.market_fixture
    keepers = {"anna": ({"anna's administrator"}, ANNA), "eve": (set[str](), EVE)}
    key_id = ApiKeyId(UUID(raw_id(made.subjects["key"].id)))
    for name, (keeper, party_id) in keepers.items():
        [account] = await identity.add_accounts(fixture.database, party_id, 1, at=NOW)
        found_by = {*keeper, "administrator"}
        identity_of = global_id("Account", account.id)
        made.add(f"person of {name}", "Account", identity_of, found_by, found_by=found_by)
        made.secrets[f"address of a person of {name}"] = Secret(account.email, frozenset(found_by))
    async with UnitOfWork(fixture.database) as uow:
        [api_key] = (await keys_by_id(uow.connection, [key_id])).values()
        caller = Caller(principal=acting_for(ANNA), at=NOW)
        await record(uow.connection, caller, AccountEventKind.KEY_REVOKED, api_key)
    query = "{ accountEvents { edges { node { id kind party { id code } } } } }"
    events = (await made.harness.ask(VIEWERS["administrator"], query))["accountEvents"]["edges"]
    for event in (edge["node"] for edge in events):
        is_annas = event["party"]["id"] == global_id("Party", ANNA)
        found_by = {"administrator", *(["anna's administrator"] if is_annas else [])}
        name = f"event {event['kind']} of {event['party']['code']}"
        made.add(name, "AccountEvent", event["id"], found_by, found_by=found_by)


def _note_secrets(made: Relations, booked: Contract, evens: Contract) -> None:
    """Note what buyers must not learn of the contract that their parts were split off from."""
    made.keep("quantity booked", 73_000_019, *BY_ANNA)
    made.keep("first day booked", BOOKED.start, *BY_ANNA)
    made.keep("code of what was booked", booked.code, *BY_ANNA)
    made.keep("quantity of a stranger", 1_000_081, "eve")
    made.keep("code of a stranger's contract", evens.code, "eve")
    made.keep("seller of an anonymous listing", '"P1"', *BY_ANNA, "bert", "carla")
    made.keep("who answered a call", '"P9"', "eve")
    made.keep("id of the contract booked", booked.id, *BY_ANNA)
    made.secrets["id of the verdict"] = Secret(str(booked.verdict_id), AUTHORITIES, is_shown=False)
