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
    Reword,
)
from lambdalint.flow.sinks import Sink
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Scope, Unit
from lambdalint.locals_read import read_elsewhere
from lambdalint.patches import is_name_replaced
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Assign, Call, Expr, Import, Literal, Name, Opaque
from lambdalint.walk import expressions

_TEXTS = frozenset(("json.dumps", "pprint.pformat"))
# The operations that take text away, with the span of it.
_TAKING: dict[type[Operation], str] = {
    ReplaceExpression: "span",
    ReplaceField: "expression",
    RemoveArgument: "argument",
    RemoveItem: "item",
    DeleteStatement: "statement",
    DropDefault: "value",
    Reword: "string",
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
    drops = tuple(drop for name in names if (drop := drop_of(program, scope, name)) is not None)
    return replace(fix, operations=(*fix.operations, *drops)) if drops else fix


def telling_unread(program: Program, fix: Fix, unit: Unit) -> Fix:
    """A fix that says which parameters of a function only what it takes away reads: linters may ask for their use."""
    if unit.number < 0:
        return fix
    function, module = program.function(unit), program.modules[unit.path]
    inside = (one.number for one in module.summary.functions if function.span.contains(one.span))
    read: dict[str, list[Span]] = {}
    for part in (site.place.expr for number in inside for site in module.sites(Unit(unit.path, number))):
        for name in (part.id,) if isinstance(part, Name) else part.names if isinstance(part, Opaque) else ():
            read.setdefault(name, []).append(part.span)
    gone = tuple(_gone(fix.operations))
    unread = [
        f"`{parameter.name}`"
        for parameter in function.parameters
        if (spans := read.get(parameter.name)) and all(any(one.contains(span) for one in gone) for span in spans)
    ]
    return replace(fix, message=f"{fix.message}; nothing else reads {' and '.join(unread)}") if unread else fix


def without_idle(program: Program, fix: Fix, sink: Sink) -> Fix | None:
    """A fix that also deletes the assignments of texts that only what it takes out of a sink reads.

    What only these read goes as well: the imports of `without_unread`.  None where a local would be left that nothing
    reads: the code that it was looked up for is still to come.
    """
    gone = tuple(_gone(fix.operations))
    parts = [part for part in expressions(sink.expr) if any(span.contains(part.span) for span in gone)]
    for name in dict.fromkeys(part.id for part in parts if isinstance(part, Name)):
        found = _idle(program, sink, name)
        if found is not None and not _is_text(program, found.value, sink.scope):
            return None
        if found is not None and found.value is not None:
            deletion = replace(fix, operations=(*fix.operations, DeleteStatement(found.span)))
            fix = without_unread(program, deletion, sink.scope, found.value)
    return fix


def _idle(program: Program, sink: Sink, name: str) -> Assign | None:
    """The one assignment of a local that only the sink's statement reads."""
    module = program.modules[sink.unit.path]
    home = module.lookup_scope(sink.scope, name)
    bindings = () if home is None or home.kind != "function" else module.table(home).get(name, ())
    if len(bindings) != 1 or bindings[0].kind != "value" or bindings[0].unpack:
        return None
    assignments = (s for s, _ in module.statements(sink.unit) if isinstance(s, Assign) and not s.op)
    made = next((s for s in assignments if s.value is bindings[0].value), None)
    if made is None or len(made.targets) != 1:
        return None
    spans = frozenset((made.span, sink.statement.span))
    return None if read_elsewhere(module, sink.unit, made, spans) else made


def _is_text(program: Program, value: Expr | None, scope: Scope) -> bool:
    """Whether a value is the text of something that has a name: to make it does nothing else."""
    return (
        isinstance(value, Call)
        and not _TEXTS.isdisjoint(program.paths(value.func, scope))
        and all(isinstance(given.value, Name | Literal) for given in value.arguments)
    )


def _gone(operations: Iterable[Operation]) -> Iterator[Span]:
    """The spans whose text some operations take away."""
    for operation in operations:
        place = _TAKING.get(operation.__class__)
        if place is not None:
            yield getattr(operation, place)


def drop_of(program: Program, scope: Scope, name: str) -> DropImport | None:
    """The operation that drops a name's one import, None where that may do more than give the name."""
    module = program.modules[scope.path]
    home = module.lookup_scope(scope, name)
    bindings = () if home is None else module.table(home).get(name, ())
    if len(bindings) != 1 or bindings[0].kind != "import" or bindings[0].frames:
        return None
    statement = bindings[0].statement
    if statement is None or not (_is_standard(statement, name) or _is_class_among_others(statement, name)):
        return None
    is_reached = _is_used_elsewhere if _is_whole_module(statement, name) else is_reached_for
    if home == module.scope and is_reached(program, module, name):
        return None
    return DropImport(statement.span, name)


def is_reached_for(program: Program, module: ModuleIndex, name: str) -> bool:
    """Whether a module's name is there for others: a package's, exported, imported elsewhere, replaced by a test."""
    return module.path.endswith("/__init__.py") or _is_used_elsewhere(program, module, name)


def _is_used_elsewhere(program: Program, module: ModuleIndex, name: str) -> bool:
    """Whether a module's name is exported, imported by another file, or replaced by a test."""
    if name in (module.summary.exported or ()):
        return True
    if is_name_replaced(program.project.replaced, module.path, name):
        return True
    return not {(module.path, name), (module.path, "*")}.isdisjoint(_taken(program))


def _is_whole_module(statement: Import, name: str) -> bool:
    """Whether a statement imports a whole module as a name, which no package does to pass it on: `import json`.

    That one which passes it on says so: `import json as json`.
    https://typing.python.org/en/latest/spec/distributing.html#import-conventions
    """
    return statement.module is None and all(item.name != item.alias for item in statement.names if item.bound == name)


def _is_class_among_others(statement: Import, name: str) -> bool:
    """Whether a name is that of a class beside others which have the module imported all the same."""
    return statement.module is not None and len(statement.names) > 1 and name[:1].isupper()


def _is_standard(statement: Import, name: str) -> bool:
    if statement.level:
        return False
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
