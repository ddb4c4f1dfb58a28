"""The same through the command line: whatever changed, `lambdalint check` says what it says without a cache.

What is kept of files, folders, templates and parts is used here as users have it used, and so is the whole answer to a
command line.  `LAMBDALINT_EDITS=300 python -m pytest tests/test_incremental_command.py` makes that many changes.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from lambdalint import cli_check, parts
from test_incremental import Editor, fill

EDITS = int(os.environ.get("LAMBDALINT_EDITS", "16"))
RACING = 12
SETTLED = 0.15  # seconds after which a change is trusted to show the next one

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process for each of a thousand runs takes too long")

PYPROJECT = '[project]\nname = "made-up"\n\n[tool.lambdalint]\nextend-select = ["LMB903"]\n'
SETTINGS = (
    'ignore = ["LMB201"]\n',
    'exclude = ["**/renamed_*"]\n',
    'handlers = ["services/*/src/*.py:helper"]\n',
    'source-roots = ["services"]\n',
    'extend-exclude = ["services/*/backoffice"]\n',
    "per-file-ignores = 3\n",
)
STACK = """from aws_cdk import Stack, aws_lambda as lambda_


class MadeUpStack(Stack):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        lambda_.Function(self, "F", runtime=lambda_.Runtime.PYTHON_3_13, handler="cdk_app.run",
                         code=lambda_.Code.from_asset("infra"), environment={"UNREAD": "1"})
"""
TERRAFORM = """resource "aws_lambda_function" "made_up" {
  function_name = "made-up"
  handler       = "cdk_app.run"
  runtime       = "python3.13"
  filename      = "${path.module}/code.zip"
}
"""
INLINE = """Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      Code:
        ZipFile: |
          import json
          def handler(event, context):
              import boto3
              return boto3.client("s3").list_buckets()
"""
TEST = 'from unittest.mock import patch\n\n\n@patch("cdk_app.boto3.client")\ndef test_run(client):\n    pass\n'
CODE = "import boto3\n\n\ndef run(event, context):\n    return boto3.client('s3').list_buckets()\n"


def project(folder: Path) -> None:
    """Two services and one of each other thing that a run looks at."""
    if folder.exists():
        shutil.rmtree(folder)
    (folder / ".git").mkdir(parents=True)
    fill(folder, services=2)
    more = {
        "pyproject.toml": PYPROJECT,
        ".gitignore": "ignored/\n",
        "infra/stack.py": STACK,
        "infra/main.tf": TERRAFORM,
        "infra/cdk_app.py": CODE,
        "infra/inline.yaml": INLINE,
        "tests/test_run.py": TEST,
        "ignored/app.py": CODE.replace("run(", "lambda_handler("),
    }
    for name, text in more.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Everything(Editor):
    """Changes any file of a project, its configuration, what git ignores, and whole folders."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed)
        self._others: tuple[tuple[Callable[[], str], int], ...] = (
            (super().change, 12), (self.configure, 2), (self.ignore, 1), (self.move, 1), (self.swap, 1),
            (self.vendor, 1), (self.rewrite, 2),
        )  # fmt: skip

    def change(self) -> str:
        """Do something; what it was."""
        self.number += 1
        action = self.chance.choices([do for do, _ in self._others], [often for _, often in self._others])[0]
        return action()

    def configure(self) -> str:
        """Change the settings, or make the file or a lower one go or come."""
        path = self.chance.choice((self.folder, *self.folder.glob("services/*"))) / "pyproject.toml"
        if path.exists() and self.chance.random() < 0.3:
            path.unlink()
            return f"remove {path}"
        text = PYPROJECT + self.chance.choice(SETTINGS)
        path.write_text(text)
        return f"write {path}"

    def ignore(self) -> str:
        """Let git ignore something else."""
        text = self.chance.choice(("ignored/\n", "", "renamed_*\n", "services/*/src/[a-c]*\n"))
        (self.folder / ".gitignore").write_text(text)
        return f"ignore {text!r}"

    def move(self) -> str:
        """Give a folder another name."""
        folders = [
            path for path in self.folder.rglob("*") if path.is_dir() and "." not in str(path.relative_to(self.folder))
        ]
        path = self.chance.choice(folders or [self.folder / "infra"])
        if path.exists():
            os.replace(path, path.with_name(f"moved_{self.number}"))
        return f"move {path}"

    def swap(self) -> str:
        """Let two files change names: neither their sizes nor the names in their folders tell."""
        files = sorted(path for path in self.folder.rglob("*.py") if ".lambdalint_cache" not in path.parts)
        one, other = (self.chance.choice(files), self.chance.choice(files)) if files else (None, None)
        if one is not None and other is not None and one != other:
            between = one.with_name("between")
            os.replace(one, between)
            os.replace(other, one)
            os.replace(between, other)
        return f"swap {one} {other}"

    def vendor(self) -> str:
        """Let a folder look like an installed package, or no longer."""
        info = self.folder / "infra" / "cdk_app-1.0.dist-info"
        if info.exists():
            shutil.rmtree(info)
        elif info.parent.exists():
            info.mkdir()
            (info / "RECORD").write_text("cdk_app.py,,\n")
        return f"vendor {info.exists()}"

    def rewrite(self) -> str:
        """Change one letter of a file and nothing of its size."""
        files = sorted(p for s in ("*.py", "*.yaml", "*.tf") for p in self.folder.rglob(s))
        files = [path for path in files if ".lambdalint_cache" not in path.parts and path.stat().st_size]
        path = self.chance.choice(files or [self.folder / ".gitignore"])
        data = bytearray(path.read_bytes())
        if data:
            place = self.chance.randrange(len(data))
            data[place] = self.chance.choice(b"abex_ ")
            path.write_bytes(data)
        return f"rewrite {path}"


