"""Handlers that go through a batch of records, and the clauses that catch a record's failure there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import batches as known
from lambdalint.link.constants import definition
from lambdalint.link.model import FunctionValue, Scope, Unit
from lambdalint.parameters import EVENT, Passed
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import (
    Attribute,
    BoolOp,
    Call,
    ExceptHandler,
    Expr,
    ExprStmt,
    For,
    Import,
    Literal,
    Name,
    Raise,
    Stmt,
    Subscript,
)
from lambdalint.swallowing import Clause, clauses
from lambdalint.walk import expressions, key_read, statement_expressions, statements

_DEPTH = 3


class RecordLoop(NamedTuple):
    """A loop over the records of the event, in a unit."""

    unit: Unit
    loop: For


class Batches:
    """Finds the loops over records and what they catch."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._event = Passed(program, EVENT)
        self._reporting: dict[str, bool] = {}

    def loops(self, phases: HandlerPhases) -> Iterator[RecordLoop]:
        """The loops over the records of a queue or a stream that a handler's invocations run."""
        program = self._program
        if program.is_durable(phases.handler.unit) or any(self._reports_failures(path) for path in phases.modules):
            return
        events = {kind for declared in phases.handler.declared for kind in declared.events}
        for unit in phases.invoke:
            for statement, _ in program.statements(unit):
                if isinstance(statement, For) and self._is_records(statement.iterable, program.scope(unit), 0):
                    if not known.BATCH_EVENTS.isdisjoint(events) or (not events and self._is_batch(statement)):
                        yield RecordLoop(unit, statement)

    def _reports_failures(self, path: str) -> bool:
        """Whether anything in a module speaks of failed items, or leaves them to Powertools."""
        found = self._reporting.get(path)
        if found is None:
            module = self._program.modules[path]
            found = self._reporting[path] = any(
                isinstance(statement, Import) and (statement.module or "").startswith(known.BATCH_UTILITY)
                for unit in module.units()
                for statement, _ in module.statements(unit)
            ) or any(
                isinstance(site.place.expr, Literal) and site.place.expr.value == known.FAILURES_KEY
                for unit in module.units()
                for site in module.sites(unit)
            )
        return found

    # --- the loop ---

    def _is_records(self, expr: Expr, scope: Scope, depth: int) -> bool:
        """Whether an expression is the event's list of records."""
        if depth > 5:
            return False
        if isinstance(expr, Subscript):
            is_key = isinstance(expr.key, Literal) and expr.key.value == known.RECORDS_KEY
            return is_key and self._event.is_argument(expr.value, scope)
        if isinstance(expr, Attribute):
            return expr.attr == known.RECORDS_ATTRIBUTE and self._event.is_argument(expr.value, scope)
        if isinstance(expr, BoolOp):
            return self._is_records(expr.left, scope, depth + 1)
        if isinstance(expr, Call):
            return self._is_records_call(expr, scope, depth)
        return isinstance(expr, Name) and self._is_records_name(expr, scope, depth)

    def _is_records_call(self, call: Call, scope: Scope, depth: int) -> bool:
        first = call.arguments[0].value if call.arguments else None
        if isinstance(call.func, Attribute) and call.func.attr == "get":
            is_key = isinstance(first, Literal) and first.value == known.RECORDS_KEY
            return is_key and self._event.is_argument(call.func.value, scope)
        is_plain = isinstance(call.func, Name) and call.func.id in ("enumerate", "list", "reversed", "sorted", "iter")
        return is_plain and first is not None and self._is_records(first, scope, depth + 1)

    def _is_records_name(self, name: Name, scope: Scope, depth: int) -> bool:
        found = definition(self._program.resolver, name, scope)
        if found is not None:
            return self._is_records(*found, depth + 1)
        if scope.kind != "function":
            return False
        passed = self._program.graph.passed(Unit(scope.path, scope.number), name.id)
        return bool(passed) and all(
            given is not None and self._is_records(given.expr, given.scope, depth + 1) for given in passed
        )

    def _is_batch(self, loop: For) -> bool:
        """Whether what is read of the records shows a queue or a stream."""
        keys: set[object] = set()
        attributes: set[str] = set()
        for statement, _ in statements(loop.body):
            for head in statement_expressions(statement):
                for part in expressions(head):
                    _, key = key_read(part) or (None, None)
                    if isinstance(key, Literal):
                        keys.add(key.value)
                    elif isinstance(part, Attribute):
                        attributes.add(part.attr)
        if not known.OTHER_RECORD_KEYS.isdisjoint(key for key in keys if isinstance(key, str)):
            return False
        has_key = any(key in known.BATCH_RECORD_KEYS for key in keys)
        return has_key or not known.BATCH_RECORD_ATTRIBUTES.isdisjoint(attributes)

    # --- what is caught ---

    def caught(self, found: RecordLoop) -> Iterator[tuple[Unit, Clause]]:
        """The clauses that catch the failure of one record and let the loop go on."""
        program = self._program
        inside = {id(statement) for statement, _ in statements(found.loop.body)}
        if self._raises_after(found):
            return
        for clause in clauses(program, found.unit):
            if id(clause.statement) in inside and self._goes_on(found.unit, clause.handler):
                yield found.unit, clause
        for statement, _ in statements(found.loop.body):
            if isinstance(statement, ExprStmt) and isinstance(statement.value, Call):
                yield from self._caught_in(statement.value, found)

    def _caught_in(self, call: Call, found: RecordLoop) -> Iterator[tuple[Unit, Clause]]:
        """The clauses around the whole body of a function that a loop calls for its effect only."""
        names = {part.id for part in expressions(found.loop.target) if isinstance(part, Name)}
        given = {part.id for a in call.arguments for part in expressions(a.value) if isinstance(part, Name)}
        if names.isdisjoint(given):
            return
        for value in self._program.resolve(call.func, self._program.scope(found.unit)):
            if isinstance(value, FunctionValue):
                unit = Unit(value.path, value.number)
                body = self._program.function(unit).body
                for clause in clauses(self._program, unit):
                    if clause.statement is body[-1] and self._goes_on(unit, clause.handler):
                        yield unit, clause

    def _goes_on(self, unit: Unit, handler: ExceptHandler) -> bool:
        """Whether a clause neither raises, nor hands the record on, itself or by a function of the project."""
        for statement, _ in statements(handler.body):
            if isinstance(statement, Raise):
                return False
            for head in statement_expressions(statement):
                for part in expressions(head):
                    if isinstance(part, Call) and self._hands_on(part, self._program.scope(unit)):
                        return False
        return True

    def _hands_on(self, call: Call, scope: Scope, depth: int = 0) -> bool:
        if isinstance(call.func, Attribute) and call.func.attr in known.HANDING_ON:
            return True
        return depth < _DEPTH and any(
            isinstance(site.place.expr, Call) and self._hands_on(site.place.expr, site.scope, depth + 1)
            for value in self._program.resolve(call.func, scope)
            if isinstance(value, FunctionValue)
            for site in self._program.sites(Unit(value.path, value.number))
        )

    def _raises_after(self, found: RecordLoop) -> bool:
        """Whether a function raises once it has been through the records."""
        end = found.loop.span[2:]
        return any(
            isinstance(statement, Raise) and statement.span[:2] >= end
            for statement, _ in self._program.statements(found.unit)
        ) or _raises(found.loop.orelse)


def _raises(block: tuple[Stmt, ...]) -> bool:
    return any(isinstance(statement, Raise) for statement, _ in statements(block))
