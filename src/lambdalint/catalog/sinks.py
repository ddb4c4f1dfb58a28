"""Where values become visible: log calls, annotations and metadata.

The sinks of untrusted input stand in `injection`, what passes a value on or ends its flow in `flows`.
"""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog.names import words
from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# --- loggers -------------------------------------------------------------------------------------

# Methods of loggers and the level at which they write; "log" takes its level as the first argument.
# https://docs.python.org/3/library/logging.html, https://www.structlog.org/en/stable/api.html,
# https://loguru.readthedocs.io/en/stable/api/logger.html and
# https://docs.powertools.aws.dev/lambda/python/latest/core/logger/
LEVELS: dict[str, str] = {
    "trace": "debug",
    "debug": "debug",
    "info": "info",
    "msg": "info",
    "success": "info",
    "warning": "warning",
    "warn": "warning",
    "error": "error",
    "err": "error",
    "failure": "error",
    "exception": "error",
    "critical": "critical",
    "fatal": "critical",
    "log": "log",
}
# The same, of coroutines.  https://www.structlog.org/en/stable/api.html#structlog.stdlib.AsyncBoundLogger
LEVELS.update({f"a{name}": level for name, level in LEVELS.items() if name in {"debug", "info", "warning", "error"}})

# Functions of the logging module that write themselves.
MODULE_FUNCTIONS: dict[str, str] = {
    f"logging.{name}": LEVELS[name]
    for name in ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log")
}

# Calls and names that are loggers.
LOGGER_FACTORIES: frozenset[str] = terms(
    "logging.getLogger logging.Logger logging.LoggerAdapter logging.getLogger().getChild",
    "structlog.get_logger structlog.getLogger structlog.stdlib.get_logger structlog.stdlib.BoundLogger",
    "structlog.wrap_logger",
    "aws_lambda_powertools.Logger aws_lambda_powertools.logging.Logger aws_lambda_powertools.logging.logger.Logger",
    "multiprocessing.get_logger multiprocessing.log_to_stderr",
)
LOGGER_OBJECTS: frozenset[str] = terms("loguru.logger logging.root flask.current_app.logger quart.current_app.logger")
# Methods that return a logger again.
LOGGER_METHODS: frozenset[str] = terms("bind new unbind opt patch getChild try_unbind contextualize")

_LOGGER_NAMES = terms("logger log logging")


def level(path: str) -> str | None:
    """The level of a log call by its dotted path ("log" where an argument says it), None for any other call.

    A method of a logger is written as the call that makes the logger: `logging.getLogger().info`.
    """
    found = MODULE_FUNCTIONS.get(path)
    if found is not None:
        return found
    owner, _, method = path.rpartition(".")
    if method not in LEVELS:
        return None
    while owner.endswith("()") and owner[:-2].rpartition(".")[2] in LOGGER_METHODS:
        owner = owner[:-2].rpartition(".")[0]
    return LEVELS[method] if owner in LOGGER_OBJECTS or owner.removesuffix("()") in LOGGER_FACTORIES else None


def is_logger_name(name: str) -> bool:
    """Whether a name that cannot be resolved is spelt as a logger: `logger`, `LOG`, `_logger`, `audit_log`."""
    parts = words(name)
    return bool(parts) and parts[-1] in _LOGGER_NAMES


# --- print and its kin ---------------------------------------------------------------------------

# Each writes all its positional arguments.  `print(…, file=f)` writes to the log only for these files.
# https://docs.python.org/3/library/functions.html#print, .../pprint.html, .../warnings.html and .../sys.html
PRINTERS: frozenset[str] = terms(
    "print pprint.pprint pprint.pp warnings.warn sys.stdout.write sys.stderr.write sys.stdout.writelines",
    "sys.stderr.writelines sys.stdout.buffer.write sys.stderr.buffer.write sys.__stdout__.write sys.__stderr__.write",
    "rich.print rich.pretty.pprint rich.console.Console().print rich.console.Console().log",
    "click.echo click.secho typer.echo typer.secho",
)
STREAMS: frozenset[str] = terms("sys.stdout sys.stderr sys.__stdout__ sys.__stderr__")
# Writers of a document to a stream: the stream is the second argument.
STREAM_WRITERS: frozenset[str] = terms("json.dump yaml.dump yaml.safe_dump traceback.print_exception")
# Writes to a descriptor, its first argument: https://docs.python.org/3/library/os.html#os.write
DESCRIPTOR_WRITER = "os.write"


# --- annotations, metadata, context --------------------------------------------------------------


class Annotation(NamedTuple):
    """A call that attaches values to a trace, a metric or all later log lines.

    `value` is the (position, keyword) of what is shown, None where every argument is (`append_keys(**values)`).
    """

    path: str
    value: tuple[int, str] | None
    target: str
    source: str


