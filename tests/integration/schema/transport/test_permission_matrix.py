"""Each role on each root field, over the real schema. The table says who may; the schema is held to it."""

import asyncio
from typing import Any

import pytest
from graphql import OperationType, get_named_type, is_union_type
from tests.integration.schema.transport.every_operation import Operation, every_operation
from tests.integration.schema.transport.security_client import SecurityClient
from tests.waiting import TIME_LIMIT_S
from tests.websocket_client import Socket

from linepack.access import ROLE_SCOPES, Role, Scope
from schema.api import build_schema

pytestmark = pytest.mark.anyio

PUBLIC = "public"
SIGNED_IN = "signed in"
NEEDED: dict[str, str | Scope | frozenset[Role]] = {
    "query.viewer": SIGNED_IN,
    "query.sessions": SIGNED_IN,
    "query.parties": Scope.READ,
    "query.accounts": Scope.MANAGE,
    "query.accountEvents": Scope.MANAGE,
    "query.apiKeys": SIGNED_IN,
    "query.networks": Scope.READ,
    "query.network": Scope.READ,
    "query.availability": Scope.READ,
    "query.networkAvailability": Scope.READ,
    "query.usage": Scope.READ,
    "query.elementUse": Scope.READ,
    "query.pressures": Scope.READ,
    "query.shortfalls": Scope.READ,
    "query.trackPath": Scope.READ,
    "query.steadySimulation": Scope.READ,
    "query.compressorDispatch": Scope.READ,
    "query.tariffs": Scope.READ,
    "query.productRules": Scope.READ,
    "query.indexValues": Scope.READ,
    "query.interruptibleQuantities": Scope.READ,
    "query.setAsides": Scope.READ,
    "query.credit": Scope.READ,
    "query.creditLimits": Scope.READ,
    "query.contracts": Scope.READ,
    "query.contract": Scope.READ,
    "query.lineage": Scope.READ,
    "query.listings": Scope.READ,
    "query.ownListings": Scope.TRADE,
    "query.callsForOrders": Scope.READ,
    "query.ownCallsForOrders": Scope.TRADE,
    "query.orders": Scope.READ,
    "query.releaseOffers": Scope.READ,
    "query.ownReleaseOffers": Scope.TRADE,
    "query.bids": Scope.READ,
    "query.bidQuote": Scope.TRADE,
    "query.listingQuote": Scope.TRADE,
    "query.positions": Scope.READ,
    "query.tradeTape": Scope.READ,
    "query.partyBalances": Scope.SETTLE,
    "query.trades": Scope.READ,
    "query.settlementEvents": Scope.SETTLE,
    "query.ledgerEntries": Scope.SETTLE,
    "query.settlementStatus": Scope.SETTLE,
    "query.balances": Scope.SETTLE,
    "query.releaseCredits": Scope.SETTLE,
    "query.transparencyLogs": Scope.READ,
    "query.entryInclusion": Scope.SETTLE,
    "query.verdictInclusion": Scope.READ,
    "query.proofDocuments": Scope.READ,
    "query.jobs": Scope.READ,
    "query.job": Scope.READ,
    "query.node": Scope.READ,
    "mutation.signIn": PUBLIC,
    "mutation.refresh": PUBLIC,
    "mutation.signOut": SIGNED_IN,
    "mutation.endSession": SIGNED_IN,
    "mutation.enrolSecondFactor": SIGNED_IN,
    "mutation.confirmSecondFactor": SIGNED_IN,
    "mutation.removeSecondFactor": SIGNED_IN,
    "mutation.resetSecondFactor": Scope.ADMINISTER,
    "mutation.changePassword": SIGNED_IN,
    "mutation.createParty": Scope.ADMINISTER,
    "mutation.createUser": Scope.ADMINISTER,
    "mutation.inviteUser": Scope.MANAGE,
    "mutation.disableUser": Scope.MANAGE,
    "mutation.enableUser": Scope.MANAGE,
    "mutation.changeRoles": Scope.MANAGE,
    "mutation.resetPassword": Scope.MANAGE,
    "mutation.createApiKey": SIGNED_IN,
    "mutation.rotateApiKey": SIGNED_IN,
    "mutation.revokeApiKey": SIGNED_IN,
    "mutation.importNetwork": Scope.OPERATE,
    "mutation.publishRevision": Scope.OPERATE,
    "mutation.setPolicy": Scope.OPERATE,
    "mutation.setOverlay": Scope.OPERATE,
    "mutation.withdrawOverlay": Scope.OPERATE,
    "mutation.setAside": Scope.OPERATE,
    "mutation.endSetAside": Scope.OPERATE,
    "mutation.validateBookings": Scope.OPERATE,
    "mutation.dispatchCompressors": Scope.OPERATE,
    "mutation.cancelJob": Scope.OPERATE,
    "mutation.setCreditLimit": Scope.OPERATE,
    "mutation.setCreditSuspension": Scope.OPERATE,
    "mutation.recordCreditPayment": Scope.OPERATE,
    "mutation.setTariff": Scope.OPERATE,
    "mutation.setProductRules": Scope.OPERATE,
    "mutation.publishIndexValues": Scope.OPERATE,
    "mutation.setInterruptibleQuantity": Scope.OPERATE,
    "query.dryRunBookCapacity": Scope.BOOK,
    "query.dryRunBookProfile": Scope.BOOK,
    "mutation.bookCapacity": Scope.BOOK,
    "mutation.bookProfile": Scope.BOOK,
    "mutation.postListing": Scope.TRADE,
    "mutation.takeListing": Scope.TRADE,
    "mutation.withdrawListing": Scope.TRADE,
    "mutation.openCallToSell": Scope.TRADE,
    "mutation.openCallToBuy": Scope.TRADE,
    "mutation.closeCall": Scope.TRADE,
    "mutation.placeOrder": Scope.TRADE,
    "mutation.acceptOrder": Scope.TRADE,
    "mutation.offerRelease": Scope.TRADE,
    "mutation.withdrawRelease": Scope.TRADE,
    "mutation.awardRelease": SIGNED_IN,
    "mutation.placeBid": Scope.TRADE,
    "mutation.withdrawBid": Scope.TRADE,
    "query.clearings": Scope.READ,
    "query.clearingBids": Scope.READ,
    "query.clearingDraft": Scope.OPERATE,
    "mutation.draftClearing": Scope.OPERATE,
    "mutation.openClearing": Scope.OPERATE,
    "mutation.withdrawClearing": Scope.OPERATE,
    "mutation.awardClearing": Scope.OPERATE,
    "mutation.placeClearingBid": Scope.TRADE,
    "mutation.withdrawClearingBid": Scope.TRADE,
    "mutation.recordReplacementDefault": Scope.SETTLE,
    "mutation.recordLatePayment": Scope.SETTLE,
    "subscription.availabilityChanges": Scope.READ,
    "subscription.networkAvailability": Scope.READ,
    "subscription.shortfallNotices": Scope.READ,
    "subscription.dryRunBookCapacity": Scope.BOOK,
    "subscription.jobChanges": Scope.READ,
    "subscription.jobProgress": Scope.READ,
    "subscription.marketEvents": Scope.READ,
    "subscription.positionChanges": Scope.READ,
    "subscription.tradeTape": Scope.READ,
    "subscription.settlements": Scope.SETTLE,
}
OPERATIONS = every_operation(build_schema()._schema)
ASKED = sorted(
    (operation for operation in OPERATIONS if operation.kind != "subscription"),
    key=lambda operation: operation.field == "signOut",  # it goes last: nothing is allowed afterwards
)
FOLLOWED = [operation for operation in OPERATIONS if operation.kind == "subscription"]
QUIET_S = 0.3


