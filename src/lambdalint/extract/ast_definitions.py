"""Conversion of functions, lambda expressions and classes into the tables of their module."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from lambdalint.extract.ast_calls import arguments
from lambdalint.extract.ast_context import EXPRESSIONS, Context, Unsure, place
from lambdalint.extract.definitions import class_entry, function_entry
from lambdalint.extract.scopes import ScopeTable
from lambdalint.source import Span
from lambdalint.summary import Argument, ClassDef, Expr, FunctionDef, LambdaExpr, Parameter, Return, Stmt

_Block: TypeAlias = "Callable[[Context, list[ast.stmt]], tuple[Stmt, ...]]"
_new = tuple.__new__


def _lambda_expression(context: Context, node: ast.Lambda) -> Expr:
    """A lambda expression becomes a function whose body is one Return."""
    span = _new(Span, place(node))
    number = len(context.functions)
    context.functions.append(None)
    parameters, end = _parameters(context, node.args)
    outer = context.scope
    scope = ScopeTable(f"{outer.prefix}<lambda>.<locals>.", function=number)
    context.enter(scope)
    context.bind_parameters(parameters)
    value = EXPRESSIONS[node.body.__class__](context, node.body)
    context.enter(outer)
    header = _header(context, span, end)
    body: tuple[Stmt, ...] = (Return(value[0], value),)
    context.functions[number] = function_entry(
        "<lambda>", span, header, parameters, (), None, body, outer, scope, is_async=False
    )
    return LambdaExpr(span, number)


EXPRESSIONS[ast.Lambda] = _lambda_expression


def function_definition(context: Context, node: ast.FunctionDef | ast.AsyncFunctionDef, block: _Block) -> FunctionDef:
    """A def statement.  Decorators, defaults and annotations belong to the scope around it."""
    behind = _behind_type_parameters(context, node)
    decorators = _decorators(context, node)
    number = len(context.functions)
    context.functions.append(None)
    parameters, end = _parameters(context, node.args)
    end = end or behind
    returns = None
    if node.returns is not None:
        returns = EXPRESSIONS[node.returns.__class__](context, node.returns)
        end = context.end(node.returns)
    name = node.name
    outer = context.scope
    outer.bound.add(name)
    scope = ScopeTable(f"{outer.qualname(name)}.<locals>.", function=number)
    context.enter(scope)
    context.bind_parameters(parameters)
    body = block(context, node.body)
    context.enter(outer)
    last = body[-1].span
    span = Span(node.lineno, node.col_offset, last.end_row, last.end_column)
    header = _header(context, span, end)
    is_async = node.__class__ is ast.AsyncFunctionDef
    context.functions[number] = function_entry(
        name, span, header, parameters, decorators, returns, body, outer, scope, is_async=is_async
    )
    return FunctionDef(span, number)


def class_definition(context: Context, node: ast.ClassDef, block: _Block) -> ClassDef:
    """A class statement.  Decorators and arguments belong to the scope around it."""
    start = context.start(node)
    behind = _behind_type_parameters(context, node) or start
    decorators = _decorators(context, node)
    number = len(context.classes)
    context.classes.append(None)
    ends = [context.end(part) for part in (*node.bases[-1:], *node.keywords[-1:])]
    colon = context.after_colon(max(ends, default=behind)) - 1
    bases: tuple[Argument, ...] = ()
    if ends:
        floor, stop = context.code.index("(", behind), context.code.rindex(")", start, colon)
        bases = arguments(context, node.bases, node.keywords, floor, stop)
    name = node.name
    outer = context.scope
    outer.bound.add(name)
    scope = ScopeTable(f"{outer.qualname(name)}.", cls=number)
    context.enter(scope)
    body = block(context, node.body)
    context.enter(outer)
    last = body[-1].span
    span = Span(node.lineno, node.col_offset, last.end_row, last.end_column)
    header = context.between(start, colon + 1)
    context.classes[number] = class_entry(name, span, header, bases, decorators, body, outer, scope)
    return ClassDef(span, number)


def _decorators(context: Context, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> tuple[Expr, ...]:
    return tuple([EXPRESSIONS[part.__class__](context, part) for part in node.decorator_list])


def _behind_type_parameters(context: Context, node: ast.AST) -> int:
    """The offset where the last type parameter ends, 0 without any.  No string in them may reach another row."""
    found = getattr(node, "type_params", None)
    if not found:
        return 0
    if found[0].lineno != found[-1].end_lineno:
        raise Unsure("type parameters")
    return context.end(found[-1])


def _header(context: Context, span: Span, end: int) -> Span:
    """The span of a header, given that of the whole and where the last node before the colon ends, 0 without any."""
    row, column = span.row, span.column
    return context.between(context.starts[row] + column, context.after_colon(end or context.starts[row] + column))


def _parameters(context: Context, node: ast.arguments) -> tuple[tuple[Parameter, ...], int]:
    """Parameters in source order, and the offset where the last one ends with its default, 0 without any."""
    found: list[Parameter] = []
    last: ast.AST | None = None
    plain = node.args
    if node.posonlyargs:
        plain = [*node.posonlyargs, *plain]
    count = len(node.posonlyargs)
    without = len(plain) - len(node.defaults)
    for index, arg in enumerate(plain):
        default = node.defaults[index - without] if index >= without else None
        found.append(_parameter(context, arg, "positional" if index >= count else "positional-only", default))
        last = default or arg
    if node.vararg is not None:
        found.append(_parameter(context, node.vararg, "var-positional", None))
        last = node.vararg
    for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        found.append(_parameter(context, arg, "keyword-only", default))
        last = default or arg
    if node.kwarg is not None:
        found.append(_parameter(context, node.kwarg, "var-keyword", None))
        last = node.kwarg
    return tuple(found), 0 if last is None else context.end(last)


_STARS = {"var-positional": "*", "var-keyword": "**"}


def _parameter(context: Context, node: ast.arg, kind: str, default: ast.expr | None) -> Parameter:
    name, row, column = node.arg, node.lineno, node.col_offset
    end = column + len(name)
    annotation = node.annotation
    given = None if annotation is None else EXPRESSIONS[annotation.__class__](context, annotation)
    value = None if default is None else EXPRESSIONS[default.__class__](context, default)
    stars = _STARS.get(kind)
    if stars is None:
        return _new(Parameter, (_new(Span, (row, column, row, end)), name, kind, given, value))
    if context.code.startswith(stars, context.starts[row] + column - len(stars)):
        return Parameter(Span(row, column - len(stars), row, end), name, kind, given, value)
    return Parameter(_after_stars(context, node, stars, end), name, kind, given, value)


def _after_stars(context: Context, node: ast.arg, stars: str, end_column: int) -> Span:
    """The span of a parameter whose name stands apart from its stars."""
    offset = context.start(node)
    start = context.code.rindex(stars, 0, offset)
    if context.code[start + len(stars) : offset].strip(" \t\f"):
        raise Unsure("parameter")
    row, column, _, _ = context.between(start, start)
    return Span(row, column, node.lineno, end_column)
