from typing import Annotated

import pytest
import strawberry
from graphql import GraphQLError

from linepack.events.follower import FeedInterrupted
from linepack.problems import Conflict, Fault, Forbidden, InvalidInput, NotFound, Problem
from schema.execution.errors import is_fault, public_error
from schema.types.problems import (
    ErrorCode,
    FieldFault,
    InvalidInputProblem,
    NotFoundProblem,
    RefusedProblem,
    kernel_handlers,
)

pytestmark = pytest.mark.anyio


class GateClosed(Problem):
    code = "NOT_OPEN"


def wrapped(original: Exception) -> GraphQLError:
    return GraphQLError(str(original), original_error=original)


def public(error: GraphQLError) -> tuple[str, str]:
    shown = public_error(error, request_id="r-1")
    assert shown.extensions is not None
    return shown.message, shown.extensions["code"]


def test_a_fault_of_ours_says_nothing_but_where_to_look() -> None:
    shown = public_error(wrapped(RuntimeError("password=hunter2")), request_id="r-1")
    assert shown.message == "unexpected error"
    assert shown.extensions == {"code": "INTERNAL", "requestId": "r-1"}
    assert shown.original_error is None


@pytest.mark.parametrize(
    ("original", "code"),
    [
        (NotFound("contract", 1), ErrorCode.NOT_FOUND),
        (Forbidden("no"), ErrorCode.FORBIDDEN),
        (Conflict("moved on"), ErrorCode.CONFLICT),
        (InvalidInput([Fault("first", "too many")]), ErrorCode.BAD_REQUEST),
        (GateClosed("the gate closed at 13:00"), ErrorCode.BAD_REQUEST),
    ],
)
def test_a_refusal_outside_of_a_union_keeps_its_message_and_its_name(original: Problem, code: str) -> None:
    shown = public_error(wrapped(original), request_id="r-1")
    assert shown.message == original.message
    faults = [{"path": ["first"], "place": None, "message": "too many"}]
    expected = {"faults": faults} if isinstance(original, InvalidInput) else {}
    assert shown.extensions == {"code": code, "problem": original.code} | expected


def test_a_message_is_bounded_wherever_it_is_shown() -> None:
    long = "x" * 10_000
    for error in (wrapped(GateClosed(long)), GraphQLError(long), wrapped(NotFound("network", long))):
        assert len(public(error)[0]) <= 2_000
    assert len(NotFound("network", long).message) < 200
    assert len(FieldFault.of(Fault("code", long)).message) <= 2_000


def test_a_timeout_and_a_nesting_beyond_python_have_their_codes() -> None:
    assert public(wrapped(TimeoutError()))[1] == "TIMEOUT"
    assert public(wrapped(RecursionError("maximum recursion depth exceeded")))[1] == "COST_LIMIT"


@pytest.mark.parametrize("original", [ConnectionRefusedError(), FeedInterrupted("market")])
def test_the_absence_of_a_server_is_no_fault_and_may_be_tried_again(original: Exception) -> None:
    message, code = public(wrapped(original))
    assert code == "UNAVAILABLE"
    assert "same key" in message
    assert not is_fault(wrapped(original))


def test_what_a_client_did_wrong_is_a_bad_request_with_its_message() -> None:
    assert public(GraphQLError("Cannot query field 'x'")) == ("Cannot query field 'x'", "BAD_REQUEST")


def test_a_code_outside_of_the_closed_list_is_not_shown() -> None:
    assert public(GraphQLError("x", extensions={"code": "SOMETHING"})) == ("x", "BAD_REQUEST")
    assert public(GraphQLError("x", extensions={"code": "RATE_LIMITED"})) == ("x", "RATE_LIMITED")


@pytest.mark.parametrize("original", [RuntimeError("x"), GateClosed("x"), TimeoutError()])
def test_showing_an_error_twice_changes_nothing(original: Exception) -> None:
    once = public_error(wrapped(original), request_id="r-1")
    twice = public_error(once, request_id="r-1")
    assert (twice.message, twice.extensions) == (once.message, once.extensions)


def test_only_what_nobody_expected_is_a_fault() -> None:
    assert is_fault(wrapped(KeyError("x")))
    assert not is_fault(GraphQLError("x"))
    assert not is_fault(wrapped(GraphQLError("x")))
    assert not is_fault(wrapped(GateClosed("x")))


@strawberry.type
class Done:
    ok: bool


@strawberry.type
class Query:
    ok: bool = True


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def act(
        self, refusal: str
    ) -> Annotated[
        Done | InvalidInputProblem | NotFoundProblem | RefusedProblem, strawberry.union("ActResult")
    ]:
        match refusal:
            case "input":
                raise InvalidInput([Fault("quantity", "must be whole"), Fault("period", "is empty")])
            case "found":
                raise NotFound("point", "X", path=("receipt",))
            case "gate":
                raise GateClosed("the gate closed at 13:00")
            case "conflict":
                raise Conflict("moved on")
            case _:
                return Done(ok=True)


SCHEMA = strawberry.Schema(Query, Mutation, exception_handlers=kernel_handlers())
ACT = """
    mutation($refusal: String!) { act(refusal: $refusal) {
        __typename
        ... on Problem { code message path }
        ... on InvalidInputProblem { faults { path place message } }
    } }
"""


@pytest.mark.parametrize(
    ("refusal", "answer"),
    [
        ("", {"__typename": "Done"}),
        (
            "input",
            {
                "__typename": "InvalidInputProblem",
                "code": "INVALID_INPUT",
                "message": "2 faults: quantity: must be whole; period: is empty",
                "path": [],
                "faults": [
                    {"path": ["quantity"], "place": None, "message": "must be whole"},
                    {"path": ["period"], "place": None, "message": "is empty"},
                ],
            },
        ),
        (
            "found",
            {
                "__typename": "NotFoundProblem",
                "code": "NOT_FOUND",
                "message": "no point X",
                "path": ["receipt"],
            },
        ),
        (
            "gate",
            {
                "__typename": "RefusedProblem",
                "code": "NOT_OPEN",
                "message": "the gate closed at 13:00",
                "path": [],
            },
        ),
    ],
)
async def test_a_refusal_is_the_member_of_the_union_that_names_it(
    refusal: str, answer: dict[str, object]
) -> None:
    result = await SCHEMA.execute(ACT, {"refusal": refusal})
    assert result.errors is None
    assert result.data == {"act": answer}


async def test_a_refusal_whose_own_type_is_not_in_the_union_is_shown_as_any_other() -> None:
    result = await SCHEMA.execute(ACT, {"refusal": "conflict"})
    assert result.data == {
        "act": {"__typename": "RefusedProblem", "code": "CONFLICT", "message": "moved on", "path": []}
    }
