"""Positions from libcst's own providers: slow, but built on nothing private."""

from __future__ import annotations

import libcst as cst
from libcst import CSTNode, Module
from libcst.metadata import MetadataWrapper, PositionProvider, WhitespaceInclusivePositionProvider

from lambdalint.extract.cst_positions import Positions, Unfaithful
from lambdalint.source import SourceText


class ProvidedPositions(Positions):
    """Positions as libcst provides them."""

    def __init__(self, source: SourceText, text: str, module: Module) -> None:
        super().__init__(source)
        if module.code != text:
            raise Unfaithful(_first_difference(module.code, text))
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self._syntactic = wrapper.resolve(PositionProvider)
        self._inclusive = wrapper.resolve(WhitespaceInclusivePositionProvider)

    def offsets(self, node: CSTNode) -> tuple[int, int]:
        """The offsets of a syntactic node's beginning and end."""
        found = self._syntactic[node]
        offset = self.source.offset
        return offset(found.start.line, found.start.column), offset(found.end.line, found.end.column)

    def mark(self, node: CSTNode) -> int:
        """The offset at which a marked node begins."""
        start = self._inclusive[node].start
        return self.source.offset(start.line, start.column)

    def comments(self) -> list[tuple[int, str]]:
        """Every comment in source order."""
        return sorted((self.mark(node), node.value) for node in self._inclusive if isinstance(node, cst.Comment))


def _first_difference(code: str, text: str) -> int:
    pairs = enumerate(zip(code, text, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(code), len(text)))
