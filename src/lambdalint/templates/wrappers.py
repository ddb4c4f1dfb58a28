"""Handlers that are another vendor's: what a wrapper from a layer calls is named in an environment variable."""

from __future__ import annotations

from dataclasses import replace

from lambdalint.declared import DeclaredFunction, Variable

_NAMED_IN = {
    # https://docs.datadoghq.com/serverless/aws_lambda/instrumentation/python/
    "datadog_lambda.handler.handler": "DD_LAMBDA_HANDLER",
    # https://docs.newrelic.com/docs/serverless-function-monitoring/aws-lambda-monitoring/
    "newrelic_lambda_wrapper.handler": "NEW_RELIC_LAMBDA_HANDLER",
    # https://docs.sentry.io/platforms/python/integrations/aws-lambda/
    "sentry_sdk.integrations.init_serverless_sdk.sentry_lambda_handler": "SENTRY_INITIAL_HANDLER",
}
_WEB_ADAPTER = "/opt/bootstrap"
"""With this wrapper the handler is a start script. https://github.com/awslabs/aws-lambda-web-adapter"""


def unwrapped(function: DeclaredFunction) -> DeclaredFunction:
    """The function with the handler of the project, "" where a script or a layer's code runs instead."""
    variables = {variable.name: variable for variable in function.environment}
    named = _NAMED_IN.get(function.handler)
    if named is not None:
        return _named(function, variables.get(named))
    wrapper = variables.get("AWS_LAMBDA_EXEC_WRAPPER")
    is_script = function.handler.endswith(".sh") or function.handler.startswith("/")
    if is_script or (wrapper is not None and wrapper.value == _WEB_ADAPTER):
        return replace(function, handler="")
    return function


def _named(function: DeclaredFunction, variable: Variable | None) -> DeclaredFunction:
    if variable is None or variable.value is None:
        return replace(function, handler="")
    span = variable.span if variable.path is None else function.handler_span
    return replace(function, handler=variable.value, handler_span=span)
