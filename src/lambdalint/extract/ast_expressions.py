"""Conversion of expressions, one function for each kind of node.

These functions are nearly all that a run without a cache does for a file, so they make their tuples without the
constructors of their classes, which cost as much again.
"""

from __future__ import annotations

import ast
import math
from typing import Any

from lambdalint.extract.ast_context import EXPRESSIONS, Context, Unsure, place
from lambdalint.extract.ast_strings import masked_string
from lambdalint.extract.literals import MAX_INT_BITS
from lambdalint.source import Span
from lambdalint.summary import (
    Attribute,
    Await,
    Compare,
    Comprehension,
    DictDisplay,
    DictItem,
    Display,
    Expr,
    Generator,
    IfExp,
    Literal,
    Name,
    NamedExpr,
    Opaque,
    Slice,
    Star,
    Subscript,
    UnaryOp,
    Yield,
)

_new = tuple.__new__


def _name(context: Context, node: ast.Name) -> Expr:
    return _new(Name, (_new(Span, place(node)), node.id))


def _attribute(context: Context, node: ast.Attribute) -> Expr:
    value = node.value
    return _new(Attribute, (_new(Span, place(node)), EXPRESSIONS[value.__class__](context, value), node.attr))


def _constant(context: Context, node: ast.Constant) -> Expr:
    value: Any = node.value
    kind = value.__class__
    span = _new(Span, place(node))
    if kind is str:
        if span[0] != span[2]:
            context.long_strings.append((context.start(node), context.end(node)))
        if value.isascii():
            if context.is_ascii or "?" not in value:
                return _new(Literal, (span, "str", value))
        elif context.is_ascii or "?" not in value:
            return _unicode(span, value)
        return masked_string(context, node, span)
    if value is None:
        return _new(Literal, (span, "none", None))
    if kind is bool:
        return _new(Literal, (span, "bool", value))
    if kind is int:
        return _new(Literal, (span, "int", value)) if value.bit_length() <= MAX_INT_BITS else Opaque(span, ())
    return _rare_constant(context, node, span)


def _unicode(span: Span, value: str) -> Expr:
    try:
        value.encode()
    except UnicodeEncodeError:  # surrogates, which no UTF-8 file can hold
        return Opaque(span, ())
    return Literal(span, "str", value)


def _rare_constant(context: Context, node: ast.Constant, span: Span) -> Expr:
    value = node.value
    if isinstance(value, bytes):
        if span.row != span.end_row:
            context.long_strings.append((context.start(node), context.end(node)))
        if not context.is_ascii and b"?" in value:
            return masked_string(context, node, span)
        return Literal(span, "bytes", value.decode("latin-1"))
    if isinstance(value, float):
        return Literal(span, "float", value) if math.isfinite(value) else Opaque(span, ())
    if isinstance(value, complex):
        return Literal(span, "complex", None)
    if value is ...:
        return Literal(span, "ellipsis", None)
    raise Unsure("constant")


def _subscript(context: Context, node: ast.Subscript) -> Expr:
    inner, key = node.value, node.slice
    value = EXPRESSIONS[inner.__class__](context, inner)
    if key.__class__ is ast.Tuple and key.elts:
        return Subscript(_new(Span, place(node)), value, _keys(context, key))
    return _new(Subscript, (_new(Span, place(node)), value, EXPRESSIONS[key.__class__](context, key)))


def _keys(context: Context, node: ast.Tuple) -> Expr:
    """Several keys of a subscript; a comma behind the last is none of them."""
    start, end, elements = context.start(node), context.end(node), node.elts
    if context.is_enclosed(start, end, elements[0]):
        return _tuple(context, node)
    keys = tuple([EXPRESSIONS[element.__class__](context, element) for element in elements])
    return Display(context.between(start, context.outer_end(context.end(elements[-1]), end)), "tuple", keys)


def _slice(context: Context, node: ast.Slice) -> Expr:
    lower, upper, step = node.lower, node.upper, node.step
    return Slice(
        _new(Span, place(node)),
        None if lower is None else EXPRESSIONS[lower.__class__](context, lower),
        None if upper is None else EXPRESSIONS[upper.__class__](context, upper),
        None if step is None else EXPRESSIONS[step.__class__](context, step),
    )


def _dict(context: Context, node: ast.Dict) -> Expr:
    items: list[DictItem] = []
    for key, value in zip(node.keys, node.values, strict=True):
        given = None if key is None else EXPRESSIONS[key.__class__](context, key)
        items.append(_new(DictItem, (given, EXPRESSIONS[value.__class__](context, value))))
    return _new(DictDisplay, (_new(Span, place(node)), tuple(items)))


def _tuple(context: Context, node: ast.Tuple) -> Expr:
    elements = node.elts
    span = _new(Span, place(node))
    start = context.starts[span[0]] + span[1]
    if context.code[start] == "(":
        end = context.starts[span[2]] + span[3]
        if not elements:
            span = context.inner(start, end, start + 1)
        elif context.is_enclosed(start, end, elements[0]):
            span = context.inner(start, end, context.end(elements[-1]))
    return _new(
        Display, (span, "tuple", tuple([EXPRESSIONS[element.__class__](context, element) for element in elements]))
    )


