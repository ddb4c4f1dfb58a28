"""A small scanner of Python text: where its tokens, strings, comments and brackets are.

It depends on no interpreter's grammar: it knows lexical rules only (string prefixes, nested replacement
fields, comments, brackets), so that text newer than the running Python is scanned as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_STRING = re.compile(r"([bBrRuUfFtT]{0,2})('''|\"\"\"|'|\")")
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"[ \t\f]+")
_COMMENT = re.compile(r"#[^\r\n]*")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_CONTINUATION = re.compile(r"\\(?:\r\n|\r|\n)")
_OPERATOR = re.compile(r":=|->|\.\.\.|\*\*=|//=|>>=|<<=|[-+*/%@&|^=!<>]=|\*\*|//|>>|<<|.", re.DOTALL)
_OPENERS = "([{"
_CLOSERS = ")]}"


class ScanError(Exception):
    """Text that does not scan: an unterminated string or an unbalanced bracket."""


class Token(NamedTuple):
    """One token: `kind` is word, string, comment, newline, operator, open or close; `depth` counts open brackets.

    `start` and `end` are offsets.  An opening and its closing bracket have the depth of what is around them.
    """

    kind: str
    start: int
    end: int
    depth: int


def tokens(text: str, start: int, end: int, depth: int = 0) -> Iterator[Token]:
    """The tokens of a stretch of text that begins at a token's boundary inside `depth` brackets.

    Raises ScanError where a string does not end or a bracket closes that never opened.
    """
    position = start
    while position < end:
        if match := _SPACE.match(text, position) or _CONTINUATION.match(text, position):
            position = match.end()
            continue
        kind, stop = _next(text, position)
        if kind == "close":
            depth -= 1
            if depth < 0:
                raise ScanError("unbalanced bracket")
        yield Token(kind, position, stop, depth)
        if kind == "open":
            depth += 1
        position = stop


def _next(text: str, position: int) -> tuple[str, int]:
    """Kind and end of the token at a position that is no white space."""
    if match := _STRING.match(text, position):
        return "string", _string_end(text, match.end(), match.group(1).lower(), match.group(2))
    if match := _WORD.match(text, position):
        return "word", match.end()
    if match := _COMMENT.match(text, position):
        return "comment", match.end()
    if match := _NEWLINE.match(text, position):
        return "newline", match.end()
    character = text[position]
    if character in _OPENERS:
        return "open", position + 1
    if character in _CLOSERS:
        return "close", position + 1
    match = _OPERATOR.match(text, position)
    return "operator", match.end() if match else position + 1


def _string_end(text: str, position: int, prefix: str, quote: str) -> int:
    """The offset after the quote that closes a string whose contents begin at a position."""
    has_fields = "f" in prefix or "t" in prefix
    while position < len(text):
        if text.startswith(quote, position):
            return position + len(quote)
        character = text[position]
        if character == "\\":
            position = _escape_end(text, position, prefix)
        elif has_fields and character == "{":
            position = position + 2 if text.startswith("{{", position) else _field_end(text, position + 1, quote)
        elif len(quote) == 1 and character in "\r\n":
            break
        else:
            position += 1
    raise ScanError("a string does not end")


def _escape_end(text: str, position: int, prefix: str) -> int:
    """The offset after the backslash at a position and what it escapes."""
    if "r" not in prefix and text.startswith("\\N{", position):
        closing = text.find("}", position)
        return closing + 1 if closing > 0 else position + 3
    if text.startswith("\\\r\n", position):
        return position + 3
    return position + 1 if text.startswith("{", position + 1) else position + 2


def _field_end(text: str, position: int, quote: str) -> int:
    """The offset after the brace that closes a replacement field whose expression begins at a position."""
    depth = 0
    while position < len(text):
        if match := _SPACE.match(text, position):
            position = match.end()
            continue
        character = text[position]
        if depth == 0 and character == "}":
            return position + 1
        if depth == 0 and character == ":":
            return _format_end(text, position + 1, quote)
        kind, stop = _next(text, position)
        depth += (kind == "open") - (kind == "close")
        position = stop
    raise ScanError("a replacement field does not end")


def _format_end(text: str, position: int, quote: str) -> int:
    """The offset after the brace that closes a field whose format specification begins at a position."""
    while position < len(text) and not (quote and text.startswith(quote, position)):
        if text[position] == "}":
            return position + 1
        position = _field_end(text, position + 1, quote) if text[position] == "{" else position + 1
    raise ScanError("a format specification does not end")


def rows_inside_strings(text: str, start: int, end: int) -> frozenset[int]:
    """Offsets of the line starts, in a stretch of text, that lie inside a string: they must keep their indentation."""
    return frozenset(
        match.end()
        for token in tokens(text, start, end)
        if token.kind == "string"
        for match in _NEWLINE.finditer(text, token.start, token.end)
    )


def quotes_around(text: str, start: int, end: int, place: int) -> Iterator[str]:
    """The quotes, `'` or `"`, of the strings in whose replacement fields a place lies, the outermost first."""
    for token in tokens(text, start, end):
        if token.kind != "string" or not token.start < place < token.end:
            continue
        opening = _STRING.match(text, token.start)
        if opening is None or not {"f", "t"} & set(opening.group(1).lower()):
            return
        yield opening.group(2)[0]
        prefix, quote = opening.groups()
        for field_start, field_end in fields(text, opening.end(), token.end - len(quote), prefix.lower()):
            if field_start <= place < field_end:
                yield from quotes_around(text, field_start, field_end, place)


def fields(text: str, position: int, end: int, prefix: str) -> Iterator[tuple[int, int]]:
    """The replacement fields in the contents of a string: the offsets of what is between their braces."""
    while position < end:
        if text[position] == "\\":
            position = _escape_end(text, position, prefix)
        elif text.startswith("{{", position):
            position += 2
        elif text[position] == "{":
            stop = _field_end(text, position + 1, "")
            yield position + 1, stop - 1
            position = stop
        else:
            position += 1


def opening_quote(text: str, position: int) -> tuple[str, str]:
    """The prefix and the quotes with which a string begins at a position."""
    match = _STRING.match(text, position)
    if match is None:
        raise ScanError("no string begins here")
    return match.group(1), match.group(2)


def open_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """How many brackets a stretch of text leaves open, and how many it closes that never opened in it."""
    depth = lowest = 0
    for token in tokens(text, start, end, len(text)):
        depth += (token.kind == "open") - (token.kind == "close")
        lowest = min(lowest, depth)
    return depth - lowest, -lowest


def breaks_lines(text: str) -> bool:
    """Whether an expression's text has a line break outside all of its brackets and strings."""
    return any(token.kind == "newline" and token.depth == 0 for token in tokens(text, 0, len(text))) or bool(
        _outer_continuation(text)
    )


