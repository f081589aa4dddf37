import pytest

from schema.transport.answers import media_type_for

GRAPHQL_JSON = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        # graphql-request and graphql-http.
        (f"{GRAPHQL_JSON}; charset=utf-8, application/json; charset=utf-8", GRAPHQL_JSON),
        # Apollo.
        (f"{GRAPHQL_JSON},application/json;q=0.9", GRAPHQL_JSON),
        # urql: server-sent events only as the last resort.
        (
            f"{GRAPHQL_JSON}, application/graphql+json, application/json, text/event-stream, multipart/mixed",
            GRAPHQL_JSON,
        ),
        (f"application/json, {GRAPHQL_JSON}", "application/json"),
        (f"application/json;q=0.5, {GRAPHQL_JSON};q=0.8", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0, application/json", "application/json"),
        (f"{GRAPHQL_JSON};q=much, application/json", "application/json"),
        ("Text/Event-Stream", "text/event-stream"),
        ("text/event-stream, multipart/mixed", "text/event-stream"),
    ],
)
def test_a_client_gets_the_media_type_that_it_prefers(accept: str, chosen: str) -> None:
    assert media_type_for(accept) == chosen
