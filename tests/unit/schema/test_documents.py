"""Every operation that the examples and the explorer send is one that the schema knows."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLError, OperationDefinitionNode, parse, validate

from schema.api import build_schema

REPOSITORY = Path(__file__).parents[3]
EXAMPLES = REPOSITORY / "examples"
EXPLORER = REPOSITORY / "platform" / "schema" / "transport" / "explorer.html"


def operations(texts: Iterator[str]) -> Iterator[str]:
    """Yield those of `texts` that are operations of GraphQL."""
    for text in texts:
        try:
            document = parse(text)
        except GraphQLError:
            continue
        if any(isinstance(part, OperationDefinitionNode) for part in document.definitions):
            yield text


def example(name: str) -> Iterator[str]:
    """Yield the texts that an example program holds."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield from (value for value in vars(module).values() if isinstance(value, str))


def explorer() -> Iterator[str]:
    """Yield the texts that the explorer's script and its first operation are."""
    html = EXPLORER.read_text()
    yield from re.findall(r"`([^`]*)`", html)
    yield from re.findall(r"<textarea[^>]*>([^<]*)</textarea>", html)


@pytest.mark.parametrize(
    ("source", "least"), [("client", 1), ("journey", 10), ("billing_consumer", 2), ("explorer", 2)]
)
def test_the_schema_knows_every_operation(source: str, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    found = list(operations(explorer() if source == "explorer" else example(source)))
    assert len(found) >= least
    for text in found:
        assert validate(build_schema()._schema, parse(text)) == [], text
