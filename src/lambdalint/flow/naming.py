"""What names say of the values that they are bound to."""

from __future__ import annotations

from lambdalint.catalog.literals import is_mask_text, is_placeholder
from lambdalint.catalog.names import (
    holds_settings,
    is_about,
    is_encrypted_name,
    is_harmless_member,
    is_masking_name,
    is_secret_name,
    mentions_secret,
)
from lambdalint.catalog.terms import terms
from lambdalint.summary import Attribute, Await, BoolOp, Call, Expr, IfExp, Literal, Name, NamedExpr, Star, Subscript
from lambdalint.walk import key_read

_LISTS = ("list_", "describe_")
_LOOKUPS = (Call, Subscript, Attribute)
# Members of the stores' answers that are the secret itself.
_WHOLE = terms("SecretString SecretBinary Parameter Value Plaintext")


def is_harmless(name: str, extra: frozenset[str]) -> bool:
    """Whether a name says that what it holds is no secret, but something about one, or beside one."""
    if is_secret_name(name, extra):
        return False
    return is_harmless_member(name) or is_encrypted_name(name) or (mentions_secret(name) and is_about(name))


def is_harmless_key(key: str, extra: frozenset[str]) -> bool:
    """Whether what stands under a key of a parsed secret may be shown: it is beside the secret, or about one."""
    if is_secret_name(key, extra):
        return False
    is_beside = is_harmless_member(key) or is_about(key) or holds_settings(key)
    return is_beside or mentions_secret(key) or is_encrypted_name(key)


def is_setting(key: str | None, default: Expr, extra: frozenset[str]) -> bool:
    """Whether what stands under a key is a setting: its name is no secret's, and the code has a value for it."""
    if key is None or key in _WHOLE or is_secret_name(key, extra) or not isinstance(default, Literal):
        return False
    if default.kind == "str":
        return isinstance(default.value, str) and not is_placeholder(default.value)
    return default.kind in ("int", "float", "bool")


def looked_up(expr: Expr) -> str | None:
    """The literal key or attribute that an expression looks up: of `x["k"]`, `x.get("k")` and `x.k`."""
    if isinstance(expr, Attribute):
        return expr.attr
    _, key = key_read(expr) or (None, None)
    return key.value if isinstance(key, Literal) and isinstance(key.value, str) else None


def is_mask(expr: Expr) -> bool:
    """Whether an expression stands in a secret's place: `"***"`, `mask(value)`."""
    if isinstance(expr, Literal):
        return isinstance(expr.value, str) and is_mask_text(expr.value)
    name = expr.func if isinstance(expr, Call) else None
    return is_masking_name(name.attr if isinstance(name, Attribute) else name.id if isinstance(name, Name) else "")


def is_lookup(expr: Expr) -> bool:
    """Whether an expression is a call or a lookup, or may be one."""
    if isinstance(expr, Await | NamedExpr | Star):
        return is_lookup(expr.value)
    if isinstance(expr, BoolOp):
        return is_lookup(expr.left) or is_lookup(expr.right)
    if isinstance(expr, IfExp):
        return is_lookup(expr.body) or is_lookup(expr.orelse)
    return isinstance(expr, _LOOKUPS)


def is_of_error(expr: Expr) -> bool:
    """Whether an expression reads from what a service answered to a refused call: `error.response["Error"]["Message"]`.

    https://docs.aws.amazon.com/boto3/latest/guide/error-handling.html
    """
    while isinstance(expr, Subscript | Attribute | Call):
        inner = expr.func if isinstance(expr, Call) else expr.value
        if looked_up(expr) == "Error":
            while isinstance(inner, Attribute) and inner.attr == "get":
                inner = inner.value
            if isinstance(inner, Attribute) and inner.attr == "response":
                return True
        expr = inner
    return False


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
