"""LMB711 ``unhandled-client-error``: nothing on the way handles the error that an AWS call may raise."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.handling import EVERYTHING, Exposed
from lambdalint.program import Program
from lambdalint.remote import network_call
from lambdalint.rules.base import rule
from lambdalint.summary import Call

_CLIENT_ERRORS = frozenset((EVERYTHING, "Exception", "ClientError"))


@rule(
    "LMB711",
    "unhandled-client-error",
    Severity.NOTE,
    default=False,
    references=("https://boto3.amazonaws.com/v1/documentation/api/latest/guide/error-handling.html",),
)
def unhandled_client_error(program: Program) -> Iterator[Diagnostic]:
    """Calls an AWS service, and nothing on the way handles its error.

    ## Why is this bad?
    A throttled request, a missing item or a missing permission raises `ClientError`.  Unhandled, it ends the
    invocation: right for an event that Lambda retries, but the caller of a synchronous function gets a bare failure,
    and a batch is tried again as a whole.

    ## Bad
    ```python
    import boto3

    sns = boto3.client("sns")


    def lambda_handler(event, context):
        sns.publish(TopicArn=event["topic"], Message=event["text"])
    ```

    ## Good
    ```python
    import logging

    import boto3
    from botocore.exceptions import ClientError

    logger = logging.getLogger()
    sns = boto3.client("sns")


    def lambda_handler(event, context):
        try:
            sns.publish(TopicArn=event["topic"], Message=event["text"])
        except ClientError:
            logger.exception("the message was not sent")
            raise
    ```

    ## Errs towards
    Noise: to let the invocation fail is often right, which is why the rule is not on by default.
    """
    exposed = Exposed(program, _CLIENT_ERRORS)
    for unit in program.invoked_units:
        if program.is_durable(unit):
            continue
        for site, call in program.sites_of(unit, Call):
            if network_call(program, site, call) != "AWS call":
                continue
            reach = program.reach_invoked(site)
            if reach is not None and exposed.has(site):
                yield program.report(
                    site,
                    "nothing handles the `ClientError` that this call may raise",
                    "catch `botocore.exceptions.ClientError` where the function can still answer",
                    reach=reach,
                )
