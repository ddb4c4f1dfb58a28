"""Whole processes, timed: wall and processor time of a command with all that it starts, and its peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

# What would make one tool slower than it is for its users.
_UNSET = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "PYTHONDEVMODE")


class Run(NamedTuple):
    """Seconds of one finished process and its children, and the MiB of the largest of them."""

    wall: float
    cpu: float
    peak: float


class Spread(NamedTuple):
    """The least, the median and the largest of some figures."""

    low: float
    median: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} [{self.low:.2f}–{self.high:.2f}]"


def spread(figures: Sequence[float]) -> Spread:
    """What some figures are like."""
    return Spread(min(figures), statistics.median(figures), max(figures))


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a command to its end, its output thrown away.  Raises RuntimeError when it fails rather than finds."""
    environment = {name: value for name, value in os.environ.items() if name not in _UNSET}
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode < 0:
        raise RuntimeError(f"{command[0]} was ended by signal {-process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


class Pairs(NamedTuple):
    """Runs of two commands in turn, the first of each pair being lambdalint's."""

    ours: tuple[Run, ...]
    theirs: tuple[Run, ...]

    def ratios(self, figure: str) -> Spread:
        """Ours to theirs, pair by pair, of "wall" or "cpu"."""
        return spread([getattr(a, figure) / getattr(b, figure) for a, b in zip(self.ours, self.theirs, strict=True)])
