"""Migrations against the declarations: an upgrade builds what the tables modules say, to the letter."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from tests.integration.market.market_fixture import NETWORK

from capacity.networks.formats import native
from capacity.networks.policy import Level, Policy, WhenUndecided
from capacity.networks.repository import Revision, insert_revision, load
from linepack.ids import NetworkId, RevisionId
from server.declarations import all_tables
from server.embedded.postgres import EmbeddedPostgres
from server.errors import TablesOfAnotherVersion
from server.migrations.upgrade import connected, downgrade, is_current, revision_of, upgrade

pytestmark = pytest.mark.anyio

CATALOG = {
    "columns": """
        SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, is_identity
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
    """,
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    """,
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    """,
    "functions": """
        SELECT proname, regexp_replace(pg_get_functiondef(oid), '\\s+', ' ', 'g') FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    """,
}


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    """The URL of a database without any table."""
    name = f"empty_{uuid4().hex}"
    asyncio.run(_administer(postgres_url, f"CREATE DATABASE {name}"))
    yield urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    asyncio.run(_administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def catalog(url: str) -> dict[str, set[tuple[object, ...]]]:
    async with connected(url) as connection:
        return {
            kind: {tuple(row) for row in await connection.execute(sa.text(query))}
            for kind, query in CATALOG.items()
        }


async def test_an_upgrade_builds_what_the_tables_modules_declare(empty_url: str, database_url: str) -> None:
    await upgrade(empty_url)
    migrated, declared = await catalog(empty_url), await catalog(database_url)

    for kind in CATALOG:
        assert declared[kind]
        assert migrated[kind] == declared[kind], f"{kind} differ: a revision is missing"


async def test_alembic_finds_nothing_to_generate_after_an_upgrade(empty_url: str) -> None:
    await upgrade(empty_url)
    async with connected(empty_url) as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), all_tables())
        )

    assert differences == []


async def test_down_removes_everything_and_up_again_restores_it(empty_url: str) -> None:
    await upgrade(empty_url)
    before = await catalog(empty_url)
    await downgrade(empty_url, "base")
    assert not any((await catalog(empty_url)).values())

    await upgrade(empty_url)
    assert await catalog(empty_url) == before


async def test_networks_of_the_first_schema_get_the_policy_members_that_came_later(empty_url: str) -> None:
    await upgrade(empty_url, "0001")
    operator, network = UUID(int=1), UUID(int=2)
    async with connected(empty_url) as connection:
        await connection.execute(
            sa.text("INSERT INTO party VALUES (:id, 'OP', 'Operator', 'OPERATOR', now())"), {"id": operator}
        )
        await connection.execute(
            sa.text("""
                INSERT INTO network (id, code, operator_id, currency, policy, version, created_at)
                VALUES (:id, 'old', :operator_id, 'EUR',
                    '{"firm_level": "flow", "interruptible_level": "rights"}', 0, now())
            """),
            {"id": network, "operator_id": operator},
        )
        revision = Revision(NETWORK, native.write(NETWORK), native.content_hash(NETWORK))
        await insert_revision(
            connection,
            NetworkId(network),
            RevisionId(UUID(int=3)),
            number=1,
            stored=revision,
            at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    await upgrade(empty_url)
    async with connected(empty_url) as connection:
        published = await load(connection, NetworkId(network))

    assert published.policy == Policy(Level.FLOW, Level.RIGHTS, 10.0, WhenUndecided.REFUSE)
    await downgrade(empty_url, "0001")
    async with connected(empty_url) as connection:
        policy = (await connection.execute(sa.text("SELECT policy FROM network"))).scalar_one()
    assert policy == {"firm_level": "flow", "interruptible_level": "rights"}


OPEN_BIDS = """
    INSERT INTO party VALUES
        ('00000000-0000-0000-0000-000000000001', 'A', 'Anna', 'SHIPPER', now()),
        ('00000000-0000-0000-0000-000000000002', 'B', 'Bert', 'SHIPPER', now());
    SET session_replication_role = replica;
    INSERT INTO release_bid
        (id, release_id, bidder_id, quantity, minimum_quantity, rate, start_day, end_day, value, state,
         sequence, placed_at)
    SELECT ('00000000-0000-0000-0000-00000000001' || sequence)::uuid,
        '00000000-0000-0000-0000-000000000009'::uuid, bidder::uuid, 1, 1, value, '2027-01-01',
        '2027-02-01', value, state, sequence, now()
    FROM (VALUES
        ('00000000-0000-0000-0000-000000000001', 0.1, 'OPEN', 1),
        ('00000000-0000-0000-0000-000000000001', 0.9, 'OPEN', 2),
        ('00000000-0000-0000-0000-000000000001', 0.9, 'OPEN', 3),
        ('00000000-0000-0000-0000-000000000002', 0.2, 'OPEN', 4),
        ('00000000-0000-0000-0000-000000000002', 0.8, 'WITHDRAWN', 5)
    ) AS bid (bidder, value, state, sequence);
