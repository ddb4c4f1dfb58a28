"""How logging is set up: what the runtime has installed already, and what makes log lines structured.

The runtime installs its root handler before it loads the function's code:
https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html, read on `CHECKED`.
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

BASIC_CONFIG = "logging.basicConfig"
# https://docs.python.org/3/library/logging.html#logging-levels
DEBUG_PATH, DEBUG = "logging.DEBUG", 10
# https://docs.python.org/3/library/logging.html#logging.getLogger: without a name it is the root logger
ROOT_LEVEL: frozenset[str] = terms("logging.getLogger().setLevel logging.root.setLevel")

# Calls of libraries that take the root logger's handlers away.
# https://docs.slack.dev/tools/bolt-python/reference/adapter/aws_lambda/handler.html
CLEARERS: frozenset[str] = terms(
    "slack_bolt.adapter.aws_lambda.SlackRequestHandler.clear_all_log_handlers",
    "slack_bolt.adapter.aws_lambda.handler.SlackRequestHandler.clear_all_log_handlers",
)
# A module that is loaded anew has a root logger of its own.  https://docs.python.org/3/library/importlib.html
RELOADERS: frozenset[str] = terms("importlib.reload imp.reload")

# Tests that tell Lambda, where the root logger has a handler, from elsewhere.
# https://docs.python.org/3/library/logging.html#logging.Logger.hasHandlers
HANDLER_ATTRIBUTES: frozenset[str] = terms("handlers hasHandlers")
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
LAMBDA_VARIABLES: frozenset[str] = terms(
    "AWS_LAMBDA_FUNCTION_NAME AWS_EXECUTION_ENV LAMBDA_TASK_ROOT AWS_LAMBDA_RUNTIME_API AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_SAM_LOCAL IS_LOCAL IS_OFFLINE",
)

# Packages whose loggers or formatters write one JSON document a line.
STRUCTURED_PACKAGES: frozenset[str] = terms(
    "structlog pythonjsonlogger json_log_formatter ecs_logging json_logging jsonformatter logstash_formatter",
    "aws_lambda_logging python_json_logger lambda_json_logger logstash_async loguru",
)
# https://docs.powertools.aws.dev/lambda/python/latest/core/logger/
POWERTOOLS_LOGGERS: frozenset[str] = terms(
    "aws_lambda_powertools.Logger aws_lambda_powertools.logging.Logger aws_lambda_powertools.logging.logger.Logger"
)
INJECTORS: frozenset[str] = frozenset(f"{logger}().inject_lambda_context" for logger in POWERTOOLS_LOGGERS)
# Methods that keep keys for all later lines, and those that take them away again.
APPENDERS: frozenset[str] = frozenset(
    f"{logger}().{method}" for logger in POWERTOOLS_LOGGERS for method in ("append_keys", "structure_logs")
)
REMOVERS: frozenset[str] = frozenset(
    f"{logger}().{method}" for logger in POWERTOOLS_LOGGERS for method in ("remove_keys", "clear_state")
)

# Configuration by a mapping or a file may name any formatter.
# https://docs.python.org/3/library/logging.config.html
CONFIGURATORS: frozenset[str] = terms("logging.config.dictConfig logging.config.fileConfig")
FORMATTERS: frozenset[str] = terms("logging.Formatter")
SERIALIZERS: frozenset[str] = terms("json.dumps simplejson.dumps ujson.dumps orjson.dumps rapidjson.dumps")
