"""What every table of the catalogue owes: sources, no duplicates, lookups that tell apart."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

import pytest

import lambdalint.catalog
from lambdalint.catalog import apps, caches, consumers, flows, handlers, injection, secrets, sinks

MODULES = [import_module(found.name) for found in walk_packages(lambdalint.catalog.__path__, "lambdalint.catalog.")]
ROWS = [
    *secrets.OPERATIONS.values(), *secrets.GETTERS.values(), *caches.DECORATORS.values(),
    *caches.CACHED_PROPERTIES.values(), *apps.FRAMEWORKS, *apps.ADAPTERS.values(), *consumers.CONSUMERS,
    *sinks.ANNOTATIONS.values(), *injection.SINKS.values(),
]  # fmt: skip
DOTTED = re.compile(r"[A-Za-z_]\w*(\(\))?(\.[A-Za-z_]\w*(\(\))?)*(\(\))*")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{type(row).__name__}-{row[0]}")
def test_each_row_names_its_source(row: apps.Framework) -> None:
    assert row.source.startswith("https://")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_module_is_documented_and_dated(module: ModuleType) -> None:
    assert module.__doc__
    checked = getattr(module, "CHECKED", None)
    assert checked is None or date.fromisoformat(checked) <= date.today()


@pytest.mark.parametrize(
    ("table", "size"),
    [
        (secrets.OPERATIONS, len(secrets._OPERATIONS)),
        (caches.DECORATORS, len(caches._DECORATORS)),
        (caches.CACHED_PROPERTIES, len(caches._PROPERTIES)),
        (apps.ADAPTERS, len(apps._ADAPTERS)),
        (apps.BY_CLASS, sum(len(framework.classes) for framework in apps.FRAMEWORKS)),
        (consumers.BY_PATH, len(consumers.CONSUMERS)),
        (sinks.ANNOTATIONS, len(sinks._ANNOTATIONS)),
        (injection.SINKS, len(injection._SINKS)),
    ],
)
def test_no_key_is_given_twice(table: dict[object, object], size: int) -> None:
    assert len(table) == size


def test_paths_are_dotted_names() -> None:
    paths = [
        *secrets.GETTERS, *caches.DECORATORS, *caches.CACHED_PROPERTIES, *apps.BY_CLASS, *apps.ADAPTERS,
        *consumers.BY_PATH, *sinks.ANNOTATIONS, *sinks.PRINTERS, *sinks.LOGGER_FACTORIES, *injection.SINKS,
        *flows.PROPAGATORS, *flows.ENDERS, *handlers.HANDLER_DECORATORS, *handlers.CONTEXT_TYPES,
    ]  # fmt: skip
    assert [path for path in paths if DOTTED.fullmatch(path) is None] == []


# --- secrets -------------------------------------------------------------------------------------


def test_operations_are_found_by_service_and_method() -> None:
    found = secrets.operation("ssm", "get_parameter")
    assert found is not None
    assert (found.kind, found.identified_by) == ("parameter", ("Name",))
    assert secrets.operation("secretsmanager", "describe_secret") is None
    assert secrets.operation("s3", "get_parameter") is None


@pytest.mark.parametrize(
    ("method", "keywords", "service"),
    [
        ("get_secret_value", {"SecretId"}, "secretsmanager"),
        ("get_secret_value", set(), None),
        ("get_parameter", {"Name", "WithDecryption"}, "ssm"),
        ("get_parameter", {"key"}, None),
        ("decrypt", {"CiphertextBlob"}, None),
    ],
)
def test_keywords_tell_the_service(method: str, keywords: set[str], service: str | None) -> None:
    found = secrets.operation_by_keywords(method, frozenset(keywords))
    assert (found and found.service) == service


def test_getters_of_caching_libraries() -> None:
    prefix = "aws_lambda_powertools.utilities.parameters."
    assert secrets.GETTERS[prefix + "get_secret"].kind == "secret"
    assert secrets.GETTERS[prefix + "secrets.get_secret"].can_bypass
    assert secrets.GETTERS[prefix + "SSMProvider().get_multiple"].kind == "parameter"
    assert not secrets.GETTERS["aws_secretsmanager_caching.SecretCache().get_secret_string"].can_bypass
    assert prefix + "set_secret" not in secrets.GETTERS


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:2773/secretsmanager/get?secretId=x", True),
        ("http://127.0.0.1:2773/systemsmanager/parameters/get", True),
        ("http://localhost:8080/secretsmanager/get", False),
        ("https://example.com/?u=http://localhost:2773", False),
    ],
)
def test_the_extension_is_known_by_its_url(url: str, expected: bool) -> None:
    assert secrets.is_extension_url(url) is expected


def test_reads_of_other_stores() -> None:
    assert secrets.is_vault_read("hvac.Client().secrets.kv.v2.read_secret_version")
    assert not secrets.is_vault_read("hvac.Client().secrets.kv.v2.create_or_update_secret")
    assert secrets.is_other_store_read("google.cloud.secretmanager.SecretManagerServiceClient().access_secret_version")
    assert not secrets.is_other_store_read("google.cloud.storage.Client().get_bucket")


# --- caches --------------------------------------------------------------------------------------


def test_memoizing_decorators() -> None:
    assert caches.find("functools.lru_cache") is not None
    assert caches.find("functools.wraps") is None
    assert caches.find("app.memo") is None
    assert caches.find("app.memo", frozenset({"app.memo"})) is not None
    assert caches.find("functools.cached_property") is None
    assert caches.find_property("django.utils.functional.cached_property") is not None


@pytest.mark.parametrize(
    ("path", "keywords", "cache", "expected"),
    [
        ("functools.lru_cache", {"maxsize"}, None, False),
        ("cachetools.cached", set(), "cachetools.TTLCache", True),
        ("cachetools.cached", set(), "cachetools.LRUCache", False),
        ("cachetools.func.ttl_cache", set(), None, True),
        ("async_lru.alru_cache", {"ttl"}, None, True),
        ("async_lru.alru_cache", set(), None, False),
    ],
)
def test_expiry(path: str, keywords: set[str], cache: str | None, expected: bool) -> None:
    memo = caches.find(path)
    assert memo is not None
    assert caches.expires(memo, frozenset(keywords), cache) is expected


# --- handlers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("event", "context"), ("_event", "_context"), ("evt", "ctx"), ("event", "_"), ("_", "context"),
        ("raw_event", "context"), ("evbEvent", "context"), ("event", "context_"), ("event", "lambda_context"),
        ("sqs_event", "_ctx"), ("event", "__"), ("event_", "unused_context"), ("Event", "Context"),
    ],
)  # fmt: skip
def test_pairs_that_are_spelt_as_a_handlers(first: str, second: str) -> None:
    assert handlers.is_handler_pair(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("_", "_"), ("context", "event"), ("request", "context"), ("event", "data"), ("event", "session"),
        ("self", "event"), ("events", "contexts"), ("event_name", "context"), ("event", "context_manager"),
        ("event", "test_context"), ("prevent", "context"), ("", ""),
    ],
)  # fmt: skip
def test_pairs_that_are_not(first: str, second: str) -> None:
    assert not handlers.is_handler_pair(first, second)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("aws_lambda_powertools.Logger().inject_lambda_context", True),
        ("aws_lambda_powertools.Tracer().capture_lambda_handler", True),
        ("aws_lambda_powertools.Tracer().capture_method", False),
        ("aws_lambda_powertools.utilities.idempotency.idempotent", True),
        ("aws_lambda_powertools.utilities.idempotency.idempotent_function", False),
        ("functools.lru_cache", False),
        ("app.middleware", False),
    ],
)
def test_decorators_of_handlers(path: str, expected: bool) -> None:
    assert handlers.is_handler_decorator(path) is expected


def test_types_of_parameters() -> None:
    assert handlers.is_event_type("aws_lambda_powertools.utilities.data_classes.SQSEvent")
    assert handlers.is_event_type("aws_lambda_powertools.utilities.parser.models.SqsModel")
    assert not handlers.is_event_type("app.events.OrderEvent")
    assert not handlers.is_event_type("aws_lambda_powertools.utilities.data_classes.sqs_event.SQSRecord")
    assert handlers.is_foreign("functions_framework.http")
    assert handlers.is_foreign("azure.functions.HttpRequest")
    assert not handlers.is_foreign("aws_lambda_powertools.utilities.typing.LambdaContext")


# --- applications --------------------------------------------------------------------------------


def test_frameworks_and_adapters() -> None:
    fastapi = apps.framework("fastapi.APIRouter")
    assert fastapi is not None
    assert "get" in fastapi.routes
    assert "on_event" in fastapi.startup
    assert "on_event" not in fastapi.routes
    assert apps.framework("fastapi.Request") is None
    assert apps.is_constructed_once("mangum.Mangum")
    assert apps.is_constructed_once("aws_lambda_powertools.event_handler.APIGatewayRestResolver")
    assert not apps.is_constructed_once("fastapi.APIRouter")
    assert not apps.is_constructed_once("serverless_wsgi.handle_request")
    assert apps.LIFESPAN_KEYWORDS["fastapi.FastAPI"] == {"lifespan", "on_startup", "on_shutdown"}


@pytest.mark.parametrize("framework", apps.FRAMEWORKS, ids=lambda framework: framework.name)
def test_a_method_registers_for_one_purpose_only(framework: apps.Framework) -> None:
    assert framework.constructors <= framework.classes
    assert framework.routes.isdisjoint(framework.hooks)
    assert framework.startup.isdisjoint(framework.routes | framework.hooks)


@pytest.mark.parametrize(
    ("path", "position", "keyword", "when"),
    [
        ("map", 0, None, "now"),
        ("threading.Thread", 1, "target", "thread"),
        ("functools.partial", 0, None, "wrap"),
        ("atexit.register", 0, "func", "exit"),
        ("aws_lambda_powertools.utilities.batch.process_partial_response", 1, "record_handler", "now"),
    ],
)
def test_consumers_of_functions(path: str, position: int | None, keyword: str | None, when: str) -> None:
    found = consumers.find(path)
    assert found is not None
    assert (found.position, found.keyword, found.when) == (position, keyword, when)
    assert consumers.find("print") is None


# --- sinks and flows -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("logging.info", "info"),
        ("logging.getLogger().debug", "debug"),
        ("logging.getLogger().exception", "error"),
        ("logging.log", "log"),
        ("loguru.logger.success", "info"),
        ("loguru.logger.bind().debug", "debug"),
        ("structlog.get_logger().bind().new().info", "info"),
        ("aws_lambda_powertools.Logger().warning", "warning"),
        ("logging.getLogger().setLevel", None),
        ("logging.basicConfig", None),
        ("app.audit.info", None),
        ("math.log", None),
        ("print", None),
    ],
)
def test_levels_of_log_calls(path: str, expected: str | None) -> None:
    assert sinks.level(path) == expected


def test_spellings_of_loggers() -> None:
    assert all(map(sinks.is_logger_name, ["logger", "LOG", "_logger", "audit_log", "LOGGER", "accessLogger"]))
    assert not any(map(sinks.is_logger_name, ["login", "catalog", "blog", "logs", "dialog", "log_group", ""]))


def test_printers_and_annotations() -> None:
    assert sinks.is_printer("print")
    assert sinks.is_printer("sys.stdout.write")
    assert not sinks.is_printer("io.StringIO().write")
    found = sinks.annotation("aws_lambda_powertools.Tracer().put_annotation")
    assert found is not None
    assert found.value == (1, "value")


def test_flows_pass_on_or_end() -> None:
    assert flows.passes_on("json.dumps")
    assert not flows.passes_on("len")
    assert flows.ends_flow("len")
    assert flows.ends_flow("hashlib.sha256")
    assert not flows.ends_flow("json.dumps")
    assert flows.PROPAGATORS.isdisjoint(flows.ENDERS)
    assert flows.PROPAGATING_METHODS.isdisjoint(flows.ENDING_METHODS)
