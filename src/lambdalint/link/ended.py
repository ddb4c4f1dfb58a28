"""Code that no control flow reaches: what follows a `return`, `raise`, `break` or `continue` in the same block."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.source import Span
from lambdalint.summary import Jump, Raise, Return, Stmt
from lambdalint.walk import Frame


def unreached(statements: Iterable[tuple[Stmt, tuple[Frame, ...]]]) -> tuple[Span, ...]:
    """The stretches of a unit that never run, of its statements with their frames in source order."""
    found: list[Span] = []
    end: Span | None = None
    block: tuple[Frame, ...] = ()
    for statement, frames in statements:
        span = statement.span
        if end is not None and frames is block:  # the statements of a block share one object
            rest = Span(end.end_row, end.end_column, span.end_row, span.end_column)
            if found and found[-1][:2] == rest[:2]:
                found[-1] = rest
            else:
                found.append(rest)
        elif _leaves(statement) and not (found and found[-1].contains(span)):
            end, block = span, frames
    return tuple(found)


def _leaves(statement: Stmt) -> bool:
    kind = statement.__class__
    return kind is Return or kind is Raise or (isinstance(statement, Jump) and statement.kind != "pass")
