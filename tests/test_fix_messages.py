"""What the fixes of clients say that they make, and what they say that it keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambdalint.cli import cli

HANDLER = "import boto3\nimport requests\nimport urllib3\n\n\ndef lambda_handler(event, context):\n"
OBJECT = """

class Store:
    def __init__(self):
        {}


def lambda_handler(event, context):
    return Store().run()
"""


def messages(folder: Path, text: str, test: str = "") -> list[tuple[str, str, str]]:
    """The findings of LMB201 in a module: what each says, its fix's message and whether that is safe."""
    (folder / "app.py").write_text(text)
    if test:
        (folder / "test_app.py").write_text(test)
    arguments = ["check", "--isolated", "--no-cache", "--select", "LMB201", "--output-format", "json", str(folder)]
    found = json.loads(CliRunner().invoke(cli, arguments).stdout)
    return [(one["message"], one["fix"]["message"], one["fix"]["applicability"]) for one in found]


@pytest.mark.parametrize(
    ("body", "keeps"),
    [
        (
            '    return requests.Session().get("https://example.com", timeout=3).status_code\n',
            "cookies and connections",
        ),
        ('    return urllib3.PoolManager().request("GET", "https://example.com", timeout=3).status\n', "connections"),
    ],
)
def test_an_http_client_keeps_what_its_library_keeps(tmp_path: Path, body: str, keeps: str) -> None:
    ((_, message, _),) = messages(tmp_path, HANDLER + body)
    assert message == f"Make it once, in a cached function; its {keeps} are kept between invocations"


@pytest.mark.parametrize(
    ("made", "noun"),
    [
        ('self.s3 = boto3.client("s3")', "a client"),
        ('self.tables = boto3.resource("dynamodb")', "a resource"),
        ("self.session = boto3.Session()", "a session"),
        ('self.engine = sqlalchemy.create_engine("sqlite://")', "an engine"),
    ],
)
def test_an_object_s_finding_names_what_it_makes(tmp_path: Path, made: str, noun: str) -> None:
    ((finding, fix, _),) = messages(tmp_path, "import boto3\nimport sqlalchemy\n" + OBJECT.format(made))
    assert finding.startswith(f"`Store()` creates {noun} on every invocation: ")
    assert fix.startswith(f"Make its {noun.partition(' ')[2]} once, in a cached function")


def test_a_session_that_goes_with_its_client_is_no_more_what_is_made(tmp_path: Path) -> None:
    made = 'session = boto3.Session()\n        self.s3 = session.client("s3")'
    ((_, fix, applicability),) = messages(tmp_path, "import boto3\n" + OBJECT.format(made))
    assert (fix, applicability) == ("Make its client once, in a cached function", "safe")


def test_tests_that_replace_the_session_are_told_of_with_its_client(tmp_path: Path) -> None:
    body = '    session = boto3.Session()\n    client = session.client("sqs")\n    return client.list_queues()\n'
    test = 'from unittest.mock import patch\n\nimport app\n\n\n@patch("boto3.Session")\ndef test_it(_):\n    app\n'
    ((_, fix, applicability),) = messages(tmp_path, HANDLER + body, test)
    assert fix.endswith("tests that replace `boto3.Session` have to clear the cache")
    assert applicability == "unsafe"


def test_tests_have_to_replace_the_function_of_another_module_that_makes_it(tmp_path: Path) -> None:
    shared = (
        'import functools\n\nimport boto3\n\n\n@functools.cache\ndef queues():\n    return boto3.client("sqs")\n\n\n'
    )
    (tmp_path / "shared.py").write_text(shared + "def name():\n    return 1\n")
    body = '    return boto3.client("sqs").list_queues(QueueNamePrefix=name())\n'
    test = 'from unittest.mock import patch\n\n\n@patch("app.boto3")\ndef test_it(_):\n    pass\n'
    ((_, fix, applicability),) = messages(tmp_path, "from shared import name\n" + HANDLER + body, test)
    assert fix.startswith("Call `queues()` of `shared`, which is cached; tests that replace `boto3")
    assert fix.endswith("have to replace `queues`")
    assert applicability == "unsafe"
