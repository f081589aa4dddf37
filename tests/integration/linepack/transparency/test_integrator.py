"""Integration of leaves into a signed log: places without gaps, proofs, checkpoints, and what it refuses."""

import asyncio
import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.merkle_trees import root_of

from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.problems import InvalidInput, NotFound
from linepack.transparency import repository
from linepack.transparency.checkpoint import Checkpoint
from linepack.transparency.errors import CheckpointInvalid, NoteInvalid, Replayed, RootDiffers, SplitView
from linepack.transparency.integrator import Integrator, Memory
from linepack.transparency.keys import LogKeys, installation_key
from linepack.transparency.merkle import EMPTY_ROOT, leaf_hash, proves_consistency
from linepack.transparency.model import LogName
from linepack.transparency.tiles import Tile

pytestmark = pytest.mark.anyio

ORIGIN = "linepack.example/log"
KEYS = LogKeys(base64.b64encode(bytes(range(32))).decode(), origin=ORIGIN)
OTHER_KEYS = LogKeys(base64.b64encode(bytes(32)).decode(), origin=ORIGIN)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(5_000)]


@dataclass
class Given:
    """Leaves that are there already: as many as `count`."""

    count: int
    leaves: Sequence[bytes] = tuple(LEAVES)
    log: LogName = LogName.LEDGER
    batch_max: int = 1_500

    async def waits(self, connection: AsyncConnection, size: int) -> bool:
        return size < self.count

    async def next_leaves(self, connection: AsyncConnection, size: int) -> Sequence[bytes]:
        return self.leaves[size : min(size + self.batch_max, self.count)]


@dataclass
class Stage:
    database: Database
    source: Given
    directory: Path
    at: datetime = NOW

    def integrator(self, keys: LogKeys = KEYS) -> Integrator:
        return Integrator(self.database, self.source, keys, Memory(self.directory), lambda: self.at)

    async def kept(self) -> list[int]:
        async with self.database.read() as connection:
            return [one.size for one in await repository.checkpoints(connection, LogName.LEDGER)]

    async def head(self) -> Checkpoint:
        async with self.database.read() as connection:
            signed = await repository.newest(connection, LogName.LEDGER)
        checkpoint = Checkpoint.of(signed.note, KEYS.verifiers(LogName.LEDGER))
        assert (checkpoint.size, checkpoint.root) == (signed.size, signed.root)
        return checkpoint


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Stage:
    return Stage(database, Given(0), tmp_path)


async def drain(integrator: Integrator) -> None:
    while await integrator.integrate():
        pass


async def test_a_log_begins_with_the_signed_empty_tree(stage: Stage) -> None:
    with pytest.raises(NotFound):
        await stage.head()
    await drain(stage.integrator())
    assert await stage.head() == Checkpoint(f"{ORIGIN}/ledger", 0, EMPTY_ROOT)


async def test_every_leaf_is_proved_under_the_newest_checkpoint(stage: Stage) -> None:
    stage.source.count = 2_345
    await drain(stage.integrator())

    assert await stage.head() == Checkpoint(f"{ORIGIN}/ledger", 2_345, root_of(LEAVES[:2_345]))
    async with stage.database.read() as connection:
        for index in (0, 255, 256, 2_303, 2_304, 2_344):
            proof = await repository.inclusion(connection, LogName.LEDGER, index)
            assert proof.verify(LEAVES[index], KEYS.verifiers(LogName.LEDGER)).size == 2_345
        with pytest.raises(NotFound):
            await repository.inclusion(connection, LogName.LEDGER, 2_345)


async def test_any_two_trees_are_proved_to_extend_each_other(stage: Stage) -> None:
    stage.source.count = 700
    await drain(stage.integrator())
    async with stage.database.read() as connection:
        for old, new in ((0, 700), (1, 700), (256, 512), (511, 513), (700, 700)):
            proof = await repository.consistency(connection, LogName.LEDGER, old, new)
            roots = {"old_root": root_of(LEAVES[:old]), "new_root": root_of(LEAVES[:new])}
            assert proves_consistency(old, new, proof, **roots)
        for old, new in ((1, 701), (2, 1), (-1, 2)):
            with pytest.raises(InvalidInput):
                await repository.consistency(connection, LogName.LEDGER, old, new)


