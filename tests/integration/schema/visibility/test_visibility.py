"""Every field of every type, held against every role and every relation to the thing it is a field of.

The fields are those of the schema, whatever they are: one without a rule fails. What each viewer is shown of
each thing is compared with what those who oversee the market are shown of it. Then all that a viewer can
read, by any query or stream, is searched for what it must not know.
"""

import asyncio
import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument
from redis.asyncio import Redis
from tests.integration.schema.transport.every_operation import sample
from tests.integration.schema.visibility.relations import (
    AUTHORITIES,
    OVERSEERS,
    SHORT_OF,
    VIEWERS,
    Relations,
    Subject,
    make_relations,
)
from tests.integration.schema.visibility.rules import (
    FIELDS,
    NEVER_FILLED,
    PRIVATE_ROOTS,
    PUBLIC_NODES,
    PUBLIC_ROOTS,
    RULES,
    Rule,
)
from tests.integration.schema.visibility.selections import (
    SCHEMA,
    everything_of,
    is_node,
    may_ask,
    reached_from,
    root_fields,
    rows_of,
)
from tests.integration.schema.visibility.told import FOLLOWED, everything_told, refusals

from linepack.database.connections import Database
from schema.api import build_schema
from schema.types.context import RequestContext

pytestmark = pytest.mark.anyio

ARGUMENTS = {
    "network": "fork",
    "code": "fork",
    "period": {"start": "2026-11-01", "end": "2027-04-01"},
    "route": {"receipt": "a", "delivery": "x"},
    "day": "2027-01-05",
    "fromNode": "a",
    "toNode": "x",
    "sequence": 2,
}
KINDS_OF_IDS = {
    "contract": "Contract",
    "Query.contract(id)": "Contract",
    "Query.lineage(id)": "Contract",
    "Query.job(id)": "Job",
    "release": "ReleaseOffer",
    "call": "CallForOrders",
    "clearing": "NetworkClearing",
    "account": "Account",
}
"""Of which things an argument takes the id, by its name or by that of the root field and its own."""
IN_GRAPHQL = {"Query.dryRunBookCapacity(input)": SHORT_OF}
"""Arguments that are not the least there is."""
ASKED_FOR_ITSELF = frozenset({"Query.node", "Query.contract", "Query.job"})
SOLD = re.compile(r'\\"stack\\":\[\[.*?\]\]|\\"party\\":\\"others\\",\\"quantity\\":\d+')
"""What is sold on each route, in a proof and in the record of a clearing.

`networkAvailability` shows everybody as much, and no holders.
"""
DIRECTORY = "Query.parties"
"""Names every shipper; nothing else may say to others which of them is behind what."""
Shown = dict[str, Any]


@pytest.fixture
async def made(database: Database, redis: Redis, tmp_path: Path) -> Relations:
    return await make_relations(database, redis, tmp_path)


def test_every_root_field_is_public_or_not() -> None:
    assert not PUBLIC_ROOTS & PRIVATE_ROOTS
    assert sorted(root_fields()) == sorted(PUBLIC_ROOTS | PRIVATE_ROOTS)


def test_every_subscription_to_what_concerns_parties_is_read() -> None:
    followed = {root for root in PRIVATE_ROOTS if root.startswith("Subscription.")}
    assert followed - FOLLOWED == {"Subscription.marketEvents"}


def test_nothing_public_leads_to_what_concerns_a_party() -> None:
    reached = reached_from(PUBLIC_ROOTS)
    assert {name for name, kind in reached.items() if is_node(kind)} <= PUBLIC_NODES | {"Party"}


def test_every_field_of_what_concerns_a_party_has_a_rule() -> None:
    there = {
        f"{kind.name}.{field}"
        for kind in reached_from(PRIVATE_ROOTS, stop_at=PUBLIC_NODES).values()
        if not is_frame(kind)
        for field in kind.fields
    }
    assert sorted(there - RULES.keys()) == [], "say in rules.py who is shown them"
    assert sorted(RULES.keys() - there) == [], "there are no such fields"


def is_frame(kind: GraphQLObjectType) -> bool:
    """Return whether a type only holds others: a connection, its edges, a problem."""
    return (
        kind.name.endswith("Connection")
        or kind.name == "PageInfo"
        or (kind.name.endswith("Edge") and f"{kind.name[:-4]}Connection" in SCHEMA.type_map)
        or any(one.name == "Problem" for one in kind.interfaces)
    )


