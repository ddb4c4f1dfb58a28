"""Which names a test tells to be empty, or to lack the member that makes a secret of them."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog.names import is_secret_name
from lambdalint.flow import values as v
from lambdalint.flow.values import Value
from lambdalint.summary import (
    Attribute,
    BoolOp,
    Call,
    Compare,
    Display,
    Expr,
    Literal,
    Name,
    NamedExpr,
    UnaryOp,
)
from lambdalint.walk import key_read, root_name

# Methods that put nothing into what they are called of.
_READING = frozenset(("get", "keys", "values", "items", "strip", "lower", "upper", "startswith", "copy", "encode"))


class Lack(NamedTuple):
    """A name that holds nothing, or (`is_empty` False) something without a member of a secret's name."""

    name: str
    is_empty: bool


Lacks = frozenset[Lack]
_NONE: Lacks = frozenset()


def lacks(test: Expr, positive: bool, extra: frozenset[str]) -> Lacks:
    """What is lacking where a test holds (`positive`) or does not; `extra` are names that the configuration adds."""
    if isinstance(test, UnaryOp) and test.op == "not":
        return lacks(test.operand, not positive, extra)
    if isinstance(test, BoolOp):
        left, right = lacks(test.left, positive, extra), lacks(test.right, positive, extra)
        return left | right if (test.op == "and") == positive else left & right
    if isinstance(test, Compare):
        return _compared(test, positive, extra) if len(test.ops) == 1 else _NONE
    return _NONE if positive else _of(test, extra)


def without(lacking: Lacks, name: str) -> Lacks:
    """What is lacking once a name got another value."""
    return frozenset(lack for lack in lacking if lack.name != name)


def before_method(lacking: Lacks, method: Attribute) -> Lacks:
    """What is lacking when a method is called, which may fill its object."""
    return lacking if method.attr in _READING else without(lacking, root_name(method.value) or "")


def after_call(lacking: Lacks, call: Call, local: frozenset[str]) -> Lacks:
    """What is lacking after a call of code that may bind and fill all but `local` names that it is not given."""
    given = {part.value.id for part in call.arguments if isinstance(part.value, Name)}
    return frozenset(lack for lack in lacking if lack.name in local and lack.name not in given)


def shown(name: str, value: Value, lacking: Lacks) -> Value:
    """The value of a name as it shows where something is lacking; what a store gave has more members than one."""
    if Lack(name, True) in lacking:
        return v.tagged(value, "harmless")
    if Lack(name, False) not in lacking:
        return value
    return v.map_atoms(
        value,
        lambda atom: (
            atom._replace(tags=atom.tags | {"harmless"}) if atom.root.kind == "named" and not atom.path else atom,
        ),
    )


def _compared(test: Compare, positive: bool, extra: frozenset[str]) -> Lacks:
    op, against = test.ops[0], test.comparators[0]
    if op in (("is", "==") if positive else ("is not", "!=")):
        return _of(test.left, extra) if _is_empty(against) else _NONE
    if op == ("in" if positive else "not in") and isinstance(against, Display):
        return _of(test.left, extra) if against.items and all(map(_is_empty, against.items)) else _NONE
    if op == ("not in" if positive else "in") and isinstance(against, Name) and _is_secret(test.left, extra):
        return frozenset((Lack(against.id, False),))
    return _NONE


def _of(expr: Expr, extra: frozenset[str]) -> Lacks:
    """What is lacking where an expression is empty."""
    if isinstance(expr, NamedExpr):
        expr = expr.target
    if isinstance(expr, Name):
        return frozenset((Lack(expr.id, True), Lack(expr.id, False)))
    holder, key = key_read(expr) or (None, None)
    return frozenset((Lack(holder.id, False),)) if isinstance(holder, Name) and _is_secret(key, extra) else _NONE


def _is_secret(key: Expr | None, extra: frozenset[str]) -> bool:
    return isinstance(key, Literal) and isinstance(key.value, str) and is_secret_name(key.value, extra)


def _is_empty(expr: Expr) -> bool:
    return isinstance(expr, Literal) and not expr.value
