"""What administrators do with accounts, and their lists, through the API."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.identities import PASSWORD, Identities, make_identities, make_identity
from tests.integration.market.market_fixture import fill_market
from tests.integration.schema.harness import SchemaHarness, schema_harness

from linepack.access import Principal, Role
from linepack.database.connections import Database
from linepack.identity.commands import NewUser
from linepack.identity.model import Account, Party
from linepack.identity.service import create_user

pytestmark = pytest.mark.anyio

OWN_PASSWORD = "a password of one's own"
INITIAL = """... on InitialPasswordPayload {
    initialPassword account { id email roles initialPasswordUntil signedInAt keyCount party { code } }
}"""
ACCOUNTS = """query ($search: String, $party: ID, $role: Role, $isEnabled: Boolean, $orderBy: AccountSort!) {
    accounts(search: $search, party: $party, role: $role, isEnabled: $isEnabled, orderBy: $orderBy,
        direction: ASCENDING) {
        totalCount { count } edges { node { email name party { code } roles keyCount } }
    }
}"""
EVENTS = """query ($account: ID, $kind: AccountEventKind) {
    accountEvents(account: $account, kind: $kind) { edges { node {
        kind isByInstallation rolesBefore rolesAfter
        account { email } apiKey { name } by { email } party { code }
    } } }
}"""


@pytest.fixture
async def harness(database: Database, redis: Redis) -> SchemaHarness:
    return schema_harness(await fill_market(database), redis)


@pytest.fixture
async def identities(harness: SchemaHarness, database: Database, redis: Redis) -> Identities:
    return await make_identities(make_identity(database, redis))


async def keeper_of(identities: Identities, party: Party) -> Principal:
    email = f"keeper@{party.code.lower()}.example"
    command = NewUser(party.id, email, "Keeper", frozenset({Role.COMPANY_ADMIN}), PASSWORD)
    account = await create_user(command, identities.identity.context(identities.platform))
    return await identities.sign_in(account)


def global_id(kind: str, of: Party | Account) -> str:
    return base64.b64encode(f"{kind}:{of.id}".encode()).decode()


async def emails(harness: SchemaHarness, principal: Principal, **given: Any) -> list[str]:
    page = (await harness.ask(principal, ACCOUNTS, **{"orderBy": "EMAIL", **given}))["accounts"]
    found = [edge["node"]["email"] for edge in page["edges"]]
    assert page["totalCount"]["count"] == len(found)
    return found


async def test_a_person_is_invited_signs_in_and_is_kept_by_its_company(
    harness: SchemaHarness, identities: Identities
) -> None:
    keeper = await keeper_of(identities, identities.shipper)
    person = {"email": "new@a.example", "name": "New", "roles": ["MARKETER"]}
    party = global_id("Party", identities.shipper)
    invited = await harness.act(keeper, "inviteUser", INITIAL, partyId=party, **person)
    account = invited["account"]
    assert account["party"] == {"code": "SHIP-A"}
    assert (account["signedInAt"], account["keyCount"]) == (None, 0)
    assert account["initialPasswordUntil"] is not None
    credentials = {"email": "new@a.example", "password": invited["initialPassword"]}
    payload = "... on SignInPayload { viewer { account { initialPasswordUntil } } }"
    refused = await harness.act(None, "signIn", payload, **credentials)
    assert (refused["code"], refused["path"]) == ("INITIAL_PASSWORD", ["newPassword"])
    entered = await harness.act(None, "signIn", payload, **credentials, newPassword=OWN_PASSWORD)
    assert entered["viewer"]["account"] == {"initialPasswordUntil": None}
    again = await harness.act(keeper, "inviteUser", INITIAL, partyId=party, **person)
    assert (again["code"], again["path"]) == ("NAME_TAKEN", ["email"])
    changes = [
        ("changeRoles", "... on ChangeRolesPayload { account { roles } }", {"roles": ["SHIPPER"]}),
        ("disableUser", "... on DisableUserPayload { account { disabledAt } }", {}),
        ("enableUser", "... on EnableUserPayload { account { disabledAt } }", {}),
        ("resetPassword", INITIAL, {}),
    ]
    other_keeper = await keeper_of(identities, identities.other_shipper)
    for name, payload, given in changes:
        done = await harness.act(keeper, name, payload, accountId=account["id"], **given)
        assert done["__typename"].endswith("Payload"), done
        for principal, problem in (
            (other_keeper, "NotFoundProblem"),
            (await identities.sign_in(identities.alice), "ForbiddenProblem"),
        ):
            refused = await harness.act(principal, name, "", accountId=account["id"], **given)
            assert refused["__typename"] == problem
    refused = await harness.act(None, "signIn", "", email="new@a.example", password=OWN_PASSWORD)
    assert refused["code"] == "INVALID_CREDENTIALS"


async def test_the_list_of_accounts_is_filtered_and_ordered_within_what_one_keeps(
    harness: SchemaHarness, identities: Identities
) -> None:
    keeper = await keeper_of(identities, identities.shipper)
    admin = await identities.sign_in(identities.admin)
    own, all_of_them = (
        ["alice@a.example", "keeper@ship-a.example"],
        [
            "admin@platform.example",
            "alice@a.example",
            "bob@b.example",
            "keeper@ship-a.example",
        ],
    )
    assert await emails(harness, keeper) == own
    assert await emails(harness, admin) == all_of_them
    assert await emails(harness, keeper, role="COMPANY_ADMIN") == ["keeper@ship-a.example"]
    assert await emails(harness, keeper, search="ALI") == ["alice@a.example"]
    assert await emails(harness, admin, search="keep") == ["keeper@ship-a.example"]
    assert await emails(harness, admin, orderBy="NAME") == [
        "keeper@ship-a.example",  # "Keeper" before "admin": capitals first
        "admin@platform.example",
        "alice@a.example",
        "bob@b.example",
    ]
    await harness.act(keeper, "disableUser", "", accountId=global_id("Account", identities.alice))
    assert await emails(harness, keeper, isEnabled=True) == ["keeper@ship-a.example"]
    assert await emails(harness, keeper, isEnabled=False) == ["alice@a.example"]
    # What is another's is not there, whatever one filters by.
    other = global_id("Party", identities.other_shipper)
    assert await emails(harness, keeper, party=other) == []
    assert await emails(harness, admin, party=other) == ["bob@b.example"]
    assert await emails(harness, keeper, search="bob") == []
    assert await emails(harness, keeper, role="ADMIN") == []


async def test_a_cursor_of_another_companys_list_opens_nothing(
    harness: SchemaHarness, identities: Identities
) -> None:
    admin = await identities.sign_in(identities.admin)
    keeper = await keeper_of(identities, identities.shipper)
    page = "edges { cursor node { email party { code } } }"
    theirs = (await harness.ask(admin, f"{{ accounts(first: 100) {{ {page} }} }}"))["accounts"]["edges"]
    for edge in theirs:
        for side in ("after", "before"):
            query = f'{{ accounts({side}: "{edge["cursor"]}") {{ {page} }} }}'
            found = (await harness.ask(keeper, query))["accounts"]["edges"]
            assert {one["node"]["party"]["code"] for one in found} <= {"SHIP-A"}


async def test_accounts_and_events_are_found_by_id_by_those_who_keep_them_and_oneself(
    harness: SchemaHarness, identities: Identities
) -> None:
    keeper = await keeper_of(identities, identities.shipper)
    other_keeper = await keeper_of(identities, identities.other_shipper)
    alice, bob, admin = [
        await identities.sign_in(one) for one in (identities.alice, identities.bob, identities.admin)
    ]
    node = "query ($id: ID!) { node(id: $id) { __typename id } }"
    account = global_id("Account", identities.alice)
    listed = await harness.ask(keeper, "{ accountEvents(first: 1) { edges { node { id } } } }")
    event = listed["accountEvents"]["edges"][0]["node"]["id"]
    for identity, kind, finders in (
        (account, "Account", (keeper, alice, admin)),
        (event, "AccountEvent", (keeper, admin)),
    ):
        for principal in (keeper, other_keeper, alice, bob, admin):
            expected = {"__typename": kind, "id": identity} if principal in finders else None
            assert (await harness.ask(principal, node, id=identity))["node"] == expected


async def test_events_say_who_did_what_to_whom(harness: SchemaHarness, identities: Identities) -> None:
    keeper = await keeper_of(identities, identities.shipper)
    admin = await identities.sign_in(identities.admin)
    alice = global_id("Account", identities.alice)
    roles = ["MARKETER", "SHIPPER"]
    await harness.act(keeper, "changeRoles", "", accountId=alice, roles=roles)
    await harness.act(admin, "disableUser", "", accountId=alice)
    shown = await harness.ask(keeper, EVENTS, account=alice)
    disabled, changed, created = (edge["node"] for edge in shown["accountEvents"]["edges"])
    assert changed == {
        "kind": "ROLES_CHANGED",
        "isByInstallation": False,
        "rolesBefore": ["SHIPPER"],
        "rolesAfter": roles,
        "account": {"email": "alice@a.example"},
        "apiKey": None,
        "by": {"email": "keeper@ship-a.example"},
        "party": {"code": "SHIP-A"},
    }
    # The company sees that the installation did it, but nobody's account there.
    assert (disabled["kind"], disabled["isByInstallation"], disabled["by"]) == ("DISABLED", True, None)
    assert (created["kind"], created["rolesBefore"]) == ("CREATED", [])
    seen = await harness.ask(admin, EVENTS, account=alice, kind="DISABLED")
    [by_admin] = (edge["node"] for edge in seen["accountEvents"]["edges"])
    assert by_admin["by"] == {"email": "admin@platform.example"}
    other_keeper = await keeper_of(identities, identities.other_shipper)
    assert (await harness.ask(other_keeper, EVENTS, account=alice))["accountEvents"]["edges"] == []


async def test_a_company_sees_how_many_keys_a_person_has_made(
    harness: SchemaHarness, identities: Identities
) -> None:
    alice = await identities.sign_in(identities.alice)
    keeper = await keeper_of(identities, identities.shipper)
    expires_at = (datetime.now(UTC) + timedelta(days=10)).isoformat()
    given = {"name": "robot", "roles": ["SHIPPER"], "scopes": ["READ"], "expiresAt": expires_at}
    made = [
        await harness.act(alice, "createApiKey", "... on ApiKeyPayload { apiKey { id } }", **given)
        for _ in range(3)
    ]
    await harness.act(keeper, "revokeApiKey", "", keyId=made[0]["apiKey"]["id"])
    page = await harness.ask(keeper, ACCOUNTS, search="alice", orderBy="EMAIL")
    assert page["accounts"]["edges"][0]["node"]["keyCount"] == 2
