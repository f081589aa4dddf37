"""What the schema as a whole must keep to: permissions, prices, and no way around them."""

from collections.abc import Iterator

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, get_named_type, is_composite_type
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from schema.api import build_schema
from schema.execution.field_costs import COSTS
from schema.types.permissions import Permission, Public

SCHEMA = build_schema()
ROOTS = ("Query", "Mutation", "Subscription")

SMALL_LISTS = frozenset(
    {
        "Alternatives.bookings",
        "Alternatives.listings",
        "Alternatives.releases",
        "AmbiguousPathProblem.candidates",
        "Availability.stretches",
        "Award.awards",
        "Award.bids",
        "Bottleneck.edges",
        "Bottleneck.nodes",
        "BidQuote.refusals",
        "Bottleneck.periods",
        "CapacityExhaustedProblem.bottlenecks",
        "CapacityExhaustedProblem.largest",
        "CapacityExhaustedProblem.shortages",
        "CapacityNotHeldProblem.free",
        "CapacitySetAside.held",
        "CapacityShortfall.edges",
        "CapacityShortfall.nodes",
        "CapacityShortfall.periods",
        "ClearingAward.edgePrices",
        "ClearingEdgePrice.periods",
        "Contract.charges",
        "Contract.free",
        "Contract.holds",
        "Contract.rights",
        "Contract.routes",
        "ContractNetwork.edges",
        "ContractNetwork.integrals",
        "ContractNetwork.nodes",
        "ContractNetworkEdge.bands",
        "Credit.usages",
        "CreditExceededProblem.exceeded",
        "CreditLimit.factors",
        "CreditLock.terms",
        "DryRunProgress.most",
        "IndexEvent.values",
        "InvalidInputProblem.faults",
        "LoopWithoutInflowProblem.loop",
        "ListingQuote.refusals",
        "NetworkAvailability.unitPrices",
        "OfferedCapacity.routes",
        "PathEdge.edges",
        "PathNode.supplyShares",
        "PositionChange.contracts",
        "PositionChange.routes",
        "PressureShortage.periods",
        "PressureShortfall.periods",
        "Proof.periods",
        "PublishIndexValuesPayload.published",
        "LineageMember.routes",
        "Query.creditLimits",
        "Query.lineage",
        "Query.interruptibleQuantities",
        "Query.networks",
        "Query.tariffs",
        "Query.transparencyLogs",
        "QuantityLimit.edges",
        "ReleaseCredit.changes",
        "ReleaseCredit.debtors",
        "RobustValidation.binding",
        "SettlementEvent.lines",
        "SharedPrice.blocks",
        "ShortfallNotice.lines",
        "Shortfalls.cuts",
        "Shortfalls.pressures",
        "Shortfalls.undecided",
        "StationRun.machines",
        "SumOfPrices.parts",
        "TieredPrice.tiers",
        "TapeTrade.routes",
        "Trade.routes",
        "UndecidedDays.periods",
        "Verdict.bottlenecks",
        "Verdict.largest",
        "Verdict.proofs",
        "Verdict.shortages",
    }
)
"""The lists without pages for which `LIST_ROWS` is a fair estimate; others need an entry in `COSTS`."""


def root_fields() -> Iterator[tuple[str, StrawberryField]]:
    for root in (SCHEMA.query, SCHEMA.mutation, SCHEMA.subscription):
        assert root is not None
        definition = get_object_definition(root, strict=True)
        for field in definition.fields:
            yield f"{definition.name}.{SCHEMA.config.name_converter.get_graphql_name(field)}", field


def lists_without_pages() -> Iterator[str]:
    """Yield "Type.field" of every list of objects that has no argument `first`."""
    for type_name, graphql_type in SCHEMA._schema.type_map.items():
        if type_name.startswith("__") or not isinstance(graphql_type, GraphQLObjectType):
            continue
        for name, field in graphql_type.fields.items():
            inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            is_objects = isinstance(inner, GraphQLList) and is_composite_type(get_named_type(inner))
            if is_objects and "first" not in field.args and not type_name.endswith("Connection"):
                yield f"{type_name}.{name}"