class Runs:
    """Runs the command line in a folder, each time in a process of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home

    def check(self, *options: str) -> tuple[int, bytes, bytes]:
        """Exit code, output and errors."""
        paths = [self.home.with_name(name) for name in ("out", "err")]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a test runner may have threads, which do nothing here
            child = os.fork()
        if not child:
            try:
                self._become(paths, options)
            finally:
                os._exit(99)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out, err = (path.read_bytes() for path in paths)
        return code, out, err

    def _become(self, paths: list[Path], options: tuple[str, ...]) -> None:
        from lambdalint.cli import main

        os.environ["XDG_CACHE_HOME"] = str(self.home)
        os.chdir(self.folder)
        for number, path in enumerate(paths, 1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
        sys.argv = ["lambdalint", "check", "--output-format", "json", *options, "."]
        main()


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    project(tmp_path / "project")
    return Runs(tmp_path / "project", tmp_path / "home")


def count(runs: Runs, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> Callable[[], int]:
    """How many calls of a module's function there were in the processes of the runs."""
    log = runs.home.with_name(f"{name}.log")
    log.touch()
    function = getattr(module, name)

    def noted(*given: object) -> object:
        with log.open("a") as file:
            file.write(".")
        return function(*given)

    monkeypatch.setattr(module, name, noted)
    return lambda: log.stat().st_size


def test_after_any_change_the_command_line_says_what_it_says_without_a_cache(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = int(os.environ.get("LAMBDALINT_SEED", "1"))
    chance = random.Random(seed)
    editor = Everything(runs.folder, seed)
    anew = count(runs, monkeypatch, cli_check, "_run_anew")  # more than the repetition of an earlier answer
    looked = count(runs, monkeypatch, parts, "explore")  # at the whole project
    before, changed, replayed = runs.check(), 0, 0
    for number in range(EDITS):
        did = editor.change()
        time.sleep(SETTLED)
        cold = runs.check("--no-cache", "--jobs", "1")
        for _ in range(2):  # the second time everything is as it was
            ran = anew()
            assert runs.check("--jobs", chance.choice("14")) == cold, (number, did)
        replayed += anew() == ran
        changed += cold != before
        before = cold
        if number % 20 == 19:  # in a folder of nothing but faults, no change would show any more
            editor = Everything(runs.folder, seed + number)
            project(runs.folder)
    assert changed > EDITS // 4
    assert replayed > EDITS // 2
    assert looked() < anew() - EDITS // 10


def test_changes_that_follow_each_other_at_once_are_all_seen(runs: Runs) -> None:
    """Two changes may bear the same time: what changed just now is not trusted to show its next change."""
    app = runs.folder / "infra" / "cdk_app.py"
    texts = [CODE, CODE.replace("return boto3.client", "return boto4.client")]
    assert len({len(text) for text in texts}) == 1
    for number in range(RACING):
        app.write_text(texts[number % 2])
        found = runs.check()
        app.write_text(texts[(number + 1) % 2])
        assert runs.check() != found
        assert runs.check() == runs.check("--no-cache")
