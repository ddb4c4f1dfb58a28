"""Which summaries may hold a secret that findings mask: those are not kept, so that no cache holds it in clear."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lambdalint.catalog.literals import looks_like_aws_key
from lambdalint.catalog.names import is_secret_name
from lambdalint.declared import Declarations
from lambdalint.source import Span
from lambdalint.summary import (
    Argument,
    Assign,
    Attribute,
    DictItem,
    Expr,
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
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is Literal:
            if node.kind == "str" and len(node.value) >= _MIN_LENGTH and looks_like_aws_key(node.value):
                yield node.span
            continue
        if kind in _BINDINGS:
            text, bound = _BINDINGS[kind](node)
            if text is not None and any(_is_secret(name, names) for name in bound):
                yield text
        stack.extend([part for part in node if isinstance(part, tuple) and part.__class__ is not Span])


def declares_secret(declared: Declarations, names: frozenset[str]) -> bool:
    """Whether a template gives a secret-looking variable a value of its own, or holds code, which may do so."""
    return any(
        function.inline is not None
        or any(v.value is not None and _is_secret(v.name, names) for v in function.environment)
        or any(v.value is not None and looks_like_aws_key(v.value) for v in function.environment)
        for function in declared.functions
    )


def _text(value: Expr | None) -> Span | None:
    """The span of a text that is long enough for a secret."""
    is_text = isinstance(value, Literal) and isinstance(value.value, str) and len(value.value) >= _MIN_LENGTH
    return value.span if is_text and value is not None else None


def _assigned(node: Assign) -> tuple[Span | None, list[str]]:
    return _text(node.value), [_target(target) for target in node.targets]


def _target(target: Expr) -> str:
    if isinstance(target, Name):
        return target.id
    if isinstance(target, Attribute):
        return target.attr
    if isinstance(target, Subscript) and isinstance(target.key, Literal):
        return str(target.key.value)
    return ""


def _argument(node: Argument) -> tuple[Span | None, list[str]]:
    return (None, []) if node.keyword is None else (_text(node.value), [node.keyword])


def _item(node: DictItem) -> tuple[Span | None, list[str]]:
    return (_text(node.value), [str(node.key.value)]) if isinstance(node.key, Literal) else (None, [])


def _parameter(node: Parameter) -> tuple[Span | None, list[str]]:
    return _text(node.default), [node.name]


_BINDINGS: dict[type, Any] = {Assign: _assigned, Argument: _argument, DictItem: _item, Parameter: _parameter}


@lru_cache(maxsize=20_000)
def _is_secret(name: str, names: frozenset[str]) -> bool:
    return bool(name) and is_secret_name(name, names)
