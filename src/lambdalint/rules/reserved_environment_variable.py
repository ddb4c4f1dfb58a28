"""LMB707 ``reserved-environment-variable``: a variable of the runtime's own is set."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.runtime import RESERVED_VARIABLES
from lambdalint.declared import Variable
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.environment import changes, changes_nothing, is_off_lambda
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.source import Span


@rule(
    "LMB707",
    "reserved-environment-variable",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime",
    ),
)
def reserved_environment_variable(program: Program) -> Iterator[Diagnostic]:
    """Sets an environment variable that Lambda reserves for itself.

    ## Why is this bad?
    A template that declares one is refused when it is deployed.  Set in code, it stays for every later invocation of
    the environment: clients made afterwards work in another region or with other credentials.

    ## Bad
    ```python
    import os

    os.environ["AWS_REGION"] = "eu-west-1"


    def lambda_handler(event, context):
        return {"region": os.environ["AWS_REGION"]}
    ```

    ## Good
    ```python
    import os


    def lambda_handler(event, context):
        return {"region": os.environ["AWS_REGION"]}
    ```

    ## Errs towards
    Silence: code for tests and local runs, behind a test of a variable that the runtime always sets, is left alone, and
    so is a variable that is set to what the runtime gave it: `AWS_DEFAULT_REGION` to `os.environ["AWS_REGION"]`.
    """
    yield from _in_code(program)
    for function in program.project.declarations.functions:
        for variable in function.environment:
            if variable.name in RESERVED_VARIABLES:
                yield Diagnostic(
                    variable.path or function.template,
                    _span(variable),
                    f"`{variable.name}` is reserved: `{function.name}` cannot be deployed with it",
                    help="leave it to the runtime, or choose another name",
                )


def _in_code(program: Program) -> Iterator[Diagnostic]:
    for change in changes(program, program.running_units):
        site, name = change.site, change.name
        if name not in RESERVED_VARIABLES or changes_nothing(program, change):
            continue
        if program.runs_on_lambda(site) and not is_off_lambda(program, site):
            yield program.report(
                site,
                f"`{name}` is the runtime's own, and stays changed for later invocations",
                "pass the value to the client that needs it",
                span=change.span,
                reach=program.reach_invoked(site),
            )


def _span(variable: Variable) -> Span:
    """The place of a variable's value, or the row of its name where that is another one."""
    return variable.span if variable.span.row == variable.row else Span(variable.row, 0, variable.row, 1)
