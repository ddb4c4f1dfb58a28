"""Except clauses after which nobody can tell that something failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.asking import FAILURE, is_told_by_callers, speaks
from lambdalint.handling import alternatives
from lambdalint.link.model import Scope, Unit
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import (
    Assert,
    Assign,
    BoolOp,
    Call,
    Compare,
    Comprehension,
    DictDisplay,
    Display,
    ExceptHandler,
    Expr,
    ExprStmt,
    For,
    If,
    IfExp,
    Jump,
    Literal,
    Name,
    Raise,
    Return,
    Stmt,
    Try,
    UnaryOp,
    While,
    With,
)
from lambdalint.walk import Frame, blocks, dotted, expressions, is_literal_none, statement_expressions, statements

BROAD = frozenset(("Exception", "BaseException", "builtins.Exception", "builtins.BaseException"))
_EMPTY_CALLS = frozenset(("dict", "list", "set", "tuple", "str", "frozenset"))
# Calls that answer True or False.
_TESTS = frozenset(("bool", "any", "all", "isinstance", "compare_digest", "startswith", "endswith", "exists"))


class Clause(NamedTuple):
    """An except clause of a unit: its try statement, the frames around that, and the statements after it.

    `rest` holds what runs when the clause has ended, up to the end of the function or of the loop around it.
    """

    statement: Try
    handler: ExceptHandler
    frames: tuple[Frame, ...]
    rest: tuple[Stmt, ...]

    @property
    def inner_frames(self) -> tuple[Frame, ...]:
        """The frames of the clause's own body."""
        return (*self.frames, Frame(self.statement, "handler", self.statement.handlers.index(self.handler)))


def clauses(program: Program, unit: Unit) -> Iterator[Clause]:
    """The except clauses of a unit, in source order."""
    tries = [(statement, frames) for statement, frames in program.statements(unit) if isinstance(statement, Try)]
    if not tries:
        return
    body = program.summary(unit.path).body if unit.number < 0 else program.function(unit).body
    after = dict(_followers(body))
    for statement, frames in tries:
        for handler in statement.handlers:
            yield Clause(statement, handler, frames, after.get(id(statement), ()))


def _followers(body: tuple[Stmt, ...], outer: tuple[Stmt, ...] = ()) -> Iterator[tuple[int, tuple[Stmt, ...]]]:
    """For each statement what runs after it, beyond its own block but not beyond a loop around it."""
    for position, statement in enumerate(body):
        rest = (*body[position + 1 :], *outer)
        yield id(statement), rest
        for block, _, _ in blocks(statement):
            yield from _followers(block, () if isinstance(statement, For | While) else rest)


def clause_head(handler: ExceptHandler) -> Span:
    """The span of `except …` without its body."""
    row, column = handler.span.row, handler.span.column
    if handler.type is not None:
        return Span(row, column, handler.type.span.end_row, handler.type.span.end_column)
    return Span(row, column, row, column + len("except"))


def is_broad(program: Program, handler: ExceptHandler, scope: Scope) -> bool:
    """Whether a clause catches everything that can be expected.

    A name that is bound to `Exception` only where a library is missing stands for that library's exception.
    """
    if handler.type is None:
        return True
    return any(names and names <= BROAD for names in alternatives(program, handler.type, scope))


def swallows(program: Program, unit: Unit, clause: Clause) -> bool:
    """Whether a clause leaves no trace of the failure: no log line, no exception, no value that tells it."""
    handler = clause.handler
    if any(isinstance(frame.node, Try) and frame.branch in ("final", "handler") for frame in clause.frames):
        return False  # tidying up, where a second failure would hide the first
    if not all(_is_inert(program, unit, statement) for statement in handler.body):
        return False
    if _is_told_before(program, unit, clause):
        return False
    last = handler.body[-1]
    if isinstance(last, Return):
        is_none = last.value is None or is_literal_none(last.value)
        return not is_told_by_callers(program, unit, is_none)
    return not _is_told_later(program, unit, clause, last)


def _is_inert(program: Program, unit: Unit, statement: Stmt) -> bool:
    """Whether a statement of a clause tells nobody anything."""
    if isinstance(statement, Jump):
        return statement.kind in ("pass", "continue")
    if isinstance(statement, ExprStmt):
        return isinstance(statement.value, Literal)
    if isinstance(statement, Return):
        if statement.value is None:
            return not _answers_truth(program, unit)
        return _is_empty(program, unit, statement.value) or _is_success(statement.value)
    return False


