"""LMB710 ``batch-swallows-failures``: the failure of a record is caught, and its source never learns of it."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.batches import Batches
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.model import Unit
from lambdalint.program import Program, Reach
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.swallowing import Clause, clause_head, is_broad, swallows


@rule(
    "LMB710",
    "batch-swallows-failures",
    Severity.WARNING,
    default=False,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html",
    ),
)
def batch_swallows_failures(program: Program) -> Iterator[Diagnostic]:
    """Catches the failure of a record and reports no failed items.

    ## Why is this bad?
    A queue or a stream takes a batch for done when the handler returns.  A record whose failure was caught is
    deleted with the others and never tried again.  With `ReportBatchItemFailures` the handler can return the failed
    ones as `batchItemFailures`, and only these come back.

    ## Bad
    ```python
    import json
    import logging

    logger = logging.getLogger()


    def store(order):
        raise RuntimeError(order)


    def lambda_handler(event, context):
        for record in event["Records"]:
            try:
                store(json.loads(record["body"]))
            except Exception:
                logger.exception("record %s failed", record["messageId"])
    ```

    ## Good
    ```python
    import json
    import logging

    logger = logging.getLogger()


    def store(order):
        raise RuntimeError(order)


    def lambda_handler(event, context):
        failures = []
        for record in event["Records"]:
            try:
                store(json.loads(record["body"]))
            except Exception:
                logger.exception("record %s failed", record["messageId"])
                failures.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failures}
    ```

    ## Errs towards
    Noise where a record that fails is meant to be dropped, which is why the rule is not on by default.  A clause
    that hands the record on, and one of which LMB706 speaks already, are not reported.
    """
    batches = Batches(program)
    seen: set[tuple[str, Span]] = set()
    for phases in program.phases.handlers:
        for found in batches.loops(phases):
            for unit, clause in batches.caught(found):
                key = (unit.path, clause.handler.span)
                if key in seen or _is_swallowed(program, unit, clause):
                    continue
                seen.add(key)
                yield _diagnostic(unit, clause, Reach(phases, program.trail(phases, found.unit)))


def _is_swallowed(program: Program, unit: Unit, clause: Clause) -> bool:
    return is_broad(program, clause.handler, program.scope(unit)) and swallows(program, unit, clause)


def _diagnostic(unit: Unit, clause: Clause, reach: Reach) -> Diagnostic:
    head = clause_head(clause.handler)
    return Diagnostic(
        path=unit.path,
        span=head,
        message="a record that fails is caught here, and its source takes it for done",
        help="return the failed records as `batchItemFailures`, and enable `ReportBatchItemFailures`",
        statement=head,
        handler=reach.handler.name,
        trail=reach.trail,
    )
