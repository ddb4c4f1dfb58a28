"""What opens the answer of a store: the subscripts and the `json.loads` around a fetch."""

from __future__ import annotations

from typing import TypeGuard

from lambdalint.summary import Attribute, Call, Expr, Literal, Stmt, Subscript
from lambdalint.walk import dotted, expressions, statement_expressions

_EXPECTED = ("SecretString", "SecretBinary", "Parameter", "Value", "Plaintext")


def parsed(statement: Stmt, fetched: Expr) -> Expr:
    """The fetch, or the name of its answer, with the subscripts that open that and the `json.loads` around them."""
    found = fetched
    parents: dict[int, Expr] = {}
    for head in statement_expressions(statement):
        for part in expressions(head):
            if isinstance(part, Subscript):
                parents[id(part.value)] = part
            elif isinstance(part, Call) and isinstance(part.func, Attribute) and part.func.attr == "get":
                parents[id(part.func.value)] = part
            elif isinstance(part, Call) and len(part.arguments) == 1 and dotted(part.func) == "json.loads":
                parents[id(part.arguments[0].value)] = part
    while (parent := parents.get(id(found))) is not None:
        is_opened = isinstance(parent, Subscript) or dotted(getattr(parent, "func", parent)) != "json.loads"
        if is_opened and not _is_expected(parent):
            break
        found = parent
        if not is_opened:
            break
    return found


def member(statement: Stmt, opened: Expr) -> Expr:
    """The one member that a statement takes of what `json.loads` gives: `json.loads(…)["token"]`; else that itself."""
    if not isinstance(opened, Call) or dotted(opened.func) != "json.loads":
        return opened
    found = (part for head in statement_expressions(statement) for part in expressions(head))
    taken = (part for part in found if isinstance(part, Subscript) and part.value is opened)
    return next((part for part in taken if isinstance(part.key, Literal) and isinstance(part.key.value, str)), opened)


def _is_expected(expr: Expr) -> bool:
    """Whether a part opens an answer: `["Parameter"]`, or `.get("Parameter", {})`."""
    key = expr.key if isinstance(expr, Subscript) else expr.arguments[0].value if _has_arguments(expr) else None
    return isinstance(key, Literal) and key.value in _EXPECTED


def _has_arguments(expr: Expr) -> TypeGuard[Call]:
    return isinstance(expr, Call) and bool(expr.arguments)
