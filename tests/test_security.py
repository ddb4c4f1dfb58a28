"""What an untrusted repository may hold, against the promises of the page on security."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from hostile import CHECK, HANDLER, run

OUTSIDE = "raise SystemExit(open('ran', 'w').write('x'))\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder of its own, which has a neighbour."""
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / "app.py").write_text(HANDLER, encoding="utf-8")
    return folder


def test_nothing_that_is_linted_is_run_or_imported(project: Path) -> None:
    """Not a module, not what a run would find first on the path, not what configures Python, pytest or git."""
    for name in ("evil.py", "click.py", "yaml.py", "libcst.py", "lambdalint.py", "sitecustomize.py", "conftest.py"):
        (project / name).write_text(OUTSIDE + HANDLER.replace("lambda_handler", "other_handler"), encoding="utf-8")
    (project / "app.py").write_text("import evil\n" + HANDLER, encoding="utf-8")
    (project / "setup.py").write_text(OUTSIDE, encoding="utf-8")
    program = shutil.which("lambdalint")
    for command in ("check", "fix", "handlers"):
        if program is not None:
            subprocess.run([program, command, "."], cwd=project, capture_output=True, check=False, timeout=120)
    assert not (project / "ran").exists()


@pytest.mark.skipif(shutil.which("git") is None or os.name == "nt", reason="needs git and a shell")
def test_settings_of_a_repository_start_no_program(project: Path) -> None:
    """Git runs what some settings name; those of the repository that is linted are not obeyed."""
    shutil.rmtree(project / ".git")
    program = project / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch '{project}/ran'\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x", *arguments], cwd=project, check=True)

    git("init", "-q", ".")
    git("add", "app.py")
    (project / ".gitignore").write_text("app.py\n", encoding="utf-8")
    hooks = project / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    shutil.copy(program, hooks / "post-index-change")
    git("config", "core.fsmonitor", str(program))
    git("config", "core.pager", str(program))
    git("config", "core.sshCommand", str(program))
    (project / "ran").unlink(missing_ok=True)
    result = run(project, *CHECK, ".")
    assert "app.py:2:5: LMB101" in result.out  # tracked, though a pattern ignores it: git was asked
    assert not (project / "ran").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_no_link_leads_a_fix_out_of_the_project(project: Path) -> None:
    outside = project.parent / "outside.py"
    outside.write_text(HANDLER, encoding="utf-8")
    (project / "linked.py").symlink_to(outside)
    (project / ".lambdalint_cache").symlink_to(project.parent, target_is_directory=True)
    result = run(project, "fix", ".")
    assert "linked.py could not be written: it leads out of the project" in result.err
    assert outside.read_text(encoding="utf-8") == HANDLER
    assert {path.name for path in project.parent.iterdir()} == {"project", "outside.py"}


def test_a_cache_that_another_user_made_is_not_believed(project: Path, tmp_path: Path) -> None:
    """The seal's key lies with the user, not with the project: an answer that comes with a repository is none."""
    theirs, ours = ({"XDG_CACHE_HOME": str(tmp_path / name)} for name in ("theirs", "ours"))
    arguments = ("check", "--output-format", "concise", "--isolated", ".")
    (project / "app.py").write_text("def lambda_handler(event, context):\n    return 1\n", encoding="utf-8")
    past = (project / "app.py").stat().st_mtime_ns - 10**11
    os.utime(project / "app.py", ns=(past, past))
    assert run(project, *arguments, environment=theirs).returncode == 0
    for path in (project / ".lambdalint_cache").iterdir():
        path.write_bytes(path.read_bytes().replace(b"0 findings", b"9 findings"))
    assert "9 findings" not in run(project, *arguments, environment=theirs).out
    assert "9 findings" not in run(project, *arguments, environment=ours).out


def test_every_test_that_the_page_on_security_names_is_there() -> None:
    here = Path(__file__).resolve().parent
    page = (here.parent / "docs" / "security.md").read_text(encoding="utf-8")
    there = {
        name
        for path in here.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M)
    }
    named = set(re.findall(r"`(test_[a-z_]+)`", page))
    assert len(named) > 20
    assert named <= there
