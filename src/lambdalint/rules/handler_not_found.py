"""LMB708 ``handler-not-found``: a template names a handler that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.missing import missing
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB708",
    "handler-not-found",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html#naming",
        "https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html",
    ),
)
def handler_not_found(program: Program) -> Iterator[Diagnostic]:
    """Names a handler whose module or function is not there.

    ## Why is this bad?
    The function is deployed without a complaint, and every invocation fails with `Runtime.ImportModuleError` or
    `Runtime.HandlerNotFound`.

    ## Bad
    ```python
    def lambda_handler(event, context):
        return {"ok": True}
    ```

    `template.yaml`:
    ```yaml
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          Handler: app.lambda_handlr
    ```

    ## Good
    ```python
    def lambda_handler(event, context):
        return {"ok": True}
    ```

    `template.yaml`:
    ```yaml
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          Handler: app.lambda_handler
    ```

    ## Errs towards
    Silence: container images, code that is built or fetched from elsewhere, modules that define names in ways that
    are not written out, and handlers that are not literal are left alone.
    """
    for function in program.project.declarations.functions:
        found = missing(program, function)
        if found is not None:
            nearest = found.nearest
            yield Diagnostic(
                function.template,
                function.handler_span,
                f"{found.where} has no {found.what}, the handler of `{function.name}`",
                help="name the module and the function as they are spelt" if nearest is None else f"name `{nearest}`",
            )
