"""Whether a function changes in place what one of its names holds."""

from __future__ import annotations

from collections.abc import Collection

from lambdalint.catalog.state import MUTATORS
from lambdalint.summary import Assign, Attribute, Call, Delete, Expr, Name, Stmt, Subscript
from lambdalint.walk import expressions, statement_expressions


def changes(statement: Stmt, names: Collection[str]) -> bool:
    """Whether a statement stores below what some names hold, or calls a method on it that changes it."""
    targets = statement.targets if isinstance(statement, Assign | Delete) else ()
    stored = (part for target in targets for part in expressions(target))
    if any(isinstance(part, Attribute | Subscript) and _root(part) in names for part in stored):
        return True
    return any(
        isinstance(part, Call)
        and isinstance(part.func, Attribute)
        and part.func.attr in MUTATORS
        and _root(part.func) in names
        for head in statement_expressions(statement)
        for part in expressions(head)
    )


def _root(expr: Expr) -> str | None:
    """The name below whose value an expression lies."""
    while isinstance(expr, Attribute | Subscript):
        expr = expr.value
    return expr.id if isinstance(expr, Name) else None
