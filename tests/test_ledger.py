"""After a small change only what it concerns is judged; what may concern more is looked at as a whole."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lambdalint import parts
from test_incremental_command import SETTLED, Runs, count, project

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each run has a process of its own")

APP = "import boto3\nimport helper\n\n\ndef lambda_handler(event, context):\n    return helper.run(event)\n"
HELPER = "import json\n\n\ndef run(event):\n    return json.dumps(event)\n"
LONELY = "def tool(value):\n    return value\n"
TEST = "from unittest.mock import patch\n\n\n@patch('helper.json')\ndef test_run(json):\n    assert True\n"
TEMPLATE = """Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: one
      Handler: app.lambda_handler
      Runtime: python3.13
      Environment:
        Variables:
          LEVEL: info
"""
IMAGE = """  G:
    Type: AWS::Serverless::Function
    Metadata:
      DockerContext: one
      Dockerfile: lonely.py
    Properties:
      PackageType: Image
"""
FILES = {
    "one/app.py": APP,
    "one/helper.py": HELPER,
    "one/lonely.py": LONELY,
    "one/tests/test_app.py": TEST,
    "two/app.py": APP,
    "two/helper.py": HELPER,
    "template.yaml": TEMPLATE,
}
SLOW = "    import decimal\n    boto3.client('s3')\n"

Looked = Callable[[], int]


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = Runs(folder, tmp_path / "home")
    found.check()  # makes the folder of the cache, and is itself not remembered for that
    return found


@pytest.fixture
def looked(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> Looked:
    """How many runs looked at the whole project."""
    return count(runs, monkeypatch, parts, "explore")


def agree(runs: Runs, looked: Looked) -> int:
    """How often the project was looked at by a run whose answer is that of one without a cache."""
    time.sleep(SETTLED)
    before = looked()
    found = runs.check()
    after = looked()
    assert found == runs.check("--no-cache", "--jobs", "1")
    return after - before


def insert(path: Path, text: str, after: str = "):\n") -> None:
    path.write_text(path.read_text().replace(after, after + text, 1))


def test_a_change_to_a_body_concerns_one_part(runs: Runs, looked: Looked) -> None:
    assert agree(runs, looked) == 1
    for name in ("one/app.py", "two/helper.py", "one/helper.py"):
        before = runs.check()
        insert(runs.folder / name, SLOW)
        assert agree(runs, looked) == 0, name
        assert runs.check() != before, name
    (runs.folder / "one" / "app.py").write_text(APP)
    (runs.folder / "one" / "helper.py").write_text(HELPER)
    assert agree(runs, looked) == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("one/app.py", APP.replace("import boto3", "import boto3, json"), id="another library"),
        pytest.param("one/app.py", APP + "    (\n", id="no Python"),
        pytest.param("one/lonely.py", LONELY + "\nx = 1\n", id="in no part"),
        pytest.param("one/tests/test_app.py", TEST + "    assert 1\n", id="a test"),
    ],
)
def test_what_concerns_a_part_at_most(runs: Runs, looked: Looked, name: str, text: str) -> None:
    agree(runs, looked)
    (runs.folder / name).write_text(text)
    assert agree(runs, looked) == 0
    insert(runs.folder / "two" / "app.py", SLOW)
    assert agree(runs, looked) == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("one/app.py", "import lonely\n" + APP, id="another import of the project"),
        pytest.param("one/app.py", APP.replace("import helper", "helper = None"), id="one import less"),
        pytest.param("one/lonely.py", LONELY + "\ndef lambda_handler(event, context):\n    pass\n", id="a new handler"),
        pytest.param("two/app.py", HELPER, id="a handler less"),
        pytest.param("one/app.py", APP.encode() + b"# \xff\n", id="cannot be decoded"),
        pytest.param("one/app.py", APP + "import aws_cdk\n", id="a template"),
        pytest.param("one/tests/test_app.py", TEST.replace("helper.json", "app.boto3"), id="replaced by a test"),
        pytest.param("one/app.py", APP + "\n\nboto3.put_parameter(Name='/shop/x')\n", id="writes a parameter"),
        pytest.param("template.yaml", TEMPLATE.replace("one", "two"), id="a declaration"),
        pytest.param("three/app.py", APP, id="a new file"),
        pytest.param("one/.gitignore", "app.py\n", id="ignored"),
        pytest.param("pyproject.toml", "[tool.lambdalint]\nignore = ['LMB201']\n", id="settings"),
    ],
)
def test_what_may_concern_more_is_looked_at(runs: Runs, looked: Looked, name: str, text: str | bytes) -> None:
    insert(runs.folder / "one" / "app.py", SLOW)
    agree(runs, looked)
    path = runs.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert agree(runs, looked) == 1


def test_a_file_that_is_saved_by_way_of_another(runs: Runs, looked: Looked) -> None:
    agree(runs, looked)
    app = runs.folder / "one" / "app.py"
    between = app.with_name(".app.py.swp")
    between.write_text(APP + SLOW)
    os.replace(between, app)
    (app.parent / "__pycache__").mkdir()
    assert agree(runs, looked) == 0
    app.unlink()
    assert agree(runs, looked) == 1


def test_the_app_of_a_cdk_project_is_a_template(runs: Runs, looked: Looked) -> None:
    project(runs.folder)
    runs.check()
    agree(runs, looked)
    stack = runs.folder / "infra" / "stack.py"
    stack.write_text(stack.read_text().replace("cdk_app.run", "cdk_app.gone"))
    assert agree(runs, looked) == 1


def test_changes_that_follow_each_other_at_once(runs: Runs, looked: Looked) -> None:
    """What changed just now is not remembered: the next run starts from what an earlier one knew."""
    agree(runs, looked)
    for number in range(4):
        insert(runs.folder / "one" / "app.py", f"    boto3.client('s{number}')\n")
        before = looked()
        found = runs.check()
        assert looked() == before
        assert found == runs.check("--no-cache", "--jobs", "1")
    assert agree(runs, looked) == 0


def test_what_a_template_was_read_with_is_looked_at(runs: Runs, looked: Looked) -> None:
    """A file of Python is one where somebody gives it as a Dockerfile."""
    (runs.folder / "template.yaml").write_text(TEMPLATE + IMAGE)
    agree(runs, looked)
    (runs.folder / "one" / "lonely.py").write_text(LONELY + "\nx = 1\n")
    assert agree(runs, looked) == 1


def test_a_part_with_a_declared_secret_is_not_kept(runs: Runs, looked: Looked) -> None:
    secret = "hunter2hunter2"
    (runs.folder / "template.yaml").write_text(TEMPLATE.replace("LEVEL: info", f"API_TOKEN: {secret}"))
    agree(runs, looked)
    for path in (runs.folder / ".lambdalint_cache").iterdir():
        assert secret.encode() not in path.read_bytes()
    insert(runs.folder / "two" / "app.py", SLOW)
    assert agree(runs, looked) == 0
    insert(runs.folder / "one" / "app.py", SLOW)
    assert agree(runs, looked) == 1


def test_many_changes_leave_no_heap(runs: Runs, looked: Looked) -> None:
    agree(runs, looked)
    app = runs.folder / "one" / "app.py"
    sizes = []
    for number in range(12):
        insert(app, f"    boto3.client('s{number}')\n" if number % 2 else "    print('x')\n")
        assert agree(runs, looked) == 0
        sizes.append((runs.folder / ".lambdalint_cache" / "project").stat().st_size)
    assert max(sizes) < 2 * sizes[0]


def test_what_was_not_looked_at_is_still_kept(runs: Runs, looked: Looked) -> None:
    agree(runs, looked)
    for _ in range(12):
        insert(runs.folder / "one" / "app.py", "    print('x')\n")
        assert agree(runs, looked) == 0
    (runs.folder / "two" / "new.py").write_text("")
    assert agree(runs, looked) == 1
    insert(runs.folder / "two" / "app.py", SLOW)
    assert agree(runs, looked) == 0
