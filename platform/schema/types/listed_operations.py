"""Listed operations: documents that clients ask for by id, and who may send others.

The id of a document is the SHA-256 of its text. A client sends it as `documentId` ("sha256:" and 64
hexadecimal digits, as GraphQL over HTTP has it, or the digits alone), or as
`extensions.persistedQuery.sha256Hash`. The installation lists documents
(`schema.transport.operation_lists`); nobody lists one by sending it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLError

from linepack.access import Principal
from linepack.limits import QUERY_CHARACTERS_MAX
from schema.types.problems import ErrorCode

NOT_FOUND_TEXT: Final = "PersistedQueryNotFound"
"""What clients of persisted queries look for."""
KEY_SUBJECT: Final = "key:"

_ID = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def id_of(text: str) -> str:
    """Return the id of a document."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class AdHocUse:
    """Who may send operations that are not listed: everyone, or API keys; of these all, or those named.

    Keys are named by their prefixes.
    """

    is_open: bool = True
    keys: frozenset[str] | None = None

    def allows(self, principal: Principal | None) -> bool:
        """Return whether a caller, None for an anonymous one, may send other operations than listed ones."""
        if self.is_open:
            return True
        if principal is None or principal.api_key_id is None:
            return False
        return self.keys is None or principal.subject.removeprefix(KEY_SUBJECT) in self.keys


@dataclass(frozen=True, slots=True)
class ListedOperations:
    """The documents that are listed, by id, and who may send others."""

    documents: Mapping[str, str] = field(default_factory=dict, repr=False)
    ad_hoc: AdHocUse = field(default_factory=AdHocUse)

    def with_query(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return a request with the text of the document that it asks for by id.

        Raises GraphQLError when it is not listed, the request contradicts itself, or a document that is sent
        is too long.
        """
        text = request.get("query")
        if isinstance(text, str) and len(text) > QUERY_CHARACTERS_MAX:
            message = f"a document has at most {QUERY_CHARACTERS_MAX} characters"
            raise GraphQLError(message, extensions={"code": ErrorCode.COST_LIMIT})
        asked = {_read(one) for one in _ids(request)}
        if not asked:
            return dict(request)
        if len(asked) > 1:
            raise _bad_request("the request names two documents")
        [document_id] = asked
        if isinstance(text, str) and text:
            if document_id != id_of(text):
                raise _bad_request("the id of the document is not the SHA-256 of the query")
            return dict(request)
        if document_id is None or document_id not in self.documents:
            raise GraphQLError(NOT_FOUND_TEXT, extensions={"code": ErrorCode.PERSISTED_QUERY_NOT_FOUND})
        return {**request, "query": self.documents[document_id]}

    def require(self, text: str, principal: Principal | None) -> None:
        """Raise GraphQLError when a caller may not send this document, which is not listed."""
        if not self.ad_hoc.allows(principal) and id_of(text) not in self.documents:
            message = "this installation takes listed operations only from you: ask for them by `documentId`"
            raise GraphQLError(message, extensions={"code": ErrorCode.OPERATION_NOT_LISTED})


def names_document(request: Mapping[str, Any]) -> bool:
    """Return whether a request asks for a document by id."""
    return bool(_ids(request))


def _ids(request: Mapping[str, Any]) -> list[object]:
    """Return the ids in a request, which may be anything."""
    found = [request["documentId"]] if request.get("documentId") is not None else []
    extensions = request.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if isinstance(persisted, dict):
        found.append(persisted.get("sha256Hash"))
    return found


def _read(stated: object) -> str | None:
    """Return the id that is stated; None for one of another kind, which no document has."""
    if not isinstance(stated, str):
        raise _bad_request("the id of a document is a string")
    read = _ID.fullmatch(stated)
    return None if read is None else read[1]


def _bad_request(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": ErrorCode.BAD_REQUEST})
