"""One channel for refusals: whatever is wrong with the input of a mutation is data, at its field.

Asked over HTTP as any client asks: one operation, its input in a variable.
"""

from typing import Any

import pytest
from tests.identities import Identities
from tests.integration.schema.transport.security_client import SecurityClient, code_of
from tests.websocket_client import Socket

from linepack.access import Role

pytestmark = pytest.mark.anyio

PROBLEM = """
    __typename
    ... on Problem { code message path }
    ... on InvalidInputProblem { faults { path place message } }
"""
BOOK = f"mutation Book($input: BookCapacityInput!) {{ bookCapacity(input: $input) {{ {PROBLEM} }} }}"
INPUT = {
    "network": "belgian",
    "receipt": "a",
    "delivery": "x",
    "start": "2027-01-01",
    "end": "2027-02-01",
    "quantity": 10,
    "idempotencyKey": "k",
}


@pytest.fixture
async def alice(identities: Identities) -> str:
    return await identities.token(identities.alice)


async def answered(client: SecurityClient, token: str, query: str, **variables: Any) -> dict[str, Any]:
    """Return the only field of an answer without errors."""
    answer = await client.ask(query, token, **variables)
    assert "errors" not in answer, answer
    [field] = answer["data"].values()
    return dict(field)


def faults(problem: dict[str, Any]) -> dict[str, str]:
    assert (problem["__typename"], problem["code"]) == ("InvalidInputProblem", "INVALID_INPUT")
    return {".".join(fault["path"]): fault["message"] for fault in problem["faults"]}


async def test_every_variable_that_does_not_fit_is_a_fault_at_its_field(
    full_client: SecurityClient, alice: str
) -> None:
    given = {**INPUT, "quantity": -5, "start": "soon", "firmness": "SOFT", "hurry": True}
    del given["network"]
    found = faults(await answered(full_client, alice, BOOK, input=given))
    assert set(found) == {"quantity", "start", "firmness", "hurry", "network"}
    assert found["quantity"] == "expected a whole number of commercial units from 1 to 1000000000000, not -5"
    assert found["network"] == "is required"
    assert found["hurry"] == "is not a field of BookCapacityInput"


async def test_a_variable_within_an_input_is_named_by_the_field_that_it_is_given_for(
    full_client: SecurityClient, alice: str
) -> None:
    query = f"""mutation($amount: Quantity!, $from: GasDay!) {{
        bookCapacity(input: {{
            network: "belgian", start: $from, end: "2027-02-01", quantity: $amount, idempotencyKey: "k"
        }}) {{ {PROBLEM} }}
    }}"""
    found = faults(await answered(full_client, alice, query, **{"amount": 0, "from": "2027"}))
    assert set(found) == {"start", "quantity"}


async def test_places_in_lists_and_objects_are_paths(
    full_client: SecurityClient, tokens_by_role: dict[Role, str]
) -> None:
    query = f"""mutation($values: [IndexValueInput!]!) {{
        publishIndexValues(input: {{network: "belgian", values: $values}}) {{ {PROBLEM} }}
    }}"""
    values = [{"index": "TTF", "day": "2027-01-01", "value": "1"}, {"index": "TTF", "day": "x", "value": 0.5}]
    found = faults(await answered(full_client, tokens_by_role[Role.OPERATOR], query, values=values))
    assert set(found) == {"values.1.day", "values.1.value"}


async def test_the_selection_is_that_of_the_client_whatever_its_form(
    full_client: SecurityClient, alice: str
) -> None:
    query = """
        mutation Book($input: BookCapacityInput!, $wordy: Boolean = false) {
            booked: bookCapacity(input: $input) { ...Result ... on BookCapacityPayload { contract { id } } }
        }
        fragment Result on BookCapacityResult { kind: __typename ...Reason }
        fragment Reason on Problem { code message @include(if: $wordy) }
    """
    answer = await full_client.ask(query, alice, input={**INPUT, "quantity": "many"})
    assert answer["data"] == {"booked": {"kind": "InvalidInputProblem", "code": "INVALID_INPUT"}}
    assert answer["extensions"]["cost"]["requested"] > 0
    wordy = await full_client.ask(query, alice, input={**INPUT, "quantity": "many"}, wordy=True)
    assert wordy["data"]["booked"]["message"].startswith("1 fault: quantity: expected")


async def test_nothing_is_done_when_one_of_several_fields_cannot_be_read(
    full_client: SecurityClient, alice: str
) -> None:
    query = """mutation($good: BookCapacityInput!, $bad: BookCapacityInput!) {
        a: bookCapacity(input: $good) { __typename } b: bookCapacity(input: $bad) { __typename }
    }"""
    answer = await full_client.ask(query, alice, good=INPUT, bad={**INPUT, "quantity": 0})
    assert code_of(answer) == "BAD_REQUEST"
    assert "data" not in answer


async def test_a_query_whose_result_can_be_a_problem_answers_alike_and_others_fail(
    full_client: SecurityClient, alice: str
) -> None:
    track = f"""query($day: GasDay!) {{
        trackPath(network: "belgian", day: $day, from: "a", to: "b") {{ {PROBLEM} }}
    }}"""
    assert set(faults(await answered(full_client, alice, track, day="today"))) == {"day"}
    usage = """query($day: GasDay!) {
        usage(network: "belgian", period: {start: $day, end: $day}) { rightsVersion }
    }"""
    assert code_of(await full_client.ask(usage, alice, day="today")) == "BAD_REQUEST"


async def test_signing_in_is_answered_alike_without_being_signed_in(full_client: SecurityClient) -> None:
    query = f"mutation($input: SignInInput!) {{ signIn(input: $input) {{ {PROBLEM} }} }}"
    answer = await full_client.ask(query, input={"email": None})
    assert set(faults(answer["data"]["signIn"])) == {"email", "password"}


async def test_a_caller_without_the_scope_is_forbidden_as_data_and_an_anonymous_one_is_an_error(
    full_client: SecurityClient, tokens_by_role: dict[Role, str]
) -> None:
    refused = await answered(full_client, tokens_by_role[Role.REGULATOR], BOOK, input=INPUT)
    assert (refused["__typename"], refused["code"]) == ("ForbiddenProblem", "FORBIDDEN")
    assert refused["message"] == "this needs the scope BOOK, which you do not have"
    assert code_of(await full_client.ask(BOOK, input=INPUT)) == "UNAUTHENTICATED"


async def test_a_websocket_answers_alike(full_client: SecurityClient, alice: str) -> None:
    async with Socket(full_client.app) as socket:
        await socket.start(alice)
        await socket.subscribe(BOOK, {"input": {**INPUT, "quantity": 0}})
        received = await socket.receive()
    assert received["type"] == "next"
    assert set(faults(received["payload"]["data"]["bookCapacity"])) == {"quantity"}
