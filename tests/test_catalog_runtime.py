from __future__ import annotations

import importlib.util
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from lambdalint.catalog import filesystem, paginators, processes, responses, runtime, s3, timeouts

SCRIPT = Path(__file__).parent.parent / "scripts" / "refresh_catalog.py"


# --- the runtime ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["aws_request_id", "get_remaining_time_in_millis", "w3c", "tenant_id", "__class__"])
def test_attributes_of_the_context(name: str) -> None:
    assert runtime.is_context_attribute(name)


@pytest.mark.parametrize("name", ["request_id", "function_arn", "deadline_ms", "trace_id", "memory_limit", ""])
def test_what_the_context_lacks(name: str) -> None:
    assert not runtime.is_context_attribute(name)


def test_renames_lead_from_what_is_not_to_what_is() -> None:
    assert not any(map(runtime.is_context_attribute, runtime.CONTEXT_RENAMES))
    assert all(map(runtime.is_context_attribute, runtime.CONTEXT_RENAMES.values()))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AWS_REGION", True), ("_X_AMZN_TRACE_ID", True), ("POWERTOOLS_SERVICE_NAME", True), ("DD_API_KEY", True),
        ("TZ", True), ("TABLE_NAME", False), ("AWS_ACCOUNT_ID", False), ("DDB_TABLE", False),
    ],
)  # fmt: skip
def test_variables_that_need_no_declaration(name: str, expected: bool) -> None:
    assert runtime.is_set_by_runtime(name) is expected


def test_reserved_variables_are_those_of_the_configuration_only() -> None:
    assert len(runtime.RESERVED_VARIABLES) == 21
    assert "TZ" not in runtime.RESERVED_VARIABLES
    assert runtime.RESERVED_VARIABLES < runtime.RUNTIME_VARIABLES


def test_runtimes_end_in_order() -> None:
    for identifier, row in runtime.RUNTIMES.items():
        assert identifier == "python{}.{}".format(*row.python)
        dates = [day for day in (row.deprecation, row.block_create, row.block_update) if day]
        assert dates == sorted(dates)
    assert date.fromisoformat(runtime.RUNTIMES_AS_OF) <= date.today()


@pytest.mark.parametrize(
    ("module", "always", "with_runtime"),
    [
        ("json", True, True), ("os.path", True, True), ("boto3.dynamodb.types", True, True), ("botocore", True, True),
        ("urllib3", False, True), ("requests", False, False), ("cgi", False, False), ("tomllib", False, False),
        ("distutils.util", False, False), ("tkinter", False, False), ("jsonschema", False, False),
        ("botocore.vendored.requests.adapters", False, False), ("botocore.vendored_of", True, True),
    ],
)  # fmt: skip
def test_modules_that_are_there(module: str, always: bool, with_runtime: bool) -> None:
    assert runtime.is_always_present(module) is always
    assert runtime.comes_with_runtime(module) is with_runtime


def test_the_standard_library_is_what_this_python_says() -> None:
    assert set(sys.stdlib_module_names) >= {"json", "venv"}
    listed = {name for name in sys.stdlib_module_names if runtime.is_standard_library(name)}
    assert runtime._STDLIB - listed <= {"nturl2path", "pydoc"}


# --- processes and responses ---------------------------------------------------------------------


def test_primitives_that_fail_and_those_that_work() -> None:
    failing = processes.FAILING
    assert {"multiprocessing.Pool", "multiprocessing.pool.ThreadPool", "multiprocessing.dummy.Pool"} <= failing
    assert "multiprocessing.get_context().Queue" in failing
    assert "concurrent.futures.ProcessPoolExecutor" in failing
    assert failing.isdisjoint(processes.WORKING)
    assert not {"multiprocessing.Process", "multiprocessing.Pipe", "threading.Lock"} & failing


def test_fresh_values_leave_out_intervals() -> None:
    assert {"datetime.datetime.now", "uuid.uuid4", "random.choice", "secrets.token_hex"} <= processes.FRESH_CALLS
    assert not {"time.perf_counter", "time.monotonic", "random.seed", "uuid.uuid5"} & processes.FRESH_CALLS


def test_what_the_encoder_refuses() -> None:
    assert {"set", "datetime.datetime.now", "uuid.uuid4"} <= responses.UNSERIALIZABLE_CALLS
    assert (
        not {"decimal.Decimal", "bytes", "dict", "list", "tuple", "collections.Counter"}
        & responses.UNSERIALIZABLE_CALLS
    )
    assert responses.UNSERIALIZABLE_CALLS.isdisjoint(responses.ONLY_JSON_REFUSES)


