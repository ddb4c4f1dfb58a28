"""From a decoded module to its summary: parse, lay positions over the tree, convert."""

from __future__ import annotations

import re
import sys

import libcst as cst

from lambdalint.extract.cst_context import Context
from lambdalint.extract.cst_expressions import EXPRESSIONS
from lambdalint.extract.cst_positions import Positions, Unfaithful, locate
from lambdalint.extract.cst_statements import body
from lambdalint.extract.limits import TooDeep, is_shallow, on_deep_stack
from lambdalint.extract.modules import collecting_nothing, comment, module_summary
from lambdalint.extract.syntax import explain, too_deep
from lambdalint.source import SourceText
from lambdalint.summary import ModuleSummary, Unparsable

_LONE_CARRIAGE_RETURN = re.compile(r"\r(?!\n)")
# Frames for converting one module, so that a summary's depth is bounded and those who read it may recurse.
_CONVERSION_FRAMES = 1500


def summarise(source: SourceText) -> ModuleSummary | Unparsable:
    """The summary of a decoded module without null characters, or why there is none."""
    try:
        if is_shallow(source.text):
            try:
                return collecting_nothing(lambda: _summarise(source, None))
            except RecursionError:
                pass
        return on_deep_stack(lambda: collecting_nothing(lambda: _summarise(source, _CONVERSION_FRAMES)))
    except TooDeep as error:
        return too_deep(source, error.offset)
    except RecursionError:
        return too_deep(source)


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
    comments = tuple([comment(positions.source, offset, text) for offset, text in positions.comments()])
    return module_summary(positions.source, statements, context, comments)
