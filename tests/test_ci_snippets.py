"""The GitHub action and the snippets of the documentation: valid to the tools that read them, and run."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from checkout import ROOT, clean_environment, copy_package
from snippets import blocks, titled
from tools import missing, need_module, script

PAGE = "docs/ci.md"
IMPORTS = "def lambda_handler(event, context):\n    import json\n    return json.dumps(event)\n"
ZIZMOR = "rules:\n  unpinned-uses:\n    config:\n      policies:\n        '*': ref-pin\n"
_INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) }}")
WORKFLOWS = [block.title for block in blocks(PAGE) if block.title.startswith(".github/workflows/")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / "app.py").write_text(IMPORTS)
    return folder


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = clean_environment(**environment)
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command], cwd=folder, capture_output=True, text=True, env=env
    )


def check_schema(path: Path, schema: str) -> None:
    # The patterns of Azure's schema are no Unicode regular expressions.
    command = [*script("check-jsonschema"), "--regex-variant", "nonunicode", "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# --- the action ----------------------------------------------------------------------------------


def action() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return read


def test_the_action_is_valid() -> None:
    check_schema(ROOT / "action.yml", "vendor.github-actions")


def test_the_action_and_the_workflows_pass_an_audit(tmp_path: Path) -> None:
    (tmp_path / "zizmor.yml").write_text(ZIZMOR)
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / "action.yml").write_text((ROOT / "action.yml").read_text(encoding="utf-8"))
    for title in WORKFLOWS:
        (tmp_path / title).write_text(titled(PAGE, title))
    command = [*script("zizmor"), "--offline", "--config", "zizmor.yml", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


class Runner:
    """Runs the shell steps of the action as a runner does: inputs in the environment, outputs through files."""

    def __init__(self, home: Path, project: Path, package: Path) -> None:
        self.home = home
        self.project = project
        self.files = {name: home / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        self.environment = {name: str(path) for name, path in self.files.items()}
        self.environment |= {"RUNNER_TEMP": str(home), "GITHUB_ACTION_PATH": str(package)}

    def run(self, **given: str) -> list[subprocess.CompletedProcess[str]]:
        """Run all steps until one fails; what is installed already stays."""
        defaults = {name: str(known["default"]) for name, known in action()["inputs"].items()}
        inputs = {**defaults, "python": sys.executable, **{name.replace("_", "-"): v for name, v in given.items()}}
        for path in self.files.values():
            path.write_text("")
        done = []
        for step in action()["runs"]["steps"]:
            is_done = step["name"].startswith("Install") and (self.home / "lambdalint").exists()
            if "run" not in step or is_done or (done and done[-1].returncode):
                continue
            env = {
                name: re.sub(r"\$\{\{ inputs\.([\w-]+) }}", lambda m: inputs[m[1]], v)
                for name, v in step["env"].items()
            }
            assert "${{" not in "".join(env.values()) + step["run"]
            done.append(shell(step["run"], self.project, **self.environment, **env))
        return done

    @property
    def outputs(self) -> dict[str, str]:
        lines = self.files["GITHUB_OUTPUT"].read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's temporary folder, kept so that lambdalint is installed once."""
    base = tmp_path_factory.mktemp("runner")
    copy_package(base / "package")
    return base


@pytest.fixture
def runner(home: Path, project: Path) -> Runner:
    return Runner(home, project, home / "package")


def test_the_action_annotates_summarises_and_fails(runner: Runner) -> None:
    install, check = runner.run()
    if install.returncode and "No matching distribution" in install.stderr:
        missing("the package registry cannot be reached")
    assert install.returncode == 0, install.stderr
    assert check.returncode == 1
    assert check.stdout.startswith("::warning title=LMB101 (import-in-invoke),file=app.py,line=2,")
    assert runner.outputs["findings"] == "1"
    sarif = json.loads(Path(runner.outputs["sarif-file"]).read_text())
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["LMB101"]
    assert "| `app.py:2:5` |" in runner.files["GITHUB_STEP_SUMMARY"].read_text()


def test_the_inputs_of_the_action(runner: Runner) -> None:
    (runner.project / "b c.py").write_text(IMPORTS)
    assert runner.run(fail_on="never")[-1].returncode == 0
    assert runner.run(fail_on="error")[-1].returncode == 0
    assert runner.run(format="concise", summary="false", paths="app.py missing.py")[-1].returncode == 2
    done = runner.run(format="concise", summary="false", paths="app.py", args="--select LMB101 --unsafe-fixes")[-1]
    assert (done.returncode, done.stdout.count("LMB101")) == (1, 1)
    assert runner.files["GITHUB_STEP_SUMMARY"].read_text() == ""
    hostile = runner.run(paths="$(touch owned) `touch owned`", args="; touch owned")[-1]
    assert hostile.returncode == 2
    assert not (runner.project / "owned").exists()
    (runner.project / "app.py").write_text("def lambda_handler(event, context):\n    return {}\n")
    assert (runner.run(paths="app.py")[-1].returncode, runner.outputs["findings"]) == (0, "0")


