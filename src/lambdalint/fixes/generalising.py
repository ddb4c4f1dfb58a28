"""Functions with parameters that make what another expression makes as well."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

_ENVIRONMENT = ("os.environ", "environ")
_GETTERS = ("os.getenv", "getenv", *(f"{name}.get" for name in _ENVIRONMENT))


def arguments_for(
    general: str, parameters: Sequence[str], special: str, known: frozenset[str], shared: frozenset[str] = frozenset()
) -> list[str] | None:
    """What to pass for the parameters of an expression, in order, that it means the same as another one.

    Only constants, in the special expression's own spelling, what the environment says, the names in `known` and what
    is read of `shared` ones, which the module has, are passed.  None where the two differ in anything else.
    """
    one, other = _parsed(general), _parsed(special)
    found: dict[str, ast.expr] = {}
    if one is None or other is None or not _unified(one, other, frozenset(parameters), found):
        return None
    passed: list[str] = []
    for part in map(found.get, parameters):
        is_plain = isinstance(part, ast.Constant) or (isinstance(part, ast.Name) and part.id in known)
        if part is None or not (is_plain or _reads_environment(part) or _root(part) in shared):
            return None
        text = ast.get_source_segment(f"({special})", part)
        if not text:
            return None
        passed.append(text)
    return passed


def _root(part: ast.expr) -> str:
    """The name of which an expression reads attributes; "" for any other expression."""
    while isinstance(part, ast.Attribute):
        part = part.value
    return part.id if isinstance(part, ast.Name) else ""


def _reads_environment(part: ast.expr) -> bool:
    """Whether an expression is an environment variable's value: `os.environ["X"]`, `os.getenv("X")`."""
    if isinstance(part, ast.Subscript):
        return ast.unparse(part.value) in _ENVIRONMENT and isinstance(part.slice, ast.Constant)
    is_plain = isinstance(part, ast.Call) and all(isinstance(one, ast.Constant) for one in part.args)
    return is_plain and not part.keywords and ast.unparse(part.func) in _GETTERS  # type: ignore[attr-defined]


@lru_cache(maxsize=64)
def _parsed(text: str) -> ast.expr | None:
    """An expression, over however many rows; None where the Python that runs this cannot read it."""
    try:
        return ast.parse(f"({text})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None


def _unified(one: object, other: object, parameters: frozenset[str], found: dict[str, ast.expr]) -> bool:
    """Whether two trees are the same but for the parameters of the first, each of which stands for one thing."""
    if isinstance(one, ast.Name) and one.id in parameters:
        if not isinstance(other, ast.expr):
            return False
        return ast.dump(found.setdefault(one.id, other)) == ast.dump(other)
    if isinstance(one, ast.AST):
        fields = one._fields
        same_kind = type(one) is type(other)
        return same_kind and all(_unified(getattr(one, f), getattr(other, f), parameters, found) for f in fields)
    if isinstance(one, list):
        is_long = isinstance(other, list) and len(one) == len(other)
        return is_long and all(_unified(a, b, parameters, found) for a, b in zip(one, other, strict=True))  # type: ignore[call-overload]
    return one == other and type(one) is type(other)