async def test_checkpoints_are_kept_at_every_thousandth_leaf_and_once_an_hour(stage: Stage) -> None:
    integrator = stage.integrator()
    await drain(integrator)
    assert await stage.kept() == [0]
    stage.source.count = 2_500
    await drain(integrator)
    assert await stage.kept() == [0, 1_000, 2_000]
    stage.at += timedelta(minutes=59)
    stage.source.count = 2_600
    await drain(integrator)
    assert await stage.kept() == [0, 1_000, 2_000]
    stage.at += timedelta(minutes=1)
    await drain(integrator)
    assert await stage.kept() == [0, 1_000, 2_000, 2_600]
    stage.at += timedelta(hours=9)
    await drain(integrator)
    assert await stage.kept() == [0, 1_000, 2_000, 2_600]

    async with stage.database.read() as connection:
        for one in await repository.checkpoints(connection, LogName.LEDGER):
            assert Checkpoint.of(one.note, KEYS.verifiers(LogName.LEDGER)).root == root_of(LEAVES[: one.size])


async def test_workers_at_once_and_after_each_other_make_one_log(stage: Stage) -> None:
    stage.source.count = 5_000
    await asyncio.gather(*(drain(stage.integrator()) for _ in range(4)))
    assert await stage.head() == Checkpoint(f"{ORIGIN}/ledger", 5_000, root_of(LEAVES))


async def test_a_tile_is_served_as_long_as_the_tree_of_a_checkpoint_needs_it(stage: Stage) -> None:
    stage.source.count = 300
    await drain(stage.integrator())
    async with stage.database.read() as connection:
        assert await repository.tile(connection, LogName.LEDGER, Tile(0, 0)) == b"".join(LEAVES[:256])
        assert await repository.tile(connection, LogName.LEDGER, Tile(0, 1, 44)) == b"".join(LEAVES[256:300])
        assert await repository.tile(connection, LogName.LEDGER, Tile(0, 0, 7)) == b"".join(LEAVES[:7])
        assert await repository.tile(connection, LogName.LEDGER, Tile(1, 0, 1)) == root_of(LEAVES[:256])
        for missing in (Tile(0, 1, 45), Tile(0, 1), Tile(1, 0, 2), Tile(2, 0, 1)):
            with pytest.raises(NotFound):
                await repository.tile(connection, LogName.LEDGER, missing)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log_tile SET hashes = substr(hashes, 33) || substr(hashes, 1, 32) WHERE level = 0",
        "UPDATE log_tile SET hashes = substr(hashes, 1, 32) WHERE level = 0",
        "DELETE FROM log_tile",
        "TRUNCATE log_tile",
        "UPDATE log_head SET size = size - 1",
        "UPDATE log_head SET root = sha256('')",
        "DELETE FROM log_head",
        "UPDATE log_checkpoint SET signed_at = now()",
        "DELETE FROM log_checkpoint",
        "TRUNCATE log_checkpoint",
    ],
)
async def test_the_database_lets_a_log_grow_and_nothing_else(stage: Stage, change: str) -> None:
    stage.source.count = 300
    await drain(stage.integrator())
    with pytest.raises(IntegrityError, match="only grows"):
        async with UnitOfWork(stage.database) as uow:
            await uow.connection.execute(sa.text(change))


async def test_nothing_is_signed_over_tiles_that_were_changed(stage: Stage) -> None:
    stage.source.count = 300
    await drain(stage.integrator())
    await tamper(stage.database, "UPDATE log_tile SET hashes = substr(hashes, 33) WHERE number = 1")
    with pytest.raises((RootDiffers, LookupError)):
        await stage.integrator().integrate()


async def test_a_signer_killed_before_it_remembers_goes_on(stage: Stage) -> None:
    stage.source.count = 10
    await drain(stage.integrator())
    remembered = stage.directory / "log-ledger.checkpoint"
    before = remembered.read_text()
    stage.source.count = 12
    await drain(stage.integrator())
    remembered.write_text(before)
    stage.source.count = 300
    await drain(stage.integrator())
    assert (await stage.head()).root == root_of(LEAVES[:300])