def _list(context: Context, node: ast.List) -> Expr:
    items = tuple([EXPRESSIONS[element.__class__](context, element) for element in node.elts])
    return _new(Display, (_new(Span, place(node)), "list", items))


def _set(context: Context, node: ast.Set) -> Expr:
    items = tuple([EXPRESSIONS[element.__class__](context, element) for element in node.elts])
    return Display(_new(Span, place(node)), "set", items)


def _starred(context: Context, node: ast.Starred) -> Expr:
    value = node.value
    return Star(_new(Span, place(node)), EXPRESSIONS[value.__class__](context, value))


_COMPARISONS: dict[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


def _comparison(context: Context, node: ast.Compare) -> Expr:
    left = node.left
    value = EXPRESSIONS[left.__class__](context, left)
    operators = tuple([_COMPARISONS[operator.__class__] for operator in node.ops])
    compared = tuple([EXPRESSIONS[other.__class__](context, other) for other in node.comparators])
    return _new(Compare, (_new(Span, place(node)), value, operators, compared))


_UNARY: dict[type[ast.AST], str] = {ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}


def _unary_operation(context: Context, node: ast.UnaryOp) -> Expr:
    operand = node.operand
    value = EXPRESSIONS[operand.__class__](context, operand)
    return _new(UnaryOp, (_new(Span, place(node)), _UNARY[node.op.__class__], value))


def _if_expression(context: Context, node: ast.IfExp) -> Expr:
    body = EXPRESSIONS[node.body.__class__](context, node.body)
    test = EXPRESSIONS[node.test.__class__](context, node.test)
    orelse = EXPRESSIONS[node.orelse.__class__](context, node.orelse)
    return IfExp(_new(Span, place(node)), test, body, orelse)


def _list_comprehension(context: Context, node: ast.ListComp) -> Expr:
    element = _element(context, node.elt)
    return Comprehension(_new(Span, place(node)), "list", None, element, _generators(context, node.generators))


def _set_comprehension(context: Context, node: ast.SetComp) -> Expr:
    element = _element(context, node.elt)
    return Comprehension(_new(Span, place(node)), "set", None, element, _generators(context, node.generators))


def _generator_expression(context: Context, node: ast.GeneratorExp) -> Expr:
    """A generator expression, which `ast` places with the parentheses around it, even those of a call."""
    element = _element(context, node.elt)
    generators = node.generators
    last = generators[-1].ifs[-1] if generators[-1].ifs else generators[-1].iter
    span = context.inner(context.start(node), context.end(node), context.end(last))
    return Comprehension(span, "generator", None, element, _generators(context, generators))


def _dict_comprehension(context: Context, node: ast.DictComp) -> Expr:
    key = EXPRESSIONS[node.key.__class__](context, node.key)
    value = EXPRESSIONS[node.value.__class__](context, node.value)
    return Comprehension(_new(Span, place(node)), "dict", key, value, _generators(context, node.generators))


def _element(context: Context, node: ast.expr) -> Expr:
    if isinstance(node, ast.Starred):  # of a later Python
        raise Unsure("starred comprehension")
    return EXPRESSIONS[node.__class__](context, node)  # type: ignore[no-any-return]


def _generators(context: Context, nodes: list[ast.comprehension]) -> tuple[Generator, ...]:
    found: list[Generator] = []
    for node in nodes:
        target = EXPRESSIONS[node.target.__class__](context, node.target)
        iterable = EXPRESSIONS[node.iter.__class__](context, node.iter)
        conditions = tuple([EXPRESSIONS[test.__class__](context, test) for test in node.ifs])
        found.append(Generator(target, iterable, conditions, bool(node.is_async)))
    return tuple(found)


def _await(context: Context, node: ast.Await) -> Expr:
    value = node.value
    return Await(_new(Span, place(node)), EXPRESSIONS[value.__class__](context, value))


def _yield(context: Context, node: ast.Yield) -> Expr:
    context.scope.is_generator = True
    value = node.value
    found = None if value is None else EXPRESSIONS[value.__class__](context, value)
    return Yield(_new(Span, place(node)), found, False)


def _yield_from(context: Context, node: ast.YieldFrom) -> Expr:
    context.scope.is_generator = True
    return Yield(_new(Span, place(node)), EXPRESSIONS[node.value.__class__](context, node.value), True)


def _named_expression(context: Context, node: ast.NamedExpr) -> Expr:
    target = Name(_new(Span, place(node.target)), node.target.id)
    context.scope.bind(target.id)
    return NamedExpr(_new(Span, place(node)), target, EXPRESSIONS[node.value.__class__](context, node.value))


EXPRESSIONS.update(
    {
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Constant: _constant,
        ast.Subscript: _subscript,
        ast.Slice: _slice,
        ast.Dict: _dict,
        ast.Tuple: _tuple,
        ast.List: _list,
        ast.Set: _set,
        ast.Starred: _starred,
        ast.Compare: _comparison,
        ast.UnaryOp: _unary_operation,
        ast.IfExp: _if_expression,
        ast.ListComp: _list_comprehension,
        ast.SetComp: _set_comprehension,
        ast.GeneratorExp: _generator_expression,
        ast.DictComp: _dict_comprehension,
        ast.Await: _await,
        ast.Yield: _yield,
        ast.YieldFrom: _yield_from,
        ast.NamedExpr: _named_expression,
    }
)
