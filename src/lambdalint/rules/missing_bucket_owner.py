"""LMB209 ``missing-bucket-owner``: an S3 operation takes a bucket of that name, whoever owns it."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.aws import client_call
from lambdalint.catalog.s3 import OWNER_KEYWORD, TRANSFER_KEYWORD, TRANSFERS, takes_owner
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call, DictDisplay, Literal
from lambdalint.walk import argument, has_star, is_literal_none


@rule(
    "LMB209",
    "missing-bucket-owner",
    Severity.NOTE,
    default=False,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html",),
)
def missing_bucket_owner(program: Program) -> Iterator[Diagnostic]:
    """Calls S3 without saying whose bucket is meant.

    ## Why is this bad?
    Names of buckets are global.  A bucket that was deleted can be made again by somebody else, who then receives what
    the function writes, or feeds what it reads.

    ## Bad
    ```python
    import boto3

    s3 = boto3.client("s3")


    def lambda_handler(event, context):
        s3.put_object(Bucket="reports", Key=event["key"], Body=event["report"])
    ```

    ## Good
    ```python
    import os

    import boto3

    s3 = boto3.client("s3")


    def lambda_handler(event, context):
        s3.put_object(
            Bucket="reports",
            Key=event["key"],
            Body=event["report"],
            ExpectedBucketOwner=os.environ["ACCOUNT_ID"],
        )
    ```

    ## Errs towards
    Noise in a project whose policies deny other accounts' buckets already.  The methods of `Bucket` and `Object`
    resources are left out, and so is a call with `*args` or `**kwargs`.
    """
    for unit in program.running_units:
        if program.is_durable(unit):
            continue
        for site, call, values in program.calls(unit):
            if has_star(call, "**") or has_star(call, "*"):
                continue
            for value in values:
                found = client_call(program.resolver, value)
                if found is None or found.service != "s3" or found.is_resource or _names_owner(call, found.method):
                    continue
                if program.runs_on_lambda(site):
                    yield program.report(
                        site,
                        f"`{found.method}` takes the bucket of that name, whoever owns it",
                        f"pass the account's id as `{OWNER_KEYWORD}`"
                        + (f" in `{TRANSFER_KEYWORD}`" if found.method in TRANSFERS else ""),
                        reach=program.reach_invoked(site),
                    )
                break


def _names_owner(call: Call, method: str) -> bool:
    """Whether a call says whose bucket it means, or cannot; what a transfer's other arguments hold may say it."""
    if method not in TRANSFERS:
        return not takes_owner(method) or argument(call, OWNER_KEYWORD) is not None
    extra = argument(call, TRANSFER_KEYWORD, TRANSFERS[method])
    if not isinstance(extra, DictDisplay):
        return extra is not None and not is_literal_none(extra)
    return any(not isinstance(item.key, Literal) or item.key.value == OWNER_KEYWORD for item in extra.items)
