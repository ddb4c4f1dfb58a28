"""The replacement fields of f-strings: from the brace that opens one to the brace that closes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.fixes.edits import Change, Unfit
from lambdalint.fixes.scan import Token, fields, opening_quote, tokens

_SPACE = " \t\r\n"


def field_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets of the field whose expression has the offsets [start, end): conversion and format included.

    Raises Unfit when there is no such field around it.
    """
    opening, closing = start, end
    while True:
        before = text[:opening].rstrip(_SPACE)
        after = closing + len(text[closing:]) - len(text[closing:].lstrip(_SPACE))
        if before.endswith("(") and text[after : after + 1] == ")":
            opening, closing = len(before) - 1, after + 1
            continue
        break
    if not before.endswith("{"):
        raise Unfit("the value does not stand alone in its field")
    return len(before) - 1, _closing(text, after)


def _closing(text: str, offset: int) -> int:
    """The offset after the brace that closes a field, from behind its expression."""
    depth = 1
    while offset < len(text) and depth:
        depth += {"{": 1, "}": -1}.get(text[offset], 0)
        offset += 1
    if depth:
        raise Unfit("the field does not end")
    return offset


def without_prefixes(text: str, start: int, end: int, replaced: frozenset[tuple[int, int]]) -> Iterator[Change]:
    """The changes that make plain strings of the f-strings in a stretch of text that no field is left in.

    `replaced` are the offsets of the fields, braces included, that literal text takes the place of.  Strings that are
    concatenated implicitly lose the last of their prefixes together.
    """
    for run in _runs(text, start, end):
        found = {token: [(a - 1, b + 1) for a, b in _fields_of(text, token)] for token in run}
        left = [field for own in found.values() for field in own if field not in replaced]
        for token, own in found.items():
            if replaced.issuperset(own) and (own or (not left and any(found.values()))):
                yield from _plain(text, token, replaced)
        for opening, closing in left:
            yield from without_prefixes(text, opening + 1, closing - 1, replaced)


def _runs(text: str, start: int, end: int) -> Iterator[list[Token]]:
    """The strings in a stretch of text, those beside each other together."""
    run: list[Token] = []
    for token in tokens(text, start, end):
        if token.kind == "string":
            run.append(token)
        elif token.kind not in ("comment", "newline") and run:
            yield run
            run = []
    if run:
        yield run


def _fields_of(text: str, token: Token) -> Iterable[tuple[int, int]]:
    prefix, quote = opening_quote(text, token.start)
    if "f" not in prefix.lower():
        return ()
    return fields(text, token.start + len(prefix + quote), token.end - len(quote), prefix.lower())


def _plain(text: str, token: Token, replaced: Iterable[tuple[int, int]]) -> Iterator[Change]:
    """The changes that take the `f` from a string, and one of each two braces."""
    prefix, quote = opening_quote(text, token.start)
    if "f" not in prefix.lower():
        return
    yield Change(token.start, token.start + len(prefix), prefix.replace("f", "").replace("F", ""))
    ends = dict(replaced)
    place, end = token.start + len(prefix + quote), token.end - len(quote)
    while place < end:
        if text.startswith(("{{", "}}"), place):
            yield Change(place, place + 1, "")
            place += 2
        else:
            place = ends.get(place, place + 1)
