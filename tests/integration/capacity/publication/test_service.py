from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from tests.integration.capacity.parties import OPERATOR, OTHER_OPERATOR, SHIPPER, acting_for
from tests.unit.capacity.contracts.samples import NOON

from capacity.networks import repository
from capacity.networks.formats import native
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole, Overlay, OverlayKind
from capacity.networks.overlays import on_day
from capacity.networks.policy import Level, Policy
from capacity.networks.repository import PublishedNetwork, SetOverlay
from capacity.publication import catalogue, service
from capacity.publication.service import ImportNetwork, NetworkCodeTaken, PublishRevision, PutOverlay
from linepack.access import Principal, Role
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.tables import EventRow
from linepack.gasday import GasDayClock, Period
from linepack.ids import NetworkId, OverlayId, RevisionId, new_id
from linepack.money import Currency
from linepack.problems import Conflict, Forbidden, InvalidInput, NotFound
from linepack.units import CommercialUnit

pytestmark = pytest.mark.anyio

OPERATING = acting_for(OPERATOR, Role.OPERATOR)
OTHERS_OPERATOR = acting_for(OTHER_OPERATOR, Role.OPERATOR)
JUNE = Period(date(2027, 6, 1), date(2027, 7, 1))
OUTAGE = Overlay("23", OverlayKind.MAINTENANCE, JUNE, 0.5, "Pigging of the line to Arlon")
BELGIAN = catalogue.load("belgian")


async def bring(
    database: Database, network: Network = BELGIAN, by: Principal = OPERATING
) -> PublishedNetwork:
    command = ImportNetwork(network=network, currency=Currency.EUR, policy=Policy(Level.FLOW, Level.FLOW))
    async with UnitOfWork(database) as uow:
        return await service.import_network(command, Context(uow=uow, principal=by, at=NOON))


async def publish(
    database: Database, network_id: NetworkId, network: Network, by: Principal = OPERATING
) -> PublishedNetwork:
    async with UnitOfWork(database) as uow:
        command = PublishRevision(network_id=network_id, network=network)
        return await service.publish_revision(command, Context(uow=uow, principal=by, at=NOON))


async def put(
    database: Database,
    network_id: NetworkId,
    overlay: Overlay = OUTAGE,
    *,
    key: str | None = None,
    by: Principal = OPERATING,
) -> SetOverlay:
    command = PutOverlay(network_id=network_id, overlay=overlay, idempotency_key=key or str(uuid4()))
    async with UnitOfWork(database) as uow:
        return await service.set_overlay(command, Context(uow=uow, principal=by, at=NOON))


async def withdraw(database: Database, overlay_id: OverlayId, by: Principal = OPERATING) -> SetOverlay:
    async with UnitOfWork(database) as uow:
        return await service.withdraw_overlay(
            service.WithdrawOverlay(overlay_id), Context(uow=uow, principal=by, at=NOON)
        )


async def current(database: Database, network_id: NetworkId) -> PublishedNetwork:
    async with database.read() as connection:
        return await repository.load(connection, network_id)


async def events(database: Database) -> list[tuple[str, str]]:
    table = EventRow.core()
    async with database.read() as connection:
        rows = await connection.execute(sa.select(table.c.topic, table.c.stream).order_by(table.c.id))
        return [(row.topic, row.stream) for row in rows]


async def test_imported_network_is_found_by_id_and_code_and_in_the_list(parties: Database) -> None:
    published = await bring(parties)
    assert published.network == BELGIAN
    assert (published.revision_number, published.operator_id, published.version) == (1, OPERATOR, 1)
    assert published.policy == Policy(Level.FLOW, Level.FLOW)
    async with parties.read() as connection:
        assert await repository.by_code(connection, "belgian") == published
        assert await repository.load(connection, published.id) == published
        [summary] = await repository.list_networks(connection)
    assert (summary.id, summary.code, summary.name) == (published.id, "belgian", "Belgian network")
    assert (summary.node_count, summary.edge_count, summary.unit) == (20, 24, CommercialUnit.SM3_PER_H)
    assert await events(parties) == [("network.published", "capacity")]


