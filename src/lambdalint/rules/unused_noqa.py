"""LMB903 ``unused-noqa``: a suppression comment that suppresses nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, FixAvailability, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB903",
    "unused-noqa",
    Severity.NOTE,
    fix=FixAvailability.ALWAYS,
    default=False,
    references=(
        "https://docs.aws.amazon.com/codeguru/latest/reviewer-ug/recommendation-suppression.html",
        "https://docs.astral.sh/ruff/linter/#error-suppression",
    ),
)
def unused_noqa(program: Program) -> Iterator[Diagnostic]:
    """A suppression comment suppresses nothing.

    ## Why is this bad?
    The comment says that something is wrong and tolerated where nothing is, and would hide the next finding that
    comes to that line.  A misspelt code protects nothing.

    ## Bad
    ```python
    import boto3

    s3 = boto3.client("s3")  # noqa: LMB201


    def lambda_handler(event, context):
        s3.delete_object(Bucket="reports", Key=event["key"])
    ```

    ## Good
    ```python
    import boto3

    s3 = boto3.client("s3")


    def lambda_handler(event, context):
        s3.delete_object(Bucket="reports", Key=event["key"])
    ```

    ## Fix safety
    Safe: only the comment is deleted, or of several codes the one that is not needed; other tools' codes and a reason
    behind them stay.

    ## Errs towards
    Silence: codes of rules that are not selected, and those of other tools, are left alone.
    """
    # What a comment suppresses is only known once all rules have spoken: the engine reports these findings.
    yield from ()
