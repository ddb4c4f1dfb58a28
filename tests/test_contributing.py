"""CONTRIBUTING's five minutes, followed to the letter in a copy of the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checkout import ROOT, clean_environment, git
from snippets import blocks

PAGE = "CONTRIBUTING.md"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The checkout as it is in the work tree, without what git ignores."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_a_rule_is_added_as_the_page_says(copy: Path) -> None:
    found = blocks(PAGE)
    for block in found:
        if block.title:
            path = copy / block.title
            assert not path.exists()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
    (steps,) = [block.text for block in found if block.language == "sh"]
    steps = steps.replace("python ", f"{sys.executable} ")
    environment = clean_environment(PYTHONPATH=str(copy / "src"), PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run(["bash", "-exc", steps], cwd=copy, capture_output=True, text=True, env=environment)
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    assert " passed" in printed
    assert "recursion-limit-in-invoke" in (copy / "docs" / "rules" / "index.md").read_text(encoding="utf-8")
    assert "failed" not in printed


def test_its_fixtures_can_fail(copy: Path) -> None:
    for block in blocks(PAGE):
        if block.title:
            path = copy / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text.replace("  # expect: LMB699", ""))
    environment = clean_environment(PYTHONPATH=str(copy / "src"), PYTHONDONTWRITEBYTECODE="1")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/test_rules.py",
        "-k",
        "recursion",
    ]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, env=environment)
    assert done.returncode == 1, done.stdout
