"""Conversion of statements, one function for each kind of node."""

from __future__ import annotations

import ast
from typing import Any

from lambdalint.extract.ast_chains import BINARY
from lambdalint.extract.ast_context import EXPRESSIONS, Context, Table, Unsure, maybe, place
from lambdalint.extract.ast_definitions import class_definition, function_definition
from lambdalint.extract.ast_patterns import case
from lambdalint.extract.limits import MAX_BRANCHES
from lambdalint.source import Span
from lambdalint.summary import (
    Assert,
    Assign,
    Delete,
    ExceptHandler,
    Expr,
    ExprStmt,
    For,
    If,
    Import,
    ImportedName,
    Jump,
    Match,
    Name,
    Raise,
    Return,
    Scope,
    Stmt,
    Try,
    While,
    With,
    WithItem,
)

_new = tuple.__new__


def block(context: Context, nodes: list[ast.stmt]) -> tuple[Stmt, ...]:
    """Convert the statements of a block."""
    return tuple([_STATEMENTS[node.__class__](context, node) for node in nodes])


def _until(node: Any, last: tuple[Any, ...]) -> Span:
    """The span from where a node begins to where a converted statement ends."""
    end: Span = last[0]
    return _new(Span, (node.lineno, node.col_offset, end[2], end[3]))


def _target(context: Context, node: ast.expr) -> Expr:
    target: Expr = EXPRESSIONS[node.__class__](context, node)
    if target.__class__ is Name:
        context.scope.bound.add(target[1])
    else:
        context.scope.bind_target(target)
    return target


def _assign(context: Context, node: ast.Assign) -> Stmt:
    targets = tuple([_target(context, target) for target in node.targets])
    value = EXPRESSIONS[node.value.__class__](context, node.value)
    return _new(Assign, (_new(Span, place(node)), targets, value, None, ""))


def _annotated_assign(context: Context, node: ast.AnnAssign) -> Stmt:
    target = _target(context, node.target)
    annotation = EXPRESSIONS[node.annotation.__class__](context, node.annotation)
    value = None if node.value is None else EXPRESSIONS[node.value.__class__](context, node.value)
    return Assign(_new(Span, place(node)), (target,), value, annotation, "")


def _augmented_assign(context: Context, node: ast.AugAssign) -> Stmt:
    target = _target(context, node.target)
    value = EXPRESSIONS[node.value.__class__](context, node.value)
    return Assign(_new(Span, place(node)), (target,), value, None, BINARY[node.op.__class__])


def _expression(context: Context, node: ast.Expr) -> Stmt:
    value = node.value
    return _new(ExprStmt, (_new(Span, place(node)), EXPRESSIONS[value.__class__](context, value)))


def _return(context: Context, node: ast.Return) -> Stmt:
    value = node.value
    return _new(Return, (_new(Span, place(node)), maybe(context, value)))


def _raise(context: Context, node: ast.Raise) -> Stmt:
    exception = maybe(context, node.exc)
    return Raise(_new(Span, place(node)), exception, maybe(context, node.cause))


def _assert(context: Context, node: ast.Assert) -> Stmt:
    test = EXPRESSIONS[node.test.__class__](context, node.test)
    return Assert(_new(Span, place(node)), test, maybe(context, node.msg))


def _delete(context: Context, node: ast.Delete) -> Stmt:
    return Delete(_new(Span, place(node)), tuple([_target(context, target) for target in node.targets]))


def _global(context: Context, node: ast.Global) -> Stmt:
    context.scope.globals.update(node.names)
    return Scope(_new(Span, place(node)), "global", tuple(node.names))


def _nonlocal(context: Context, node: ast.Nonlocal) -> Stmt:
    context.scope.nonlocals.update(node.names)
    return Scope(_new(Span, place(node)), "nonlocal", tuple(node.names))


def _jump(context: Context, node: ast.Pass | ast.Break | ast.Continue) -> Stmt:
    return Jump(_new(Span, place(node)), node.__class__.__name__.lower())


def _import(context: Context, node: ast.Import) -> Stmt:
    names: list[ImportedName] = []
    for item in node.names:
        name, alias = item.name, item.asname
        bound = alias or name.partition(".")[0]
        context.scope.bound.add(bound)
        names.append(_new(ImportedName, (_new(Span, place(item)), name, alias, bound)))
    return Import(_new(Span, place(node)), None, tuple(names), 0, False)


