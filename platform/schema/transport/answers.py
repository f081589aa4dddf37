"""The HTTP form of an answer, as GraphQL over HTTP has it: media type, status, and whether it has `data`.

A client that accepts `application/graphql-response+json` sees from the status that an operation was not
executed. One that accepts `application/json` only gets 200 for every well-formed request, because another
status could be that of a proxy. An answer has no `data` when nothing was executed. Server-sent events
are for a client that prefers them: urql accepts them with every query, after JSON.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from schema.types.problems import ErrorCode

GRAPHQL_JSON = "application/graphql-response+json"
JSON = "application/json"
EVENT_STREAM = "text/event-stream"

_STATUSES = {
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.INTERNAL: 500,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.TIMEOUT: 504,
}
"""Of an operation that was not executed; 400 for every other reason."""


def media_type_for(accept: str) -> str:
    """Return the media type that an Accept header prefers of those there are; JSON when it names none."""
    chosen, highest = JSON, 0.0
    for part in accept.split(","):
        kind, *parameters = (text.strip().lower() for text in part.split(";"))
        weight = _weight(parameters)
        if kind in {GRAPHQL_JSON, JSON, EVENT_STREAM} and weight > highest:
            chosen, highest = kind, weight
    return chosen


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def without_data_unless_executed(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result without `data` when it was not executed: none of its errors is at a field."""
    was_executed = body["data"] is not None or any("path" in error for error in body.get("errors", ()))
    return dict(body) if was_executed else {name: value for name, value in body.items() if name != "data"}


def complete(response: Response, body: Mapping[str, Any], media_type: str) -> None:
    """Give the response to an operation its media type, and the status of one that was not executed."""
    response.headers["content-type"] = f"{media_type}; charset=utf-8" if media_type != JSON else JSON
    if media_type == JSON or "data" in body:
        return
    extensions = body["errors"][0]["extensions"]
    response.status_code = _STATUSES.get(extensions["code"], 400)
    if "retryAfter" in extensions:
        response.headers["retry-after"] = str(int(extensions["retryAfter"]) + 1)


def not_executed(request: HTTPConnection, error: GraphQLError) -> Response:
    """Return the answer to a request that names no document that could be executed."""
    accepted = media_type_for(request.headers.get("accept", ""))
    code = ErrorCode(error.extensions["code"] if error.extensions else ErrorCode.BAD_REQUEST)
    return refusal(request, 200 if accepted == JSON else 400, code, error.message)


def refusal(
    request: HTTPConnection,
    status: int,
    code: ErrorCode,
    message: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer to a request that was no operation, or that nobody could answer."""
    accepted = media_type_for(request.headers.get("accept", ""))
    return JSONResponse(
        {"errors": [{"message": message, "extensions": {"code": code}}]},
        status_code=status,
        headers=headers,
        media_type=GRAPHQL_JSON if accepted == GRAPHQL_JSON else JSON,
    )