_POWERTOOLS = "https://docs.powertools.aws.dev/lambda/python/latest/core/"
_XRAY = "https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-python-segment.html"
_SENTRY = "https://docs.sentry.io/platforms/python/enriching-events/"
_LOGGERS = ("aws_lambda_powertools.Logger", "aws_lambda_powertools.logging.Logger")
_TRACERS = ("aws_lambda_powertools.Tracer", "aws_lambda_powertools.tracing.Tracer")
_METRICS = ("aws_lambda_powertools.Metrics", "aws_lambda_powertools.metrics.Metrics")
_RECORDERS = (
    "aws_xray_sdk.core.xray_recorder",
    "aws_xray_sdk.core.xray_recorder.current_segment()",
    "aws_xray_sdk.core.xray_recorder.current_subsegment()",
)

# Methods that append to the keys of later lines; the Powertools ones outlive the invocation (LMB505).
APPENDING_METHODS: frozenset[str] = terms("append_keys thread_safe_append_keys structure_logs")

_ANNOTATIONS = (
    *(
        Annotation(f"{owner}().{method}", None, "log", _POWERTOOLS + "logger/")
        for owner in _LOGGERS
        for method in ("append_keys", "append_context_keys", "thread_safe_append_keys", "structure_logs")
    ),
    *(
        Annotation(f"{owner}().{method}", (1, "value"), "trace", _POWERTOOLS + "tracer/")
        for owner in _TRACERS
        for method in ("put_annotation", "put_metadata")
    ),
    *(Annotation(f"{owner}().add_metadata", (1, "value"), "metric", _POWERTOOLS + "metrics/") for owner in _METRICS),
    *(Annotation(f"{owner}().add_dimension", (1, "value"), "metric", _POWERTOOLS + "metrics/") for owner in _METRICS),
    *(Annotation(f"{owner}().add_metric", (0, "name"), "metric", _POWERTOOLS + "metrics/") for owner in _METRICS),
    *(Annotation(f"{owner}().set_default_dimensions", None, "metric", _POWERTOOLS + "metrics/") for owner in _METRICS),
    *(
        Annotation(f"{owner}.{method}", (1, "value"), "trace", _XRAY)
        for owner in _RECORDERS
        for method in ("put_annotation", "put_metadata")
    ),
    Annotation(
        "structlog.contextvars.bind_contextvars", None, "log", "https://www.structlog.org/en/stable/contextvars.html"
    ),
    *(
        Annotation(f"{logger}.{method}", None, "log", source)
        for logger, method, source in (
            ("structlog.get_logger()", "bind", "https://www.structlog.org/en/stable/bound-loggers.html"),
            ("structlog.get_logger()", "new", "https://www.structlog.org/en/stable/bound-loggers.html"),
            ("structlog.getLogger()", "bind", "https://www.structlog.org/en/stable/bound-loggers.html"),
            ("structlog.stdlib.get_logger()", "bind", "https://www.structlog.org/en/stable/bound-loggers.html"),
            ("loguru.logger", "bind", "https://loguru.readthedocs.io/en/stable/api/logger.html"),
            ("loguru.logger", "contextualize", "https://loguru.readthedocs.io/en/stable/api/logger.html"),
        )
    ),
    Annotation("sentry_sdk.capture_exception", (0, "error"), "error report", _SENTRY),
    Annotation("sentry_sdk.capture_message", (0, "message"), "error report", _SENTRY),
    Annotation("sentry_sdk.set_extra", (1, "value"), "error report", _SENTRY),
    Annotation("sentry_sdk.set_tag", (1, "value"), "error report", _SENTRY),
    Annotation("sentry_sdk.set_context", (1, "value"), "error report", _SENTRY),
    Annotation("sentry_sdk.set_user", (0, "value"), "error report", _SENTRY),
    Annotation("sentry_sdk.add_breadcrumb", None, "error report", _SENTRY),
)
ANNOTATIONS: dict[str, Annotation] = {annotation.path: annotation for annotation in _ANNOTATIONS}

# Methods that annotate whatever their object is.  https://opentelemetry.io/docs/languages/python/instrumentation/
ANNOTATING_METHODS: dict[str, tuple[int, str] | None] = {
    "put_annotation": (1, "value"),
    "put_metadata": (1, "value"),
    "append_keys": None,
    "set_attribute": (1, "value"),
    "set_attributes": (0, "attributes"),
    "set_extra": (1, "value"),
    "set_tag": (1, "value"),
}


def annotation(path: str) -> Annotation | None:
    """The call at a dotted path that attaches a value to a trace, a metric, a report or later log lines."""
    return ANNOTATIONS.get(path)


def is_printer(path: str) -> bool:
    """Whether a dotted path writes its arguments to standard output or error."""
    return path in PRINTERS
