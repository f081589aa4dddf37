"""Identifiers of entities.

Every entity is identified by a UUIDv7: unique without coordination and ordered by creation time, so that it
serves as a keyset cursor. One `NewType` per entity keeps a contract's id from being passed as a party's.
"""

from typing import NewType
from uuid import UUID

import uuid_utils.compat

PartyId = NewType("PartyId", UUID)
UserId = NewType("UserId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)
AccountEventId = NewType("AccountEventId", UUID)
SessionId = NewType("SessionId", UUID)
EventId = NewType("EventId", UUID)
NetworkId = NewType("NetworkId", UUID)
RevisionId = NewType("RevisionId", UUID)
OverlayId = NewType("OverlayId", UUID)
ContractId = NewType("ContractId", UUID)
VerdictId = NewType("VerdictId", UUID)
ProfileId = NewType("ProfileId", UUID)
TariffId = NewType("TariffId", UUID)
ListingId = NewType("ListingId", UUID)
CallId = NewType("CallId", UUID)
OrderId = NewType("OrderId", UUID)
TradeId = NewType("TradeId", UUID)
ReleaseId = NewType("ReleaseId", UUID)
BidId = NewType("BidId", UUID)
EntryId = NewType("EntryId", UUID)
SetAsideId = NewType("SetAsideId", UUID)
ClearingId = NewType("ClearingId", UUID)
ClearingBidId = NewType("ClearingBidId", UUID)
CreditLimitId = NewType("CreditLimitId", UUID)
CreditPaymentId = NewType("CreditPaymentId", UUID)
JobId = NewType("JobId", UUID)


def new_id() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562), monotonic within this process."""
    return uuid_utils.compat.uuid7()