def _is_empty(program: Program, unit: Unit, expr: Expr) -> bool:
    """Whether a returned value is an empty one; False and None are answers where the function otherwise tells True."""
    if isinstance(expr, Literal):
        if expr.kind == "bool":
            return expr.value is False and not _answers_truth(program, unit) and not _is_compared(program, unit)
        return expr.value == "" or (expr.kind == "none" and not _answers_truth(program, unit))
    if isinstance(expr, DictDisplay | Display):
        return not expr.items
    if isinstance(expr, Call):
        return not expr.arguments and isinstance(expr.func, Name) and expr.func.id in _EMPTY_CALLS
    return False


def _answers_truth(program: Program, unit: Unit) -> bool:
    """Whether a function returns True or the outcome of a test somewhere."""
    for statement, _ in program.statements(unit):
        if isinstance(statement, Return) and statement.value is not None:
            value = statement.value
            if isinstance(value, Compare) or (isinstance(value, UnaryOp) and value.op == "not"):
                return True
            if isinstance(value, Literal) and value.value is True:
                return True
            if isinstance(value, Call) and (dotted(value.func) or "").rpartition(".")[2] in _TESTS:
                return True
    return False


def _is_compared(program: Program, unit: Unit) -> bool:
    """Whether code of the project compares what a function gives with False."""
    return any(
        isinstance(part, Compare)
        and part.left is edge.call
        and any(isinstance(other, Literal) and other.value is False for other in part.comparators)
        for edge in program.callers(unit)
        if edge.call is not None
        for head in statement_expressions(edge.site.place.statement)
        for part in expressions(head)
    )


def _is_success(expr: Expr) -> bool:
    """Whether a returned value is a response of success that says nothing of a failure."""
    if not isinstance(expr, DictDisplay):
        return False
    status = next((i.value for i in expr.items if isinstance(i.key, Literal) and i.key.value == "statusCode"), None)
    if not isinstance(status, Literal) or not isinstance(status.value, int) or not 200 <= status.value < 300:
        return False
    for item in expr.items:
        for part in expressions(item.value):
            if isinstance(part, Name) and not _is_function(part, item.value):
                return False
            if isinstance(part, Literal) and isinstance(part.value, str) and FAILURE.search(part.value):
                return False
    return True


def _is_function(name: Name, root: Expr) -> bool:
    """Whether a name only leads to a called function, such as `json.dumps`."""
    return any(
        isinstance(part, Call) and any(inner is name for inner in expressions(part.func)) for part in expressions(root)
    )


# --- what the tried code tells itself ---


def _is_told_before(program: Program, unit: Unit, clause: Clause) -> bool:
    """Whether every call that a clause guards is of a project function that logs each failure and raises it again."""
    body = clause.statement.body
    calls = {
        id(part)
        for statement, _ in statements(body)
        for head in statement_expressions(statement)
        for part in expressions(head)
        if isinstance(part, Call)
    }
    told = {
        id(edge.call) for edge in program.edges(unit) if id(edge.call) in calls and _tells_itself(program, edge.target)
    }
    return bool(calls) and calls == told


def _tells_itself(program: Program, unit: Unit) -> bool:
    """Whether a function catches everything in most of its body, calls something then, and raises again."""
    if unit.number < 0:
        return False
    return any(
        is_broad(program, handler, program.scope(unit))
        and isinstance(handler.body[-1], Raise)
        and _tells(handler.body[:-1])
        for statement in program.function(unit).body
        if isinstance(statement, Try)
        for handler in statement.handlers
    )


# --- what follows --------------------------------------------------------------------------------


def _is_told_later(program: Program, unit: Unit, clause: Clause, last: Stmt) -> bool:
    """Whether what follows a clause that does nothing is the way on which the failure is told, or made good."""
    if _raises_anyway(program, unit, clause) or _is_tested(program, unit, clause):
        return True
    if isinstance(last, Jump) and last.kind == "continue":
        return _is_retry(clause) and _raises_after_loop(program, unit, clause)
    if _leaves(clause.statement.body) and _goes_another_way(program, unit, clause):
        return True
    if _returns(clause.statement.body) and isinstance(next(iter(clause.rest), None), Return | Raise):
        return speaks(clause.rest[:1])
    return _is_retry(clause) and _raises_after_loop(program, unit, clause)


