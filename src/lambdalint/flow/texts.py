"""Strings that are built: which values stand in them, and behind which text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambdalint.flow import values as v
from lambdalint.flow.values import CLEAN, Value
from lambdalint.summary import BinOp, Expr, Joined, Literal

if TYPE_CHECKING:
    from lambdalint.flow.expressions import Expressions

_MAPPED = re.compile(r"%\((\w+)\)")
_PERCENT = re.compile(r"%(?:\([^)]*\))?[-+ #0-9.*]*[a-zA-Z]")
_BRACES = re.compile(r"\{[^{}]*\}")


def joined(on: Expressions, expr: Joined) -> Value:
    """The value of an f-string."""
    return v.built(
        (str(part.value), None) if isinstance(part, Literal) else ("", on.text(part, on.value(part)))
        for part in expr.parts
    )


def operation(on: Expressions, expr: BinOp) -> Value:
    """The value of an arithmetic operator's result; numbers carry nothing."""
    if expr.op == "+":
        return _concatenation(on, expr)
    left, right = on.value(expr.left), on.value(expr.right)
    if expr.op == "%":
        return _formatted(expr, left, on.text(expr.right, right))
    if expr.op == "|":
        return v.join(left, right)
    if expr.op in ("/", "//"):
        return v.built((("", left), ("/", None), ("", right))) if expr.op == "/" else CLEAN
    return v.join(left, right) if expr.op == "*" else CLEAN


def _concatenation(on: Expressions, expr: BinOp) -> Value:
    operands: list[Expr] = []
    rest: Expr = expr
    while isinstance(rest, BinOp) and rest.op == "+":
        operands.append(rest.right)
        rest = rest.left
    parts: list[tuple[str, Value | None]] = []
    held: list[Value] = []
    for operand in (rest, *reversed(operands)):
        if isinstance(operand, Literal) and isinstance(operand.value, str):
            parts.append((operand.value, None))
            continue
        value = on.value(operand)
        parts.append(("", value))
        held.append(value)
    if any(value.shape == "list" for value in held):
        return v.listed(v.join(*(v.iterate(value) for value in held)))
    return v.built(parts)


def _formatted(expr: BinOp, left: Value, right: Value) -> Value:
    if isinstance(expr.left, Literal) and not isinstance(expr.left.value, str):
        return CLEAN
    given = list(right.fields.values()) if right.shape == "list" and right.fields else [right]
    text = expr.left.value if isinstance(expr.left, Literal) else None
    keys = _MAPPED.findall(str(text)) if text is not None else []
    if keys:
        given = [v.read(right, key) for key in keys]
    template = [("", left)] if text is None else []
    return v.built([*template, *interleave(str(text) if text is not None else "", given, "%")])


def interleave(text: str, given: list[Value], style: str) -> list[tuple[str, Value | None]]:
    """The parts of a formatted text: its literal stretches and the values in their order."""
    pieces = (_PERCENT if style == "%" else _BRACES).split(text)
    parts: list[tuple[str, Value | None]] = []
    for index, piece in enumerate(pieces):
        parts.append((piece, None))
        if index < len(pieces) - 1 and index < len(given):
            parts.append(("", given[index]))
    for value in given[max(0, len(pieces) - 1) :]:
        parts += (("\0", None), ("", value))
    return parts
