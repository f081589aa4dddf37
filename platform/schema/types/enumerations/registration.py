"""Enumerations of the API: the domain's own, each described with its members.

They must be registered before any type that has one is declared, so the package does it when it is imported.
Enumerations may grow: clients must accept members they do not know.
"""

from collections.abc import Mapping
from enum import EnumType

import strawberry

from linepack.events.model import Stream
from market.clearing.model import Side
from market.network_clearings.model import PathBidState
from market.network_clearings.repository import PathBidSort
from market.releases.bid_evaluation import Reason
from schema.types.enumerations import capacity, kernel, market, names, planning, settlement

GRAPHQL_NAMES: Mapping[EnumType, str] = {
    Reason: "BidDecisionReason",
    Stream: "EventStream",
    Side: "ClearingSide",
    PathBidState: "ClearingBidState",
    PathBidSort: "ClearingBidSort",
}
"""The names of those that are called otherwise in the schema."""


def _register() -> None:
    for described in (
        kernel.ENUMERATIONS,
        capacity.ENUMERATIONS,
        market.ENUMERATIONS,
        planning.ENUMERATIONS,
        settlement.ENUMERATIONS,
        names.ENUMERATIONS,
    ):
        for enumeration, (description, members) in described.items():
            strawberry.enum(enumeration, name=GRAPHQL_NAMES.get(enumeration), description=description)
            for member in enumeration.__strawberry_definition__.values:  # type: ignore[attr-defined]
                member.description = members[member.name]


_register()
