"""LMB605 ``multiprocessing-primitives``: a pool, a queue or a lock that needs shared memory, which Lambda lacks."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.processes import FAILING
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.handling import is_caught
from lambdalint.link.model import External
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call

_FAILURES = frozenset(("OSError", "FileNotFoundError", "IOError", "NotImplementedError"))


@rule(
    "LMB605",
    "multiprocessing-primitives",
    Severity.ERROR,
    references=(
        "https://aws.amazon.com/blogs/compute/parallel-processing-in-python-with-aws-lambda/",
        "https://docs.python.org/3/library/multiprocessing.html",
    ),
)
def multiprocessing_primitives(program: Program) -> Iterator[Diagnostic]:
    """Makes a process pool, a queue or a lock that needs shared memory.

    ## Why is this bad?
    The execution environment has no `/dev/shm`.  Pools, queues, locks, events and shared values of `multiprocessing`
    and the `ProcessPoolExecutor` are built on semaphores that live there: making one raises an `OSError`, and so
    does `multiprocessing.pool.ThreadPool`.  It works on a laptop and in most containers.  `Process`, `Pipe`,
    `Manager()` and the `ThreadPoolExecutor` work.

    ## Bad
    ```python
    from concurrent.futures import ProcessPoolExecutor


    def lambda_handler(event, context):
        with ProcessPoolExecutor() as executor:
            return list(executor.map(abs, event["numbers"]))
    ```

    ## Good
    ```python
    from concurrent.futures import ThreadPoolExecutor


    def lambda_handler(event, context):
        with ThreadPoolExecutor() as executor:
            return list(executor.map(abs, event["numbers"]))
    ```

    ## Errs towards
    Silence: code that no handler is seen to reach is not reported, nor what stands in a `try` that expects an
    `OSError`.
    """
    for unit in program.running_units:
        if program.is_durable(unit):
            continue
        for site, call in program.sites_of(unit, Call):
            values = program.resolve(call.func, site.scope)
            if not values or not all(isinstance(value, External) and value.path in FAILING for value in values):
                continue
            if not program.runs_on_lambda(site):
                continue
            if is_caught(program, site.place.frames, site.scope, _FAILURES):
                continue
            name = program.paths(call.func, site.scope)[0]
            yield program.report(
                site,
                f"`{name}` needs `/dev/shm`, which Lambda does not have",
                "use `concurrent.futures.ThreadPoolExecutor`, `threading`, or `multiprocessing.Process` with a `Pipe`",
                reach=program.reach_invoked(site),
            )
