"""Whether an invocation may meet what an earlier one left in a variable: it reads it before it sets it anew."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator

from lambdalint.catalog import sinks
from lambdalint.catalog.state import ONLY_READING
from lambdalint.link.dead import never_runs
from lambdalint.link.model import Edge, Unit
from lambdalint.mutations import Mutation, Mutations
from lambdalint.origin import Origin
from lambdalint.parameters import EVENT, Passed
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    Call,
    Expr,
    ExprStmt,
    For,
    If,
    Jump,
    Match,
    Name,
    Raise,
    Return,
    Stmt,
    Subscript,
    Try,
    While,
    With,
)
from lambdalint.summary import Scope as Declaration
from lambdalint.variables import Variable

_DEPTH = 20


class _After(enum.Enum):
    """What a stretch of code does with a variable first, on its way to what follows."""

    USED = "it may use what was there"
    RESET = "it surely sets it anew"
    LEFT = "it never comes to what follows"
    NONE = "neither"


class Resets:
    """Follows the code of an entry point, calls included, to where it first reads or sets a lasting variable."""

    def __init__(self, program: Program, mutations: Mutations, empties: Callable[[Mutation], bool]) -> None:
        self._program = program
        self._mutations = mutations
        self._empties = empties
        self._found: dict[tuple[Unit, Variable], _After] = {}
        self._reading: dict[tuple[Unit, Variable], frozenset[int]] = {}
        self._edges: dict[Unit, dict[int, list[Edge]]] = {}
        self._is_read: dict[Variable, bool] = {}
        self._event = Passed(program, EVENT)

    def meets_earlier(self, variable: Variable, roots: Iterable[Unit], handler: Unit) -> bool:
        """Whether one of some entry points may meet what an earlier invocation left in a variable.

        What no invocation reads counts as met, unless each entry point that sets it starts with that.  All entry
        points but the handler and what its decorators put in its place run when the handler calls for them.
        """
        if not self._reads(variable):
            return not any(self._starts_with_reset(root, variable) for root in roots)
        meeting = {root for root in roots if self._unit(root, variable, 0) is _After.USED}
        if not meeting or handler.number < 0 or handler in meeting:
            return bool(meeting)
        wrappers = {Unit(wrapper.path, wrapper.number) for wrapper in self._program.resolver.wrappers(*handler)}
        return not meeting.isdisjoint(wrappers) or not self._resets_before_passing_on(handler, variable)

    def _reads(self, variable: Variable) -> bool:
        """Whether invocations read a variable at all; to change what it holds is to read it."""
        found = self._is_read.get(variable)
        if found is None:
            found = self._is_read[variable] = next(self._mutations.variables.reads(variable), None) is not None
        return found

    def _starts_with_reset(self, unit: Unit, variable: Variable) -> bool:
        """Whether a function sets a variable before it does anything but bind names."""
        return any(self._resets_at(unit, statement, variable) for statement in self._opening(unit))

    def _resets_before_passing_on(self, unit: Unit, variable: Variable) -> bool:
        """Whether a handler does so before it passes the event to anything that may run other entry points."""
        passing = {
            id(site.place.statement)
            for site, call in self._program.sites_of(unit, Call)
            if any(self._event.is_argument(given.value, site.scope) for given in call.arguments)
            and not any(
                path in ONLY_READING or sinks.level(path) for path in self._program.paths(call.func, site.scope)
            )
        }
        for statement in self._opening(unit):
            if id(statement) in passing:
                return False
            if self._resets_at(unit, statement, variable):
                return True
        return False

    def _opening(self, unit: Unit) -> Iterator[Stmt]:
        """The simple statements that a function surely runs first."""
        body = self._program.function(unit).body
        while body:
            statement, body = body[0], body[1:]
            if isinstance(statement, Try):
                body = (*statement.body, *body)
            elif isinstance(statement, Assign | Declaration | ExprStmt):
                yield statement
            else:
                return

    # --- the walk ---

    def _unit(self, unit: Unit, variable: Variable, depth: int) -> _After:
        key = (unit, variable)
        found = self._found.get(key)
        if found is None:
            if unit.number < 0 or depth > _DEPTH:
                return _After.NONE
            self._found[key] = _After.NONE  # a recursive call adds nothing
            found = self._block(self._program.function(unit).body, unit, variable, depth)
            self._found[key] = found
        return found

    def _block(self, block: tuple[Stmt, ...], unit: Unit, variable: Variable, depth: int) -> _After:
        for statement in block:
            found = self._statement(statement, unit, variable, depth)
            if found is not _After.NONE:
                return found
        return _After.NONE

    def _statement(self, statement: Stmt, unit: Unit, variable: Variable, depth: int) -> _After:
        head = self._head(statement, unit, variable, depth)
        if head is not _After.NONE:
            return head
        if isinstance(statement, Return | Raise | Jump):
            is_pass = isinstance(statement, Jump) and statement.kind == "pass"
            return _After.NONE if is_pass else _After.LEFT
        if isinstance(statement, If):
            return self._if(statement, unit, variable, depth)
        if isinstance(statement, For | While):
            bodies = (statement.body, statement.orelse)
            used = any(self._block(body, unit, variable, depth) is _After.USED for body in bodies)
            return _After.USED if used else _After.NONE
        if isinstance(statement, Match):
            found = [self._block(case.body, unit, variable, depth) for case in statement.cases]
            return _joined(found if any(case.is_wildcard for case in statement.cases) else [*found, _After.NONE])
        if isinstance(statement, With):
            return self._block(statement.body, unit, variable, depth)
        return self._try(statement, unit, variable, depth) if isinstance(statement, Try) else _After.NONE

    def _if(self, statement: If, unit: Unit, variable: Variable, depth: int) -> _After:
        branches = [self._block(block, unit, variable, depth) for block in (statement.body, statement.orelse)]
        if _After.RESET in branches and _After.USED not in branches:
            scope = self._program.scope(unit)
            if self._program.origins.of(statement.test, scope) is Origin.FIXED:
                return _After.RESET  # the same branch in every invocation
        return _joined(branches)

    def _try(self, statement: Try, unit: Unit, variable: Variable, depth: int) -> _After:
        body = self._block((*statement.body, *statement.orelse), unit, variable, depth)
        if body in (_After.USED, _After.RESET):
            return body
        handlers = [self._block(handler.body, unit, variable, depth) for handler in statement.handlers]
        found = _joined([body, *handlers])
        last = self._block(statement.finalbody, unit, variable, depth)
        return last if last is not _After.NONE and found is not _After.USED else found

    def _head(self, statement: Stmt, unit: Unit, variable: Variable, depth: int) -> _After:
        """What the expressions of a statement's own head do, and the functions that they call."""
        if id(statement) in self._uses(unit, variable):
            return _After.USED
        for edge in self._calls(unit).get(id(statement), ()):
            found = self._unit(edge.target, variable, depth + 1)
            if found in (_After.USED, _After.RESET):
                return found
        return _After.RESET if self._resets_at(unit, statement, variable) else _After.NONE

    def _resets_at(self, unit: Unit, statement: Stmt, variable: Variable) -> bool:
        return any(
            mutation.site.place.statement is statement and mutation.variable == variable and self._empties(mutation)
            for mutation in self._mutations.of(unit)
        )

    # --- tables ---

    def _calls(self, unit: Unit) -> dict[int, list[Edge]]:
        """The calls of a unit by statement, in the order in which they run: inner ones end first."""
        found = self._edges.get(unit)
        if found is None:
            found = self._edges[unit] = {}
            for edge in sorted(self._program.edges(unit), key=lambda edge: edge.site.place.expr.span[2:]):
                if not never_runs(edge.site.place.frames):
                    found.setdefault(id(edge.site.place.statement), []).append(edge)
        return found

    def _uses(self, unit: Unit, variable: Variable) -> frozenset[int]:
        """The statements of a unit whose own expressions use a variable otherwise than to set it anew."""
        key = (unit, variable)
        found = self._reading.get(key)
        if found is None:
            setting = {
                id(part)
                for mutation in self._mutations.of(unit)
                if mutation.variable == variable and self._empties(mutation)
                for part in _target(mutation.site.place.expr)
            }
            found = self._reading[key] = frozenset(
                id(site.place.statement)
                for site in self._program.sites(unit)
                if isinstance(site.place.expr, Name | Attribute)
                and id(site.place.expr) not in setting
                and not never_runs(site.place.frames)
                and _name(site.place.expr) == variable.name
                and self._mutations.variables.of(site.place.expr, site.scope) == variable
            )
        return found


def _joined(branches: list[_After]) -> _After:
    """What one of several ways does, whichever is taken."""
    if _After.USED in branches:
        return _After.USED
    going_on = [found for found in branches if found is not _After.LEFT]
    if not going_on:
        return _After.LEFT
    return _After.RESET if all(found is _After.RESET for found in going_on) else _After.NONE


def _target(expr: Expr) -> tuple[Expr, ...]:
    """The expressions that a change spends on saying what it sets: a target, or the owner of `clear`."""
    if isinstance(expr, Call):
        return (expr.func.value,) if isinstance(expr.func, Attribute) else ()
    return (expr.value,) if isinstance(expr, Subscript) else (expr,)


def _name(expr: Name | Attribute) -> str:
    return expr.id if isinstance(expr, Name) else expr.attr
