"""Who is shown which field of what concerns a party, for every type that such a thing can be reached through.

A new field belongs into `FIELDS`, a new root field into `PUBLIC_ROOTS` or `PRIVATE_ROOTS`.
"""

from enum import Enum


class Rule(Enum):
    """To whom a field is shown, of those who are shown the object it is a field of."""

    SHOWN = "to all of them"
    OWNER = "to the parties whose thing it is, the operator, and those who oversee the market"
    FOUND = "to those who find the thing it refers to"
    OPEN = "to all of them, but while the thing is sealed to the operator alone"
    FILTERED = "to each the part that it may see; all of it to the owners and those who oversee the market"


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PUBLIC_ROOTS = words(
    """
    Query.availability Query.indexValues Query.interruptibleQuantities Query.network
    Query.networkAvailability Query.networks Query.pressures Query.productRules Query.steadySimulation
    Query.tariffs Query.trackPath Query.tradeTape Query.transparencyLogs Query.usage
    Subscription.availabilityChanges Subscription.networkAvailability Subscription.tradeTape
    """
)
"""What is said of a network, the same to every caller: nothing in it is a party's."""

PRIVATE_ROOTS = words(
    """
    Query.accountEvents Query.accounts
    Query.apiKeys Query.balances Query.bidQuote Query.bids Query.callsForOrders Query.clearingBids
    Query.clearingDraft Query.clearings Query.compressorDispatch
    Query.contract Query.contracts Query.credit Query.creditLimits Query.dryRunBookCapacity
    Query.dryRunBookProfile Query.elementUse
    Query.entryInclusion Query.job Query.jobs Query.ledgerEntries
    Query.lineage Query.listingQuote Query.listings Query.node Query.orders Query.ownCallsForOrders
    Query.ownListings Query.ownReleaseOffers Query.parties Query.partyBalances Query.positions
    Query.proofDocuments Query.releaseCredits Query.releaseOffers Query.sessions Query.setAsides
    Query.settlementEvents
    Query.settlementStatus Query.shortfalls Query.trades Query.verdictInclusion Query.viewer
    Subscription.dryRunBookCapacity Subscription.jobChanges Subscription.jobProgress
    Subscription.marketEvents
    Subscription.positionChanges Subscription.settlements Subscription.shortfallNotices
    """
)

PUBLIC_NODES = frozenset({"Network", "PhysicalEdge", "PhysicalNode", "TapeTrade"})
"""Whoever finds a reference to them finds them."""

