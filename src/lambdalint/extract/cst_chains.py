"""Chains of binary operators: nested to the left as Python reads them, balanced when very long."""

from __future__ import annotations

from typing import TypeAlias

import libcst as cst

from lambdalint.extract.chains import LONGEST_NESTED, Make, balance
from lambdalint.extract.cst_context import Context
from lambdalint.extract.cst_operators import BINARY, BOOLEAN
from lambdalint.summary import BinOp, BoolOp, Expr

_Chain: TypeAlias = "cst.BinaryOperation | cst.BooleanOperation"


# What each kind of chain spells its operators and is made of.
_KINDS: dict[type[cst.CSTNode], tuple[dict[type[cst.CSTNode], str], Make]] = {
    cst.BinaryOperation: (BINARY, BinOp),
    cst.BooleanOperation: (BOOLEAN, BoolOp),
}


def operation(context: Context, node: _Chain) -> Expr:
    """`a + b - c` or `a and b or c`, its terms converted one after the other."""
    kind = node.__class__
    spellings, make = _KINDS[kind]
    spine = [node]
    while (left := spine[-1].left).__class__ is kind:
        spine.append(left)
    spine.reverse()
    return _chain(context, spine, [spellings[link.operator.__class__] for link in spine], make)


def _chain(context: Context, links: list[_Chain], operators: list[str], make: Make) -> Expr:
    """Build a left spine, given from its innermost link outwards."""
    if len(links) > LONGEST_NESTED:
        return _balance(context, links, operators, make)
    value = context.expr(links[0].left)
    for link, operator in zip(links, operators, strict=True):
        value = make(context.span(link), operator, value, context.expr(link.right))
    return value


def _balance(context: Context, links: list[_Chain], operators: list[str], make: Make) -> Expr:
    """Build a long spine as a balanced tree over the same terms in the same order."""
    terms = [links[0].left, *(link.right for link in links)]
    edges = [context.positions.outer_offsets(term) for term in terms]
    values = [context.expr(term) for term in terms]
    return balance(values, edges, operators, make, context.positions.between)
