"""Packages that a project's metadata names in extras alone: who installs it without these lacks them.

What developers install besides is none of them: a group of dependencies, or an extra for tests, is there wherever the
code is worked on, and boto3 stands there because Lambda has it.

https://packaging.python.org/en/latest/specifications/pyproject-toml/
https://python-poetry.org/docs/pyproject/
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from lambdalint import toml
from lambdalint.catalog.terms import terms
from lambdalint.paths import nearest

_PYPROJECT = "pyproject.toml"
_REQUIREMENTS = "requirements.txt"
_DECLARES = re.compile(r"^[ \t]*\[[ \t]*(?:project|tool[ \t]*\.[ \t]*poetry)\b", re.MULTILINE)
_DISTRIBUTION = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_FOR_DEVELOPERS = terms(
    "ci dev develop developer development docs doc format formatting lint linting linters local mypy pre-commit",
    "qa style test testing tests type-check typecheck types typing",
)
# What is installed along with a distribution, where nothing else names it.  https://pypi.org/project/boto3/
_BROUGHT = {"boto3": "botocore"}


class OptionalPackage(NamedTuple):
    """A package, by the name that it is imported by, and the extra that brings it, "" where none is known."""

    package: str
    extra: str


Extras: TypeAlias = tuple[tuple[str, tuple[OptionalPackage, ...]], ...]
"""The folders that say what the code in them depends on, each with the packages that only extras bring."""


def extras_of(files: Iterable[str], read: Callable[[str], bytes]) -> Extras:
    """What the metadata among a project's files, absolute paths, names in extras alone; () where there is no such.

    A file that cannot be read, or is no TOML, names nothing.  A `requirements.txt` says of its folder that what is in
    it is installed by that.
    """
    paths = [path for path in files if path.endswith((_PYPROJECT, _REQUIREMENTS))]
    found: dict[str, tuple[OptionalPackage, ...]] = {}
    for folder, name in map(os.path.split, paths):
        named = _named(os.path.join(folder, name), read) if name == _PYPROJECT else None
        if named is not None:
            found[folder] = named
    if not any(found.values()):
        return ()
    for folder, name in map(os.path.split, paths):
        if name == _REQUIREMENTS:
            found.setdefault(folder, ())
    return tuple(sorted(found.items()))


def optional_for(extras: Extras, path: str) -> tuple[OptionalPackage, ...]:
    """The packages that code in a file may have to do without, by the nearest folder around it that says so."""
    known = dict(extras)
    return known.get(nearest(known, path), ()) if known else ()


def _named(path: str, read: Callable[[str], bytes]) -> tuple[OptionalPackage, ...] | None:
    """The packages that the extras of a `pyproject.toml` alone bring, None where it is no project's metadata.

    It is parsed only where it can name some.
    """
    text = toml.text_of(path, read)
    if text is None or not _DECLARES.search(text):
        return None
    if "optional" not in text:
        return ()
    try:
        return tuple(_optional(toml.tables(text)))
    except ValueError:
        return ()


def _optional(tables: Mapping[str, Any]) -> Iterator[OptionalPackage]:
    """The packages that only extras bring, each once."""
    project, poetry = toml.table(tables, "project"), toml.table(toml.table(tables, "tool"), "poetry")
    if "dependencies" in _texts(project.get("dynamic")):
        return  # what is always installed is written somewhere else
    plain, optional = _of_poetry(poetry)
    always = {*map(_package, _texts(project.get("dependencies"))), *plain}
    given: dict[str, str] = dict.fromkeys(optional, "")
    for extras in (toml.table(project, "optional-dependencies"), toml.table(poetry, "extras")):
        for extra, listed in extras.items():
            if extra.lower() not in _FOR_DEVELOPERS:
                for package in filter(None, map(_package, _texts(listed))):
                    given[package] = given.get(package) or extra
    for package, brought in _BROUGHT.items():
        if package in given and package not in always:
            given.setdefault(brought, given[package])
    yield from (OptionalPackage(package, extra) for package, extra in sorted(given.items()) if package not in always)


def _of_poetry(poetry: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """The packages that Poetry always installs with a project, and those that it does not."""
    plain: set[str] = set()
    optional: set[str] = set()
    for name, given in toml.table(poetry, "dependencies").items():
        entries = given if isinstance(given, list) else [given]
        is_optional = bool(entries) and all(isinstance(e, dict) and e.get("optional") is True for e in entries)
        (optional if is_optional else plain).add(_package(name))
    return plain, optional


def _package(requirement: str) -> str:
    """The name by which code imports what a requirement installs: that of the distribution, as far as is known here."""
    found = _DISTRIBUTION.match(requirement)
    return "" if found is None else re.sub(r"[-_.]+", "_", found[1]).lower()


def _texts(listed: object) -> list[str]:
    return [entry for entry in listed if isinstance(entry, str)] if isinstance(listed, list) else []
