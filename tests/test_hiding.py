"""A secret of the code or of a template is shown by nothing that lambdalint prints, keeps or tells an editor."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from fixture_cases import RULES, request
from hostile import Result, run
from lambdalint import engine, hiding
from lambdalint.cache.masked import secrets
from lambdalint.config import OUTPUT_FORMATS
from lambdalint.report import diff
from lambdalint.source import Span, decode
from programs import linked

LITERAL = "hR7wQ2xLm9ZpT4vKc8Yd"
KEY = "AKIAZ3MGHPR5WQ7LK2XD"
VARIABLE = "Vb5nJ8sXe1QzW6rUt3Kp"
SECRETS = (LITERAL, KEY, VARIABLE)
APP = f"""\
import logging
import os

import boto3
import requests

logger = logging.getLogger()
DB_PASSWORD = "{LITERAL}"
ACCESS = "{KEY}"
MAIL_TOKEN = os.environ.get("MAIL_TOKEN") or "{LITERAL}"
plain = "{LITERAL}"


class Connection:
    password = "{LITERAL}"

    def __init__(self, token="{LITERAL}"):
        self.token = token


def fetch(api_key="{LITERAL}"):
    return requests.get("https://example.com/v1", headers={{"Authorization": "{LITERAL}"}})


def lambda_handler(event, context):
    import json

    print(event, {{"password": "{LITERAL}"}})
    logger.info(f"{{DB_PASSWORD}} {{os.environ['DB_PASSWORD']}}" + dict(password="{LITERAL}")["password"])
    client = boto3.client("s3", aws_access_key_id="{KEY}", aws_secret_access_key="{LITERAL}")
    other = boto3.client("s3", aws_secret_access_key=plain, region_name="{LITERAL}")
    secret = boto3.client("secretsmanager").get_secret_value(SecretId="x", api_key="{LITERAL}")
    try:
        client.put_object(Bucket="b", Key=json.dumps(event), Body={{"password": "{LITERAL}"}})
    except Exception:
        pass
    if DB_PASSWORD == event["password"]:
        raise ValueError("password {LITERAL}", secret, other, fetch(api_key="{LITERAL}"))
    os.environ["AWS_REGION"] = "{KEY}"
    return {{"statusCode": 200, "body": {{"password": "{LITERAL}", "x": os.environ["DB_PASSWORD"]}}}}
"""
TEMPLATE = f"""\
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.lambda_handler
      Runtime: python3.12
      Environment:
        Variables:
          DB_PASSWORD: {VARIABLE}
          OTHER: {KEY}
  G:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.12
      Code:
        ZipFile: |
          import boto3
          API_TOKEN = "{LITERAL}"
          def handler(event, context):
              print(event, {{"password": "{LITERAL}"}})
              return boto3.client("s3", aws_secret_access_key="{LITERAL}").list_buckets()