async def test_a_log_that_was_set_back_is_not_signed_anew(stage: Stage) -> None:
    stage.source.count = 10
    await drain(stage.integrator())
    earlier = await head_row(stage)
    stage.source.count = 12
    await drain(stage.integrator())
    await tamper(
        stage.database,
        "UPDATE log_tile SET hashes = substr(hashes, 1, 320)",
        f"UPDATE log_head SET size = 10, root = '\\x{earlier.root.hex()}', note = '{earlier.note}'",
    )
    for integrator in (stage.integrator(), stage.integrator()):
        with pytest.raises(Replayed, match="has 10 leaves in the database, 12 were signed here"):
            await integrator.integrate()


async def test_a_log_that_was_rewritten_with_the_key_is_not_signed_on(stage: Stage, tmp_path: Path) -> None:
    stage.source.count = 10
    await drain(stage.integrator())
    await tamper(stage.database, "DELETE FROM log_tile", "DELETE FROM log_head", "DELETE FROM log_checkpoint")
    exchanged = [*LEAVES[:4], LEAVES[5], LEAVES[4], *LEAVES[6:]]
    (tmp_path / "elsewhere").mkdir()
    await drain(Stage(stage.database, Given(10, exchanged), tmp_path / "elsewhere").integrator())
    with pytest.raises(SplitView, match="the first 10 leaves of the log LEDGER are not those signed here"):
        await stage.integrator().integrate()


async def test_another_key_signs_on_only_where_it_knows_the_one_before(stage: Stage) -> None:
    stage.source.count = 10
    await drain(stage.integrator())
    stage.source.count = 20
    with pytest.raises(NoteInvalid, match="no known key has signed"):
        await stage.integrator(OTHER_KEYS).integrate()

    vkey = KEYS.vkey(LogName.LEDGER)
    successor = LogKeys(base64.b64encode(bytes(32)).decode(), origin=ORIGIN, retired=[vkey])
    await drain(stage.integrator(successor))
    signed = await head_row(stage)
    assert Checkpoint.of(signed.note, OTHER_KEYS.verifiers(LogName.LEDGER)).size == 20


async def test_a_new_name_is_a_new_key_too(stage: Stage) -> None:
    stage.source.count = 1
    await drain(stage.integrator())
    seed = base64.b64encode(bytes(range(32))).decode()
    with pytest.raises(CheckpointInvalid):
        await stage.integrator(LogKeys(seed, origin="pipes.example")).integrate()
    renamed = LogKeys(seed, origin="pipes.example", retired=[KEYS.vkey(LogName.LEDGER)])
    await drain(stage.integrator(renamed))
    assert (await head_row(stage)).note.startswith("pipes.example/ledger\n1\n")


async def test_a_run_outlives_nothing_to_do_and_takes_what_comes(stage: Stage) -> None:
    running = asyncio.create_task(stage.integrator().run())
    stage.source.count = 3
    async with asyncio.timeout(60):
        while await size(stage) < 3:  # noqa: ASYNC110 the head is the integrator's
            await asyncio.sleep(0.01)
    stage.source.count = 4
    async with asyncio.timeout(60):
        while await size(stage) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()


def test_the_key_of_an_installation_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    seed = installation_key(tmp_path)
    assert installation_key(tmp_path) == seed
    assert (tmp_path / "log-key").stat().st_mode & 0o777 == 0o600
    assert LogKeys(seed, origin=ORIGIN).origin(LogName.VERDICTS) == "linepack.example/log/verdicts"


@pytest.mark.parametrize(
    "make", [lambda: LogKeys("short", origin=ORIGIN), lambda: LogKeys("*", origin=ORIGIN)]
)
def test_what_is_no_key_is_refused(make: Callable[[], LogKeys]) -> None:
    with pytest.raises(ValueError, match="32 bytes in Base64"):
        make()


async def head_row(stage: Stage):  # type: ignore[no-untyped-def]
    async with stage.database.read() as connection:
        return await repository.newest(connection, LogName.LEDGER)


async def size(stage: Stage) -> int:
    async with stage.database.read() as connection:
        head = await repository.head(connection, LogName.LEDGER)
    return -1 if head is None else head.size


async def tamper(database: Database, *statements: str) -> None:
    """Do as a superuser could: without triggers."""
    async with UnitOfWork(database) as uow:
        await uow.connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await uow.connection.execute(sa.text(statement.replace(":", "\\:")))
