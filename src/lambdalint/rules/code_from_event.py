"""LMB453 ``code-from-event``: code that the event brings is run."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.flow.untrusted import reached, report
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB453",
    "code-from-event",
    Severity.ERROR,
    default=False,
    references=(
        "https://wa.aws.amazon.com/serv.question.SEC_3.en.html",
        "https://docs.python.org/3/library/functions.html#eval",
    ),
)
def code_from_event(program: Program) -> Iterator[Diagnostic]:
    """Runs code, or imports a module, that the event names.

    ## Why is this bad?
    Whoever sends the event runs any Python with the function's role, or any module of the deployment package.

    ## Bad
    ```python
    def lambda_handler(event, context):
        return {"total": eval(event["formula"])}
    ```

    ## Good
    ```python
    OPERATIONS = {"sum": sum, "max": max}


    def lambda_handler(event, context):
        return {"total": OPERATIONS[event["operation"]](event["numbers"])}
    ```

    ## Errs towards
    Silence: what an allow-list, a pattern or a parser was asked about, numbers and identifiers are taken for checked.
    """
    for found in reached(program, "code", lambda sink, atom: True):
        yield report(program, found, "is run as code", "choose from a table of what is allowed")
