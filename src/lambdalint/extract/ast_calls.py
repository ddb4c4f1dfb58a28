"""Conversion of calls and of the arguments of class headers."""

from __future__ import annotations

import ast
from typing import Any

from lambdalint.extract.ast_context import EXPRESSIONS, Context, place
from lambdalint.source import Span
from lambdalint.summary import Argument, Call, Expr

_new = tuple.__new__


def _call(context: Context, node: ast.Call) -> Expr:
    func = node.func
    callee = EXPRESSIONS[func.__class__](context, func)
    span = _new(Span, place(node))
    args, keywords = node.args, node.keywords
    if not args:
        if not keywords:
            return _new(Call, (span, callee, ()))
        return _new(Call, (span, callee, tuple([_keyword(context, keyword) for keyword in keywords])))
    starts, code = context.starts, context.code
    stop = starts[span[2]] + span[3] - 1
    if keywords and _position(keywords[0]) < _position(args[-1]):
        return Call(span, callee, arguments(context, args, keywords, context.end(func), stop))
    found: list[Argument] = []
    for arg in args:
        kind = arg.__class__
        if kind is ast.Starred:
            found.append(_starred(context, arg))
            continue
        value = EXPRESSIONS[kind](context, arg)
        where = value[0]
        end = starts[where[2]] + where[3]
        if code[end] != "," and end != stop:
            where = _outer(context, arg, value, context.end(func), stop)
        found.append(_new(Argument, (where, value, None, "")))
    if keywords:
        found += [_keyword(context, keyword) for keyword in keywords]
    return _new(Call, (span, callee, tuple(found)))


EXPRESSIONS[ast.Call] = _call


def arguments(
    context: Context, args: list[ast.expr], keywords: list[ast.keyword], floor: int, stop: int
) -> tuple[Argument, ...]:
    """Arguments in source order; `floor` is an offset before them, `stop` that of the parenthesis behind them."""
    nodes: list[Any] = sorted([*args, *keywords], key=_position)
    return tuple([_argument(context, node, floor, stop) for node in nodes])


def _argument(context: Context, node: Any, floor: int, stop: int) -> Argument:
    if node.__class__ is ast.keyword:
        return _keyword(context, node)
    if node.__class__ is ast.Starred:
        return _starred(context, node)
    value = EXPRESSIONS[node.__class__](context, node)
    return Argument(_outer(context, node, value, floor, stop), value, None, "")


def _position(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _keyword(context: Context, node: ast.keyword) -> Argument:
    value, name = node.value, node.arg
    given = EXPRESSIONS[value.__class__](context, value)
    return _new(Argument, (_new(Span, place(node)), given, name, "**" if name is None else ""))


def _starred(context: Context, node: Any) -> Argument:
    value = node.value
    return Argument(_new(Span, place(node)), EXPRESSIONS[value.__class__](context, value), None, "*")


def _outer(context: Context, node: ast.expr, value: Expr, floor: int, stop: int) -> Span:
    """The span of a positional argument with the parentheses around it, which lie between two offsets."""
    end = context.end(node)
    if end > stop:  # a generator expression whose parentheses are the call's
        return value.span
    return context.between(*context.outer(context.start(node), end, floor, stop))
