"""LMB304 ``asyncio-run-beside-mangum``: a loop of its own that leaves a Mangum adapter without one."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.model import Site, Unit
from lambdalint.loops import is_served_by_mangum, loop_endings, on_main_thread, sets_loop
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.summary import Call
from lambdalint.walk import dotted


@rule(
    "LMB304",
    "asyncio-run-beside-mangum",
    Severity.ERROR,
    references=(
        "https://mangum.fastapiexpert.com/",
        "https://docs.python.org/3/library/asyncio-runner.html#asyncio.run",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def asyncio_run_beside_mangum(program: Program) -> Iterator[Diagnostic]:
    """Calls `asyncio.run` in a function whose events a Mangum adapter serves.

    ## Why is this bad?
    Mangum runs the application on the thread's current event loop.  `asyncio.run` closes its own loop at the end and
    leaves the thread without one: the next event that reaches the adapter fails with "There is no current event
    loop".  Inside a route that is a coroutine, `asyncio.run` itself fails, as a loop is running.

    ## Bad
    ```python
    import asyncio

    from fastapi import FastAPI
    from mangum import Mangum

    app = FastAPI()
    adapter = Mangum(app, lifespan="off")


    async def refresh():
        return 12


    def lambda_handler(event, context):
        if event.get("source") == "aws.events":
            return {"refreshed": asyncio.run(refresh())}
        return adapter(event, context)
    ```

    ## Good
    ```python
    import asyncio

    from fastapi import FastAPI
    from mangum import Mangum

    app = FastAPI()
    adapter = Mangum(app, lifespan="off")


    async def refresh():
        return 12


    def lambda_handler(event, context):
        if event.get("source") == "aws.events":
            return {"refreshed": asyncio.get_event_loop().run_until_complete(refresh())}
        return adapter(event, context)
    ```

    ## Errs towards
    Silence: synchronous routes and functions handed to executors run on other threads, where `asyncio.run` does no
    harm, and code that sets a current loop again is left alone.
    """
    seen: set[tuple[str, Span]] = set()
    for phases in program.phases.handlers:
        if not is_served_by_mangum(program, phases):
            continue
        edges = on_main_thread(program, phases)
        if any(sets_loop(program, unit) for unit in edges):
            continue
        for unit in sorted(edges):
            for site, call in loop_endings(program, unit):
                if (unit.path, call.span) not in seen:
                    seen.add((unit.path, call.span))
                    yield _diagnostic(program, phases, unit, site, call)


def _diagnostic(program: Program, phases: HandlerPhases, unit: Unit, site: Site, call: Call) -> Diagnostic:
    name = dotted(call.func) or "asyncio.run"
    is_async = unit.number >= 0 and program.function(unit).is_async
    what = "fails: a loop is running" if is_async else "leaves the adapter no event loop: the next event fails"
    return program.report(
        site,
        f"`{name}` beside Mangum {what}",
        "await the coroutine" if is_async else "run the coroutine with `asyncio.get_event_loop().run_until_complete`",
        reach=program.reach_invoked(site),
    )
