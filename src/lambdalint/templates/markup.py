"""Templates of templates: text with Jinja or Go markup that is no YAML or Python until an engine has run."""

from __future__ import annotations

import re

from lambdalint.templates.tree import PLACEHOLDER

_PARTS = re.compile(r"\{(?=[%#{])|[%#}]\}")
_CLOSERS = {"%": "%}", "#": "#}", "{": "}}"}
# Hardly ever asked for, so compiled when they are.
_IN_PATH = r"\{\{[^/]*\}\}|\{%[^/]*%\}"
_STATEMENT = r"(?:^|[\r\n])[ \t]*\{%[-+]?[ \t]*\w"
_LONG_STRINGS = r'"""[\s\S]*?"""|' + r"'''[\s\S]*?'''"


def is_in_scaffold(path: str) -> bool:
    """Whether a path has markup in it: it is a scaffold's, from which projects are made.

    https://cookiecutter.readthedocs.io/en/stable/tutorials/tutorial1.html
    https://copier.readthedocs.io/en/stable/configuring/#conditional-files-and-directories
    """
    return "{" in path and re.search(_IN_PATH, path) is not None


def is_scaffold(path: str, source: str) -> bool:
    """Whether Python that cannot be parsed is a scaffold's: by its path, or by a template engine's statements at the
    start of rows; those in long strings are for an engine that the code itself calls.
    """
    if is_in_scaffold(path):
        return True
    return "{%" in source and re.search(_STATEMENT, re.sub(_LONG_STRINGS, "", source)) is not None


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
