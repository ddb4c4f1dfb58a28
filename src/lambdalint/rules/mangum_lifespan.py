"""LMB301 ``mangum-lifespan``: a Mangum adapter that starts and stops its application on every invocation."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.adapters import MangumAdapter, mangum_adapters
from lambdalint.catalog.apps import LIFESPAN_KEYWORD, LIFESPAN_POSITION
from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Severity
from lambdalint.fixes import SetArgument
from lambdalint.lifespans import Lifespan, Lifespans
from lambdalint.program import Program, make_fix
from lambdalint.rules.base import rule
from lambdalint.walk import dotted


@rule(
    "LMB301",
    "mangum-lifespan",
    Severity.WARNING,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://mangum.fastapiexpert.com/lifespan/",
        "https://asgi.readthedocs.io/en/latest/specs/lifespan.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def mangum_lifespan(program: Program) -> Iterator[Diagnostic]:
    """Makes a Mangum adapter without `lifespan="off"`.

    ## Why is this bad?
    With `lifespan="auto"`, the default, and with `"on"`, Mangum runs the application's startup code before and its
    shutdown code after *every* event, not once per execution environment.  Connections that the startup opens are
    opened and closed for each request, and a startup that fails fails the request.  Where the application has no
    startup code the cycle only costs time: then this is a note.

    ## Bad
    ```python
    from fastapi import FastAPI
    from mangum import Mangum

    app = FastAPI()


    @app.get("/health")
    def health():
        return {"ok": True}


    handler = Mangum(app)
    ```

    ## Good
    ```python
    from fastapi import FastAPI
    from mangum import Mangum

    app = FastAPI()


    @app.get("/health")
    def health():
        return {"ok": True}


    handler = Mangum(app, lifespan="off")
    ```

    ## Fix safety
    Safe where all of the application is in view and none of it runs at startup or shutdown.  Unsafe where such code
    may lie out of sight: in a router or a mounted application of another package, in what an instrumentation adds,
    in an application made elsewhere; with `lifespan="off"` it would never run.  Not offered where startup or
    shutdown code is in view (LMB302 would report it): move it to module level first.

    ## Errs towards
    Silence: a `lifespan` that arrives through `**options`, or whose value cannot be told, is left alone.
    """
    lifespans = Lifespans(program)
    for adapter in mangum_adapters(program):
        if adapter.lifespan in ("auto", "on"):
            yield _diagnostic(program, adapter, lifespans.of(adapter))


def _diagnostic(program: Program, adapter: MangumAdapter, lifespan: Lifespan) -> Diagnostic:
    name = dotted(adapter.call.func) or "Mangum"
    said = f'`lifespan="{adapter.lifespan}"`'
    if lifespan.hooks:
        names = ", ".join(dict.fromkeys(hook.name for hook in lifespan.hooks))
        return program.report(
            adapter.site,
            f"`{name}` with {said} runs {names} again on every invocation",
            'do at module level what has to be done once, then pass `lifespan="off"`',
            no_fix='with `lifespan="off"` the startup and shutdown code in view would never run; move it first',
        )
    return program.report(
        adapter.site,
        f"`{name}` with {said} starts and stops the application on every invocation",
        'pass `lifespan="off"`',
        fix=_fix(adapter, lifespan),
        severity=Severity.NOTE if lifespan.hidden is None else None,
    )


def _fix(adapter: MangumAdapter, lifespan: Lifespan) -> Fix:
    position = LIFESPAN_POSITION if adapter.is_direct else None
    operation = SetArgument(adapter.call.span, LIFESPAN_KEYWORD, '"off"', position)
    if lifespan.hidden is None:
        return make_fix('Pass `lifespan="off"`', True, operation)
    return make_fix(f'Pass `lifespan="off"`; startup code may be lost: {lifespan.hidden}', False, operation)
