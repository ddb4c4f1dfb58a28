"""LMB702 ``handler-signature``: a handler that cannot be called with an event and a context."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.handlers import Handler
from lambdalint.link.model import FunctionValue, Unit
from lambdalint.parameters import handler_parameters
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Argument, Function, Parameter


@rule(
    "LMB702",
    "handler-signature",
    Severity.ERROR,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html",),
)
def handler_signature(program: Program) -> Iterator[Diagnostic]:
    """Declares a handler that cannot take an event and a context.

    ## Why is this bad?
    The runtime calls the handler with two positional arguments, the event and the context.  A function that takes
    one, or needs a third, raises a `TypeError` on every invocation.  The names of the parameters are free.

    ## Bad
    ```python
    def create(event):
        return {"created": event["id"]}
    ```

    `template.yaml`:
    ```yaml
    Resources:
      Create:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.create
    ```

    ## Good
    ```python
    def create(event, context):
        return {"created": event["id"]}
    ```

    `template.yaml`:
    ```yaml
    Resources:
      Create:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.create
    ```

    ## Errs towards
    Silence: only handlers that a template or the configuration names are judged, and decorated ones are not, as
    the decorator may call them in its own way.
    """
    for handler in program.handlers:
        if handler.unit.number < 0 or handler.how == "shape":
            continue
        function = program.function(handler.unit)
        if function.decorators:
            continue
        reason = _refuses(program, handler, function)
        if reason is not None:
            yield _diagnostic(program, handler, function, reason)


def _diagnostic(program: Program, handler: Handler, function: Function, reason: str) -> Diagnostic:
    phases = next(phases for phases in program.phases.handlers if phases.handler is handler)
    return Diagnostic(
        path=handler.unit.path,
        span=function.header,
        message=f"`{function.name}` {reason}, and the runtime passes an event and a context",
        help="declare two positional parameters, such as `event` and `context`",
        statement=function.header,
        handler=handler.name,
        trail=program.trail(phases, handler.unit),
    )


def _refuses(program: Program, handler: Handler, function: Function) -> str | None:
    """Why a function cannot be called with two positional arguments; None when it can."""
    positional = list(handler_parameters(program, handler.unit))
    named = [p for p in function.parameters if p.kind == "keyword-only" and p.default is None]
    given = _given(program, handler)
    if given is not None:
        if any(argument.star for argument in given):
            return None
        fixed = {argument.keyword for argument in given if argument.keyword is not None}
        taken = sum(argument.keyword is None for argument in given)
        if any(parameter.name in fixed for parameter in positional[taken : taken + 2]):
            return None  # it fails, but in a way that another message would have to explain
        positional = [parameter for parameter in positional[taken:] if parameter.name not in fixed]
        named = [parameter for parameter in named if parameter.name not in fixed]
    return _count(function, positional, named)


def _count(function: Function, positional: list[Parameter], named: list[Parameter]) -> str | None:
    if named:
        return f"requires the keyword argument `{named[0].name}`"
    required = [parameter for parameter in positional if parameter.default is None]
    if len(required) > 2:
        return f"requires {len(required)} arguments"
    if len(positional) >= 2 or any(p.kind == "var-positional" for p in function.parameters):
        return None
    return "takes no arguments" if not positional else "takes one argument"


def _given(program: Program, handler: Handler) -> tuple[Argument, ...] | None:
    """The arguments that a partial call fixes before the runtime adds its own."""
    module_name, _, name = handler.name.rpartition(".")
    for path, module in program.modules.items():
        if program.project.imports.module_name(path) != module_name:
            continue
        for value in program.resolver.name(name, module.scope):
            if isinstance(value, FunctionValue) and Unit(value.path, value.number) == handler.unit:
                return None if value.given is None else value.given.arguments[1:]
    return None