async def test_each_viewer_is_shown_each_field_as_its_rule_says(made: Relations) -> None:
    shown = {viewer: await everything_found(made, viewer) for viewer in VIEWERS}
    wrong: list[str] = []
    filled: set[str] = set()
    for name, subject in made.subjects.items():
        kind = SCHEMA.type_map[subject.kind]
        assert isinstance(kind, GraphQLObjectType)
        whole = next(
            found
            for viewer in ("regulator", "operator", *sorted(subject.owners))
            if (found := shown[viewer][name]) is not None
        )
        filled |= {f"{subject.kind}.{field}" for field, value in whole.items() if value not in (None, [])}
        for viewer in VIEWERS:
            found = shown[viewer][name]
            if (found is not None) != (viewer in subject.found_by):
                wrong.append(f"{viewer} {'finds' if found else 'does not find'} {name}")
            elif found is not None:
                comparison = Comparison(
                    subject, viewer, {one for one in shown[viewer] if shown[viewer][one]}, made
                )
                wrong += [f"{viewer}, {name}: {one}" for one in comparison.faults(kind, whole, found)]
    assert not wrong, "\n".join(wrong)
    nodes = {f"{kind}.{field}" for kind in FIELDS if is_node(SCHEMA.type_map[kind]) for field in fields(kind)}
    assert nodes - filled == set(NEVER_FILLED)


def fields(kind: str) -> list[str]:
    return [name for names in FIELDS[kind].values() for name in names.split()]


class Comparison:
    """What one viewer is shown of one thing, beside all there is of it."""

    def __init__(self, subject: Subject, viewer: str, found: set[str], made: Relations) -> None:
        self.subject = subject
        self.viewer = viewer
        self.ids_found = {made.subjects[name].id for name in found}
        self.sees_all = viewer in subject.owners | OVERSEERS

    def faults(self, kind: GraphQLObjectType, whole: Shown, seen: Shown) -> Iterator[str]:
        """Yield each field that is not shown as its rule says."""
        if "__typename" in seen:
            kind = cast(GraphQLObjectType, SCHEMA.type_map[seen["__typename"]])
        for field, value in seen.items():
            if field == "__typename":
                yield from self.equal(kind.name, whole[field], value)
                continue
            inner = get_named_type(kind.fields[field].type)
            if kind.name in PUBLIC_NODES or kind.name == "Party":
                yield from self.equal(f"{kind.name}.{field}", whole[field], value)
                continue
            place = f"{kind.name}.{field}"
            rule = RULES[place]
            if rule is Rule.FILTERED and not self.sees_all:
                yield from self.part(place, inner, whole[field], value)
            elif not is_leaf_type(inner) and not is_node(inner):
                expected = self.expected(rule, whole[field])
                yield from self.inside(place, inner, expected, value)
            else:
                yield from self.equal(place, self.expected(rule, whole[field]), value)

    def expected(self, rule: Rule, whole: Any) -> Any:
        if rule is Rule.OWNER:
            return whole if self.viewer in self.subject.owners | AUTHORITIES else None
        if rule is Rule.OPEN:
            return whole if self.viewer == "operator" or not self.subject.is_sealed else None
        if rule is Rule.FOUND:
            return whole if whole is None or whole["id"] in self.ids_found else None
        return whole

    def inside(self, place: str, kind: Any, whole: Any, seen: Any) -> Iterator[str]:
        if isinstance(whole, list) and isinstance(seen, list) and len(whole) == len(seen):
            for one, other in zip(whole, seen, strict=True):
                yield from self.inside(place, kind, one, other)
        elif isinstance(whole, dict) and isinstance(seen, dict):
            yield from self.faults(kind, whole, seen)
        else:
            yield from self.equal(place, whole, seen)

    def part(self, place: str, kind: Any, whole: Any, seen: Any) -> Iterator[str]:
        for one in seen if isinstance(seen, list) else ():  # a sum over what one may see is any figure
            if all(list(self.inside(place, kind, other, one)) for other in whole):
                yield f"{place} shows {one}, which is none of {whole}"

    @staticmethod
    def equal(place: str, whole: Any, seen: Any) -> Iterator[str]:
        if whole != seen:
            yield f"{place} is {seen!r}, not {whole!r}"


async def everything_found(made: Relations, viewer: str) -> dict[str, Shown | None]:
    """Return all that a viewer is shown of each thing; None of what it does not find."""
    found: dict[str, Shown | None] = {}
    for kind in sorted({subject.kind for subject in made.subjects.values()}):
        things = {name: one for name, one in made.subjects.items() if one.kind == kind}
        wanted = f"fragment whole on {kind} {everything_of(SCHEMA.type_map[kind], VIEWERS[viewer])}"
        nodes = " ".join(
            f'n{place}: node(id: "{one.id}") {{ ...whole }}' for place, one in enumerate(things.values())
        )
        answer = await made.harness.ask(VIEWERS[viewer], f"query {{ {nodes} }} {wanted}")
        found |= dict(zip(things, answer.values(), strict=True))
    return found


