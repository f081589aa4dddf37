"""Which definitions of a source tree are reached from its entry points, read from the syntax trees alone.

A function, class or constant is reached when reached code names it, through imports and re-exports of any
length; a method when its class is reached and reached code reads an attribute of its name, so that a method
with a common name may pass for used. What a decorator registers is reached with its module, and so is what
overrides a name of a class from outside the tree.
"""

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

Node = tuple[str, str]
"""A module and the qualified name of a definition in it; no name stands for what a module does on import."""
Import = tuple[str, str | None]
"""A module, and the name taken from it, if any."""

NOT_REGISTERING: Final = frozenset(
    {
        "abstractmethod",
        "asynccontextmanager",
        "cache",
        "cached_property",
        "classmethod",
        "contextmanager",
        "dataclass",
        "final",
        "lru_cache",
        "njit",
        "overload",
        "override",
        "property",
        "runtime_checkable",
        "setter",
        "staticmethod",
        "total_ordering",
        "unique",
        "wraps",
    }
)
"""Decorators that change how a definition behaves, and do not hand it to anything."""


@dataclass
class Definition:
    """One function, class, method or constant, or a module's statements, and what its code names."""

    node: Node
    path: Path
    line: int
    owner: str | None = None
    is_registered: bool = False
    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    dotted: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    imports: dict[str, Import] = field(default_factory=dict)

    def add(self, other: "Definition") -> None:
        """Take in another definition of the same name: an overload, a setter, an alternative."""
        self.names |= other.names
        self.attributes |= other.attributes
        self.dotted |= other.dotted
        self.strings |= other.strings
        self.imports |= other.imports
        self.is_registered |= other.is_registered


class _Names(ast.NodeVisitor):
    """Collects what code names into its definition."""

    def __init__(self, into: Definition) -> None:
        self.into = into

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.into.names.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Load):
            self.into.attributes.add(node.attr)
        self.into.dotted.add(ast.unparse(node))
        self.visit(node.value)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        self.into.attributes.update(node.kwd_attrs)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.into.imports[alias.asname or alias.name] = (alias.name, None)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.into.imports[alias.asname or alias.name] = (node.module or "", alias.name)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.into.strings.add(node.value)


class _File:
    """The definitions of one file."""

    def __init__(self, module: str, path: Path) -> None:
        self.module, self.path = module, path
        self.statements = Definition((module, ""), path, 1)

    def definitions(self) -> Iterator[Definition]:
        yield from self._body(ast.parse(self.path.read_text()).body, None, self.statements)
        yield self.statements

    def _body(self, body: Iterable[ast.stmt], owner: str | None, into: Definition) -> Iterator[Definition]:
        for statement in body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    yield from self._definition(statement, owner)
                case ast.If() | ast.Try() | ast.With() if owner is None:
                    yield from self._compound(statement, into)
                case ast.Assign(targets=[ast.Name(id="__all__")]):
                    pass
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if (
                    owner is None
                ):
                    constant = Definition((self.module, name), self.path, statement.lineno)
                    _Names(constant).visit(statement)
                    if isinstance(statement.value, ast.Call):
                        _Names(into).visit(statement)  # a call on import may register what it is given
                    yield constant
                case _:
                    _Names(into).visit(statement)

    def _compound(self, statement: ast.If | ast.Try | ast.With, into: Definition) -> Iterator[Definition]:
        for part in ast.iter_child_nodes(statement):
            if isinstance(part, ast.ExceptHandler):
                yield from self._body(part.body, None, into)
            elif isinstance(part, ast.stmt):
                yield from self._body([part], None, into)
            else:
                _Names(into).visit(part)

    def _definition(
        self, statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, owner: str | None
    ) -> Iterator[Definition]:
        name = f"{owner}.{statement.name}" if owner else statement.name
        made = Definition((self.module, name), self.path, statement.lineno, owner)
        made.is_registered = any(_decorator(each) not in NOT_REGISTERING for each in statement.decorator_list)
        names = _Names(made)
        if isinstance(statement, ast.ClassDef):
            for part in (*statement.decorator_list, *statement.bases, *statement.keywords):
                names.visit(part)
            yield from self._body(statement.body, name, made)
            if made.is_registered:  # a type of the API shows what values have under its fields' names
                made.attributes |= {
                    part.target.id
                    for part in statement.body
                    if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
                }
        else:
            for child in ast.iter_child_nodes(statement):
                names.visit(child)
        yield made


def _decorator(expression: ast.expr) -> str:
    while isinstance(expression, ast.Call):
        expression = expression.func
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")


