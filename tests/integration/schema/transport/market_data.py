"""A market with contracts and offers, made over GraphQL: what other parties must not find."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import count
from typing import Any

from tests.identities import PASSWORD, Identities
from tests.integration.schema.transport.security_client import SecurityClient

from linepack.access import PartyKind, Role
from linepack.identity.authentication import Authenticator
from linepack.identity.commands import NewParty, NewUser
from linepack.identity.service import create_party, create_user

NETWORK = "belgian"
ROUTE = {"receipt": "Anderlues", "delivery": "Antwerpen"}
_keys = count(1)


def _month_ahead() -> tuple[str, str]:
    soon = datetime.now(UTC).date() + timedelta(days=40)
    start = soon.replace(day=1)
    end = (start + timedelta(days=32)).replace(day=1)
    return start.isoformat(), end.isoformat()


START, END = _month_ahead()


@dataclass(frozen=True)
class Trading:
    """Alice has a contract, a key and offers of three kinds; Carol has bid and ordered; Bob looks on."""

    full_client: SecurityClient
    alice: str
    bob: str
    carol: str
    operator: str
    regulator: str
    private: dict[str, str]
    public: dict[str, str]

    async def as_(self, bearer: str, query: str, **variables: Any) -> Any:
        answer = await self.full_client.ask(query, bearer, **variables)
        assert "errors" not in answer, answer
        return answer["data"]


async def act(
    full_client: SecurityClient, bearer: str, mutation: str, selection: str, **given: Any
) -> dict[str, Any]:
    """Do one mutation and return its payload; fails on any problem."""
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    wanted = f"__typename ... on Problem {{ message }} {selection}"
    query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {wanted} }} }}"
    answer = await full_client.ask(query, bearer, input=given)
    assert "errors" not in answer, answer
    payload: dict[str, Any] = answer["data"][mutation]
    assert payload["__typename"].endswith("Payload"), payload
    return payload


def once(**given: Any) -> dict[str, Any]:
    return {**given, "idempotencyKey": f"key-{next(_keys)}"}


async def token_of(
    identity: Authenticator, identities: Identities, code: str, kind: PartyKind, role: Role
) -> str:
    party = await create_party(NewParty(code, code.title(), kind), identity.context(identities.platform))
    command = NewUser(party.id, f"{code.lower()}@trading.example", code, frozenset({role}), PASSWORD)
    account = await create_user(command, identity.context(identities.platform))
    return await identities.token(account)


async def open_network(full_client: SecurityClient, operator: str) -> None:
    file = files("capacity.publication") / "shipped" / f"{NETWORK}.json"
    content = base64.b64encode(file.read_bytes()).decode()
    await act(
        full_client, operator, "importNetwork", "",
        file={"name": f"{NETWORK}.json", "content": content}, currency="EUR", firmLevel="FLOW",
    )  # fmt: skip
    today = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    await act(
        full_client, operator, "setProductRules", "",
        network=NETWORK, validFrom=today, firmness=["FIRM"], routeKinds=["PATH"], runtimes=["MONTHLY"],
    )  # fmt: skip
    await act(
        full_client, operator, "setTariff", "",
        network=NETWORK, validFrom=today, kind="PATH", firmness="FIRM",
        price={"flat": {"pricePerUnitDay": "0.012"}},
    )  # fmt: skip


async def make_trading(full_client: SecurityClient, identities: Identities) -> Trading:
    operator = await token_of(identities.identity, identities, "NETZ", PartyKind.OPERATOR, Role.OPERATOR)
    regulator = await token_of(
        identities.identity, identities, "REGULATOR", PartyKind.REGULATOR, Role.REGULATOR
    )
    carol = await token_of(identities.identity, identities, "CAROL", PartyKind.SHIPPER, Role.SHIPPER)
    now = datetime.now(UTC)
    alice, bob = await identities.token(identities.alice), await identities.token(identities.bob)
    await open_network(full_client, operator)

    contract = await book(full_client, alice, 1000)
    part = {"contractId": contract, "start": START, "end": END}
    later = (now + timedelta(hours=6)).isoformat()
    listing = await act(
        full_client, alice, "postListing", "... on PostListingPayload { listing { id } }",
        **once(**part, kind="ASSIGNMENT", pricePerUnitDay="0.010", quantity=100),
    )  # fmt: skip
    release = await act(
        full_client, alice, "offerRelease", "... on ReleasePayload { release { id } }",
        **once(**part, bidsCloseAt=later, method="HIGHEST_RATE", quantity=200),
    )  # fmt: skip
    call = await act(
        full_client, alice, "openCallToSell", "... on CallPayload { call { id } }",
        **once(**part, closesAt=later, kind="ASSIGNMENT", limitPrice="0.001", quantity=300),
    )  # fmt: skip
    days = {"start": START, "end": END}
    bid = await act(
        full_client, carol, "placeBid", "... on BidPayload { bid { id } }",
        **once(**days, releaseId=release["release"]["id"], rate="0.011", quantity=200),
    )  # fmt: skip
    order = await act(
        full_client, carol, "placeOrder", "... on PlaceOrderPayload { order { id } }",
        **once(**days, callId=call["call"]["id"], acceptBy=later, pricePerUnitDay="0.009", quantity=300),
    )  # fmt: skip
    expires = (now + timedelta(days=30)).isoformat()
    key = await act(
        full_client, alice, "createApiKey", "... on ApiKeyPayload { apiKey { id } }",
        name="robot", roles=["SHIPPER"], scopes=["READ"], expiresAt=expires,
    )  # fmt: skip
    return Trading(
        full_client=full_client,
        alice=alice,
        bob=bob,
        carol=carol,
        operator=operator,
        regulator=regulator,
        private={
            "Contract": contract,
            "ApiKey": key["apiKey"]["id"],
            "Bid": bid["bid"]["id"],
            "Order": order["order"]["id"],
        },
        public={
            "Listing": listing["listing"]["id"],
            "ReleaseOffer": release["release"]["id"],
            "CallForOrders": call["call"]["id"],
        },
    )


async def book(full_client: SecurityClient, bearer: str, quantity: int) -> str:
    """Book a month of capacity and return the contract's id."""
    payload = await act(
        full_client, bearer, "bookCapacity", "... on BookCapacityPayload { contract { id } }",
        **once(network=NETWORK, **ROUTE, start=START, end=END, quantity=quantity),
    )  # fmt: skip
    contract: str = payload["contract"]["id"]
    return contract
