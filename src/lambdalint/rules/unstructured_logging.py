"""LMB502 ``unstructured-logging``: log lines that are free text, in a function whose log nothing structures."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.model import Unit
from lambdalint.log_calls import LogCall, is_free_text, is_structured, log_calls
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB502",
    "unstructured-logging",
    Severity.NOTE,
    default=False,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html",
        "https://docs.powertools.aws.dev/lambda/python/latest/core/logger/",
    ),
)
def unstructured_logging(program: Program) -> Iterator[Diagnostic]:
    """Writes log lines as free text.

    ## Why is this bad?
    CloudWatch Logs Insights finds and counts the fields of JSON lines by name.  Values that are buried in a sentence
    have to be dug out by a pattern that the next change of the sentence breaks.

    ## Bad
    ```python
    import logging

    logger = logging.getLogger(__name__)


    def lambda_handler(event, context):
        logger.warning(f"order {event['id']} is late")
        return {"id": event["id"]}
    ```

    ## Good
    ```python
    import logging

    from aws_lambda_powertools import Logger

    logger = Logger(service="orders")


    def lambda_handler(event, context):
        logger.warning("order is late", order_id=event["id"])
        return {"id": event["id"]}
    ```

    ## Errs towards
    Silence: one finding for each handler's module, and none where anything that the function loads makes its log
    structured, configures logging from a mapping, or its template asks for `LogFormat: JSON`.
    """
    for path in sorted({phases.handler.path for phases in program.phases.handlers}):
        phases = [p for p in program.phases.handlers if p.handler.path == path]
        if any(d.log_format == "JSON" for p in phases for d in p.handler.declared):
            continue
        if any(is_structured(program, file) for p in phases for file in p.modules):
            continue
        free = sorted(_free(program, path), key=lambda logged: logged.call.span)
        if free:
            yield _diagnostic(program, free)


def _free(program: Program, path: str) -> Iterator[LogCall]:
    running = frozenset(program.running_units)
    for unit in program.modules[path].units():
        if Unit(*unit) in running:
            for logged in log_calls(program, unit):
                if logged.message is not None and is_free_text(program, logged.message, logged.site.scope):
                    yield logged


def _diagnostic(program: Program, free: list[LogCall]) -> Diagnostic:
    first = free[0]
    count = len(free)
    said = "1 log call is" if count == 1 else f"{count} log calls are"
    return program.report(
        first.site,
        f"{said} free text in a log that nothing structures",
        "log fields: with the function's `LogFormat: JSON` and `extra=`, Powertools' `Logger`, or `json.dumps`",
        reach=program.reach(first.site),
    )
