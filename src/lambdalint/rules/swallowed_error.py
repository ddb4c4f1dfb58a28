"""LMB706 ``swallowed-error``: every failure is caught, and nobody learns of it."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.model import Unit
from lambdalint.program import Program, Reach
from lambdalint.rules.base import rule
from lambdalint.summary import ExceptHandler
from lambdalint.swallowing import clause_head, clauses, is_broad, swallows


@rule(
    "LMB706",
    "swallowed-error",
    Severity.WARNING,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html",
    ),
)
def swallowed_error(program: Program) -> Iterator[Diagnostic]:
    """Catches every exception and leaves no trace of it.

    ## Why is this bad?
    Lambda retries an event, moves it to a dead-letter queue and raises alarms because the invocation fails.  A clause
    that catches everything and goes on makes the invocation succeed: the event is gone, and no log line says so.

    ## Bad
    ```python
    def store(order):
        raise RuntimeError(order)


    def lambda_handler(event, context):
        try:
            store(event["order"])
        except Exception:
            pass
        return {"stored": event["order"]}
    ```

    ## Good
    ```python
    import logging

    logger = logging.getLogger()


    def store(order):
        raise RuntimeError(order)


    def lambda_handler(event, context):
        try:
            store(event["order"])
        except Exception:
            logger.exception("the order could not be stored")
            raise
        return {"stored": event["order"]}
    ```

    ## Errs towards
    Silence: a clause that calls anything, sets anything or returns a value that tells the failure is not reported,
    nor is one of particular exceptions.  An empty value tells it where each caller raises, logs or answers with an
    error when it gets one.
    """
    for unit in program.invoke_units:
        if program.is_durable(unit):
            continue
        for clause in clauses(program, unit):
            if not is_broad(program, clause.handler, program.scope(unit)) or not swallows(program, unit, clause):
                continue
            reach = program.reach_span(unit, clause.handler.span, clause.inner_frames)
            if reach is not None:
                yield _diagnostic(unit, clause.handler, reach)


def _diagnostic(unit: Unit, handler: ExceptHandler, reach: Reach) -> Diagnostic:
    head = clause_head(handler)
    return Diagnostic(
        path=unit.path,
        span=head,
        message="every exception is caught here, and neither a log line nor the result tells of it",
        help="log it with `logger.exception`, raise it again, or catch only what is expected",
        statement=head,
        handler=reach.handler.name,
        trail=reach.trail,
    )
