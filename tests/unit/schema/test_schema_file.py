"""The committed schema is the schema, and no client breaks unless the changelog says so.

What clients rely on is the schema of the last release (tag v1.2.3), or, before the first one, what is
committed. A breaking change is announced by a line of the changelog with **breaking** that names the type or
field in backquotes, as in `Contract.holder`.
"""

import re
import subprocess
from pathlib import Path

import pytest
from graphql import GraphQLSchema, find_breaking_changes
from graphql import build_schema as read_schema

from schema.api import sdl

REPOSITORY = Path(__file__).parents[3]
FILE = "platform/schema/schema.graphql"

BEFORE = "type Query { contract(id: ID!): Contract! } type Contract { code: String! holder: String! }"
AFTER = "type Query { contract(id: ID!): Contract! } type Contract { code: String! }"


def unannounced(before: GraphQLSchema, after: GraphQLSchema, changelog: str) -> list[str]:
    """Return the breaking changes that no line of the changelog announces."""
    announced = {
        name
        for line in re.split(r"\n(?=- |\n|#)", changelog)
        if "**breaking**" in line
        for name in re.findall(r"`([\w.]+)`", line)
    }
    return [
        change.description
        for change in find_breaking_changes(before, after)
        if announced.isdisjoint(re.findall(r"\w+(?:\.\w+)*", change.description))
    ]


def git(*arguments: str) -> str | None:
    """Return what a git command prints, None when it fails or there is no repository."""
    try:
        done = subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout


def test_the_file_is_the_schema() -> None:
    assert (REPOSITORY / FILE).read_text() == sdl(), "run `make schema` and look at what changed"


def test_nothing_breaks_that_the_changelog_does_not_announce() -> None:
    release = (git("describe", "--tags", "--abbrev=0", "--match", "v*") or "HEAD").strip()
    committed = git("show", f"{release}:{FILE}")
    if committed is None:
        pytest.skip("this is no clone with a history, so there is no earlier schema to compare with")
    changelog = (REPOSITORY / "CHANGELOG.md").read_text()
    assert unannounced(read_schema(committed), read_schema(sdl()), changelog) == []


def test_a_breaking_change_is_found_until_it_is_announced() -> None:
    before, after = read_schema(BEFORE), read_schema(AFTER)
    assert unannounced(before, after, "- A line about `Contract.holder`.") == [
        "Field Contract.holder was removed."
    ]
    assert unannounced(before, after, "- **breaking** `Contract.code` went.") != []
    assert unannounced(before, after, "- **breaking** `Contract.holder` went; ask `owner`.") == []


def test_an_addition_breaks_nothing() -> None:
    assert unannounced(read_schema(AFTER), read_schema(BEFORE), "") == []
