"""The mutations of the API."""

import strawberry

from schema.capacity.network_mutations import OperatorMutations
from schema.identity.accounts import AccountMutations
from schema.identity.administration import AdministrationMutations
from schema.identity.api_keys import ApiKeyMutations
from schema.identity.parties import PartyMutations
from schema.identity.second_factor import SecondFactorMutations
from schema.identity.sessions import SessionMutations
from schema.jobs.jobs import JobMutations
from schema.market.bids import BidMutations
from schema.market.booking import BookingMutations
from schema.market.calls import CallMutations
from schema.market.clearing_bids import ClearingBidMutations
from schema.market.clearing_drafts import ClearingDraftMutations
from schema.market.clearings import ClearingMutations
from schema.market.credit import CreditMutations
from schema.market.index_values import IndexValueMutations
from schema.market.listings import ListingMutations
from schema.market.profiles import ProfileMutations
from schema.market.releases import ReleaseMutations
from schema.market.set_asides import SetAsideMutations
from schema.market.tariffs import TariffMutations
from schema.planning.compressor_dispatch import DispatchMutations
from schema.settlement.release_credits import ReleaseCreditMutations


@strawberry.type
class Mutation(
    AccountMutations,
    AdministrationMutations,
    SessionMutations,
    SecondFactorMutations,
    PartyMutations,
    ApiKeyMutations,
    OperatorMutations,
    JobMutations,
    DispatchMutations,
    TariffMutations,
    IndexValueMutations,
    BookingMutations,
    ProfileMutations,
    SetAsideMutations,
    CreditMutations,
    ListingMutations,
    CallMutations,
    ReleaseMutations,
    BidMutations,
    ClearingMutations,
    ClearingBidMutations,
    ClearingDraftMutations,
    ReleaseCreditMutations,
):
    """What can be changed."""
