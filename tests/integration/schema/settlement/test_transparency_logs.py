"""The transparency logs in the API: what each caller may have proved, and that it is proved."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLError
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    OPERATING,
    OTHER_OPERATOR,
    REGULATING,
    acting_for,
)
from tests.integration.schema.harness import SchemaHarness
from tests.integration.settlement.logs import KEYS, integrate

from linepack.access import Principal, Role
from linepack.transparency.checkpoint import Checkpoint, InclusionProof
from linepack.transparency.merkle import EMPTY_ROOT, leaf_hash, proves_consistency
from linepack.transparency.model import LogName
from schema.api import build_schema
from schema.types.context import RequestContext

pytestmark = pytest.mark.anyio

FEED = """query ($after: Cursor!) {
  settlementEvents(after: $after, first: 100) {
    ... on SettlementEventPage { events { sequence hash record lines { line } } }
  }
}"""
ENTRY = """query ($sequence: Int!) {
  entryInclusion(sequence: $sequence) { digest record index leaf hashes checkpoint file }
}"""
VERDICT = "query ($contract: ID!) { verdictInclusion(contract: $contract) { digest record index file } }"
LOGS = """query ($from: Int!, $to: Int!) {
  transparencyLogs {
    name origin newest { size root note verifierKey } checkpoints(first: 10) { size note }
    consistency(from: $from, to: $to)
  }
}"""


@pytest.fixture
async def logged(harness: SchemaHarness, tmp_path: Path) -> SchemaHarness:
    """Two bookings of ANNA and one of BERT, settled and in the logs."""
    for holder in (ANNA, BERT, ANNA):
        await harness.market_fixture.book(holder, quantity=10)
    await harness.settle()
    await integrate(harness.market_fixture.database, tmp_path)
    return harness


async def refused(harness: SchemaHarness, principal: Principal, query: str, **variables: Any) -> str:
    context = RequestContext(harness.services, principal, "test", "198.51.100.7")
    result = await build_schema().execute(query, variables, context_value=context)
    assert result.errors
    (error,) = result.errors
    assert isinstance(error, GraphQLError)
    return str(error.message)


async def test_the_feed_carries_all_that_a_hash_covers(logged: SchemaHarness) -> None:
    events = (await logged.ask(REGULATING, FEED, after="0"))["settlementEvents"]["events"]
    previous = "0" * 64
    for event in events:
        assert hashlib.sha256(event["record"].encode()).hexdigest() == event["hash"]
        record = json.loads(event["record"])
        assert (record["sequence"], record["previous_hash"]) == (event["sequence"], previous)
        assert len(event["lines"]) == 2 * len(record["lines"])
        previous = event["hash"]
    assert [event["sequence"] for event in events] == [1, 2, 3]


async def test_a_party_reads_the_records_of_its_own_entries(logged: SchemaHarness) -> None:
    events = (await logged.ask(acting_for(BERT), FEED, after="0"))["settlementEvents"]["events"]
    assert [(event["sequence"], event["record"] is not None) for event in events] == [(2, True)]


async def test_an_entry_is_proved_to_its_parties_and_unknown_to_others(logged: SchemaHarness) -> None:
    proved = (await logged.ask(acting_for(BERT), ENTRY, sequence=2))["entryInclusion"]
    assert hashlib.sha256(proved["record"].encode()).hexdigest() == proved["digest"]
    leaf = leaf_hash(bytes.fromhex(proved["digest"]))
    proof = InclusionProof.of_file(proved["file"])
    assert proof.verify(leaf, KEYS.verifiers(LogName.LEDGER)).size == 3
    assert (proof.index, proved["leaf"]) == (1, base64.b64encode(leaf).decode())
    assert ([base64.b64decode(one) for one in proved["hashes"]], proved["checkpoint"]) == (
        list(proof.hashes),
        proof.note,
    )
    for sequence in (1, 4, 0, -1):
        assert f"no entry {sequence}" in await refused(logged, acting_for(BERT), ENTRY, sequence=sequence)


async def test_an_entry_is_not_proved_before_it_is_in_the_log(logged: SchemaHarness, tmp_path: Path) -> None:
    await logged.market_fixture.book(BERT, quantity=1)
    await logged.settle()
    assert "no leaf of the log ledger 3" in await refused(logged, acting_for(BERT), ENTRY, sequence=4)
    await integrate(logged.market_fixture.database, tmp_path)
    assert (await logged.ask(acting_for(BERT), ENTRY, sequence=4))["entryInclusion"]["index"] == 3


async def test_a_verdict_is_proved_to_its_holder_by_its_digest(logged: SchemaHarness) -> None:
    query = "{ contracts(first: 10) { edges { node { id } } } }"
    (edge,) = (await logged.ask(acting_for(BERT), query))["contracts"]["edges"]
    contract = edge["node"]["id"]

    proved = (await logged.ask(acting_for(BERT), VERDICT, contract=contract))["verdictInclusion"]
    assert proved["record"] is None, "its certificates hold figures of others"
    leaf = leaf_hash(bytes.fromhex(proved["digest"]))
    proof = InclusionProof.of_file(proved["file"])
    assert proof.verify(leaf, KEYS.verifiers(LogName.VERDICTS)).size == 3

    for overseer in (OPERATING, REGULATING):
        whole = (await logged.ask(overseer, VERDICT, contract=contract))["verdictInclusion"]
        assert hashlib.sha256(whole["record"].encode()).hexdigest() == proved["digest"]
        assert json.loads(whole["record"])["document"]["outcome"] == "feasible"
    uninvolved = acting_for(OTHER_OPERATOR, Role.OPERATOR)
    for other in (acting_for(ANNA), uninvolved):
        assert "no verdict of contract" in await refused(logged, other, VERDICT, contract=contract)


async def test_logs_show_checkpoints_and_prove_growth(logged: SchemaHarness, tmp_path: Path) -> None:
    def ledger(answer: dict[str, Any]) -> Any:
        return next(log for log in answer["transparencyLogs"] if log["name"] == "LEDGER")

    before = ledger(await logged.ask(acting_for(ANNA), LOGS, **{"from": 0, "to": 0}))
    for _ in range(4):
        await logged.market_fixture.book(BERT, quantity=1)
    await logged.settle()
    await integrate(logged.market_fixture.database, tmp_path)
    after = ledger(await logged.ask(acting_for(ANNA), LOGS, **{"from": 3, "to": 7}))

    keys = KEYS.verifiers(LogName.LEDGER)
    old, new = (Checkpoint.of(log["newest"]["note"], keys) for log in (before, after))
    proof = [base64.b64decode(one) for one in after["consistency"]]
    assert proves_consistency(3, 7, proof, old_root=old.root, new_root=new.root)
    assert (after["origin"], after["newest"]["verifierKey"]) == (new.origin, keys[0].vkey)
    assert [one["size"] for one in after["checkpoints"]] == [3]
    assert "not within the 7 leaves" in await refused(logged, REGULATING, LOGS, **{"from": 3, "to": 8})


async def test_there_are_no_logs_before_their_first_checkpoint(
    harness: SchemaHarness, tmp_path: Path
) -> None:
    query = "{ transparencyLogs { name newest { size root } } }"
    assert await harness.ask(acting_for(ANNA), query) == {"transparencyLogs": []}
    await integrate(harness.market_fixture.database, tmp_path)
    empty = {"size": 0, "root": base64.b64encode(EMPTY_ROOT).decode()}
    assert await harness.ask(acting_for(ANNA), query) == {
        "transparencyLogs": [{"name": name.value, "newest": empty} for name in LogName]
    }


async def test_one_log_is_asked_for_by_its_name(logged: SchemaHarness) -> None:
    query = "query ($to: Int!) { transparencyLogs(name: LEDGER) { name consistency(from: 1, to: $to) } }"
    (log,) = (await logged.ask(REGULATING, query, to=3))["transparencyLogs"]
    assert (log["name"], len(log["consistency"])) == ("LEDGER", 2)
