from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from test_cli import run

TEMPLATE = """\
Resources:
  OrdersFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: src
      Handler: orders.app.lambda_handler
  ReportsFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: src
      Handler: reports.lambda_handler
"""
APP = """\
import json
import boto3
from orders import storage

CONFIG = storage.settings()


def lambda_handler(event, context):
    import requests
    order = process(event)
    requests.get("https://example.com/" + order["id"], timeout=3)
    return storage.save(order)


def process(event):
    return json.loads(event["body"])
"""
STORAGE = """\
import functools
import boto3

ssm = boto3.client("ssm")
_table = None


def settings():
    return ssm.get_parameter(Name="/orders")["Parameter"]["Value"]


@functools.cache
def s3():
    return boto3.client("s3")


def table():
    global _table
    if _table is None:
        _table = boto3.resource("dynamodb").Table("orders")
    return _table


def save(order):
    secret = boto3.client("secretsmanager").get_secret_value(SecretId="db")
    s3().put_object(Bucket="b", Key=order["id"], Body=secret["SecretString"])
    table().put_item(Item=order)
    return plain(order)


def plain(order):
    return {"id": order["id"]}
"""
REPORTS = (
    "def lambda_handler(event, context):\n    return again(event)\n\n\ndef again(event):\n    return again(event)\n"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    package = tmp_path / "src" / "orders"
    package.mkdir(parents=True)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (package / "__init__.py").write_text("")
    (package / "app.py").write_text(APP)
    (package / "storage.py").write_text(STORAGE)
    (tmp_path / "src" / "reports.py").write_text(REPORTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def phases(*arguments: str) -> Result:
    return run("phases", *arguments, "--isolated", "--no-cache")


def described(*arguments: str) -> dict[str, Any]:
    result = phases(*arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def costs(nodes: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, int, bool]]:
    for node in nodes:
        if "cost" in node:
            yield node["cost"], node["text"], node["filename"], node["row"], node["once"]
        else:
            yield from costs(node["calls"])


@pytest.mark.parametrize("output_format", ["text", "mermaid", "json"])
def test_formats(project: Path, snapshot: Callable[[str, str], None], output_format: str) -> None:
    result = phases("OrdersFunction", "--output-format", output_format)
    assert (result.exit_code, result.stderr) == (0, "")
    snapshot(result.stdout, f"phases.{output_format}.txt")


def test_what_runs_at_init_and_what_on_every_invocation(project: Path) -> None:
    tree = described("OrdersFunction")
    app, storage = "src/orders/app.py", "src/orders/storage.py"
    assert list(costs(tree["init"]["calls"])) == [
        ("import", "boto3", app, 2, False),
        ("import", "boto3", storage, 2, False),
        ("client", 'boto3.client("ssm")', storage, 4, False),
        ("secret", "get_parameter(…)", storage, 9, False),
    ]
    assert list(costs(tree["invoke"]["calls"])) == [
        ("import", "requests", app, 9, False),
        ("network", "requests.get(…)", app, 11, False),
        ("client", 'boto3.client("secretsmanager")', storage, 25, False),
        ("secret", "get_secret_value(…)", storage, 25, False),
        ("client", 'boto3.client("s3")', storage, 14, True),
        ("network", "put_object(…)", storage, 26, False),
        ("client", 'boto3.resource("dynamodb")', storage, 20, True),
        ("network", "put_item(…)", storage, 27, False),
    ]
    assert tree["invoke"]["costs"] == {"import": 1, "client": 3, "secret": 1, "network": 3}


@pytest.mark.parametrize(
    "name",
    [
        "orders.app.lambda_handler",
        "app.lambda_handler",
        "OrdersFunction",
        "src/orders/app.py:lambda_handler",
        "orders/app.py:lambda_handler",
        "app.py:lambda_handler",
    ],
)
def test_a_handler_by_any_of_its_names(project: Path, name: str) -> None:
    assert described(name)["handler"] == "orders.app.lambda_handler"
    assert described(name)["declared"] == [
        {"name": "OrdersFunction", "filename": "template.yaml", "row": 2, "runtime": "python3.13"}
    ]


def test_a_handler_by_its_absolute_path_and_from_elsewhere(project: Path, tmp_path_factory: Any) -> None:
    path = project / "src" / "orders" / "app.py"
    assert described(f"{path}:lambda_handler")["filename"] == "src/orders/app.py"
    tree = described("OrdersFunction", str(project / "src"))
    assert tree["handler"] == "orders.app.lambda_handler"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lambda_handler", "may mean any of 2 handlers:\n  src/orders/app.py:lambda_handler\n  src/reports.py:"),
        ("OrderFunction", "no handler is called `OrderFunction`: did you mean `OrdersFunction`"),
        ("orders.ap.lambda_handler", "did you mean `orders.app.lambda_handler`"),
        ("src/reports.py:lambda_handle", "did you mean `src/reports.py:lambda_handler`"),
        ("orders.app.process", "no handler is called `orders.app.process`"),
        ("zzz", "(`lambdalint handlers` lists them all)"),
    ],
)
def test_a_name_that_is_unknown_or_means_several(project: Path, name: str, message: str) -> None:
    result = phases(name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_without_a_handler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("x = 1\n")
    result = phases("x")
    assert (result.exit_code, result.stderr) == (2, "error: no handler found (see `lambdalint handlers`)\n")


def test_recursion_ends_and_costly_leaves_out_what_costs_nothing(project: Path) -> None:
    result = phases("ReportsFunction")
    assert [line.rpartition("  ")[0].strip(" └─") for line in result.stdout.splitlines()[-3:]] == [
        "reports.lambda_handler",
        "reports.again",
        "reports.again",
    ]
    assert result.stdout.endswith(":6 (above)\n")
    assert "INVOKE, on every invocation: nothing costly\n" in result.stdout
    assert "again" not in phases("ReportsFunction", "--costly").stdout
    assert "orders.storage.plain" in phases("OrdersFunction").stdout
    assert "orders.storage.plain" not in phases("OrdersFunction", "--costly").stdout


def test_a_call_chain_deeper_than_any_stack(project: Path) -> None:
    steps = "".join(f"def f{n}(event):\n    return f{n + 1}(event)\n\n\n" for n in range(600))
    (project / "src" / "reports.py").write_text(
        f"def lambda_handler(event, context):\n    return f0(event)\n\n\n{steps}def f600(event):\n    return event\n"
    )
    for output_format in ("text", "json", "mermaid"):
        assert phases("ReportsFunction", "--format", output_format).exit_code == 0


def test_what_only_a_lazy_import_loads_is_run_once(project: Path) -> None:
    (project / "src" / "reports.py").write_text(
        "def lambda_handler(event, context):\n    from orders import storage\n    return storage.plain(event)\n"
    )
    found = list(costs(described("ReportsFunction")["invoke"]["calls"]))
    assert found == [
        ("import", "boto3", "src/orders/storage.py", 2, True),
        ("client", 'boto3.client("ssm")', "src/orders/storage.py", 4, True),
    ]


def test_a_framework_serves_its_routes(project: Path) -> None:
    (project / "src" / "reports.py").write_text(
        "import boto3\nfrom fastapi import FastAPI\nfrom mangum import Mangum\n\napp = FastAPI()\n\n\n"
        '@app.get("/")\ndef root():\n    return boto3.client("s3").list_buckets()\n\n\nlambda_handler = Mangum(app)\n'
    )
    tree = described("ReportsFunction")
    assert [node["function"] for node in tree["invoke"]["calls"]] == ["reports.root"]
    assert [cost[0] for cost in costs(tree["invoke"]["calls"])] == ["client", "network"]
