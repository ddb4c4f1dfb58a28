"""What of a file's text is hidden wherever it is shown: secrets that are known by their text or by the row's look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lambdalint.catalog.literals import is_placeholder, looks_like_aws_key
from lambdalint.catalog.names import is_secret_name
from lambdalint.source import SourceText, Span

_MIN_LENGTH = 8
_QUOTES = re.compile(r"""^[A-Za-z]{0,2}("{3}|'{3}|"|')""")
# A name and what stands behind it: in code a text, be it closed or not, in a template all but references.
_QUOTED = re.compile(r"""(?P<name>[\w.\-]+)["']?\s*[:=]>?\s*(?P<value>[A-Za-z]{0,2}"[^"]*"?|[A-Za-z]{0,2}'[^']*'?)""")
_REST = re.compile(r"""(?P<name>[\w.\-]+)["']?\s*[:=]\s*(?P<value>[^\s!$&*{|>].*)""")
_KEY = re.compile(r"[A-Za-z0-9/+]{20,40}")


def told(texts: Iterable[str]) -> tuple[str, ...]:
    """Of the texts that are bound to names of secrets those that tell one: not short, and no placeholder."""
    found = {text for text in texts if len(text) >= _MIN_LENGTH and not is_placeholder(text)}
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def unquoted(literal: str) -> str:
    """The text between the quotes of a string literal as it is written; any other text as it is."""
    opening = _QUOTES.match(literal)
    return literal if opening is None else literal[opening.end() :].removesuffix(opening.group(1))


def occurrences(source: SourceText, span: Span, texts: tuple[str, ...]) -> Iterator[Span]:
    """Where texts stand in the rows of a span."""
    for row in range(span.row, span.end_row + 1) if texts else ():
        line = source.line(row)
        for text in texts:
            start = line.find(text)
            while start >= 0:
                yield Span(row, start, row, start + len(text))
                start = line.find(text, start + len(text))


def by_look(source: SourceText, span: Span, names: frozenset[str], is_python: bool) -> Iterator[Span]:
    """What in the rows of a span stands behind the name of a secret, in a file that nothing else is known of."""
    for row in range(span.row, span.end_row + 1):
        line = source.line(row)
        for found in (_QUOTED if is_python else _REST).finditer(line):
            if is_secret_name(found["name"], names) and len(found["value"]) >= _MIN_LENGTH:
                yield Span(row, found.start("value"), row, found.end("value"))
        for found in _KEY.finditer(line):
            if looks_like_aws_key(found.group()):
                yield Span(row, found.start(), row, found.end())
