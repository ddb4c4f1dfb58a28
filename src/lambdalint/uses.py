"""What becomes of a call's result: whether it is dropped, kept under a name, put into a collection, or used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lambdalint.link.model import Scope, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    Call,
    Comprehension,
    DictDisplay,
    Display,
    Expr,
    ExprStmt,
    Name,
    Star,
)
from lambdalint.walk import children, expressions, statement_expressions

_ADDERS = frozenset(("append", "add", "appendleft", "insert", "put", "put_nowait"))
_IGNORED = frozenset(("_", "__", "_unused"))


class Kept(NamedTuple):
    """Where a result is kept: a name or an attribute, and whether that is a collection of such results."""

    holder: Expr
    is_collection: bool


def kept_in(site: Site) -> Kept | str:
    """Where the result of a site's call is kept; "dropped" when nowhere, "used" when it goes elsewhere."""
    expr, statement = site.place.expr, site.place.statement
    if isinstance(statement, ExprStmt):
        value = statement.value
        if value is expr or (isinstance(value, Comprehension) and value.element is expr):
            return "dropped"
        if isinstance(value, Call) and isinstance(value.func, Attribute) and value.func.attr in _ADDERS:
            if any(given.value is expr for given in value.arguments):
                return Kept(value.func.value, True)
        return "used"
    if (
        isinstance(statement, Assign)
        and len(statement.targets) == 1
        and not statement.op
        and statement.value is not None
    ):
        target, value = statement.targets[0], statement.value
        if not isinstance(target, Name | Attribute):
            return "used"
        if value is expr:
            return "dropped" if isinstance(target, Name) and target.id in _IGNORED else Kept(target, False)
        if _collects(value, expr):
            return Kept(target, True)
    return "used"


def _collects(value: Expr, expr: Expr) -> bool:
    """Whether a display or a comprehension holds an expression as an item."""
    if isinstance(value, Comprehension):
        return value.element is expr or value.key is expr
    if isinstance(value, Display):
        return any(item is expr for item in value.items)
    if isinstance(value, DictDisplay):
        return any(item.value is expr or item.key is expr for item in value.items)
    return False


class Reader:
    """Reads of names and attributes in a unit and in the functions nested in it."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._parents: dict[Unit, dict[int, Expr]] = {}

    def family(self, unit: Unit) -> tuple[Unit, ...]:
        """A unit and the functions nested in it."""
        module = self._program.modules[unit.path]
        found = {unit.number}
        for function in module.summary.functions:
            if function.outer in found and function.outer >= 0:
                found.add(function.number)
        return tuple(Unit(unit.path, number) for number in sorted(found))

    def reads(self, unit: Unit, holder: Expr, without: Expr) -> Iterator[tuple[Site, Expr | None]]:
        """The reads of a name in a unit's family, or of an attribute in its module, each with the expression around.

        `without` is the store itself.
        """
        units = self.family(unit) if isinstance(holder, Name) else self._program.modules[unit.path].units()
        for member in units:
            parents = self._parents_of(member)
            for site in self._program.sites(member):
                if _is_same(site.place.expr, holder) and not self._is_target(site) and site.place.expr is not without:
                    yield site, parents.get(id(site.place.expr))

    def _is_target(self, site: Site) -> bool:
        statement = site.place.statement
        return isinstance(statement, Assign) and any(
            part is site.place.expr for target in statement.targets for part in _targets(target)
        )

    def _parents_of(self, unit: Unit) -> dict[int, Expr]:
        found = self._parents.get(unit)
        if found is None:
            found = self._parents[unit] = {}
            for statement, _ in self._program.statements(unit):
                for head in statement_expressions(statement):
                    for expr in expressions(head):
                        for child in children(expr):
                            found[id(child)] = expr
        return found

    def parent(self, unit: Unit, expr: Expr) -> Expr | None:
        """The expression directly around an expression of a unit."""
        return self._parents_of(unit).get(id(expr))

    def calls_anywhere(self, units: tuple[Unit, ...], fits: Callable[[Call, Scope], bool]) -> bool:
        """Whether some call of some units fits."""
        return any(
            isinstance(site.place.expr, Call) and fits(site.place.expr, site.scope)
            for unit in units
            for site in self._program.sites(unit)
        )


def _targets(target: Expr) -> Iterator[Expr]:
    if isinstance(target, Display):
        for item in target.items:
            yield from _targets(item)
    elif isinstance(target, Star):
        yield from _targets(target.value)
    else:
        yield target


def _is_same(expr: Expr, holder: Expr) -> bool:
    """Whether two expressions are spelt the same: a name, or an attribute of the same name."""
    if isinstance(holder, Name):
        return isinstance(expr, Name) and expr.id == holder.id
    return isinstance(holder, Attribute) and isinstance(expr, Attribute) and expr.attr == holder.attr
