"""What the folders of a project hold, remembered with the state in which each was listed.

A folder in which no name came or went since is not listed again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from lambdalint.cache.facts import State, is_fresh, noted_folder
from lambdalint.cache.project import ProjectCache


class Listing(NamedTuple):
    """The names in a folder that a walk takes: folders to enter, Python files, others; and whether git's ignore
    patterns stand in it.
    """

    folders: tuple[str, ...]
    python: tuple[str, ...]
    other: tuple[str, ...]
    has_ignores: bool


class Listings:
    """Listings kept for as long as a folder stays the same; `settings` is what else decides about them."""

    def __init__(self, root: str, settings: Sequence[object], cache: ProjectCache) -> None:
        self._cache = cache
        self._key = cache.key("listings", root, *settings)
        self._start = time.time_ns()
        self._known = _loaded(cache.get(self._key)) if cache.is_kept else {}
        self._kept: dict[str, list[Any]] = {}
        self._states: dict[str, State] = {}
        self._has_changed = False

    def of(self, folder: str) -> Listing | None:
        """What an earlier run saw in a folder, when it is as it was then; its state is noted before it is listed."""
        state = noted_folder(folder)
        known = self._known.get(folder)
        if known is None or state is None or known[0] != state:
            self._states[folder] = state
            return None
        self._kept[folder] = known
        folders, python, other, has_ignores = known[1:]
        return Listing(folders, python, other, has_ignores)

    def keep(self, folder: str, found: Listing) -> None:
        """Remember what was seen; for later runs only when any other change to the folder would bear another time."""
        state = self._states.get(folder)
        if self._cache.is_kept and state is not None and not is_fresh(state, self._start):
            self._kept[folder] = [state, *found]
            self._has_changed = True

    def names(self) -> dict[str, list[Any]]:
        """What the folders hold for which it is remembered, as plain data."""
        return {folder: known[1:] for folder, known in self._kept.items()}

    def save(self) -> None:
        """Hand what was asked for to the cache, if anything is new."""
        if self._has_changed or len(self._kept) != len(self._known):
            self._cache.put(self._key, json.dumps(self._kept, separators=(",", ":")).encode())


def _loaded(blob: bytes | None) -> dict[str, list[Any]]:
    try:
        found = json.loads(blob or b"{}")
        return {path: known for path, known in found.items() if len(known) == 5}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
