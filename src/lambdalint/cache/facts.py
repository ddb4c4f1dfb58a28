"""What a run saw of the file system, so that a later one can tell whether it would see the same.

Reading a file, listing a folder and asking whether something exists are noted here while a run is observed.  Each
costs one `stat` to check again, far less than the reading itself.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_STEP = 100_000_000  # nanoseconds within which two changes may bear the same time
_COARSE_STEP = 2_100_000_000  # the same where times are whole seconds

_MOST_CHANGED = 30
State = list[int] | None


class Changes(NamedTuple):
    """The files that changed, and the folders in which names may have come or gone."""

    files: frozenset[str]
    folders: frozenset[str]


class Earlier(NamedTuple):
    """What an earlier run saw, and what changed since."""

    facts: Mapping[str, Any]
    changes: Changes

    def ledger(self, root: str) -> str | None:
        """The name of the ledger of the project at a root, where it is the only project of that run."""
        ledgers = self.facts.get("ledgers")
        return ledgers.get(root) if isinstance(ledgers, dict) and len(ledgers) == 1 else None


class Facts:
    """The states of files and folders when they were first seen: numbers, None for what was not there.

    `ledgers` are the names of the ledgers that go with these states, by the roots of the projects.
    """

    def __init__(self) -> None:
        self.files: dict[str, State] = {}
        self.folders: dict[str, State] = {}
        self.exists: dict[str, bool] = {}
        self.ledgers: dict[str, str] = {}
        self._earlier: Mapping[str, Any] = {}
        self._start = time.time_ns()
        self._is_certain = True

    def data(self) -> dict[str, object]:
        """The facts as plain data, files by their folder."""
        files: dict[str, dict[str, State]] = self._earlier.get("files", {})
        for path, state in self.files.items():
            folder, name = os.path.split(path)
            files.setdefault(folder, {})[name] = state
        folders = {**self._earlier.get("folders", {}), **self.folders}
        exists = {**self._earlier.get("exists", {}), **self.exists}
        return {"files": files, "folders": folders, "exists": exists, "ledgers": self.ledgers}

    def adopt(self, earlier: Mapping[str, Any]) -> None:
        """Take over what an earlier run saw and what still holds, but for what is noted here as well."""
        self._earlier = earlier

    @property
    def is_certain(self) -> bool:
        """Whether a change after it was seen would show: nothing changed just before, and all could be noted."""
        return self._is_certain and all(
            state is None or not is_fresh(state, self._start)
            for table in (self.files, self.folders)
            for state in table.values()
        )

    def doubt(self) -> None:
        """Note that something mattered that cannot be noted."""
        self._is_certain = False


def is_fresh(state: list[int], start: int) -> bool:
    """Whether something changed so shortly before a time that another change might bear the same time."""
    changed = max(state[-2:])
    return changed >= start - (_STEP if changed % 1_000_000_000 else _COARSE_STEP)


_observer: Facts | None = None


@contextlib.contextmanager
def observed() -> Iterator[Facts]:
    """Note what is seen from here on."""
    global _observer
    before, _observer = _observer, Facts()
    try:
        yield _observer
    finally:
        _observer = before


def observer() -> Facts | None:
    """The facts that are being gathered, None when nobody asks for them."""
    return _observer


def note_file(path: str) -> None:
    """Note that the content of a file matters; to be called before it is read."""
    if _observer is not None and path not in _observer.files:
        _observer.files[path] = file_state(path)


def noted_state(path: str) -> State:
    """The state of a file, which is noted as well."""
    state = file_state(path)
    if _observer is not None:
        _observer.files.setdefault(path, state)
    return state


def note_folder(path: str) -> None:
    """Note that the names in a folder matter; to be called before it is listed."""
    if _observer is not None and path not in _observer.folders:
        _observer.folders[path] = folder_state(path)


def noted_folder(path: str) -> State:
    """The state of a folder, which is noted as well."""
    state = folder_state(path)
    if _observer is not None:
        _observer.folders.setdefault(path, state)
    return state


def note_existence(path: str) -> None:
    """Note that it matters whether something is there."""
    if _observer is not None:
        _observer.exists[path] = os.path.exists(path)


def file_state(path: str) -> State:
    """What changes when a file does: its size and its two times of change."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def folder_state(path: str) -> State:
    """What changes when a name in a folder comes or goes."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return [status.st_ino, status.st_mtime_ns]


def changes_since(facts: Any) -> Changes | None:
    """What is not as the facts say, which may be any data; nothing where all holds.

    None where one of the files or folders is gone or new, and where more changed than a person edits.
    """
    files: set[str] = set()
    folders: set[str] = set()
    try:
        for folder, states in facts["files"].items():
            prefix = os.path.join(folder, "")
            for name, state in states.items():
                now = file_state(prefix + name)
                if now != state:
                    if now is None or state is None or len(files) == _MOST_CHANGED:
                        return None
                    files.add(prefix + name)
        for folder, state in facts["folders"].items():
            now = folder_state(folder)
            if now != state:
                if now is None or state is None or len(folders) == _MOST_CHANGED:
                    return None
                folders.add(folder)
        if not all(os.path.exists(path) is there for path, there in facts["exists"].items()):
            return None
    except (TypeError, KeyError, AttributeError):
        return None
    return Changes(frozenset(files), frozenset(folders))
