"""Conversion of strings of which `ast` does not say enough.

That is where the expressions and the literal stretches of an f-string lie, on any Python, and what a string holds
where the text that was parsed does not hold it.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Iterator

from lambdalint.extract.ast_context import EXPRESSIONS, Context, Unsure
from lambdalint.extract.literals import STRING, string_value, text_value
from lambdalint.source import Span
from lambdalint.summary import Attribute, Expr, Joined, Literal, Name, Opaque

_TOKEN = re.compile(rf"([bBfFrRuU]{{0,2}}){STRING}", re.DOTALL)
_BETWEEN = re.compile(r"(?:[\s\\]|#[^\r\n]*)*")
_BRACE = re.compile(r"[{}]")
# A field that holds a dotted name and at most a plain format specification.
_NAMES = re.compile(r"[ \t]*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)[ \t]*(?:![rsa])?(?::(?!=)[^{}\"'#\\\r\n]*)?\}", re.ASCII)
_KEYWORDS = frozenset(keyword.kwlist)
# What matters on the way to the end of an expression: strings, brackets, and what may end it.
_STEP = re.compile(r"\"[^\"\\\r\n]*\"|'[^'\\\r\n]*'|[(\[{]|[)\]}]|[=!<>]=|=|![rsa]|:|[\"'#\\\r\n]")
_TAIL = re.compile(r"[ \t]*=?[ \t]*(?:![rsa])?(:)?")
_FLAGS = ast.PyCF_ONLY_AST


def _tokens(context: Context, start: int, end: int) -> Iterator[tuple[int, int, str, str]]:
    """The string tokens between two offsets: where each begins and ends, its prefix and its quotes."""
    code = context.code
    while start < end:
        found = _TOKEN.match(code, start, end)
        if found is None:
            raise Unsure("string")
        quote = found[0][-1]
        yield start, found.end(), found[1].lower(), quote * 3 if code.startswith(quote * 3, found.end(1)) else quote
        between = _BETWEEN.match(code, found.end(), end)
        assert between is not None
        start = between.end()


def masked_string(context: Context, node: ast.Constant, span: Span) -> Expr:
    """A plain string or bytes in a text whose other than ASCII characters were left out of what was parsed."""
    text = context.source.text
    pieces = [
        string_value(text[start:end]) for start, end, _, _ in _tokens(context, context.start(node), context.end(node))
    ]
    values = [piece for piece in pieces if isinstance(piece, str)]
    if len(values) == len(pieces):
        return Literal(span, "str", "".join(values))
    encoded = [piece for piece in pieces if isinstance(piece, bytes)]
    if len(encoded) == len(pieces):
        return Literal(span, "bytes", b"".join(encoded).decode("latin-1"))
    return Opaque(span, ())


def _joined_string(context: Context, node: ast.JoinedStr) -> Expr:
    """An f-string, or strings side by side with one."""
    start, end = context.start(node), context.end(node)
    if node.lineno != node.end_lineno:
        context.long_strings.append((start, end))
    parts: list[Expr] = []
    for first, last, prefix, quotes in _tokens(context, start, end):
        if "f" in prefix:
            _Formatted(context, prefix, quotes, last - len(quotes), parts).read(first + len(prefix) + len(quotes))
            continue
        span = context.between(first, last)
        value = string_value(context.source.text[first:last])
        if isinstance(value, bytes):
            raise Unsure("bytes")
        parts.append(Opaque(span, ()) if value is None else Literal(span, "str", value))
    return Joined(context.between(start, end), tuple(parts))


EXPRESSIONS[ast.JoinedStr] = _joined_string


class _Formatted:
    """One f-string token whose text ends at an offset; what it holds is added to `parts` in source order."""

    def __init__(self, context: Context, prefix: str, quotes: str, end: int, parts: list[Expr]) -> None:
        self._context = context
        self._code = context.code
        self._prefix = prefix
        self._quotes = quotes
        self._end = end
        self._parts = parts

    def read(self, start: int) -> None:
        """Read the token's text, which begins at an offset."""
        code, end = self._code, self._end
        place = start
        while True:
            brace = _BRACE.search(code, place, end)
            if brace is None:
                break
            place = brace.start()
            if code[place - 1] == "\\" or (code[place - 2 : place] == "\\N" and "r" not in self._prefix):
                raise Unsure("backslash before a brace")
            if code.startswith(brace[0] * 2, place, end):
                place += 2
                continue
            if brace[0] == "}":
                raise Unsure("brace")
            self._text(start, place)
            start = place = self._field(place + 1)
        self._text(start, end)

    def _text(self, start: int, end: int) -> None:
        if start < end:
            context = self._context
            value = text_value(context.source.text[start:end], self._prefix + self._quotes, self._quotes)
            span = context.between(start, end)
            self._parts.append(Opaque(span, ()) if value is None else Literal(span, "str", value))

    def _field(self, start: int) -> int:
        """Read the field whose brace opens before an offset; returns the offset behind its closing brace."""
        code, end = self._code, self._end
        found = _NAMES.match(code, start, end)
        if found is not None and found[1] not in _KEYWORDS:
            self._parts.append(_dotted(self._context, found.start(1), found[1]))
            return found.end()
        stop = self._expression_end(start)
        self._parts.append(self._expression(start, stop))
        tail = _TAIL.match(code, stop, end)
        assert tail is not None
        place = tail.end()
        if tail[1]:
            place = self._specification(place)
        if not code.startswith("}", place, end):
            raise Unsure("field")
        return place + 1

    def _specification(self, place: int) -> int:
        """Read a format specification, which begins at an offset; returns the offset of the brace behind it."""
        code, end = self._code, self._end
        while True:
            brace = _BRACE.search(code, place, end)
            if brace is None:
                raise Unsure("field")
            if any(mark in code[place : brace.start()] for mark in "\"'#\\\r\n"):
                raise Unsure("format specification")
            if brace[0] == "}":
                return brace.start()
            if code.startswith("{{", brace.start()):
                raise Unsure("braces in a format specification")
            place = self._field(brace.end())

    def _expression_end(self, start: int) -> int:
        """The offset behind the expression that begins at an offset."""
        depth = 0
        for step in _STEP.finditer(self._code, start, self._end):
            mark = step[0]
            if mark in "([{":
                depth += 1
            elif mark in ")]}":
                if depth == 0:
                    return step.start()
                depth -= 1
            elif mark in ("=", ":") or mark[0] == "!" != mark[-1]:
                if depth == 0 and mark != "!=":
                    return step.start()
            elif mark in "\"'#\\\r\n":
                raise Unsure("field")
        raise Unsure("field")

    def _expression(self, start: int, end: int) -> Expr:
        """The expression between two offsets of one row."""
        context = self._context
        row, column, _, _ = context.between(start, start)
        tree = _parse("(" + " " * (column - 1) + self._code[start:end] + ")")
        ast.increment_lineno(tree, row - 1)
        if context.start(tree) < start:
            raise Unsure("parentheses of a field")
        return EXPRESSIONS[tree.__class__](context, tree)  # type: ignore[no-any-return]


def _parse(code: str) -> ast.expr:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = compile(code, "field", "eval", _FLAGS, dont_inherit=True)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            raise Unsure("field") from error
    assert isinstance(tree, ast.Expression)
    return tree.body


def _dotted(context: Context, start: int, names: str) -> Expr:
    """The dotted name that stands at an offset."""
    first, *rest = names.split(".")
    row, column, _, _ = context.between(start, start)
    end = column + len(first)
    value: Expr = Name(Span(row, column, row, end), first)
    for name in rest:
        end += 1 + len(name)
        value = Attribute(Span(row, column, row, end), value, name)
    return value
