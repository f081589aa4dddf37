import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLError

from linepack.access import Principal
from linepack.ids import ApiKeyId, PartyId, UserId
from schema.types.listed_operations import AdHocUse, ListedOperations, id_of, names_document

# The example and its id of GraphQL over HTTP, appendix A, "SHA256 Hex Document Identifier".
PUBLISHED = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"
PUBLISHED_ID = "7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"
LISTED = ListedOperations({PUBLISHED_ID: PUBLISHED})
ELSEWHERE = hashlib.sha256(b"{ other }").hexdigest()


def persisted(sha256_hash: Any, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256_hash}}, **more}


def code(request: dict[str, Any]) -> str:
    with pytest.raises(GraphQLError) as refused:
        LISTED.with_query(request)
    assert refused.value.extensions is not None
    return str(refused.value.extensions["code"])


def test_the_id_of_a_document_is_that_of_the_specification() -> None:
    assert id_of(PUBLISHED) == PUBLISHED_ID
    assert id_of("query($id:ID!){user(id:$id){name}}") == (
        "71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b"
    )


@pytest.mark.parametrize(
    "request_",
    [
        {"documentId": f"sha256:{PUBLISHED_ID}"},
        {"documentId": PUBLISHED_ID},
        persisted(PUBLISHED_ID),
        persisted(PUBLISHED_ID, query=None),
        persisted(PUBLISHED_ID, query=""),
        persisted(PUBLISHED_ID, documentId=f"sha256:{PUBLISHED_ID}"),
    ],
)
def test_a_listed_document_is_found_by_its_id_in_every_form(request_: dict[str, Any]) -> None:
    given = {**request_, "variables": {"id": "1"}}
    assert names_document(given)
    assert LISTED.with_query(given) == {**given, "query": PUBLISHED}


@pytest.mark.parametrize(
    "request_",
    [
        {"query": "{ a }"},
        {},
        {"extensions": None},
        {"extensions": {"persistedQuery": None}},
        {"documentId": None},
    ],
)
def test_a_request_without_an_id_stays_as_it_is(request_: dict[str, Any]) -> None:
    assert not names_document(request_)
    assert LISTED.with_query(request_) == request_


@pytest.mark.parametrize(
    "stated", [ELSEWHERE, "md5:abc", "", "x" * 100_000, PUBLISHED_ID.upper(), f"x-own:{PUBLISHED_ID}", "ä"]
)
def test_an_id_that_is_not_listed_is_answered_in_the_words_that_clients_look_for(stated: str) -> None:
    for request in ({"documentId": stated}, persisted(stated)):
        assert code(request) == "PERSISTED_QUERY_NOT_FOUND"
        with pytest.raises(GraphQLError, match=r"^PersistedQueryNotFound"):
            LISTED.with_query(request)


@pytest.mark.parametrize(
    "request_",
    [
        {"documentId": 7},
        {"documentId": ["a"]},
        persisted(None),
        persisted({"a": 1}),
        {"extensions": {"persistedQuery": {"version": 1}}},
        persisted(ELSEWHERE, documentId=PUBLISHED_ID),
        persisted(ELSEWHERE, query=PUBLISHED),
        {"documentId": PUBLISHED_ID, "query": "{ other }"},
    ],
)
def test_a_request_that_contradicts_itself_is_refused(request_: dict[str, Any]) -> None:
    assert code(request_) == "BAD_REQUEST"


def test_a_document_that_is_sent_with_its_id_is_not_listed_by_that() -> None:
    assert LISTED.with_query(persisted(ELSEWHERE, query="{ other }"))["query"] == "{ other }"
    assert code(persisted(ELSEWHERE)) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("request_", [{}, {"documentId": PUBLISHED_ID}])
def test_a_document_that_is_sent_has_a_length(request_: dict[str, Any]) -> None:
    longest = "{ a } #".ljust(100_000, "x")
    assert LISTED.with_query({"query": longest})["query"] == longest
    with pytest.raises(GraphQLError, match="a document has at most 100000 characters") as refused:
        LISTED.with_query({**request_, "query": longest + "x"})
    assert refused.value.extensions == {"code": "COST_LIMIT"}


def principal(*, key: str | None = None) -> Principal:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    party, nothing = PartyId(UUID(int=1)), frozenset[Any]()
    if key is not None:
        return Principal(f"key:{key}", party, nothing, nothing, until, api_key_id=ApiKeyId(UUID(int=3)))
    return Principal("user:1", party, nothing, nothing, until, user_id=UserId(UUID(int=2)))


@pytest.mark.parametrize(
    ("use", "allowed"),
    [
        (AdHocUse(), ("anonymous", "person", "a key", "another key")),
        (AdHocUse(is_open=False), ("a key", "another key")),
        (AdHocUse(is_open=False, keys=frozenset({"abc"})), ("a key",)),
        (AdHocUse(is_open=False, keys=frozenset()), ()),
    ],
)
def test_others_than_listed_operations_are_for_those_whom_the_installation_names(
    use: AdHocUse, allowed: tuple[str, ...]
) -> None:
    callers = {
        "anonymous": None,
        "person": principal(),
        "a key": principal(key="abc"),
        "another key": principal(key="abd"),
    }
    listed = ListedOperations({PUBLISHED_ID: PUBLISHED}, use)
    for name, caller in callers.items():
        listed.require(PUBLISHED, caller)
        for text in ("{ other }", PUBLISHED + " ", "\ud800"):
            if name in allowed:
                listed.require(text, caller)
            else:
                with pytest.raises(GraphQLError) as refused:
                    listed.require(text, caller)
                assert refused.value.extensions == {"code": "OPERATION_NOT_LISTED"}
