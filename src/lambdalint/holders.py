"""Who holds what an expression makes: names, attributes, parameters of what gets it, names of those who ask for it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple
from weakref import WeakKeyDictionary

from lambdalint.catalog.clients import Factory
from lambdalint.link.arguments import passed
from lambdalint.link.model import Edge, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, BoolOp, Call, Expr, IfExp, Name, Return, Stmt, With
from lambdalint.walk import children, dotted

_DEPTH = 3
# What the methods of such an object return is an answer of its own.
_ANSWERING_KINDS = ("client", "http")


class Holder(NamedTuple):
    """A name of a unit that holds an object."""

    unit: Unit
    name: str


def bound_names(statement: Stmt, expr: Expr | None = None) -> tuple[str, ...]:
    """The names that a statement binds to its value; with `expr` only where that is the value."""
    if (
        not isinstance(statement, Assign)
        or statement.value is None
        or (expr is not None and statement.value is not expr)
    ):
        return ()
    return tuple(target.id for target in statement.targets if isinstance(target, Name))


def _taking_names(statement: Stmt, expr: Expr) -> tuple[str, ...]:
    """The names that may get what an expression gives: `a = expr`, `a = expr if x else y`, `a = b or expr`."""
    return bound_names(statement) if isinstance(statement, Assign) and _is_choice(statement.value, expr) else ()


def _is_choice(value: Expr | None, expr: Expr | None) -> bool:
    """Whether an expression is what a value may be."""
    return any(choice is expr for choice in _choices(value))


def _choices(value: Expr | None) -> Iterator[Expr]:
    """What a value may be: the branches of a conditional expression, the operands of `or` and `and`, or itself."""
    if isinstance(value, IfExp):
        yield from (*_choices(value.body), *_choices(value.orelse))
    elif isinstance(value, BoolOp):
        yield from (*_choices(value.left), *_choices(value.right))
    elif value is not None:
        yield value


def attributes_of(program: Program, site: Site, expr: Expr, factory: Factory) -> tuple[str, ...]:
    """The attributes that get what an expression makes, at once or from the name that holds it."""
    names = _holding_names(site.place.statement, expr, factory)
    return (*_attributes(site.place.statement, expr), *_kept_as(program, site.unit, names))


def _attributes(statement: Stmt, expr: Expr) -> tuple[str, ...]:
    if not isinstance(statement, Assign) or not _is_choice(statement.value, expr):
        return ()
    return tuple(target.attr for target in statement.targets if isinstance(target, Attribute))


def _kept_as(program: Program, unit: Unit, names: tuple[str, ...]) -> Iterator[str]:
    """The attributes to which a unit assigns what some of its names hold."""
    for statement, _ in program.statements(unit):
        if isinstance(statement, Assign) and isinstance(statement.value, Name) and statement.value.id in names:
            yield from (target.attr for target in statement.targets if isinstance(target, Attribute))


def holders_of(program: Program, site: Site, expr: Expr, factory: Factory) -> Iterator[Holder]:
    """The names that hold what an expression makes: here, where the unit returns it, and where it is passed on.

    Those to which something gives the attributes that hold it come first.
    """
    for attribute in attributes_of(program, site, expr, factory):
        for unit in _giving_out(program, site.unit, attribute):
            yield from _received(program, unit)
    yield from _holders(program, site, expr, factory)


def givers_of(program: Program, site: Site, expr: Expr, factory: Factory) -> Iterator[tuple[Site, Expr]]:
    """The expressions that give what one makes, each where it stands: itself, and what asks a unit that returns it."""
    yield site, expr
    statement = site.place.statement
    units = [site.unit] if isinstance(statement, Return) and _is_choice(statement.value, expr) else []
    units += [h.unit for h in _holders(program, site, expr, factory) if _is_returned(program, h)]
    for attribute in attributes_of(program, site, expr, factory):
        units += _giving_out(program, site.unit, attribute)
    for edge in (edge for unit in dict.fromkeys(units) for edge in _askers(program, unit)):
        asking = edge.call if edge.kind != "property" else edge.site.place.expr
        if asking is not None:
            yield edge.site, asking


def _holders(program: Program, site: Site, expr: Expr, factory: Factory) -> Iterator[Holder]:
    unit, statement = site.unit, site.place.statement
    queue = [Holder(unit, name) for name in _holding_names(statement, expr, factory)]
    if isinstance(statement, Return) and _holds(statement.value, expr, factory):
        queue += _received(program, unit)
    queue += _taking(program, unit, partial(operator.is_, expr))
    seen: set[Holder] = set()
    depth = 0
    while queue and depth <= _DEPTH:
        found, queue = [holder for holder in dict.fromkeys(queue) if holder not in seen], []
        seen.update(found)
        for holder in found:
            yield holder
            queue += _passed_on(program, holder)
        depth += 1


def _holding_names(statement: Stmt, expr: Expr, factory: Factory) -> tuple[str, ...]:
    """The names that a statement, or an item of a `with` statement, gives to what an expression makes."""
    if isinstance(statement, With):
        items = (item for item in statement.items if _holds(item.context, expr, factory))
        return tuple(item.target.id for item in items if isinstance(item.target, Name))
    is_held = isinstance(statement, Assign) and _holds(statement.value, expr, factory)
    return bound_names(statement) if is_held else ()


def _holds(value: Expr | None, expr: Expr, factory: Factory) -> bool:
    """Whether a value is an expression, or a display or a call that holds it.

    The answer of a client's method holds no client; a cursor belongs to its connection, a table to its resource.
    """
    if value is None or value is expr:
        return value is expr
    if isinstance(value, Call) and isinstance(value.func, Attribute) and factory.kind in _ANSWERING_KINDS:
        return any(_holds(argument.value, expr, factory) for argument in value.arguments)
    return any(_holds(part, expr, factory) for part in children(value))


def _passed_on(program: Program, holder: Holder) -> Iterator[Holder]:
    """Where a name's value goes: to those who call the unit, and to parameters of what the unit calls."""
    if _is_returned(program, holder):
        yield from _received(program, holder.unit)
    yield from _taking(program, holder.unit, lambda value: is_name(value, holder.name))


