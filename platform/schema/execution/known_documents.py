"""Documents that were parsed and found valid before: clients send the same ones again and again.

Whether a document is valid depends on its text, the schema, and on whether the caller is signed in
(introspection is for the signed-in). What it costs and who may ask it is looked at each time.
"""

from collections import OrderedDict
from collections.abc import Iterator

from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

from linepack.limits import KNOWN_DOCUMENTS_CHARACTERS_MAX
from schema.types.context import RequestContext


class KnownDocuments:
    """The documents of one process; those not asked for longest are forgotten when it becomes too many."""

    def __init__(self, characters_max: int = KNOWN_DOCUMENTS_CHARACTERS_MAX) -> None:
        self._documents: OrderedDict[tuple[str, bool], DocumentNode] = OrderedDict()
        self._characters, self._characters_max = 0, characters_max

    def find(self, text: str, *, is_anonymous: bool) -> DocumentNode | None:
        """Return the document with this text if it is known to be valid for such a caller."""
        key = text, is_anonymous
        if (document := self._documents.get(key)) is not None:
            self._documents.move_to_end(key)
        return document

    def remember(self, text: str, document: DocumentNode, *, is_anonymous: bool) -> None:
        """Keep a document that is valid for such a caller."""
        if (text, is_anonymous) in self._documents:
            return
        self._documents[text, is_anonymous] = document
        self._characters += len(text)
        while self._characters > self._characters_max:
            (oldest, _), _ = self._documents.popitem(last=False)
            self._characters -= len(oldest)


class ReuseOfDocuments(SchemaExtension):
    """Parses and validates a document once, as long as it is kept."""

    def __init__(self, known: KnownDocuments) -> None:
        self._known, self._is_known = known, False

    def on_parse(self) -> Iterator[None]:
        """Take the document that is known."""
        execution = self.execution_context
        document = self._known.find(execution.query or "", is_anonymous=self._is_anonymous())
        if document is not None:
            execution.graphql_document, self._is_known = document, True
        yield

    def on_validate(self) -> Iterator[None]:
        """Leave out what was looked at before, else keep what is found valid."""
        execution = self.execution_context
        if self._is_known:
            execution.validation_rules = ()
        yield
        document, text = execution.graphql_document, execution.query
        if not self._is_known and document is not None and text and not execution.pre_execution_errors:
            self._known.remember(text, document, is_anonymous=self._is_anonymous())

    def _is_anonymous(self) -> bool:
        context: RequestContext = self.execution_context.context
        return context.principal is None
