"""Paths as people write and read them: glob patterns of the configuration, and names in reports."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Container, Iterable, Set
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from typing import NamedTuple

_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def relative(path: str, folder: str) -> str:
    """The path relative to an absolute folder when it lies in it, else unchanged; with `/` on every platform."""
    base = folder.rstrip(os.sep) + os.sep
    if path.startswith(base):
        path = path[len(base) :]
    return path if os.sep == "/" else path.replace(os.sep, "/")


def nearest(folders: Container[str], path: str) -> str:
    """The nearest of some folders around a file, absolute; the topmost one there is where none of them is."""
    folder = os.path.dirname(path)
    while folder not in folders and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def open_regular(path: str, flags: int) -> int:
    """An opener for `open` that takes regular files only, and waits for no pipe or terminal.

    Raises OSError for anything else.
    """
    return _opened(path, flags)[0]


def _opened(path: str, flags: int) -> tuple[int, int]:
    """The descriptor of a regular file and its size.  Raises OSError for anything else."""
    descriptor = os.open(path, flags | _AT_ONCE)
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return descriptor, state.st_size


def read_regular(path: str, limit: int) -> bytes:
    """A regular file's bytes.  Raises OSError, also for anything that is no regular file or larger than a limit."""
    descriptor, expected = _opened(path, os.O_RDONLY | _FLAGS)
    try:
        wanted = min(expected, limit) + 1
        data = os.read(descriptor, wanted)
        if not len(data) == expected < wanted:  # it changes, or the system knows no size of it
            parts = [data]
            size = len(data)
            while parts[-1] and size <= limit:
                parts.append(os.read(descriptor, limit + 1 - size))
                size += len(parts[-1])
            data = b"".join(parts)
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise OSError(f"larger than {limit:,} bytes")
    return data


def is_target(path: str, targets: Iterable[str]) -> bool:
    """Whether an absolute path is one of some absolute targets, or lies in one."""
    return any(path == target or path.startswith(target.rstrip(os.sep) + os.sep) for target in targets)


def matches(patterns: tuple[str, ...], path: str) -> bool:
    """Whether a relative path with `/` matches one of the patterns.

    `*`, `?` and `[…]` stay within a folder, `**` crosses folders.  A pattern without `/` matches a file or folder
    of that name at any depth, one with `/` is anchored; a pattern that matches a folder matches all that is in it.
    """
    matcher = _compile(patterns)
    parts = tuple(part for part in path.split("/") if part)
    if not matcher.names.isdisjoint(parts):
        return True
    if matcher.wild is not None and any(map(matcher.wild.match, parts)):
        return True
    return any(fixed.issubset(parts) and _match(segments, parts) for fixed, segments in matcher.anchored)


def matching(patterns: tuple[str, ...], folder: Callable[[], str], names: Set[str]) -> set[str]:
    """Those of the names in a folder that match one of the patterns, when the folder does not.

    `folder` gives its path, relative and with `/`, where that is needed.
    """
    matcher = _compile(patterns)
    found = set(names & matcher.names)
    if matcher.wild is not None:
        found.update(filter(matcher.wild.match, names))
    if matcher.anchored:
        above = tuple([part for part in folder().split("/") if part])
        for fixed, segments in matcher.anchored:
            left = fixed.difference(above)
            if len(left) < 2:
                tried = names & left if left else names
                if tried:
                    found.update([name for name in tried if _match(segments, (*above, name))])
    return found


class _Matcher(NamedTuple):
    """Patterns sorted by how they are best tried: plain names, one wild segment, and paths with their fixed parts."""

    names: frozenset[str]
    wild: re.Pattern[str] | None
    anchored: tuple[tuple[frozenset[str], tuple[str, ...]], ...]


@lru_cache(maxsize=256)
def _compile(patterns: tuple[str, ...]) -> _Matcher:
    names, wild, anchored = set[str](), list[str](), list[tuple[frozenset[str], tuple[str, ...]]]()
    for pattern in patterns:
        body = pattern.removeprefix("./").rstrip("/")
        segments = tuple(segment for segment in body.split("/") if segment)
        fixed = frozenset(segment for segment in segments if not set(segment) & set("*?["))
        if "/" not in body and fixed:
            names |= fixed
        elif "/" not in body and segments:
            wild.append(translate(body))
        elif segments:
            anchored.append((fixed, segments))
    return _Matcher(frozenset(names), re.compile("|".join(wild)) if wild else None, tuple(anchored))


def _match(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """Whether the pattern matches the path or a folder of it, as an automaton: no backtracking on hostile patterns."""
    end = len(pattern)
    states = _closure({0}, pattern)
    for part in parts:
        if end in states:
            return True
        states = _closure(
            {i if pattern[i] == "**" else i + 1 for i in states if i < end and _accepts(pattern[i], part)}, pattern
        )
    return end in states


def _accepts(segment: str, part: str) -> bool:
    return segment == "**" or fnmatchcase(part, segment)


def _closure(states: set[int], pattern: tuple[str, ...]) -> set[int]:
    """The states reached without consuming a part: `**` may stand for no folder."""
    reached = set(states)
    for state in sorted(states):
        while state < len(pattern) and pattern[state] == "**":
            state += 1
            reached.add(state)
    return reached
