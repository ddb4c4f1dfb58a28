"""What becomes of a value where it is made: whether anything takes it, and whether its object keeps it already."""

from __future__ import annotations

from lambdalint.holders import bound_names
from lambdalint.link.model import Site
from lambdalint.locals_read import read_elsewhere
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, Expr, ExprStmt, For, Name, Stmt, Try, While
from lambdalint.walk import expressions

# Why what an object keeps gets no cache of its own.
OBJECT_KEEPS = "its object keeps it: the object is what to make once"


def is_idle(program: Program, site: Site, expr: Expr) -> bool:
    """Whether nothing takes what an expression gives: it is a statement, or the value of a local that nobody reads."""
    statement = site.place.statement
    if isinstance(statement, ExprStmt):
        return statement.value is expr
    if not isinstance(statement, Assign) or statement.value is not expr or statement.op:
        return False
    if len(statement.targets) != 1 or not isinstance(statement.targets[0], Name) or site.scope.kind != "function":
        return False
    if statement.targets[0].id in program.function(site.unit).globals:
        return False
    module, name = program.modules[site.unit.path], statement.targets[0].id
    passed = {statement.span}
    if not any(isinstance(frame.node, For | While) for frame in site.place.frames):
        reads = (s.place.statement.span for s, e in program.sites_of(site.unit, Name) if e.id == name)
        passed.update(span for span in reads if span[2:] <= statement.span[:2])  # what stands above has run before
    if not read_elsewhere(module, site.unit, statement, frozenset(passed)):
        return True
    readers = [s.place.statement for s, e in program.sites_of(site.unit, Name) if e.id == name]
    taking = [reader for reader in readers if reader.span not in passed]
    return len(taking) == 1 and _is_overwritten(program, site, name, taking[0])


def _is_overwritten(program: Program, site: Site, name: str, taking: Stmt) -> bool:
    """Whether all that is taken of a local is an attribute that gets a name, which is bound anew before it is read.

    That is on every way: only a `try` may stand around the new binding, whose clauses don't read the name either.
    """
    if not isinstance(taking, Assign) or len(taking.targets) != 1 or taking.op:
        return False
    value, target = taking.value, taking.targets[0]
    if not isinstance(value, Attribute) or not isinstance(value.value, Name) or not isinstance(target, Name):
        return False
    module = program.modules[site.unit.path]
    own = frozenset(statement.span for statement, _ in program.statements(site.unit))
    if value.value.id != name or read_elsewhere(module, site.unit, taking, own):
        return False
    later = (
        (statement, frames)
        for statement, frames in program.statements(site.unit)
        if isinstance(statement, Assign) and statement.span > taking.span and target.id in bound_names(statement)
    )
    again, frames = next(later, (None, ()))
    around = frames[len(site.place.frames) :]
    if again is None or frames[: len(site.place.frames)] != site.place.frames:
        return False
    if any(not isinstance(frame.node, Try) or frame.branch != "body" for frame in around):
        return False
    reads = [s for s, e in program.sites_of(site.unit, Name) if e.id == target.id and s.place.statement is not taking]
    early = (read for read in reads if read.place.statement.span < again.span and read.place.statement is not again)
    clauses = {(id(frame.node), branch) for frame in around for branch in ("handler", "final")}
    caught = (read for read in reads if any((id(f.node), f.branch) in clauses for f in read.place.frames))
    return next(early, None) is None and next(caught, None) is None


def _is_stored(program: Program, site: Site, names: tuple[str, ...]) -> bool:
    """Whether a function stores what a place makes, or what is made of it under some names, in an attribute."""
    for statement, _ in program.statements(site.unit):
        if isinstance(statement, Assign) and statement.value is not None:
            parts = list(expressions(statement.value))
            is_of_it = any(p is site.place.expr or (isinstance(p, Name) and p.id in names) for p in parts)
            if is_of_it and any(isinstance(target, Attribute) for target in statement.targets):
                return True
    return False


def is_kept_by_object(program: Program, site: Site) -> bool:
    """Whether a place runs once for an object: `if self.client is None: …`, or below `@cached_property`."""
    condition = program.caches.condition(site.unit)
    if condition is not None and condition.cls is not None:
        return True
    span, statement = site.place.expr.span, site.place.statement
    if not _is_stored(program, site, bound_names(statement)):
        return False
    return any(r.condition.cls is not None and r.span.contains(span) for r in program.phases.regions(site.unit))
