"""The Lambda runtime for Python: the context object, environment variables, runtimes, modules that are always there.

Attributes were listed with `dir()` on awslambdaric 4.2.2; dates move, so that they are data with their own day.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# --- the context ---------------------------------------------------------------------------------

# https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
CONTEXT_ATTRIBUTES: frozenset[str] = terms(
    "aws_request_id client_context function_name function_version identity invoked_function_arn log_group_name",
    "log_stream_name memory_limit_in_mb tenant_id",
)
CONTEXT_METHODS: frozenset[str] = terms("get_remaining_time_in_millis log w3c")
IDENTITY_ATTRIBUTES: frozenset[str] = terms("cognito_identity_id cognito_identity_pool_id")
CLIENT_CONTEXT_ATTRIBUTES: frozenset[str] = terms("client custom env")

# Names of other runtimes and of other fields, and what is meant: each of them raises AttributeError.
CONTEXT_RENAMES: dict[str, str] = {
    "request_id": "aws_request_id",
    "requestId": "aws_request_id",
    "awsRequestId": "aws_request_id",
    "aws_requestid": "aws_request_id",
    "function_arn": "invoked_function_arn",
    "functionArn": "invoked_function_arn",
    "invokedFunctionArn": "invoked_function_arn",
    "functionName": "function_name",
    "functionVersion": "function_version",
    "logGroupName": "log_group_name",
    "logStreamName": "log_stream_name",
    "memory_limit": "memory_limit_in_mb",
    "memory_limit_mb": "memory_limit_in_mb",
    "memoryLimitInMB": "memory_limit_in_mb",
    "get_remaining_time": "get_remaining_time_in_millis",
    "remaining_time_in_millis": "get_remaining_time_in_millis",
    "getRemainingTimeInMillis": "get_remaining_time_in_millis",
    "clientContext": "client_context",
    "tenantId": "tenant_id",
}

# Those that can mean nothing else.
CERTAIN_RENAMES: frozenset[str] = terms("request_id function_arn memory_limit")


def is_context_attribute(name: str) -> bool:
    """Whether the context has an attribute or method of this name; what every object has counts."""
    return name in CONTEXT_ATTRIBUTES or name in CONTEXT_METHODS or (name.startswith("__") and name.endswith("__"))


# --- environment variables -----------------------------------------------------------------------

# What a function's configuration may not set: the list that cfn-lint 1.58.0 ships for rule E3663, and the variables of
# Managed Instances.  https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
RESERVED_VARIABLES: frozenset[str] = terms(
    "_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_METADATA_API AWS_LAMBDA_METADATA_TOKEN",
)
# Reserved ones that are the same for every function (the base images set them too), and those that always agree.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime and
# https://github.com/aws/aws-lambda-base-images (2026-11-29)
FIXED_VARIABLES: dict[str, str] = {"LAMBDA_TASK_ROOT": "/var/task", "LAMBDA_RUNTIME_DIR": "/var/runtime"}
EQUAL_VARIABLES: frozenset[str] = terms("AWS_REGION AWS_DEFAULT_REGION")
# What the runtime or the operating system sets besides those.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime and, for the
# log settings, https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
RUNTIME_VARIABLES: frozenset[str] = RESERVED_VARIABLES | terms(
    "LANG TZ PATH LD_LIBRARY_PATH PYTHONPATH AWS_XRAY_CONTEXT_MISSING AWS_XRAY_DAEMON_ADDRESS _AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_PORT AWS_LAMBDA_LOG_FORMAT AWS_LAMBDA_LOG_LEVEL HOME PWD SHLVL HOSTNAME TMPDIR",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_SAM_LOCAL",
)
# What every function finds, and what only `sam local` sets: tests of them say where code runs.
# https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-debugging.html
ALWAYS_SET: frozenset[str] = RESERVED_VARIABLES - terms(
    "_X_AMZN_TRACE_ID AWS_ACCESS_KEY AWS_LAMBDA_MAX_CONCURRENCY AWS_LAMBDA_METADATA_API AWS_LAMBDA_METADATA_TOKEN",
)
NEVER_SET: frozenset[str] = terms("AWS_SAM_LOCAL IS_OFFLINE LOCALSTACK_HOSTNAME PYTEST_CURRENT_TEST")
# What extensions and layers bring with them or are configured by, by prefix.
# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html and the pages of the extensions
EXTENSION_PREFIXES: tuple[str, ...] = (
    "PARAMETERS_SECRETS_EXTENSION_",
    "SSM_PARAMETER_STORE_",
    "SECRETS_MANAGER_",
    "AWS_APPCONFIG_EXTENSION_",
    "AWS_LAMBDA_",
    "POWERTOOLS_",
    "OTEL_",
    "OPENTELEMETRY_",
    "DD_",
    "NEW_RELIC_",
    "LUMIGO_",
    "SENTRY_",
    "DT_",
    "ELASTIC_APM_",
)
# Rewritten at each invocation: what is read at INIT is the trace of another one.
PER_INVOCATION_VARIABLES: frozenset[str] = terms("_X_AMZN_TRACE_ID")


def is_set_by_runtime(name: str) -> bool:
    """Whether a variable is there without being declared: set by the runtime, or by or for an extension."""
    return name in RUNTIME_VARIABLES or name.startswith(EXTENSION_PREFIXES)


# --- runtimes ------------------------------------------------------------------------------------


class Runtime(NamedTuple):
    """A managed Python runtime: when it is deprecated, and when functions on it can't be created or updated.

    The dates are those announced on `RUNTIMES_AS_OF`, None where none was.
    """

    identifier: str
    python: tuple[int, int]
    deprecation: date | None
    block_create: date | None
    block_update: date | None


# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, and the data of cfn-lint 1.58.0 where they differ
# (python3.10: the page blocks creation on 2026-11-30 and updates on 2027-01-15).
RUNTIMES_SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
RUNTIMES_AS_OF = "2026-11-23"
RUNTIMES: dict[str, Runtime] = {
    runtime.identifier: runtime
    for runtime in (
        Runtime("python3.15", (3, 15), None, None, None),
        Runtime("python3.14", (3, 14), date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Runtime("python3.13", (3, 13), date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Runtime("python3.12", (3, 12), date(2028, 10, 31), date(2028, 11, 30), date(2029, 1, 10)),
        Runtime("python3.11", (3, 11), date(2027, 6, 30), date(2027, 7, 31), date(2027, 8, 31)),
        Runtime("python3.10", (3, 10), date(2026, 10, 31), date(2027, 2, 1), date(2027, 3, 3)),
        Runtime("python3.9", (3, 9), date(2025, 12, 15), date(2027, 2, 1), date(2027, 3, 3)),
        Runtime("python3.8", (3, 8), date(2024, 10, 14), date(2027, 2, 1), date(2027, 3, 3)),
    )
}


# --- modules -------------------------------------------------------------------------------------

# Modules of the standard library of each Python from 3.10 to 3.13, of those that the runtime has (no windows).
# https://docs.python.org/3/library/sys.html#sys.stdlib_module_names
_STDLIB = terms(
    "__future__ abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile",
    "calendar cmath cmd",
    "code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy",
    "copyreg csv",
    "ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings enum errno faulthandler fcntl",
    "filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip",
    "hashlib heapq hmac html http imaplib importlib inspect io ipaddress itertools json keyword linecache",
    "locale logging",
    "lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc numbers opcode operator optparse os",
    "pathlib pdb pickle pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd",
    "py_compile pyclbr pydoc queue quopri random re reprlib resource rlcompleter runpy sched secrets select selectors",
    "shelve shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct",
    "subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios textwrap threading time timeit token",
    "tokenize trace traceback tracemalloc tty types typing unicodedata unittest urllib uuid venv warnings wave weakref",
    "webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo",
)
# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html: the runtime includes the SDK and what it needs.
_SDK = terms("boto3 botocore")
_SDK_DEPENDENCIES = terms("s3transfer jmespath dateutil urllib3 six awslambdaric simplejson snapshot_restore_py")
# The packages of others that botocore had in it: later versions lack most modules of `requests` there.
# https://github.com/boto/botocore/blob/develop/CHANGELOG.rst#1130
_VENDORED = "botocore.vendored"


def is_standard_library(module: str) -> bool:
    """Whether a dotted module is of the standard library of every Python that Lambda runs."""
    return module.partition(".")[0] in _STDLIB


def package_of(module: str) -> str:
    """The package that a dotted module is there with: its first name, but for what botocore has of others."""
    return _VENDORED if f"{module}.".startswith(_VENDORED + ".") else module.partition(".")[0]


def is_always_present(module: str) -> bool:
    """Whether importing a dotted module cannot fail on Lambda: the standard library, boto3 and botocore itself."""
    return is_standard_library(module) or package_of(module) in _SDK


def comes_with_runtime(module: str) -> bool:
    """Whether a dotted module is on the path of a managed runtime, if only as a dependency of the SDK."""
    return is_always_present(module) or module.partition(".")[0] in _SDK_DEPENDENCIES