# --- timeouts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "keyword", "position", "has_default"),
    [
        ("requests.get", "timeout", None, False),
        ("requests.Session().post", "timeout", None, False),
        ("httpx.AsyncClient().get", "timeout", None, True),
        ("urllib.request.urlopen", "timeout", 2, False),
        ("socket.create_connection", "timeout", 1, False),
        ("smtplib.SMTP", "timeout", 3, False),
        ("psycopg2.connect", "connect_timeout", None, False),
    ],
)
def test_blocking_calls(path: str, keyword: str, position: int | None, has_default: bool) -> None:
    found = timeouts.find(path)
    assert found is not None
    assert keyword in found.keywords
    assert (found.position, found.has_default) == (position, has_default)
    assert found.source.startswith("https://")


@pytest.mark.parametrize("path", ["boto3.client", "requests.Session", "requests.codes", "time.sleep"])
def test_calls_that_do_not_block_on_another_machine(path: str) -> None:
    assert timeouts.find(path) is None


# --- the file system -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["out.txt", "./out.txt", "/var/task/x", "/opt/x", "/tmpfile", "/tmp/../var/x", "data/x.csv", "/home/x"]
)
def test_paths_that_cannot_be_written(path: str) -> None:
    assert filesystem.is_outside(path)


@pytest.mark.parametrize(
    "path",
    [
        "/tmp/x", "/tmp", "//tmp/x", "/tmp/a/../b", "/mnt/efs/x", "/dev/null", "/dev/stdout", ":memory:", "",
        "s3://bucket/x", "file::memory:?cache=shared",
    ],
)  # fmt: skip
def test_paths_that_can_be_or_are_none(path: str) -> None:
    assert filesystem.is_outside(path) is False


@pytest.mark.parametrize(("mode", "expected"), [("w", True), ("ab", True), ("r+", True), ("x", True), ("rb", False)])
def test_modes(mode: str, expected: bool) -> None:
    assert filesystem.writes(mode) is expected


def test_writes_know_their_path_and_mode() -> None:
    assert filesystem.WRITES["open"].mode == (1, "mode")
    assert filesystem.WRITES["shutil.move"].position == 1
    assert filesystem.WRITES["os.makedirs"].mode is None
    assert len(filesystem.WRITES) == len(filesystem._WRITES)
    assert all(row.source.startswith("https://") for row in filesystem.WRITES.values())
    assert filesystem.is_fixed_temporary("/tmp/report.csv")
    assert not filesystem.is_fixed_temporary("report.csv")


# --- generated tables ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "method", "expected"),
    [
        ("dynamodb", "query", (("ExclusiveStartKey",), ("LastEvaluatedKey",), "")),
        ("s3", "list_objects_v2", (("ContinuationToken",), ("NextContinuationToken",), "IsTruncated")),
        (
            "s3",
            "list_multipart_uploads",
            (("KeyMarker", "UploadIdMarker"), ("NextKeyMarker", "NextUploadIdMarker"), "IsTruncated"),
        ),
        ("s3", "get_object", None),
        ("no-such-service", "query", None),
    ],
)
def test_paging(service: str, method: str, expected: tuple[object, ...] | None) -> None:
    assert paginators.find(service, method) == expected


def test_every_paging_row_is_complete() -> None:
    services = paginators._table()
    assert len(services) > 300
    for service in services:
        for method, paging in paginators.operations(service).items():
            assert method.replace("_", "").isalnum(), method
            assert all(paging.inputs) and all(paging.outputs), (service, method)
    assert paginators.origin().startswith("botocore ")


def test_owner_of_a_bucket() -> None:
    assert s3.takes_owner("get_object")
    assert s3.takes_owner("delete_objects")
    assert not s3.takes_owner("list_buckets")
    assert not s3.takes_owner("create_bucket")


@pytest.mark.skipif(importlib.util.find_spec("botocore") is None, reason="botocore is not installed")
def test_the_generated_tables_are_those_of_their_botocore() -> None:
    import botocore  # type: ignore[import-untyped]

    if f"botocore {botocore.__version__}," not in paginators.origin():
        pytest.skip("another release of botocore is installed")
    done = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "stale: nothing")


def refresher() -> ModuleType:
    pytest.importorskip("botocore")
    pytest.importorskip("awslambdaric")
    spec = importlib.util.spec_from_file_location("refresh_catalog", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_context_is_that_of_the_installed_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    script = refresher()
    assert list(script.context_differences()) == []
    monkeypatch.setattr(runtime, "CONTEXT_ATTRIBUTES", runtime.CONTEXT_ATTRIBUTES - {"identity"} | {"request_id"})
    assert list(script.context_differences()) == [
        "identity is an attribute of the context, and not in the table",
        "request_id is no longer an attribute of the context",
    ]


def test_the_runtimes_are_those_of_the_installed_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    script = refresher()
    loader = script.botocore.loaders.Loader()
    assert list(script.runtime_differences(loader)) == []
    monkeypatch.setattr(runtime, "RUNTIMES", {k: v for k, v in runtime.RUNTIMES.items() if k != "python3.14"})
    assert list(script.runtime_differences(loader)) == ["python3.14 is a runtime, and not in the table"]
