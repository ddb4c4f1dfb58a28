"""Log lines that say that a client is made: once it is kept, they say so of invocations that make none."""

from __future__ import annotations

from lambdalint.creations import Creation
from lambdalint.fixes.pragmas import says_making
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Attribute, Call, ExprStmt, Literal, Name
from lambdalint.walk import dotted

_LEVELS = frozenset(("debug", "info"))


def line_of_making(program: Program, creation: Creation) -> Span | None:
    """The statement directly above a creation that logs a text which says no more than that this is made."""
    site = creation.site
    above = next(
        (
            statement
            for statement, frames in program.statements(site.unit)
            if statement.span.end_row + 1 == site.place.statement.span.row and frames == site.place.frames
        ),
        None,
    )
    call = above.value if isinstance(above, ExprStmt) else None
    if above is None or not isinstance(call, Call) or len(call.arguments) != 1 or not _logs(call):
        return None
    text = call.arguments[0].value
    made = " ".join((dotted(creation.call.func) or "", *_given(creation.call)))
    is_told = isinstance(text, Literal) and isinstance(text.value, str) and says_making((text.value,), made)
    return above.span if is_told else None


def _logs(call: Call) -> bool:
    """Whether a call is spelt as one of a logger's, or prints."""
    func = call.func
    if isinstance(func, Name):
        return func.id == "print"
    return isinstance(func, Attribute) and func.attr in _LEVELS and "log" in (dotted(func.value) or "").lower()


def _given(call: Call) -> list[str]:
    return [f'"{given.value.value}"' for given in call.arguments if isinstance(given.value, Literal)]
