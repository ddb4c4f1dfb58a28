"""What callers make of an empty value that a function gives where it failed: whether they tell of it."""

from __future__ import annotations

import re

from lambdalint.link.model import Edge, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    Await,
    BoolOp,
    Call,
    Compare,
    Expr,
    ExprStmt,
    If,
    Literal,
    Raise,
    Return,
    Stmt,
    UnaryOp,
)
from lambdalint.walk import dotted, expressions, is_literal_none, key_read, statements

FAILURE = re.compile(r"error|fail|exception|invalid|unable|could not|not found|denied|unauth", re.IGNORECASE)
_LOGS = frozenset(("print", "info", "warning", "warn", "error", "exception", "critical"))


def is_told_by_callers(program: Program, unit: Unit, is_none: bool, depth: int = 2) -> bool:
    """Whether each caller raises, logs or answers with an error where it gets None, or another empty value."""
    invoked = frozenset(program.invoke_units)
    edges = [edge for edge in program.callers(unit) if edge.source in invoked]
    if not edges or program.handler_of(unit) is not None:
        return False
    return all(_is_told_at(program, edge, is_none, depth) for edge in edges)


def _is_told_at(program: Program, edge: Edge, is_none: bool, depth: int) -> bool:
    call, statement = edge.call, edge.site.place.statement
    if edge.kind != "call" or call is None:
        return False
    if isinstance(statement, Return) and _is_given(statement.value, call) and depth:
        return is_told_by_callers(program, edge.source, is_none, depth - 1)
    is_assigned = isinstance(statement, Assign) and _is_given(statement.value, call)
    names = {_place(target) for target in statement.targets} - {None} if isinstance(statement, Assign) else set()
    if depth and is_assigned and _is_handed_on(program, edge.source, statement, names):
        return is_told_by_callers(program, edge.source, True, depth - 1)
    for other, _ in program.statements(edge.source):
        if isinstance(other, If) and (other is statement or (is_assigned and other.span[:2] >= statement.span[2:])):
            for block, when_empty in ((other.body, True), (other.orelse, False)):
                if speaks(block) and _asks(other.test, call, names, is_none) is when_empty:
                    return True
    return False


def _is_handed_on(program: Program, unit: Unit, assigned: Stmt, names: set[str | None]) -> bool:
    """Whether a function returns what a name holds where it holds anything, and None in the end: `if x: return x`."""
    last = program.function(unit).body[-1] if unit.number >= 0 else None
    if isinstance(last, Raise) or (
        isinstance(last, Return) and not (last.value is None or is_literal_none(last.value))
    ):
        return False
    return any(
        isinstance(other, If)
        and other.span[:2] >= assigned.span[2:]
        and _place(other.test) in names
        and len(other.body) == 1
        and isinstance(given := other.body[0], Return)
        and given.value is not None
        and _place(given.value) in names
        for other, _ in program.statements(unit)
    )


def _place(expr: Expr) -> str | None:
    """What a value is kept in, as a text that is the same wherever it is read: `user`, `self.user`, `found["user"]`."""
    if isinstance(expr, Attribute):
        held = _place(expr.value)
        return None if held is None else f"{held}.{expr.attr}"
    read = key_read(expr)
    if read is None or (isinstance(expr, Call) and len(expr.arguments) > 1):
        return dotted(expr)
    held, key = _place(read[0]), read[1]
    return f"{held}[{key.value!r}]" if held is not None and isinstance(key, Literal) else None


def _is_given(value: Expr | None, call: Call) -> bool:
    return value is call or (isinstance(value, Await) and value.value is call)


def _asks(test: Expr, call: Call, names: set[str | None], is_none: bool) -> bool | None:
    """What a test gives for an empty value of a call or of a name that holds it, None where it may be either."""
    if isinstance(test, UnaryOp) and test.op == "not":
        found = _asks(test.operand, call, names, is_none)
        return None if found is None else not found
    if isinstance(test, BoolOp):
        sides = (_asks(test.left, call, names, is_none), _asks(test.right, call, names, is_none))
        return (test.op == "or") if (test.op == "or") in sides else None
    if isinstance(test, Compare) and len(test.ops) == 1 and is_none:
        against = test.comparators[0]
        if is_literal_none(against) and (test.left is call or _place(test.left) in names):
            return {"is": True, "==": True, "is not": False, "!=": False}.get(test.ops[0])
    return False if test is call or _place(test) in names else None


def speaks(block: tuple[Stmt, ...]) -> bool:
    """Whether statements raise, log, or return what says that something failed: a word for it, a status code."""
    for statement, _ in statements(block):
        if isinstance(statement, Raise):
            return True
        if isinstance(statement, ExprStmt) and isinstance(statement.value, Call):
            if (dotted(statement.value.func) or "").rpartition(".")[2] in _LOGS:
                return True
        if isinstance(statement, Return) and statement.value is not None:
            texts = [part.value for part in expressions(statement.value) if isinstance(part, Literal)]
            if any(FAILURE.search(text) if isinstance(text, str) else _is_status(text) for text in texts):
                return True
    return False


def _is_status(number: object) -> bool:
    return isinstance(number, int) and 400 <= number < 600