"""
QUESTIONS = (
    *(f"check --select ALL --output-format {form}" for form in OUTPUT_FORMATS),
    "check --select ALL -v",
    "check --select ALL --statistics",
    "check --select ALL --diff",
    "check --select ALL --diff --unsafe-fixes --color always",
    "check --select ALL --write-baseline baseline.json",
    "check --select ALL --output-format json --output-file report.json",
    "check --show-files",
    "check --show-settings",
    "check --add-noqa",
    "fix -v",
    "fix --select ALL --unsafe-fixes",
    "fix --select ALL --unsafe-fixes --output-format sarif",
    "handlers",
    "handlers --output-format json",
    "phases app.lambda_handler",
    "phases app.lambda_handler --output-format json",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    return folder


def ask(folder: Path, question: str) -> Result:
    command, *options = question.split()
    return run(folder, command, *options, *(() if command == "phases" else (".",)))


def told(data: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in data]


def kept(folder: Path) -> list[Path]:
    """The files that lambdalint made."""
    return [p for p in folder.rglob("*") if p.is_file() and p.name not in ("app.py", "template.yaml")]


def test_every_rule_about_secrets_in_code_speaks_of_the_project(project: Path) -> None:
    out = ask(project, "check --select ALL --output-format concise").out
    assert out.count("LMB405") >= 12
    assert out.count("LMB407") == 1


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_output_and_no_file_holds_a_secret(project: Path, question: str) -> None:
    for _ in range(2 if question in QUESTIONS[:2] else 1):  # the second answer comes from the cache
        result = ask(project, question)
        assert result.returncode in (0, 1), result.err
        assert told(result.stdout + result.stderr) == []
        assert [path for path in kept(project) if told(path.read_bytes())] == []


@pytest.mark.parametrize(
    ("name", "before", "after", "code"),
    [
        ("app.py", f'DB_PASSWORD = "{LITERAL}"', f'DB_PASSWORD = "{LITERAL}', "LMB901"),
        ("app.py", f'ACCESS = "{KEY}"', f'ACCESS = "{KEY}" 1', "LMB901"),
        ("app.py", f'token="{LITERAL}"):', f'token="{LITERAL}")', "LMB901"),
        ("template.yaml", f"DB_PASSWORD: {VARIABLE}", f'DB_PASSWORD: "a": [{VARIABLE}', "LMB904"),
        ("template.yaml", f"OTHER: {KEY}", f"OTHER: x: {KEY}", "LMB904"),
    ],
)
def test_what_cannot_be_read_shows_no_secret(project: Path, name: str, before: str, after: str, code: str) -> None:
    text = (project / name).read_text(encoding="utf-8")
    assert before in text
    (project / name).write_text(text.replace(before, after), encoding="utf-8")
    for form in ("text", "json", "sarif"):
        result = ask(project, f"check --output-format {form}")
        assert code in result.out
        assert told(result.stdout + result.stderr) == []
    assert [path for path in kept(project) if told(path.read_bytes())] == []


def test_a_fix_that_would_write_a_secret_again_is_left_out_and_says_so(project: Path) -> None:
    before = (project / "app.py").read_text(encoding="utf-8")
    result = ask(project, "fix --select LMB201,LMB101")
    assert "it would write out a secret again that stands in the code" in result.err
    after = (project / "app.py").read_text(encoding="utf-8")
    assert after != before
    for secret in SECRETS:
        assert after.count(secret) == before.count(secret)


def test_a_diff_that_hides_a_secret_says_that_it_cannot_be_applied(project: Path) -> None:
    result = ask(project, "check --select LMB101 --diff")
    assert 'aws_access_key_id="*****"' in result.out
    assert "warning: the diff of app.py hides a secret" in result.err
    (project / "app.py").write_text("def lambda_handler(event, context):\n    import json\n    return json\n")
    result = ask(project, "check --select LMB101 --diff")
    assert "hides" not in result.err
    assert diff.render("a.py", b"a secret\nb", b"a secret\nc", "", False, ("secret",)).count(b"secret") == 0


def test_the_cache_and_the_frames_know_every_secret_that_a_finding_is_about(tmp_path: Path) -> None:
    for case in (RULES / "hardcoded_secret").iterdir():
        folder = tmp_path / case.name
        shutil.copytree(case, folder)
        program = linked(folder)
        for finding in engine.check(request(folder, ("LMB405",))).findings:
            assert finding.span in list(secrets(program.summary(finding.path), frozenset()))


@pytest.mark.parametrize(
    ("row", "is_python", "hidden"),
    [
        (f'api_key = "{LITERAL}" + x', True, f'"{LITERAL}"'),
        (f"f(password=b'{LITERAL}", True, f"b'{LITERAL}"),
        (f'{{"token": "{LITERAL}", "id": 1}}', True, f'"{LITERAL}"'),
        ('password = read_it("somewhere")', True, None),
        ('description = "a long text"', True, None),
        (f"call({KEY})", True, KEY),
        (f"ApiKey: {LITERAL} # new", False, f"{LITERAL} # new"),
        (f'API_KEY = "{LITERAL}"', False, f'"{LITERAL}"'),
        ("ApiKey: !Ref TheApiKeyParameter", False, None),
        ("ApiKey: ${ssm:/mail/api_key}", False, None),
        ("ApiKeyName: the-name-of-it", False, None),
        ("Token: short", False, None),
    ],
)
def test_rows_of_which_nothing_is_known_are_judged_by_their_look(row: str, is_python: bool, hidden: str | None) -> None:
    source = decode(f"first\n{row}\n".encode())
    found = [source.slice(one) for one in hiding.by_look(source, Span(2, 0, 2, 5), frozenset(), is_python)]
    assert found == ([] if hidden is None else [hidden])


def test_texts_are_found_wherever_they_stand() -> None:
    source = decode(f"{LITERAL}\nx {LITERAL}{LITERAL}\n".encode())
    found = list(hiding.occurrences(source, Span(2, 0, 2, 1), (LITERAL,)))
    assert found == [Span(2, 2, 2, 22), Span(2, 22, 2, 42)]
    assert hiding.told(["short", "changeme-please", LITERAL, "DB_PASSWORD_NAME"]) == (LITERAL,)
    for written in (f'"{LITERAL}"', f"rb'{LITERAL}'", f'"""{LITERAL}"""', LITERAL):
        assert hiding.unquoted(written) == LITERAL


def test_placeholders_do_not_keep_a_fix_away(project: Path) -> None:
    made = 'boto3.client("s3", api_key="changeme-please")'
    code = f"import boto3\n\n\ndef lambda_handler(event, context):\n    return {made}.list_buckets()\n"
    (project / "app.py").write_text(code, encoding="utf-8")
    (project / "template.yaml").unlink()
    assert re.search(r"fixed 1 finding", ask(project, "fix --select LMB201").out)
