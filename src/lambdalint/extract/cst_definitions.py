"""Conversion of functions, lambda expressions and classes into the tables of their module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import libcst as cst

from lambdalint.extract.cst_context import Context, identifier
from lambdalint.extract.definitions import class_entry, function_entry
from lambdalint.extract.scopes import ScopeTable
from lambdalint.source import Span
from lambdalint.summary import Argument, ClassDef, Expr, FunctionDef, LambdaExpr, Parameter, Return, Stmt


def lambda_expression(context: Context, node: cst.Lambda) -> Expr:
    """A lambda expression becomes a function whose body is one Return."""
    span = context.span(node)
    number = len(context.functions)
    context.functions.append(None)
    parameters = _parameters(context, node.params)
    outer = context.scope
    scope = ScopeTable(f"{outer.prefix}<lambda>.<locals>.", function=number)
    context.enter(scope)
    context.bind_parameters(parameters)
    value = context.expr(node.body)
    context.enter(outer)
    start = context.positions.offsets(node)[0]
    colon = context.positions.source.text.index(":", context.positions.mark(node.colon))
    header = context.positions.between(start, colon + 1)
    body: tuple[Stmt, ...] = (Return(context.span(node.body), value),)
    context.functions[number] = function_entry(
        "<lambda>", span, header, parameters, (), None, body, outer, scope, is_async=False
    )
    return LambdaExpr(span, number)


def function_definition(
    context: Context, node: cst.FunctionDef, block: Callable[[Context, cst.BaseSuite], tuple[Stmt, ...]]
) -> FunctionDef:
    """A def statement.  Decorators, defaults and annotations belong to the scope around it."""
    span = context.span(node)
    decorators = _decorators(context, node.decorators)
    number = len(context.functions)
    context.functions.append(None)
    parameters = _parameters(context, node.params)
    returns = None if node.returns is None else context.expr(node.returns.annotation)
    name = identifier(node.name)
    outer = context.scope
    outer.bind(name)
    scope = ScopeTable(f"{outer.qualname(name)}.<locals>.", function=number)
    context.enter(scope)
    context.bind_parameters(parameters)
    body = block(context, node.body)
    context.enter(outer)
    header = _header(context, node, node.body)
    is_async = node.asynchronous is not None
    context.functions[number] = function_entry(
        name, span, header, parameters, decorators, returns, body, outer, scope, is_async=is_async
    )
    return FunctionDef(span, number)


def class_definition(
    context: Context,
    node: cst.ClassDef,
    block: Callable[[Context, cst.BaseSuite], tuple[Stmt, ...]],
    arguments: Callable[[Context, Sequence[cst.Arg]], tuple[Argument, ...]],
) -> ClassDef:
    """A class statement.  Decorators and arguments belong to the scope around it."""
    span = context.span(node)
    decorators = _decorators(context, node.decorators)
    number = len(context.classes)
    context.classes.append(None)
    bases = arguments(context, [*node.bases, *node.keywords])
    name = identifier(node.name)
    outer = context.scope
    outer.bind(name)
    scope = ScopeTable(f"{outer.qualname(name)}.", cls=number)
    context.enter(scope)
    body = block(context, node.body)
    context.enter(outer)
    header = _header(context, node, node.body)
    context.classes[number] = class_entry(name, span, header, bases, decorators, body, outer, scope)
    return ClassDef(span, number)


def _decorators(context: Context, nodes: Sequence[cst.Decorator]) -> tuple[Expr, ...]:
    return tuple([context.expr(node.decorator) for node in nodes])


def _header(context: Context, node: cst.CSTNode, body: cst.BaseSuite) -> Span:
    start = context.positions.offsets(node)[0]
    return context.positions.between(start, context.positions.mark(body))


def _parameters(context: Context, node: cst.Parameters) -> tuple[Parameter, ...]:
    return tuple([_parameter(context, parameter, kind) for parameter, kind in _parameter_nodes(node)])


def _parameter_nodes(node: cst.Parameters) -> Iterator[tuple[cst.Param, str]]:
    for parameter in node.posonly_params:
        yield parameter, "positional-only"
    for parameter in node.params:
        yield parameter, "positional"
    if isinstance(node.star_arg, cst.Param):
        yield node.star_arg, "var-positional"
    for parameter in node.kwonly_params:
        yield parameter, "keyword-only"
    if node.star_kwarg is not None:
        yield node.star_kwarg, "var-keyword"


def _parameter(context: Context, node: cst.Param, kind: str) -> Parameter:
    annotation = None if node.annotation is None else context.expr(node.annotation.annotation)
    return Parameter(context.span(node), identifier(node.name), kind, annotation, context.maybe(node.default))
