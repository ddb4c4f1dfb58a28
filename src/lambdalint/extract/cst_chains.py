"""Chains of binary operators: nested to the left as Python reads them, balanced when very long."""

from __future__ import annotations

from typing import TypeAlias

import libcst as cst

from lambdalint.extract.chains import LONGEST_NESTED, Make, balance
from lambdalint.extract.cst_context import Context
from lambdalint.extract.cst_operators import BINARY, BOOLEAN
from lambdalint.summary import BinOp, BoolOp, Expr

_Chain: TypeAlias = "cst.BinaryOperation | cst.BooleanOperation"


def binary_operation(context: Context, node: cst.BinaryOperation) -> Expr:
    """`a + b - c`, its terms converted one after the other."""
    spine = [node]
    while isinstance(left := spine[-1].left, cst.BinaryOperation):
        spine.append(left)
    operators = [BINARY[link.operator.__class__] for link in reversed(spine)]
    return _chain(context, list(reversed(spine)), operators, BinOp)


def boolean_operation(context: Context, node: cst.BooleanOperation) -> Expr:
    """`a and b or c`, its operands converted one after the other."""
    spine = [node]
    while isinstance(left := spine[-1].left, cst.BooleanOperation):
        spine.append(left)
    operators = [BOOLEAN[link.operator.__class__] for link in reversed(spine)]
    return _chain(context, list(reversed(spine)), operators, BoolOp)


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
