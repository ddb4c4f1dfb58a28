"""The comments of a module, which `ast` leaves out: what begins with a `#` outside of its strings."""

from __future__ import annotations

import re
from bisect import bisect_right

from lambdalint.extract.ast_context import Context, Unsure
from lambdalint.extract.literals import STRING
from lambdalint.extract.modules import comment
from lambdalint.summary import Comment

# Code on one row up to a comment, the row's end, or a string that does not end on the row.
_CODE = re.compile(
    r"(?:[^#'\"\r\n]+"
    r'|"""[^"\\\r\n]*(?:(?:\\[^\r\n]|"(?!""))[^"\\\r\n]*)*"""'
    r"|'''[^'\\\r\n]*(?:(?:\\[^\r\n]|'(?!''))[^'\\\r\n]*)*'''"
    r'|"(?!"")[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"'
    r"|'(?!'')[^'\\\r\n]*(?:\\[^\r\n][^'\\\r\n]*)*')*"
)
_STRING_OR_COMMENT = rf"#[^\r\n]*|{STRING}"
_END = re.compile(r"[\r\n]|\Z")


def comments(context: Context) -> tuple[Comment, ...]:
    """Every comment in source order.  All strings of the module must have been converted."""
    code = context.code
    place = code.find("#")
    if place < 0:
        return ()
    found: list[Comment] = []
    strings = sorted(context.long_strings)
    number, behind = 0, 0  # the next string that does not end on its row, and where the one before it ends
    while place >= 0:
        while number < len(strings) and strings[number][1] <= place:
            behind = strings[number][1]
            number += 1
        if number < len(strings) and strings[number][0] < place:
            start, place = strings[number]
            for mark in re.compile(_STRING_OR_COMMENT, re.DOTALL).finditer(code, start, place):
                if mark[0][0] == "#":
                    found.append(comment(context.source, mark.start(), context.source.text[mark.start() : mark.end()]))
        else:
            start = max(context.starts[bisect_right(context.starts, place) - 1], behind)
            first = _first(code, start, place)
            if code.startswith("#", first):
                end = _END.search(code, first)
                assert end is not None
                place = end.start()
                found.append(comment(context.source, first, context.source.text[first:place]))
            else:
                place = first
        place = code.find("#", place)
    return tuple(found)


def _first(code: str, start: int, place: int) -> int:
    """The offset of the comment of a row, given where its code starts and where its first `#` is.

    Where that lies in a string and there is no comment: an offset behind that string.
    """
    before = code[start:place]
    if '"' not in before and "'" not in before:
        return place
    found = _CODE.match(code, start)
    assert found is not None
    if found.end() < place:
        raise Unsure("string")
    return found.end()
