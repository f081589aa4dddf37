"""HTML and SVG elements: every text is escaped, because names come from imported files."""

from collections.abc import Iterable
from html import escape

VOID = frozenset({"meta", "link", "br"})


class Markup(str):
    """Text that is markup already; any other string is escaped when it is put into markup."""

    __slots__ = ()


def tag(name: str, /, *children: "str | Iterable[str]", **attributes: str | float | bool | None) -> Markup:
    """Return an element. Attributes: `class_` is class, `_` is `-`; None and False leave one out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")


def joined(children: Iterable["str | Iterable[str]"]) -> Markup:
    """Return children one after another; nested lists are opened."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, Markup):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(escape(child))
        else:
            parts.append(joined(child))
    return Markup("".join(parts))


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f' {name}="{escape(text)}"'