def _import_from(context: Context, node: ast.ImportFrom) -> Stmt:
    names: list[ImportedName] = []
    module, level = node.module or "", node.level or 0
    for item in node.names:
        name, alias = item.name, item.asname
        if name == "*":
            return Import(_new(Span, place(node)), module, (), level, True)
        bound = alias or name
        context.scope.bound.add(bound)
        names.append(_new(ImportedName, (_new(Span, place(item)), name, alias, bound)))
    return Import(_new(Span, place(node)), module, tuple(names), level, False)


def _if(context: Context, node: ast.If) -> Stmt:
    """An if statement with its elifs, which `ast` nests."""
    heads: list[tuple[ast.If, Expr, tuple[Stmt, ...]]] = []
    branch = node
    while True:
        heads.append((branch, EXPRESSIONS[branch.test.__class__](context, branch.test), block(context, branch.body)))
        rest = branch.orelse
        if len(rest) != 1 or rest[0].__class__ is not ast.If:
            break
        branch = rest[0]
    if len(heads) > MAX_BRANCHES:
        raise Unsure("many branches")
    orelse = block(context, rest) if rest else ()
    for link, test, then in reversed(heads):
        orelse = (_new(If, (_until(link, (orelse or then)[-1]), test, then, orelse)),)
    return orelse[0]


def _for(context: Context, node: ast.For | ast.AsyncFor) -> Stmt:
    target = _target(context, node.target)
    iterable = EXPRESSIONS[node.iter.__class__](context, node.iter)
    then = block(context, node.body)
    orelse = block(context, node.orelse) if node.orelse else ()
    is_async = node.__class__ is ast.AsyncFor
    return For(_until(node, (orelse or then)[-1]), target, iterable, then, orelse, is_async)


def _while(context: Context, node: ast.While) -> Stmt:
    test = EXPRESSIONS[node.test.__class__](context, node.test)
    then = block(context, node.body)
    orelse = block(context, node.orelse) if node.orelse else ()
    return While(_until(node, (orelse or then)[-1]), test, then, orelse)


def _try(context: Context, node: Any) -> Stmt:
    then = block(context, node.body)
    if any(handler.type is None for handler in node.handlers[:-1]):  # which Python does not compile
        raise Unsure("handlers behind a bare except")
    handlers = tuple([_handler(context, handler) for handler in node.handlers])
    orelse = block(context, node.orelse) if node.orelse else ()
    finalbody = block(context, node.finalbody) if node.finalbody else ()
    last = (finalbody or orelse or handlers)[-1]
    return Try(_until(node, last), then, handlers, orelse, finalbody, node.__class__ is not ast.Try)


def _handler(context: Context, node: ast.ExceptHandler) -> ExceptHandler:
    kind, name = node.type, node.name
    if isinstance(kind, ast.Tuple) and kind.elts:
        if not context.is_enclosed(context.start(kind), context.end(kind), kind.elts[0]):  # of a later Python
            raise Unsure("exceptions without parentheses")
    caught = maybe(context, kind)
    if name is not None:
        context.scope.bound.add(name)
    body = block(context, node.body)
    return ExceptHandler(_until(node, body[-1]), caught, name, body)


def _with(context: Context, node: ast.With | ast.AsyncWith) -> Stmt:
    items = tuple([_with_item(context, item) for item in node.items])
    body = block(context, node.body)
    return With(_until(node, body[-1]), items, body, node.__class__ is ast.AsyncWith)


def _with_item(context: Context, node: ast.withitem) -> WithItem:
    value = EXPRESSIONS[node.context_expr.__class__](context, node.context_expr)
    return WithItem(value, None if node.optional_vars is None else _target(context, node.optional_vars))


def _match(context: Context, node: ast.Match) -> Stmt:
    subject = EXPRESSIONS[node.subject.__class__](context, node.subject)
    cases = tuple([case(context, arm, block) for arm in node.cases])
    return Match(_until(node, cases[-1]), subject, cases)


def _function(context: Context, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Stmt:
    return function_definition(context, node, block)


def _class(context: Context, node: ast.ClassDef) -> Stmt:
    return class_definition(context, node, block)


_STATEMENTS = Table(
    {
        ast.Assign: _assign,
        ast.AnnAssign: _annotated_assign,
        ast.AugAssign: _augmented_assign,
        ast.Expr: _expression,
        ast.Return: _return,
        ast.Raise: _raise,
        ast.Assert: _assert,
        ast.Delete: _delete,
        ast.Global: _global,
        ast.Nonlocal: _nonlocal,
        ast.Pass: _jump,
        ast.Break: _jump,
        ast.Continue: _jump,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.If: _if,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.Try: _try,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Match: _match,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
    }
)
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = _try
