"""What is kept of a project: summaries by content, what its templates declare, and the outcomes of its parts.

Every key stands for all that its value depends on, so nothing here ever has to be thrown away for being wrong.
"""

from __future__ import annotations

import json
from typing import Any

from lambdalint.cache.codec import FORMAT as SUMMARY_FORMAT
from lambdalint.cache.plain import FORMAT as PLAIN_FORMAT
from lambdalint.cache.store import Store, digest
from lambdalint.cache.version import version

_NAME = "project"
_HEAD = 8
_MOST_SAVES_UNUSED = 10


class ProjectCache:
    """Blobs by key, read from a store at once and written back at once.

    Without a store nothing is kept, or with `lasts` as long as the object is.
    """

    def __init__(self, store: Store | None, *, lasts: bool = False) -> None:
        self._store = store
        self._lasts = lasts
        self._version = "" if store is None else digest(version().encode(), *map(str.encode, _FORMATS))
        self._index: dict[str, list[int]] = {}
        self._blobs = memoryview(b"")
        self._asked: set[str] = set()
        self._new: dict[str, bytes] = {}
        if store is not None:
            self._read(store.read(_NAME))

    @property
    def is_kept(self) -> bool:
        """Whether what is put here may be found again."""
        return self._store is not None or self._lasts

    def key(self, *parts: object) -> str:
        """The key of what depends on some plain values, and on this version."""
        return digest(self._version.encode(), *(repr(part).encode("utf-8", "surrogateescape") for part in parts))

    def get(self, key: str) -> bytes | None:
        """What was put under a key."""
        if key in self._new:
            return self._new[key]
        if key not in self._index:
            return None
        self._asked.add(key)
        start, size, _ = self._index[key]
        return bytes(self._blobs[start : start + size])

    def has(self, key: str) -> bool:
        """Whether something was put under a key."""
        return key in self._new or key in self._index

    def touch(self, key: str) -> None:
        """Note that something is still of use."""
        self._asked.add(key)

    def spare(self) -> None:
        """Note that everything is still of use."""
        self._asked.update(self._index)

    def drop(self, key: str) -> None:
        """Forget what was put under a key."""
        self._index.pop(key, None)
        self._new.pop(key, None)

    def put(self, key: str, blob: bytes) -> None:
        """Keep something under a key."""
        if self.is_kept:
            self._new[key] = blob

    def save(self) -> None:
        """Write everything, if anything is new; what was of no use many times over is left out."""
        if self._store is None or not self._new:
            return
        index: dict[str, list[int]] = {}
        blobs: list[bytes | memoryview] = []
        place = 0
        for key, (start, size, age) in self._index.items():
            age = 0 if key in self._asked else age + 1
            if key not in self._new and age <= _MOST_SAVES_UNUSED:
                index[key] = [place, size, age]
                blobs.append(self._blobs[start : start + size])
                place += size
        for key, blob in self._new.items():
            index[key] = [place, len(blob), 0]
            blobs.append(blob)
            place += len(blob)
        head = json.dumps(index, separators=(",", ":")).encode()
        self._store.write(_NAME, b"".join((len(head).to_bytes(_HEAD, "little"), head, *blobs)))
        self._new.clear()

    def _read(self, data: bytes | None) -> None:
        if data is None:
            return
        length = int.from_bytes(data[:_HEAD], "little")
        try:
            found: Any = json.loads(data[_HEAD : _HEAD + length])
            self._index = {str(key): [int(number) for number in (s, n, age)] for key, (s, n, age) in found.items()}
        except (ValueError, TypeError, AttributeError, RecursionError):
            return
        self._blobs = memoryview(data)[_HEAD + length :]


_FORMATS = (SUMMARY_FORMAT, PLAIN_FORMAT)