async def test_pipe_without_capacity_gets_it_when_published(parties: Database) -> None:
    bare = replace(BELGIAN, edges=tuple(replace(e, capacity_forward=None) for e in BELGIAN.edges))
    assert (await bring(parties, bare)).network == BELGIAN


async def test_code_of_a_network_is_taken_once(parties: Database) -> None:
    published = await bring(parties)
    with pytest.raises(NetworkCodeTaken):
        await bring(parties, by=OTHERS_OPERATOR)
    assert (await current(parties, published.id)).operator_id == OPERATOR


async def test_unsound_network_is_refused_with_its_faults_and_leaves_nothing(parties: Database) -> None:
    edges = (replace(BELGIAN.edges[0], tail="Nowhere"), *BELGIAN.edges[1:])
    with pytest.raises(InvalidInput, match="Nowhere"):
        await bring(parties, replace(BELGIAN, edges=edges))
    async with parties.read() as connection:
        assert await repository.list_networks(connection) == []
    assert await events(parties) == []


@pytest.mark.parametrize("role", [Role.SHIPPER, Role.REGULATOR, Role.BILLING])
async def test_only_operators_import(parties: Database, role: Role) -> None:
    with pytest.raises(Forbidden):
        await bring(parties, by=acting_for(SHIPPER, role))


async def test_operator_cannot_import_in_the_name_of_another(parties: Database) -> None:
    command = ImportNetwork(network=BELGIAN, currency=Currency.EUR, operator_id=OTHER_OPERATOR)
    with pytest.raises(Forbidden):
        async with UnitOfWork(parties) as uow:
            await service.import_network(command, Context(uow=uow, principal=OPERATING, at=NOON))


async def test_next_revision_replaces_the_first_which_stays_readable(parties: Database) -> None:
    first = await bring(parties)
    wider = tuple(replace(e, capacity_forward=200_000) if e.id == "23" else e for e in BELGIAN.edges)
    second = await publish(parties, first.id, replace(BELGIAN, edges=wider))
    assert (second.revision_number, second.version) == (2, 2)
    assert second.network.edges == wider
    async with parties.read() as connection:
        assert await repository.revision(connection, first.revision_id) == BELGIAN
        with pytest.raises(NotFound):
            await repository.revision(connection, RevisionId(new_id()))


async def test_same_content_again_is_no_new_revision(parties: Database) -> None:
    first = await bring(parties)
    assert await publish(parties, first.id, BELGIAN) == first
    assert len(await events(parties)) == 1


