"""Rows and values: one declaration says which columns of a table hold a dataclass.

    _listings = RowMapper(ListingRow, Listing, capacity={"period": ("start_day", "end_day")})
    await connection.execute(sa.insert(ListingRow.core()).values(_listings.values(listing)))
    _listings.all(await connection.execute(sa.select(ListingRow.core())))

A field is in the column of its name. A field that is a dataclass itself is in the columns of its own fields,
and is None when all of them are. Overrides, by field, say otherwise: the name of the column; the names of the
columns of a dataclass, in the order of its fields, or its overrides in turn; or how it is `Stored`.
Enumerations are stored as their values, sets as sorted arrays, everything else as it is. A mapper is compiled
once, and refuses then what the table has no column for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from operator import attrgetter, itemgetter
from types import NoneType, UnionType
from typing import Any, Generic, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import sqlalchemy as sa

from linepack.database.table import Table

Value = TypeVar("Value")
Convert: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """How a field is stored as something else: as what `dump` makes of it, in the column of its name."""

    dump: Convert
    load: Convert


Override: TypeAlias = str | Stored | Sequence[str] | Mapping[str, "Override"]


class RowMapper(Generic[Value]):
    """Turns the values of one dataclass into rows of one table, and rows back into values."""

    def __init__(self, table: type[Table], kind: type[Value], **overrides: Override) -> None:
        """Compile the mapping; raises TypeError for a field or column that does not exist."""
        self._composite = _Composite(kind, overrides, first=0)
        self._fetches: dict[tuple[tuple[str, ...], str], Convert] = {}
        known = table.core().c
        if missing := [column for column in self._composite.columns if column not in known]:
            raise TypeError(f"{table.__name__} has no column {', '.join(missing)} for {kind.__name__}")

    def values(self, value: Value, **others: object) -> dict[str, Any]:
        """Return the columns that hold `value`, and others beside them."""
        return self._composite.dump(value) | others

    def read(self, row: sa.Row[Any], *, prefix: str = "") -> Value:
        """Return the value in those columns of a row that have the names of the table's, after a prefix."""
        value: Value = self._composite.load(self._fetch_from(row._fields, prefix)(row))
        return value

    def first(self, rows: sa.Result[Any]) -> Value | None:
        """Return the value that the first row of a result holds, None when there is no row."""
        row = rows.first()
        return None if row is None else self.read(row)

    def all(self, rows: sa.Result[Any]) -> list[Value]:
        """Return the values that the rows of a result hold."""
        fetch, load = self._fetch_from(tuple(rows.keys())), self._composite.load
        return [load(fetch(row)) for row in rows]

    def _fetch_from(self, keys: tuple[str, ...], prefix: str = "") -> Convert:
        # By place: a row finds a column by its name more slowly than this mapper makes a value of it.
        if (keys, prefix) not in self._fetches:
            places = {key: keys.index(key) for key in keys}
            columns = [places[prefix + column] for column in self._composite.columns]
            self._fetches[keys, prefix] = _getter(itemgetter, columns)
        return self._fetches[keys, prefix]


