"""The GraphQL documents of a drill, and how the id of what a command made is read from its answer."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from server.drill.plan import Operation


@dataclass(frozen=True, slots=True)
class _Shape:
    """The type of an operation's input, of its success, and the field of that which was made."""

    input: str
    payload: str
    made: str


_SHAPES: Final[Mapping[Operation, _Shape]] = {
    Operation.BOOK: _Shape("BookCapacityInput", "BookCapacityPayload", "contract"),
    Operation.POST_LISTING: _Shape("PostListingInput", "PostListingPayload", "listing"),
    Operation.TAKE_LISTING: _Shape("TakeListingInput", "TakeListingPayload", "trade"),
    Operation.WITHDRAW_LISTING: _Shape("WithdrawListingInput", "WithdrawListingPayload", "listing"),
    Operation.CALL_TO_SELL: _Shape("OpenCallToSellInput", "CallPayload", "call"),
    Operation.CALL_TO_BUY: _Shape("OpenCallToBuyInput", "CallPayload", "call"),
    Operation.CLOSE_CALL: _Shape("CloseCallInput", "CallPayload", "call"),
    Operation.PLACE_ORDER: _Shape("PlaceOrderInput", "PlaceOrderPayload", "order"),
    Operation.ACCEPT_ORDER: _Shape("AcceptOrderInput", "AcceptOrderPayload", "trade"),
    Operation.OFFER_RELEASE: _Shape("OfferReleaseInput", "ReleasePayload", "release"),
    Operation.PLACE_BID: _Shape("PlaceBidInput", "BidPayload", "bid"),
    Operation.WITHDRAW_BID: _Shape("WithdrawBidInput", "BidPayload", "bid"),
    Operation.WITHDRAW_RELEASE: _Shape("WithdrawReleaseInput", "ReleasePayload", "release"),
    Operation.AWARD_RELEASE: _Shape("AwardReleaseInput", "AwardReleasePayload", "release"),
    Operation.SET_OVERLAY: _Shape("SetOverlayInput", "OverlayPayload", "overlay"),
    Operation.WITHDRAW_OVERLAY: _Shape("WithdrawOverlayInput", "OverlayPayload", "overlay"),
}

_QUERIES: Final[Mapping[Operation, str]] = {
    Operation.QUOTE: """
query Drill($input: CapacityRequestInput!) {
  dryRunBookCapacity(input: $input) { __typename ... on Problem { code message } }
}
""",
    Operation.AVAILABILITY: """
query Drill($network: String!, $route: RouteInput!, $period: PeriodInput!) {
  availability(network: $network, route: $route, period: $period) {
    __typename rightsVersion stretches { available }
  }
}
""",
    Operation.OWN_CONTRACTS: """
query Drill($network: String!) {
  contracts(network: $network, own: true, first: 20) {
    __typename
    edges {
      node { id quantity period { start end } rights { route { receipt { code } delivery { code } } } }
    }
  }
}
""",
}

SETTLEMENTS: Final = """
subscription Settlements($after: Cursor!) {
  settlements(after: $after) {
    __typename
    ... on SettlementEvent {
      cursor sequence id lines { partyCode code amount { amount currency } }
    }
    ... on ResyncRequired { cursor }
  }
}
"""
MARKET: Final = """
subscription Market($after: Cursor!) {
  marketEvents(after: $after) {
    __typename
    ... on MarketEvent { cursor topic }
    ... on ResyncRequired { cursor }
  }
}
"""
AVAILABILITY_CHANGES: Final = """
subscription Availability($after: Cursor!) {
  availabilityChanges(after: $after) {
    __typename
    ... on AvailabilityChange { cursor topic }
    ... on ResyncRequired { cursor }
  }
}
"""


def document(operation: Operation) -> str:
    """Return the document that sends this operation."""
    if operation.is_query:
        return _QUERIES[operation]
    shape = _SHAPES[operation]
    return f"""
mutation Drill($input: {shape.input}!) {{
  {operation}(input: $input) {{
    __typename
    ... on {shape.payload} {{ {shape.made} {{ id }} }}
    ... on Problem {{ code message path }}
  }}
}}
"""


def made(operation: Operation, result: Mapping[str, Any]) -> str | None:
    """Return the global id that a success names, None for a problem."""
    shape = _SHAPES[operation]
    if result["__typename"] != shape.payload:
        return None
    return str(result[shape.made]["id"])


def uuid_in(global_id: str) -> UUID:
    """Return the id inside a global id (`Type:uuid` in base64), or a bare one's."""
    try:
        return UUID(global_id)
    except ValueError:
        return UUID(base64.b64decode(global_id).decode().rpartition(":")[2])
