"""Writing fixed files: atomically, inside the project only, several files all or none."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import FrameType

_DEFERRED = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's new bytes, and the bytes that the analysis saw, which must still be there."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class WriteFailed:
    """A file that could not be written, and why, in one line; nothing else was changed either."""

    path: str
    reason: str


class _Refused(Exception):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.failure = WriteFailed(path, reason)


@dataclass(slots=True)
class _Pending:
    """A change under way: the file behind all links, and the temporary file beside it."""

    change: FileChange
    target: str
    temporary: str = ""


def write(changes: Sequence[FileChange], root: str) -> WriteFailed | None:
    """Write all changed files or none; None when it is done.

    A file is written beside itself and then put in its place, so that no reader and no interruption meets half
    of one.  Its mode is kept, links are followed but not out of `root`, and a file whose bytes would not
    change is not touched.  Signals that end the program wait until the files are whole again.
    """
    with _deferred_signals():
        pending: list[_Pending] = []
        try:
            for change in changes:
                if change.before != change.after:
                    pending.append(_Pending(change, _target(change, root)))
            for item in pending:
                _prepare(item, item.change.after)
            _replace_all(pending)
        except _Refused as refused:
            return refused.failure
        finally:
            for item in pending:
                _discard(item)
    return None


def _target(change: FileChange, root: str) -> str:
    """The file behind all links; refuses what is not the project's, not a file, read-only or changed meanwhile."""
    target, base = os.path.realpath(change.path), os.path.realpath(root)
    if os.path.relpath(target, base).split(os.sep)[0] == os.pardir:
        raise _Refused(change.path, "it leads out of the project")
    with _reported(change.path):
        state = os.stat(target)
        if not stat.S_ISREG(state.st_mode):
            raise _Refused(change.path, "it is no regular file")
        if not state.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
            raise _Refused(change.path, "it is read-only")
        _check(change, target)
    return target


def _check(change: FileChange, target: str) -> None:
    with open(target, "rb") as file:
        if file.read() != change.before:
            raise _Refused(change.path, "it was changed while it was analysed")


def _prepare(item: _Pending, data: bytes) -> None:
    """Write bytes to a temporary file beside the target, with its mode and, where that may be, its owner."""
    with _reported(item.change.path):
        state = os.stat(item.target)
        folder, name = os.path.split(item.target)
        descriptor, item.temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".tmp", dir=folder)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _adopt(item.temporary, state)


def _adopt(path: str, state: os.stat_result) -> None:
    """Give a file the owner and the mode of another."""
    if hasattr(os, "chown") and (state.st_uid, state.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(OSError):
            os.chown(path, state.st_uid, state.st_gid)
    os.chmod(path, stat.S_IMODE(state.st_mode))


def _replace_all(pending: list[_Pending]) -> None:
    """Put every temporary file in its place; where one fails, those before it get their old bytes back."""
    done: list[_Pending] = []
    try:
        for item in pending:
            with _reported(item.change.path):
                _check(item.change, item.target)
                os.replace(item.temporary, item.target)
            item.temporary = ""
            done.append(item)
    except _Refused as refused:
        for item in done:
            _restore(item, refused)
        raise


def _restore(item: _Pending, cause: _Refused) -> None:
    """Put a file's old bytes back."""
    try:
        _prepare(item, item.change.before)
        os.replace(item.temporary, item.target)
        item.temporary = ""
    except (_Refused, OSError) as error:
        failed = cause.failure
        reason = f"{failed.reason}; {item.change.path} was written before and could not be put back: {error}"
        cause.failure = WriteFailed(failed.path, reason)


def _discard(item: _Pending) -> None:
    if item.temporary:
        with contextlib.suppress(OSError):
            os.unlink(item.temporary)


@contextlib.contextmanager
def _reported(path: str) -> Iterator[None]:
    """Refuse with the system's own reason."""
    try:
        yield
    except OSError as error:
        raise _Refused(path, (error.strerror or str(error)).lower()) from error


@contextlib.contextmanager
def _deferred_signals() -> Iterator[None]:
    """Let signals that end the program wait; they are delivered to their own handlers at the end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    previous = {}
    for number in _DEFERRED:
        if signal.getsignal(number) not in (signal.SIG_IGN, None):
            previous[number] = signal.signal(number, remember)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        for number in received:
            signal.raise_signal(number)
