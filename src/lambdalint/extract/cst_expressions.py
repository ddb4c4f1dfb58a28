"""Conversion of expressions, one function for each kind of libcst node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import libcst as cst

from lambdalint.extract.cst_chains import operation
from lambdalint.extract.cst_context import Context, ExprConverter, identifier
from lambdalint.extract.cst_definitions import lambda_expression
from lambdalint.extract.cst_operators import COMPARISONS, UNARY
from lambdalint.extract.cst_strings import concatenated_string, joined_string, simple_string
from lambdalint.extract.literals import float_value, integer_value
from lambdalint.source import Span
from lambdalint.summary import (
    Argument,
    Attribute,
    Await,
    Call,
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

_Comprehension: TypeAlias = "cst.ListComp | cst.SetComp | cst.GeneratorExp"
_CONSTANTS: dict[str, tuple[str, bool | None]] = {
    "True": ("bool", True),
    "False": ("bool", False),
    "None": ("none", None),
}


def _name(context: Context, node: cst.Name) -> Expr:
    constant = _CONSTANTS.get(node.value)
    if constant is None:
        return Name(context.span(node), identifier(node))
    return Literal(context.span(node), *constant)


def _integer(context: Context, node: cst.Integer) -> Expr:
    value = integer_value(node.value)
    return Opaque(context.span(node), ()) if value is None else Literal(context.span(node), "int", value)


def _float(context: Context, node: cst.Float) -> Expr:
    value = float_value(node.value)
    return Opaque(context.span(node), ()) if value is None else Literal(context.span(node), "float", value)


def _imaginary(context: Context, node: cst.Imaginary) -> Expr:
    return Literal(context.span(node), "complex", None)


def _ellipsis(context: Context, node: cst.Ellipsis) -> Expr:
    return Literal(context.span(node), "ellipsis", None)


def _attribute(context: Context, node: cst.Attribute) -> Expr:
    return Attribute(context.span(node), context.expr(node.value), identifier(node.attr))


def arguments(context: Context, nodes: Sequence[cst.Arg]) -> tuple[Argument, ...]:
    """The arguments of a call or of a class header."""
    expr, span = context.expr, context.span
    return tuple(
        [
            Argument(
                span(node), expr(node.value), None if node.keyword is None else identifier(node.keyword), node.star
            )
            for node in nodes
        ]
    )


def _call(context: Context, node: cst.Call) -> Expr:
    return Call(context.span(node), context.expr(node.func), arguments(context, node.args))


def _subscript(context: Context, node: cst.Subscript) -> Expr:
    value = context.expr(node.value)
    elements = node.slice
    keys = [_key(context, element) for element in elements]
    if len(keys) == 1 and not isinstance(elements[0].comma, cst.Comma) and not isinstance(keys[0], Star):
        return Subscript(context.span(node), value, keys[0])
    start = context.positions.offsets(elements[0])[0]
    span = context.positions.between(start, context.positions.offsets(elements[-1])[1])
    return Subscript(context.span(node), value, Display(span, "tuple", tuple(keys)))


def _key(context: Context, element: cst.SubscriptElement) -> Expr:
    node = element.slice
    if isinstance(node, cst.Slice):
        lower, upper, step = context.maybe(node.lower), context.maybe(node.upper), context.maybe(node.step)
        return Slice(_slice_span(context, element, node), lower, upper, step)
    assert isinstance(node, cst.Index)
    value = context.expr(node.value)
    return Star(context.span(element), value) if node.star else value


def _slice_span(context: Context, element: cst.SubscriptElement, node: cst.Slice) -> Span:
    """The span of a slice, of which libcst takes the whitespace behind a last colon to be a part."""
    start, end = context.positions.offsets(element)
    second = node.second_colon
    if node.step is None and (node.upper is None or isinstance(second, cst.Colon)):
        last = second if isinstance(second, cst.Colon) else node.first_colon
        end = context.positions.source.text.index(":", context.positions.mark(last)) + 1
    return context.positions.between(start, end)


def _dict(context: Context, node: cst.Dict) -> Expr:
    return DictDisplay(context.span(node), tuple([_dict_item(context, element) for element in node.elements]))


def _dict_item(context: Context, element: cst.BaseDictElement) -> DictItem:
    key = context.expr(element.key) if isinstance(element, cst.DictElement) else None
    return DictItem(key, context.expr(element.value))


def _display(context: Context, node: cst.List | cst.Tuple | cst.Set) -> Expr:
    kind = _DISPLAYS[node.__class__]
    return Display(context.span(node), kind, tuple([_element(context, element) for element in node.elements]))


_DISPLAYS: dict[type[cst.CSTNode], str] = {cst.List: "list", cst.Tuple: "tuple", cst.Set: "set"}


def _element(context: Context, element: cst.BaseElement) -> Expr:
    if isinstance(element, cst.StarredElement):
        return _starred(context, element)
    return context.expr(element.value)


def _starred(context: Context, node: cst.StarredElement) -> Expr:
    return Star(context.span(node), context.expr(node.value))


def _comparison(context: Context, node: cst.Comparison) -> Expr:
    left = context.expr(node.left)
    targets = node.comparisons
    operators = tuple([COMPARISONS[target.operator.__class__] for target in targets])
    return Compare(context.span(node), left, operators, tuple([context.expr(target.comparator) for target in targets]))


def _unary_operation(context: Context, node: cst.UnaryOperation) -> Expr:
    return UnaryOp(context.span(node), UNARY[node.operator.__class__], context.expr(node.expression))


def _if_expression(context: Context, node: cst.IfExp) -> Expr:
    body, test, orelse = context.expr(node.body), context.expr(node.test), context.expr(node.orelse)
    return IfExp(context.span(node), test, body, orelse)


_COMPREHENSIONS: dict[type[cst.CSTNode], str] = {
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.GeneratorExp: "generator",
}


def _comprehension(context: Context, node: _Comprehension) -> Expr:
    element = context.expr(node.elt)
    kind = _COMPREHENSIONS[node.__class__]
    return Comprehension(context.span(node), kind, None, element, _generators(context, node.for_in))


def _dict_comprehension(context: Context, node: cst.DictComp) -> Expr:
    key, value = context.expr(node.key), context.expr(node.value)
    return Comprehension(context.span(node), "dict", key, value, _generators(context, node.for_in))


def _starred_dict_comprehension(context: Context, node: Any) -> Expr:
    value = context.expr(node.value)
    return Comprehension(context.span(node), "dict", None, value, _generators(context, node.for_in))


def _generators(context: Context, first: cst.CompFor) -> tuple[Generator, ...]:
    found: list[Generator] = []
    node: cst.CompFor | None = first
    while node is not None:
        target, iterable = context.expr(node.target), context.expr(node.iter)
        conditions = tuple([context.expr(condition.test) for condition in node.ifs])
        found.append(Generator(target, iterable, conditions, node.asynchronous is not None))
        node = node.inner_for_in
    return tuple(found)


def _await(context: Context, node: cst.Await) -> Expr:
    return Await(context.span(node), context.expr(node.expression))


def _yield(context: Context, node: cst.Yield) -> Expr:
    context.scope.is_generator = True
    value = node.value
    if isinstance(value, cst.From):
        return Yield(context.span(node), context.expr(value.item), True)
    return Yield(context.span(node), context.maybe(value), False)


def _named_expression(context: Context, node: cst.NamedExpr) -> Expr:
    assert isinstance(node.target, cst.Name)
    target = Name(context.span(node.target), identifier(node.target))
    context.scope.bind(target.id)
    return NamedExpr(context.span(node), target, context.expr(node.value))


EXPRESSIONS: dict[type[cst.CSTNode], ExprConverter] = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.SimpleString: simple_string,
    cst.ConcatenatedString: concatenated_string,
    cst.FormattedString: joined_string,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.Imaginary: _imaginary,
    cst.Ellipsis: _ellipsis,
    cst.Subscript: _subscript,
    cst.Dict: _dict,
    cst.List: _display,
    cst.Tuple: _display,
    cst.Set: _display,
    cst.StarredElement: _starred,
    cst.BinaryOperation: operation,
    cst.BooleanOperation: operation,
    cst.Comparison: _comparison,
    cst.UnaryOperation: _unary_operation,
    cst.IfExp: _if_expression,
    cst.Lambda: lambda_expression,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.GeneratorExp: _comprehension,
    cst.DictComp: _dict_comprehension,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.NamedExpr: _named_expression,
}

# Nodes that not every supported libcst has.
for _kind, _convert in (("TemplatedString", joined_string), ("StarredDictComp", _starred_dict_comprehension)):
    if hasattr(cst, _kind):
        EXPRESSIONS[getattr(cst, _kind)] = _convert
