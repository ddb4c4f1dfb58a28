"""Where each node of a concrete syntax tree lies: token counts noted while libcst writes its tokens.

libcst keeps no positions.  Its own provider pays for every node; here the code generator only notes how
many tokens were written when a node began and ended, and lengths are added up once.
"""

from __future__ import annotations

from itertools import accumulate
from types import TracebackType
from typing import Any

import libcst as cst
from libcst import CSTNode, Module
from libcst._nodes.internal import CodegenState

from lambdalint.source import SourceText, Span

# Nodes whose beginning matters though libcst does not count them as syntactic: blocks (a header ends where
# its block begins), comments, literal text of f-strings, colons of lambda expressions, parentheses.
_MARKED = frozenset(
    (
        cst.IndentedBlock,
        cst.SimpleStatementSuite,
        cst.Comment,
        cst.FormattedStringText,
        cst.TemplatedStringText,
        cst.Colon,
        cst.LeftParen,
        cst.RightParen,
    )
)


class Unfaithful(Exception):
    """The tree does not say what the text says, so that no position can be trusted."""


class _Recorder(CodegenState):
    """A code generator's state that notes token counts; it is its own context manager for recording."""

    __slots__ = ("comments", "ends", "marks", "open", "starts")

    def __init__(self, module: Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.starts: dict[int, int] = {}
        self.ends: dict[int, int] = {}
        self.marks: dict[int, int] = {}
        self.comments: list[int] = []
        self.open: list[tuple[CSTNode, int, CSTNode | None, CSTNode | None]] = []

    def before_codegen(self, node: CSTNode) -> None:
        kind = node.__class__
        if kind in _MARKED:
            if kind is cst.Comment:
                self.comments.append(len(self.tokens))
            else:
                self.marks[id(node)] = len(self.tokens)

    def record_syntactic_position(
        self, node: CSTNode, *, start_node: CSTNode | None = None, end_node: CSTNode | None = None
    ) -> Any:
        self.open.append((node, len(self.tokens), start_node, end_node))
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        node, start, start_node, end_node = self.open.pop()
        key = id(node)
        self.starts[key] = start if start_node is None else self.starts[id(start_node)]
        # An end node that is no syntactic one (a parenthesis, a star) ends where the token just written does.
        end = len(self.tokens)
        self.ends[key] = end if end_node is None else self.ends.get(id(end_node), end)


class Positions:
    """The spans of one tree's nodes in its source text."""

    def __init__(self, source: SourceText, module: Module) -> None:
        """Note where every node lies.  Raises Unfaithful when the tree cannot be laid over the text."""
        recorder = _Recorder(module)
        module._codegen(recorder)
        self.source = source
        self.tokens = recorder.tokens
        self._starts = recorder.starts
        self._ends = recorder.ends
        self._marks = recorder.marks
        self._comments = recorder.comments
        self._offsets = list(accumulate(map(len, self.tokens), initial=0))
        self._end_offsets = self._offsets[1:]
        text = source.text
        if "".join(self.tokens) != text:
            self._offsets, self._end_offsets = _align(self.tokens, text)

    def offsets(self, node: CSTNode) -> tuple[int, int]:
        """The offsets of a node's beginning and end, parentheses around it left out."""
        key = id(node)
        start, end = self._starts[key], self._ends[key]
        return self._offsets[start], self._end_offsets[end - 1] if end > start else self._offsets[start]

    def span(self, node: CSTNode) -> Span:
        """The span of a syntactic node, parentheses around it left out."""
        start, end = self.offsets(node)
        return self.between(start, end)

    def outer_offsets(self, node: cst.BaseExpression) -> tuple[int, int]:
        """The offsets of an expression with the parentheses around it."""
        start, end = self.offsets(node)
        if node.lpar:
            start = self._offsets[self._marks[id(node.lpar[0])]]
            end = self._offsets[self._marks[id(node.rpar[-1])]] + 1
            # The mark of a parenthesis stands before the whitespace inside it.
            end = self.source.text.index(")", end - 1) + 1
        return start, end

    def between(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        row, column = self.source.position(start)
        end_row, end_column = self.source.position(end)
        return Span(row, column, end_row, end_column)

    def mark(self, node: CSTNode) -> int:
        """The offset at which a marked node (block, colon, text of an f-string, parenthesis) begins."""
        return self._offsets[self._marks[id(node)]]

    def block_start(self, node: CSTNode) -> int:
        """The offset just after the colon that opens a block."""
        return self._end_offsets[self._marks[id(node)] - 1]

    def comments(self) -> list[tuple[int, int, str]]:
        """Every comment in source order: row, column and text."""
        position = self.source.position
        return [(*position(self._offsets[index]), self.tokens[index]) for index in self._comments]


def _align(tokens: list[str], text: str) -> tuple[list[int], list[int]]:
    """The offsets of tokens that leave out some of the text's whitespace (form feeds, some blank lines)."""
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    for token in tokens:
        if text.startswith(token, place):
            starts.append(place)
            place += len(token)
        elif not token or token.isspace():
            starts.append(place)
        else:
            while place < len(text) and text[place].isspace() and not text.startswith(token, place):
                place += 1
            if not text.startswith(token, place):
                raise Unfaithful(token)
            starts.append(place)
            place += len(token)
        ends.append(place)
    starts.append(place)
    return starts, ends
