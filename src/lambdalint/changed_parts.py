"""Whether something changes in place what an expression gives, or a part of it: an item, or what a loop takes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeGuard

from lambdalint.catalog.state import MUTATORS
from lambdalint.link.arguments import passed
from lambdalint.link.model import Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    BoolOp,
    Call,
    Comprehension,
    Display,
    Expr,
    For,
    IfExp,
    Name,
    NamedExpr,
    Return,
    Slice,
    Stmt,
    Subscript,
)
from lambdalint.walk import expressions, statement_expressions, stored

_MOST = 40
# Methods that give an item of a collection, or its items one after the other.
_ITEM = frozenset(("get", "pop", "setdefault"))
_ITEMS = frozenset(("values", "items"))
# Builtins that give one of the items of what they are given, or these items in a collection of their own.
# https://docs.python.org/3/library/functions.html
_ONE_OF = frozenset(("next", "max", "min"))
_ALL_OF = frozenset(("enumerate", "filter", "iter", "list", "reversed", "sorted", "tuple", "zip"))


def is_changed(program: Program, unit: Unit, expr: Expr) -> bool:
    """Whether a unit, or what it returns to or passes on to, changes what an expression of it gives or a part of it."""
    queue, seen = [_Held(unit, expr)], set[tuple[object, ...]]()
    while queue and len(seen) < _MOST:
        held = queue.pop()
        key = (held.unit, id(held.expr), *held[2:])
        if key in seen:
            continue
        seen.add(key)
        held = _grown(program, held)
        if any(_changes(held, statement) for statement, _ in program.statements(held.unit)):
            return True
        queue += _elsewhere(program, held)
    return False


class _Held(NamedTuple):
    """What of a unit gives the value or a part of it: an expression, if it is made there, and names.

    `several` are the names of collections that have parts of it, and are no part themselves.
    """

    unit: Unit
    expr: Expr | None
    names: frozenset[str] = frozenset()
    several: frozenset[str] = frozenset()

    def gives(self, expr: Expr | None) -> bool:
        """Whether an expression may give the value or a part of it."""
        if expr is None:
            return False
        if expr is self.expr or (isinstance(expr, Name) and expr.id in self.names):
            return True
        if isinstance(expr, Subscript):
            return not isinstance(expr.key, Slice) and self.has(expr.value)
        if isinstance(expr, IfExp):
            return self.gives(expr.body) or self.gives(expr.orelse)
        if isinstance(expr, BoolOp):
            return self.gives(expr.left) or self.gives(expr.right)
        if isinstance(expr, NamedExpr):
            return self.gives(expr.value)
        if isinstance(expr, Call) and isinstance(expr.func, Attribute):
            return expr.func.attr in _ITEM and self.has(expr.func.value)
        return _is_call_of(expr, _ONE_OF) and any(self.has(given.value) for given in expr.arguments)

    def has(self, expr: Expr) -> bool:
        """Whether an expression is the value or a part of it, or gives parts of it one after the other."""
        if self.gives(expr) or (isinstance(expr, Name) and expr.id in self.several):
            return True
        if isinstance(expr, Subscript):
            return isinstance(expr.key, Slice) and self.has(expr.value)
        if isinstance(expr, Comprehension):
            taken = {name for g in expr.generators if self.has(g.iterable) for name in _names(g.target)}
            return isinstance(expr.element, Name) and expr.element.id in taken
        if isinstance(expr, Call) and isinstance(expr.func, Attribute):
            return expr.func.attr in _ITEMS and self.has(expr.func.value)
        return _is_call_of(expr, _ALL_OF) and any(self.has(given.value) for given in expr.arguments)


def _is_call_of(expr: Expr, names: frozenset[str]) -> TypeGuard[Call]:
    return isinstance(expr, Call) and isinstance(expr.func, Name) and expr.func.id in names


def _names(target: Expr) -> Iterator[str]:
    """The names that a target binds, in whatever tuples."""
    if isinstance(target, Name):
        yield target.id
    elif isinstance(target, Display):
        for item in target.items:
            yield from _names(item)


def _grown(program: Program, held: _Held) -> _Held:
    """The same with all names of the unit that get the value or parts of it."""
    while True:
        bound = [one for statement, _ in program.statements(held.unit) for one in _bound(held, statement)]
        names = held.names.union(name for name, is_part in bound if is_part)
        several = held.several.union(name for name, is_part in bound if not is_part)
        if (names, several) == held[2:]:
            return held
        held = held._replace(names=names, several=several)


def _bound(held: _Held, statement: Stmt) -> Iterator[tuple[str, bool]]:
    """The names to which a statement gives the value or a part of it, and those that get a collection of parts."""
    if isinstance(statement, Assign) and not statement.op and statement.value is not None and held.has(statement.value):
        is_part = held.gives(statement.value)
        yield from ((target.id, is_part) for target in statement.targets if isinstance(target, Name))
    if isinstance(statement, For) and held.has(statement.iterable):
        yield from ((name, True) for name in _names(statement.target))
    for part in _parts(statement):
        if isinstance(part, NamedExpr) and held.gives(part.value):
            yield part.target.id, True


def _parts(statement: Stmt) -> Iterator[Expr]:
    return (part for head in statement_expressions(statement) for part in expressions(head))


def _changes(held: _Held, statement: Stmt) -> bool:
    """Whether a statement stores into the value or a part of it, or calls a method on it that changes it."""
    if any(isinstance(one, Attribute | Subscript) and _is_below(held, one.value) for one in stored(statement)):
        return True
    methods = (part.func for part in _parts(statement) if isinstance(part, Call) and isinstance(part.func, Attribute))
    return any(method.attr in MUTATORS and _is_below(held, method.value) for method in methods)


def _is_below(held: _Held, expr: Expr) -> bool:
    """Whether an expression gives the value or something inside it, by items and attributes."""
    while not held.gives(expr):
        if not isinstance(expr, Attribute | Subscript):
            return False
        expr = expr.value
    return True


def _elsewhere(program: Program, held: _Held) -> Iterator[_Held]:
    """What holds it in other units: those that get it passed, those inside this one, and those that ask this one."""
    for edge in program.edges(held.unit):
        given = passed(edge, program.function(edge.target)) or {} if edge.target.number >= 0 else {}
        names = frozenset(name for name, value in given.items() if held.gives(value.expr))
        several = frozenset(name for name, value in given.items() if held.has(value.expr)) - names
        if names or several:
            yield _Held(edge.target, None, names, several)
    module = program.modules[held.unit.path]
    for function in module.summary.functions:
        names, several = (found.difference(function.locals) for found in held[2:])
        if (names or several) and function.outer == held.unit.number >= 0:
            yield _Held(Unit(held.unit.path, function.number), None, names, several)
    returned = (s.value for s, _ in program.statements(held.unit) if isinstance(s, Return))
    if held.unit.number >= 0 and any(map(held.gives, returned)):
        yield from (_Held(edge.source, edge.call) for edge in program.callers(held.unit) if edge.call)
