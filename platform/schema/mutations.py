"""Everything that can be done."""

import strawberry

from schema.api_keys import ApiKeyMutations
from schema.awards import BidMutations
from schema.booking import BookingMutations
from schema.calls import CallMutations
from schema.identity import IdentityMutations
from schema.index_values import IndexValueMutations
from schema.jobs import JobMutations
from schema.listings import ListingMutations
from schema.operating import OperatorMutations
from schema.release_credits import ReleaseCreditMutations
from schema.releases import ReleaseMutations
from schema.set_asides import SetAsideMutations
from schema.tariffs import TariffMutations


@strawberry.type
class Mutation(
    IdentityMutations,
    ApiKeyMutations,
    OperatorMutations,
    JobMutations,
    TariffMutations,
    IndexValueMutations,
    BookingMutations,
    SetAsideMutations,
    ListingMutations,
    CallMutations,
    ReleaseMutations,
    BidMutations,
    ReleaseCreditMutations,
):
    """What can be done."""