"""


async def test_of_several_open_bids_of_a_party_the_best_goes_on(empty_url: str) -> None:
    await upgrade(empty_url, "0003")
    await _administer(empty_url, OPEN_BIDS)
    await upgrade(empty_url)
    async with connected(empty_url) as connection:
        states = await connection.execute(sa.text("SELECT state FROM release_bid ORDER BY sequence"))

        assert list(states.scalars()) == ["REPLACED", "OPEN", "REPLACED", "OPEN", "WITHDRAWN"]
    await downgrade(empty_url, "0003")
    async with connected(empty_url) as connection:
        states = await connection.execute(sa.text("SELECT state FROM release_bid ORDER BY sequence"))

        assert list(states.scalars()) == ["WITHDRAWN", "OPEN", "WITHDRAWN", "OPEN", "WITHDRAWN"]


CALLS = """
    SET session_replication_role = replica;
    INSERT INTO market_call
        (id, network_id, operator_id, initiator_id, side, kind, routes, firmness, start_day, end_day,
         starts_at, quantity, limit_price, currency, state, opened_at, closes_at)
    SELECT ('00000000-0000-0000-0000-00000000000' || number)::uuid, gen_random_uuid(), gen_random_uuid(),
        gen_random_uuid(), 'BUY', 'ASSIGNMENT', '[]', 'firm', '2027-01-01', '2027-01-11', now(), 60, 1,
        'EUR', 'OPEN', now(), now() + interval '1 day'
    FROM generate_series(1, 3) AS number;
    INSERT INTO market_order
        (id, call_id, network_id, operator_id, party_id, start_day, end_day, quantity, price_per_unit_day,
         accept_by, state, placed_at)
    SELECT gen_random_uuid(), ('00000000-0000-0000-0000-00000000000' || call)::uuid, gen_random_uuid(),
        gen_random_uuid(), gen_random_uuid(), first::date, after::date, quantity, 1, now(), state, now()
    FROM (VALUES
        (1, '2027-01-01', '2027-01-11', 20, 'ACCEPTED'),
        (1, '2027-01-01', '2027-01-06', 30, 'ACCEPTED'),
        (1, '2027-01-01', '2027-01-11', 10, 'OPEN'),
        (2, '2027-01-01', '2027-01-06', 60, 'ACCEPTED'),
        (2, '2027-01-06', '2027-01-11', 60, 'ACCEPTED')
    ) AS accepted (call, first, after, quantity, state);
"""


async def test_calls_go_on_with_what_is_left_of_them(empty_url: str) -> None:
    await upgrade(empty_url, "0002")
    await _administer(empty_url, CALLS)
    await upgrade(empty_url)
    async with connected(empty_url) as connection:
        rows = await connection.execute(sa.text("SELECT remaining, state FROM market_call ORDER BY id"))

        # Of 60: 20 were taken on all days and 30 on some; all on all days; nothing.
        assert [tuple(row) for row in rows] == [(40, "OPEN"), (0, "EXHAUSTED"), (60, "OPEN")]


async def test_what_is_parked_is_tried_again_after_an_upgrade(empty_url: str) -> None:
    await upgrade(empty_url, "0006")
    async with connected(empty_url) as connection:
        await connection.execute(
            sa.text("""
                INSERT INTO settlement_failure
                    (stream, position, topic, code, reason, failed_at, settled_at)
                VALUES ('capacity', 1, 'contract.booked', 'INDEX_VALUE_MISSING', 'no value', now(), NULL),
                    ('capacity', 2, 'contract.booked', 'INTERNAL', 'a fault', now(), now())
            """)
        )
    await upgrade(empty_url)
    async with connected(empty_url) as connection:
        parked = await connection.execute(
            sa.text("SELECT position, is_due, lacks FROM settlement_failure ORDER BY position")
        )
        assert [tuple(row) for row in parked] == [(1, True, None), (2, False, None)]


VERDICTS = """
    SET session_replication_role = replica;
    INSERT INTO verdict
        (id, network_id, party_id, operator_id, revision_id, rights_version, outcome, level, solver,
         model_hash, decided_at, document)
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1,
        'feasible', 'flow', 'highs', '', now(), '{}'
    FROM generate_series(1, 3);
"""


async def test_verdicts_stored_before_there_was_a_log_wait_for_their_places(empty_url: str) -> None:
    await upgrade(empty_url, "0006")
    await _administer(empty_url, VERDICTS)
    await upgrade(empty_url)
    async with connected(empty_url) as connection:
        waiting = await connection.execute(
            sa.text("SELECT count(*) FROM verdict JOIN verdict_leaf ON verdict_id = id WHERE place IS NULL")
        )
        assert waiting.scalar_one() == 3


async def test_processes_that_upgrade_at_once_do_not_collide(empty_url: str) -> None:
    assert not await is_current(empty_url)
    await asyncio.gather(*(upgrade(empty_url) for _ in range(4)))

    assert await is_current(empty_url)
    await upgrade(empty_url)


async def test_tables_of_a_newer_version_are_left_alone_and_named(empty_url: str) -> None:
    await upgrade(empty_url)
    await _administer(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(TablesOfAnotherVersion, match="revision 9999"):
        await upgrade(empty_url)
    assert await revision_of(empty_url) == "9999"


async def test_an_embedded_database_is_migrated_like_any_other(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, parameters={"fsync": "off"}) as postgres:
        await upgrade(postgres.url)
        assert await is_current(postgres.url)
