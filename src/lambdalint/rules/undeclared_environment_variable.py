"""LMB801 ``undeclared-environment-variable``: code needs a variable that the template does not give it."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.runtime import is_set_by_runtime
from lambdalint.declared import DeclaredFunction
from lambdalint.diagnostic import Diagnostic, Severity, Step
from lambdalint.environment import Read, changes, required
from lambdalint.paths import relative
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.source import Span

# A wrapper script from a layer starts the runtime, with any variables that it likes.
# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


@rule(
    "LMB801",
    "undeclared-environment-variable",
    Severity.WARNING,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",),
)
def undeclared_environment_variable(program: Program) -> Iterator[Diagnostic]:
    """Needs an environment variable that the function's template does not declare.

    ## Why is this bad?
    `os.environ["X"]` raises KeyError when X is missing: at INIT it stops the function from starting at all, in the
    handler it fails when that line is reached.

    ## Bad
    ```python
    import os


    def lambda_handler(event, context):
        return {"table": os.environ["ORDERS_TABLE"]}
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

    ## Good
    ```python
    import os


    def lambda_handler(event, context):
        return {"table": os.environ["ORDERS_TABLE"]}
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
              ORDERS_TABLE: orders
    ```

    ## Errs towards
    Silence: where a part of the declared variables is not static or the code's folder is not known, where the code
    sets variables that cannot be told, and where it asks for the variable or catches its absence.
    """
    found: dict[tuple[object, ...], tuple[Read, HandlerPhases, list[DeclaredFunction]]] = {}
    for phases in program.phases.handlers:
        declared = [function for function in phases.handler.declared if _is_known(function)]
        if not declared:
            continue
        units = {**program.running.started(phases), **program.running.invoked(phases)}
        changed = [change.name for change in changes(program, units)]
        if None in changed:
            continue
        for read in required(program, units):
            lacking = [f for f in declared if read.name not in {v.name for v in f.environment}]
            if lacking and read.name not in changed and not is_set_by_runtime(read.name):
                key = (read.site.unit.path, read.site.place.expr.span)
                found.setdefault(key, (read, phases, []))[2].extend(lacking)
    for read, phases, lacking in found.values():
        yield _diagnostic(program, read, phases, lacking)


def _is_known(function: DeclaredFunction) -> bool:
    return (
        function.is_environment_known
        and (function.code_dir is not None or function.inline is not None)
        and all(variable.name != _WRAPPER for variable in function.environment)
    )


def _diagnostic(program: Program, read: Read, phases: HandlerPhases, lacking: list[DeclaredFunction]) -> Diagnostic:
    names = list(dict.fromkeys(function.name for function in lacking))
    listed = ", ".join(f"`{name}`" for name in names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    template = relative(lacking[0].template, program.project.root)
    return program.report(
        read.site,
        f"`{read.name}` is not declared for {listed}",
        f"declare it in {template}, or read it with a default",
        trail=_trail(program, read, phases, lacking[0]),
    )


def _trail(program: Program, read: Read, phases: HandlerPhases, function: DeclaredFunction) -> tuple[Step, ...]:
    """The way from the template to the read: over calls where an invocation runs it, over the module at INIT."""
    first = Step(function.template, Span(function.row, 0, function.row, 0), function.name)
    unit = read.site.unit
    for edges in (program.running.invoked(phases), program.running.started(phases)):
        if unit in edges and unit.number >= 0:
            steps = program.trail_over(edges, phases, unit)
            return (first, *(step for step in steps if step.path != function.template))
    return (first, Step(phases.handler.path, phases.handler.span, phases.handler.name))