async def test_revision_cannot_be_changed_or_deleted_in_the_database(parties: Database) -> None:
    await bring(parties)
    for statement in ("UPDATE network_revision SET name = 'x'", "DELETE FROM network_revision"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with UnitOfWork(parties) as uow:
                await uow.connection.execute(sa.text(statement))


async def test_stored_content_is_identified_by_its_hash(parties: Database) -> None:
    published = await bring(parties)
    async with parties.read() as connection:
        row = (await connection.execute(sa.text("SELECT content, content_hash FROM network_revision"))).one()
    assert native.read(bytes(row.content)) == published.network
    assert row.content_hash == native.content_hash(published.network)


async def test_revision_keeps_unit_gas_days_code_and_points(parties: Database) -> None:
    first = await bring(parties)
    nodes = tuple(
        replace(node, role=NodeRole.JUNCTION, nomination=0)
        if node.id in ("Zeebrugge", "Mons")
        else replace(node, nomination=0)
        for node in BELGIAN.nodes
    )
    other = replace(
        BELGIAN,
        code="other",
        unit=CommercialUnit.MWH_PER_D,
        clock=GasDayClock("Europe/Berlin", 5),
        nodes=nodes,
    )
    with pytest.raises(InvalidInput) as refusal:
        await publish(parties, first.id, other)
    places = {fault.place for fault in refusal.value.faults}
    assert places == {"code", "unit", "gas_day", "node Zeebrugge", "node Mons"}


async def test_overlay_lowers_capacity_until_it_is_withdrawn(parties: Database) -> None:
    network_id = (await bring(parties)).id
    outage = await put(parties, network_id)
    during = await current(parties, network_id)
    number = [edge.id for edge in BELGIAN.edges].index("23")
    assert during.overlays == (OUTAGE,)
    assert during.version == 2
    # 107 835 Sm³/h by half, rounded down.
    assert on_day(during.network, during.overlays, JUNE.start).forward[number] == 53_917
    await withdraw(parties, outage.id)
    after = await current(parties, network_id)
    assert (after.overlays, after.version) == ((), 3)
    assert [topic for topic, _ in await events(parties)] == [
        "network.published",
        "overlay.set",
        "overlay.withdrawn",
    ]


async def test_overlay_with_the_same_key_is_set_once(parties: Database) -> None:
    network_id = (await bring(parties)).id
    first = await put(parties, network_id, key="outage-1")
    assert await put(parties, network_id, key="outage-1") == first
    assert len((await current(parties, network_id)).overlays) == 1
    with pytest.raises(Conflict):
        await put(parties, network_id, replace(OUTAGE, factor=0.25), key="outage-1")


async def test_overlay_withdrawn_twice_is_withdrawn_once(parties: Database) -> None:
    network_id = (await bring(parties)).id
    outage = await put(parties, network_id)
    for _ in range(2):
        assert await withdraw(parties, outage.id) == outage
    assert (await current(parties, network_id)).version == 3
    assert len(await events(parties)) == 3


@pytest.mark.parametrize("factor", [0.29, 1 / 3, 1e-7, 2.0, 0.0])
async def test_factor_comes_back_exactly(parties: Database, factor: float) -> None:
    network_id = (await bring(parties)).id
    await put(parties, network_id, replace(OUTAGE, factor=factor))
    assert (await current(parties, network_id)).overlays[0].factor == factor


@pytest.mark.parametrize("factor", [-0.1, 2.1, float("nan"), float("inf")])
async def test_factor_out_of_range_is_refused(parties: Database, factor: float) -> None:
    network_id = (await bring(parties)).id
    with pytest.raises(InvalidInput) as refusal:
        await put(parties, network_id, replace(OUTAGE, edge_id="99", factor=factor))
    assert [fault.place for fault in refusal.value.faults] == ["edge", "factor"]


async def test_edge_without_bound_is_closed_or_left_alone(parties: Database) -> None:
    valve = Edge("V", EdgeKind.VALVE, "A", "B")
    nodes = (Node("A", NodeRole.ENTRY), Node("B", NodeRole.EXIT))
    network_id = (await bring(parties, replace(BELGIAN, nodes=nodes, edges=(valve,)))).id
    with pytest.raises(InvalidInput):
        await put(parties, network_id, replace(OUTAGE, edge_id="V", factor=0.5))
    await put(parties, network_id, replace(OUTAGE, edge_id="V", factor=0.0))


async def test_network_of_another_operator_is_not_found_to_change(parties: Database) -> None:
    published = await bring(parties)
    outage = await put(parties, published.id)
    with pytest.raises(NotFound):
        await publish(parties, published.id, BELGIAN, by=OTHERS_OPERATOR)
    with pytest.raises(NotFound):
        await put(parties, published.id, by=OTHERS_OPERATOR)
    with pytest.raises(NotFound, match=f"no overlay {outage.id}"):
        await withdraw(parties, outage.id, by=OTHERS_OPERATOR)
    assert (await current(parties, published.id)).version == 2


async def test_shipper_may_not_change_a_network(parties: Database) -> None:
    published = await bring(parties)
    with pytest.raises(Forbidden):
        await put(parties, published.id, by=acting_for(SHIPPER))


async def test_what_is_not_there_is_not_found(parties: Database) -> None:
    async with parties.read() as connection:
        with pytest.raises(NotFound):
            await repository.load(connection, NetworkId(new_id()))
        with pytest.raises(NotFound):
            await repository.by_code(connection, "nowhere")
        with pytest.raises(NotFound):
            await repository.overlay(connection, OverlayId(new_id()))
