"""Conversion of chains of binary operators."""

from __future__ import annotations

import ast

from lambdalint.extract.ast_context import EXPRESSIONS, Context, place
from lambdalint.extract.chains import LONGEST_NESTED, Make, balance
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
    links.reverse()
    if len(links) > LONGEST_NESTED:
        terms = [(left, len(context.code)), *[(link.right, context.end(link)) for link in links]]
        return _balanced(context, links[0], terms, [BINARY[link.op.__class__] for link in links], BinOp)
    value: Expr = EXPRESSIONS[left.__class__](context, left)
    for link in links:
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
    groups.reverse()
    if sum([len(group.values) - 1 for group in groups]) > LONGEST_NESTED:
        return _long_boolean_operation(context, groups, first)
    value: Expr = EXPRESSIONS[first.__class__](context, first)
    for group in groups:
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


def _long_boolean_operation(context: Context, groups: list[ast.BoolOp], first: ast.expr) -> Expr:
    """A long chain of boolean operators, given from its innermost group outwards."""
    terms = [(first, len(context.code))]
    operators: list[str] = []
    for group in groups:
        terms += [(operand, len(context.code)) for operand in group.values[1:-1]]
        terms.append((group.values[-1], context.end(group)))
        operators += ["and" if group.op.__class__ is ast.And else "or"] * (len(group.values) - 1)
    return _balanced(context, groups[0], terms, operators, BoolOp)


def _balanced(
    context: Context, first: ast.expr, terms: list[tuple[ast.expr, int]], operators: list[str], make: Make
) -> Expr:
    """A long chain as a balanced tree.  Each term is given with an offset before which its parentheses close."""
    edges: list[tuple[int, int]] = []
    floor = context.start(first)
    for term, limit in terms:
        edges.append(context.outer(context.start(term), context.end(term), floor, limit))
        floor = edges[-1][1]
    values = [EXPRESSIONS[term.__class__](context, term) for term, _ in terms]
    return balance(values, edges, operators, make, context.between)


def _outer_end(context: Context, node: ast.expr) -> tuple[int, int]:
    """Where an operand that another one follows ends, the parentheses around it included."""
    end = context.end(node)
    outer = context.outer_end(end, len(context.code))
    if outer == end:
        return node.end_lineno, node.end_col_offset  # type: ignore[return-value]
    return context.between(outer, outer)[:2]


EXPRESSIONS[ast.BinOp] = _binary_operation
EXPRESSIONS[ast.BoolOp] = _boolean_operation
