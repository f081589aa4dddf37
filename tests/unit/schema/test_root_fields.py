"""What the schema as a whole must keep to: permissions, prices, and no way around them."""

from collections.abc import Iterator

from graphql import GraphQLObjectType
from strawberry.types.field import StrawberryField

from schema.api import build_schema
from schema.execution.field_costs import COSTS, SMALL_LISTS
from schema.execution.query_cost import list_fields_without_pages
from schema.types.permissions import Permission, Public

SCHEMA = build_schema()


def root_fields() -> Iterator[tuple[str, StrawberryField]]:
    for root in (SCHEMA.query, SCHEMA.mutation, SCHEMA.subscription):
        assert root is not None
        definition = root.__strawberry_definition__
        for field in definition.fields:
            yield f"{definition.name}.{SCHEMA.config.name_converter.get_graphql_name(field)}", field


def test_every_root_field_has_exactly_one_permission_of_ours() -> None:
    kinds = {name: field.permission_classes for name, field in root_fields()}
    undecided = [
        name
        for name, permissions in kinds.items()
        if len(permissions) != 1 or not issubclass(permissions[0], Permission)
    ]
    assert undecided == []


def test_only_signing_in_is_public() -> None:
    public = [name for name, field in root_fields() if Public in field.permission_classes]
    assert public == ["Mutation.signIn"]


def test_every_price_is_of_a_field_that_exists() -> None:
    known = {
        f"{type_name}.{name}"
        for type_name, graphql_type in SCHEMA._schema.type_map.items()
        if isinstance(graphql_type, GraphQLObjectType)
        for name in graphql_type.fields
    }
    assert sorted((COSTS.keys() | SMALL_LISTS) - known) == []


def test_every_list_is_paged_priced_or_known_to_be_small() -> None:
    unpaged = set(list_fields_without_pages(SCHEMA._schema))
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
    identity |= {"rotateApiKey", "revokeApiKey"}
    operating = {"importNetwork", "publishRevision", "setPolicy", "withdrawOverlay"}
    operating |= {"setTariff", "setProductRules", "setInterruptibleQuantity"}
    # The same question is one job, however often it is asked.
    operating |= {"validateBookings", "dispatchCompressors", "cancelJob"}
    # Closing twice closes once; a dry run moves nothing.
    harmless = {"closeCall", "withdrawBid", "withdrawListing", "withdrawRelease", "dryRunBookCapacity"}
    # A value that is published already changes nothing.
    harmless |= {"endSetAside", "publishIndexValues"}
    assert without == identity | operating | harmless
