"""LMB454 ``unpickled-event``: data of the event is unpickled."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.flow.untrusted import reached, report
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB454",
    "unpickled-event",
    Severity.ERROR,
    default=False,
    references=(
        "https://wa.aws.amazon.com/serv.question.SEC_3.en.html",
        "https://docs.python.org/3/library/pickle.html",
    ),
)
def unpickled_event(program: Program) -> Iterator[Diagnostic]:
    """Unpickles data that the event brings, or loads it as YAML that makes any object.

    ## Why is this bad?
    Such formats name functions to call while they are read: reading them runs what their sender wants.

    ## Bad
    ```python
    import base64
    import pickle


    def lambda_handler(event, context):
        basket = pickle.loads(base64.b64decode(event["basket"]))
        return {"items": len(basket)}
    ```

    ## Good
    ```python
    import json


    def lambda_handler(event, context):
        basket = json.loads(event["basket"])
        return {"items": len(basket)}
    ```

    ## Errs towards
    Silence: what an allow-list, a pattern or a parser was asked about, numbers and identifiers are taken for checked.
    """
    for found in reached(program, "unpickle", lambda sink, atom: True):
        yield report(program, found, "is read by a loader that makes any object", "use JSON, or a safe loader")
