"""LMB608 ``sleep-in-invoke``: the function waits, and is paid for waiting."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.processes import BLOCKING_SLEEPS
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB608",
    "sleep-in-invoke",
    Severity.NOTE,
    default=False,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",),
)
def sleep_in_invoke(program: Program) -> Iterator[Diagnostic]:
    """Sleeps during the invocation.

    ## Why is this bad?
    Lambda bills the time that the function runs, asleep or not, and the sleep counts towards its timeout.  Waiting
    between steps belongs into a Step Functions `Wait` state, a delayed SQS message or a schedule; retries of AWS
    calls belong into the client's retry configuration.

    ## Bad
    ```python
    import time


    def lambda_handler(event, context):
        time.sleep(5)
        return {"waited": True}
    ```

    ## Good
    ```python
    def lambda_handler(event, context):
        return {"waitSeconds": 5}
    ```

    ## Errs towards
    Noise where a short pause is meant, which is why the rule is not on by default; silence for code that no handler
    is seen to reach.
    """
    for unit in program.invoked_units:
        if program.is_durable(unit):
            continue
        for site, _, values in program.calls(unit):
            if any(value.path in BLOCKING_SLEEPS for value in values):
                reach = program.reach_invoked(site)
                if reach is not None:
                    yield program.report(
                        site,
                        "the function sleeps during the invocation, and is billed for it",
                        "let a Step Functions `Wait` state, a queue's delay or a schedule do the waiting",
                        reach=reach,
                    )
