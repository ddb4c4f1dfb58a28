"""The hooks, run by pre-commit itself: installed from a repository of this checkout into an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from checkout import clean_environment, commit_all, copy_package, git

pytest.importorskip("pre_commit", reason="pre-commit is not installed (dependency group integration)")

CONFIG = """\
repos:
- repo: {repository}
  rev: {revision}
  hooks:
  - id: {hook}
    args: [--isolated, --no-cache, --select, LMB101]
"""
STORAGE = "def save(event):\n    import json\n\n    return json.dumps(event)\n"
APP = "import storage\n\n\ndef lambda_handler(event, context):\n    import csv\n\n    return storage.save(csv, event)\n"
TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Runtime: python3.13
      Handler: app.lambda_handler
"""


@dataclass(frozen=True)
class Project:
    """A repository with handlers, whose commits run a hook."""

    folder: Path
    environment: dict[str, str]
    source: str
    revision: str

    def use(self, hook: str) -> None:
        config = CONFIG.format(repository=self.source, revision=self.revision, hook=hook)
        (self.folder / ".pre-commit-config.yaml").write_text(config)
        git(self.folder, "add", ".pre-commit-config.yaml")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=self.environment)

    def commit(self, message: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "commit", "-m", message]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=self.environment)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        git(self.folder, "add", name)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The hooks installed once; every test starts from the same repository."""
    base = tmp_path_factory.mktemp("pre-commit")
    copy_package(base / "lambdalint")
    revision = commit_all(base / "lambdalint")
    environment = clean_environment(PRE_COMMIT_HOME=str(base / "home"), XDG_CACHE_HOME=str(base / "cache"))
    folder = base / "first"
    folder.mkdir()
    commit_all(folder)
    project = Project(folder, environment, str(base / "lambdalint"), revision)
    project.use("lambdalint")
    done = project.run("install-hooks")
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"the hook's environment cannot be installed: {done.stdout[-300:]}")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def project(installed: Project, tmp_path: Path) -> Project:
    made = Project(tmp_path / "project", installed.environment, installed.source, installed.revision)
    made.folder.mkdir()
    for name, text in (("app.py", APP), ("storage.py", STORAGE), ("template.yaml", TEMPLATE), ("README.md", "x\n")):
        (made.folder / name).write_text(text)
    commit_all(made.folder)
    made.use("lambdalint")
    commit_all(made.folder)
    made.run("install")
    return made


def test_the_manifest_is_valid(installed: Project) -> None:
    done = installed.run("validate-manifest", str(Path(installed.source) / ".pre-commit-hooks.yaml"))
    assert (done.returncode, done.stdout) == (0, "")


def test_findings_block_a_commit(project: Project) -> None:
    project.write("app.py", APP + "\n\nVALUE = 1\n")
    done = project.commit("blocked")
    assert done.returncode == 1
    assert "LMB101" in done.stderr
    assert "app.py:5:5" in done.stderr
    assert git(project.folder, "log", "--format=%s") == "all\nall"


def test_only_touched_files_are_reported_though_the_project_is_seen(project: Project) -> None:
    project.write("storage.py", STORAGE + "\n\nVALUE = 1\n")
    done = project.run("run")
    assert done.returncode == 1
    assert "storage.py:2:5" in done.stdout
    assert "app.lambda_handler (app.py:4) → storage.save (app.py:7)" in done.stdout
    assert "app.py:5" not in done.stdout


def test_unrelated_files_are_ignored(project: Project) -> None:
    project.write("README.md", "y\n")
    project.write("notes.txt", "z\n")
    done = project.run("run")
    assert done.returncode == 0
    assert "no files to check" in done.stdout
    assert project.commit("allowed").returncode == 0


def test_a_template_is_checked_when_it_is_touched(project: Project) -> None:
    project.write("template.yaml", TEMPLATE + "      MemorySize: 512\n")
    assert project.run("run").returncode == 0


def test_all_files(project: Project) -> None:
    done = project.run("run", "--all-files")
    assert done.returncode == 1
    assert done.stdout.count("LMB101 [*]") == 2


def test_the_fix_hook_rewrites_and_fails_once(project: Project) -> None:
    project.use("lambdalint-fix")
    project.write("app.py", APP + "\n\nVALUE = 1\n")
    done = project.commit("first")
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stderr
    assert "fixed 1 finding" in done.stderr
    fixed = (project.folder / "app.py").read_text()
    assert fixed.startswith("import csv\n\nimport storage\n")
    assert (project.folder / "storage.py").read_text() == STORAGE
    git(project.folder, "add", "app.py")
    assert project.commit("second").returncode == 0
    assert git(project.folder, "log", "--format=%s").splitlines() == ["second", "all", "all"]


def test_excluded_files_are_left_out_though_they_are_named(project: Project) -> None:
    (project.folder / "pyproject.toml").write_text('[tool.lambdalint]\nextend-exclude = ["app.py"]\n')
    config = (project.folder / ".pre-commit-config.yaml").read_text().replace("--isolated, ", "")
    project.write(".pre-commit-config.yaml", config)
    project.write("app.py", APP + "\n\nVALUE = 1\n")
    assert project.run("run", "--files", "app.py").returncode == 0
