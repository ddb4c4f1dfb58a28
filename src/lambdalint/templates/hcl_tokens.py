"""Tokens of HCL, the language of Terraform's files, each with its place.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lambdalint.templates.tree import TreeError

MAX_TOKENS = 60_000
"""Some seven thousand rows; files of Terraform are far shorter."""

_SKIP = re.compile(r"[ \t\r]+|(?:\#|//)[^\n]*|/\*.*?\*/", re.DOTALL)
_HEREDOC = re.compile(r"<<(-?)([A-Za-z_][\w-]*)[ \t\r]*\n")
_SIMPLE = re.compile(r'"([^"\\\n$%]*)"')
_PLAIN = re.compile(
    r"(?P<name>[^\W\d][\w-]*)|(?P<number>\d[\w.]*)|(?P<sign>\.\.\.|=>|==|!=|<=|>=|&&|\|\||::|[\[\]{}()=,.:?!<>+\-*/%\n])"
)
_TEXT = re.compile(r'(?:[^"\n\\$%]+|\$(?!\$?\{)|%(?!%?\{))+')
_BRACES = re.compile(r'[\\"{}]|\$\{')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


class Token(NamedTuple):
    """`kind` is name, number, sign, text or heredoc.

    The pieces of a text are (literal text, "") and ("", (start, end)) for an expression between those offsets.
    """

    kind: str
    value: str
    start: int
    end: int
    pieces: tuple[tuple[str, tuple[int, int] | None], ...] = ()


class Comment(NamedTuple):
    """A comment and its offset."""

    start: int
    text: str


class Meter:
    """Counts the tokens of a file, those inside of texts and the braces that these are searched for included."""

    def __init__(self) -> None:
        self._count = 0

    def count(self, source: str, position: int) -> None:
        """One more.  Raises TreeError when there are too many."""
        self._count += 1
        if self._count > MAX_TOKENS:
            raise TreeError(f"more than {MAX_TOKENS} tokens", _row(source, position))


def tokens(source: str, start: int, end: int, meter: Meter, comments: list[Comment] | None = None) -> list[Token]:
    """The tokens of a stretch of a file.  Raises TreeError for text that does not end, or no HCL at all."""
    found: list[Token] = []
    position = start
    while position < end:
        skipped = _SKIP.match(source, position, end)
        if skipped:
            if comments is not None and skipped.group()[0] in "#/":
                comments.append(Comment(position, skipped.group()))
            position = skipped.end()
            continue
        token = _token(source, position, end, meter)
        found.append(token)
        meter.count(source, position)
        position = token.end
    return found


def _token(source: str, position: int, end: int, meter: Meter) -> Token:
    sign = source[position]
    if sign == '"':
        simple = _SIMPLE.match(source, position, end)
        if simple is None:
            return _quoted(source, position, end, meter)
        text = simple[1]
        return Token("text", "", position, simple.end(), ((text, None),) if text else ())
    if sign == "<" and (heredoc := _HEREDOC.match(source, position, end)):
        return _heredoc(source, heredoc, end)
    plain = _PLAIN.match(source, position, end)
    if plain is None:
        raise TreeError(f"unexpected {source[position]!r}", _row(source, position))
    return Token(plain.lastgroup or "sign", plain.group(), position, plain.end())


def _row(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


def _quoted(source: str, start: int, end: int, meter: Meter) -> Token:
    pieces: list[tuple[str, tuple[int, int] | None]] = []
    text: list[str] = []
    position = start + 1
    while position < end:
        plain = _TEXT.match(source, position, end)
        if plain is not None:
            text.append(plain.group())
            position = plain.end()
            continue
        sign = source[position]
        if sign == '"':
            pieces.append(("".join(text), None))
            return Token("text", "", start, position + 1, _without_empty(pieces))
        if sign == "\n":
            break
        if sign == "\\":
            text.append(_ESCAPES.get(source[position + 1 : position + 2], source[position : position + 2]))
            position += 2
        elif source.startswith(("$${", "%%{"), position):
            text.append(source[position + 1 : position + 3])
            position += 3
        else:  # "${" or "%{"
            closing = _closing(source, position + 2, end, meter)
            pieces += (("".join(text), None), ("", (position + 2, closing)))
            text = []
            position = closing + 1
    raise TreeError("a text that does not end", _row(source, start))


def _without_empty(
    pieces: list[tuple[str, tuple[int, int] | None]],
) -> tuple[tuple[str, tuple[int, int] | None], ...]:
    return tuple(piece for piece in pieces if piece[0] or piece[1] is not None)


def _closing(source: str, start: int, end: int, meter: Meter) -> int:
    """The offset of the brace that closes an expression inside a text."""
    is_text, position = [False], start
    while (match := _BRACES.search(source, position, end)) is not None:
        meter.count(source, position)
        sign, position = match.group(), match.end()
        if sign == "\\":
            position += is_text[-1]
        elif sign == '"':
            if is_text[-1]:
                is_text.pop()
            else:
                is_text.append(True)
        elif sign == "${" or (sign == "{" and not is_text[-1]):
            is_text.append(False)
        elif sign == "}" and not is_text[-1]:
            is_text.pop()
            if not is_text:
                return match.start()
    raise TreeError("an expression in a text that does not end", _row(source, start))


def _heredoc(source: str, opening: re.Match[str], end: int) -> Token:
    """A here-document; its pieces are its raw text, or one unknown expression when it holds any."""
    closing = re.compile(rf"^[ \t]*{re.escape(opening.group(2))}[ \t\r]*$", re.MULTILINE).search(
        source, opening.end(), end
    )
    if closing is None:
        raise TreeError("a here-document that does not end", _row(source, opening.start()))
    raw = source[opening.end() : closing.start()]
    has_expressions = re.search(r"(?<![$%])[$%]\{", raw) is not None
    text = raw.replace("$${", "${").replace("%%{", "%{")
    pieces: tuple[tuple[str, tuple[int, int] | None], ...] = ((text, None),)
    return Token("heredoc", "expressions" if has_expressions else "", opening.start(), closing.end(), pieces)
