"""How a Lambda handler looks: the names and types of its parameters, its decorators; and what looks alike but is none.

Decorator paths were read in the installed Powertools 3 on `CHECKED`, third parties' in their documentation.
"""

from __future__ import annotations

from lambdalint.catalog.names import words
from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# --- parameters ----------------------------------------------------------------------------------

# The runtime passes both by position, so that names are free: these are the spellings that people use.
# https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
_EVENT_WORDS = terms("event evt")
_CONTEXT_WORDS = terms("context ctx contex cxt lambdacontext")
_CONTEXT_OWNERS = terms("lambda aws unused invocation runtime function fn")
_IGNORED = terms("_ __ unused")


def is_event_name(name: str) -> bool:
    """Whether a parameter is spelt as an event: `event`, `_event`, `evt`, `raw_event`, `sqsEvent`."""
    parts = words(name)
    return bool(parts) and parts[-1] in _EVENT_WORDS


def is_context_name(name: str) -> bool:
    """Whether a parameter is spelt as a context: `context`, `_ctx`, `context_`, `lambda_context`."""
    parts = words(name)
    return bool(parts) and parts[-1] in _CONTEXT_WORDS and _CONTEXT_OWNERS.issuperset(parts[:-1])


def is_handler_pair(first: str, second: str) -> bool:
    """Whether two parameters are spelt as an event and a context, one of which may be ignored (`_`)."""
    if is_event_name(first):
        return is_context_name(second) or second in _IGNORED
    return first in _IGNORED and is_context_name(second)


# What a parameter's default is that a framework fills with another function's result (2026-11-29):
# https://fastapi.tiangolo.com/tutorial/dependencies/ and https://fastapi.tiangolo.com/reference/dependencies/
DEPENDENCIES: frozenset[str] = terms("Depends Security")


# Words by which a handler's twin says that it is for a developer's machine.
LOCAL_WORDS = terms("local locally offline")


# --- types ---------------------------------------------------------------------------------------

# https://docs.powertools.aws.dev/lambda/python/latest/utilities/typing/ and the packages' own pages
CONTEXT_TYPES: frozenset[str] = terms(
    "aws_lambda_powertools.utilities.typing.LambdaContext",
    "aws_lambda_powertools.utilities.typing.lambda_context.LambdaContext",
    "awslambdaric.lambda_context.LambdaContext",
    "aws_lambda_typing.context.Context",
    "aws_lambda_typing.Context",
    "aws_lambda_context.LambdaContext",
    "mangum.types.LambdaContext",
    "chalice.app.LambdaContext",
)
DURABLE_CONTEXT_TYPES: frozenset[str] = terms(
    "aws_durable_execution_sdk_python.DurableContext",
    "aws_durable_execution_sdk_python.context.DurableContext",
    "aws_durable_execution_sdk_python.types.DurableContext",
)
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/ and .../parser/
_EVENT_TYPE_MODULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("aws_lambda_powertools.utilities.data_classes.", ("Event",)),
    ("aws_lambda_powertools.utilities.parser.models.", ("Model", "Event")),
    ("aws_lambda_typing.events.", ("Event", "")),
    ("mangum.types.", ("LambdaEvent",)),
)


def is_event_type(path: str) -> bool:
    """Whether an annotation's dotted path is a class of Lambda events."""
    return any(path.startswith(module) and path.endswith(ends) for module, ends in _EVENT_TYPE_MODULES)


# --- decorators ----------------------------------------------------------------------------------

_POWERTOOLS = "aws_lambda_powertools."
_UTILITIES = _POWERTOOLS + "utilities."

