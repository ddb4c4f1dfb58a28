"""LMB205 ``synchronous-lambda-call``: a function waits, paid for, until another one has answered."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.aws import client_call
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.constants import constant
from lambdalint.link.model import Site
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call
from lambdalint.walk import argument, has_star


@rule(
    "LMB205",
    "synchronous-lambda-call",
    Severity.WARNING,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/concepts-event-driven-architectures.html",
        "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    ),
)
def synchronous_lambda_call(program: Program) -> Iterator[Diagnostic]:
    """Invokes another function and waits for its answer.

    ## Why is this bad?
    Both functions are paid for while one of them only waits, both count against the account's concurrency, and the
    timeouts and retries of the two add up.  When the other function fails or is throttled, so does this one.

    ## Bad
    ```python
    import boto3

    functions = boto3.client("lambda")


    def lambda_handler(event, context):
        functions.invoke(FunctionName="invoices", Payload=b"{}")
    ```

    ## Good
    ```python
    import boto3

    functions = boto3.client("lambda")


    def lambda_handler(event, context):
        functions.invoke(FunctionName="invoices", InvocationType="Event", Payload=b"{}")
    ```

    ## Errs towards
    Silence: an invocation type that is not written out, in the call or in a constant, is not judged.
    """
    for unit in program.invoked_units:
        if program.is_durable(unit):
            continue
        for site, call, values in program.calls(unit):
            calls = (client_call(program.resolver, value) for value in values)
            if any(c is not None and (c.service, c.method) == ("lambda", "invoke") for c in calls):
                reach = program.reach_invoked(site) if _waits(program, site, call) else None
                if reach is not None:
                    yield program.report(
                        site,
                        "another function is invoked, and its answer waited for",
                        'send a message, start a workflow, pass `InvocationType="Event"`, or call the code itself',
                        reach=reach,
                    )


def _waits(program: Program, site: Site, call: Call) -> bool:
    given = argument(call, "InvocationType")
    if given is None:
        return not has_star(call, "**")
    literal = constant(program.resolver, given, site.scope)
    return literal is not None and literal.value == "RequestResponse"
