from __future__ import annotations

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lambdalint import baseline
from lambdalint.config import OUTPUT_FORMATS, Config
from lambdalint.diagnostic import Applicability, Severity, Step
from lambdalint.errors import ConfigError
from lambdalint.finding import Edit, Finding, FindingFix, InternalError, Report
from lambdalint.fingerprint import without_layout
from lambdalint.report import View, diff, fixed, frame, render, settings, statistics
from lambdalint.report.handlers import json_text, table
from lambdalint.report.markdown import prose
from lambdalint.report.terminal import expand, visible
from lambdalint.report.text import flow, trail
from lambdalint.rules.base import Rule
from lambdalint.selection import resolve
from lambdalint.source import Span, decode

Snapshot = Callable[[str, str], None]
APP, STORAGE = "/p/src/orders/app.py", "/p/src/orders/storage.py"
HOSTILE = "`x` | <script>alert(1)</script> @team [a](http://e) *b* %0A\x1b[31m\u202e\n## h ```"


def finding(**changes: object) -> Finding:
    plain = Finding(
        code="LMB201",
        name="client-per-invocation",
        severity=Severity.WARNING,
        path=STORAGE,
        span=Span(14, 9, 14, 27),
        message='`boto3.client("s3")` is created on every invocation',
        help="create it once per execution environment",
        handler="orders.app.lambda_handler",
        trail=(
            Step(APP, Span(20, 0, 20, 41), "orders.app.lambda_handler"),
            Step(APP, Span(22, 4, 22, 18), "orders.app.process"),
            Step(APP, Span(31, 8, 31, 26), "orders.storage.save"),
        ),
        fix=FindingFix("Create the client once", Applicability.SAFE, (Edit(STORAGE, Span(14, 9, 14, 27), "_s3()"),)),
        no_fix=None,
        noqa_row=14,
        url="https://lambdalint.readthedocs.io/rules/client-per-invocation/",
        frame=((14, '    s3 = boto3.client("s3")'),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


SAMPLE = (
    finding(),
    finding(
        code="LMB401",
        name="uncached-secret",
        severity=Severity.ERROR,
        span=Span(98, 13, 101, 5),
        fix=FindingFix(
            "Cache the secret: a rotated one is seen only by new environments",
            Applicability.UNSAFE,
            (
                Edit(STORAGE, Span(98, 0, 98, 0), "@lru_cache\n"),
                Edit(APP, Span(1, 0, 1, 0), "from functools import lru_cache\n"),
            ),
        ),
        trail=(),
        frame=(
            (98, "    secret = client.get_secret_value("),
            (99, '        SecretId="db",'),
            (100, "        VersionStage=stage,"),
            (101, "    )"),
        ),
    ),
    finding(
        code="LMB903",
        name="unused-noqa",
        severity=Severity.NOTE,
        path="/elsewhere/b.py",
        span=Span(3, 0, 5, 1),
        help="",
        handler=None,
        trail=(),
        fix=None,
        no_fix="the name `x` is taken",
        frame=((3, "x = ["), (4, "\t1,"), (5, "]")),
    ),
    finding(
        path="/p/a,b:c%d.py",
        message=HOSTILE,
        span=Span(7, 4, 7, 6),
        handler=None,
        trail=(),
        fix=None,
        frame=((7, "\tx = 世界 + 'e\u0301\x1b[2J'"),),
    ),
)
REPORT = Report(SAMPLE, handlers=2, files=3, functions=9, unresolved=1, suppressed=0, errors=())
CLEAN = replace(REPORT, findings=())
VIEW = View(cwd="/p", version="0.0.0")


@pytest.mark.parametrize("output_format", OUTPUT_FORMATS)
def test_formats(snapshot: Snapshot, sample_rules: tuple[Rule, ...], output_format: str) -> None:
    view = replace(VIEW, rules=sample_rules)
    for name, report in (("findings", REPORT), ("clean", CLEAN)):
        text = render(report, output_format, view)
        assert text == "" or text.endswith("\n")
        snapshot(text, f"report/{output_format}.{name}.txt")


def test_colours(snapshot: Snapshot) -> None:
    colored = render(REPORT, "text", replace(VIEW, color=True))
    snapshot(colored, "report/text.colored.txt")
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == render(REPORT, "text", VIEW)


@pytest.mark.parametrize("output_format", ["text", "concise", "markdown", "github", "junit"])
def test_nothing_foreign_reaches_a_terminal_raw(output_format: str) -> None:
    text = render(REPORT, output_format, VIEW)
    assert not set(text) & {"\x1b", "\u202e", "\r"}


def test_json_is_one_array_with_the_promised_keys() -> None:
    assert render(CLEAN, "json", VIEW) == "[]\n"
    first, second, outside, _ = json.loads(render(REPORT, "json", VIEW))
    assert list(first) == [
        "code", "name", "severity", "message", "filename", "location", "end_location", "fix", "handler", "trace",
        "noqa_row", "url",
    ]  # fmt: skip
    assert first["filename"] == "src/orders/storage.py"
    assert (first["location"], first["end_location"]) == ({"row": 14, "column": 10}, {"row": 14, "column": 28})
    assert first["trace"][1] == {
        "filename": "src/orders/app.py", "row": 22, "column": 5, "function": "orders.app.process",
    }  # fmt: skip
    assert first["fix"]["edits"] == [
        {"content": "_s3()", "location": {"row": 14, "column": 10}, "end_location": {"row": 14, "column": 28}}
    ]
    assert [edit.get("filename") for edit in second["fix"]["edits"]] == [None, "src/orders/app.py"]
    assert (outside["filename"], outside["fix"], outside["handler"], outside["trace"]) == (
        "/elsewhere/b.py", None, None, [],
    )  # fmt: skip


def test_json_says_why_there_is_no_fix() -> None:
    kept = replace(REPORT, findings=(finding(fix=None, no_fix="an async client belongs to its event loop"),))
    (encoded,) = json.loads(render(kept, "json", VIEW))
    assert (encoded["fix"], encoded["no_fix"]) == (None, "an async client belongs to its event loop")


def test_machine_formats_are_well_formed(sample_rules: tuple[Rule, ...]) -> None:
    view = replace(VIEW, rules=sample_rules)
    suites = ElementTree.fromstring(render(REPORT, "junit", view))
    assert [suite.get("tests") for suite in suites] == ["2", "1", "1"]
    assert suites.get("failures") == "4"
    (run,) = json.loads(render(REPORT, "sarif", view))["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["LMB201", "LMB401", "LMB903", "LMB201"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert uris[2:] == ["file:///elsewhere/b.py", "a%2Cb%3Ac%25d.py"]
    prints = [issue["fingerprint"] for issue in json.loads(render(REPORT, "gitlab", view))]
    assert len(set(prints)) == len(prints) == 4
    alike = replace(REPORT, findings=(SAMPLE[0], moved(SAMPLE[0], 9)))
    assert len({issue["fingerprint"] for issue in json.loads(render(alike, "gitlab", view))}) == 2
    commands = render(REPORT, "github", view).splitlines()
    assert len(commands) == 4
    assert commands[3].startswith("::warning title=LMB201 (client-per-invocation),file=a%2Cb%3Ac%25d.py,line=7,")


def test_sarif_tells_of_internal_errors() -> None:
    report = replace(CLEAN, errors=(InternalError("LMB201", "/p/a.py", "KeyError: 1"),))
    (run,) = json.loads(render(report, "sarif", VIEW))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "internal error in LMB201: KeyError: 1"


@pytest.mark.parametrize(
    ("changes", "view", "expected"),
    [
        ({}, {}, "2 handlers, 3 modules: 4 findings (1 fixable, 1 more with --unsafe-fixes)"),
        ({}, {"unsafe_fixes": True}, "2 handlers, 3 modules: 4 findings (2 fixable)"),
        ({"findings": ()}, {}, "2 handlers, 3 modules: 0 findings"),
        ({"findings": SAMPLE[:1], "handlers": 1, "files": 1}, {}, "1 handler, 1 module: 1 finding (1 fixable)"),
        ({"findings": SAMPLE[2:]}, {"fixed": 3}, "2 handlers, 3 modules: 3 fixed, 2 findings (0 fixable)"),
    ],
)
def test_summary(changes: dict[str, object], view: dict[str, object], expected: str) -> None:
    report = replace(REPORT, **changes)  # type: ignore[arg-type]
    shown = replace(VIEW, **view)  # type: ignore[arg-type]
    for output_format in ("text", "concise"):
        assert render(report, output_format, shown).splitlines()[-1] == expected
        assert expected not in render(report, output_format, replace(shown, summary=False))


def test_markers_follow_what_fix_would_do() -> None:
    lines = render(REPORT, "concise", VIEW).splitlines()
    assert [re.search(r"LMB\d+ (\[.\])?", line)[1] for line in lines[:4]] == ["[*]", "[-]", None, None]  # type: ignore[index]
    assert "LMB401 [*]" in render(REPORT, "concise", replace(VIEW, unsafe_fixes=True))


def test_trails() -> None:
    template = Step("/p/template.yaml", Span(31, 2, 31, 5), "OrdersFunction")
    assert (
        trail(finding())
        == "orders.app.lambda_handler → orders.app.process (app.py:22) → orders.storage.save (app.py:31)"
    )
    assert trail(finding(trail=())) == "orders.app.lambda_handler"
    assert trail(finding(trail=(template, finding().trail[0]))) == (
        "OrdersFunction (template.yaml:31) → orders.app.lambda_handler (app.py:20)"
    )
    assert trail(finding(trail=(), handler=None)) == ""


def test_the_way_of_a_value_names_each_function_where_it_enters_it_and_each_row_once() -> None:
    steps = [(STORAGE, 3, "storage.read"), (APP, 7, "app.main"), (APP, 9, "app.main"), (APP, 9, "app.main")]
    way = tuple(Step(path, Span(row, 0, row, 4 + n), name) for n, (path, row, name) in enumerate(steps))
    found = finding(trail=way, is_flow=True, path=APP, span=way[-1].span)
    assert flow(found) == "storage.read (storage.py:3) → app.main (app.py:7) → app.py:9"
    text = render(replace(REPORT, findings=(found,)), "text", VIEW)
    assert "= flow: storage.read (storage.py:3) → app.main (app.py:7) → app.py:9" in text
    sarif = json.loads(render(replace(REPORT, findings=(found,)), "sarif", VIEW))
    (result,) = sarif["runs"][0]["results"]
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == len(steps)


# --- frames --------------------------------------------------------------------------------------


def drawn(text: str, span: Span, masked: tuple[Span, ...] = ()) -> str:
    return "\n".join(frame.draw(frame.cut(decode(text.encode()), span, masked), span, "error", False))


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("x = f(1)\n", Span(1, 4, 1, 8), "  |\n1 | x = f(1)\n  |     ^^^^"),
        ("\tx = f(1)\n", Span(1, 5, 1, 9), "  |\n1 |     x = f(1)\n  |         ^^^^"),
        ("x = '世界'; f(1)\n", Span(1, 10, 1, 14), "  |\n1 | x = '世界'; f(1)\n  |             ^^^^"),
        ("x = 'e\u0301'; f\n", Span(1, 10, 1, 11), "  |\n1 | x = 'e\u0301'; f\n  |          ^"),
        ("x = '\x1b'; f\n", Span(1, 9, 1, 10), "  |\n1 | x = '\\x1b'; f\n  |             ^"),
        ("x\n", Span(1, 1, 1, 1), "  |\n1 | x\n  |  ^"),
        ("x\n", Span(1, 5, 1, 9), "  |\n1 | x\n  |  ^"),
        (
            "f(\n  1,\n)\n",
            Span(1, 0, 3, 1),
            "  |\n1 | / f(\n2 | |   1,\n3 | | )\n  | |_^",
        ),
        (
            "x = f(\n  1,\n)\n",
            Span(1, 4, 3, 1),
            "  |\n1 |   x = f(\n  |  _____^\n2 | |   1,\n3 | | )\n  | |_^",
        ),
    ],
)
def test_frames(text: str, span: Span, expected: str) -> None:
    assert drawn(text, span) == expected


def test_long_spans_are_cut_in_the_middle() -> None:
    text = "f(\n" + "".join(f"  {number},\n" for number in range(2, 20)) + ")\n"
    lines = drawn(text, Span(1, 0, 20, 1)).splitlines()
    assert [line.split("|")[0].strip() for line in lines] == ["", "1", "2", "3", "4", ".....", "20", ""]


def test_long_rows_are_cut_around_the_mark() -> None:
    text = "a" * 5000 + "MARK" + "b" * 5000
    _, row, mark = drawn(text, Span(1, 5000, 1, 5004)).splitlines()
    assert len(row) < 250
    assert row[mark.index("^") : mark.rindex("^") + 1] == "MARK"


def test_secrets_are_masked_whatever_their_length() -> None:
    shown = drawn('KEY = "abc"\n', Span(1, 0, 1, 11), (Span(1, 7, 1, 10),))
    assert "abc" not in shown
    assert 'KEY = "*****"' in shown
    rows = drawn('K = """a\nbcd\ne"""\n', Span(1, 0, 3, 4), (Span(1, 7, 3, 1),))
    assert not set("abcde") & set(rows)


def test_characters() -> None:
    assert visible("a\x07\u202eb\u2028\ud800é世\U000e0041") == "a\\x07\\u202eb\\u2028\\ud800é世\\U000e0041"
    assert expand("a\t世x") == ("a   世x", (0, 1, 4, 6, 7))


def test_markdown_prose() -> None:
    assert prose("use `a|b` *now*") == "use `a\\|b` \\*now\\*"
    escaped = prose(HOSTILE)
    assert "<script>" not in escaped
    assert "@" not in escaped
    assert "\n" not in escaped
    assert not re.search(r"(?<!\\)\|", escaped)


# --- other pages ---------------------------------------------------------------------------------


def test_statistics(snapshot: Snapshot) -> None:
    snapshot(statistics.render(REPORT, "text", VIEW), "report/statistics.txt")
    assert json.loads(statistics.render(REPORT, "json", VIEW))[0] == {
        "code": "LMB201", "name": "client-per-invocation", "count": 2, "fixable": 1,
    }  # fmt: skip
    assert statistics.render(CLEAN, "json", VIEW) == "[]\n"


@dataclass(frozen=True)
class Row:
    name: str
    handler: str
    path: str
    row: int
    runtime: str | None
    declared_in: str | None
    template_row: int | None
    how: str


def test_handlers() -> None:
    rows = (
        Row("Orders", "app.lambda_handler", APP, 20, "python3.12", "/p/template.yaml", 31, "declared"),
        Row("", "b.handler", "/p/b\x1b.py", 1, None, None, None, "by shape"),
    )
    assert table(rows, "/p").splitlines() == [
        "NAME    HANDLER             PLACE                 RUNTIME     DECLARED          FOUND",
        "Orders  app.lambda_handler  src/orders/app.py:20  python3.12  template.yaml:31  declared",
        "-       b.handler           b\\x1b.py:1            -           -                 by shape",
    ]
    assert table((), "/p") == ""
    first, second = json.loads(json_text(rows, "/p"))
    assert (first["declared_in"], first["template_line"]) == ("template.yaml", 31)
    assert (second["declared_in"], second["template_line"]) == (None, None)


def test_settings(sample_rules: tuple[Rule, ...], tmp_path: Path) -> None:
    config = Config(severity=(("LMB201", "note"),), per_file_ignores=(("a.py", ("LMB2",)),), require_handlers=True)
    selection = resolve(config, sample_rules)
    text = settings.render(config, selection, "text")
    assert 'severity = { "LMB201" = "note" }\n' in text
    assert 'per-file-ignores = { "a.py" = ["LMB2"] }\n' in text
    assert "# select: not set\n" in text
    assert "require-handlers = true\n" in text
    described = json.loads(settings.render(config, selection, "json"))
    assert described["options"]["severity"] == {"LMB201": "note"}
    (tmp_path / "pyproject.toml").write_text("[tool.lambdalint]\n" + text)
    from lambdalint.config_file import load

    assert replace(load((str(tmp_path),)), root=None, file=None) == config


@dataclass(frozen=True)
class Fixed:
    path: str
    fixes: tuple[tuple[str, str, int], ...]


def test_fixed() -> None:
    files = (Fixed(APP, (("LMB101", "Move the import", 2), ("LMB903", "Delete it", 1))),)
    assert fixed.number(files) == 3
    assert fixed.render(files, "/p") == (
        "fixed 3 findings:\n  src/orders/app.py\n    2 × LMB101: Move the import\n    1 × LMB903: Delete it\n"
    )
    assert fixed.render((), "/p") == ""


def test_offered() -> None:
    unsafe = FindingFix("Keep it; it may go stale", Applicability.UNSAFE, ())
    safe = FindingFix("Keep it", Applicability.SAFE, ())
    findings = [replace(SAMPLE[0], fix=fix) for fix in (unsafe, safe, None, unsafe)]
    assert fixed.offered(findings) == (
        f"--unsafe-fixes would fix 2 more findings:\n    2 × {SAMPLE[0].code}: Keep it; it may go stale\n"
    )
    assert fixed.offered(findings[1:3]) == ""


PAIRS = [
    (b"a\nb\nc\n", b"a\nB\nc\n"),
    (b"a\nb", b"a\nb\n"),
    (b"a\nb\n", b"a\nb"),
    (b"a\nb", b"a\nc"),
    (b"a\r\nb\r\n", b"a\r\nc\r\n"),
    (b"a\x0cb\x85\n\xe9\n", b"a\x0cb\x85\n\xe8\n"),
    (b"", b"a\n"),
    (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
    (b"".join(b"%d\n" % n for n in range(40)), b"".join(b"%d\n" % (n if n % 17 else -n - 1) for n in range(40))),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_a_diff_is_a_patch(tmp_path: Path, before: bytes, after: bytes) -> None:
    target = tmp_path / "sub" / "a.py"
    target.parent.mkdir()
    target.write_bytes(before)
    patch = diff.render(str(target), before, after, str(tmp_path))
    assert patch.startswith(b"--- sub/a.py\n+++ sub/a.py\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "-p0", "--unidiff-zero"], cwd=tmp_path, input=patch, check=True)
    assert target.read_bytes() == after


def test_a_diff_of_nothing_is_empty_and_colour_is_all_that_colour_adds() -> None:
    assert diff.render("/p/a.py", b"a", b"a", "/p") == b""
    plain = diff.render("/p/a.py", b"a\nb", b"a\nc\n", "/p")
    colored = diff.render("/p/a.py", b"a\nb", b"a\nc\n", "/p", color=True)
    assert b"\x1b[32m+c\x1b[0m\n" in colored
    assert re.sub(rb"\x1b\[[\d;]*m", b"", colored) == plain
    assert plain.count(b"No newline at end of file") == 1


# --- baselines -----------------------------------------------------------------------------------


def moved(one: Finding, rows: int) -> Finding:
    span = one.span._replace(row=one.span.row + rows, end_row=one.span.end_row + rows)
    return replace(one, span=span, frame=tuple((row + rows, text) for row, text in one.frame))


def everywhere(code: str, path: str) -> bool:
    return True


def test_a_baseline_survives_moved_lines_and_reports_what_is_new(tmp_path: Path) -> None:
    path = str(tmp_path / "known.json")
    report = replace(REPORT, findings=tuple(replace(one, path=str(tmp_path / "a.py")) for one in SAMPLE))
    Path(path).write_text(baseline.dump(baseline.entries(report, path, frozenset())))

    def left(later: Report) -> Report:
        return baseline.compare(later, baseline.load(path), path, everywhere, frozenset()).report

    later = replace(report, findings=tuple(moved(one, 7) for one in report.findings))
    assert (left(later).findings, left(later).suppressed) == ((), 4)
    twice = replace(later, findings=(*later.findings, moved(later.findings[0], 1)))
    assert len(left(twice).findings) == 1
    other = replace(later, findings=(replace(later.findings[0], frame=((21, "    s3 = other()"),)),))
    assert len(left(other).findings) == 1


def test_a_baseline_tells_what_is_gone_of_what_was_judged(tmp_path: Path) -> None:
    path = str(tmp_path / "known.json")
    known = baseline.entries(replace(REPORT, findings=(*SAMPLE, SAMPLE[0])), path, frozenset())
    half = replace(REPORT, findings=SAMPLE[:1])
    compared = baseline.compare(half, known, path, everywhere, frozenset())
    assert (compared.report.findings, compared.gone.total(), compared.kept.total()) == ((), 4, 1)
    partly = baseline.compare(half, known, path, lambda code, at: at == STORAGE, frozenset())
    assert {entry.path for entry in partly.gone} == {STORAGE}
    assert partly.kept.total() == 3
    assert baseline.compare(half, known, path, lambda code, at: False, frozenset()).kept == known


def test_what_is_always_reported_is_in_no_baseline(tmp_path: Path) -> None:
    path, always = str(tmp_path / "known.json"), frozenset({"LMB201"})
    assert {entry.code for entry in baseline.entries(REPORT, path, always)} == {"LMB401", "LMB903"}
    known = baseline.entries(REPORT, path, frozenset())
    assert len(baseline.compare(REPORT, known, path, everywhere, always).report.findings) == 2


def test_a_baseline_holds_no_source_and_one_line_a_finding(tmp_path: Path) -> None:
    text = baseline.dump(baseline.entries(REPORT, str(tmp_path / "known.json"), frozenset()))
    assert "boto3" not in text
    assert len(text.splitlines()) == len(SAMPLE) + 5
    assert json.loads(baseline.dump(baseline.entries(CLEAN, "/p/known.json", frozenset())))["findings"] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('boto3.client("s3")', "boto3.client('s3')"),
        ('boto3.client("s3", region_name=r)', 'boto3.client(\n    "s3",\n    region_name=r,\n)'),
        ("f( a,b )", "f(a, b)  # why"),
        ('f(R"x")', "f(r'x')"),
        ('f("""a\nb""",)', 'f("""a\nb""")'),
    ],
)
def test_what_a_formatter_changes_does_not_count(one: str, other: str) -> None:
    assert without_layout(one) == without_layout(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('f("a b")', 'f("ab")'),
        ("not x", "notx"),
        ('f("a", "b")', 'f("a" "b")'),
        ("f(a)", "f(b)"),
        ("f('#a')", "f('#b')"),
        ('f("it\'s")', 'f("its")'),
    ],
)
def test_what_the_code_says_does(one: str, other: str) -> None:
    assert without_layout(one) != without_layout(other)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"version": 2, "findings": []}', '{"version": 1, "findings": [1]}', "[" * 100_000,
     '{"version": 1, "findings": [{"fingerprint": "a", "count": 1}]}',
     *('{"version": 1, "findings": [{"path": "a", "code": "b", "function": "c", "fingerprint": "d", "count": N}]}'
       .replace("N", n) for n in ("true", "-1", "1.5", "null"))],
)  # fmt: skip
def test_a_hostile_baseline_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"known\.json"):
        baseline.load(str(path))


def test_a_missing_baseline_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        baseline.load(str(tmp_path / "none.json"))
