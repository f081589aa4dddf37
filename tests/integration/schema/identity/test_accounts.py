"""Parties, people and keys through the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.identities import PASSWORD, Identities, make_identities, make_identity
from tests.integration.market.market_fixture import fill_market
from tests.integration.schema.harness import SchemaHarness, places, schema_harness

from linepack.database.connections import Database

pytestmark = pytest.mark.anyio

NEW_PASSWORD = "another horse battery staple"


@pytest.fixture
async def harness(database: Database, redis: Redis) -> SchemaHarness:
    return schema_harness(await fill_market(database), redis)


@pytest.fixture
async def identities(harness: SchemaHarness, database: Database, redis: Redis) -> Identities:
    return await make_identities(make_identity(database, redis))


async def sign_in(harness: SchemaHarness, email: str, password: str) -> dict[str, Any]:
    payload = "... on SignInPayload { token viewer { roles scopes account { email } party { code } } }"
    return await harness.act(None, "signIn", payload, email=email, password=password)


async def test_signing_in_gives_a_token_and_says_who_one_is(
    harness: SchemaHarness, identities: Identities
) -> None:
    signed_in = await sign_in(harness, "alice@a.example", PASSWORD)
    assert signed_in["viewer"]["account"] == {"email": "alice@a.example"}
    assert signed_in["viewer"]["party"] == {"code": "SHIP-A"}
    assert signed_in["viewer"]["roles"] == ["SHIPPER"]
    principal = await harness.services.identity.authenticate(signed_in["token"])
    assert principal.user_id == identities.alice.id
    refused = await sign_in(harness, "alice@a.example", "wrong")
    assert (refused["__typename"], refused["code"]) == ("RefusedProblem", "INVALID_CREDENTIALS")


async def test_an_administrator_adds_a_company_and_a_person_and_disables_it(
    harness: SchemaHarness, identities: Identities
) -> None:
    admin = await identities.sign_in(identities.admin)
    added = await harness.act(
        admin,
        "createParty",
        "... on CreatePartyPayload { party { id code kind } }",
        code="NEW-1",
        name="New",
        kind="SHIPPER",
    )
    assert added["party"]["code"] == "NEW-1"
    taken = await harness.act(admin, "createParty", "", code="NEW-1", name="New", kind="SHIPPER")
    assert (taken["__typename"], taken["code"]) == ("RefusedProblem", "NAME_TAKEN")
    person = {"partyId": added["party"]["id"], "email": "new@new.example", "name": "New"}
    made = await harness.act(
        admin,
        "createUser",
        "... on CreateUserPayload { account { id roles party { code } } }",
        **person,
        roles=["SHIPPER"],
        password=PASSWORD,
    )
    assert made["account"]["party"] == {"code": "NEW-1"}
    faulty = await harness.act(admin, "createUser", "", **person, roles=["ADMIN"], password="x")
    assert set(places(faulty)) == {"roles", "password"}
    assert "token" in await sign_in(harness, "new@new.example", PASSWORD)
    disabled = await harness.act(
        admin,
        "disableUser",
        "... on DisableUserPayload { account { disabledAt } }",
        accountId=made["account"]["id"],
    )
    assert disabled["account"]["disabledAt"] is not None
    assert (await sign_in(harness, "new@new.example", PASSWORD))["code"] == "INVALID_CREDENTIALS"


async def test_a_changed_password_is_the_one_that_counts(
    harness: SchemaHarness, identities: Identities
) -> None:
    alice = await identities.sign_in(identities.alice)
    wrong = await harness.act(alice, "changePassword", "", current="wrong", new=NEW_PASSWORD)
    assert wrong["code"] == "INVALID_CREDENTIALS"
    done = await harness.act(alice, "changePassword", "", current=PASSWORD, new=NEW_PASSWORD)
    assert done["__typename"] == "ChangePasswordPayload"
    assert (await sign_in(harness, "alice@a.example", PASSWORD))["code"] == "INVALID_CREDENTIALS"
    assert "token" in await sign_in(harness, "alice@a.example", NEW_PASSWORD)


async def test_keys_are_made_rotated_listed_and_revoked(
    harness: SchemaHarness, identities: Identities
) -> None:
    alice = await identities.sign_in(identities.alice)
    payload = "... on ApiKeyPayload { text apiKey { id name prefix scopes revokedAt } }"
    made = await harness.act(
        alice,
        "createApiKey",
        payload,
        name="robot",
        roles=["SHIPPER"],
        scopes=["READ", "BOOK"],
        expiresAt=(datetime.now(UTC) + timedelta(days=10)).isoformat(),
    )
    assert made["apiKey"]["scopes"] == ["BOOK", "READ"]
    machine = await harness.services.identity.authenticate(made["text"])
    viewer = await harness.ask(machine, "{ viewer { account { email } party { code } scopes } }")
    assert viewer["viewer"] == {"account": None, "party": {"code": "SHIP-A"}, "scopes": ["BOOK", "READ"]}
    rotated = await harness.act(alice, "rotateApiKey", payload, keyId=made["apiKey"]["id"], overlapDays=0)
    assert rotated["apiKey"]["name"] == "robot"
    listed = await harness.ask(
        alice, "{ apiKeys(first: 1) { edges { node { id } } pageInfo { endCursor } } }"
    )
    assert [edge["node"]["id"] for edge in listed["apiKeys"]["edges"]] == [made["apiKey"]["id"]]
    following = await harness.ask(
        alice,
        "query ($after: String) { apiKeys(after: $after) { edges { node { id } } } }",
        after=listed["apiKeys"]["pageInfo"]["endCursor"],
    )
    assert [edge["node"]["id"] for edge in following["apiKeys"]["edges"]] == [rotated["apiKey"]["id"]]
    ended = await harness.act(
        alice,
        "revokeApiKey",
        "... on RevokeApiKeyPayload { apiKey { revokedAt } }",
        keyId=rotated["apiKey"]["id"],
    )
    assert ended["apiKey"]["revokedAt"] is not None
    again = await harness.act(alice, "revokeApiKey", "", keyId=rotated["apiKey"]["id"])
    assert again["__typename"] == "ConflictProblem"
    bob = await identities.sign_in(identities.bob)
    uninvolved = await harness.act(bob, "revokeApiKey", "", keyId=made["apiKey"]["id"])
    assert uninvolved["__typename"] == "NotFoundProblem"
