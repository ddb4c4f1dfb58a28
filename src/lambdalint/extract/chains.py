"""Chains of binary operators: nested to the left as Python reads them, balanced when very long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from lambdalint.source import Span
from lambdalint.summary import Expr

Make: TypeAlias = "Callable[[Span, str, Expr, Expr], Expr]"
# Operators of one chain that nest; a chain with more is balanced.
LONGEST_NESTED = 64


def balance(
    terms: Sequence[Expr],
    edges: Sequence[tuple[int, int]],
    operators: list[str],
    make: Make,
    between: Callable[[int, int], Span],
) -> Expr:
    """The balanced tree over a chain's terms, in their order.

    `edges` are the offsets of each term with the parentheses around it, `operators` stand between the terms,
    `between` gives the span from one offset to another.
    """
    level = list(zip(terms, edges, strict=True))
    while len(level) > 1:
        joined: list[tuple[Expr, tuple[int, int]]] = []
        remaining: list[str] = []
        for index in range(0, len(level) - 1, 2):
            (left, (start, _)), (right, (_, end)) = level[index], level[index + 1]
            joined.append((make(between(start, end), operators[index], left, right), (start, end)))
            remaining += operators[index + 1 : index + 2]
        if len(level) % 2:
            joined.append(level[-1])
        level, operators = joined, remaining
    return level[0][0]
