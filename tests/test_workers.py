"""Work in several processes gives what one process gives, whatever becomes of the processes."""

from __future__ import annotations

import os
import time

import pytest

from lambdalint import workers

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@pytest.mark.parametrize("jobs", [1, 2, 4])
@pytest.mark.parametrize("count", [0, 1, 3, 100, 9000])
def test_results_are_in_the_order_of_the_items(count: int, jobs: int) -> None:
    results = workers.run(range(count), jobs, lambda index: str(index).encode() * (index % 7))
    assert results == [str(index).encode() * (index % 7) for index in range(count)]


@needs_fork
def test_several_processes_take_part() -> None:
    def work(index: int) -> bytes:
        time.sleep(0.02)  # the others get their turn also where the machine is busy
        return b"%d" % os.getpid()

    assert len(set(workers.run(range(50), 3, work))) > 1


@needs_fork
def test_large_results_do_not_block() -> None:
    assert workers.run(range(20), 4, lambda index: b"x" * 1_000_000) == [b"x" * 1_000_000] * 20


@needs_fork
def test_what_a_dead_process_leaves_is_done_by_the_other() -> None:
    parent = os.getpid()

    def work(index: int) -> bytes:
        if os.getpid() != parent and index % 3 == 0:
            os._exit(9)
        return b"%d" % index

    assert workers.run(range(100), 4, work) == [b"%d" % index for index in range(100)]


@needs_fork
def test_an_error_is_raised_here() -> None:
    def work(index: int) -> bytes:
        if index == 5:
            raise ValueError("five")
        return b""

    with pytest.raises(ValueError, match="five"):
        workers.run(range(10), 3, work)


def test_without_fork_one_process_does_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "can_fork", lambda: False)
    assert set(workers.run(range(50), 4, lambda index: b"%d" % os.getpid())) == {b"%d" % os.getpid()}


@needs_fork
def test_what_other_processes_leave_is_done_here_while_it_is_not_too_much() -> None:
    def work(index: int) -> bytes:
        time.sleep(0.02)
        workers.leave()
        return b"%d" % os.getpid()

    done_elsewhere = set(workers.run(range(60), 3, work)) - {b"%d" % os.getpid()}
    assert len(done_elsewhere) == 2  # they have left their share, and do the rest


@needs_fork
def test_little_that_is_left_is_never_done_elsewhere() -> None:
    def work(index: int) -> bytes:
        time.sleep(0.01)
        if index in (3, 20, 29):
            workers.leave()
            return b"left %d" % os.getpid()
        return b""

    results = workers.run(range(30), 2, work)
    assert {results[index] for index in (3, 20, 29)} == {b"left %d" % os.getpid()}


def test_nothing_is_left_where_nobody_takes_it() -> None:
    def work(index: int) -> bytes:
        workers.leave()
        return b"%d" % index

    assert workers.run(range(2), 1, work) == [b"0", b"1"]
