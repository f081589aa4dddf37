"""Everything that can be asked."""

from typing import Annotated

import strawberry
from strawberry import relay

from schema.api_keys import ApiKeyQueries
from schema.availability import AvailabilityQueries
from schema.awards import BidQueries
from schema.calls import CallQueries
from schema.contracts import ContractQueries
from schema.identity import IdentityQueries
from schema.index_values import IndexValueQueries
from schema.jobs import JobQueries
from schema.listings import ListingQueries
from schema.networks import NetworkQueries
from schema.operating import OperatorQueries
from schema.permissions import MayRead
from schema.pressures import PressureQueries
from schema.release_credits import ReleaseCreditQueries
from schema.releases import ReleaseQueries
from schema.resolving import Info, find_node
from schema.set_asides import SetAsideQueries
from schema.settlement import SettlementQueries
from schema.settlement_status import SettlementStatusQueries
from schema.shortfalls import ShortfallQueries
from schema.tariffs import TariffQueries
from schema.tracking import TrackingQueries
from schema.trades import TradeQueries
from schema.transparency import TransparencyQueries


@strawberry.type
class Query(
    IdentityQueries,
    ApiKeyQueries,
    NetworkQueries,
    OperatorQueries,
    AvailabilityQueries,
    SetAsideQueries,
    PressureQueries,
    ShortfallQueries,
    TrackingQueries,
    JobQueries,
    TariffQueries,
    IndexValueQueries,
    ContractQueries,
    ListingQueries,
    CallQueries,
    ReleaseQueries,
    BidQueries,
    TradeQueries,
    SettlementQueries,
    ReleaseCreditQueries,
    SettlementStatusQueries,
    TransparencyQueries,
):
    """What can be asked."""

    @strawberry.field(
        permission_classes=[MayRead], description="Anything with an id; null when it is not yours to see."
    )
    async def node(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="The id of the object.")],  # noqa: A002
    ) -> relay.Node | None:
        """Return the node, if the caller may see it."""
        return await find_node(info, id)