def test_the_page_lists_the_inputs_of_the_action() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    rows = dict(
        re.findall(r"^\| `([\w-]+)` \| (.*?) \|", page.partition("| Input |")[2].partition("\n\n")[0], re.MULTILINE)
    )
    assert list(rows) == list(action()["inputs"])
    for name, known in action()["inputs"].items():
        assert rows[name] in (f"`{known['default']}`", "none", "the action's own"), name


# --- other services ------------------------------------------------------------------------------


@pytest.mark.parametrize("title", WORKFLOWS)
def test_workflows_are_valid(tmp_path: Path, title: str) -> None:
    path = tmp_path / Path(title).name
    path.write_text(titled(PAGE, title))
    check_schema(path, "vendor.github-workflows")
    for job in yaml.safe_load(path.read_text())["jobs"].values():
        for step in job["steps"]:
            if "lambdalint/lambdalint@" in step.get("uses", ""):
                assert set(step["with"]) <= set(action()["inputs"])


@pytest.mark.parametrize(
    ("title", "schema"), [(".gitlab-ci.yml", "vendor.gitlab-ci"), ("azure-pipelines.yml", "vendor.azure-pipelines")]
)
def test_pipelines_are_valid(tmp_path: Path, title: str, schema: str) -> None:
    path = tmp_path / title
    path.write_text(titled(PAGE, title))
    check_schema(path, schema)


def own_command(lines: list[str]) -> str:
    (found,) = [line for line in lines if line.startswith("lambdalint ")]
    return found


def test_gitlab_gets_its_report(project: Path) -> None:
    job = yaml.safe_load(titled(PAGE, ".gitlab-ci.yml"))["lambdalint"]
    assert shell(own_command(job["script"]), project).returncode == 1
    (issue,) = json.loads((project / job["artifacts"]["reports"]["codequality"]).read_text())
    assert issue["check_name"] == "import-in-invoke"


def test_codebuild_gets_its_report(project: Path) -> None:
    """The keys are those of https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html."""
    spec = yaml.safe_load(titled(PAGE, "buildspec.yml"))
    assert spec["version"] == 0.2
    assert set(spec) <= {"version", "phases", "reports"}
    assert set(spec["phases"]) <= {"install", "pre_build", "build", "post_build"}
    report = spec["reports"]["lambdalint"]
    assert set(report) == {"files", "base-directory", "file-format"}
    assert shell(own_command(spec["phases"]["build"]["commands"]), project).returncode == 1
    text = (project / report["base-directory"] / report["files"][0]).read_text()
    assert (report["file-format"], text.count("<failure ")) == ("JUNITXML", 1)


def test_azure_gets_its_report(project: Path, tmp_path: Path) -> None:
    steps = yaml.safe_load(titled(PAGE, "azure-pipelines.yml"))["steps"]
    command = own_command([step["script"] for step in steps if "script" in step])
    assert shell(command.replace("$(Agent.TempDirectory)", str(tmp_path)), project).returncode == 1
    published = steps[-1]["inputs"]["testResultsFiles"].replace("$(Agent.TempDirectory)", str(tmp_path))
    assert "<failure " in Path(published).read_text()


def test_tox_runs_it(project: Path, tmp_path: Path) -> None:
    need_module("tox")
    copy_package(tmp_path / "package")
    text = titled(PAGE, "tox.ini")
    assert configparser.ConfigParser().read_string(text) is None
    (project / "tox.ini").write_text(text.replace("deps = lambdalint", f"deps = {tmp_path / 'package'}"))
    command = [sys.executable, "-m", "tox", "run", "-e", "lambdalint", "--", "--output-format", "concise"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, env=clean_environment())
    assert done.returncode == 1, done.stdout + done.stderr
    assert "app.py:2:5: LMB101" in done.stdout
    assert "tox" not in (project / "app.py").read_text()


def test_nox_runs_it(project: Path, tmp_path: Path) -> None:
    need_module("nox")
    copy_package(tmp_path / "package")
    (project / "noxfile.py").write_text(
        titled(PAGE, "noxfile.py").replace('"lambdalint")', f"{str(tmp_path / 'package')!r})", 1)
    )
    listed = subprocess.run([sys.executable, "-m", "nox", "--list"], cwd=project, capture_output=True, text=True)
    assert "* lambdalint -> Check what runs on Lambda." in listed.stdout
    command = [sys.executable, "-m", "nox", "--", "--output-format", "concise"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, env=clean_environment())
    assert done.returncode == 1, done.stdout + done.stderr
    assert "app.py:2:5: LMB101" in done.stdout + done.stderr


def test_no_snippet_is_left_out() -> None:
    known = {*WORKFLOWS, ".gitlab-ci.yml", "buildspec.yml", "azure-pipelines.yml", "tox.ini", "noxfile.py"}
    assert {block.title for block in blocks(PAGE)} == known
    assert os.path.exists(ROOT / "action.yml")
