"""Templates of templates: text with Jinja or Go markup that is no YAML until an engine has run."""

from __future__ import annotations

import re

from lambdalint.templates.tree import PLACEHOLDER

_PARTS = re.compile(r"\{(?=[%#{])|[%#}]\}")
_CLOSERS = {"%": "%}", "#": "#}", "{": "}}"}


def is_marked_up(source: str) -> bool:
    """Whether a text holds statements or expressions of a template engine."""
    return any(_marked(line) for line in source.split("\n"))


def without_markup(source: str) -> str:
    """The text with statements blanked and expressions replaced by placeholders, everything at its old place."""
    return "\n".join(map(_without, source.split("\n")))


def _marked(line: str) -> list[tuple[int, int]]:
    """Where the statements and expressions of a line stand, each from its opening to the first closing after it."""
    found: list[tuple[int, int]] = []
    missing: set[str] = set()
    position = 0
    for match in _PARTS.finditer(line):
        start = match.start()
        closer = _CLOSERS.get(line[start + 1 : start + 2]) if line[start] == "{" else None
        if closer is None or closer in missing or start < position:
            continue
        end = line.find(closer, start + 2)
        if end < 0:
            missing.add(closer)
        else:
            position = end + 2
            found.append((start, position))
    return found


def _without(line: str) -> str:
    parts, position = [], 0
    for start, end in _marked(line):
        filler = PLACEHOLDER if line[start + 1] == "{" else " "
        parts += [line[position:start], filler * (end - start)]
        position = end
    return "".join((*parts, line[position:]))