def test_every_root_field_has_exactly_one_permission_of_ours() -> None:
    kinds = {name: field.permission_classes for name, field in root_fields()}
    undecided = [
        name
        for name, permissions in kinds.items()
        if len(permissions) != 1 or not issubclass(permissions[0], Permission)
    ]
    assert undecided == []


def test_only_what_can_be_null_is_permitted_to_some_below_the_root() -> None:
    """A caller that may not see one field still gets the others: the error ends at that field."""
    refusing = [
        f"{type_name}.{name}"
        for type_name, graphql_type in SCHEMA._schema.type_map.items()
        if isinstance(graphql_type, GraphQLObjectType) and type_name not in ROOTS
        for name, field in graphql_type.fields.items()
        if (definition := field.extensions.get("strawberry-definition")) is not None
        and definition.permission_classes
        and isinstance(field.type, GraphQLNonNull)
    ]
    assert refusing == []


def test_every_mutation_can_answer_with_each_problem_that_any_may_meet() -> None:
    mutation = SCHEMA._schema.mutation_type
    assert mutation is not None
    known = {
        "InvalidInputProblem",
        "NotFoundProblem",
        "ForbiddenProblem",
        "ConflictProblem",
        "RefusedProblem",
    }
    without = {
        name: known - {member.name for member in getattr(get_named_type(field.type), "types", ())}
        for name, field in mutation.fields.items()
    }
    assert {name: missing for name, missing in without.items() if missing} == {}


def test_every_problem_says_where_in_the_same_form() -> None:
    kinds = SCHEMA._schema.type_map.values()
    paths = {
        str(kind.fields["path"].type)
        for kind in kinds
        if isinstance(kind, GraphQLObjectType) and kind.name.endswith(("Problem", "FieldFault"))
    }
    assert paths == {"[String!]!"}


def test_only_signing_in_and_refreshing_is_public() -> None:
    public = [name for name, field in root_fields() if Public in field.permission_classes]
    assert public == ["Mutation.signIn", "Mutation.refresh"]


def test_every_price_is_of_a_field_that_exists() -> None:
    known = {
        f"{type_name}.{name}"
        for type_name, graphql_type in SCHEMA._schema.type_map.items()
        if isinstance(graphql_type, GraphQLObjectType)
        for name in graphql_type.fields
    }
    assert sorted((COSTS.keys() | SMALL_LISTS) - known) == []


def test_every_list_is_paged_priced_or_known_to_be_small() -> None:
    unpaged = set(lists_without_pages())
    assert sorted(unpaged - COSTS.keys() - SMALL_LISTS) == []
    assert sorted(SMALL_LISTS - unpaged) == []


def test_every_mutation_that_moves_capacity_or_money_takes_an_idempotency_key() -> None:
    mutation = SCHEMA._schema.mutation_type
    assert mutation is not None
    without = {
        name
        for name, field in mutation.fields.items()
        if "idempotencyKey" not in getattr(field.args["input"].type.of_type, "fields", {})
    }
    identity = {"signIn", "changePassword", "createParty", "createUser", "disableUser", "createApiKey"}
    identity |= {"rotateApiKey", "revokeApiKey", "refresh", "signOut", "endSession"}
    identity |= {f"{verb}SecondFactor" for verb in ("enrol", "confirm", "remove", "reset")}
    # What was answered to the first is shown once: who lost it has another password made.
    identity |= {"inviteUser", "resetPassword", "enableUser", "changeRoles"}
    operating = {"importNetwork", "publishRevision", "setPolicy", "withdrawOverlay"}
    operating |= {"setTariff", "setProductRules", "setInterruptibleQuantity", "setCreditLimit"}
    # Suspending twice suspends once.
    operating |= {"setCreditSuspension"}
    # The same question is one job, however often it is asked.
    operating |= {"validateBookings", "dispatchCompressors", "draftClearing", "cancelJob"}
    # Closing twice closes once.
    harmless = {"closeCall", "withdrawBid", "withdrawListing", "withdrawRelease"}
    harmless |= {"withdrawClearing", "withdrawClearingBid", "awardClearing"}
    # A value that is published already changes nothing.
    harmless |= {"endSetAside", "publishIndexValues"}
    assert without == identity | operating | harmless
