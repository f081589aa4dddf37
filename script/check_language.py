"""Refuse figures of speech in what users and newcomers read.

Descriptions, help, errors, faults, output and the first lines of docstrings use the terms of gas networks and
of optimisation. Each word refused has a plain one; a term of the field that contains it is an entry of
ALLOWED. A docstring that is shown itself, of the API or of a command, is read whole.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("platform", "tools", "examples", "benchmarks", "script")

INSTEAD: Final = {
    "the home of": "what the module computes or decides",
    "house|home": "platform, package",
    "rooms?": "package",
    "floors?": "layer",
    "desks?|kitchen|yards?|scenery|cast|seats?|tickets?|counters?": "the field's term",
    "rehears(?:al|als|e|es|ed)": "warm up, warm-up",
    "stages?": "step",
    "partners?": "counterparty, other solver",
    "heeds?|heeded": "uses",
    "whoever|whosever|whomever|whoso|nobody's": "the party, the caller, any user",
    "eldest": "oldest",
    "strangers?": "another party, an anonymous caller",
    "tells?|told": "says whether, returns, reports",
    "those who keep order": "operators, regulators and administrators",
    "in vain": "without success",
}
"""Words that are refused, and what to write instead."""

ALLOWED: Final = (
    "price floors?",
    "(?:a|only a) partner",  # of a contract network: its nodes of kind PARTNER
    "floors? and caps?",
    "counter-offers?",
    "compressor stages?",
    "room temperature",
    "home (?:directory|folder)",
)
"""Terms of the field that contain one of them."""

TEXT_KEYWORDS: Final = {"description", "help", "short_help", "deprecation_reason", "instead"}

_ALLOWED: Final = re.compile(rf"\b(?:{'|'.join(ALLOWED)})\b", re.IGNORECASE)
_REFUSED: Final = {re.compile(rf"\b(?:{words})\b", re.IGNORECASE): plain for words, plain in INSTEAD.items()}


def refused(text: str) -> Iterator[tuple[str, str]]:
    """Yield each refused word of a text, and what to write instead."""
    remaining = _ALLOWED.sub("", text)
    for pattern, plain in _REFUSED.items():
        for match in pattern.finditer(remaining):
            yield match.group(), plain


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that users and newcomers read, with the numbers of their lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _docstring(node)
        elif isinstance(node, ast.Raise) and node.exc is not None:
            yield from _strings(node.exc)
        elif isinstance(node, ast.Call):
            if _is_message(node.func):
                for argument in node.args:
                    yield from _strings(argument)
            for keyword in node.keywords:
                if keyword.arg in TEXT_KEYWORDS:
                    yield from _strings(keyword.value)


def _docstring(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[int, str]]:
    docstring = ast.get_docstring(node)
    if docstring is None:
        return
    decorators = [] if isinstance(node, ast.Module) else [ast.unparse(one) for one in node.decorator_list]
    is_shown = any(one.startswith("strawberry.") or ".command(" in one for one in decorators)
    yield node.body[0].lineno, docstring if is_shown else docstring.partition("\n")[0]


def _is_message(function: ast.expr) -> bool:
    """Return whether a call makes a text that users read: a fault, an error's message, a line of output."""
    if isinstance(function, ast.Name):
        return function.id in {"Fault", "GraphQLError"}
    if not isinstance(function, ast.Attribute):
        return False
    return ast.unparse(function) == "super().__init__" or function.attr in {"print", "echo"}


def _strings(node: ast.expr) -> Iterator[tuple[int, str]]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.lineno, inner.value


def main() -> int:
    """Print every refused word with its place; return how the process ends."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word!r}: write {plain}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != Path(__file__)
        for line, text in sorted(set(texts(path.read_text())))
        for word, plain in refused(text)
    ]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
