"""The names of the SSM parameters that a project writes while it runs, found in the bytes of its files.

A switch that one function writes and another one reads is not to be kept by the reader, and the two need not import
anything of each other.
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

ANY = "*"
_SEPARATOR = "/"

_CALL = re.compile(rb"\bput_parameter\(((?:[^()]|\((?:[^()]|\([^()]*\))*\)){0,2000})\)")
_NAME = re.compile(rb"(?:\A|[\s,])Name\s*=\s*(.+)", re.DOTALL)
_TEXT = re.compile(rb"([rbuRBU]?[fF]?[rR]?)([\"'])((?:(?!\2)[^\\\n])*)\2\s*(?=,|\Z|\n)")
_VARIABLE = re.compile(rb"(?:os\.)?(?:environ\[|environ\.get\(|getenv\()\s*[\"']([^\"'\\]+)[\"']")
_IDENTIFIER = re.compile(rb"([A-Za-z_]\w*)\s*(?:,|\Z)")
_WORD = re.compile(r"[^\W\d_]{3}")
_HOLE = re.compile(r"\{[^{}]*\}")


def written_parameters(data: bytes, *, may_hold_handler: bool) -> frozenset[str]:
    """The names under which a file's code calls `put_parameter`, with `*` for what only shows when it runs.

    A name that an environment variable holds is `$` and that variable's name; one that is not known at all is left
    out.  What only runs while somebody deploys
    (a script, the handler of a custom resource) writes configuration: then there are none.
    """
    if b"put_parameter" not in data or _is_deploying(data, may_hold_handler):
        return frozenset()
    found: set[str] = set()
    for arguments in _CALL.findall(data):
        named = _NAME.search(arguments)
        found.update([ANY] if named is None else _meant(data, named[1]))
    return frozenset(filter(_tells, found))


def _is_deploying(data: bytes, may_hold_handler: bool) -> bool:
    return b"RequestType" in data or (b"__main__" in data and not may_hold_handler)


def may_be_same(name: str, written: Iterable[str]) -> bool:
    """Whether a name, with `*` for what is unknown, may be one of some others."""
    return _tells(name) and any(_overlap(name, other) for other in written)


def may_be_below(path: str, written: Iterable[str]) -> bool:
    """Whether one of some names may stand below a path in the hierarchy of names."""
    above = {other[:end] for other in written for end, sign in enumerate(other) if sign == _SEPARATOR}
    return may_be_same(path.rstrip(_SEPARATOR), filter(_tells, above))


def _meant(data: bytes, text: bytes) -> Iterator[str]:
    """What the text of an argument stands for; for a name it is every value that the file gives it."""
    identifier = _IDENTIFIER.match(text)
    if identifier is None:
        yield _spelt(text)
        return
    given = re.findall(rb"^[ \t]*%s(?:\s*:[^=\n]+)?\s*=(?!=)\s*(.+)" % re.escape(identifier[1]), data, re.MULTILINE)
    yield from map(_spelt, given)
    if not given:
        yield ANY


def _spelt(text: bytes) -> str:
    literal = _TEXT.match(text)
    if literal is not None:
        value = literal[3].decode("utf-8", "replace")
        return _HOLE.sub(ANY, value) if b"f" in literal[1].lower() else value
    variable = _VARIABLE.match(text)
    return ANY if variable is None else "$" + variable[1].decode("utf-8", "replace")


def _tells(name: str) -> bool:
    """Whether enough of a name is known: else it would be any name."""
    return _WORD.search(name) is not None


def _overlap(one: str, other: str) -> bool:
    """Whether two names have a text in common.  A `*` is one level of the hierarchy, a leading one may be several."""
    reached = {(0, 0)}
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        if i == len(one) and j == len(other):
            return True
        following = {*_steps(one, i, other, j), *((i2, j2) for j2, i2 in _steps(other, j, one, i))} - reached
        reached |= following
        todo.extend(following)
    return False


def _steps(one: str, i: int, other: str, j: int) -> Iterator[tuple[int, int]]:
    """Where two names, read up to two places, may be read on to by the sign that the first one has there."""
    sign, opposite = one[i : i + 1], other[j : j + 1]
    if sign == ANY:
        yield i + 1, j
        if opposite and (opposite != _SEPARATOR or i == 0):
            yield i, j + 1
    elif sign and sign == opposite:
        yield i + 1, j + 1
