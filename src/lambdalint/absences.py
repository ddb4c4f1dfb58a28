"""Fetches whose answer may not be there yet, or not this time: what code makes of that is not worth keeping."""

from __future__ import annotations

from lambdalint.fetches import Fetch
from lambdalint.holders import bound_names
from lambdalint.program import Program
from lambdalint.summary import Assert, Assign, Compare, Expr, If, Literal, Name, Raise, Try, UnaryOp
from lambdalint.walk import expressions


def returns_in_failure(fetch: Fetch) -> bool:
    """Whether code that handles an exception of a fetch goes on, rather than raise one."""
    around = [f.node for f in fetch.site.place.frames if isinstance(f.node, Try) and f.branch == "body"]
    return any(not isinstance(handler.body[-1], Raise) for node in around for handler in node.handlers)


def may_come_later(program: Program, fetch: Fetch) -> bool:
    """Whether the code around a fetch of a parameter asks whether there is a value: there may be one later."""
    unit = fetch.site.unit
    if fetch.kind != "parameter" or fetch.site.scope.kind != "function":
        return False
    names = set(bound_names(fetch.site.place.statement))
    for statement, _ in program.statements(unit):
        if isinstance(statement, Assign) and statement.value is not None and _names(statement.value) & names:
            names.update(target.id for target in statement.targets if isinstance(target, Name))
        test = statement.test if isinstance(statement, If | Assert) else None
        if test is not None and any(_asks_for_value(part, names) for part in expressions(test)):
            return True
    return False


def _names(expr: Expr) -> set[str]:
    return {part.id for part in expressions(expr) if isinstance(part, Name)}


def _asks_for_value(test: Expr, names: set[str]) -> bool:
    """Whether a test compares what some names hold with None or a literal, or asks whether it is empty."""
    if isinstance(test, UnaryOp) and test.op == "not":
        return bool(_names(test.operand) & names) and not isinstance(test.operand, Compare)
    if isinstance(test, Compare) and len(test.ops) == 1 and test.ops[0] in ("is", "is not", "==", "!="):
        return bool(_names(test.left) & names) and isinstance(test.comparators[0], Literal)
    return False
