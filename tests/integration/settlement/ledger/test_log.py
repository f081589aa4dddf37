"""Who rewrites ledger or verdicts with full rights to the database is found, by us or by a witness."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.event_positions import place_all
from tests.integration.market.market_fixture import ANNA, BERT, CARLA, MarketFixture, fill_market
from tests.integration.settlement.logs import (
    IMPOSTOR,
    KEY,
    KEYS,
    LOG_DELETED,
    NOW,
    differences,
    integrate,
    note,
    tamper,
)
from tests.merkle_trees import root_of

from linepack.database.connections import Database
from linepack.problems import Problem
from linepack.transparency import repository
from linepack.transparency.checkpoint import Checkpoint
from linepack.transparency.errors import Replayed, RootDiffers, SplitView, Truncated
from linepack.transparency.model import LogName
from linepack.transparency.tiles import Place
from linepack.transparency.witness import Witness
from settlement.consumer import settle_batch
from settlement.ledger.hash_chain import record
from settlement.ledger.log import leaf_of
from settlement.ledger.repository import all_entries
from settlement.ledger.verification import (
    ChainBroken,
    EntryMissing,
    HashDiffers,
    RecordedEntry,
    RecordUnreadable,
    Verified,
    entries_in,
    verify,
)

pytestmark = pytest.mark.anyio

LAST_TWO_REMOVED = (
    "DELETE FROM ledger_posting WHERE sequence > 3",
    "DELETE FROM ledger_entry WHERE sequence > 3",
    "DELETE FROM event WHERE stream = 'settlement' AND position > 3",
    "UPDATE settlement_position SET position = 0",
)
PRICES_LOWERED = (
    "UPDATE contract SET document = replace(document::text, '\"0.25\"', '\"0.05\"')::jsonb",
    """
    UPDATE event SET payload = replace(payload::text, '"0.25"', '"0.05"')::jsonb
    WHERE stream <> 'settlement'
    """,
    "DELETE FROM ledger_posting",
    "DELETE FROM ledger_entry",
    "DELETE FROM event WHERE stream = 'settlement'",
    "UPDATE settlement_position SET position = 0",
)


@pytest.fixture
async def logged(database: Database, tmp_path: Path) -> MarketFixture:
    """Five bookings, settled and in the logs."""
    market_fixture = await fill_market(database)
    for holder in (ANNA, BERT, CARLA, ANNA, BERT):
        await market_fixture.book(holder, quantity=10)
    await settle(database)
    await integrate(database, tmp_path)
    assert await differences(database) == []
    return market_fixture


async def settle(database: Database) -> None:
    await place_all(database)
    while await settle_batch(database, at=NOW):
        pass
    await place_all(database)


async def feed_of(database: Database) -> list[RecordedEntry]:
    async with database.read() as connection:
        return [
            RecordedEntry(entry.sequence, entry.hash, record(entry).decode())
            async for entry in all_entries(connection)
        ]


def proved(entries: Sequence[RecordedEntry], notes: Sequence[str]) -> Verified:
    return verify(entries, [Checkpoint.of(one, KEY) for one in notes])


async def shown(database: Database, witness: Witness) -> Witness:
    """Let a witness look at the log as anybody can: at its newest checkpoint and its tiles."""
    newest = await note(database)
    wanted = witness.tiles_for(newest)
    async with database.read() as connection:
        tiles = await repository.tiles(
            connection, LogName.LEDGER, [(one.level, one.number) for one in wanted]
        )
    return witness.accept(newest, tiles)


async def test_feed_and_checkpoints_prove_the_ledger_without_the_database(logged: MarketFixture) -> None:
    entries = await feed_of(logged.database)
    found = proved(entries, [await note(logged.database)])
    assert (found.entries, found.checkpoints, found.signed) == (5, 1, 5)


async def test_the_last_two_entries_removed_and_settled_again(logged: MarketFixture, tmp_path: Path) -> None:
    before = await note(logged.database)
    witness = await shown(logged.database, Witness(tuple(KEY)))
    await tamper(logged.database, *LAST_TWO_REMOVED)
    await settle(logged.database)

    found = [str(one) for one in await differences(logged.database)]
    assert "log = ledger and verdicts: entry 4: is not what the log ledger holds at 3" in found
    assert "log = ledger and verdicts: entry 5: is not what the log ledger holds at 4" in found
    with pytest.raises(RootDiffers, match="the first 5 entries are not those that the checkpoint signed"):
        proved(await feed_of(logged.database), [before])

    # Those who hold the key and delete the log as well deceive all but a witness.
    await tamper(logged.database, *LOG_DELETED)
    (tmp_path / "new").mkdir()
    await integrate(logged.database, tmp_path / "new")
    with pytest.raises(SplitView, match="two trees of 5 leaves have different roots"):
        await shown(logged.database, witness)


async def test_everything_rewritten_consistently_is_seen_by_a_witness_alone(
    logged: MarketFixture, tmp_path: Path
) -> None:
    witness = await shown(logged.database, Witness(tuple(KEY)))
    before = await note(logged.database)
    await tamper(logged.database, *PRICES_LOWERED, *LOG_DELETED, "UPDATE verdict_leaf SET place = NULL")
    await logged.book(CARLA, quantity=10)
    await settle(logged.database)
    (tmp_path / "new").mkdir()
    await integrate(logged.database, tmp_path / "new")

    assert await differences(logged.database) == [], "the operator's own books are consistent"
    with pytest.raises(SplitView, match="the tree of 6 leaves does not extend that of 5"):
        await shown(logged.database, witness)
    with pytest.raises(RootDiffers):
        proved(await feed_of(logged.database), [before, await note(logged.database)])
    with pytest.raises(Problem, match="are not those signed here"):
        await integrate(logged.database, tmp_path)


async def test_a_log_rewritten_without_the_key_is_named(logged: MarketFixture, tmp_path: Path) -> None:
    await tamper(logged.database, *PRICES_LOWERED, *LOG_DELETED, "UPDATE verdict_leaf SET place = NULL")
    await settle(logged.database)
    (tmp_path / "new").mkdir()
    await integrate(logged.database, tmp_path / "new", IMPOSTOR)
    found = [str(one) for one in await differences(logged.database)]
    assert (
        "log = ledger and verdicts: checkpoint 5 of the log ledger: no known key has signed the note" in found
    )


@pytest.mark.parametrize(
    ("tampering", "difference"),
    [
        pytest.param(
            "UPDATE log_tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)"
            " WHERE log = 'LEDGER'",
            "entry 2: is not what the log ledger holds at 1",
            id="one bit of a tile flipped",
        ),
        pytest.param(
            "UPDATE log_tile SET hashes = substr(hashes, 33, 32) || substr(hashes, 1, 32)"
            " || substr(hashes, 65) WHERE log = 'LEDGER'",
            "entry 1: is not what the log ledger holds at 0",
            id="two leaves exchanged",
        ),
        pytest.param(
            "UPDATE log_tile SET hashes = substr(hashes, 1, 96) WHERE log = 'LEDGER'",
            "log ledger: its tiles hold 3 leaves, its checkpoints 5",
            id="the tiles cut short",
        ),
        pytest.param(
            "UPDATE log_head SET root = sha256('') WHERE log = 'LEDGER'",
            "checkpoint 5 of the log ledger: is stored as another",
            id="a root swapped",
        ),
        pytest.param(
            "UPDATE log_head SET note = replace(note, E'\\n5\\n', E'\\n4\\n'), size = 4 WHERE log = 'LEDGER'",
            "checkpoint 4 of the log ledger: the signature of linepack.example/log/ledger is wrong",
            id="the size of a checkpoint changed",
        ),
        pytest.param(
            "DELETE FROM ledger_entry WHERE sequence = 5",
            "log ledger: 1 of its 5 leaves stand for nothing that is stored",
            id="the last entry deleted",
        ),
        pytest.param(
            "DELETE FROM log_tile; DELETE FROM log_head; DELETE FROM log_checkpoint",
            "entry 1: is not in the log",
            id="the log deleted",
        ),
        pytest.param(
            "UPDATE verdict SET document = jsonb_set(document, '{proofs,0,periods}', '[]')"
            " WHERE id = (SELECT verdict_id FROM verdict_leaf WHERE place = 2)",
            "is not what the log verdicts holds at 2",
            id="a verdict's certificate changed",
        ),
        pytest.param(
            "DELETE FROM verdict WHERE id = (SELECT verdict_id FROM verdict_leaf WHERE place = 2)",
            "is not what the log verdicts holds at 2",
            id="a verdict deleted",
        ),
        pytest.param(
            "DELETE FROM verdict_leaf WHERE place = 4",
            "is not in the log",
            id="a verdict's place deleted",
        ),
        pytest.param(
            "UPDATE verdict_leaf SET place = 9 - place WHERE place BETWEEN 4 AND 5;"
            "DELETE FROM verdict_leaf WHERE place = 1",
            "place 1 of the log: is not what the log verdicts holds at 1",
            id="a gap among the places of verdicts",
        ),
    ],
)
async def test_tampering_is_named(logged: MarketFixture, tampering: str, difference: str) -> None:
    await tamper(logged.database, *tampering.split(";"))
    found = [str(one) for one in await differences(logged.database)]
    assert any(difference in one for one in found), found


async def test_an_old_checkpoint_replayed_as_the_newest_is_named(logged: MarketFixture) -> None:
    three = [leaf_of(entry.hash) for entry in (await feed_of(logged.database))[:3]]
    old = KEYS.sign(LogName.LEDGER, 3, root_of(three), NOW)
    await tamper(
        logged.database,
        f"UPDATE log_head SET size = 3, root = '\\x{old.root.hex()}', note = '{old.note}'"
        " WHERE log = 'LEDGER'",
    )
    found = [str(one) for one in await differences(logged.database)]
    assert "log = ledger and verdicts: log ledger: its head has 3 leaves, a kept checkpoint 5" in found


async def test_what_is_not_yet_integrated_is_no_difference_for_a_minute(logged: MarketFixture) -> None:
    await logged.book(CARLA, quantity=10)
    await settle(logged.database)
    late = [str(one) for one in await differences(logged.database)]
    assert any("entry 6: is not in the log" in one for one in late), "it says it was posted weeks ago"
    await tamper(
        logged.database,
        "UPDATE ledger_entry SET recorded_at = now() WHERE sequence = 6",
        "UPDATE verdict SET decided_at = now() WHERE decided_at = (SELECT max(decided_at) FROM verdict)",
    )
    assert not any("is not in the log" in str(one) for one in await differences(logged.database))


async def test_a_witness_takes_what_extends_the_log_and_nothing_else(
    logged: MarketFixture, tmp_path: Path
) -> None:
    first = await note(logged.database)
    witness = await shown(logged.database, Witness(tuple(KEY)))
    assert await shown(logged.database, witness) == witness
    for _ in range(3):
        await logged.book(CARLA, quantity=1)
    await settle(logged.database)
    await integrate(logged.database, tmp_path)
    witness = await shown(logged.database, witness)
    assert witness.last is not None
    assert (witness.last.size, len(witness.seen)) == (8, 2)
    assert Witness.of_file(witness.to_file(), KEY) == witness

    with pytest.raises(Replayed, match="the log shows its checkpoint of 5 leaves again, after 8"):
        witness.accept(first, {})
    other = Witness(tuple(KEY), (await note(logged.database),))
    with pytest.raises(Truncated, match="the log shows 5 leaves, after 8"):
        other.accept(first, {})
    tiles: dict[Place, bytes] = {(0, 0): bytes(32 * 8)}
    with pytest.raises(SplitView, match="does not extend"):
        Witness(tuple(KEY), (first,)).accept(await note(logged.database), tiles)
    with pytest.raises(SplitView, match="does not prove"):
        Witness(tuple(KEY), (first,)).accept(await note(logged.database), {})


async def test_every_fault_of_a_feed_is_named(logged: MarketFixture, tmp_path: Path) -> None:
    early, entries = await note(logged.database), await feed_of(logged.database)
    await logged.book(CARLA, quantity=1)
    await settle(logged.database)
    await integrate(logged.database, tmp_path)
    late, whole = await note(logged.database), await feed_of(logged.database)
    assert proved(whole, [early, late]).signed == 6

    changed = whole[2].record.replace('"amount":"', '"amount":"1')
    resealed = RecordedEntry(3, hashlib.sha256(changed.encode()).hexdigest(), changed)
    faults = [
        (Truncated, "a checkpoint signed 6 entries, the feed has 5", entries, [early, late]),
        (HashDiffers, "entry 3", [*whole[:2], RecordedEntry(3, whole[2].hash, changed)], [early]),
        (
            ChainBroken,
            "entry 4 is not chained to entry 3",
            [*whole[:2], resealed, *whole[3:]],
            [late],
        ),
        (RootDiffers, "the first 5 entries", [*whole[:4], forged(whole[4])], [early]),
        (EntryMissing, "entry 4 follows entry 2", [*whole[:2], *whole[3:]], [late]),
        (EntryMissing, "entry 2 follows entry 0", [whole[1], whole[0], *whole[2:]], [late]),
        (Replayed, "5 entries was shown after one of 6", whole, [late, early]),
        (SplitView, "two checkpoints of 6 entries", whole, [late, forked(late)]),
    ]
    for kind, reason, feed, notes in faults:
        with pytest.raises(kind, match=reason):
            proved(feed, notes)


def forged(entry: RecordedEntry) -> RecordedEntry:
    """Return the entry with half of what is owed, sealed anew."""
    changed = json.dumps(json.loads(entry.record) | {"recorded_at": "2026-01-01T00:00:00+00:00"})
    return RecordedEntry(entry.sequence, hashlib.sha256(changed.encode()).hexdigest(), changed)


def forked(newest: str) -> str:
    """Return another checkpoint of the same size, signed with the same key."""
    size = int(newest.split("\n")[1])
    return KEYS.sign(LogName.LEDGER, size, hashlib.sha256(b"fork").digest(), NOW).note


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not JSON", "line 1 of the feed is not JSON"),
        ("[]", "has `sequence`, `hash` and `record`"),
        ('{"sequence": 1, "hash": "00", "record": null}', "has `sequence`, `hash` and `record`"),
    ],
)
def test_a_line_that_is_no_entry_is_refused(line: str, reason: str) -> None:
    with pytest.raises(RecordUnreadable, match=reason):
        list(entries_in([line]))
