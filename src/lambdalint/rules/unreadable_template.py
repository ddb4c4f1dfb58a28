"""LMB904 ``unreadable-template``: a template that cannot be read is not silently passed over."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.source import Span


@rule(
    "LMB904",
    "unreadable-template",
    Severity.WARNING,
    references=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html",
        "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html",
    ),
)
def unreadable_template(program: Program) -> Iterator[Diagnostic]:
    """A template that seems to declare functions cannot be read.

    ## Why is this bad?
    Its handlers, code folders and variables are not known: handlers are then found by their shape alone, and nothing
    is said of the template itself.

    ## Bad
    `template.yaml`:
    ```yaml
    {% set stage = "dev" %}
    Resources:
      Hello:
        Type: AWS::Serverless::Function
        Properties:
          Handler: hello.lambda_handler
    ```

    ## Good
    `template.yaml`:
    ```yaml
    Resources:
      Hello:
        Type: AWS::Serverless::Function
        Properties:
          Handler: hello.lambda_handler
          CodeUri: s3://artifacts/hello.zip
    ```

    ## Errs towards
    Silence: only files that hold the mark of a template are read as one.
    """
    for path, row, message in program.project.declarations.problems:
        yield Diagnostic(
            path,
            Span(row, 0, row, 1),
            message,
            help="mend the template, or name the handlers in the configuration",
        )