# Methods of an object that wrap a handler: the object's constructor to the methods.
# https://docs.powertools.aws.dev/lambda/python/latest/core/logger/, .../tracer/ and .../metrics/
HANDLER_METHODS: dict[str, frozenset[str]] = {
    _POWERTOOLS + "Logger": terms("inject_lambda_context"),
    _POWERTOOLS + "logging.Logger": terms("inject_lambda_context"),
    _POWERTOOLS + "logging.logger.Logger": terms("inject_lambda_context"),
    _POWERTOOLS + "Tracer": terms("capture_lambda_handler"),
    _POWERTOOLS + "tracing.Tracer": terms("capture_lambda_handler"),
    _POWERTOOLS + "tracing.tracer.Tracer": terms("capture_lambda_handler"),
    _POWERTOOLS + "Metrics": terms("log_metrics"),
    _POWERTOOLS + "metrics.Metrics": terms("log_metrics"),
    _POWERTOOLS + "metrics.metrics.Metrics": terms("log_metrics"),
    _POWERTOOLS + "metrics.EphemeralMetrics": terms("log_metrics"),
    _POWERTOOLS + "metrics.provider.datadog.DatadogMetrics": terms("log_metrics"),
}
# Names that mean the same whatever the object, for one that comes from out of sight.
HANDLER_METHOD_NAMES: frozenset[str] = terms("inject_lambda_context capture_lambda_handler log_metrics")

# Functions that wrap a handler.
HANDLER_DECORATORS: frozenset[str] = terms(
    _UTILITIES + "data_classes.event_source",
    _UTILITIES + "data_classes.event_source.event_source",
    _UTILITIES + "parser.event_parser",
    _UTILITIES + "parser.parser.event_parser",
    _UTILITIES + "idempotency.idempotent",
    _UTILITIES + "idempotency.idempotency.idempotent",
    _UTILITIES + "batch.batch_processor",
    _UTILITIES + "batch.async_batch_processor",
    _UTILITIES + "batch.decorators.batch_processor",
    _UTILITIES + "validation.validator",
    _UTILITIES + "validation.validator.validator",
    _UTILITIES + "kafka.kafka_consumer",
    # https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
    "aws_durable_execution_sdk_python.durable_execution",
    "aws_durable_execution_sdk_python.execution.durable_execution",
    # https://docs.datadoghq.com/serverless/aws_lambda/installation/python/
    "datadog_lambda.wrapper.datadog_lambda_wrapper",
    "datadog_lambda.wrapper.LambdaDecorator",
    # https://docs.newrelic.com/docs/apm/agents/python-agent/python-agent-api/lambdahandler-python-agent-api/
    "newrelic.agent.lambda_handler",
    # https://docs.lumigo.io/docs/manual-instrumentation
    "lumigo_tracer.lumigo_tracer",
    # https://lambda-decorators.readthedocs.io/en/latest/
    "lambda_decorators.after",
    "lambda_decorators.async_handler",
    "lambda_decorators.before",
    "lambda_decorators.cors_headers",
    "lambda_decorators.dump_json_body",
    "lambda_decorators.json_http_resp",
    "lambda_decorators.json_schema_validator",
    "lambda_decorators.load_json_body",
    "lambda_decorators.load_urlencoded_body",
    "lambda_decorators.no_retry_on_failure",
    "lambda_decorators.on_exception",
    "lambda_decorators.secret_manager_parameters",
    "lambda_decorators.ssm_parameter_store",
)
# Makes a handler's decorator of a function (handler, event, context, …).
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/middleware_factory/
DECORATOR_FACTORIES: frozenset[str] = terms(
    _POWERTOOLS + "middleware_factory.lambda_handler_decorator",
    _POWERTOOLS + "middleware_factory.factory.lambda_handler_decorator",
)
# Those that pass the event and the context on as they are, and what the handler returns back as it is.
# https://docs.powertools.aws.dev/lambda/python/latest/ (event_source and event_parser wrap the event, not the context)
TRANSPARENT_DECORATORS: frozenset[str] = terms(
    _UTILITIES + "data_classes.event_source",
    _UTILITIES + "data_classes.event_source.event_source",
    _UTILITIES + "parser.event_parser",
    _UTILITIES + "parser.parser.event_parser",
    _UTILITIES + "validation.validator",
    _UTILITIES + "validation.validator.validator",
    "datadog_lambda.wrapper.datadog_lambda_wrapper",
    "datadog_lambda.wrapper.LambdaDecorator",
    "newrelic.agent.lambda_handler",
    "lumigo_tracer.lumigo_tracer",
    "typing.no_type_check",
    "functools.wraps",
)


