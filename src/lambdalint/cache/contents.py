"""What the files of a project are at a glance, remembered with the state in which each was.

An unchanged file is neither read nor searched again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from lambdalint.cache.facts import State, is_fresh, noted_state
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import digest
from lambdalint.glance import Glance, glance

_CHUNK = 64
_WORTH_SHARING = 1_000  # files, of a few kilobytes each


class Contents:
    """Glances at files, kept for as long as a file stays the same.

    `read` gives the bytes of a file or raises OSError; `overlay` are the files that are not as they are on disk.
    """

    def __init__(
        self, root: str, read: Callable[[str], bytes], cache: ProjectCache, overlay: frozenset[str] = frozenset()
    ) -> None:
        self._root = root
        self._read = read
        self._cache = cache
        self._overlay = overlay
        self._key = cache.key("contents", root)
        self._start = time.time_ns()
        self._before: dict[str, list[Any]] | None = None
        self._found: dict[str, Glance | OSError] = {}
        self._states: dict[str, State] = {}
        self._kept: dict[str, list[Any]] = {}
        self._has_changed = False

    def of(self, path: str) -> Glance:
        """A file at a glance.  Raises OSError for one that cannot be read."""
        found = self._found.get(path) or self._recalled(path)
        if found is None:
            found = self._looked(path)
            self._keep(path, found)
        if isinstance(found, OSError):
            raise found
        return found

    def digest(self, path: str) -> str:
        """The digest of any file's bytes, also of one at which a look has no use for it.  Raises OSError."""
        return self.of(path).digest or digest(self._read(path))

    def ahead(self, paths: Sequence[str], run: Callable[[int, Callable[[int], bytes]], list[bytes]]) -> None:
        """Look at those of some files that changed with the help of other processes, if they are many.

        `run` gives what a function makes of each number below a count.
        """
        missing = [path for path in paths if path not in self._found and self._recalled(path) is None]
        if len(missing) < _WORTH_SHARING:
            return

        def work(number: int) -> bytes:
            chunk = missing[number * _CHUNK : (number + 1) * _CHUNK]
            looked = [self._looked(path) for path in chunk]
            return json.dumps([None if isinstance(found, OSError) else found.packed() for found in looked]).encode()

        results = run(-(-len(missing) // _CHUNK), work)
        for path, packed in zip(missing, (each for result in results for each in json.loads(result)), strict=True):
            if packed is not None:  # else it is tried again, for the error
                self._keep(path, Glance.unpacked(packed))

    def save(self) -> None:
        """Hand everything that was asked for to the cache, if anything is new."""
        if self._has_changed or len(self._kept) != len(self._known()):
            self._cache.put(self._key, json.dumps(self._kept, separators=(",", ":")).encode())

    def _known(self) -> dict[str, list[Any]]:
        """What earlier runs saw, read when it is first asked for."""
        if self._before is None:
            self._before = _loaded(self._cache.get(self._key)) if self._cache.is_kept else {}
        return self._before

    def _recalled(self, path: str) -> Glance | None:
        """What an earlier run saw of a file, when it is as it was then; its state is noted before it is read."""
        if path in self._states or path in self._overlay or not self._cache.is_kept:
            return None
        state = self._states[path] = noted_state(path)
        known = self._known().get(path)
        if known is None or state is None or known[0] != state:
            return None
        try:
            found = Glance.unpacked(known[1])
        except (ValueError, TypeError):
            return None
        self._found[path], self._kept[path] = found, known
        return found

    def _looked(self, path: str) -> Glance | OSError:
        try:
            return glance(path, self._read(path), self._root)
        except OSError as error:
            return error

    def _keep(self, path: str, found: Glance | OSError) -> None:
        """Remember what was seen; for later runs only when any other change to the file would bear another time."""
        self._found[path] = found
        state = self._states.get(path)
        if state is not None and not isinstance(found, OSError) and not is_fresh(state, self._start):
            self._kept[path] = [state, found.packed()]
            self._has_changed = True


def _loaded(blob: bytes | None) -> dict[str, list[Any]]:
    try:
        found = json.loads(blob or b"{}")
        return {str(path): [state, packed] for path, (state, packed) in found.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
