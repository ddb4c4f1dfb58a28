"""Python inside templates: linted in place, with the template's rows, and fixed there byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambdalint import engine
from lambdalint.config import Config
from lambdalint.declared import InlineCode
from lambdalint.inline_modules import InlineModule, text_of
from lambdalint.rules import all_rules
from lambdalint.selection import Layer, resolve

HEAD = """\
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Code:
        ZipFile: |
"""
CODE = """\
          import boto3

          def handler(event, context):
              s3 = boto3.client("s3")
              import json
              return json.dumps(s3.list_buckets())
"""


def request(folder: Path, *codes: str, target: str = ".", unsafe: bool = False) -> engine.Request:
    selection = resolve(Config(), all_rules(), Layer(select=codes))
    return engine.Request((str(folder / target),), Config(), selection, unsafe_fixes=unsafe)


def write(folder: Path, text: str, name: str = "template.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def rows(folder: Path, *codes: str, target: str = ".") -> list[tuple[str, int, int, str]]:
    report = engine.check(request(folder, *codes, target=target))
    assert not report.errors, report.errors
    return [(Path(f.path).name, f.span.row, f.span.column, f.code) for f in report.findings]


def fixed(folder: Path, *codes: str, unsafe: bool = False) -> dict[str, bytes]:
    outcome = engine.fix(request(folder, *codes, unsafe=unsafe))
    assert not outcome.report.errors, outcome.report.errors
    return {Path(f.path).name: f.after for f in outcome.fixed}


# --- findings ------------------------------------------------------------------------------------


def test_findings_have_the_template_s_place(tmp_path: Path) -> None:
    write(tmp_path, HEAD + CODE)
    expected = [("template.yaml", 12, 19, "LMB201"), ("template.yaml", 13, 14, "LMB101")]
    assert rows(tmp_path, "LMB101", "LMB201") == expected
    assert rows(tmp_path, "LMB101", "LMB201", target="template.yaml") == expected


def test_the_code_of_a_template_among_tests_is_no_handler(tmp_path: Path) -> None:
    for folder in ("tests", "test/snapshots", "stacks"):
        (tmp_path / folder).mkdir(parents=True)
        write(tmp_path, HEAD + CODE, f"{folder}/template.yaml")
    report = engine.check(request(tmp_path, "LMB101", "LMB201", "LMB708"))
    assert {Path(finding.path).parent.name for finding in report.findings} == {"stacks"}
    assert {finding.code for finding in report.findings} == {"LMB101", "LMB201"}


def test_the_frame_and_the_trail_are_the_template_s(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + CODE)
    finding = engine.check(request(tmp_path, "LMB201")).findings[0]
    assert finding.frame == ((12, '              s3 = boto3.client("s3")'),)
    assert {step.path for step in finding.trail} == {str(path)}
    assert finding.noqa_row == 12


def test_inline_code_sees_no_file_beside_the_template(tmp_path: Path) -> None:
    (tmp_path / "shared.py").write_text("import boto3\n\n\ndef make():\n    return boto3.client('s3')\n")
    code = "          from shared import make\n\n          def handler(event, context):\n              make()\n"
    write(tmp_path, HEAD + code)
    assert rows(tmp_path, "LMB201") == []


def test_several_functions_of_one_name_are_told_apart(tmp_path: Path) -> None:
    second = HEAD.removeprefix("Resources:\n").replace("Orders:", "Other:")
    write(tmp_path, HEAD + CODE + second + CODE)
    assert [row for _, row, _, _ in rows(tmp_path, "LMB201")] == [12, 25]
    write(tmp_path, HEAD + CODE, "second.yaml")
    assert len(rows(tmp_path, "LMB201")) == 3


def test_folded_and_quoted_code_is_reported_near_its_place_and_not_fixed(tmp_path: Path) -> None:
    quoted = 'import boto3\\ndef handler(event, context):\\n  boto3.client(\\"s3\\").list_buckets()\\n'
    path = write(tmp_path, HEAD.replace("ZipFile: |\n", f'ZipFile: "{quoted}"\n'))
    (found,) = rows(tmp_path, "LMB201")
    assert found[1] == 8
    before = path.read_bytes()
    assert fixed(tmp_path, "LMB201", unsafe=True) == {} and path.read_bytes() == before


def test_code_of_another_language_and_broken_substitutions_are_no_syntax_errors(tmp_path: Path) -> None:
    write(tmp_path, HEAD.replace("      Runtime: python3.13\n", "") + "          exports.handler = async () => 1\n")
    write(tmp_path, HEAD.replace("python3.13", "nodejs22.x") + "          exports.handler = 1 +\n", "node.yaml")
    assert rows(tmp_path, "LMB201") == []


def test_broken_python_is_a_syntax_error_at_its_row(tmp_path: Path) -> None:
    write(tmp_path, HEAD + "          def handler(event, context)\n              return 1\n")
    ((name, row, _, code),) = rows(tmp_path, "LMB901")
    assert (name, row, code) == ("template.yaml", 9, "LMB901")


def test_a_declared_name_that_inline_code_lacks(tmp_path: Path) -> None:
    write(tmp_path, HEAD.replace("index.handler", "index.handlr") + CODE)
    assert [(row, code) for _, row, _, code in rows(tmp_path, "LMB708")] == [(6, "LMB708")]
    for handler in ("index.handler", "app.handler"):
        write(tmp_path, HEAD.replace("index.handler", handler) + CODE)
        assert rows(tmp_path, "LMB708") == [], "there, or a stub for code that is deployed later"


# --- suppression ---------------------------------------------------------------------------------


def test_comments_in_the_code_suppress(tmp_path: Path) -> None:
    write(tmp_path, HEAD + CODE.replace('client("s3")', 'client("s3")  # noqa: LMB201'))
    assert rows(tmp_path, "LMB201", "LMB903") == []
    write(tmp_path, HEAD + CODE.replace("import boto3", "import boto3  # noqa: LMB201"))
    found = rows(tmp_path, "LMB201", "LMB903", target="template.yaml")
    assert [(row, code) for _, row, _, code in found] == [(9, "LMB903"), (12, "LMB201")]


# --- fixes ---------------------------------------------------------------------------------------


def test_a_fix_is_written_into_the_template(tmp_path: Path) -> None:
    write(tmp_path, HEAD + CODE + "# the end\n")
    after = fixed(tmp_path, "LMB101")["template.yaml"].decode()
    assert after == HEAD + CODE.replace("              import json\n", "").replace(
        "          import boto3\n", "          import json\n\n          import boto3\n"
    ) + ("# the end\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_bytes_outside_the_edit_stay(tmp_path: Path, newline: str) -> None:
    text = (HEAD + CODE.replace("import boto3\n\n", "import boto3\n  \n") + "  # trailing  \n").replace("\n", newline)
    write(tmp_path, text)
    after = fixed(tmp_path, "LMB101")["template.yaml"].decode()
    assert "\r\r" not in after and (newline == "\n") is ("\r" not in after)
    assert after.startswith(HEAD.replace("\n", newline)) and after.endswith(f"  # trailing  {newline}")
    assert f"{newline}  {newline}" in after


def test_two_functions_of_a_template_are_fixed_in_one_run(tmp_path: Path) -> None:
    second = HEAD.removeprefix("Resources:\n").replace("Orders:", "Other:")
    path = write(tmp_path, HEAD + CODE + second + CODE)
    after = fixed(tmp_path, "LMB101", "LMB201", unsafe=True)["template.yaml"]
    path.write_bytes(after)
    assert rows(tmp_path, "LMB101", "LMB201", "LMB901") == []
    assert fixed(tmp_path, "LMB101", "LMB201", unsafe=True) == {}


def test_code_without_a_last_newline(tmp_path: Path) -> None:
    write(tmp_path, (HEAD + CODE).rstrip("\n"))
    after = fixed(tmp_path, "LMB101")["template.yaml"]
    assert after.endswith(b"return json.dumps(s3.list_buckets())") and b"          import json\n" in after


@pytest.mark.parametrize("added", ['x = """a"""', r"x = '\n'", "x = '${A}'", "x = '{{a}}'"])
def test_text_that_the_template_would_read_otherwise_is_refused(added: str) -> None:
    module = InlineModule("t.yaml#F.py", "t.yaml", InlineCode("a = 1\n", 2, 2, True))
    template = text_of(b"Zip: |\n  a = 1\nend: 1\n")
    assert module.spliced(template, f"{added}\na = 1\n") is None
    assert module.spliced(template, "b = 2\na = 1\n") == "Zip: |\n  b = 2\n  a = 1\nend: 1\n"
