"""LMB504 ``log-handler-per-invocation``: a logger that gets one more handler with every event."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.model import External, Instance, Site, Unit
from lambdalint.log_calls import asks_for_handlers, returns_early, takes_handlers_away
from lambdalint.program import Program, Reach
from lambdalint.rules.base import rule
from lambdalint.summary import Attribute, Call
from lambdalint.walk import argument


@rule(
    "LMB504",
    "log-handler-per-invocation",
    Severity.WARNING,
    references=(
        "https://docs.python.org/3/library/logging.html#logging.Logger.addHandler",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def log_handler_per_invocation(program: Program) -> Iterator[Diagnostic]:
    """Adds a handler to a logger on every invocation.

    ## Why is this bad?
    Loggers live as long as the execution environment.  With each warm invocation one more handler hangs on the
    logger, and every line is written once more than on the last one.

    ## Bad
    ```python
    import logging
    import sys

    logger = logging.getLogger("orders")


    def lambda_handler(event, context):
        logger.addHandler(logging.StreamHandler(sys.stdout))
        logger.warning("order received")
        return {"id": event["id"]}
    ```

    ## Good
    ```python
    import logging
    import sys

    logger = logging.getLogger("orders")
    logger.addHandler(logging.StreamHandler(sys.stdout))


    def lambda_handler(event, context):
        logger.warning("order received")
        return {"id": event["id"]}
    ```

    ## Errs towards
    Silence: a call that a look at the logger's handlers guards, beside which handlers are removed, or that adds a
    handler made once is left alone.
    """
    for unit in program.invoke_units:
        for site, call in program.sites_of(unit, Call):
            if isinstance(call.func, Attribute) and call.func.attr == "addHandler":
                reach = program.reach(site)
                if reach is not None and _piles_up(program, site, call, call.func, reach):
                    yield program.report(
                        site,
                        "`addHandler` adds one more handler on every invocation: each line is written once more",
                        "add the handler once, at module level",
                        reach=reach,
                    )


def _piles_up(program: Program, site: Site, call: Call, func: Attribute, reach: Reach) -> bool:
    if asks_for_handlers(site.place.frames) or returns_early(program, site):
        return False
    owners = program.resolve(func.value, site.scope)
    if any(isinstance(value, Instance) and program.resolver.method(value.cls, "addHandler") for value in owners):
        return False
    if any(isinstance(value, External) and value.path == "logging.Logger()" for value in owners):
        return False
    if takes_handlers_away(program, site.unit.path):
        return False
    return _is_new(program, site, call, reach)


def _is_new(program: Program, site: Site, call: Call, reach: Reach) -> bool:
    """Whether the handler that is added is made on each invocation; adding the same one again does nothing."""
    handler = argument(call, "hdlr", 0)
    for value in () if handler is None else program.resolve(handler, site.scope):
        if isinstance(value, External) and value.path == "logging.NullHandler()":
            return False
        if isinstance(value, External | Instance) and value.call is not None and value.scope is not None:
            number = value.scope.number if value.scope.kind == "function" else -1
            if _is_made_per_invocation(program, Unit(value.scope.path, number), value.call, reach):
                return True
    return False


def _is_made_per_invocation(program: Program, unit: Unit, made: Call, reach: Reach) -> bool:
    sites = (site for site in program.sites(unit) if site.place.expr is made)
    return unit in reach.phases.invoke and any(not program.phases.is_memoized(s, reach.phases) for s in sites)