def is_allowed(role: Role, operation: Operation) -> bool:
    needed = NEEDED[str(operation)]
    if isinstance(needed, frozenset):
        return role in needed
    return needed in (PUBLIC, SIGNED_IN) or needed in ROLE_SCOPES[role]


async def answer_to(socket: Socket, operation: Operation, seconds: float) -> dict[str, Any]:
    """Return the first message about a subscription, passing over others'; an empty one if none comes."""
    try:
        async with asyncio.timeout(seconds):
            while (message := await socket.receive()).get("id") != str(operation):
                pass
            return message
    except TimeoutError:
        return {"payload": {}}


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors") or []}


def denied(answer: dict[str, Any]) -> bool:
    """Whether the result of a field is the problem that the caller lacks its scope."""
    results = (answer.get("data") or {}).values()
    problems = [one for one in results if isinstance(one, dict) and one["__typename"] == "ForbiddenProblem"]
    return any(one["message"].startswith("this needs the scope") for one in problems)


def test_the_table_decides_about_every_root_field_and_no_other() -> None:
    assert sorted(map(str, OPERATIONS)) == sorted(NEEDED)


def says_it_as_data(operation: Operation) -> bool:
    """Whether one of the results of an operation is that the caller may not do it."""
    root = build_schema()._schema.get_root_type(OperationType(operation.kind))
    assert root is not None
    result = get_named_type(root.fields[operation.field].type)
    return is_union_type(result) and any(kind.name == "ForbiddenProblem" for kind in result.types)


async def test_each_role_reaches_the_fields_of_its_scopes_and_no_other(
    full_client: SecurityClient, tokens_by_role: dict[Role, str]
) -> None:
    wrong = []
    for role, token in tokens_by_role.items():
        for operation in ASKED:
            answer = await full_client.ask(operation.query, token, **operation.variables)
            found = codes(answer)
            allowed = is_allowed(role, operation)
            # Where the result may be a problem, it says so as data.
            as_data = says_it_as_data(operation)
            expected = set() if allowed or as_data else {"FORBIDDEN"}
            if "INTERNAL" in found or (found & {"FORBIDDEN", "UNAUTHENTICATED"}) != expected:
                wrong.append((role.value, str(operation), answer))
            if denied(answer) != (not allowed and as_data):
                wrong.append((role.value, str(operation), answer))
            if expected and answer["data"] is not None and any(answer["data"].values()):
                wrong.append((role.value, str(operation), answer))
    assert wrong == []


async def test_an_anonymous_caller_reaches_nothing_but_signing_in(full_client: SecurityClient) -> None:
    wrong = []
    for operation in ASKED:
        answer = await full_client.ask(operation.query, **operation.variables)
        expected = set() if NEEDED[str(operation)] == PUBLIC else {"UNAUTHENTICATED"}
        if codes(answer) != expected:
            wrong.append((str(operation), answer))
    assert wrong == []


async def test_each_role_follows_the_streams_of_its_scopes_and_no_other(
    full_client: SecurityClient, tokens_by_role: dict[Role, str]
) -> None:
    for role, token in tokens_by_role.items():
        async with Socket(full_client.app) as socket:
            await socket.start(token)
            for operation in FOLLOWED:
                await socket.subscribe(operation.query, operation.variables, identity=str(operation))
                allowed = is_allowed(role, operation)
                first = await answer_to(socket, operation, QUIET_S if allowed else TIME_LIMIT_S)
                payload = first.get("payload") or {}
                found = codes({"errors": payload} if isinstance(payload, list) else payload)
                expected = set() if allowed else {"FORBIDDEN"}
                assert "INTERNAL" not in found
                assert found & {"FORBIDDEN", "UNAUTHENTICATED"} == expected, (role, str(operation), first)
                await socket.send(type="complete", id=str(operation))
