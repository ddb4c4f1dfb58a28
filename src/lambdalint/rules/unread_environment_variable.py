"""LMB802 ``unread-environment-variable``: a template declares a variable that no code of the function reads."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.library_variables import is_read_by_library
from lambdalint.catalog.runtime import is_set_by_runtime
from lambdalint.declared import DeclaredFunction, Variable
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.environment_readings import Reading, reading_of
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.source import Span


@rule(
    "LMB802",
    "unread-environment-variable",
    Severity.NOTE,
    default=False,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",),
)
def unread_environment_variable(program: Program) -> Iterator[Diagnostic]:
    """Declares an environment variable that the function's code does not read.

    ## Why is this bad?
    It suggests a dependency that is gone, keeps grants and resources alive for it, and counts against the 4 KB that
    all variables of a function may take.

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
          Handler: app.lambda_handler
          Environment:
            Variables:
              OLD_TABLE: orders-2019
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
    Silence: any text in the function's modules that spells the name counts as reading it, and so does a field of a
    settings class.  A function that reads names which cannot be told, or the environment as a whole, or that has a
    layer of the project, is left alone, and so are variables that SDKs, libraries and extensions read.
    """
    readings: dict[int, Reading] = {}
    for phases in program.phases.handlers:
        for function in phases.handler.declared:
            # an extension in a layer may read what the function does not
            if (function.code_dir is not None or function.inline is not None) and not function.layers:
                readings.setdefault(id(function), reading_of(program, phases))
    for (path, span), (functions, variable) in sorted(_declared(program).items()):
        if is_set_by_runtime(variable.name) or is_read_by_library(variable.name):
            continue
        known = [readings.get(id(function)) for function in functions]
        if all(reading is not None and reading.lacks(variable.name) for reading in known):
            yield Diagnostic(
                path,
                span,
                f"`{variable.name}` is not read by the code of {_listed(functions)}",
                help="delete the variable, or the grant that came with it",
                masked=(span,),
            )


def _declared(program: Program) -> dict[tuple[str, Span], tuple[list[DeclaredFunction], Variable]]:
    """The functions that each declaration of a variable is for: a global one is for many."""
    found: dict[tuple[str, Span], tuple[list[DeclaredFunction], Variable]] = {}
    for function in program.project.declarations.functions:
        for variable in function.environment:
            span = variable.span if variable.span.row == variable.row else Span(variable.row, 0, variable.row, 1)
            key = (variable.path or function.template, span)
            found.setdefault(key, ([], variable))[0].append(function)
    return found


def _listed(functions: list[DeclaredFunction]) -> str:
    names = list(dict.fromkeys(function.name for function in functions))
    return f"`{names[0]}`" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
