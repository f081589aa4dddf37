"""The commands on networks: `linepack import`, `export`, `policy`, `network list` and `network points`."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import typer

from capacity.networks import repository
from capacity.networks.formats import geojson, native, recognise
from capacity.networks.model import Network
from capacity.networks.policy import Level, Policy, WhenUndecided
from capacity.networks.repository import PublishedNetwork
from capacity.publication import catalogue
from capacity.publication.service import (
    ImportNetwork,
    PublishRevision,
    SetPolicy,
    import_network,
    prepared,
    publish_revision,
    set_policy,
)
from linepack.access import PartyKind, Role
from linepack.identity import repository as identity
from linepack.identity.model import Party
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput, NotFound
from server.cli.answers import Answer, Column, Rows
from server.cli.declarations.capacity import ExportFormat
from server.cli.files import write
from server.cli.session import Session

NETWORKS: Final = (
    Column("code", "code"),
    Column("name", "name"),
    Column("operator", "operator"),
    Column("revision", "revision", "d"),
    Column("nodes", "nodes"),
    Column("edges", "edges"),
    Column("unit", "unit"),
    Column("currency", "currency"),
    Column("published_at", "published"),
)
POINTS: Final = (
    Column("code", "point"),
    Column("role", "role"),
    Column("entry_capacity", "enters at most"),
    Column("exit_capacity", "leaves at most"),
    Column("pressure_min_bar", "bar, least", ".2f"),
    Column("pressure_max_bar", "bar, most", ".2f"),
    Column("name", "name"),
)

_WRITERS: Final = {ExportFormat.NATIVE: native.write, ExportFormat.GEOJSON: geojson.write}


async def import_(
    session: Session,
    *,
    source: str,
    operator: str,
    currency: Currency | None,
    firm_level: Level | None,
    is_gauge: bool,
    is_trial: bool,
) -> Answer:
    """Import a network, or publish the next revision of one of the operator's."""
    network = _read(source, is_gauge=is_gauge)
    company = await session.party(operator)
    if company.kind is not PartyKind.OPERATOR:
        raise InvalidInput([Fault("operator", f"{company.code} is no operator but a {company.kind.lower()}")])
    if is_trial:
        return _described(prepared(network).network, 0)
    caller = session.caller_for(company.id, Role.OPERATOR)
    try:
        known = await session.network(network.code)
    except NotFound:
        policy = Policy(firm_level=firm_level or Level.ROBUST)
        new = ImportNetwork(network=network, currency=currency or Currency.EUR, policy=policy)
        published = await caller.run(import_network, new)
    else:
        await _require_kept(session, known, company, currency, firm_level)
        revision = PublishRevision(network_id=known.id, network=network)
        published = await caller.run(publish_revision, revision)
    return _described(network, published.revision_number)


def _read(source: str, *, is_gauge: bool) -> Network:
    if source not in catalogue.codes():
        return recognise.read(Path(source), is_gauge=is_gauge)
    if is_gauge:
        raise InvalidInput([Fault("gauge", f"the pressures of {source}, which comes with us, are absolute")])
    return catalogue.load(source)


async def _require_kept(
    session: Session,
    known: PublishedNetwork,
    company: Party,
    currency: Currency | None,
    firm_level: Level | None,
) -> None:
    """Raise InvalidInput where a revision would change whose the network is, or what it does not change."""
    code, faults = known.network.code, []
    if known.operator_id != company.id:
        async with session.services.database.read() as connection:
            owner = await identity.get_party(connection, known.operator_id)
        faults.append(Fault("operator", f"{code} is a network of {owner.code}, not of {company.code}"))
    if currency not in (None, known.currency):
        faults.append(Fault("currency", f"{code} is paid in {known.currency}, which no revision changes"))
    if firm_level not in (None, known.policy.firm_level):
        message = f"{code} has {known.policy.firm_level}: `linepack policy` changes it"
        faults.append(Fault("firm-level", message))
    if faults:
        raise InvalidInput(faults)


def _described(network: Network, revision: int) -> Answer:
    """Return what a network consists of and what its importer notes; revision 0: it is not published."""
    values = {
        "code": network.code,
        "revision": revision or None,
        "nodes": len(network.nodes),
        "edges": len(network.edges),
        "unit": network.unit,
        "notes": network.notes,
    }
    stands = f"revision {revision}" if revision else "not published"
    text = (
        f"{network.code}: {stands}, {len(network.nodes)} nodes, {len(network.edges)} edges, in {network.unit}"
    )
    return Answer.of(values, text, *(f"  {note}" for note in network.notes))


async def export(session: Session, *, code: str, target: Path | None, form: ExportFormat) -> Answer | None:
    """Write the revision in force of a network."""
    content = _WRITERS[form]((await session.network(code)).network)
    if target is None:
        typer.echo(content.decode(), nl=False)
        return None
    write(target, content)
    return Answer.of({"file": str(target), "bytes": len(content)}, f"{target}: {len(content):,} bytes")


async def policy(
    session: Session,
    *,
    code: str,
    firm_level: Level | None,
    interruptible_level: Level | None,
    deadline: float | None,
    when_undecided: WhenUndecided | None,
) -> Answer:
    """Show a network's policy, and change what is given."""
    given = {
        "firm_level": firm_level,
        "interruptible_level": interruptible_level,
        "deadline_s": deadline,
        "when_undecided": when_undecided,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    published = await session.network(code)
    if changes:
        changed = replace(published.policy, **changes)
        published = await session.caller().run(set_policy, SetPolicy(published.id, changed))
    shown = published.policy
    return Answer.of(
        shown,
        f"firm rights are proved to level {shown.firm_level}",
        f"interruptible rights to level {shown.interruptible_level}",
        f"within {shown.deadline_s:g} s; when pressures are undecided: {shown.when_undecided}",
    )


async def list_networks(session: Session) -> Answer:
    """List the networks, by code."""
    async with session.services.database.read() as connection:
        found = await repository.list_networks(connection)
        operators = await identity.parties_by_id(connection, list({one.operator_id for one in found}))
    records = [
        {
            "code": one.code,
            "name": one.name,
            "operator": operators[one.operator_id].code,
            "revision": one.revision_number,
            "nodes": one.node_count,
            "edges": one.edge_count,
            "unit": one.unit,
            "currency": one.currency,
            "published_at": one.published_at,
        }
        for one in found
    ]
    return Answer.listing(
        Rows(NETWORKS, records), "No network is published here yet: `linepack import` brings one."
    )


async def points(session: Session, *, code: str) -> Answer:
    """List the points of a network at which capacity is sold."""
    network = (await session.network(code)).network
    records = [
        {
            "code": node.id,
            "role": node.role,
            "entry_capacity": node.entry_capacity,
            "exit_capacity": node.exit_capacity,
            "pressure_min_bar": node.pressure_min_bar,
            "pressure_max_bar": node.pressure_max_bar,
            "name": node.name,
        }
        for node in network.nodes
        if node.role.may_enter or node.role.may_exit
    ]
    return Answer.listing(Rows(POINTS, records), f"{code} has no point at which capacity is sold.")
