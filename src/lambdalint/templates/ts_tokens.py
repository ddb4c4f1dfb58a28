"""Tokens of TypeScript, as far as a reader of constructs needs them: it never fails, what is odd is a sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>=>|\.\.\.|\?\.|===?|!==?|&&|\|\||\?\?|.)""",
    re.VERBOSE | re.DOTALL,
)
_TEXT = re.compile(r""" "[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*' """, re.VERBOSE | re.DOTALL)
_REGEX = re.compile(r"/[^/\\\[\n]*(?:(?:\\.|\[[^\]\\\n]*(?:\\.[^\]\\\n]*)*\])[^/\\\[\n]*)*/\w*")
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_BEFORE_VALUE = frozenset("(,=:[!&|?{};+-*%<>~^")
_FREE_FAILURES = 4
_MAX_FAILURES = 200
_FREE_WINDOW = 200_000
_WINDOW = 2000
"""After some quotes and slashes that begin nothing whole, only so many characters are searched for the end of a text,
and after some more none: a file full of them is not searched to its end from each.
"""


class Token(NamedTuple):
    """`kind` is name, number, sign, text, template or regex; `value` the unescaped text for a text.

    A template with `${…}` has `is_computed`.
    """

    kind: str
    value: str
    start: int
    end: int
    is_computed: bool = False


def unescape(text: str) -> str:
    """A literal's text without its escapes."""

    def plain(match: re.Match[str]) -> str:
        body = match.group(1)
        if body[0] in "ux" and len(body) > 1:
            code = int(body.strip("ux{}"), 16)
            return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        return _PLAIN.get(body, body)

    return _ESCAPE.sub(plain, text) if "\\" in text else text


def tokens(source: str, comments: list[tuple[int, str]]) -> Iterator[Token]:
    """The tokens of a file; its comments go into the list as (offset, text)."""
    position, last, failures = 0, "", 0
    while position < len(source):
        sign = source[position]
        if sign == "`":
            token = _template(source, position)
        elif sign in "'\"" or (sign == "/" and _starts_regex(source, position, last)):
            token = _delimited(source, position, failures)
            failures += token.kind == "sign"
        else:
            match = _TOKEN.match(source, position)
            assert match is not None
            position = match.end()
            if match.lastgroup == "comment":
                comments.append((match.start(), match.group()))
            if match.lastgroup in {"space", "comment"}:
                continue
            token = Token(match.lastgroup or "sign", match.group(), match.start(), match.end())
        last = token.value if token.kind == "sign" else "x"
        position = token.end
        yield token


def _starts_regex(source: str, position: int, last: str) -> bool:
    """Whether a slash begins a regular expression: after an operator or a bracket, and no comment."""
    if source[position + 1 : position + 2] in {"/", "*"}:
        return False
    return last == "" or last[-1] in _BEFORE_VALUE


def _delimited(source: str, start: int, failures: int) -> Token:
    """A text in quotes or a regular expression; only its first character, as a sign, when it does not end."""
    window = _FREE_WINDOW if failures <= _FREE_FAILURES else _WINDOW if failures <= _MAX_FAILURES else 0
    is_regex = source[start] == "/"
    match = (_REGEX if is_regex else _TEXT).match(source, start, min(len(source), start + window))
    if match is None:
        return Token("sign", source[start], start, start + 1)
    if is_regex:
        return Token("regex", match.group(), start, match.end())
    return Token("text", unescape(match.group()[1:-1]), start, match.end())


def _template(source: str, start: int) -> Token:
    """A template literal, with its expressions passed over."""
    position, depth, is_computed = start + 1, 0, False
    while position < len(source):
        sign = source[position]
        if sign == "\\":
            position += 2
            continue
        if depth == 0 and sign == "`":
            value = unescape(source[start + 1 : position])
            return Token("template", value, start, position + 1, is_computed)
        if depth == 0 and source.startswith("${", position):
            depth, is_computed, position = 1, True, position + 1
        elif depth and sign == "{":
            depth += 1
        elif depth and sign == "}":
            depth -= 1
        position += 1
    return Token("template", "", start, len(source), True)
