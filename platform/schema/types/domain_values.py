"""From the domain's values to the API's types and back: fields of one name are carried over.

An API type shows the attributes of a domain value that have the names of its fields. A field whose type is
itself shown this way is converted; tuples and sets become lists, sets in sorted order. A mutation's input
becomes a command in the same way.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Self, TypeVar

from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition

Api = TypeVar("Api")
Command = TypeVar("Command")


class FromDomain:
    """Base of API types that show a domain value."""

    @classmethod
    def of(cls, value: Any) -> Self:
        """Show `value`; types whose fields are not all attributes of it override this."""
        return shown_as(cls, value)


def shown_as(api_type: type[Api], value: object, **given: object) -> Api:
    """Return an API type with the fields `given`, and the others from the attributes of `value`."""
    kind: type = api_type
    forms = {name: form for name, form in _forms(kind).items() if name not in given}
    return api_type(**given, **{name: form(getattr(value, name)) for name, form in forms.items()})


@cache
def _forms(api_type: type) -> Mapping[str, Callable[[Any], Any]]:
    """Return how each field that is set at construction is made of a domain value."""
    definition = get_object_definition(api_type, strict=True)
    types = {field.python_name: field.type for field in definition.fields}
    return {
        field.name: _form_of(types.get(field.name)) for field in dataclasses.fields(api_type) if field.init
    }


def _form_of(api_type: object) -> Callable[[Any], Any]:
    if isinstance(api_type, StrawberryOptional):
        inner = _form_of(api_type.of_type)
        return lambda value: None if value is None else inner(value)
    if isinstance(api_type, StrawberryList):
        member = _form_of(api_type.of_type)
        return lambda value: [member(one) for one in _ordered(value)]
    of: Callable[[Any], Any] | None = getattr(api_type, "of", None)
    return of or _unchanged


def _ordered(values: Any) -> Any:
    return sorted(values) if isinstance(values, frozenset) else values


def _unchanged(value: Any) -> Any:
    return value


def command_of(command: type[Command], stated: object, **given: object) -> Command:
    """Return a command with the fields `given`, and the others from the input `stated` if it has them."""
    names = {field.name for field in dataclasses.fields(command)}  # type: ignore[arg-type]
    found = {name: getattr(stated, name) for name in names - given.keys() if hasattr(stated, name)}
    return command(**given, **found)