FIELDS: dict[str, dict[Rule, str]] = {
    # Things with an id
    "Account": {
        Rule.SHOWN: (
            "createdAt disabledAt email id initialPasswordUntil keyCount name party roles signedInAt"
        ),
    },
    "AccountEvent": {
        Rule.SHOWN: "id isByInstallation kind party recordedAt rolesAfter rolesBefore",
        Rule.FOUND: "account apiKey by",
    },
    "ApiKey": {
        Rule.SHOWN: "createdAt expiresAt id lastUsedAt name prefix revokedAt roles scopes",
    },
    "Bid": {
        Rule.SHOWN: "bidder id minimumQuantity period placedAt quantity rate state value",
        Rule.FOUND: "release",
        Rule.OPEN: "sequence",
    },
    "CallForOrders": {
        Rule.SHOWN: (
            "capacity closesAt currency id isFirm kind limitPrice openedAt quantity remaining side state"
        ),
        Rule.OWNER: "initiator",
        Rule.FOUND: "contract",
    },
    "CapacitySetAside": {
        Rule.SHOWN: "held id network period quantity reason route setAt until",
    },
    "ClearingBid": {
        Rule.SHOWN: ("award dependsOn id minimum party period placedAt price quantity route side state"),
        Rule.FOUND: "clearing",
    },
    "Contract": {
        Rule.SHOWN: (
            "bookedTogether cause code cost createdAt currency firmness free holder holds id movements "
            "network operator period proof quantity rights routes subNetwork unit verdict"
        ),
        Rule.FOUND: "parent",
        Rule.FILTERED: "charges exposure",
    },
    "Job": {
        Rule.SHOWN: (
            "attempts error finishedAt id isBeingCancelled kind network progress requestedAt "
            "requestedBy startedAt state summary text validation"
        ),
    },
    "Listing": {
        Rule.SHOWN: (
            "capacity currency id isFirm kind minimumQuantity postedAt pricePerUnitDay quantity "
            "remaining state"
        ),
        Rule.OWNER: "seller",
        Rule.FOUND: "contract",
    },
    "NetworkClearing": {
        Rule.SHOWN: (
            "award closesAt currency gapMax id network openedAt outcome parked period reservePrice "
            "secondsMax state"
        ),
    },
    "Order": {
        Rule.SHOWN: "acceptBy id period placedAt pricePerUnitDay quantity state",
        Rule.OWNER: "party",
        Rule.FOUND: "call",
    },
    "Party": {
        Rule.SHOWN: "code id kind name possibleRoles",
    },
    "ReleaseOffer": {
        Rule.SHOWN: (
            "award bidsCloseAt capacity currency discountRate id method minimumQuantity "
            "minimumRate minimumTermDays offeredAt outcome prearrangedBidder quantity recallable "
            "releasing state tieBreak"
        ),
        Rule.OWNER: "parked",
        Rule.FOUND: "contract",
    },
    "Session": {
        Rule.SHOWN: "address createdAt endedAt expiresAt id lastUsedAt userAgent",
    },
    "Trade": {
        Rule.SHOWN: "buyer concludedAt currency id kind period pricePerUnitDay quantity routes seller",
        Rule.FOUND: "childContract parentContract",
    },
    # Values
    "Alternatives": {
        Rule.SHOWN: "bookings listings releases",
    },
    "Award": {
        Rule.SHOWN: "algorithm awardedAt bids dueAt firstDay hash record seed",
        Rule.FILTERED: "awards",
    },
    "AwardedBid": {
        Rule.SHOWN: "bidId period quantity rate replacement",
        Rule.FOUND: "contract",
    },
    "Balance": {
        Rule.SHOWN: "amount code contractId gasMonth party",
    },
    "Band": {
        Rule.SHOWN: "calorificValueKwhPerNm3 high low pressureBar price",
    },
    "BidEvent": {
        Rule.SHOWN: "awarded bidState cursor network reason recordedAt text topic",
        Rule.FOUND: "bid release",
    },
    "BidQuote": {
        Rule.SHOWN: "belowMinimum period price quantity refusals value",
        Rule.FOUND: "release",
    },
    "BookingAlternative": {
        Rule.SHOWN: "charge firmness gain kind level period quantity route",
    },
    "Bottleneck": {
        Rule.SHOWN: "capacity demand edges missing nodes periods relief shortfall text",
    },
    "CallEvent": {
        Rule.SHOWN: "callState cursor network recordedAt remaining topic",
        Rule.FOUND: "call",
    },
    "ClearingAward": {
        Rule.SHOWN: (
            "algorithm awardedAt coversAllRights edgePrices gap hash operatorShare paid received record "
            "solver surplus uplift"
        ),
    },
    "ClearingBidAward": {
        Rule.SHOWN: "awarded more moreAt payment price rate text uplift",
        Rule.FOUND: "contract",
    },
    "ClearingBidAwardedEvent": {
        Rule.SHOWN: "cursor network recordedAt topic",
        Rule.FOUND: "clearingBid contract",
    },
    "ClearingBidEvent": {
        Rule.SHOWN: "awarded clearingBidState cursor network recordedAt text topic",
        Rule.FOUND: "clearingBid",
    },
    "ClearingDraft": {
        Rule.SHOWN: "bids coversAllRights edgePrices gap operatorShare paid received solver surplus uplift",
    },
    "ClearingEdgePrice": {
        Rule.SHOWN: "edge head periods price tail",
    },
    "ClearingEvent": {
        Rule.SHOWN: "clearingState cursor network recordedAt topic",
        Rule.FOUND: "clearing",
    },
    "CalorificPrice": {
        Rule.SHOWN: "base digits high low outside reference",
    },
    "CapacityShortfall": {
        Rule.SHOWN: "capacity demand edges level limit nodes periods text units",
        Rule.FILTERED: "contracts",
    },
    "Charge": {
        Rule.SHOWN: "amount code creditor debtor gasMonth period quantity rate ref reverses working",
    },
    "CompressorDispatch": {
        Rule.SHOWN: (
            "fuelKgPerS gasDay initial initialKw isComplete least leastKw revision solvers summary tried"
        ),
    },
    "ContractAcquiredEvent": {
        Rule.SHOWN: "cursor network recordedAt topic",
        Rule.FOUND: "contract",
    },
    "ContractHold": {
        Rule.SHOWN: "cause heldFor period quantity until",
    },
    "ContractNetwork": {
        Rule.SHOWN: "edges integrals nodes",
    },
    "ContractNetworkEdge": {
        Rule.SHOWN: "bands code head rank role tail",
    },
    "ContractNetworkNode": {
        Rule.SHOWN: "code kind name party physicalNode",
    },
    "ContractProof": {
        Rule.SHOWN: "isDerived level outcome",
    },
    "ContractUse": {
        Rule.SHOWN: "code holder quantity route share",
        Rule.FOUND: "contract",
    },
    "CutEdge": {
        Rule.SHOWN: "capacity edge head tail",
    },
    "DecidedBid": {
        Rule.SHOWN: "awarded bidId minimumQuantity period quantity rate reason sequence text value",
    },
    "DemandDebtor": {
        Rule.SHOWN: "owed party takenBack",
    },
    "DirectedUse": {
        Rule.SHOWN: "capacity demand direction worst",
        Rule.FILTERED: "contracts others setAside",
    },
    "DryRunBookCapacityPayload": {
        Rule.SHOWN: "charge price runtime verdict",
    },
    "DryRunBookProfilePayload": {
        Rule.SHOWN: "parts total",
    },
    "DryRunProgress": {
        Rule.SHOWN: "answer level most mostThroughout",
    },
    "ElementUse": {
        Rule.SHOWN: "cursor edge network node rightsVersion stretches unit",
    },
    "Exposure": {
        Rule.SHOWN: "isOwed net owes",
    },
    "FeasibleQuantity": {
        Rule.SHOWN: "bound limit missing period quantity",
    },
    "FieldFault": {
        Rule.SHOWN: "message path place",
    },
    "FlatPrice": {
        Rule.SHOWN: "pricePerUnitDay",
    },
    "FreeCapacity": {
        Rule.SHOWN: "free held passedOn period quantity",
    },
    "HeldQuantity": {
        Rule.SHOWN: "period quantity",
    },
    "Credit": {
        Rule.SHOWN: "shipper suspension usages",
    },
    "CreditFactor": {
        Rule.SHOWN: "factor firmness runtime",
    },
    "CreditLimit": {
        Rule.SHOWN: "amount code currency factors firmness framework kind runtime shipper validFrom",
    },
    "CreditLimitEvent": {
        Rule.SHOWN: "allowed code cursor network recordedAt shipper topic validFrom",
    },
    "CreditLock": {
        Rule.SHOWN: (
            "amount cause contractCode factor firmness kinds owed period quantity runtime subjectId terms"
        ),
    },
    "CreditPaymentEvent": {
        Rule.SHOWN: "amount contract cursor network recordedAt reference topic",
    },
    "CreditSuspension": {
        Rule.SHOWN: "isSuspended reason recordedAt",
    },
    "CreditSuspensionEvent": {
        Rule.SHOWN: "cursor network recordedAt shipper suspensionReason topic",
    },
    "CreditTerm": {
        Rule.SHOWN: "amount kind",
    },
    "CreditUsage": {
        Rule.SHOWN: "allowed limit locks remaining used",
    },
    "ExceededLimit": {
        Rule.SHOWN: "allowed limit missing needed used",
    },
    "IndexEvent": {
        Rule.SHOWN: "cursor index network recordedAt topic values",
    },
    "IndexedPrice": {
        Rule.SHOWN: "addend capPerUnitDay floorPerUnitDay index multiplier",
    },
    "IntegralQuantity": {
        Rule.SHOWN: "kind maximum minimum period used",
    },
    "Interval": {
        Rule.SHOWN: "high low",
    },
    "JobChange": {
        Rule.SHOWN: "cursor jobState recordedAt",
        Rule.FOUND: "job",
    },
    "LargerPrice": {
        Rule.SHOWN: "left right",
    },
    "LargestScale": {
        Rule.SHOWN: "isExact quantities scale",
    },
    "LedgerPage": {
        Rule.SHOWN: "cursor hasMore",
        Rule.FILTERED: "events",
    },
    "LineRef": {
        Rule.SHOWN: "line sequence",
    },
    "LineageMember": {
        Rule.SHOWN: "cause code createdAt firmness holder parentCode period quantity routes state",
        Rule.FOUND: "contract",
    },
    "ListingAlternative": {
        Rule.SHOWN: "gain",
        Rule.FOUND: "listing",
    },
    "ListingEvent": {
        Rule.SHOWN: "cursor listingState network recordedAt remaining topic",
        Rule.FOUND: "listing",
    },
    "ListingQuote": {
        Rule.SHOWN: "duties period price quantity refusals",
        Rule.FOUND: "listing",
    },
    "LogInclusion": {
        Rule.SHOWN: "checkpoint digest file hashes index leaf",
        Rule.FILTERED: "record",
    },
    "MachineRun": {
        Rule.SHOWN: "code flowKgPerS fuelKgPerS powerKw speedPerMin",
    },
    "Money": {
        Rule.SHOWN: "amount currency",
    },
    "OfferedCapacity": {
        Rule.SHOWN: "firmness network period routes",
    },
    "OfferedRoute": {
        Rule.SHOWN: "route share",
    },
    "OrderEvent": {
        Rule.SHOWN: "cursor network orderState recordedAt topic",
        Rule.FOUND: "call order",
    },
    "DraftedBid": {
        Rule.SHOWN: "awarded text",
        Rule.FOUND: "bid",
    },
    "ParkedClearing": {
        Rule.SHOWN: "code parkedAt reason",
    },
    "ParkedEvent": {
        Rule.SHOWN: "code network position reason since stream topic",
    },
    "ParkedRelease": {
        Rule.SHOWN: "code parkedAt reason",
    },
    "PartyBalance": {
        Rule.SHOWN: "amount code gasMonth party",
    },
    "PartyBalances": {
        Rule.SHOWN: "balances cursor",
    },
    "PassedOnRoute": {
        Rule.SHOWN: "quantity route",
    },
    "Period": {
        Rule.SHOWN: "days end start",
    },
    "PeriodQuantity": {
        Rule.SHOWN: "period quantity",
    },
    "Position": {
        Rule.SHOWN: "acquired free held listed owned period released traded",
    },
    "PositionChange": {
        Rule.SHOWN: "cursor routes",
        Rule.FOUND: "contracts",
    },
    "Positions": {
        Rule.SHOWN: "cursor network period routes",
    },
    "PressureShortage": {
        Rule.SHOWN: "limitBar limitingEdge missingBar node periods pressureBar text",
    },
    "PressureShortfall": {
        Rule.SHOWN: "periods shortage",
        Rule.FILTERED: "contracts",
    },
    "PriceTier": {
        Rule.SHOWN: "pricePerUnitDay upTo",
    },
    "Proof": {
        Rule.SHOWN: "certificate curtailedTo level onlyLoaded outcome periods",
    },
    "ProofDocuments": {
        Rule.SHOWN: "proof revision",
    },
    "PublishedIndexValue": {
        Rule.SHOWN: "day revision value",
    },
    "QuantityLimit": {
        Rule.SHOWN: "edges kind text",
    },
    "RefusedProfilePart": {
        Rule.SHOWN: "missing number verdict",
    },
    "ReleaseAlternative": {
        Rule.SHOWN: "gain",
        Rule.FOUND: "release",
    },
    "ReleaseAwardedEvent": {
        Rule.SHOWN: "bidIds cursor network recordedAt topic",
        Rule.FOUND: "release",
    },
    "ReleaseCredit": {
        Rule.SHOWN: "changes contractCode contractId credited debtors demand gasMonth releasing takenBack",
    },
    "ReleaseCreditChange": {
        Rule.SHOWN: "amount debtor entry kind recordedAt",
    },
    "ReleaseCreditEvent": {
        Rule.SHOWN: "amount contractCode cursor debtor gasMonth network period recordedAt topic",
        Rule.FOUND: "contract",
    },
    "ReleaseEvent": {
        Rule.SHOWN: "cursor network quantity recordedAt releaseState topic",
        Rule.FOUND: "release",
    },
    "ResyncRequired": {
        Rule.SHOWN: "cursor",
    },
    "Right": {
        Rule.SHOWN: "firmness period quantity route",
    },
    "RightsMovement": {
        Rule.SHOWN: "cause firmness period quantity route sequence",
    },
    "RobustValidation": {
        Rule.SHOWN: (
            "asked binding boxes certified compressibility gasDay isPassive methods nominations "
            "pairsProved pairsTotal pathQuantity revision rightsVersion solvers undecided "
            "unrefuted usesMaps witness witnessed"
        ),
    },
    "Route": {
        Rule.SHOWN: "delivery kind receipt",
    },
    "RoutePositions": {
        Rule.SHOWN: "firmness positions route",
    },
    "RouteQuantity": {
        Rule.SHOWN: "quantity route",
    },
    "SeasonalPrice": {
        Rule.SHOWN: "base factors",
    },
    "SettledPositions": {
        Rule.SHOWN: "capacity market",
    },
    "SettlementEvent": {
        Rule.SHOWN: "cause cursor hash id postedAt sequence",
        Rule.FILTERED: "lines record",
    },
    "SettlementEventPage": {
        Rule.SHOWN: "cursor hasMore settledThrough",
        Rule.FILTERED: "events parked",
    },
    "SettlementLine": {
        Rule.SHOWN: (
            "amount code contractCode contractId counterpartyCode gasMonth line partyCode period "
            "quantity rate reverses working"
        ),
    },
    "SettlementProgress": {
        Rule.SHOWN: "cursor",
    },
    "SettlementStatus": {
        Rule.SHOWN: "behindSeconds positions settledThrough",
        Rule.FILTERED: "parked parkedCount",
    },
    "SharedBlock": {
        Rule.SHOWN: "price units",
    },
    "SharedPrice": {
        Rule.SHOWN: "blocks digits",
    },
    "ShortfallLine": {
        Rule.SHOWN: "cut level missing period route units",
        Rule.FOUND: "contract",
    },
    "ShortfallNotice": {
        Rule.SHOWN: "cursor holder isRestored lines network recordedAt",
    },
    "Shortfalls": {
        Rule.SHOWN: "cursor level rightsVersion undecided unit",
        Rule.FILTERED: "cuts pressures",
    },
    "StationRun": {
        Rule.SHOWN: "configuration edge flowKgPerS hasMachines inletBar machines mode outletBar powerKw",
    },
    "SumOfPrices": {
        Rule.SHOWN: "parts",
    },
    "SummedUse": {
        Rule.SHOWN: "quantity share",
    },
    "TakeOrPayPrice": {
        Rule.SHOWN: "minimum pricePerUnit",
    },
    "TariffCharge": {
        Rule.SHOWN: "amount isEstimate working",
    },
    "TieredPrice": {
        Rule.SHOWN: "tiers",
    },
    "TotalCount": {
        Rule.SHOWN: "count isCapped",
    },
    "TouchedContract": {
        Rule.SHOWN: "code holder period route units",
        Rule.FOUND: "contract",
    },
    "TradeEvent": {
        Rule.SHOWN: "cursor network recordedAt topic",
        Rule.FOUND: "trade",
    },
    "UndecidedDays": {
        Rule.SHOWN: "periods reason",
    },
    "UsedStretch": {
        Rule.SHOWN: "period uses",
    },
    "Verdict": {
        Rule.SHOWN: (
            "bottlenecks boundThroughout decidedAt demandedLevel firmness largest "
            "largestThroughout level modelHash outcome period proofs quantity reason "
            "rightsVersion route shortages solver solverVersion"
        ),
    },
    "SecondFactor": {
        Rule.SHOWN: "confirmedAt recoveryCodesLeft",
    },
    "Viewer": {
        Rule.SHOWN: "account expiresAt party roles scopes secondFactor session",
    },
    "WitnessInjection": {
        Rule.SHOWN: "flowKgPerS node quantity",
    },
}

NEVER_FILLED = {
    "Account.disabledAt": "the people may act",
    "Account.initialPasswordUntil": "the people have passwords of their own",
    "Account.signedInAt": "nobody signed in",
    "ApiKey.lastUsedAt": "the key was not used",
    "ApiKey.revokedAt": "the key is in force",
    "Session.endedAt": "it goes on",
    "CapacitySetAside.until": "it is kept until it is ended",
}
"""The fields of things with an id that no thing of the market has, and why."""

RULES: dict[str, Rule] = {
    f"{kind}.{field}": rule
    for kind, rules in FIELDS.items()
    for rule, names in rules.items()
    for field in names.split()
}
