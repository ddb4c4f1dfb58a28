"""Conversion of chains of binary operators."""

from __future__ import annotations

import ast

from lambdalint.extract.ast_context import EXPRESSIONS, Context, Unsure, place
from lambdalint.extract.chains import LONGEST_NESTED
from lambdalint.source import Span
from lambdalint.summary import BinOp, BoolOp, Expr

_new = tuple.__new__
BINARY: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}


def _binary_operation(context: Context, node: ast.BinOp) -> Expr:
    """`a + b - c`, its terms converted one after the other."""
    links = [node]
    left = node.left
    while left.__class__ is ast.BinOp:
        links.append(left)
        left = left.left
    if len(links) > LONGEST_NESTED:
        raise Unsure("long chain")
    value: Expr = EXPRESSIONS[left.__class__](context, left)
    for link in reversed(links):
        right = link.right
        span = _new(Span, place(link))
        value = _new(BinOp, (span, BINARY[link.op.__class__], value, EXPRESSIONS[right.__class__](context, right)))
    return value


def _boolean_operation(context: Context, node: ast.BoolOp) -> Expr:
    """`a and b or c`, its operands converted one after the other; `ast` keeps those of one operator in one list."""
    groups = [node]
    first = node.values[0]
    while first.__class__ is ast.BoolOp:
        groups.append(first)
        first = first.values[0]
    if sum([len(group.values) for group in groups]) - len(groups) > LONGEST_NESTED:
        raise Unsure("long chain")
    value: Expr = EXPRESSIONS[first.__class__](context, first)
    for group in reversed(groups):
        operator = "and" if group.op.__class__ is ast.And else "or"
        values = group.values
        row, column = group.lineno, group.col_offset
        for operand in values[1:-1]:
            right = EXPRESSIONS[operand.__class__](context, operand)
            end_row, end_column = _outer_end(context, operand)
            value = BoolOp(Span(row, column, end_row, end_column), operator, value, right)
        last = values[-1]
        span = _new(Span, place(group))
        value = _new(BoolOp, (span, operator, value, EXPRESSIONS[last.__class__](context, last)))
    return value


def _outer_end(context: Context, node: ast.expr) -> tuple[int, int]:
    """Where an operand that another one follows ends, the parentheses around it included."""
    end = context.end(node)
    outer = context.outer_end(end, len(context.code))
    if outer == end:
        return node.end_lineno, node.end_col_offset  # type: ignore[return-value]
    return context.between(outer, outer)[:2]


EXPRESSIONS[ast.BinOp] = _binary_operation
EXPRESSIONS[ast.BoolOp] = _boolean_operation
