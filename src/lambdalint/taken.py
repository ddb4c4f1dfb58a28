"""What becomes of a value where it is made: whether anything takes it, and whether its object keeps it already."""

from __future__ import annotations

from lambdalint.lifetimes import bound_names
from lambdalint.link.model import Site
from lambdalint.locals_read import read_elsewhere
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, Expr, ExprStmt, For, Name, While
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
    return not read_elsewhere(module, site.unit, statement, frozenset(passed))


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
