"""LMB455 ``html-from-event``: a page is built from the event."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.flow.untrusted import pages, report
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB455",
    "html-from-event",
    Severity.WARNING,
    default=False,
    references=(
        "https://wa.aws.amazon.com/serv.question.SEC_3.en.html",
        "https://docs.python.org/3/library/html.html#html.escape",
    ),
)
def html_from_event(program: Program) -> Iterator[Diagnostic]:
    """Answers with a page that is built from the event.

    ## Why is this bad?
    The browser runs what the sender of the event wrote into the page, with the rights of the person who opened it.

    ## Bad
    ```python
    def lambda_handler(event, context):
        name = event["queryStringParameters"]["name"]
        return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": f"<p>Hello {name}</p>"}
    ```

    ## Good
    ```python
    import html


    def lambda_handler(event, context):
        name = html.escape(event["queryStringParameters"]["name"])
        return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": f"<p>Hello {name}</p>"}
    ```

    ## Errs towards
    Silence: what an allow-list, a pattern or a parser was asked about, numbers and identifiers are taken for checked.
    The answer must say that it is a page.
    """
    for found in pages(program):
        yield report(program, found, "becomes part of a page", "escape it with `html.escape`")
