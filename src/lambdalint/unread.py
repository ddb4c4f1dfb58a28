"""Imports that only what a fix takes away reads: they go with it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from weakref import WeakKeyDictionary

from lambdalint.diagnostic import Fix, Operation
from lambdalint.fixes import (
    DeleteStatement,
    DropDefault,
    DropImport,
    RemoveArgument,
    RemoveItem,
    ReplaceExpression,
    ReplaceField,
)
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Scope
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Expr, Import, Name
from lambdalint.walk import expressions

# The operations that take text away, with the span of it.
_TAKING: dict[type[Operation], str] = {
    ReplaceExpression: "span",
    ReplaceField: "expression",
    RemoveArgument: "argument",
    RemoveItem: "item",
    DeleteStatement: "statement",
    DropDefault: "value",
}


def without_unread(program: Program, fix: Fix, scope: Scope, gone_from: Expr) -> Fix:
    """A fix of a scope's file that also drops the imports left unread by what it takes out of an expression.

    Only those of the standard library, which do nothing when they run, and that no other file or test reaches for.
    """
    gone = tuple(_gone(fix.operations))
    names = dict.fromkeys(
        part.id
        for part in expressions(gone_from)
        if isinstance(part, Name) and any(span.contains(part.span) for span in gone)
    )
    drops = tuple(drop for name in names if (drop := _drop(program, scope, name)) is not None)
    return replace(fix, operations=(*fix.operations, *drops)) if drops else fix


def _gone(operations: Iterable[Operation]) -> Iterator[Span]:
    """The spans whose text some operations take away."""
    for operation in operations:
        place = _TAKING.get(operation.__class__)
        if place is not None:
            yield getattr(operation, place)


def _drop(program: Program, scope: Scope, name: str) -> DropImport | None:
    """The operation that drops a name's one import, None where that may do more than give the name."""
    module = program.modules[scope.path]
    home = module.lookup_scope(scope, name)
    bindings = () if home is None else module.table(home).get(name, ())
    if len(bindings) != 1 or bindings[0].kind != "import" or bindings[0].frames:
        return None
    statement = bindings[0].statement
    if statement is None or statement.level or not _is_standard(statement, name):
        return None
    if home == module.scope and _is_reached_for(program, module, name):
        return None
    return DropImport(statement.span, name)


def _is_reached_for(program: Program, module: ModuleIndex, name: str) -> bool:
    """Whether a module's name is there for others: exported, imported by another file, or replaced by a test."""
    if module.path.endswith("/__init__.py") or name in (module.summary.exported or ()):
        return True
    if any(name in replaced.split(".") for replaced in program.project.replaced):
        return True
    return not {(module.path, name), (module.path, "*")}.isdisjoint(_taken(program))


def _is_standard(statement: Import, name: str) -> bool:
    origin = statement.module or next((item.name for item in statement.names if item.bound == name), "")
    return origin.partition(".")[0] in sys.stdlib_module_names and origin != "__future__"


_TAKEN: WeakKeyDictionary[Program, frozenset[tuple[str, str]]] = WeakKeyDictionary()


def _taken(program: Program) -> frozenset[tuple[str, str]]:
    """(file, name) of all that modules import from each other, `*` where it is everything."""
    if program not in _TAKEN:
        _TAKEN[program] = frozenset(place for module in program.modules.values() for place in _imports(program, module))
    return _TAKEN[program]


def _imports(program: Program, module: ModuleIndex) -> Iterator[tuple[str, str]]:
    imports = program.project.imports
    for unit in module.units():
        for statement, _ in module.statements(unit):
            if not isinstance(statement, Import) or statement.module is None:
                continue
            found = imports.source(statement, module.path)
            if found is not None:
                if statement.is_star:
                    yield found, "*"
                yield from ((found, item.name) for item in statement.names)
