"""Tokens of HCL, the language of Terraform's files, each with its place.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lambdalint.templates.tree import TreeError

MAX_TOKENS = 60_000
"""Some seven thousand rows; files of Terraform are far shorter."""

_HEREDOC = re.compile(r"<<(-?)([A-Za-z_][\w-]*)[ \t\r]*\n")
# The next token after blanks, or a comment, or the end; what a quote or a "<" begins may go on behind it.
_NEXT = re.compile(
    r"[ \t\r]*(?:(?P<name>[^\W\d][\w-]*)"
    r"|(?P<comment>(?:\#|//)[^\n]*|/\*(?s:.*?)\*/)"
    r'|(?P<simple>"[^"\\\n$%]*")|(?P<quote>")'
    r"|(?P<sign>\.\.\.|=>|==|!=|<=|>=|&&|\|\||::|[\[\]{}()=,.:?!<>+\-*/%\n])"
    r"|(?P<number>\d[\w.]*)|(?P<end>\Z))"
)
_BLANKS = " \t\r"
_TEXT = re.compile(r'(?:[^"\n\\$%]+|\$(?!\$?\{)|%(?!%?\{))+')
_BRACES = re.compile(r'[\\"{}]|\$\{')
_new = tuple.__new__  # a named tuple's own `__new__` is a function of Python
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

    __slots__ = ("_count",)

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
    following = _NEXT.match
    count = meter.count
    while position < end:
        match = following(source, position, end)
        if match is None:
            while source[position] in _BLANKS:
                position += 1
            raise TreeError(f"unexpected {source[position]!r}", _row(source, position))
        kind = match.lastgroup or "end"
        position, after = match.span(kind)
        if kind == "sign" or kind == "name" or kind == "number":
            value = match[kind]
            if value == "<" and (heredoc := _HEREDOC.match(source, position, end)):
                token = _heredoc(source, heredoc, end)
                after = token.end
            else:
                token = _new(Token, (kind, value, position, after, ()))
        elif kind == "simple":
            text = source[position + 1 : after - 1]
            token = _new(Token, ("text", "", position, after, ((text, None),) if text else ()))
        elif kind == "quote":
            token = _quoted(source, position, end, meter)
            after = token.end
        else:
            if kind == "comment" and comments is not None:
                comments.append(Comment(position, match[kind]))
            position = after
            continue
        found.append(token)
        count(source, position)
        position = after
    return found


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