def _taking(program: Program, unit: Unit, is_it: Callable[[Expr], bool]) -> Iterator[Holder]:
    """The parameters of what a unit calls that get a certain expression."""
    for edge in program.edges(unit):
        if edge.call is None or not any(is_it(given.value) for given in edge.call.arguments):
            continue
        given = passed(edge, program.function(edge.target)) or {}
        yield from (Holder(edge.target, name) for name, value in given.items() if is_it(value.expr))


def _is_returned(program: Program, holder: Holder) -> bool:
    """Whether a unit returns what one of its names holds."""
    return any(
        isinstance(statement, Return) and statement.value is not None and is_name(statement.value, holder.name)
        for statement, _ in program.statements(holder.unit)
    )


def _received(program: Program, unit: Unit) -> Iterator[Holder]:
    """The names that callers give what a unit returns, at once or through callers that return it themselves.

    A `with` around the call counts as one named `with`.
    """
    for edge in _askers(program, unit):
        statement, asking = edge.site.place.statement, edge.call
        if asking is None:
            continue
        if isinstance(statement, With) and any(
            closed is asking for item in statement.items for closed in closed_by(item.context)
        ):
            yield Holder(edge.source, "with")
        else:
            yield from (Holder(edge.source, name) for name in _taking_names(statement, asking))
            yield from _taking(program, edge.source, partial(operator.is_, asking))


def _askers(program: Program, unit: Unit, seen: frozenset[Unit] = frozenset()) -> Iterator[Edge]:
    """What makes a unit run, and what makes those callers run that return what it returned to them."""
    for edge in program.callers(unit):
        yield edge
        statement = edge.site.place.statement
        is_returned = isinstance(statement, Return) and _is_choice(statement.value, edge.call)
        if is_returned and edge.call is not None and edge.source not in seen:
            yield from _askers(program, edge.source, seen | {unit})


def closed_by(context: Expr) -> Iterator[Expr]:
    """What a `with` item closes: its own value, or that which `closing` gets."""
    yield context
    if isinstance(context, Call) and (dotted(context.func) or "").rpartition(".")[2] == "closing":
        yield from (given.value for given in context.arguments)


def is_name(expr: Expr, name: str) -> bool:
    """Whether an expression is a name alone."""
    return isinstance(expr, Name) and expr.id == name


# --- attributes ----------------------------------------------------------------------------------


def _giving_out(program: Program, unit: Unit, attribute: str) -> Iterator[Unit]:
    """The functions of a unit's module that return what an attribute holds: `return self.handle`."""
    for other in program.modules[unit.path].units():
        for statement, _ in program.statements(other):
            value = statement.value if isinstance(statement, Return) else None
            if isinstance(value, Attribute) and value.attr == attribute:
                yield other


def concerned(program: Program, unit: Unit) -> set[str]:
    """The files of a method's class and of those that make objects of it or inherit from it."""
    found = {unit.path}
    for edge in program.callers(unit):
        found.add(edge.source.path)
    return found


_CHAINS: WeakKeyDictionary[Program, dict[str, tuple[tuple[Site, Attribute], ...]]] = WeakKeyDictionary()


def chains(program: Program, path: str) -> tuple[tuple[Site, Attribute], ...]:
    """Every attribute that a file reads or stores below."""
    known = _CHAINS.setdefault(program, {})
    if path not in known:
        module = program.modules[path]
        known[path] = tuple(
            (site, site.place.expr)
            for unit in module.units()
            for site in module.sites(unit)
            if isinstance(site.place.expr, Attribute)
        )
    return known[path]


_NAMES: WeakKeyDictionary[Program, frozenset[str]] = WeakKeyDictionary()


def attribute_names(program: Program) -> frozenset[str]:
    """The names of all attributes that some file reads, calls or stores below."""
    if program not in _NAMES:
        _NAMES[program] = frozenset(chain.attr for path in program.loaded for _, chain in chains(program, path))
    return _NAMES[program]
