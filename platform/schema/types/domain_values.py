"""From the domain's values to the API's types and back: fields of one name are carried over.

An API type shows the attributes of a domain value that have the names of its fields. A field whose type is
itself shown this way is converted; tuples and sets become lists, sets in sorted order. A mutation's input
becomes a command in the same way.

A domain value names elements of a network by their codes. A type that shows them derives from `InNetwork`,
which says in which revision the codes are looked up, and hands that on to the types of its fields.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, TypeAlias, TypeVar

import strawberry
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition

from linepack.ids import NetworkId, RevisionId

Api = TypeVar("Api")
Command = TypeVar("Command")


class FromDomain:
    """Base of API types that show a domain value."""

    @classmethod
    def of(cls, value: Any) -> Self:
        """Show `value`; types whose fields are not all attributes of it override this."""
        return shown_as(cls, value)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest revision of a network, which has every point that a right has ever named."""

    network_id: NetworkId


Within: TypeAlias = Newest | RevisionId
"""The revision in which the codes of elements are looked up."""


@strawberry.type
class InNetwork:
    """Base of API types that show a domain value with elements of a network."""

    within: strawberry.Private[Within]

    @classmethod
    def of(cls, value: Any, within: Within) -> Self:
        """Show `value`, whose elements are of the revision `within`."""
        return shown_as(cls, value, within=within)


def shown_as(api_type: type[Api], value: object, *, within: Within | None = None, **given: object) -> Api:
    """Return an API type with the fields `given`, and the others from the attributes of `value`.

    Elements that these name are of the revision `within`.
    """
    kind: type = api_type
    of_fields = _forms(kind)
    if "within" in of_fields:
        given["within"] = within
    forms = {name: form for name, form in of_fields.items() if name not in given}
    return api_type(**given, **{name: form(getattr(value, name), within) for name, form in forms.items()})


_Form: TypeAlias = Callable[[Any, Within | None], Any]


@cache
def _forms(api_type: type) -> Mapping[str, _Form]:
    """Return how each field that is set at construction is made of a domain value."""
    definition = get_object_definition(api_type, strict=True)
    types = {field.python_name: field.type for field in definition.fields}
    return {
        field.name: _form_of(types.get(field.name)) for field in dataclasses.fields(api_type) if field.init
    }


def _form_of(api_type: object) -> _Form:
    if isinstance(api_type, StrawberryOptional):
        inner = _form_of(api_type.of_type)
        return lambda value, within: None if value is None else inner(value, within)
    if isinstance(api_type, StrawberryList):
        member = _form_of(api_type.of_type)
        return lambda value, within: [member(one, within) for one in _ordered(value)]
    of: Callable[..., Any] | None = getattr(api_type, "of", None)
    if of is None:
        return lambda value, _: value
    if isinstance(api_type, type) and issubclass(api_type, InNetwork):
        return of
    return lambda value, _: of(value)


def _ordered(values: Any) -> Any:
    return sorted(values) if isinstance(values, frozenset) else values


def command_of(command: type[Command], stated: object, **given: object) -> Command:
    """Return a command with the fields `given`, and the others from the input `stated` if it has them."""
    names = {field.name for field in dataclasses.fields(command)}  # type: ignore[arg-type]
    found = {name: getattr(stated, name) for name in names - given.keys() if hasattr(stated, name)}
    return command(**given, **found)
