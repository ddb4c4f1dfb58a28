"""The Pythons that a project says its code runs on: in the metadata of packages, and in the workflows that test it.

https://packaging.python.org/en/latest/specifications/version-specifiers/#version-specifiers
https://python-poetry.org/docs/dependency-specification/#version-constraints
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from lambdalint import toml
from lambdalint.paths import nearest

_PYTHON_2 = "2.7"
_METADATA = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", ".python-version", ".txt")
_POETRY_PYTHON = re.compile(r"^[ \t]*['\"]?python['\"]?[ \t]*=", re.MULTILINE)
_SETUP_PY = re.compile(r"^[^#\n]*\bpython_requires['\"]?\s*[=:]\s*\(?\s*['\"]([^'\"]*)['\"]", re.MULTILINE)
_SETUP_CFG = re.compile(r"^python[_-]requires[ \t]*[=:]\s*(\S.*)", re.MULTILINE)
_COMMANDS = re.compile(r"\bconsole_scripts\b|^[^#\n]*\bscripts\s*=", re.MULTILINE)
# https://github.com/pyenv/pyenv#understanding-python-version-selection
_PINNED = re.compile(r"^[ \t]*(?:c?python-)?(\d+(?:\.\d+)*)\b", re.MULTILINE)
# https://devcenter.heroku.com/articles/python-runtimes
_RUNTIME = re.compile(r"\A\s*python-(\d+\.\d+)")
_CLAUSE = re.compile(r"(===?|~=|!=|<=|>=|<|>|\^|~|=)?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?[\w.*+-]*")
_CHALICE = re.compile(r"^chalice(?:\[[^\]]*\])?[ \t]*==[ \t]*(\d+)\.(\d+)(?:\.(\d+))?", re.MULTILINE | re.IGNORECASE)
# Chalice deploys to the runtime of the Python that it runs on, and to the newest that it knows where that is newer.
# https://aws.github.io/chalice/topics/pyversion.html  https://github.com/aws/chalice/blob/master/CHANGELOG.md
_CHALICE_KNOWS = (((1, 6, 2), "3.6"), ((1, 13, 0), "3.7"), ((1, 25, 0), "3.8"))
_TRAVIS = ".travis.yml"
_LISTED = re.compile(rb"^python:.*(?:\n[ \t]*-.*)*", re.MULTILINE)
_VERSION = re.compile(rb"['\"]?3\.\d+['\"]?")
_TESTED = re.compile(rb"(?:python-version:[\s\[\"']*|python)3\.(\d{1,2})\b")


class Oldest(NamedTuple):
    """The oldest Python that metadata admits, such as "3.8"; 2.7 where it admits no Python 3.

    `promised` is what metadata that installs commands admits, "" where there is none: these run on any machine.
    """

    python: str
    promised: str = ""


Pythons: TypeAlias = tuple[tuple[str, Oldest], ...]
"""The folders whose metadata names a Python, each with the oldest that it admits."""


def version_of(python: str) -> tuple[int, ...]:
    """A version such as "3.8" as numbers that compare."""
    return tuple(map(int, python.split(".")))


def pythons_of(files: Iterable[str], read: Callable[[str], bytes]) -> Pythons:
    """What the metadata among a project's files, absolute paths, says; a file that cannot be read says nothing."""
    found: dict[str, Oldest] = {}
    for path in files:
        if not path.endswith(_METADATA):
            continue
        folder, name = os.path.split(path)
        for python, has_commands in _named(name, path, read):
            known = found.get(folder, Oldest(python))
            promised = filter(None, (known.promised, python if has_commands else ""))
            found[folder] = Oldest(min(known.python, python, key=version_of), min(promised, default="", key=version_of))
    return tuple(sorted(found.items()))


def oldest_for(pythons: Pythons, path: str) -> Oldest | None:
    """What the nearest folder around a file whose metadata names a Python says, None where there is none."""
    known = dict(pythons)
    return known.get(nearest(known, path)) if known else None


