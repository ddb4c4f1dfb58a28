"""A module's tables of functions and classes, and their entries."""

from __future__ import annotations

from lambdalint.extract.scopes import ScopeTable
from lambdalint.source import Span
from lambdalint.summary import Argument, Class, Expr, ExprStmt, Function, Literal, Parameter, Stmt


class Definitions:
    """The tables of a module while it is converted, and the scope in which it is.

    Definitions get their numbers in source order; the entry of one that is not complete is None.
    """

    __slots__ = ("classes", "functions", "scope")

    def __init__(self) -> None:
        self.scope = ScopeTable()
        self.functions: list[Function | None] = []
        self.classes: list[Class | None] = []

    def enter(self, scope: ScopeTable) -> ScopeTable:
        """Make a scope the current one; returns the one that was."""
        before, self.scope = self.scope, scope
        return before

    def bind_parameters(self, parameters: tuple[Parameter, ...]) -> None:
        """Bind the names of parameters in the current scope."""
        self.scope.bound.update([parameter.name for parameter in parameters])


def docstring(body: tuple[Stmt, ...]) -> str | None:
    """The docstring of a body, not dedented."""
    if body and isinstance(body[0], ExprStmt):
        value = body[0].value
        if isinstance(value, Literal) and value.kind == "str" and isinstance(value.value, str):
            return value.value
    return None


def function_entry(
    name: str,
    span: Span,
    header: Span,
    parameters: tuple[Parameter, ...],
    decorators: tuple[Expr, ...],
    returns: Expr | None,
    body: tuple[Stmt, ...],
    outer: ScopeTable,
    scope: ScopeTable,
    *,
    is_async: bool,
) -> Function:
    """A function or lambda expression, once its own scope is complete; `outer` is the scope around it."""
    return Function(
        number=scope.function,
        name=name,
        qualname=outer.qualname(name),
        span=span,
        header=header,
        parameters=parameters,
        decorators=decorators,
        returns=returns,
        body=body,
        outer=outer.function,
        cls=outer.cls,
        is_async=is_async,
        is_generator=scope.is_generator,
        docstring=docstring(body),
        locals=scope.locals(),
        globals=tuple(sorted(scope.globals)),
        nonlocals=tuple(sorted(scope.nonlocals)),
    )


def class_entry(
    name: str,
    span: Span,
    header: Span,
    arguments: tuple[Argument, ...],
    decorators: tuple[Expr, ...],
    body: tuple[Stmt, ...],
    outer: ScopeTable,
    scope: ScopeTable,
) -> Class:
    """A class, once its own scope is complete; `outer` is the scope around it."""
    return Class(
        number=scope.cls,
        name=name,
        qualname=outer.qualname(name),
        span=span,
        header=header,
        arguments=arguments,
        decorators=decorators,
        body=body,
        outer=outer.function,
        cls=outer.cls,
        docstring=docstring(body),
        locals=scope.locals(),
    )
