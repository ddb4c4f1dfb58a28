"""Stages add up, belong to files, and come back from other processes; `-v` shows them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lambdalint import timing, workers


def pause(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def test_an_inner_stage_takes_its_time_from_the_outer_one() -> None:
    begun = time.perf_counter()
    with timing.measured() as clock:
        with timing.stage("outer", "a.py"):
            pause(0.02)
            with timing.stage("inner"):
                pause(0.03)
        with timing.stage("inner", "b.py"):
            pause(0.01)
    took = time.perf_counter() - begun
    assert clock.stages["outer"] >= 0.02 and clock.stages["inner"] >= 0.04
    assert clock.files["a.py"] >= 0.05 and clock.files["b.py"] >= 0.01
    assert [path for path, _ in clock.slowest(1)] == ["a.py"]
    assert sum(seconds for name, seconds in clock.stages.items() if name != "start-up") <= took


def test_nothing_is_measured_unasked() -> None:
    with timing.stage("outer", "a.py"):
        assert timing.packed() == b""
    assert list(timing.lines("/")) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_what_other_processes_measure_counts_too() -> None:
    parent = os.getpid()

    def work(index: int) -> bytes:
        with timing.stage("work" if os.getpid() != parent else "own work", f"{index}.py"):
            pause(0.01)
        return b""

    with timing.measured() as clock:
        workers.run(range(10), 2, work)
    assert clock.stages["work"] >= 0.01
    assert set(clock.files) == {f"{index}.py" for index in range(10)}


def test_verbose_shows_stages_and_slowest_files(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"app_{number}.py").write_text("def lambda_handler(event, context):\n    return {}\n")
    command = [sys.executable, "-m", "lambdalint", "check", "-v", "."]
    stderr = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stderr
    stages = re.findall(r"^ +\d+\.\d{3} s  ([a-z-]+(?: [a-z]+)*)$", stderr, re.M)
    assert {"summaries", "link", "rules", "walk", "scan", "templates", "start-up"} <= set(stages)
    assert len(re.findall(r"^ +\d+\.\d{3} s  app_\d+\.py$", stderr, re.M)) == 10
