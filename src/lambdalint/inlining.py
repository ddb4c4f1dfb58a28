"""Locals that move along with an expression and are better written out in the place of their one use."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.cacheable import is_kept
from lambdalint.fixes import Inlined
from lambdalint.fixes.one_row import LONGEST
from lambdalint.link.model import Unit
from lambdalint.movable import ENVIRONMENT, Plan
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, Call, Expr, Literal, Name, Subscript
from lambdalint.walk import dotted, expressions

_RETURN = len("    return ")


def inlined(program: Program, unit: Unit, expr: Expr, plan: Plan, copied: tuple[Span, ...]) -> tuple[Inlined, ...]:
    """The locals of a plan whose value can stand where a call of the expression names it, in one short row.

    `copied` are the statements that stay where they are as well: of these what is written shortly.  Of an expression
    of several rows only what it is called on is looked at: the rows below do not move with it.
    """
    head = _head(expr)
    if head is None:
        return ()
    comments = {comment.row for comment in program.summary(unit.path).comments}
    own = {name for needed in plan.local for name in _names(needed)}
    found: list[Inlined] = []
    length = head.end_column - head.column + _RETURN
    limit = max(LONGEST, head.end_column)  # a row that was longer may stay so
    for needed in plan.local:
        place = _place(expr, plan, needed)
        value = needed.value
        asks = is_kept(program, unit, value)
        if place is None or value is None or not head.contains(place):
            continue
        if not _is_simple(value, own) and not _is_opened(expr, place, value):
            continue
        if needed.span in copied and not asks and isinstance(value, Call) and dotted(value.func) not in ENVIRONMENT:
            continue  # what is worked out twice has a name
        above = () if asks and needed.span in copied else (needed.span.row - 1,)  # what heads the place stays there
        if {*above, *range(needed.span.row, needed.span.end_row + 1)} & comments:
            continue
        length += value.span.end_column - value.span.column - (place.end_column - place.column)
        if length <= limit:
            found.append(Inlined(needed.span, value.span, place))
    return tuple(found)


def _head(expr: Expr) -> Span | None:
    """The part of an expression in its first row to which values may be added; None where later ones align with it."""
    span = expr.span
    if span.row == span.end_row:
        return span
    if not isinstance(expr, Call) or not expr.arguments or expr.func.span.row != expr.func.span.end_row:
        return None
    return expr.func.span if expr.arguments[0].value.span.row > span.row else None


def _names(statement: Assign) -> Iterator[str]:
    return (target.id for target in statement.targets if isinstance(target, Name))


def _place(expr: Expr, plan: Plan, needed: Assign) -> Span | None:
    """The one use of a local, where it is an argument of a call in the expression or what is called or looked into."""
    names = set(_names(needed))
    values = [one.value for one in plan.local if one.value is not None]
    uses = [p for part in (expr, *values) for p in expressions(part) if isinstance(p, Name) and p.id in names]
    if len(uses) != 1:
        return None
    use = uses[0]
    calls = [part for part in expressions(expr) if isinstance(part, Call)]
    is_given = any(given.value is use for call in calls for given in call.arguments)
    is_owner = any(isinstance(call.func, Attribute) and call.func.value is use for call in calls)
    is_opened = any(isinstance(part, Subscript) and part.value is use for part in expressions(expr))
    return use.span if is_given or is_owner or is_opened else None


def _is_simple(value: Expr, own: set[str]) -> bool:
    """Whether a value is a name, a call or a part of one, in one row and made of none of the locals."""
    if not isinstance(value, Name | Attribute | Subscript | Call | Literal) or value.span.row != value.span.end_row:
        return False
    return not any(isinstance(part, Name) and part.id in own for part in expressions(value))


def _is_opened(expr: Expr, place: Span, value: Expr) -> bool:
    """Whether a value is the answer of a call in one row, made of whatever, into which an expression looks."""
    opened = (part for part in expressions(expr) if isinstance(part, Subscript) and part.value.span == place)
    return isinstance(value, Call) and value.span.row == value.span.end_row and any(opened)
