"""Pressures: the states of a network when all firm rights of each gas day are used at once, in columns.

Every caller who may read a network's usage may read its pressures.
"""

import time
from functools import partial
from typing import Final, Self

import strawberry

from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.pressures.pressure_table import MODES, PressureTable
from capacity.feasibility.verdicts import explanation
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verifier import Verifier
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.physics.state import Mode
from capacity.rights.snapshot import RightsSnapshot
from linepack import gasday
from linepack.events.model import Cursor, Stream
from linepack.ids import NetworkId
from linepack.units import CommercialUnit
from schema.capacity.networks import Network, network_id_of
from schema.capacity.verdicts import PressureShortage
from schema.types.columns import Float32Column, Int32Column, Int64Column
from schema.types.context import Info
from schema.types.domain_values import Within
from schema.types.event_streams import head_of
from schema.types.nodes import reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput

PRESSURES_S: Final = 8.0
"""How long a state may be searched for; it bounds how long one query holds a verifier."""
PRESSURES_OF_PERIOD_S: Final = 12.0
"""How long one query may look for states in all; those found are kept, so that the next goes on."""
PRESSURE_DAYS_MAX: Final = 400
OUT_OF_TIME: Final = PressurePicture(Outcome.UNDECIDED, reason="not looked at in time: ask again")
NODES = "A table: one row for each node, one column for each stretch."
EDGES = "A table: one row for each edge, one column for each stretch."


@strawberry.type
class PressureStretch:
    """Gas days in a row with one state, and whether it was found."""

    period: Period
    outcome: Outcome = strawberry.field(description="Whether a state was found.")
    shortage: PressureShortage | None = strawberry.field(
        description="Where pressure fails, if it does: maintenance may leave less than is sold."
    )
    reason: str = strawberry.field(description="Why it is UNDECIDED.")


@strawberry.type
class NetworkPressures:
    """Pressures when all firm rights of a gas day are used at once: of each day one state of possibly many.

    Of entry and exit rights the scarcer side is used in full, the other in proportion. Pressures are
    absolute, in bar. Listen to `availabilityChanges` after `cursor` for what changes later.
    """

    table: strawberry.Private[PressureTable]
    network_id: strawberry.Private[NetworkId]
    unit: CommercialUnit
    rights_version: int
    cursor: Cursor = strawberry.field(
        description="Where the answer stands in the stream of `availabilityChanges`: continue after it."
    )
    node_codes: list[str] = strawberry.field(description="The nodes, in the revision's order.")
    edge_codes: list[str] = strawberry.field(description="The edges, in the revision's order.")
    stretches: list[PressureStretch] = strawberry.field(
        description="The columns: neighbouring gas days that are alike are one."
    )
    modes: list[Mode] = strawberry.field(description="What `mode` refers to.")
    configurations: list[str] = strawberry.field(description="What `configuration` refers to.")
    network: Network = reference(Network, "network_id", "The network concerned.")

    @classmethod
    def of(cls, view: NetworkView, cursor: Cursor, table: PressureTable) -> Self:
        """Show what was found."""
        network = view.published.network
        return cls(
            table=table,
            network_id=view.published.id,
            unit=network.unit,
            rights_version=view.rights.version,
            cursor=cursor,
            node_codes=[node.id for node in network.nodes],
            edge_codes=[edge.id for edge in network.edges],
            stretches=[
                PressureStretch(
                    period=Period.of(period),
                    outcome=picture.outcome,
                    shortage=shortage_of(period, picture, view.published.revision_id),
                    reason=picture.reason,
                )
                for period, picture in zip(table.stretches, table.pictures, strict=True)
            ],
            modes=list(MODES),
            configurations=list(table.configurations),
        )

    @strawberry.field(
        description="The highest of each node's own least pressure and those of the pipes that end there."
    )
    def pressure_min_bar(self) -> Float32Column:
        """Return one for each node."""
        return Float32Column(self.table.pressure_min_bar)

    @strawberry.field(
        description="The lowest of each node's own highest pressure and those of the pipes that end there."
    )
    def pressure_max_bar(self) -> Float32Column:
        """Return one for each node."""
        return Float32Column(self.table.pressure_max_bar)

    @strawberry.field(description=f"{NODES} The pressure; not a number unless FEASIBLE.")
    def pressure_bar(self) -> Float32Column:
        """Return the table."""
        return Float32Column(self.table.pressure_bar)

    @strawberry.field(
        description=f"{EDGES} In whole commercial units, negative from head to tail; 0 unless FEASIBLE."
    )
    def flow(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.table.flow)

    @strawberry.field(
        description=f"{EDGES} How the edge is set: a place in `modes`, from 0; -1 unless FEASIBLE."
    )
    def mode(self) -> Int32Column:
        """Return the table."""
        return Int32Column(self.table.mode)

    @strawberry.field(
        description=f"{EDGES} The configuration that a station runs, where its maps are known: a place "
        "in `configurations`, from 0; -1 for none."
    )
    def configuration(self) -> Int32Column:
        """Return the table."""
        return Int32Column(self.table.configuration)


@strawberry.type
class PressureQueries:
    """Queries of pressures."""

    @strawberry.field(permission_classes=[MayRead])
    async def pressures(self, info: Info, network: str, period: PeriodInput) -> NetworkPressures:
        """The pressures of each gas day when all firm rights are used at once.

        Days for which no state could be looked for in time are UNDECIDED; ask again, what was found is kept.
        """
        days = period.to_period(days_max=PRESSURE_DAYS_MAX)
        services, network_id = info.context.services, await network_id_of(info, network)
        cursor = await head_of(info, Stream.CAPACITY)
        view = await services.snapshots.current(network_id)
        published, run = view.published, services.verifiers.run
        kinds, compiled = await run(
            published,
            lambda verifier: (
                verifier.views.days_alike(view.rights, days),
                compile_hydraulics(published.network, use_maps=False),
            ),
        )
        found, ends_at = [], time.monotonic() + PRESSURES_OF_PERIOD_S
        for periods in kinds:
            picture, seconds = OUT_OF_TIME, min(PRESSURES_S, ends_at - time.monotonic())
            if seconds > 0:
                # One kind of day at a time, so that others get their turn between.
                picture = await run(published, partial(_look, view.rights, periods[0].start, seconds))
            found.append((periods, picture))
        return NetworkPressures.of(view, cursor, PressureTable.of(compiled, found))


def _look(rights: RightsSnapshot, day: gasday.GasDay, seconds: float, verifier: Verifier) -> PressurePicture:
    return verifier.views.pressures(rights, day, seconds=seconds)


def shortage_of(period: gasday.Period, picture: PressurePicture, within: Within) -> PressureShortage | None:
    """Return where pressure fails on gas days alike, if it does."""
    if picture.shortage is None:
        return None
    return PressureShortage.of(explanation.PressureShortage((period,), picture.shortage), within)
