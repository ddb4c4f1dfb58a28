"""Work on many items in forked processes; where forking is not possible, in this one.

Items are dealt out one chunk at a time through a pipe, so that a process that is done takes the next chunk.  Another
pipe takes items back: what is costly the first time in each process is left to one of them.  The outcome does not
depend on who did what.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, Generic, TypeVar

from lambdalint import timing

_T = TypeVar("_T")
_TICKET = 4
_MOST_TICKETS = 4000  # four bytes each: fewer than the smallest pipe holds
_HEAD = 8
_NO_INDEX = (1 << 64) - 1
_MOST_LEFT = 6  # items that all other processes leave to the caller's: it should not be the last to be done
_may_leave = 0


class _Left(BaseException):
    """An item is left to the caller's process.  No `Exception`, since work that fails is caught by that."""


def can_fork() -> bool:
    """Whether this process may fork: the system has it, and no other thread could hold a lock meanwhile."""
    return hasattr(os, "fork") and threading.active_count() == 1


def leave() -> None:
    """Called before the first of several costly steps: leave the item to the process that shares out the work.

    Does nothing in that process, and in one that has left its share of items already.
    """
    global _may_leave
    if _may_leave > 0:
        _may_leave -= 1
        raise _Left


class Crew(Generic[_T]):
    """Processes that work on the items of a sequence; `work` turns an item's index into a result.

    What another process made comes here as the bytes that `pack` makes of it there, and `unpack` reads here.
    What a process could not do (it died, or `work` raised) is done again by the caller's process in `finish`, so that
    an error is raised there.
    """

    def __init__(
        self,
        count: int,
        jobs: int,
        work: Callable[[int], _T],
        pack: Callable[[_T], bytes],
        unpack: Callable[[bytes], _T],
    ) -> None:
        self._count = count
        self._work = work
        self._pack = pack
        self._unpack = unpack
        self._results: dict[int, _T] = {}
        self._children: list[tuple[int, BinaryIO]] = []
        self._size = max(1, -(-count // _MOST_TICKETS))
        self._tickets = _tickets(-(-count // self._size))
        self._left, self._leaving = os.pipe()
        wanted = min(jobs, count) - 1 if can_fork() else 0
        try:
            for _ in range(wanted):
                self._children.append(self._hire(_MOST_LEFT // wanted))
        except OSError:  # no more processes, or no room for their results: those that are there do
            pass
        os.close(self._leaving)

    def finish(self) -> list[_T]:
        """Take part in the work until all is done; the results by index."""
        try:
            while indices := (*self._left_here(waits=False), *self._next()):
                self._do(indices)
            while indices := self._left_here(waits=True):
                self._do(indices)
        finally:
            self._dismiss()
        return [self._results[i] if i in self._results else self._work(i) for i in range(self._count)]

    def _do(self, indices: Iterable[int]) -> None:
        for index in indices:
            self._results[index] = self._work(index)

    def _dismiss(self) -> None:
        """Take away the tickets that are left, wait for the children and take over their results."""
        while os.read(self._tickets, _TICKET * _MOST_TICKETS):
            pass
        os.close(self._tickets)
        os.close(self._left)
        for process, file in self._children:
            with timing.stage("waiting for other processes"):
                os.waitpid(process, 0)
            self._collect(file)

    def _hire(self, may_leave: int) -> tuple[int, BinaryIO]:
        file = _scratch_file()
        process = os.fork()
        if process:
            return process, file
        try:
            self._serve(file, may_leave)
        except BaseException:
            os._exit(1)
        os._exit(0)

    def _serve(self, file: BinaryIO, may_leave: int) -> None:
        """The life of a child: take tickets, note results in the file."""
        global _may_leave
        _may_leave = may_leave
        timing.restart()
        while indices := self._next():
            for index in indices:
                try:
                    result = self._work(index)
                except _Left:
                    os.write(self._leaving, index.to_bytes(_HEAD, "little"))
                else:
                    self._note(file, index, self._pack(result))
        self._note(file, _NO_INDEX, timing.packed())
        file.flush()

    @staticmethod
    def _note(file: BinaryIO, index: int, result: bytes) -> None:
        file.write(index.to_bytes(_HEAD, "little") + len(result).to_bytes(_HEAD, "little") + result)

    def _collect(self, file: BinaryIO) -> None:
        with file:
            file.seek(0)
            while len(head := file.read(2 * _HEAD)) == 2 * _HEAD:
                length = int.from_bytes(head[_HEAD:], "little")
                result = file.read(length)
                index = int.from_bytes(head[:_HEAD], "little")
                if index == _NO_INDEX:
                    timing.take(result)
                elif len(result) == length:
                    self._results[index] = self._unpack(result)

    def _next(self) -> range:
        """The items of the next ticket, none where no ticket is left."""
        ticket = os.read(self._tickets, _TICKET)
        start = int.from_bytes(ticket, "little") * self._size
        return range(start, min(self._count, start + self._size)) if ticket else range(0)

    def _left_here(self, *, waits: bool) -> tuple[int, ...]:
        """An item that another process left to this one; with `waits` there is none once they are all done."""
        if not self._children:
            return ()
        os.set_blocking(self._left, waits)
        try:
            with timing.stage("waiting for other processes"):
                index = os.read(self._left, _HEAD)
        except BlockingIOError:
            return ()
        return (int.from_bytes(index, "little"),) if index else ()


def run(items: Sequence[object], jobs: int, work: Callable[[int], bytes]) -> list[bytes]:
    """What `work` makes of the index of each item, in the order of the items."""
    return Crew(len(items), jobs, work, bytes, bytes).finish()


def _tickets(count: int) -> int:
    """The reading end of a pipe that holds the numbers below `count`, and whose writing end is closed."""
    reading, writing = os.pipe()
    with contextlib.closing(os.fdopen(writing, "wb")) as file:
        file.write(b"".join(number.to_bytes(_TICKET, "little") for number in range(count)))
    return reading


def _scratch_file() -> BinaryIO:
    """A file without a name, shared by a parent and its child."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("lambdalint"), "w+b")
    import tempfile

    return tempfile.TemporaryFile()
