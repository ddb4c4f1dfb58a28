"""LMB103 ``network-call-at-init``: module level calls another machine."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.model import Unit
from lambdalint.program import Program
from lambdalint.remote import network_call
from lambdalint.rules.base import rule
from lambdalint.summary import Call


@rule(
    "LMB103",
    "network-call-at-init",
    Severity.NOTE,
    default=False,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",),
)
def network_call_at_init(program: Program) -> Iterator[Diagnostic]:
    """Calls another machine while a module is imported.

    ## Why is this bad?
    INIT may take ten seconds.  When the other side is slow or down, the environment is thrown away before the handler
    could catch anything, and INIT starts again within the function's own timeout.  What was fetched stays for the
    environment's life.

    ## Bad
    ```python
    import boto3

    ssm = boto3.client("ssm")
    LIMIT = ssm.get_parameter(Name="/orders/limit")["Parameter"]["Value"]


    def lambda_handler(event, context):
        return {"limit": LIMIT}
    ```

    ## Good
    ```python
    import functools

    import boto3

    ssm = boto3.client("ssm")


    @functools.cache
    def limit():
        return ssm.get_parameter(Name="/orders/limit")["Parameter"]["Value"]


    def lambda_handler(event, context):
        return {"limit": limit()}
    ```

    ## Errs towards
    Silence: a call inside a function that module level calls is not reported, nor is a client's construction, which
    sends nothing.
    """
    for path in program.loaded:
        for site, call in program.sites_of(Unit(path, -1), Call):
            if program.runs_on_lambda(site):
                kind = network_call(program, site, call)
                if kind is not None:
                    yield program.report(
                        site,
                        f"{kind} is made while the module is imported",
                        "make it in a cached function that the handler calls",
                    )