def _named(name: str, path: str, read: Callable[[str], bytes]) -> Iterator[tuple[str, bool]]:
    """The oldest Pythons that one file of a name admits, each with whether it installs commands."""
    if name.endswith(".txt") and name != "runtime.txt" and not name.startswith("requirements"):
        return
    text = toml.text_of(path, read)
    if text is None:
        return
    has_commands = False
    if name in ("pyproject.toml", "Pipfile"):
        try:
            constraints, has_commands = _of_tables(text)
        except ValueError:
            return
    elif name in ("setup.py", "setup.cfg"):
        constraints = (_SETUP_PY if name == "setup.py" else _SETUP_CFG).findall(text)
        has_commands = _COMMANDS.search(text) is not None
    elif name == ".python-version":
        constraints = _PINNED.findall(text)[:1]
    elif name == "runtime.txt":
        constraints = _RUNTIME.findall(text)
    else:
        constraints = [python for pin in _CHALICE.findall(text) if (python := _newest_of_chalice(pin))]
    for constraint in constraints:
        python = oldest_admitted(constraint)
        if python:
            yield python, has_commands


def _of_tables(text: str) -> tuple[list[str], bool]:
    """What a `pyproject.toml` or `Pipfile` says of Python, and whether it installs commands.

    It is parsed only where it can say something.  Raises ValueError where it is no TOML.
    """
    has_poetry = "poetry" in text and _POETRY_PYTHON.search(text) is not None
    if not has_poetry and "requires-python" not in text and "python_version" not in text and "python_full" not in text:
        return [], False
    tables = toml.tables(text)
    project, poetry = toml.table(tables, "project"), toml.table(toml.table(tables, "tool"), "poetry")
    requires = toml.table(tables, "requires")
    found = (
        project.get("requires-python"),
        toml.table(poetry, "dependencies").get("python"),
        requires.get("python_version"),
        requires.get("python_full_version"),
    )
    has_commands = bool(toml.table(project, "scripts") or toml.table(poetry, "scripts"))
    return [constraint for constraint in found if isinstance(constraint, str)], has_commands


def _newest_of_chalice(pin: tuple[str, ...]) -> str:
    """The newest Python that a version of Chalice deploys to, where that is an old one; else ""."""
    version = tuple(int(part or 0) for part in pin)
    return next((python for following, python in _CHALICE_KNOWS if version < following), "")


def oldest_admitted(constraint: str) -> str:
    """The oldest Python 3 that a constraint on versions admits, 2.7 where it admits none, "" where it does not say."""
    found = [python for clauses in constraint.split("|") if (python := _oldest_of(clauses))]
    return min([python for python in found if python != _PYTHON_2] or found, default="", key=version_of)


def _oldest_of(clauses: str) -> str:
    """The same for clauses that hold all at once."""
    lowest, end = (0, 0), (4, 0)
    for operator, *numbers in _CLAUSE.findall(clauses):
        major, minor = int(numbers[0]), int(numbers[1] or 0)
        following = (major, minor + 1) if numbers[1] else (major + 1, 0)
        if operator == "<":
            end = min(end, (major, minor + 1) if int(numbers[2] or 0) else (major, minor))
        elif operator == "<=":
            end = min(end, (major, minor + 1))
        elif operator != "!=":
            lowest = max(lowest, (major, minor))
            is_of_major = operator == "^" or (operator == "~=" and not numbers[2])
            if operator not in (">", ">="):
                end = min(end, (major + 1, 0) if is_of_major else following)
    if lowest >= end:
        return ""
    if end <= (3, 0):
        return _PYTHON_2
    if lowest > (0, 0):
        return "{}.{}".format(*max(lowest, (3, 0)))
    return f"3.{end[1] - 1}" if end < (4, 0) else ""  # the newest, where no oldest is named


def workflows(root: str) -> tuple[str, ...]:
    """The workflows of GitHub and Travis below a root: where nothing else says it, what they test with is what runs.

    https://docs.github.com/en/actions/how-tos/write-workflows and https://docs.travis-ci.com/user/languages/python/
    """
    folder = os.path.join(root, ".github", "workflows")
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith((".yml", ".yaml")))
    except OSError:
        names = []
    return (*(os.path.join(folder, name) for name in names), os.path.join(root, _TRAVIS))


def tested(path: str, read: Callable[[str], bytes]) -> Iterator[str]:
    """The versions of Python 3 that a workflow names."""
    try:
        data = read(path)
    except OSError:
        return
    if path.endswith(_TRAVIS):
        listed = _LISTED.search(data)
        data = b"" if listed is None else b"".join(b"python-version: " + one for one in _VERSION.findall(listed[0]))
    yield from (f"3.{minor.decode()}" for minor in _TESTED.findall(data))