def _outer_continuation(text: str) -> bool:
    """Whether a backslash continues a line outside all strings."""
    inside = [(token.start, token.end) for token in tokens(text, 0, len(text)) if token.kind in ("string", "comment")]
    return any(not any(start <= match.start() < end for start, end in inside) for match in _CONTINUATION.finditer(text))


def normal(text: str) -> str:
    """Text with its comments and optional white space dropped, to compare expressions by."""
    parts: list[str] = []
    for token in tokens(text, 0, len(text)):
        piece = text[token.start : token.end]
        if token.kind in ("comment", "newline"):
            continue
        if token.kind == "string":
            piece = _requoted(piece)
        if piece == ")" and parts and parts[-1] == "," and _is_call(parts):
            parts.pop()
        elif parts and token.kind in ("word", "string") and (parts[-1][-1].isalnum() or parts[-1][-1] in "_'\""):
            parts.append(" ")
        parts.append(piece)
    return "".join(parts)


def _requoted(text: str) -> str:
    """A plain string between single quotes as one between double quotes, where that needs no escape."""
    inner = text[1:-1]
    is_plain = text[0] == text[-1] == "'" and not text.startswith("'''") and "\\" not in inner and '"' not in inner
    return f'"{inner}"' if is_plain else text


def _is_call(parts: list[str]) -> bool:
    """Whether the bracket that is open at the end of these pieces follows a name or a bracket: a call's."""
    depth = 0
    for index in range(len(parts) - 1, -1, -1):
        depth += (parts[index] in (")", "]", "}")) - (parts[index] in ("(", "[", "{"))
        if depth < 0:
            before = parts[index - 1] if index else ""
            return bool(before) and (before[-1].isalnum() or before[-1] in "_)]")
    return False
