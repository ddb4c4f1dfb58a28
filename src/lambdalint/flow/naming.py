"""What names say of the values that they are bound to."""

from __future__ import annotations

from lambdalint.catalog.names import is_about, is_encrypted_name, is_harmless_member, is_secret_name, mentions_secret
from lambdalint.summary import Attribute, Await, BoolOp, Call, Expr, IfExp, NamedExpr, Star, Subscript

_LISTS = ("list_", "describe_")
_LOOKUPS = (Call, Subscript, Attribute)


def is_harmless(name: str, extra: frozenset[str]) -> bool:
    """Whether a name says that what it holds is no secret, but something about one, or beside one."""
    if is_secret_name(name, extra):
        return False
    return is_harmless_member(name) or is_encrypted_name(name) or (mentions_secret(name) and is_about(name))


def is_lookup(expr: Expr) -> bool:
    """Whether an expression is a call or a lookup, or may be one."""
    if isinstance(expr, Await | NamedExpr | Star):
        return is_lookup(expr.value)
    if isinstance(expr, BoolOp):
        return is_lookup(expr.left) or is_lookup(expr.right)
    if isinstance(expr, IfExp):
        return is_lookup(expr.body) or is_lookup(expr.orelse)
    return isinstance(expr, _LOOKUPS)


def is_listing(expr: Expr) -> bool:
    """Whether an expression reads from the answer of an operation that lists or describes: `list_access_keys`.

    The operations of AWS have keywords in capitals, and such answers tell about things, not their secrets.
    """
    while isinstance(expr, Subscript | Attribute | Await):
        expr = expr.value
    if not isinstance(expr, Call) or not isinstance(expr.func, Attribute):
        return False
    if expr.func.attr == "get":
        return is_listing(expr.func.value)
    keywords = [given.keyword for given in expr.arguments]
    return expr.func.attr.startswith(_LISTS) and all(word is not None and word[:1].isupper() for word in keywords)
