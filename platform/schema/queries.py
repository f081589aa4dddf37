"""Everything that can be asked."""

from typing import Annotated

import strawberry
from strawberry import relay

from schema.capacity.availability import AvailabilityQueries
from schema.capacity.contracts import ContractQueries
from schema.capacity.network_mutations import OperatorQueries
from schema.capacity.networks import NetworkQueries
from schema.capacity.path_tracking import TrackingQueries
from schema.capacity.pressures import PressureQueries
from schema.capacity.shortfalls import ShortfallQueries
from schema.identity.api_keys import ApiKeyQueries
from schema.identity.parties import IdentityQueries
from schema.jobs.jobs import JobQueries
from schema.market.bids import BidQueries
from schema.market.calls import CallQueries
from schema.market.index_values import IndexValueQueries
from schema.market.listings import ListingQueries
from schema.market.releases import ReleaseQueries
from schema.market.set_asides import SetAsideQueries
from schema.market.tariffs import TariffQueries
from schema.market.trades import TradeQueries
from schema.settlement.billing_feed import SettlementQueries
from schema.settlement.release_credits import ReleaseCreditQueries
from schema.settlement.status import SettlementStatusQueries
from schema.settlement.transparency_logs import TransparencyQueries
from schema.types.nodes import Info, find_node
from schema.types.permissions import MayRead


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
