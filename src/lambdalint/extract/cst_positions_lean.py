"""Positions by counting tokens while libcst writes its tree.

libcst keeps no positions, and its own provider pays for every node, several times the price of the parse.
Here the code generator only notes how many tokens were written when a node began and ended; their lengths
are added up once.
"""

from __future__ import annotations

from itertools import accumulate
from types import TracebackType
from typing import Any

import libcst as cst
from libcst import CSTNode, Module
from libcst._nodes.internal import CodegenState

from lambdalint.extract.cst_positions import Positions, Unfaithful
from lambdalint.source import SourceText

# Nodes whose beginning matters though libcst does not count them as syntactic.
_MARKED = frozenset(
    getattr(cst, name)
    for name in (
        "IndentedBlock",
        "SimpleStatementSuite",
        "Comment",
        "FormattedStringText",
        "TemplatedStringText",
        "Colon",
        "LeftParen",
        "RightParen",
    )
    if hasattr(cst, name)
)


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


class LeanPositions(Positions):
    """Positions from token counts.  They refer to nodes by identity, so the tree must be kept alive."""

    def __init__(self, source: SourceText, text: str, module: Module) -> None:
        super().__init__(source)
        recorder = _Recorder(module)
        module._codegen(recorder)
        self._module = module
        self._recorder = recorder
        self._starts = list(accumulate(map(len, recorder.tokens), initial=0))
        self._ends = self._starts[1:]
        if "".join(recorder.tokens) != text:
            self._starts, self._ends = _align(recorder.tokens, text)

    def offsets(self, node: CSTNode) -> tuple[int, int]:
        """The offsets of a syntactic node's beginning and end."""
        key = id(node)
        start, end = self._recorder.starts[key], self._recorder.ends[key]
        return self._starts[start], self._ends[end - 1] if end > start else self._starts[start]

    def mark(self, node: CSTNode) -> int:
        """The offset at which a marked node begins."""
        index = self._recorder.marks[id(node)]
        return self._ends[index - 1] if index else 0

    def comments(self) -> list[tuple[int, str]]:
        """Every comment in source order."""
        return [(self._starts[index], self._recorder.tokens[index]) for index in self._recorder.comments]


def _align(tokens: list[str], text: str) -> tuple[list[int], list[int]]:
    """The offsets of tokens in a text of which they leave out some whitespace: form feeds, some blank rows.

    Raises Unfaithful where they differ in more than that.
    """
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    for token in tokens:
        if not text.startswith(token, place) and token and not token.isspace():
            place = _skip_to(token, text, place)
        starts.append(place)
        if text.startswith(token, place):
            place += len(token)
        ends.append(place)
    starts.append(place)
    return starts, ends


def _skip_to(token: str, text: str, place: int) -> int:
    """The offset of a token behind nothing but whitespace."""
    start = place
    while not text.startswith(token, place):
        if place >= len(text) or not text[place].isspace():
            raise Unfaithful(start)
        place += 1
    return place
