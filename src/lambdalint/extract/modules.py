"""From a module's converted statements to its summary, whichever front end converted them."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

from lambdalint.extract.definitions import Definitions, docstring
from lambdalint.extract.exports import exported
from lambdalint.source import SourceText
from lambdalint.summary import Comment, ModuleSummary, Stmt

_T = TypeVar("_T")


def collecting_nothing(work: Callable[[], _T]) -> _T:
    """Run something with the garbage collector off: nothing that a parse makes is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return work()
    finally:
        if was_enabled:
            gc.enable()


def module_summary(
    source: SourceText, body: tuple[Stmt, ...], definitions: Definitions, comments: tuple[Comment, ...]
) -> ModuleSummary:
    """The summary of a module whose statements and definitions are all converted."""
    return ModuleSummary(
        body=body,
        functions=tuple([function for function in definitions.functions if function is not None]),
        classes=tuple([cls for cls in definitions.classes if cls is not None]),
        comments=comments,
        docstring=docstring(body),
        locals=definitions.scope.locals(),
        exported=exported(body),
        max_row=_last_row(source),
    )


def comment(source: SourceText, offset: int, text: str) -> Comment:
    """The comment at an offset."""
    row, column = source.position(offset)
    before = source.text[offset - column : offset]
    return Comment(row, column, text, is_trailing=not before.isspace() and before != "")


def _last_row(source: SourceText) -> int:
    """The number of the last row; what follows a final line ending is none."""
    rows = len(source.line_starts)
    return rows - 1 if rows > 1 and source.line_starts[-1] == len(source.text) else rows
