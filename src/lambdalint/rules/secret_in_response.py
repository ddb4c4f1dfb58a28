"""LMB404 ``secret-in-response``: a stored secret is in what the handler returns, or in an exception that leaves it."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.flow.leaving import answering_units, leaves
from lambdalint.flow.program_flow import Flow, flow_of
from lambdalint.flow.secrets import Secret
from lambdalint.flow.sinks import Sink
from lambdalint.flow.values import Value
from lambdalint.program import Program, statement_head
from lambdalint.rules.base import rule


@rule(
    "LMB404",
    "secret-in-response",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html",
    ),
)
def secret_in_response(program: Program) -> Iterator[Diagnostic]:
    """Returns a stored secret to the caller, or raises it in a message.

    ## Why is this bad?
    Whoever may invoke the function reads the secret, without any right on the store that holds it.  The message of an
    exception that leaves the handler is part of the function's answer, and is logged as well.

    ## Bad
    ```python
    import os


    def lambda_handler(event, context):
        return {"statusCode": 200, "body": os.environ["DB_PASSWORD"]}
    ```

    ## Good
    ```python
    import os


    def lambda_handler(event, context):
        return {"statusCode": 200, "body": os.environ["STAGE"]}
    ```

    ## Errs towards
    Silence: only what comes from a secret store or the environment counts, never what this request made or was given,
    such as a session token; an exception that something on the way may catch is left alone.

    ## Options
    `secret-names`, `secret-calls`
    """
    flow = flow_of(program)
    answering = answering_units(program)
    for sink in flow.sinks("return"):
        if sink.unit in answering:
            found = _stored(flow, sink)
            if found is not None:
                yield _diagnostic(
                    flow, sink, found, "is in what the handler returns", answering[sink.unit].handler.name
                )
    for sink in flow.sinks("raise"):
        found = _stored(flow, sink)
        phases = None if found is None else leaves(program, sink.unit, sink.frames, sink.expr)
        if found is not None and phases is not None:
            message = "is in the message of an exception that leaves the handler"
            yield _diagnostic(flow, sink, found, message, phases.handler.name)


def _stored(flow: Flow, sink: Sink) -> Secret | None:
    values = (_without_usage_key(shown.value) for shown in sink.shown)
    return next((s for value in values if (s := flow.secrets.in_value(value, stored_only=True))), None)


def _without_usage_key(value: Value) -> Value:
    """An authorizer's answer without the API key that API Gateway itself asks of it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
    """
    return value._replace(fields={key: held for key, held in value.fields.items() if key != "usageIdentifierKey"})


def _diagnostic(flow: Flow, sink: Sink, found: Secret, message: str, handler: str) -> Diagnostic:
    return Diagnostic(
        path=sink.unit.path,
        span=sink.statement.span,
        message=f"{found.label} {message}",
        help="leave it out: a name or a fact about it is enough",
        statement=statement_head(sink.statement),
        handler=handler,
        trail=(*found.trail, flow.end(sink)),
        is_flow=True,
    )