class _Composite:
    """A dataclass in columns of one row: those from `first` on among all that a mapper reads.

    Its own columns, and those of dataclasses within it, are fetched from a value together (`_paths`, by
    column); dataclasses that may be None (`_optional`, by path) one by one.
    """

    def __init__(
        self, kind: type[Any], overrides: Mapping[str, Override], *, first: int, is_optional: bool = False
    ) -> None:
        self.columns: list[str] = []
        self._kind, self._first, self._is_optional = kind, first, is_optional
        self._loads: list[Convert] = []
        self._dumps: dict[str, Convert] = {}
        self._paths: dict[str, str] = {}
        self._optional: dict[str, _Composite] = {}
        hints = get_type_hints(kind)
        given = [field for field in fields(kind) if field.init]
        self._keywords = [field.name for field in given] if any(field.kw_only for field in given) else []
        if unknown := overrides.keys() - {field.name for field in given}:
            raise TypeError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}")
        for field in given:
            self._add(field.name, hints[field.name], overrides.get(field.name))
        self._fetch = _getter(attrgetter, list(self._paths.values()))

    def dump(self, value: Any) -> dict[str, Any]:
        """Return the columns that hold a value."""
        found = dict(zip(self._paths, self._fetch(value), strict=True))
        for column, dump in self._dumps.items():
            if found[column] is not None:
                found[column] = dump(found[column])
        for path, composite in self._optional.items():
            inner = attrgetter(path)(value)
            found |= dict.fromkeys(composite.columns) if inner is None else composite.dump(inner)
        return found

    def load(self, contents: Sequence[Any]) -> Any:
        """Return the value that the contents of a row's columns make up."""
        if self._is_optional:
            own = contents[self._first : self._first + len(self.columns)]
            if all(content is None for content in own):
                return None
        loaded = [load(contents) for load in self._loads]
        if self._keywords:
            return self._kind(**dict(zip(self._keywords, loaded, strict=True)))
        return self._kind(*loaded)

    def _add(self, name: str, hint: Any, override: Override | None) -> None:
        kind, is_optional = _without_none(hint)
        place = self._first + len(self.columns)
        if is_dataclass(kind) and isinstance(kind, type) and not isinstance(override, str | Stored):
            inner = _Composite(kind, _by_field(kind, override), first=place, is_optional=is_optional)
            self._add_composite(name, inner, is_optional=is_optional)
            return
        column = override if isinstance(override, str) else name
        stored = override if isinstance(override, Stored) else _stored(kind)
        self.columns.append(column)
        self._paths[column] = name
        self._loads.append(itemgetter(place) if stored is None else _loader(place, stored.load))
        if stored is not None:
            self._dumps[column] = stored.dump

    def _add_composite(self, name: str, inner: "_Composite", *, is_optional: bool) -> None:
        self.columns += inner.columns
        self._loads.append(inner.load)
        if is_optional:
            self._optional[name] = inner
            return
        self._paths |= {column: f"{name}.{path}" for column, path in inner._paths.items()}
        self._dumps |= inner._dumps
        self._optional |= {f"{name}.{path}": one for path, one in inner._optional.items()}


def _by_field(
    kind: type[Any], override: Sequence[str] | Mapping[str, Override] | None
) -> Mapping[str, Override]:
    """Return the overrides of a dataclass within another by its fields."""
    if override is None or isinstance(override, Mapping):
        return override or {}
    return dict(zip((field.name for field in fields(kind) if field.init), override, strict=True))


def _getter(getter: Callable[..., Convert], keys: Sequence[Any]) -> Convert:
    """Return what fetches several attributes or places as a tuple, however many they are."""
    if len(keys) > 1:
        return getter(*keys)
    fetches = [getter(key) for key in keys]
    return lambda value: tuple(fetch(value) for fetch in fetches)


def _loader(place: int, load: Convert) -> Convert:
    def load_column(contents: Sequence[Any]) -> Any:
        content = contents[place]
        return None if content is None else load(content)

    return load_column


def _stored(kind: Any) -> Stored | None:
    """Return how an enumeration or a set is stored, None for what is stored as it is."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Stored(attrgetter("value"), _Members(kind).__getitem__)
    if get_origin(kind) is frozenset:
        [of] = get_args(kind)
        if not (isinstance(of, type) and issubclass(of, Enum)):
            return Stored(sorted, frozenset)
        member_of = _Members(of).__getitem__
        return Stored(
            lambda members: sorted(member.value for member in members),
            lambda values: frozenset(map(member_of, values)),
        )
    return None


class _Members(dict[Any, Enum]):
    """The members of an enumeration by value: faster than calling it; raises the same ValueError."""

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__({member.value: member for member in kind})
        self._kind = kind

    def __missing__(self, value: object) -> Enum:
        return self._kind(value)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Return the type of an optional field without None, and whether it is optional."""
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    others = [one for one in get_args(hint) if one is not NoneType]
    return (others[0] if len(others) == 1 else hint), True
