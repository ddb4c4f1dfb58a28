"""From a decoded module to its summary: parse, lay positions over the tree, convert."""

from __future__ import annotations

import gc
import re
import sys

import libcst as cst

from lambdalint.extract.context import Context
from lambdalint.extract.definitions import docstring
from lambdalint.extract.exports import exported
from lambdalint.extract.expressions import EXPRESSIONS
from lambdalint.extract.limits import TooDeep, is_shallow, on_deep_stack
from lambdalint.extract.positions import Positions, Unfaithful, locate
from lambdalint.extract.statements import body
from lambdalint.extract.syntax import explain, too_deep
from lambdalint.source import SourceText
from lambdalint.summary import Comment, ModuleSummary, Unparsable

_LONE_CARRIAGE_RETURN = re.compile(r"\r(?!\n)")
# Frames for converting one module, so that a summary's depth is bounded and those who read it may recurse.
_CONVERSION_FRAMES = 1500


def summarise(source: SourceText) -> ModuleSummary | Unparsable:
    """The summary of a decoded module without null characters, or why there is none."""
    try:
        if is_shallow(source.text):
            try:
                return _collecting_nothing(source)
            except RecursionError:
                pass
        return on_deep_stack(lambda: _collecting_nothing(source, _CONVERSION_FRAMES))
    except TooDeep as error:
        return too_deep(source, error.offset)
    except RecursionError:
        return too_deep(source)


def _collecting_nothing(source: SourceText, frames: int | None = None) -> ModuleSummary | Unparsable:
    """Summarise with the garbage collector off: nothing that a parse makes is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return _summarise(source, frames)
    finally:
        if was_enabled:
            gc.enable()


def _summarise(source: SourceText, frames: int | None) -> ModuleSummary | Unparsable:
    text = source.text
    if "\r" in text:  # libcst writes a lone carriage return as another line ending
        text = _LONE_CARRIAGE_RETURN.sub("\n", text)
    module = _parse(text)
    if isinstance(module, str):
        return explain(source, module)
    try:
        positions = locate(source, text, module)
    except Unfaithful as error:
        return Unparsable("LMB901", "cannot be parsed faithfully", *source.position(error.offset))
    if frames is not None:
        sys.setrecursionlimit(frames)
    return _convert(positions, module)


def _parse(text: str) -> cst.Module | str:
    """The tree of a text, or libcst's message about what it does not read."""
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        return error.message
    except RecursionError:
        raise
    except Exception as error:  # libcst refuses some valid code late, such as `return.1`
        return str(error)
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what libcst's native parser raises when it fails
            raise
        return "parser failure"


def _convert(positions: Positions, module: cst.Module) -> ModuleSummary:
    context = Context(positions, EXPRESSIONS)
    statements = body(context, module.body)
    return ModuleSummary(
        body=statements,
        functions=tuple([function for function in context.functions if function is not None]),
        classes=tuple([cls for cls in context.classes if cls is not None]),
        comments=_comments(positions),
        docstring=docstring(statements),
        locals=context.scope.locals(),
        exported=exported(statements),
        max_row=_last_row(positions.source),
    )


def _comments(positions: Positions) -> tuple[Comment, ...]:
    return tuple([_comment(positions.source, offset, text) for offset, text in positions.comments()])


def _comment(source: SourceText, offset: int, text: str) -> Comment:
    row, column = source.position(offset)
    before = source.text[offset - column : offset]
    return Comment(row, column, text, is_trailing=not before.isspace() and before != "")


def _last_row(source: SourceText) -> int:
    """The number of the last row; what follows a final line ending is none."""
    rows = len(source.line_starts)
    return rows - 1 if rows > 1 and source.line_starts[-1] == len(source.text) else rows
