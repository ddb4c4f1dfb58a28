"""What the linter that a project has for itself says of annotations: Ruff's rule against `Any`.

https://docs.astral.sh/ruff/rules/any-type/
https://docs.astral.sh/ruff/settings/#lint_select
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from lambdalint import toml
from lambdalint.paths import matches, nearest, relative

ANY_RULE = "ANN401"
_PYPROJECT = "pyproject.toml"
_RUFF = (".ruff.toml", "ruff.toml")


class AnyLint(NamedTuple):
    """Whether a folder's configuration forbids `Any`, and the globs of the files that it allows it in all the same."""

    forbids: bool
    excused: tuple[str, ...] = ()


AnyLints: TypeAlias = tuple[tuple[str, AnyLint], ...]
"""The folders that configure Ruff, each with what it says of `Any`."""


def any_lints(files: Iterable[str], read: Callable[[str], bytes]) -> AnyLints:
    """What the configurations of Ruff among a project's files, absolute paths, say; () where none forbids anything.

    A file that cannot be read, or is no TOML, says nothing.
    """
    found: dict[str, AnyLint] = {}
    paths = [path for path in files if os.path.basename(path) in (_PYPROJECT, *_RUFF)]
    for path in sorted(paths, key=lambda path: path.endswith(_PYPROJECT), reverse=True):  # a file of Ruff's own counts
        lint = _lint(path, read)
        if lint is not None:
            found[os.path.dirname(path)] = lint
    return tuple(sorted(found.items())) if any(lint.forbids for lint in found.values()) else ()


def forbids_any(lints: AnyLints, path: str) -> bool:
    """Whether the nearest configuration around a file forbids `Any` in its annotations."""
    known = dict(lints)
    folder = nearest(known, path)
    lint = known.get(folder)
    return lint is not None and lint.forbids and not matches(lint.excused, relative(path, folder))


def _lint(path: str, read: Callable[[str], bytes]) -> AnyLint | None:
    """What one file says, None where it does not configure Ruff.  It is parsed only where it can forbid anything."""
    text = toml.text_of(path, read)
    if text is None:
        return None
    if path.endswith(_PYPROJECT) and "tool.ruff" not in text:
        return None
    if "ANN" not in text and "ALL" not in text:
        return AnyLint(False)
    try:
        tables: Mapping[str, Any] = toml.tables(text)
    except ValueError:
        return None
    if path.endswith(_PYPROJECT):
        tables = toml.table(toml.table(tables, "tool"), "ruff")
    both = (tables, toml.table(tables, "lint"))
    chosen = _closest(both, ("select", "extend-select"))
    if chosen <= _closest(both, ("ignore", "extend-ignore")):
        return AnyLint(False)
    per_file = [entry for table in both for entry in toml.table(table, "per-file-ignores").items()]
    return AnyLint(True, tuple(pattern for pattern, listed in per_file if _closeness(listed) >= 0))


def _closest(tables: Iterable[Mapping[str, Any]], keys: tuple[str, ...]) -> int:
    return max(_closeness(table.get(key)) for table in tables for key in keys)


def _closeness(listed: object) -> int:
    """How closely the closest of some selectors means the rule, -1 where none does."""
    found = [entry for entry in listed if isinstance(entry, str)] if isinstance(listed, list) else []
    return max((0 if entry == "ALL" else len(entry) for entry in found if _means(entry)), default=-1)


def _means(selector: str) -> bool:
    return selector == "ALL" or (selector.startswith("ANN") and ANY_RULE.startswith(selector))
