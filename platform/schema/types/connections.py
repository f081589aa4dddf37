"""Lists: Relay connections that page by key, forward and backward, in the orders that a list offers.

A resolver says what is listed (`Shown`). `paged` gives its field the arguments of paging and order, reads the
page and how far the subscription to its changes had come at that instant, and counts when the client asks for
it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final, Generic, Self, TypeVar, get_args

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry import relay
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions.field_extension import FieldExtension
from strawberry.relay.types import NodeType
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from linepack.database.paging import BY_ID, Direction, Listed, Rows, Window, count_up_to, read_window
from linepack.events import log
from linepack.events.model import Cursor, Stream
from linepack.limits import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, TOTAL_COUNT_MAX
from schema.types.context import Info
from schema.types.descriptions import docstring
from schema.types.page_cursors import ListOrder, PageArguments, write_cursor
from schema.types.permissions import Permission

ONLY_STATE = "Only those in this state."
_ROWS = f"1 to {PAGE_SIZE_MAX}"

Value = TypeVar("Value")
ReadCursor = Callable[[AsyncConnection], Awaitable[Cursor]]

_STREAMS: Final[Mapping[str, Stream]] = {
    "availabilityChanges": Stream.CAPACITY,
    "jobChanges": Stream.CAPACITY,
    "marketEvents": Stream.MARKET,
    "tradeTape": Stream.MARKET,
}
"""The stream of which each subscription to the changes of a list takes positions."""


@dataclass(frozen=True, slots=True)
class Shown(Generic[Value]):
    """What a field lists, and how its cursor is read where that is no position in a stream of events."""

    listed: Listed[Value]
    cursor: ReadCursor | None = None


@strawberry.type
class TotalCount:
    """How many rows a list has, counted up to a limit."""

    count: int = strawberry.field(description=f"At most {TOTAL_COUNT_MAX}.")
    is_capped: bool = strawberry.field(description="Whether there are more than `count`.")


@strawberry.type(name="Connection", description="A page of a list.")
class KeysetConnection(relay.Connection[NodeType]):
    """A page of a list that is ordered by a key."""

    cursor: Cursor | None = strawberry.field(
        description="How far the subscription that the list names had come when the page was read: what it "
        "brings after this cursor completes the page. Null where no subscription has its changes."
    )
    listed: strawberry.Private[Listed[Any]]

    @strawberry.field
    async def total_count(self, info: Info) -> TotalCount:
        """How many rows the list has, on all pages."""
        async with info.context.services.database.read() as connection:
            count = await count_up_to(connection, self.listed, TOTAL_COUNT_MAX)
        return TotalCount(count=min(count, TOTAL_COUNT_MAX), is_capped=count > TOTAL_COUNT_MAX)

    @classmethod
    def of(
        cls, listed: Listed[Any], rows: Rows[Any], edges: list[relay.Edge[NodeType]], window: Window
    ) -> Self:
        """Show a page of a list, without how far the stream of its changes has come."""
        return cls(
            edges=edges,
            cursor=None,
            listed=listed,
            page_info=relay.PageInfo(
                has_next_page=window.before is not None if window.from_end else rows.has_more,
                has_previous_page=rows.has_more if window.from_end else window.after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
        )


def paged(
    connection: Any,
    permission: type[Permission],
    *,
    orders: type[StrEnum] | None = None,
    by: str = BY_ID,
    direction: Direction = Direction.DESCENDING,
    followed_by: str | None = None,
) -> Any:
    """Declare a field that is a list: its resolver returns what is `Shown`.

    `orders` are the columns that clients may order it by, the first unless they say; without it the list is
    in the order of `by`. `direction` is the one it has unless clients say. `followed_by` is the subscription
    that takes its cursor.
    """
    [node] = get_args(connection)
    extension = _Paging(node, orders, by, direction, followed_by)
    return strawberry.field(graphql_type=connection, permission_classes=[permission], extensions=[extension])


class _Paging(FieldExtension):
    """Gives a field the arguments of a page, and makes a page of what its resolver lists."""

    def __init__(
        self,
        node: Any,
        orders: type[StrEnum] | None,
        by: str,
        direction: Direction,
        followed_by: str | None,
    ) -> None:
        self._node, self._orders = node, orders
        self._by, self._direction = by, direction
        self._followed_by = followed_by
        stream = _STREAMS.get(followed_by or "")
        self._read_cursor: ReadCursor | None = None if stream is None else partial(log.head, stream=stream)

    def apply(self, field: StrawberryField) -> None:
        """Add the arguments to a field, and say in its description what follows its cursor."""
        if self._followed_by is not None and field.base_resolver is not None:
            described = docstring(field.base_resolver.wrapped_func)
            field.description = f"{described}\n\n`{self._followed_by}` goes on from its `cursor`."
        added = [
            _argument(
                "first",
                int | None,
                f"How many rows from the start: {_ROWS}, {PAGE_SIZE_DEFAULT} if "
                "neither `first` nor `last` is given.",
            ),
            _argument(
                "after", str | None, "Only rows after this cursor: for the next page, its `endCursor`."
            ),
            _argument("last", int | None, f"How many rows from the end: {_ROWS}."),
            _argument(
                "before", str | None, "Only rows before this cursor: for the page before, its `startCursor`."
            ),
        ]
        if self._orders is not None:
            first = next(iter(self._orders))
            added.append(_argument("order_by", self._orders, "What the list is ordered by.", first))
            added.append(_argument("direction", Direction, "In which direction it goes.", self._direction))
        field.arguments = [*field.arguments, *added]

    async def resolve_async(
        self,
        next_: Callable[..., Awaitable[Shown[Any]]],
        source: Any,
        info: Info,
        *,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        order_by: StrEnum | None = None,
        direction: Direction | None = None,
        **kwargs: Any,
    ) -> KeysetConnection[Any]:
        """Return the page that the client asked for."""
        shown = await next_(source, info, **kwargs)
        listed = shown.listed
        order = ListOrder(info.field_name, order_by or self._by, direction or self._direction)
        window = PageArguments(first, after, last, before).window(order, listed.table)
        async with info.context.services.database.read() as connection:
            rows = await read_window(connection, listed, window)
            read_cursor = shown.cursor or self._read_cursor
            cursor = None if read_cursor is None else await read_cursor(connection)
        edges = [
            relay.Edge(node=self._node.of(value), cursor=write_cursor(order, key))
            for key, value in zip(rows.keys, rows.values, strict=True)
        ]
        page: KeysetConnection[Any] = KeysetConnection.of(listed, rows, edges, window)
        page.cursor = cursor
        return page


def _argument(name: str, kind: Any, description: str, default: Any = None) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=name,
        graphql_name=None,
        type_annotation=StrawberryAnnotation(kind),
        description=description,
        default=default,
    )
