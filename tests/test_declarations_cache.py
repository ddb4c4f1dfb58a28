"""Templates that are kept say what they say when they are read anew, and are read only when they must be."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lambdalint.cache.contents import Contents
from lambdalint.cache.declarations import declared
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import NAME, Store
from lambdalint.config import Config
from lambdalint.declared import Declarations
from lambdalint.summaries import Summaries

SERVERLESS = "service: s\nprovider:\n  name: aws\n  runtime: python3.13\nfunctions: ${file(functions.yml)}\n"
FUNCTIONS = "f:\n  handler: app.handler\n"
APP = """from aws_cdk import Stack, aws_lambda as lambda_


class MyStack(Stack):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        self.function = lambda_.Function(
            self, "F", runtime=lambda_.Runtime.PYTHON_3_13, handler="app.handler", code=lambda_.Code.from_asset("code"))
"""
ADDING = "import aws_cdk\n\n\ndef add(function):\n    function.add_environment('A', 'b')\n"


class Project:
    """A folder with templates, and what is read of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reads: list[str] = []

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.folder / name.replace("__", ".")).write_text(text)
        time.sleep(0.25)  # what changed a moment ago is not trusted to show its next change

    def declared(self, *, cache: bool, jobs: int = 1) -> Declarations:
        def read(path: str) -> bytes:
            self.reads.append(Path(path).name)
            return Path(path).read_bytes()

        self.reads.clear()
        files = sorted(str(p) for p in self.folder.rglob("*") if p.is_file() and NAME not in p.parts)
        kept = ProjectCache(Store(str(self.folder / NAME)) if cache else None)
        contents = Contents(str(self.folder), read, kept)
        found = declared(
            str(self.folder), files, Config(), read, Summaries(jobs, cache=kept), kept, contents
        ).declarations
        contents.save()
        kept.save()
        return found

    def agree(self) -> Declarations:
        """What is declared, the same with the cache and without."""
        cold = self.declared(cache=False)
        assert self.declared(cache=True) == cold
        return cold


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    folder = tmp_path / "project"
    (folder / "code").mkdir(parents=True)
    (folder / "code" / "app.py").write_text("def handler(event, context):\n    return 1\n")
    return Project(folder)


def test_what_has_not_changed_is_not_read(project: Project) -> None:
    project.write(serverless__yml=SERVERLESS, functions__yml=FUNCTIONS)
    assert [function.handler for function in project.agree().functions] == ["app.handler"]
    project.declared(cache=True)
    assert "serverless.yml" not in project.reads
    project.write(serverless__yml=SERVERLESS.replace("${file(functions.yml)}", "\n  g:\n    handler: app.other"))
    assert [function.handler for function in project.agree().functions] == ["app.other"]


def test_a_file_that_a_template_includes_counts(project: Project) -> None:
    project.write(serverless__yml=SERVERLESS, functions__yml=FUNCTIONS)
    before = project.agree()
    project.write(functions__yml=FUNCTIONS.replace("app.handler", "app.another"))
    assert project.agree() != before
    (project.folder / "functions.yml").unlink()
    assert project.agree().functions == ()


def test_an_app_s_other_file_counts(project: Project) -> None:
    project.write(stack__py=APP)
    assert [function.is_environment_known for function in project.agree().functions] == [True]
    project.write(adding__py=ADDING)
    for _ in range(2):
        assert [function.is_environment_known for function in project.agree().functions] == [False]


INLINE = """Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      Code:
        ZipFile: |
          # the password is tell-nobody

          def handler(event, context):
              return 1
  G:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      Code:
        ZipFile: |-
          def handler(event, context):
              return 2
"""


def test_code_in_a_template_is_kept_nowhere_and_taken_from_it_again(project: Project) -> None:
    for text in (INLINE, INLINE.replace("\n", "\r\n"), "\ufeff" + INLINE, INLINE + "\n# the end\n"):
        project.write(template__yaml=text)
        found = project.agree()
        assert [function.inline.text[-2:] for function in found.functions if function.inline] == ["1\n", " 2"]
        assert project.declared(cache=True) == found
        assert project.reads == ["template.yaml"], "its code, once; nothing else is read"
        assert b"tell-nobody" not in (project.folder / NAME / "project").read_bytes()


def test_code_that_the_template_does_not_hold_as_it_is_written_is_read_again(project: Project) -> None:
    joined = INLINE.replace("ZipFile: |-", "ZipFile: >-")
    project.write(template__yaml=joined)
    assert [function.inline.is_exact for function in project.agree().functions if function.inline] == [True, False]
    project.agree()


def test_several_processes_read_what_one_reads(project: Project) -> None:
    """Enough templates for other processes; an app's file changes what another one declares."""
    for number in range(40):
        (project.folder / f"t{number}").mkdir()
        text = INLINE.replace("  F:", f"  F{number}:") + "# " + "x" * 10_000
        (project.folder / f"t{number}" / "template.yaml").write_text(text)
    project.write(stack__py=APP, adding__py=ADDING, serverless__yml=SERVERLESS, functions__yml=FUNCTIONS)
    one = project.declared(cache=False)
    assert len(one.functions) == 82
    assert project.declared(cache=False, jobs=3) == one
    assert project.declared(cache=True, jobs=3) == one
    project.reads.clear()
    assert project.declared(cache=True, jobs=1) == one
    assert "serverless.yml" not in project.reads
