"""Common advice on Python functions, as small projects: what follows it is silent, what breaks it is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fixture_cases import ROOT, expected, found
from lambdalint.extract import extract
from lambdalint.rules import all_rules
from lambdalint.summary import ModuleSummary

GUIDE = ROOT / "fixtures" / "guide"
CASES = sorted(path for path in GUIDE.iterdir() if path.is_dir())
CODES = [rule.code for rule in all_rules() if rule.default]
SILENT = {"mangum_off", "settings_plain", "cached_secret", "imports_at_top", "kept_client", "handled_errors"}


@pytest.fixture(params=CASES, ids=lambda path: path.name)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a case, so that nothing around it is seen."""
    return Path(shutil.copytree(request.param, tmp_path / request.param.name))


def announced(folder: Path) -> list[tuple[str, int, str]]:
    """(file, row, code) that the comments of a project announce."""
    return sorted((path, row, code) for code in CODES for path, row in expected(folder, code))


def test_the_default_rules_find_what_the_guide_warns_of(project: Path) -> None:
    assert sorted(found(project, None)) == announced(project)


def test_what_the_guide_recommends_is_silent(project: Path) -> None:
    assert (announced(project) == []) == (project.name in SILENT)


def test_every_comment_names_a_default_rule(project: Path) -> None:
    text = "".join(path.read_text() for path in sorted(project.rglob("*.py")))
    assert text.count("# expect: LMB") == len(announced(project))


def test_the_projects_are_python(project: Path) -> None:
    assert all(isinstance(extract(path.read_bytes()), ModuleSummary) for path in project.rglob("*.py"))