async def test_no_viewer_reads_by_any_way_what_is_not_for_it(made: Relations) -> None:
    told = await asyncio.gather(*(everything_told(made, viewer) for viewer in VIEWERS))
    read = {
        viewer: with_ids_in_clear(await everything_read(made, viewer, one))
        for viewer, one in zip(VIEWERS, told, strict=True)
    }
    wrong: list[str] = []
    for name, secret in made.secrets.items():
        readers = {viewer for viewer, text in read.items() if says(text, secret.text)}
        wrong += [f"{viewer} reads the {name}: {secret.text}" for viewer in sorted(readers - secret.known_to)]
        if secret.is_shown:
            unread = sorted(secret.known_to - readers)
            wrong += [f"{viewer} does not read the {name}: {secret.text}" for viewer in unread]
    for viewer, text in read.items():
        kinds = "Account|AccountEvent|ApiKey|Bid|Contract|Job|Order|Session"
        named = set(re.findall(rf"\b(?:{kinds}):[0-9a-f-]{{36}}", text))
        allowed = {clear(one.id) for one in made.subjects.values() if viewer in one.found_by | one.named_to}
        wrong += [f"{viewer} is given the id {one}" for one in sorted(named - allowed)]
    assert not wrong, "\n".join(wrong)


async def everything_read(made: Relations, viewer: str, told: list[Any]) -> str:
    """Return all answers to all queries that a viewer can ask, and what its subscriptions have `told`."""
    principal, read = VIEWERS[viewer], [*told]
    for root in sorted(PRIVATE_ROOTS - ASKED_FOR_ITSELF - {DIRECTORY}):
        kind, name = root.split(".")
        field = root_fields()[root]
        if kind == "Query" and may_ask(principal, field):
            selection = rows_of(get_named_type(field.type), principal)
            read += [
                await answer(made, viewer, f"{{ {name}{arguments} {selection} }}")
                for arguments in arguments_of(made, root, field)
            ]
    found = await everything_found(made, viewer)
    read.append({name: one for name, one in found.items() if made.subjects[name].kind != "Party"})
    read += await market_events(made, viewer)
    return SOLD.sub("", json.dumps(read))


async def answer(made: Relations, viewer: str, query: str) -> Any:
    """Return what a query is answered, and in what words it is refused."""
    context = RequestContext(made.harness.services, VIEWERS[viewer], "test", "198.51.100.7")
    result = await build_schema().execute(query, context_value=context)
    return [result.data, refusals(made, query, result.errors or ())]


async def market_events(made: Relations, viewer: str) -> list[Any]:
    """Return all events of the market that a viewer is told, up to the last listing."""
    selection = everything_of(SCHEMA.type_map["MarketNews"], VIEWERS[viewer])
    query = f'subscription {{ marketEvents(after: "0") {selection} }}'
    told: list[Any] = []
    async with made.harness.subscribed(VIEWERS[viewer], query) as following:
        while not (told and (told[-1].get("listing") or {}).get("id") == made.last_listing):
            told.append((await following())["marketEvents"])
    return told


def arguments_of(made: Relations, root: str, field: GraphQLField) -> Iterator[str]:
    """Yield the arguments to ask a root field with: each thing that it may be asked about in turn."""
    given = {
        name: ARGUMENTS.get(name, sample(argument.type))
        for name, argument in field.args.items()
        if is_required_argument(argument)
    }
    named = [
        (name, kind)
        for name in field.args
        if (kind := KINDS_OF_IDS.get(f"{root}({name})") or KINDS_OF_IDS.get(name))
    ]
    written = {name: text for name in field.args if (text := IN_GRAPHQL.get(f"{root}({name})"))}
    if written:
        yield f"({', '.join(f'{name}: {text}' for name, text in written.items())})"
    elif not any(name in given for name, _ in named):
        yield in_graphql(given)
    for name, kind in named:
        for subject in made.subjects.values():
            if subject.kind == kind:
                yield in_graphql({**given, name: subject.id})


def in_graphql(arguments: dict[str, Any]) -> str:
    parts = ", ".join(f"{name}: {value_in_graphql(value)}" for name, value in arguments.items())
    return f"({parts})" if parts else ""


def value_in_graphql(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {value_in_graphql(one)}' for name, one in value.items())}}}"
    return json.dumps(value)


def with_ids_in_clear(text: str) -> str:
    """Return a text with every global id in it as type and id."""
    return re.sub(r"[A-Za-z0-9+/]{24,}={0,2}", lambda match: clear(match[0]), text)


def clear(identity: str) -> str:
    try:
        decoded = b64decode(identity, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return identity
    return decoded if re.fullmatch(r"\w+:[0-9a-f-]{36}", decoded) else identity


def says(text: str, secret: str) -> bool:
    """Return whether a text holds a secret as a word; a number also with its thousands parted."""
    forms = {secret, f"{int(secret):,}"} if secret.isdigit() else {secret}
    return any(re.search(rf"(?<![\w.]){re.escape(form)}(?!\w)", text) for form in forms)
