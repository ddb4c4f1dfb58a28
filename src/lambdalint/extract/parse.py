"""From a decoded module to its summary: parse, lay positions over the tree, convert, check what came out."""

from __future__ import annotations

import gc

import libcst as cst

from lambdalint.extract.context import Context
from lambdalint.extract.definitions import docstring
from lambdalint.extract.exports import exported
from lambdalint.extract.expressions import EXPRESSIONS
from lambdalint.extract.positions import Positions
from lambdalint.extract.statements import body
from lambdalint.extract.syntax import explain
from lambdalint.source import SourceText
from lambdalint.summary import Comment, ModuleSummary, Unparsable


def summarise(source: SourceText) -> ModuleSummary | Unparsable:
    """The summary of a decoded module without null characters, or why there is none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return _summarise(source)
    finally:
        if was_enabled:
            gc.enable()


def _summarise(source: SourceText) -> ModuleSummary | Unparsable:
    try:
        module = cst.parse_module(source.text)
    except cst.ParserSyntaxError as error:
        return explain(source, error.message)
    return _convert(source, module)


def _convert(source: SourceText, module: cst.Module) -> ModuleSummary:
    positions = Positions(source, module)
    context = Context(positions, EXPRESSIONS)
    statements = body(context, module.body)
    return ModuleSummary(
        body=statements,
        functions=tuple(function for function in context.functions if function is not None),
        classes=tuple(cls for cls in context.classes if cls is not None),
        comments=_comments(positions),
        docstring=docstring(statements),
        locals=context.scope.locals(),
        exported=exported(statements),
        max_row=_last_row(source),
    )


def _comments(positions: Positions) -> tuple[Comment, ...]:
    line = positions.source.line
    return tuple(
        [
            Comment(row, column, text, not (before := line(row)[:column]).isspace() and before != "")
            for row, column, text in positions.comments()
        ]
    )


def _last_row(source: SourceText) -> int:
    """The number of the last row; what follows a final line ending is none."""
    rows = len(source.line_starts)
    return rows - 1 if rows > 1 and source.line_starts[-1] == len(source.text) else rows
