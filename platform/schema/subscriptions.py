"""The subscriptions of the API."""

import strawberry

from schema.capacity.availability import AvailabilitySubscriptions
from schema.capacity.network_availability import NetworkAvailabilitySubscriptions
from schema.capacity.shortfalls import ShortfallSubscriptions
from schema.jobs.jobs import JobSubscriptions
from schema.market.booking import BookingSubscriptions
from schema.market.market_events import MarketSubscriptions
from schema.settlement.billing_feed import BillingFeedSubscriptions


@strawberry.type
class Subscription(
    BookingSubscriptions,
    AvailabilitySubscriptions,
    NetworkAvailabilitySubscriptions,
    ShortfallSubscriptions,
    MarketSubscriptions,
    JobSubscriptions,
    BillingFeedSubscriptions,
):
    """What can be followed; each event has a cursor after which to continue."""
