"""The digests of a project's files, remembered with the state in which each file was, so that few are read again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from lambdalint.cache.facts import State, is_fresh, noted_state
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import digest


class Contents:
    """What the content of each file of a project is, by its digest, and whether it is worth reading further.

    `read` gives the bytes of a file or raises OSError, `is_marked` says of its path and its bytes whether they are
    worth more than a look; of other files no digest is kept.
    """

    def __init__(
        self, root: str, read: Callable[[str], bytes], is_marked: Callable[[str, bytes], bool], cache: ProjectCache
    ) -> None:
        self._read = read
        self._is_marked = is_marked
        self._cache = cache
        self._key = cache.key("contents", root)
        self._start = time.time_ns()
        self._known: dict[str, Any] = _loaded(cache.get(self._key))
        self._new: dict[str, list[object]] = {}
        self._has_changed = False

    def mark(self, path: str) -> str | None:
        """The digest of a file that is marked, None for any other and for one that cannot be read."""
        state = noted_state(path)
        known = self._known.get(path)
        if state is not None and known is not None and known[0] == state:
            self._new[path] = known
            return str(known[1]) if known[1] is not None else None
        try:
            data = self._read(path)
        except OSError:
            return None
        found = digest(data) if self._is_marked(path, data) else None
        self._keep(path, state, found)
        return found

    def digest(self, path: str) -> str | None:
        """The digest of any file, None for one that cannot be read."""
        try:
            return self.mark(path) or digest(self._read(path))
        except OSError:
            return None

    def save(self) -> None:
        """Hand everything that was asked for to the cache, if anything is new."""
        if self._has_changed or len(self._new) != len(self._known):
            self._cache.put(self._key, json.dumps(self._new, separators=(",", ":")).encode())

    def _keep(self, path: str, state: State, found: str | None) -> None:
        if state is not None and not is_fresh(state, self._start):  # else a change could bear the same time
            self._new[path] = [state, found]
            self._has_changed = True


def _loaded(blob: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads(blob or b"{}")
        return {str(path): [state, None if mark is None else str(mark)] for path, (state, mark) in found.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
