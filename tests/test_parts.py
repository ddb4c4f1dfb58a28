"""A project judged in parts: what one place of a template says of functions of several parts is weighed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambdalint import parts
from lambdalint.config import Config
from lambdalint.engine import Request, check
from lambdalint.rules import all_rules
from lambdalint.selection import Layer, resolve

SERVICE = """\
service: orders
provider:
  name: aws
  runtime: python3.12
  environment:
    TABLE: orders
    OLD: orders-2019
    AWS_REGION: eu-west-1
functions:
  read:
    handler: read.handler
  write:
    handler: write.handler
"""
MODULE = "import os\n\n\ndef handler(event, context):\n    return {}\n"


def found(folder: Path, code: str) -> list[tuple[str, int]]:
    config = Config(root=str(folder))
    request = Request((str(folder),), config, resolve(config, all_rules(), Layer(select=(code,))), jobs=1, cache=False)
    return [(finding.message, finding.span.row) for finding in check(request).findings]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "serverless.yml").write_text(SERVICE)
    (tmp_path / "read.py").write_text(MODULE.replace("{}", 'os.environ["TABLE"]'))
    (tmp_path / "write.py").write_text(MODULE)
    return tmp_path


def test_a_shared_variable_is_unread_only_when_no_function_reads_it(folder: Path) -> None:
    assert found(folder, "LMB802") == [("`OLD` is not read by the code of `read` and 1 more", 7)]


def test_a_place_of_a_template_is_reported_once_for_all_functions(folder: Path) -> None:
    assert [row for _, row in found(folder, "LMB707")] == [8]


INLINE = """\
Resources:
{}"""
FUNCTION = """\
  F{}:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      Code:
        ZipFile: |
          def handler(event, context):
              import json
              return json.dumps(event)
"""


def test_parts_of_one_template_are_judged_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "template.yaml").write_text(INLINE.format("".join(map(FUNCTION.format, "AB"))))
    monkeypatch.delattr(parts._Run, "_whole")
    assert [row for _, row in found(tmp_path, "LMB101")] == [10, 20]
