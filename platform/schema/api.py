"""The schema as a whole: queries, mutations, subscriptions, and how rejected commands are shown."""

from functools import cache

from graphql import lexicographic_sort_schema, print_schema

from linepack.identity.errors import TooManyAttempts
from market.credit.errors import CreditExceeded
from market.errors import CapacityExhausted, NotDecided, NotHeld
from market.primary.profiles.errors import ProfileRefused
from schema.capacity.contract_holds import CapacityNotHeldProblem
from schema.execution.schema import Schema
from schema.identity.attempts import TooManyAttemptsProblem
from schema.market.booking import CapacityExhaustedProblem, NotDecidedProblem
from schema.market.credit import CreditExceededProblem
from schema.market.profiles import ProfileRefusedProblem
from schema.mutations import Mutation
from schema.queries import Query
from schema.subscriptions import Subscription
from schema.types.problems import kernel_handlers, problem_handler


@cache
def build_schema() -> Schema:
    """Return the schema of this API; the same one for every caller."""
    return Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        handlers=[
            problem_handler(CapacityExhausted, CapacityExhaustedProblem),
            problem_handler(NotDecided, NotDecidedProblem),
            problem_handler(CreditExceeded, CreditExceededProblem),
            problem_handler(NotHeld, CapacityNotHeldProblem),
            problem_handler(TooManyAttempts, TooManyAttemptsProblem),
            problem_handler(ProfileRefused, ProfileRefusedProblem),
            *kernel_handlers(),
        ],
    )


@cache
def sdl() -> str:
    """Return the schema in the definition language, sorted, as `schema.graphql` keeps it."""
    return print_schema(lexicographic_sort_schema(build_schema()._schema)) + "\n"
