"""The subscriptions of the API."""

import strawberry

from schema.capacity.availability import AvailabilitySubscriptions
from schema.capacity.network_availability import NetworkAvailabilitySubscriptions
from schema.capacity.positions import PositionSubscriptions
from schema.capacity.shortfalls import ShortfallSubscriptions
from schema.jobs.jobs import JobSubscriptions
from schema.market.booking import BookingSubscriptions
from schema.market.market_events import MarketSubscriptions
from schema.market.trade_tape import TradeTapeSubscriptions
from schema.settlement.billing_feed import BillingFeedSubscriptions


@strawberry.type
class Subscription(
    BookingSubscriptions,
    AvailabilitySubscriptions,
    PositionSubscriptions,
    NetworkAvailabilitySubscriptions,
    ShortfallSubscriptions,
    MarketSubscriptions,
    TradeTapeSubscriptions,
    JobSubscriptions,
    BillingFeedSubscriptions,
):
    """What can be followed.

    Changes have a cursor each, after which to continue. What is worked out step by step begins with how it
    stands, and ends by itself.
    """
