"""Syntax errors in words: what is wrong and where, in one line."""

from __future__ import annotations

import ast
import re
import warnings

from lambdalint.source import SourceText
from lambdalint.summary import Unparsable

_EXPECTED = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)


def explain(source: SourceText, message: str) -> Unparsable:
    """A syntax error that libcst found, in the words of Python's own parser where that refuses the text too."""
    found = _by_python(source)
    if found is not None:
        return found
    match = _EXPECTED.search(message)
    if match is None:
        return Unparsable("LMB901", message.replace("tokenizer error: ", ""), 1, 0)
    row = min(int(match[1]), len(source.line_starts))
    return Unparsable("LMB901", "invalid syntax", row, min(int(match[2]), len(source.line(row))))


def _by_python(source: SourceText) -> Unparsable | None:
    """The error of Python's own parser; None when it reads the text.  Nothing is compiled or run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source.text)
        except SyntaxError as error:
            row = min(max(error.lineno or 1, 1), len(source.line_starts))
            column = min(max((error.offset or 1) - 1, 0), len(source.line(row)))
            return Unparsable("LMB901", " ".join(error.msg.split()), row, column)
        except (ValueError, MemoryError, RecursionError):
            return None
    return None
