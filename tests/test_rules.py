"""Every rule over its fixtures: exact findings, fixes as expected, and what must hold of any fix."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fixture_cases import RULES, FixtureCase, cases, copy, expected, found, request
from lambdalint import engine
from lambdalint.diagnostic import FixAvailability
from lambdalint.extract import extract
from lambdalint.rules import all_rules
from lambdalint.summary import ModuleSummary

CASES = list(cases())
ALWAYS = {rule.code for rule in all_rules() if rule.always}


@pytest.fixture(params=CASES, ids=lambda case: case.id)
def case(request: pytest.FixtureRequest) -> FixtureCase:
    return request.param


def test_findings_are_those_that_comments_announce(case: FixtureCase, tmp_path: Path) -> None:
    folder = copy(case, tmp_path / "project")
    code = case.rule.code
    rows = [(path, row) for path, row, at in found(folder, (code,)) if at == code]
    assert sorted(rows) == sorted(set(rows)), "two findings on one row"
    assert set(rows) == expected(folder, code)


@pytest.mark.parametrize("suffix", [".fixed", ".safe"])
def test_fixes_give_what_is_expected(case: FixtureCase, tmp_path: Path, suffix: str) -> None:
    golden = {p.relative_to(case.folder).as_posix().removesuffix(suffix): p for p in case.folder.rglob(f"*{suffix}")}
    if not golden:
        pytest.skip("nothing is expected of this kind")
    folder = copy(case, tmp_path / "project")
    outcome = engine.fix(request(folder, (case.rule.code,), unsafe=suffix == ".fixed"))
    after = {Path(f.path).relative_to(folder).as_posix(): f.after for f in outcome.fixed}
    assert sorted(after) == sorted(golden)
    for name, path in golden.items():
        assert after[name].decode() == path.read_bytes().decode()


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_fixes_converge_parse_and_raise_nothing_new(case: FixtureCase, tmp_path: Path, unsafe: bool) -> None:
    if case.rule.fix is FixAvailability.NONE:
        pytest.skip("the rule has no fix")
    folder = copy(case, tmp_path / "project")
    before = found(folder, None)
    asked = request(folder, (case.rule.code,), unsafe=unsafe)
    assert all(finding.fix is None or finding.fix.edits for finding in engine.check(asked).findings)
    outcome = engine.fix(asked)
    for fixed in outcome.fixed:
        if fixed.path.endswith(".py"):
            assert isinstance(extract(fixed.after), ModuleSummary)
        Path(fixed.path).write_bytes(fixed.after)
    again = engine.fix(request(folder, (case.rule.code,), unsafe=unsafe))
    assert not again.fixed, "a second run changes something"
    after = found(folder, None)
    counts = {code: sum(at == code for _, _, at in before) for _, _, code in after}
    for code, count in counts.items():
        assert sum(at == code for _, _, at in after) <= count, f"{code} was not there before"


@pytest.mark.parametrize("ending", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_line_endings_and_bom_change_no_finding(case: FixtureCase, tmp_path: Path, ending: str) -> None:
    folder = copy(case, tmp_path / "project")
    for path in folder.rglob("*.py"):
        data = path.read_bytes()
        if b"\r" not in data and data.isascii():
            bom = b"\xef\xbb\xbf" if ending == "\r\n" else b""
            path.write_bytes(bom + data.replace(b"\n", ending.encode()))
    code = case.rule.code
    rows = {(path, row) for path, row, at in found(folder, (code,)) if at == code}
    assert rows == expected(folder, code)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_each_rule_has_findings_and_clean_places(rule: object, tmp_path: Path) -> None:
    folder = RULES / rule.name.replace("-", "_")  # type: ignore[attr-defined]
    assert folder.is_dir(), "no fixtures"
    project = tmp_path / "project"
    shutil.copytree(folder, project)
    assert expected(project, rule.code), "no positive case"  # type: ignore[attr-defined]
