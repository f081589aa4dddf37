"""The schema as a whole: what can be asked, done and followed, and how refusals are shown."""

from functools import cache

from graphql import lexicographic_sort_schema, print_schema

from market.errors import NotHeld
from market.primary.errors import CapacityExhausted, NotDecided
from operations.gas_quality.mixing import LoopWithoutInflow
from operations.gas_quality.paths import AmbiguousPath, NoPath
from schema.booking import CapacityExhaustedProblem, NotDecidedProblem
from schema.errors import kernel_handlers, problem_handler
from schema.events import Subscription
from schema.execution import Schema
from schema.holds import CapacityNotHeldProblem
from schema.mutations import Mutation
from schema.queries import Query
from schema.tracking import AmbiguousPathProblem, LoopWithoutInflowProblem, NoPathProblem


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
            problem_handler(NotHeld, CapacityNotHeldProblem),
            problem_handler(AmbiguousPath, AmbiguousPathProblem),
            problem_handler(NoPath, NoPathProblem),
            problem_handler(LoopWithoutInflow, LoopWithoutInflowProblem),
            *kernel_handlers(),
        ],
    )


@cache
def sdl() -> str:
    """Return the schema in the definition language, sorted, as `schema.graphql` keeps it."""
    return print_schema(lexicographic_sort_schema(build_schema()._schema)) + "\n"