def is_transparent(path: str) -> bool:
    """Whether a decorator's dotted path, call parentheses removed, changes neither arguments nor what is returned."""
    owner, separator, method = path.rpartition(".")
    if path in TRANSPARENT_DECORATORS or (separator and method in HANDLER_METHOD_NAMES):
        return True
    return method in HANDLER_METHODS.get(owner.removesuffix("()"), frozenset())


# Decorators that run an `async def` handler to its end.  https://lambda-decorators.readthedocs.io/en/latest/
ASYNC_DRIVERS: frozenset[str] = terms("lambda_decorators.async_handler asgiref.sync.async_to_sync")

# Objects that a handler calls and that call back functions of the same two parameters: INVOKE code, no entry points.
# They catch each `Exception` of these and report it.
# https://github.com/aws-cloudformation/custom-resource-helper
CALLBACK_METHODS: dict[str, frozenset[str]] = {
    "crhelper.CfnResource": terms("create update delete poll_create poll_update poll_delete"),
    "crhelper.resource_helper.CfnResource": terms("create update delete poll_create poll_update poll_delete"),
}


def is_callback(path: str) -> bool:
    """Whether a decorator hands a function of a handler's shape to an object that the handler calls."""
    owner, _, method = path.removesuffix("()").rpartition(".")
    return method in CALLBACK_METHODS.get(owner.removesuffix("()"), frozenset())


def is_handler_decorator(path: str, extra: frozenset[str] = frozenset()) -> bool:
    """Whether a decorator's dotted path wraps handlers; a method is written `Constructor().method`."""
    if path in HANDLER_DECORATORS or path in extra:
        return True
    owner, separator, method = path.rpartition("().")
    return bool(separator) and method in HANDLER_METHODS.get(owner, frozenset())


# --- what is no Lambda handler -------------------------------------------------------------------

# Decorators of Google Cloud Functions and Azure Functions.
# https://github.com/GoogleCloudPlatform/functions-framework-python, https://firebase.google.com/docs/reference/functions
# and https://learn.microsoft.com/en-us/azure/azure-functions/functions-reference-python
FOREIGN_DECORATORS: frozenset[str] = terms(
    "functions_framework.http functions_framework.cloud_event functions_framework.typed",
)
FOREIGN_PREFIXES: tuple[str, ...] = (
    "functions_framework.",
    "firebase_functions.",
    "azure.functions.",
    "azure.durable_functions.",
)
# Types of a parameter that only those clouds pass.
FOREIGN_TYPES: frozenset[str] = terms(
    "google.cloud.functions.Context google.cloud.functions_v1.context.Context google.cloud.functions.context.Context",
    "cloudevents.http.CloudEvent cloudevents.http.event.CloudEvent",
)
# Modules whose import marks a file of a Google Cloud or Azure function, or of one that runs on a device.
# https://docs.aws.amazon.com/greengrass/v1/developerguide/lambda-functions.html
FOREIGN_MODULES: tuple[str, ...] = (
    "greengrasssdk",
    "functions_framework",
    "firebase_functions",
    "azure.functions",
    "azure.durable_functions",
)
# Modules of programs that serve pages to people from a process of their own.
# https://docs.streamlit.io/get-started/fundamentals/main-concepts, https://www.gradio.app/guides/quickstart and
# https://docs.chainlit.io/get-started/pure-python
PAGE_MODULES: tuple[str, ...] = ("streamlit", "gradio", "chainlit")


# Calls that serve requests until the process ends.
# https://docs.python.org/3/library/socketserver.html, https://www.uvicorn.org/, https://flask.palletsprojects.com/,
# https://docs.aiohttp.org/en/stable/web_reference.html and https://docs.pylonsproject.org/projects/waitress/
_SERVERS: frozenset[str] = terms("uvicorn.run waitress.serve flask.Flask().run aiohttp.web.run_app bottle.run")
_SERVING_METHODS: frozenset[str] = terms("serve_forever")


def is_server(path: str) -> bool:
    """Whether a call of this dotted path serves requests and does not return."""
    return path in _SERVERS or path.rpartition("().")[2] in _SERVING_METHODS


def is_foreign(path: str) -> bool:
    """Whether a decorator or a parameter's type says that a function belongs to another cloud."""
    return path in FOREIGN_TYPES or path.startswith(FOREIGN_PREFIXES)
