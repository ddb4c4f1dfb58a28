"""Where the nodes of a concrete syntax tree lie in its source text."""

from __future__ import annotations

from abc import ABC, abstractmethod

import libcst as cst
from libcst import CSTNode, Module

from lambdalint.source import SourceText, Span


class Unfaithful(Exception):
    """The tree does not say what the text says from `offset` on, so that no position can be trusted."""

    def __init__(self, offset: int) -> None:
        super().__init__("tree and text differ")
        self.offset = offset


class Positions(ABC):
    """The places of one tree's nodes.  All offsets are those of the source's text."""

    def __init__(self, source: SourceText) -> None:
        self.source = source

    @abstractmethod
    def offsets(self, node: CSTNode) -> tuple[int, int]:
        """The offsets of a syntactic node's beginning and end, parentheses around it left out."""

    @abstractmethod
    def mark(self, node: CSTNode) -> int:
        """The offset at which a block, a colon, a parenthesis or the text of an f-string begins.

        A block begins just after its colon; a colon and a closing parenthesis with the whitespace before them.
        """

    @abstractmethod
    def comments(self) -> list[tuple[int, str]]:
        """Every comment in source order: offset and text."""

    def span(self, node: CSTNode) -> Span:
        """The span of a syntactic node, parentheses around it left out."""
        start, end = self.offsets(node)
        return self.between(start, end)

    def outer_offsets(self, node: cst.BaseExpression) -> tuple[int, int]:
        """The offsets of an expression with the parentheses around it."""
        start, end = self.offsets(node)
        if node.lpar:
            start = self.mark(node.lpar[0])
            end = self.source.text.index(")", self.mark(node.rpar[-1])) + 1
        return start, end

    def between(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        position = self.source.position
        return Span(*position(start), *position(end))


def locate(source: SourceText, text: str, module: Module) -> Positions:
    """Find where every node of the tree of `text` lies, which is as long as the source's own text.

    Raises Unfaithful when the tree cannot be laid over the text.
    """
    try:
        from lambdalint.extract.cst_positions_lean import LeanPositions
    except ImportError:  # a libcst without the class that the lean way builds on
        from lambdalint.extract.cst_positions_provided import ProvidedPositions

        return ProvidedPositions(source, text, module)
    return LeanPositions(source, text, module)
