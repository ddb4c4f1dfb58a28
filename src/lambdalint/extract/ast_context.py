"""What the converters of one module share: its text, its scopes and the tables of its definitions.

The places that `ast` gives count UTF-8 bytes.  So the text that is parsed is ASCII, each other character a `?`,
which Python takes in strings and comments alone: then bytes are code points, and names need no normalising.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeAlias

from lambdalint.extract.definitions import Definitions
from lambdalint.source import SourceText, Span
from lambdalint.summary import Expr

Place: TypeAlias = "tuple[int, int, int, int]"
_TRIVIA_OR = r"[\s\\]|#[^\r\n]*"
_CLOSING = re.compile(rf"(?:{_TRIVIA_OR}|\))*")
_TRIVIA = re.compile(rf"(?:{_TRIVIA_OR})*")
_COMMENT_OR_OPENING = re.compile(r"#[^\r\n]*|\(")
_COMMENT_OR_CLOSING = re.compile(r"#[^\r\n]*|\)")
_COMMENT_OR_LAST = re.compile(r"#[^\r\n]*|[),]")
_COMMENT_OR_COLON = re.compile(r"#[^\r\n]*|:")

# The rows and columns of a node: where its span begins and ends.
place: Callable[[ast.AST], Place] = attrgetter("lineno", "col_offset", "end_lineno", "end_col_offset")


class Unsure(Exception):
    """What a module holds is not certain to be read here as the other front end reads it."""


class Table(dict[type[ast.AST], Any]):
    """Converters by the class of a node; a class that a later Python may know has none."""

    def __missing__(self, kind: type[ast.AST]) -> Any:
        raise Unsure(kind.__name__)


# The converters of expressions, called with the context and the node.  Each module adds its own.
EXPRESSIONS = Table()


def maybe(context: Context, node: ast.expr | None) -> Expr | None:
    """Convert an expression that may be missing."""
    return None if node is None else EXPRESSIONS[node.__class__](context, node)


class Context(Definitions):
    """The state of one module's conversion.

    `code` is as long as the source's text and holds its ASCII characters; `starts` are the offsets of its rows,
    by number.  `long_strings` are the (first, last) offsets of the strings that do not end on their row.
    """

    __slots__ = ("code", "is_ascii", "long_strings", "source", "starts")

    def __init__(self, source: SourceText, code: str) -> None:
        super().__init__()
        self.source = source
        self.code = code
        self.is_ascii = code is source.text
        self.starts = (-1, *source.line_starts)
        self.long_strings: list[tuple[int, int]] = []

    # --- offsets and places ---------------------------------------------------------------------

    def start(self, node: Any) -> int:
        """The offset at which a node begins."""
        offset: int = self.starts[node.lineno] + node.col_offset
        return offset

    def end(self, node: Any) -> int:
        """The offset at which a node ends."""
        offset: int = self.starts[node.end_lineno] + node.end_col_offset
        return offset

    def between(self, start: int, end: int) -> Span:
        """The span from one offset to another."""
        starts = self.starts
        row, end_row = bisect_right(starts, start) - 1, bisect_right(starts, end) - 1
        return Span(row, start - starts[row], end_row, end - starts[end_row])

    # --- what lies around nodes and is none ------------------------------------------------------

    def outer_end(self, end: int, limit: int) -> int:
        """Where an expression ends with the parentheses around it, given where it ends without; before a limit."""
        closings = self._closings(end, limit)
        return closings[-1] + 1 if closings else end

    def outer(self, start: int, end: int, floor: int, limit: int) -> tuple[int, int]:
        """Where an expression begins and ends with the parentheses around it, which lie between a floor and a limit."""
        closings = self._closings(end, limit)
        if not closings:
            return start, end
        openings = [mark.start() for mark in _COMMENT_OR_OPENING.finditer(self.code, floor, start) if mark[0] == "("]
        if len(openings) < len(closings):
            raise Unsure("parentheses")
        return openings[-len(closings)], closings[-1] + 1

    def _closings(self, end: int, limit: int) -> list[int]:
        """The offsets of the closing parentheses that follow an expression before anything else does."""
        code = self.code
        found = _CLOSING.match(code, end, limit)
        assert found is not None
        if ")" not in found[0]:
            return []
        return [mark.start() for mark in _COMMENT_OR_CLOSING.finditer(code, end, found.end()) if mark[0] == ")"]

    def inner(self, start: int, end: int, last: int) -> Span:
        """The span of what a pair of parentheses holds, given their offsets and that where its last node ends."""
        code = self.code
        found = _TRIVIA.match(code, start + 1)
        assert found is not None
        start, end = found.end(), end - 1
        if start < end and code[end - 1].isspace():
            limit, end = end, last
            for mark in _COMMENT_OR_LAST.finditer(code, last, limit):
                if mark[0][0] != "#":
                    end = mark.end()
        return self.between(start, end)

    def is_enclosed(self, start: int, end: int, first: Any) -> bool:
        """Whether the parentheses at both ends of a tuple are its own, not those of its first and last element."""
        code = self.code
        if code[start] != "(" or code[end - 1] != ")":
            return False
        inside, stop = self.start(first), self.end(first)
        if inside == start + 1 and code[stop] == ",":
            return True
        openings = [mark for mark in _COMMENT_OR_OPENING.finditer(code, start, inside) if mark[0] == "("]
        depth = len(openings) - len(self._closings(stop, end))
        if depth not in (0, 1):
            raise Unsure("tuple")
        return depth == 1

    def after_colon(self, offset: int) -> int:
        """The offset behind the first colon that follows, past comments."""
        code = self.code
        colon = code.find(":", offset)
        if code.find("#", offset, colon) >= 0:
            for mark in _COMMENT_OR_COLON.finditer(code, offset):
                if mark[0] == ":":
                    return mark.end()
        if colon < 0:
            raise Unsure("colon")
        return colon + 1
