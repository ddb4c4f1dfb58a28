"""LMB302 ``lifespan-never-runs``: startup code of an application whose adapter leaves it out."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.adapters import MangumAdapter, mangum_adapters
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.lifespans import Hook, Lifespan, Lifespans
from lambdalint.link.model import Unit
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.walk import dotted

_STARTERS = ("router.startup", "router.shutdown", "router.lifespan_context", "router.lifespan")


@rule(
    "LMB302",
    "lifespan-never-runs",
    Severity.ERROR,
    references=(
        "https://mangum.fastapiexpert.com/lifespan/",
        "https://fastapi.tiangolo.com/advanced/events/",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def lifespan_never_runs(program: Program) -> Iterator[Diagnostic]:
    """Registers startup or shutdown code that `Mangum(…, lifespan="off")` never runs.

    ## Why is this bad?
    With `lifespan="off"` Mangum sends the application no lifespan events.  Nothing fails when it starts: requests
    are answered, with an `app.state` that was never filled.

    ## Bad
    ```python
    from contextlib import asynccontextmanager

    from fastapi import FastAPI, Request
    from mangum import Mangum


    @asynccontextmanager
    async def lifespan(app):
        app.state.rates = {"EUR": 1.0}
        yield


    app = FastAPI(lifespan=lifespan)


    @app.get("/rates")
    def rates(request: Request):
        return request.app.state.rates


    handler = Mangum(app, lifespan="off")
    ```

    ## Good
    ```python
    from fastapi import FastAPI, Request
    from mangum import Mangum

    app = FastAPI()
    app.state.rates = {"EUR": 1.0}


    @app.get("/rates")
    def rates(request: Request):
        return request.app.state.rates


    handler = Mangum(app, lifespan="off")
    ```

    ## Errs towards
    Silence: startup code that is registered on a condition, that the program calls itself, or that another adapter
    of the same application runs, is left alone.
    """
    lifespans = Lifespans(program)
    adapters = [(adapter, lifespans.of(adapter)) for adapter in mangum_adapters(program)]
    seen: set[tuple[str, Span]] = set()
    for adapter, lifespan in adapters:
        if adapter.lifespan != "off" or _is_started(program, lifespan, adapters):
            continue
        for hook in lifespan.hooks:
            key = (hook.path, hook.span)
            if hook.is_certain and key not in seen and not _is_called(program, hook):
                seen.add(key)
                yield _diagnostic(program, adapter, hook)


def _is_started(program: Program, lifespan: Lifespan, adapters: list[tuple[MangumAdapter, Lifespan]]) -> bool:
    """Whether the lifespan of an application runs all the same: through another adapter, or called by hand."""
    made = {id(value.call) for value in lifespan.made}
    for other, theirs in adapters:
        if other.lifespan != "off" and made & {id(value.call) for value in theirs.made}:
            return True
    for path in sorted({value.scope.path for value in lifespan.made if value.scope is not None}):
        for phases in program.phases.handlers:
            if path in phases.modules and any(_starts(program, file, made) for file in phases.modules):
                return True
    return False


def _starts(program: Program, file: str, made: set[int]) -> bool:
    """Whether a file's code calls for the startup of an application, as in `await app.router.startup()`."""
    for unit in program.modules[file].units():
        for _, call, values in program.calls(unit):
            if (dotted(call.func) or "").endswith(_STARTERS):
                for value in values:
                    step = value.base
                    while step is not None:
                        if id(step.call) in made:
                            return True
                        step = step.base
    return False


def _is_called(program: Program, hook: Hook) -> bool:
    """Whether the program runs the function itself."""
    return hook.unit is not None and Unit(*hook.unit) in program.running_units


def _diagnostic(program: Program, adapter: MangumAdapter, hook: Hook) -> Diagnostic:
    site = adapter.site
    where = f"{program.project.imports.module_name(site.unit.path)}, line {site.place.expr.span.row}"
    return Diagnostic(
        path=hook.path,
        span=hook.span,
        message=f'{hook.name} never runs: `{dotted(adapter.call.func) or "Mangum"}` ({where}) has `lifespan="off"`',
        help="do at module level, or on first use, what the application needs",
        statement=hook.statement,
    )
