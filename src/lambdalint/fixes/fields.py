"""The replacement fields of f-strings: from the brace that opens one to the brace that closes it."""

from __future__ import annotations

from lambdalint.fixes.edits import Unfit

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
