"""The queries of the API."""

from typing import Annotated

import strawberry
from strawberry import relay

from schema.capacity.availability import AvailabilityQueries
from schema.capacity.contracts import ContractQueries
from schema.capacity.element_use import ElementUseQueries
from schema.capacity.network_availability import NetworkAvailabilityQueries
from schema.capacity.network_mutations import OperatorQueries
from schema.capacity.network_usage import UsageQueries
from schema.capacity.networks import NetworkQueries
from schema.capacity.positions import PositionQueries
from schema.capacity.pressures import PressureQueries
from schema.capacity.shortfalls import ShortfallQueries
from schema.identity.accounts import AccountQueries
from schema.identity.administration import AdministrationQueries
from schema.identity.api_keys import ApiKeyQueries
from schema.identity.parties import PartyQueries
from schema.identity.sessions import SessionQueries
from schema.jobs.jobs import JobQueries
from schema.market.bids import BidQueries
from schema.market.booking import BookingQueries
from schema.market.calls import CallQueries
from schema.market.clearing_bids import ClearingBidQueries
from schema.market.clearing_drafts import ClearingDraftQueries
from schema.market.clearings import ClearingQueries
from schema.market.credit import CreditQueries
from schema.market.index_values import IndexValueQueries
from schema.market.listings import ListingQueries
from schema.market.profiles import ProfileQueries
from schema.market.quotes import QuoteQueries
from schema.market.releases import ReleaseQueries
from schema.market.set_asides import SetAsideQueries
from schema.market.tariffs import TariffQueries
from schema.market.trade_tape import TradeTapeQueries
from schema.market.trades import TradeQueries
from schema.operations.path_tracking import TrackingQueries
from schema.planning.compressor_dispatch import DispatchQueries
from schema.planning.steady_simulation import SimulationQueries
from schema.settlement.balances import BalanceQueries
from schema.settlement.billing_feed import BillingFeedQueries
from schema.settlement.ledger_entries import LedgerQueries
from schema.settlement.proof_documents import ProofDocumentQueries
from schema.settlement.release_credits import ReleaseCreditQueries
from schema.settlement.status import SettlementStatusQueries
from schema.settlement.transparency_logs import TransparencyQueries
from schema.types.context import Info
from schema.types.nodes import find_node
from schema.types.permissions import MayRead


@strawberry.type
class Query(
    AccountQueries,
    AdministrationQueries,
    SessionQueries,
    PartyQueries,
    ApiKeyQueries,
    NetworkQueries,
    OperatorQueries,
    AvailabilityQueries,
    NetworkAvailabilityQueries,
    SetAsideQueries,
    CreditQueries,
    UsageQueries,
    ElementUseQueries,
    PressureQueries,
    ShortfallQueries,
    TrackingQueries,
    JobQueries,
    SimulationQueries,
    DispatchQueries,
    TariffQueries,
    IndexValueQueries,
    BookingQueries,
    ProfileQueries,
    ContractQueries,
    PositionQueries,
    ListingQueries,
    CallQueries,
    ReleaseQueries,
    BidQueries,
    ClearingQueries,
    ClearingBidQueries,
    ClearingDraftQueries,
    QuoteQueries,
    TradeQueries,
    TradeTapeQueries,
    BillingFeedQueries,
    LedgerQueries,
    BalanceQueries,
    ReleaseCreditQueries,
    SettlementStatusQueries,
    TransparencyQueries,
    ProofDocumentQueries,
):
    """What can be read."""

    @strawberry.field(permission_classes=[MayRead])
    async def node(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="The id of the object.")],  # noqa: A002
    ) -> relay.Node | None:
        """Any object with an id; null when it does not exist or you may not see it."""
        return await find_node(info, id)
