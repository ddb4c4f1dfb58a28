"""What a test asks of what is kept: whether it is there, or not there yet."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Scope
from lambdalint.summary import BinOp, BoolOp, Call, Compare, Comprehension, Expr, Name, UnaryOp
from lambdalint.walk import dotted, expressions, is_literal_none

_PLAIN = ("bool", "len", "isinstance", "all", "any")


def tested(value: Expr) -> Iterator[Expr]:
    """What a value asks: a comparison, or what is missing: `[n for n in names if n not in _kept]`, `names - _kept`."""
    if isinstance(value, Compare | BoolOp):
        yield value
    elif isinstance(value, Comprehension):
        yield from (condition for generator in value.generators for condition in generator.conditions)
    elif isinstance(value, BinOp) and value.op == "-":
        yield value.right


def polarity(test: Expr) -> tuple[bool, bool]:
    """Whether a test may mean "not there yet" and whether it may mean "there already"."""
    if isinstance(test, UnaryOp) and test.op == "not":
        absent, present = polarity(test.operand)
        return present, absent
    if isinstance(test, BoolOp):
        left, right = polarity(test.left), polarity(test.right)
        return left[0] or right[0], left[1] or right[1]
    if isinstance(test, Compare) and len(test.ops) == 1:
        op, against = test.ops[0], test.comparators[0]
        none = is_literal_none(against)
        if (op in ("is", "==") and none) or op == "not in":
            return True, False
        if (op in ("is not", "!=") and none) or op == "in":
            return False, True
        return True, True
    return False, True


def is_predicate(call: Call) -> bool:
    """Whether a function that is asked may answer either way, whatever is there: `expired(_kept)`."""
    return bool(call.arguments) and (dotted(call.func) or "").rpartition(".")[2] not in _PLAIN


def functions_asked(module: ModuleIndex, scope: Scope, test: Expr) -> Iterator[int]:
    """The numbers of the module's functions that a test calls by their names: `not is_known(key)`."""
    for part in expressions(test):
        if isinstance(part, Call) and isinstance(part.func, Name):
            home = module.lookup_scope(scope, part.func.id)
            if home is not None and home.kind == "module":
                yield from (b.number for b in module.table(home).get(part.func.id, ()) if b.kind == "function")
