"""What the project's tests put in the place of what code calls to make something."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.link.model import Unit
from lambdalint.patches import is_factory_replaced, is_stubbed
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, Expr, Name, Return, Stmt
from lambdalint.walk import expressions


def replaced(program: Program, path: str, spelt: str, factory: str) -> str:
    """The name that tests replace of what a module calls, "" for none; no test reaches the code inside a template.

    `path` is the module's file, `spelt` the callable's dotted name in it, `factory` its own dotted path.
    """
    names = program.project.replaced
    if path in program.project.inline.by_path or not is_factory_replaced(names, path, spelt, factory):
        return ""
    if spelt in names or factory in names:
        return spelt if spelt in names else factory
    return spelt.partition(".")[0]


def stubbed(program: Program, unit: Unit, statement: Stmt) -> str:
    """The attribute, "" for none, by which tests stub the client that a statement of a unit makes, and leave it so.

    What all instances share stays stubbed for the tests that come later.
    """
    names = program.project.replaced
    if unit.path in program.project.inline.by_path:
        return ""
    return next((name for name in _holders(program, unit, statement, set()) if is_stubbed(names, name)), "")


def _holders(program: Program, unit: Unit, statement: Stmt, seen: set[Unit]) -> Iterator[str]:
    """The attributes and the module's names that get what a statement makes, also where its function returns it."""
    local = {target.id for target in _targets(statement) if isinstance(target, Name)}
    yield from (target.attr for target in _targets(statement) if isinstance(target, Attribute))
    yield from (name for name in sorted(local) if name in program.function(unit).globals)
    is_returned = isinstance(statement, Return)
    for later, _ in program.statements(unit):
        value = later.value if isinstance(later, Assign | Return) else None
        if value is None or not any(isinstance(part, Name) and part.id in local for part in expressions(value)):
            continue
        is_returned = is_returned or isinstance(later, Return)
        yield from (target.attr for target in _targets(later) if isinstance(target, Attribute))
    if is_returned and unit not in seen:
        seen.add(unit)
        for edge in program.callers(unit):
            if edge.source.number >= 0:
                yield from _holders(program, edge.source, edge.site.place.statement, seen)


def _targets(statement: Stmt) -> tuple[Expr, ...]:
    """What a statement assigns to."""
    return statement.targets if isinstance(statement, Assign) else ()
