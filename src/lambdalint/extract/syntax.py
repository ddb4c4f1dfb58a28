"""Syntax errors in words: what is wrong and where, in one line."""

from __future__ import annotations

import ast
import re
import warnings

from lambdalint.source import SourceText
from lambdalint.summary import Unparsable

_EXPECTED = re.compile(r"error at (\d+):(\d+): expected")
_TOKEN = re.compile(r"\s*(\w+|[^\w\s])")
_ROW = re.compile(r" on line \d+| \(detected at line \d+\)")
_LAST_TOKEN = re.compile(r"(\w+|[^\w\s])\s*$")


def explain(source: SourceText, message: str) -> Unparsable:
    """Why libcst refused a text, in the words of Python's own parser where that refuses it too.

    `message` is libcst's; it names what was expected at the token after the wrong one.
    """
    found = _by_python(source)
    if found is not None:
        return found
    match = _EXPECTED.search(message)
    if match is None:
        reason = " ".join((message.partition("error: ")[2] or message).split()).rstrip(".")
        return Unparsable("LMB901", f"cannot be parsed: {reason}", 1, 0)
    rows = len(source.line_starts)
    row = min(max(int(match[1]), 1), rows)
    before = source.text[: source.line_starts[row - 1] + min(int(match[2]), len(source.line(row)))]
    token = _LAST_TOKEN.search(before)
    if token is None:
        return Unparsable("LMB901", "cannot be parsed", row, 0)
    return Unparsable("LMB901", f"cannot be parsed, unexpected `{token[1]}`", *source.position(token.start()))


def _words(message: str, rest: str) -> str:
    """Python's message in one line that names no rows (they may be mapped), or the token where it names nothing."""
    if message != "invalid syntax":
        return " ".join(_ROW.sub("", message).split())
    token = _TOKEN.match(rest)
    return f"unexpected `{token[1]}`" if token else "unexpected end of line"


def too_deep(source: SourceText, offset: int = 0) -> Unparsable:
    """The finding for source that nests deeper than it can be analysed."""
    return Unparsable("LMB901", "nested too deeply", *source.position(offset))


def _by_python(source: SourceText) -> Unparsable | None:
    """The error of Python's own parser; None when it reads the text.  Nothing is compiled or run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source.text)
        except SyntaxError as error:
            row = min(max(error.lineno or 1, 1), len(source.line_starts))
            column = min(max((error.offset or 1) - 1, 0), len(source.line(row)))
            return Unparsable("LMB901", _words(error.msg, source.line(row)[column:]), row, column)
        except (ValueError, MemoryError, RecursionError):
            return None
    return None
