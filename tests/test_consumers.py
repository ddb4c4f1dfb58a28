"""What lambdalint writes, read by the tools that it is written for."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from test_cli import run
from tools import missing, need_module, npm_install

HANDLER = """\
import boto3


def lambda_handler(event, context):
    import json

    mood = "😀😀"; s3 = boto3.client("s3"); seen = "𝔘"
    s3.put_object(Bucket=mood, Key=seen, Body=load(event))
    return json.dumps({"ok": True})


def load(event):
    secret = boto3.client("secretsmanager").get_secret_value(
        SecretId="[a](http://example.com)",
        VersionStage=event["stage"],
    )
    return secret["SecretString"]
"""
NAMES = ("app.py", "a b/c#d%e?f.py", "ünï/[x](y)`|*<b>&'\".py", "😀/-::error,x=y.py")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(HANDLER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def clean(project: Path) -> Path:
    for name in NAMES:
        (project / name).write_text("def lambda_handler(event, context):\n    return {}\n")
    return project


def report(output_format: str, *arguments: str) -> str:
    """The report of a run over the working directory, as bytes of a file would be."""
    given = ("--isolated", "--no-cache", "--output-format", output_format, "--output-file", "report.out", *arguments)
    result = run("check", *given)
    assert result.exit_code in (0, 1), result.stderr
    return Path("report.out").read_text(encoding="utf-8")


def found() -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = json.loads(report("json"))
    assert len(findings) >= 2 * len(NAMES)
    return findings


# --- SARIF ---------------------------------------------------------------------------------------


class Validator:
    """The official schema, and Microsoft's validator with the rules of the specification and of code scanning."""

    def __init__(self, folder: Path) -> None:
        npm_install(folder, "@microsoft/sarif-multitool@5")
        # The platform's package holds the program; the command in front of it loses quotes.
        self.home = folder / "node_modules" / "@microsoft" / "sarif-multitool-linux"
        self.out = folder / "validation.sarif"
        if not self.home.is_dir():
            missing("the validator of this platform has another name")
        (self.home / "Sarif.Multitool").chmod(0o755)

    def __call__(self, text: str) -> list[str]:
        """What is wrong: messages of the schema, and identifiers of the rules that are broken."""
        import jsonschema

        schema = json.loads((self.home / "sarif-2.1.0.json").read_text(encoding="utf-8"))
        found = jsonschema.Draft202012Validator(schema).iter_errors(json.loads(text))
        return [*(error.message for error in found), *self._rules(text)]

    def _rules(self, text: str) -> list[str]:
        given = self.out.with_name("given.sarif")
        given.write_text(text, encoding="utf-8")
        self.out.unlink(missing_ok=True)
        options = ["--output", str(self.out), "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]
        environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        command = [str(self.home / "Sarif.Multitool"), "validate", str(given), *options]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
        assert self.out.exists(), done.stdout + done.stderr
        (judged,) = json.loads(self.out.read_text(encoding="utf-8-sig"))["runs"]
        assert judged["invocations"][0]["executionSuccessful"], done.stdout + done.stderr
        return [result["ruleId"] for result in judged.get("results", ())]


@pytest.fixture(scope="module")
def validate(tmp_path_factory: pytest.TempPathFactory) -> Validator:
    need_module("jsonschema")
    return Validator(tmp_path_factory.mktemp("sarif"))


def test_sarif_is_valid(project: Path, validate: Validator) -> None:
    assert validate(report("sarif", "--select", "ALL")) == []


def test_sarif_of_a_clean_run_is_valid(clean: Path, validate: Validator) -> None:
    text = report("sarif")
    assert json.loads(text)["runs"][0]["results"] == []
    assert validate(text) == []


def test_the_validators_can_complain(project: Path, validate: Validator) -> None:
    log = json.loads(report("sarif"))
    result = log["runs"][0]["results"][0]
    result["ruleIndex"] = 99
    assert validate(json.dumps(log)) == ["SARIF1009"]
    result["level"] = "loud"
    assert "'loud' is not one of ['none', 'note', 'warning', 'error']" in validate(json.dumps(log))


def _at(lines: list[str], line: int, column: int) -> int:
    """The offset, in UTF-16 code units, of a 1-based line and column."""
    return sum(len(text.encode("utf-16-le")) // 2 for text in lines[: line - 1]) + column - 1


def _region(text: str, region: dict[str, int]) -> str:
    lines, units = text.splitlines(keepends=True), text.encode("utf-16-le")
    start = _at(lines, region["startLine"], region["startColumn"])
    return units[2 * start : 2 * _at(lines, region["endLine"], region["endColumn"])].decode("utf-16-le")


def test_sarif_regions_mark_what_json_marks(project: Path) -> None:
    (log,) = json.loads(report("sarif"))["runs"]
    assert log["columnKind"] == "utf16CodeUnits"
    marked = []
    for result in log["results"]:
        (place,) = result["locations"]
        name = unquote(place["physicalLocation"]["artifactLocation"]["uri"])
        text = (project / name).read_text(encoding="utf-8")
        marked.append((name, _region(text, place["physicalLocation"]["region"])))
        flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
        assert flow[-1]["location"]["physicalLocation"]["region"] == place["physicalLocation"]["region"]
        assert _region(text, flow[0]["location"]["physicalLocation"]["region"]).startswith("def lambda_handler")
    expected = []
    for finding in found():
        lines = (project / finding["filename"]).read_text(encoding="utf-8").splitlines(keepends=True)
        start, end = finding["location"], finding["end_location"]
        rows = lines[start["row"] - 1 : end["row"]]
        rows[-1] = rows[-1][: end["column"] - 1]
        rows[0] = rows[0][start["column"] - 1 :]
        expected.append((finding["filename"], "".join(rows)))
    assert marked == expected
    assert ("app.py", 'boto3.client("s3")') in marked


def test_sarif_fixes_say_what_fix_does(project: Path) -> None:
    (log,) = json.loads(report("sarif", "--select", "LMB101"))["runs"]
    fixed = {}
    for result in log["results"]:
        (change,) = result["fixes"][0]["artifactChanges"]
        name = unquote(change["artifactLocation"]["uri"])
        text = (project / name).read_text(encoding="utf-8")
        lines, units = text.splitlines(keepends=True), text.encode("utf-16-le")
        edits = []
        for replacement in change["replacements"]:
            region = replacement["deletedRegion"]
            start = _at(lines, region["startLine"], region["startColumn"])
            end = _at(lines, region["endLine"], region["endColumn"])
            edits.append((start, end, replacement["insertedContent"]["text"]))
        for start, end, content in sorted(edits, reverse=True):
            units = units[: 2 * start] + content.encode("utf-16-le") + units[2 * end :]
        fixed[name] = units.decode("utf-16-le")
    run("fix", "--isolated", "--no-cache", "--select", "LMB101")
    assert set(fixed) == set(NAMES)
    for name, text in fixed.items():
        assert (project / name).read_text(encoding="utf-8") == text


def test_sarif_fingerprints_survive_moved_lines(project: Path) -> None:
    def prints() -> list[str]:
        (log,) = json.loads(report("sarif"))["runs"]
        return [result["partialFingerprints"]["lambdalint/v1"] for result in log["results"]]

    before = prints()
    assert len(set(before)) == len(before)
    for name in NAMES:
        (project / name).write_text("# moved\n\n" + HANDLER, encoding="utf-8")
    assert prints() == before


def test_sarif_links_nowhere_and_shows_no_secret(project: Path) -> None:
    (log,) = json.loads(report("sarif"))["runs"]
    for result in log["results"]:
        assert "](http" not in result["message"]["text"].replace("\\[", "")


def test_sarif_tools_read_it(project: Path) -> None:
    need_module("sarif")
    report("sarif")
    Path("report.out").rename("report.sarif")
    command = [sys.executable, "-m", "sarif"]
    subprocess.run([*command, "csv", "--output", "out.csv", "report.sarif"], check=True, capture_output=True)
    with open("out.csv", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    listed = sorted((row["Location"], int(row["Line"]), row["Code"]) for row in rows)
    assert listed == sorted((_uri(f["filename"]), f["location"]["row"], f["code"]) for f in found())
    checked = subprocess.run([*command, "--check", "warning", "ls", "report.sarif"], capture_output=True)
    assert checked.returncode != 0


def _uri(name: str) -> str:
    (log,) = json.loads(Path("report.sarif").read_text(encoding="utf-8"))["runs"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in log["results"]]
    return next(place for place in places if unquote(place) == name)


# --- the others ----------------------------------------------------------------------------------


def test_junit_is_read(project: Path) -> None:
    need_module("junitparser")
    from junitparser import Failure, JUnitXml

    read = JUnitXml.fromstring(report("junit").encode())
    cases = [(suite.name, case) for suite in read for case in suite]
    assert [(name, case.name.split()[0]) for name, case in cases] == [(f["filename"], f["code"]) for f in found()]
    for (_, case), finding in zip(cases, found(), strict=True):
        (failure,) = case.result
        assert isinstance(failure, Failure)
        assert (failure.type, failure.message) == (finding["severity"], finding["message"])


def test_junit_of_a_clean_run_is_one_passed_test(clean: Path) -> None:
    need_module("junitparser")
    from junitparser import JUnitXml

    read = JUnitXml.fromstring(report("junit").encode())
    assert [(suite.tests, suite.failures) for suite in read] == [(1, 0)]


GITLAB = {
    # What GitLab reads: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                    "positions": {
                        "required": ["begin"],
                        "properties": {"begin": {"required": ["line"], "properties": {"line": {"type": "integer"}}}},
                    },
                },
                "anyOf": [{"required": ["lines"]}, {"required": ["positions"]}],
            },
        },
    },
}