def _goes_another_way(program: Program, unit: Unit, clause: Clause) -> bool:
    """Whether what follows a clause differs from success: it tells the failure, or ends a test without an answer."""
    is_test = _answers_truth(program, unit)
    is_last = not clause.rest and not any(isinstance(frame.node, For | While) for frame in clause.frames)
    return _tells(clause.rest, is_test) or (is_test and is_last)


def _raises_anyway(program: Program, unit: Unit, clause: Clause) -> bool:
    """Whether the function raises after a clause whether that failed or not: it tidies up first."""
    body = program.summary(unit.path).body if unit.number < 0 else program.function(unit).body
    for block, held in reversed(list(_levels(body, clause))):
        after = block[[id(statement) for statement in block].index(id(held)) + 1 :]
        for statement, frames in statements(after):
            if isinstance(statement, Return | Raise | Jump):
                return isinstance(statement, Raise) and not frames
    return False


def _levels(body: tuple[Stmt, ...], clause: Clause) -> Iterator[tuple[tuple[Stmt, ...], Stmt]]:
    """The blocks around a clause's try statement, outermost first, each with the statement of it that holds that."""
    block = body
    for frame in clause.frames:
        node = frame.node
        if not isinstance(node, BoolOp | IfExp | Comprehension):
            yield block, node
            block = next(inner for inner, branch, nth in blocks(node) if (branch, nth) == (frame.branch, frame.nth))
    yield block, clause.statement


def _is_tested(program: Program, unit: Unit, clause: Clause) -> bool:
    """Whether the try binds a name on success that what follows asks for: it tells the failure by what it held."""
    bound = {
        target.id
        for statement in _straight((*clause.statement.body, *clause.statement.orelse))
        if isinstance(statement, Assign)
        for target in statement.targets
        if isinstance(target, Name)
    }
    return any(
        isinstance(part, Name) and part.id in bound
        for statement, _ in program.statements(unit)
        if isinstance(statement, If | While | Assert) and statement.span[:2] >= clause.statement.span[2:]
        for part in expressions(statement.test)
    )


def _straight(block: tuple[Stmt, ...]) -> Iterator[Stmt]:
    """The statements of a block that a run without failures comes by, those in `with` statements too."""
    for statement in block:
        yield statement
        if isinstance(statement, With):
            yield from _straight(statement.body)


def _leaves(block: tuple[Stmt, ...]) -> bool:
    """Whether a block that ends well never goes on to what follows it."""
    last = block[-1] if block else None
    if isinstance(last, With):
        return _leaves(last.body)
    return isinstance(last, Return | Raise) or (isinstance(last, Jump) and last.kind in ("break", "continue"))


def _is_retry(clause: Clause) -> bool:
    """Whether a try leaves the loop that it stands in when it succeeds."""
    in_loop = any(isinstance(frame.node, For | While) for frame in clause.frames)
    block = (*clause.statement.body, *clause.statement.orelse)
    leaves = any(isinstance(statement, Jump) and statement.kind == "break" for statement, _ in statements(block))
    return in_loop and (leaves or _returns(block))


def _returns(block: tuple[Stmt, ...]) -> bool:
    return any(isinstance(statement, Return) for statement, _ in statements(block))


def _raises_after_loop(program: Program, unit: Unit, clause: Clause) -> bool:
    loops = [frame.node for frame in clause.frames if isinstance(frame.node, For | While)]
    if not loops:
        return False
    end = loops[-1].span
    after = [
        statement
        for statement, _ in program.statements(unit)
        if statement.span[:2] >= end[2:] or statement in _orelse(loops)
    ]
    return _tells(after)


def _orelse(loops: Iterable[For | While]) -> tuple[Stmt, ...]:
    return tuple(statement for loop in loops for statement in loop.orelse)


def _tells(block: Iterable[Stmt], is_test: bool = False) -> bool:
    """Whether statements raise, call something or return a value that is not empty; a test's False is an answer."""
    for statement, _ in statements(tuple(block)):
        if isinstance(statement, Raise):
            return True
        if isinstance(statement, Return) and statement.value is not None:
            if is_test or not _is_plainly_empty(statement.value):
                return True
        if isinstance(statement, ExprStmt | Assign):
            if any(isinstance(part, Call) for head in statement_expressions(statement) for part in expressions(head)):
                return True
    return False


def _is_plainly_empty(expr: Expr) -> bool:
    if isinstance(expr, Literal):
        return expr.value in (None, "", False)
    return isinstance(expr, DictDisplay | Display) and not expr.items
