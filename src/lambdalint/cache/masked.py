"""Which summaries may hold a secret that findings mask: those are not kept, so that no cache holds it in clear."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lambdalint.catalog.literals import looks_like_aws_key
from lambdalint.catalog.names import is_secret_name
from lambdalint.declared import Declarations, Variable
from lambdalint.source import Span
from lambdalint.summary import (
    Argument,
    Assign,
    Attribute,
    BoolOp,
    Call,
    DictItem,
    Expr,
    IfExp,
    Literal,
    ModuleSummary,
    Name,
    Parameter,
    Subscript,
)

_MIN_LENGTH = 8


def holds_secret(summary: ModuleSummary, names: frozenset[str]) -> bool:
    """Whether `secrets` finds any."""
    return next(secrets(summary, names), None) is not None


def secrets(summary: ModuleSummary, names: frozenset[str]) -> Iterator[Span]:
    """The spans of the texts that have the form of an AWS key, or that are bound to the name of a secret.

    `names` are those that the configuration adds.  Nothing is excused as a placeholder: it is only a matter of time.
    """
    stack: list[Any] = [summary.body, summary.functions, summary.classes]
    plain: list[tuple[str, Span]] = []
    passed: set[str] = set()
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is Name:
            continue
        if kind is Literal:
            if node.kind == "str" and len(node.value) >= _MIN_LENGTH and looks_like_aws_key(node.value):
                yield node.span
            continue
        if kind in _BINDINGS:
            value, bound = _BINDINGS[kind](node)
            if value is not None and any(_is_secret(name, names) for name in bound):
                yield from _texts(value)
                if value.__class__ is Name:
                    passed.add(value.id)
            elif kind is Assign and value.__class__ is Literal:
                plain += [(name, text) for name in bound for text in _texts(value)]
        stack.extend([part for part in node if isinstance(part, tuple) and part.__class__ is not Span])
    yield from (text for name, text in plain if name in passed)


def declares_secret(declared: Declarations, names: frozenset[str]) -> bool:
    """Whether a template gives a secret-looking variable a value of its own."""
    return any(_tells(variable, names) for function in declared.functions for variable in function.environment)


def declared_secrets(declared: Declarations, path: str, names: frozenset[str]) -> Iterator[Variable]:
    """The variables of templates that are given a secret in the file at a path."""
    for function in declared.functions:
        for variable in function.environment:
            if (variable.path or function.template) == path and _tells(variable, names):
                yield variable


def _tells(variable: Variable, names: frozenset[str]) -> bool:
    value = variable.value
    return value is not None and (_is_secret(variable.name, names) or looks_like_aws_key(value))


def _texts(value: Expr) -> Iterator[Span]:
    """The spans of the texts that are long enough for a secret, of which a value may be one; a fallback counts."""
    stack = [value]
    while stack:
        expr = stack.pop()
        if isinstance(expr, Literal):
            if isinstance(expr.value, str) and len(expr.value) >= _MIN_LENGTH:
                yield expr.span
        elif isinstance(expr, BoolOp):
            stack += (expr.left, expr.right)
        elif isinstance(expr, IfExp):
            stack += (expr.body, expr.orelse)
        elif isinstance(expr, Call):
            stack += [given.value for given in expr.arguments[1:2]]


def _assigned(node: Assign) -> tuple[Expr | None, list[str]]:
    return node.value, [_target(target) for target in node.targets]


def _target(target: Expr) -> str:
    if isinstance(target, Name):
        return target.id
    if isinstance(target, Attribute):
        return target.attr
    if isinstance(target, Subscript) and isinstance(target.key, Literal):
        return str(target.key.value)
    return ""


def _argument(node: Argument) -> tuple[Expr | None, list[str]]:
    return (None, []) if node.keyword is None else (node.value, [node.keyword])


def _item(node: DictItem) -> tuple[Expr | None, list[str]]:
    return (node.value, [str(node.key.value)]) if isinstance(node.key, Literal) else (None, [])


def _parameter(node: Parameter) -> tuple[Expr | None, list[str]]:
    return node.default, [node.name]


_BINDINGS: dict[type, Any] = {Assign: _assigned, Argument: _argument, DictItem: _item, Parameter: _parameter}


@lru_cache(maxsize=20_000)
def _is_secret(name: str, names: frozenset[str]) -> bool:
    return bool(name) and is_secret_name(name, names)
