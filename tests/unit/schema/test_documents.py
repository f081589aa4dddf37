"""Every operation that examples and guides show is one that the schema knows."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLError,
    OperationDefinitionNode,
    is_scalar_type,
    is_specified_scalar_type,
    parse,
    validate,
)

from schema.api import build_schema

REPOSITORY = Path(__file__).parents[3]
EXAMPLES = REPOSITORY / "examples"
GUIDE = REPOSITORY / "docs" / "guide"


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


def guides() -> Iterator[str]:
    """Yield the operations that the guides show."""
    for page in sorted(GUIDE.glob("*.md")):
        yield from re.findall(r"```graphql\n(.*?)```", page.read_text(), re.DOTALL)


def test_the_schema_knows_every_operation_of_the_guides() -> None:
    found = list(operations(guides()))
    assert len(found) >= 2
    for text in found:
        assert validate(build_schema()._schema, parse(text)) == [], text


def generator_config(text: str) -> str:
    """Return how a configuration of GraphQL Code Generator has types written."""
    return text.partition("preset: ")[2].partition("\n};")[0]


def test_the_map_for_code_generators_has_every_scalar_and_each_says_where_it_is_specified() -> None:
    scalars = {
        name: kind.specified_by_url
        for name, kind in build_schema()._schema.type_map.items()
        if is_scalar_type(kind) and not is_specified_scalar_type(kind)
    }
    assert [name for name, url in scalars.items() if not url] == []
    config = generator_config((GUIDE / "api-clients.md").read_text())
    tried = generator_config((REPOSITORY / "tests" / "clients" / "codegen.ts").read_text())
    assert config == re.sub(r"^ +importExtension: .*\n", "", tried, flags=re.MULTILINE)
    mapped = config.partition("scalars: {")[2]
    assert sorted(re.findall(r"^ +(\w+): [\"{]", mapped, re.MULTILINE)) == sorted(scalars)


@pytest.mark.parametrize(("source", "least"), [("client", 1), ("journey", 10), ("billing_consumer", 2)])
def test_the_schema_knows_every_operation(source: str, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    found = list(operations(example(source)))
    assert len(found) >= least
    for text in found:
        assert validate(build_schema()._schema, parse(text)) == [], text
