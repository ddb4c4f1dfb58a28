"""LMB505 ``log-keys-across-invocations``: a key of one event that stays in the log lines of the next."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog import log_setup
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.constants import constant
from lambdalint.link.model import Scope, Site, Unit
from lambdalint.origin import Origin
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call
from lambdalint.walk import argument


@rule(
    "LMB505",
    "log-keys-across-invocations",
    Severity.NOTE,
    default=False,
    references=("https://docs.powertools.aws.dev/lambda/python/latest/core/logger/#clearing-all-state",),
)
def log_keys_across_invocations(program: Program) -> Iterator[Diagnostic]:
    """Appends a value of this invocation to the keys of all later log lines.

    ## Why is this bad?
    Powertools' `append_keys` adds to the logger, and the logger lives on: where the next event does not overwrite
    the key, its lines carry the value of this one.

    ## Bad
    ```python
    from aws_lambda_powertools import Logger

    logger = Logger(service="orders")


    @logger.inject_lambda_context
    def lambda_handler(event, context):
        logger.append_keys(order_id=event["id"])
        logger.info("order received")
        return {"id": event["id"]}
    ```

    ## Good
    ```python
    from aws_lambda_powertools import Logger

    logger = Logger(service="orders")


    @logger.inject_lambda_context(clear_state=True)
    def lambda_handler(event, context):
        logger.append_keys(order_id=event["id"])
        logger.info("order received")
        return {"id": event["id"]}
    ```

    ## Errs towards
    Silence: where the code removes keys or clears the state itself nothing is reported.
    """
    cleared = {id(phases): _clears(program, phases) for phases in program.phases.handlers}
    for unit in program.invoke_units:
        for site, call, values in program.calls(unit):
            if not any(value.path in log_setup.APPENDERS for value in values) or not _of_event(program, site, call):
                continue
            reach = next((r for r in program.reaches(site) if not cleared[id(r.phases)]), None)
            if reach is not None:
                yield program.report(
                    site,
                    "the appended keys stay in the log lines of later invocations",
                    "pass `clear_state=True` to `inject_lambda_context`, or append them with `append_context_keys`",
                    reach=reach,
                )


def _of_event(program: Program, site: Site, call: Call) -> bool:
    given = (argument.value for argument in call.arguments)
    return program.origins.of_all(given, site.scope) is Origin.INVOCATION


def _clears(program: Program, phases: HandlerPhases) -> bool:
    """Whether a handler's decorator clears the logger's keys, or its code does."""
    handler = phases.handler.unit
    is_bare = handler.number < 0 or not program.function(handler).decorators
    if _is_cleared_by_call(program, handler.path) if is_bare else _is_cleared_by_decorator(program, handler):
        return True
    return any(
        value.path in log_setup.REMOVERS
        for unit in phases.invoke
        for _, _, values in program.calls(unit)
        for value in values
    )


def _is_cleared_by_decorator(program: Program, handler: Unit) -> bool:
    function = program.function(handler)
    scope = program.resolver.definition_scope(handler.path, function)
    return any(isinstance(d, Call) and _is_clearing(program, d, scope) for d in function.decorators)


def _is_cleared_by_call(program: Program, path: str) -> bool:
    """Whether a module wraps its handler itself: `logger.inject_lambda_context(handler, clear_state=True)`."""
    sites = program.sites(Unit(path, -1))
    return any(isinstance(s.place.expr, Call) and _is_clearing(program, s.place.expr, s.scope) for s in sites)


def _is_clearing(program: Program, call: Call, scope: Scope) -> bool:
    if not set(program.paths(call.func, scope)) & log_setup.INJECTORS:
        return False
    literal = constant(program.resolver, argument(call, "clear_state"), scope)
    return literal is not None and literal.value is True
