"""What the converters of one module share: positions, scopes and the tables of definitions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, TypeAlias

from libcst import Attribute, CSTNode, Name

from lambdalint.extract.cst_positions import Positions
from lambdalint.extract.definitions import Definitions
from lambdalint.source import Span
from lambdalint.summary import Expr, Opaque

ExprConverter: TypeAlias = "Callable[[Context, Any], Expr]"


def identifier(node: Name) -> str:
    """A name as Python compares it: normalised, whatever letters it is written with."""
    name = node.value
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


class Context(Definitions):
    """The state of one module's conversion."""

    __slots__ = ("_table", "positions", "span")

    def __init__(self, positions: Positions, table: dict[type[CSTNode], ExprConverter]) -> None:
        super().__init__()
        self.positions = positions
        self.span: Callable[[CSTNode], Span] = positions.span
        self._table = table

    def expr(self, node: CSTNode) -> Expr:
        """Convert an expression."""
        convert = self._table.get(node.__class__)
        return self.opaque(node) if convert is None else convert(self, node)

    def maybe(self, node: CSTNode | None) -> Expr | None:
        """Convert an expression that may be missing."""
        return None if node is None else self.expr(node)

    def opaque(self, node: CSTNode) -> Opaque:
        """An expression of which only the names are kept."""
        names: dict[str, None] = {}
        stack: list[CSTNode] = [node]
        while stack:
            part = stack.pop()
            if isinstance(part, Name):
                names[identifier(part)] = None
            elif isinstance(part, Attribute):
                stack.append(part.value)
            else:
                stack.extend(reversed(part.children))
        return Opaque(self.span(node), tuple(names))
