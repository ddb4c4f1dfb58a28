"""The names that a module exports by a literal `__all__`."""

from __future__ import annotations

from lambdalint.summary import Assign, BinOp, Call, Display, Expr, ExprStmt, Literal, Name, Stmt
from lambdalint.walk import dotted


def exported(body: tuple[Stmt, ...]) -> tuple[str, ...] | None:
    """The strings of `__all__` as a module's own statements build it; None without one or when not literal."""
    names: tuple[str, ...] | None = None
    for statement in body:
        if isinstance(statement, Assign) and _is_all(statement.targets) and statement.value is not None:
            added = _strings(statement.value)
            if added is None or (statement.op and names is None):
                return None
            names = (names or ()) + added if statement.op else added
        elif isinstance(statement, ExprStmt) and names is not None:
            added = _call(statement.value)
            if added is None:
                return None
            names += added
    return names


def _is_all(targets: tuple[Expr, ...]) -> bool:
    return any(isinstance(target, Name) and target.id == "__all__" for target in targets)


def _strings(value: Expr) -> tuple[str, ...] | None:
    """The strings of a literal list or tuple, or of a sum of them."""
    if isinstance(value, BinOp) and value.op == "+":
        left, right = _strings(value.left), _strings(value.right)
        return None if left is None or right is None else left + right
    if not isinstance(value, Display) or value.kind == "set":
        return None
    found = [item.value for item in value.items if isinstance(item, Literal) and isinstance(item.value, str)]
    return tuple(found) if len(found) == len(value.items) else None


def _call(value: Expr) -> tuple[str, ...] | None:
    """What `__all__.append(…)` or `__all__.extend(…)` adds; nothing for other expressions, None for other methods."""
    name = dotted(value.func) if isinstance(value, Call) else None
    if not isinstance(value, Call) or name is None or not name.startswith("__all__."):
        return ()
    if len(value.arguments) != 1 or value.arguments[0].star:
        return None
    given = value.arguments[0].value
    if name == "__all__.extend":
        return _strings(given)
    if name == "__all__.append" and isinstance(given, Literal) and isinstance(given.value, str):
        return (given.value,)
    return None