@pytest.mark.parametrize("state", ["project", "clean"])
def test_gitlab_reads_it(request: pytest.FixtureRequest, state: str) -> None:
    need_module("jsonschema")
    import jsonschema

    request.getfixturevalue(state)
    issues = json.loads(report("gitlab"))
    jsonschema.validate(issues, GITLAB)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert bool(issues) is (state == "project")


def test_what_reads_the_json_of_ruff_reads_ours(project: Path) -> None:
    need_module("pylsp_ruff")
    from pylsp_ruff.plugin import converter
    from pylsp_ruff.ruff import Check

    text = report("json")
    checks = converter.structure(json.loads(text), list[Check])
    assert [(c.code, c.filename, c.location.row) for c in checks] == [
        (f["code"], f["filename"], f["location"]["row"]) for f in json.loads(text)
    ]
    assert any(check.fix is not None and check.fix.edits for check in checks)


def test_github_commands_stay_one_line_each(project: Path) -> None:
    lines = report("github").splitlines()
    assert len(lines) == len(found())
    for line, finding in zip(lines, found(), strict=True):
        head, _, _ = line[2:].partition("::")
        _, _, properties = head.partition(" ")
        read = dict(item.split("=", 1) for item in properties.split(","))
        unescaped = read["file"].replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%25", "%")
        assert (unescaped, int(read["line"])) == (finding["filename"], finding["location"]["row"])


def test_markdown_is_one_row_a_finding(project: Path) -> None:
    need_module("markdown")
    import markdown

    html = markdown.markdown(report("markdown"), extensions=["tables"])
    assert html.count("<tr>") == len(found()) + 1
    assert "<b>" not in html
    assert 'href="http://example.com"' not in html


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names of any bytes")
@pytest.mark.parametrize("output_format", ["json", "sarif", "gitlab", "junit", "github", "markdown", "text", "concise"])
def test_a_name_that_is_no_text(project: Path, output_format: str) -> None:
    (project / "app.py").rename(os.fsdecode(bytes(project / "\udcff\n.py")))
    text = report(output_format)
    if output_format in ("json", "sarif", "gitlab"):
        json.loads(text)
    if output_format in ("github", "concise"):
        assert len([line for line in text.splitlines() if "LMB" in line]) == len(found())
