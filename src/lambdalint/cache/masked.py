"""Which summaries may hold a secret that findings mask: those are not kept, so that no cache holds it in clear."""

from __future__ import annotations

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
    """Whether a string is written that has the form of an AWS key, or that is bound to the name of a secret.

    `names` are those that the configuration adds.  Nothing is excused as a placeholder: it is only a matter of time.
    """
    stack: list[Any] = [summary.body, summary.functions, summary.classes]
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is Literal:
            if node.kind == "str" and len(node.value) >= _MIN_LENGTH and looks_like_aws_key(node.value):
                return True
            continue
        if kind in _BINDINGS and any(_is_secret(name, names) for name in _BINDINGS[kind](node)):
            return True
        stack.extend([part for part in node if isinstance(part, tuple) and part.__class__ is not Span])
    return False


def declares_secret(declared: Declarations, names: frozenset[str]) -> bool:
    """Whether a template gives a secret-looking variable a value of its own, or holds code, which may do so."""
    return any(
        function.inline is not None
        or any(v.value is not None and _is_secret(v.name, names) for v in function.environment)
        or any(v.value is not None and looks_like_aws_key(v.value) for v in function.environment)
        for function in declared.functions
    )


def _is_text(value: Expr | None) -> bool:
    return isinstance(value, Literal) and isinstance(value.value, str) and len(value.value) >= _MIN_LENGTH


def _assigned(node: Assign) -> list[str]:
    return [_target(target) for target in node.targets] if _is_text(node.value) else []


def _target(target: Expr) -> str:
    if isinstance(target, Name):
        return target.id
    if isinstance(target, Attribute):
        return target.attr
    if isinstance(target, Subscript) and isinstance(target.key, Literal):
        return str(target.key.value)
    return ""


def _argument(node: Argument) -> list[str]:
    return [node.keyword] if node.keyword is not None and _is_text(node.value) else []


def _item(node: DictItem) -> list[str]:
    return [str(node.key.value)] if isinstance(node.key, Literal) and _is_text(node.value) else []


def _parameter(node: Parameter) -> list[str]:
    return [node.name] if _is_text(node.default) else []


_BINDINGS: dict[type, Any] = {Assign: _assigned, Argument: _argument, DictItem: _item, Parameter: _parameter}


@lru_cache(maxsize=20_000)
def _is_secret(name: str, names: frozenset[str]) -> bool:
    return bool(name) and is_secret_name(name, names)
