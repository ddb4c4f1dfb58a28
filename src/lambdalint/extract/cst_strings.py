"""Conversion of string literals: plain, concatenated implicitly, and with expressions inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import libcst as cst

from lambdalint.extract.cst_context import Context
from lambdalint.extract.literals import string_value, text_value
from lambdalint.summary import Expr, Joined, Literal, Opaque

_String: TypeAlias = "cst.SimpleString | cst.FormattedString"


def simple_string(context: Context, node: cst.SimpleString) -> Expr:
    """One string or bytes token."""
    value = string_value(node.value)
    if value is None:
        return Opaque(context.span(node), ())
    if isinstance(value, bytes):
        return Literal(context.span(node), "bytes", value.decode("latin-1"))
    return Literal(context.span(node), "str", value)


def joined_string(context: Context, node: Any) -> Expr:
    """An f-string or a t-string."""
    return Joined(context.span(node), tuple(_parts(context, node)))


def concatenated_string(context: Context, node: cst.ConcatenatedString) -> Expr:
    """Strings side by side: one literal when all are plain and of one kind, else joined."""
    pieces: list[_String] = []
    part: cst.ConcatenatedString | _String = node
    while isinstance(part, cst.ConcatenatedString):
        pieces.append(part.left)
        part = part.right
    pieces.append(part)
    converted: list[Expr] = []
    for piece in pieces:
        if isinstance(piece, cst.SimpleString):
            converted.append(simple_string(context, piece))
        else:
            converted.extend(_parts(context, piece))
    if all(isinstance(piece, cst.SimpleString) for piece in pieces):
        return _merge(context, node, converted)
    return Joined(context.span(node), tuple(converted))


def _merge(context: Context, node: cst.ConcatenatedString, parts: list[Expr]) -> Expr:
    literals = [part for part in parts if isinstance(part, Literal)]
    if len(literals) < len(parts) or len({literal.kind for literal in literals}) > 1:
        return Opaque(context.span(node), ())
    return Literal(context.span(node), literals[0].kind, "".join(str(literal.value) for literal in literals))


def _parts(context: Context, node: Any) -> list[Expr]:
    """The literal stretches and the expressions of an f-string or t-string, in order."""
    found: list[Expr] = []
    for part in node.parts:
        if hasattr(part, "expression"):
            found.append(context.expr(part.expression))
            found.extend(_specification(context, part.format_spec or ()))
        else:
            found.append(_text(context, part, node.start, node.end))
    return found


def _specification(context: Context, parts: Sequence[Any]) -> list[Expr]:
    """The expressions of a format specification."""
    found: list[Expr] = []
    for part in parts:
        if hasattr(part, "expression"):
            found.append(context.expr(part.expression))
            found.extend(_specification(context, part.format_spec or ()))
    return found


def _text(context: Context, part: Any, start: str, end: str) -> Expr:
    offset = context.positions.mark(part)
    span = context.positions.between(offset, offset + len(part.value))
    value = text_value(part.value, start, end)
    return Opaque(span, ()) if value is None else Literal(span, "str", value)
