"""LMB609 ``exit-in-invoke``: an invocation ends the Python process instead of returning or raising."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.processes import EXIT_CALLS, EXIT_EXCEPTIONS, HARD_EXITS
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.handling import EVERYTHING, Exposed
from lambdalint.link.model import Site
from lambdalint.program import Program, Reach
from lambdalint.rules.base import rule
from lambdalint.summary import Call, Raise

_CATCHING = frozenset((EVERYTHING, "SystemExit", "KeyboardInterrupt"))


@rule(
    "LMB609",
    "exit-in-invoke",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def exit_in_invoke(program: Program) -> Iterator[Diagnostic]:
    """Ends the Python process during an invocation.

    ## Why is this bad?
    The runtime catches exceptions that derive from `Exception`; `sys.exit()` and its kin end the process before a
    response is sent, whatever the exit status.  Lambda reports `Runtime.ExitError`, throws the execution environment
    away, and the next invocation pays for a cold start.

    ## Bad
    ```python
    import sys


    def lambda_handler(event, context):
        if "rows" not in event:
            sys.exit(1)
        return {"rows": len(event["rows"])}
    ```

    ## Good
    ```python
    def lambda_handler(event, context):
        if "rows" not in event:
            raise ValueError("the event has no rows")
        return {"rows": len(event["rows"])}
    ```

    ## Errs towards
    Silence: nothing is said below a `try` that catches `SystemExit` or everything, under `__name__ == "__main__"`,
    and in code that no handler is seen to reach.
    """
    exposed = Exposed(program, _CATCHING, passes_on=False)
    for unit in program.invoked_units:
        if program.is_durable(unit):
            continue
        for site in program.sites(unit):
            name = _exit(program, site)
            if name is None:
                continue
            reach = program.reach_invoked(site)
            if reach is not None and (name in HARD_EXITS or exposed.has(site)):
                yield _diagnostic(program, site, name, reach)


def _exit(program: Program, site: Site) -> str | None:
    """What ends the process at a site: a call, or an exception that is raised."""
    expr, statement, _ = site.place
    if statement.__class__ is not Raise and expr.__class__ is not Call:
        return None
    if isinstance(statement, Raise) and statement.exception is expr:
        raised = expr.func if isinstance(expr, Call) else expr
        return next((path for path in program.paths(raised, site.scope) if path in EXIT_EXCEPTIONS), None)
    if isinstance(expr, Call):
        return next((path for path in program.paths(expr.func, site.scope) if path in EXIT_CALLS), None)
    return None


def _diagnostic(program: Program, site: Site, name: str, reach: Reach) -> Diagnostic:
    is_raised = name in EXIT_EXCEPTIONS
    return program.report(
        site,
        f"`{name}` ends the execution environment instead of the invocation",
        "return a response, or raise an exception that derives from `Exception`",
        span=site.place.statement.span if is_raised else None,
        reach=reach,
    )