class Tree:
    """The definitions of folders of source, each with the prefix of its modules' names."""

    def __init__(self, folders: Mapping[Path, str]) -> None:
        self.definitions: dict[Node, Definition] = {}
        self.modules: set[str] = set()
        for folder, prefix in folders.items():
            for path in sorted(folder.rglob("*.py")):
                parts = [prefix, *path.relative_to(folder).with_suffix("").parts]
                module = ".".join(part for part in parts if part and part != "__init__")
                self.modules.add(module)
                for made in _File(module, path).definitions():
                    if made.node in self.definitions:
                        self.definitions[made.node].add(made)
                    else:
                        self.definitions[made.node] = made

    def of_module(self, module: str) -> list[Node]:
        """Return everything that a module defines."""
        return [node for node in self.definitions if node[0] == module]

    def behind(self, module: str, name: str) -> Iterator[Node]:
        """Yield the definition that a name of a module stands for, through imports of any length."""
        if (module, name) in self.definitions:
            yield module, name
            return
        if f"{module}.{name}" in self.modules:
            yield f"{module}.{name}", ""
        statements = self.definitions.get((module, ""))
        source = statements.imports.get(name) if statements else None
        if source is not None and source != (module, name):
            yield from self.imported(source)

    def imported(self, source: Import) -> Iterator[Node]:
        """Yield what an import gives."""
        module, name = source
        if name is not None:
            yield from self.behind(module, name)
        elif module in self.modules:
            yield module, ""


class Reached:
    """The definitions of a tree that its roots reach."""

    def __init__(self, tree: Tree, roots: Iterable[Node]) -> None:
        self._tree = tree
        self.nodes: set[Node] = set()
        self._waiting: list[Node] = []
        self._attributes: set[str] = set()
        self._members: dict[Node, list[Definition]] = defaultdict(list)
        self._methods: dict[str, list[Definition]] = defaultdict(list)
        self._registered: dict[str, list[Node]] = defaultdict(list)
        self._inherited: dict[Node, frozenset[str]] = {}
        for node, definition in tree.definitions.items():
            if definition.owner:
                self._members[node[0], definition.owner].append(definition)
                self._methods[_last(node)].append(definition)
            elif definition.is_registered:
                self._registered[node[0]].append(node)
        self._mark(*roots)
        while self._waiting:
            self._follow(tree.definitions[self._waiting.pop()])

    def _mark(self, *nodes: Node) -> None:
        for node in nodes:
            if node in self._tree.definitions and node not in self.nodes:
                self.nodes.add(node)
                self._waiting.append(node)

    def _mark_module(self, module: str) -> None:
        parts = module.split(".")
        self._mark(*((".".join(parts[:count]), "") for count in range(1, len(parts) + 1)))

    def _follow(self, reached: Definition) -> None:
        module, name = reached.node
        self._mark_module(module)
        local = {**self._tree.definitions[module, ""].imports, **reached.imports}
        for source, item in reached.imports.values():
            for imported in (source, f"{source}.{item}"):
                if imported in self._tree.modules:
                    self._mark_module(imported)
        for word in reached.names:
            self._mark(*(self._tree.imported(local[word]) if word in local else ((module, word),)))
        for dotted in reached.dotted:
            self._mark(*self._of_modules(dotted, local))
        for text in reached.strings:
            self._mark(*self._named_in(text))
        if reached.owner:
            self._mark((module, reached.owner))
        self._read(reached.attributes)
        if not name:
            self._mark(*self._registered[module])
        self._mark(*(member.node for member in self._members[reached.node] if self._is_used(member)))

    def _read(self, attributes: set[str]) -> None:
        for word in attributes - self._attributes:
            self._attributes.add(word)
            for method in self._methods[word]:
                if (method.node[0], method.owner) in self.nodes:
                    self._mark(method.node)

    def _is_used(self, member: Definition) -> bool:
        word = _last(member.node)
        is_special = word.startswith("__") and word.endswith("__")
        return (
            member.is_registered or is_special or word in self._attributes or self._is_override(member, word)
        )

    def _is_override(self, member: Definition, word: str) -> bool:
        module, owner = member.node[0], member.owner or ""
        if (module, owner) not in self._inherited:
            kind = importlib.import_module(module)
            for part in owner.split("."):
                kind = getattr(kind, part)
            foreign = (base for base in kind.__mro__[1:-1] if base.__module__ not in self._tree.modules)
            self._inherited[module, owner] = frozenset(name for base in foreign for name in vars(base))
        return word in self._inherited[module, owner]

    def _of_modules(self, dotted: str, local: Mapping[str, Import]) -> Iterator[Node]:
        """Yield what `module.name` in the code names, however many folders lead to the module."""
        first, *rest = dotted.split(".")
        source, name = local.get(first, (first, None))
        where = f"{source}.{name}" if name else source
        for part in rest:
            if where in self._tree.modules:
                yield from self._tree.behind(where, part)
            where = f"{where}.{part}"

    def _named_in(self, text: str) -> Iterator[Node]:
        """Yield what a string names: a module, a program's function (`module:name`), a type by name."""
        module, _, name = text.partition(":")
        if module in self._tree.modules:
            yield module, ""
            yield module, name
        elif text.isidentifier() and text[0].isupper():
            yield from (node for node in self._tree.definitions if node[1] == text)


def _last(node: Node) -> str:
    return node[1].rpartition(".")[2]
