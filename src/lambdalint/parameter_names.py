"""The SSM parameters and the secrets that a project writes while it runs, found in the bytes of its files.

A switch that one function writes and another one reads is not to be kept by the reader, and the two need not import
anything of each other.
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lambdalint.paths import relative

ANY = "*"
# The calls that give a secret another value.
_ROTATING = (b"put_secret_value(", b"update_secret(", b"update_secret_version_stage(")
_SEPARATOR = "/"

_CALL = re.compile(rb"\bput_parameter\(((?:[^()]|\((?:[^()]|\([^()]*\))*\)){0,2000})\)")
_NAME = re.compile(rb"(?:\A|[\s,])Name\s*=\s*(.+)", re.DOTALL)
_TEXT = re.compile(rb"([rbuRBU]?[fF]?[rR]?)([\"'])((?:(?!\2)[^\\\n])*)\2\s*(?=,|\Z|\n)")
_VARIABLE = re.compile(rb"(?:os\.)?(?:environ\[|environ\.get\(|getenv\()\s*[\"']([^\"'\\]+)[\"']")
_IDENTIFIER = re.compile(rb"([A-Za-z_]\w*)\s*(?:,|\Z)")
_WORD = re.compile(r"[^\W\d_]{3}")
_HOLE = re.compile(r"\{[^{}]*\}")


def written_names(data: bytes, folder: str, *, may_hold_handler: bool) -> frozenset[str]:
    """The names under which a file's code calls `put_parameter`, with `*` for what only shows when it runs.

    A name that an environment variable holds is `$` and that variable's name; where it is not known at all it is what
    `somewhere` gives for the file's top folder.  Where the code writes secrets as well, `rotated` is among them.  What
    the handler of a custom resource writes is configuration, and left out, as is what a script writes somewhere.
    """
    is_script = b"__main__" in data and not may_hold_handler
    if b"RequestType" in data:
        return frozenset()
    found: set[str] = set()
    if b"put_parameter" in data:
        for arguments in _CALL.findall(data):
            named = _NAME.search(arguments)
            found.update([ANY] if named is None else _meant(data, named[1]))
    names = set(filter(_tells, found))
    if not is_script:
        names |= {somewhere(folder)} if names < found else set()
        names |= {rotated(folder)} if any(call in data for call in _ROTATING) else set()
    return frozenset(names)


def somewhere(folder: str) -> str:
    """What stands for the unknown names of the parameters that the files of a top folder write."""
    return f"{ANY}@{folder}"


def rotated(folder: str) -> str:
    """What stands for the secrets that the files of a top folder write."""
    return f"!@{folder}"


def top_folder(path: str, root: str) -> str:
    """The folder directly below the root that a file lies in, "" for none: what it shares with its like."""
    first, _, rest = relative(path, root).partition("/")
    return first if rest else ""


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
