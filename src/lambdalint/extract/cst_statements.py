"""Conversion of statements, one function for each kind of libcst node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import libcst as cst

from lambdalint.extract.cst_context import Context, identifier
from lambdalint.extract.cst_definitions import class_definition, function_definition
from lambdalint.extract.cst_expressions import arguments
from lambdalint.extract.cst_operators import AUGMENTED
from lambdalint.extract.cst_patterns import case
from lambdalint.extract.limits import MAX_BRANCHES, TooDeep
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

_Converter: TypeAlias = "Callable[[Context, Any], Stmt]"


def block(context: Context, suite: cst.BaseSuite) -> tuple[Stmt, ...]:
    """The statements of an indented block, or of what follows a colon on its row."""
    return body(context, suite.body)


def body(context: Context, nodes: Sequence[cst.CSTNode]) -> tuple[Stmt, ...]:
    """Convert statements; several on one row become several."""
    found: list[Stmt] = []
    for node in nodes:
        for small in node.body if isinstance(node, cst.SimpleStatementLine) else (node,):
            found.append(_STATEMENTS.get(small.__class__, _unknown)(context, small))
    return tuple(found)


def _unknown(context: Context, node: cst.CSTNode) -> Stmt:
    """A statement that a later libcst may know; its names are kept."""
    return ExprStmt(context.span(node), context.opaque(node))


def _target(context: Context, node: cst.CSTNode) -> Expr:
    target = context.expr(node)
    context.scope.bind_target(target)
    return target


def _assign(context: Context, node: cst.Assign) -> Stmt:
    targets = tuple([_target(context, target.target) for target in node.targets])
    return Assign(context.span(node), targets, context.expr(node.value), None, "")


def _annotated_assign(context: Context, node: cst.AnnAssign) -> Stmt:
    target = _target(context, node.target)
    annotation = context.expr(node.annotation.annotation)
    return Assign(context.span(node), (target,), context.maybe(node.value), annotation, "")


def _augmented_assign(context: Context, node: cst.AugAssign) -> Stmt:
    target = _target(context, node.target)
    return Assign(context.span(node), (target,), context.expr(node.value), None, AUGMENTED[node.operator.__class__])


def _type_alias(context: Context, node: cst.TypeAlias) -> Stmt:
    name = identifier(node.name)
    context.scope.bind(name)
    target = Name(context.span(node.name), name)
    return Assign(context.span(node), (target,), context.opaque(node.value), None, "")


def _expression(context: Context, node: cst.Expr) -> Stmt:
    return ExprStmt(context.span(node), context.expr(node.value))


def _return(context: Context, node: cst.Return) -> Stmt:
    return Return(context.span(node), context.maybe(node.value))


def _raise(context: Context, node: cst.Raise) -> Stmt:
    exception = context.maybe(node.exc)
    return Raise(context.span(node), exception, None if node.cause is None else context.expr(node.cause.item))


def _assert(context: Context, node: cst.Assert) -> Stmt:
    return Assert(context.span(node), context.expr(node.test), context.maybe(node.msg))


def _delete(context: Context, node: cst.Del) -> Stmt:
    target = node.target
    if isinstance(target, cst.Tuple) and not target.lpar:
        targets = tuple([_target(context, element.value) for element in target.elements])
    else:
        targets = (_target(context, target),)
    return Delete(context.span(node), targets)


def _global(context: Context, node: cst.Global) -> Stmt:
    names = tuple([identifier(item.name) for item in node.names])
    context.scope.globals.update(names)
    return Scope(context.span(node), "global", names)


def _nonlocal(context: Context, node: cst.Nonlocal) -> Stmt:
    names = tuple([identifier(item.name) for item in node.names])
    context.scope.nonlocals.update(names)
    return Scope(context.span(node), "nonlocal", names)


def _jump(context: Context, node: cst.Pass | cst.Break | cst.Continue) -> Stmt:
    return Jump(context.span(node), node.__class__.__name__.lower())


def _import(context: Context, node: cst.Import) -> Stmt:
    names = tuple([_imported_name(context, alias, is_plain=True) for alias in node.names])
    return Import(context.span(node), None, names, 0, False)


def _import_from(context: Context, node: cst.ImportFrom) -> Stmt:
    module = "" if node.module is None else _dotted(node.module)
    level = len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        return Import(context.span(node), module, (), level, True)
    names = tuple([_imported_name(context, alias, is_plain=False) for alias in node.names])
    return Import(context.span(node), module, names, level, False)


def _imported_name(context: Context, node: cst.ImportAlias, *, is_plain: bool) -> ImportedName:
    name = _dotted(node.name)
    alias = _alias(node.asname)
    bound = alias or (name.partition(".")[0] if is_plain else name)
    context.scope.bind(bound)
    return ImportedName(context.span(node), name, alias, bound)


def _alias(node: cst.AsName | None) -> str | None:
    return identifier(node.name) if node is not None and isinstance(node.name, cst.Name) else None


def _dotted(node: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(identifier(node.attr))
        node = node.value
    assert isinstance(node, cst.Name)
    parts.append(identifier(node))
    return ".".join(reversed(parts))


def _if(context: Context, node: cst.If) -> Stmt:
    heads: list[tuple[cst.If, Expr, tuple[Stmt, ...]]] = []
    branch: cst.If | cst.Else | None = node
    while isinstance(branch, cst.If):
        heads.append((branch, context.expr(branch.test), block(context, branch.body)))
        branch = branch.orelse
        if len(heads) > MAX_BRANCHES:
            raise TooDeep(context.positions.offsets(heads[-1][0])[0])
    orelse: tuple[Stmt, ...] = () if branch is None else block(context, branch.body)
    for link, test, then in reversed(heads):
        orelse = (If(context.span(link), test, then, orelse),)
    return orelse[0]


def _else(context: Context, node: cst.Else | cst.Finally | None) -> tuple[Stmt, ...]:
    return () if node is None else block(context, node.body)


def _for(context: Context, node: cst.For) -> Stmt:
    target, iterable = _target(context, node.target), context.expr(node.iter)
    then, orelse = block(context, node.body), _else(context, node.orelse)
    return For(context.span(node), target, iterable, then, orelse, node.asynchronous is not None)


def _while(context: Context, node: cst.While) -> Stmt:
    test = context.expr(node.test)
    return While(context.span(node), test, block(context, node.body), _else(context, node.orelse))


def _try(context: Context, node: cst.Try | cst.TryStar) -> Stmt:
    then = block(context, node.body)
    handlers = tuple([_handler(context, handler) for handler in node.handlers])
    orelse, finalbody = _else(context, node.orelse), _else(context, node.finalbody)
    return Try(context.span(node), then, handlers, orelse, finalbody, isinstance(node, cst.TryStar))


def _handler(context: Context, node: cst.ExceptHandler | cst.ExceptStarHandler) -> ExceptHandler:
    kind, name = context.maybe(node.type), _alias(node.name)
    if name is not None:
        context.scope.bind(name)
    return ExceptHandler(context.span(node), kind, name, block(context, node.body))


def _with(context: Context, node: cst.With) -> Stmt:
    items = tuple([_with_item(context, item) for item in node.items])
    return With(context.span(node), items, block(context, node.body), node.asynchronous is not None)


def _with_item(context: Context, node: cst.WithItem) -> WithItem:
    value = context.expr(node.item)
    return WithItem(value, None if node.asname is None else _target(context, node.asname.name))


def _match(context: Context, node: cst.Match) -> Stmt:
    subject = context.expr(node.subject)
    return Match(context.span(node), subject, tuple([case(context, arm, block) for arm in node.cases]))


def _function(context: Context, node: cst.FunctionDef) -> Stmt:
    return function_definition(context, node, block)


def _class(context: Context, node: cst.ClassDef) -> Stmt:
    return class_definition(context, node, block, arguments)


_STATEMENTS: dict[type[cst.CSTNode], _Converter] = {
    cst.Assign: _assign,
    cst.AnnAssign: _annotated_assign,
    cst.AugAssign: _augmented_assign,
    cst.TypeAlias: _type_alias,
    cst.Expr: _expression,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.Pass: _jump,
    cst.Break: _jump,
    cst.Continue: _jump,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
    cst.Match: _match,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
}

# Nodes that not every supported libcst has.
for _kind, _convert in (("LazyImport", _import), ("LazyImportFrom", _import_from)):
    if hasattr(cst, _kind):
        _STATEMENTS[getattr(cst, _kind)] = _convert
