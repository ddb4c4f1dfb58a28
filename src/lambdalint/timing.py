"""Where the time of a run goes, by stage and by file; measured only while somebody asks.

A stage within another takes its time away from the outer one, so that all stages add up.  What a file costs is what
is done for it alone; where files are judged together, the first of them stands for all.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator

from lambdalint.paths import relative

OTHER = "other"
_SLOWEST = 10


class Clock:
    """Seconds by stage and by file, of this process and of those whose results it has taken over."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self.files: dict[str, float] = {}
        self._open: list[tuple[str, str]] = [(OTHER, "")]
        self._since = time.perf_counter()

    def begin(self, stage: str, path: str) -> None:
        """Enter a stage; without a path it is the outer stage's file that is worked on."""
        self._settle()
        self._open.append((stage, path or self._open[-1][1]))

    def end(self) -> None:
        """Leave the stage entered last."""
        self._settle()
        self._open.pop()

    def slowest(self, count: int) -> list[tuple[str, float]]:
        """The files that took longest, with their seconds."""
        return sorted(self.files.items(), key=lambda item: (-item[1], item[0]))[:count]

    def add(self, stages: dict[str, float], files: dict[str, float]) -> None:
        """Take over what another process measured."""
        for mine, others in ((self.stages, stages), (self.files, files)):
            for name, seconds in others.items():
                mine[name] = mine.get(name, 0.0) + seconds

    def _settle(self) -> None:
        now = time.perf_counter()
        stage, path = self._open[-1]
        self.stages[stage] = self.stages.get(stage, 0.0) + now - self._since
        if path:
            self.files[path] = self.files.get(path, 0.0) + now - self._since
        self._since = now


class _Stage:
    """A stage as a context; two plain methods, since a generator would cost more than some of the stages."""

    __slots__ = ("_name", "_path")

    def __init__(self, name: str, path: str) -> None:
        self._name = name
        self._path = path

    def __enter__(self) -> None:
        if _clock is not None:
            _clock.begin(self._name, self._path)

    def __exit__(self, *error: object) -> None:
        if _clock is not None:
            _clock.end()


_clock: Clock | None = None


@contextlib.contextmanager
def measured() -> Iterator[Clock]:
    """Measure what happens from here on."""
    global _clock
    before, _clock = _clock, Clock()
    _clock.add({"start-up": time.process_time()}, {})
    try:
        yield _clock
    finally:
        _clock = before


def stage(name: str, path: str = "") -> _Stage:
    """A context whose time counts for a stage and, where one is given, for a file."""
    return _Stage(name, path)


def restart() -> None:
    """Measure anew: this process was forked, and what it copied is another's."""
    global _clock
    if _clock is not None:
        _clock = Clock()


def packed() -> bytes:
    """What this process measured; nothing when nobody asks."""
    if _clock is None:
        return b""
    with stage(OTHER):
        return json.dumps([_clock.stages, _clock.files]).encode()


def take(data: bytes) -> None:
    """Take over what another process packed."""
    if _clock is not None and data:
        stages, files = json.loads(data)
        _clock.add(stages, files)


def lines(cwd: str) -> Iterator[str]:
    """What was measured so far, for people: the stages, and the ten slowest files relative to a folder."""
    if _clock is None:
        return
    with stage(OTHER):
        yield "time by stage, all processes together:"
        for name, seconds in sorted(_clock.stages.items(), key=lambda item: -item[1]):
            yield f"  {seconds:7.3f} s  {name}"
        slowest = _clock.slowest(_SLOWEST)
        if slowest:
            yield "slowest files:"
        for path, seconds in slowest:
            yield f"  {seconds:7.3f} s  {relative(path, cwd)}"
