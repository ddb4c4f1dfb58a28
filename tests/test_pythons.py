"""What the metadata of a project says of the Pythons that it runs on."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambdalint import engine
from lambdalint.config import Config
from lambdalint.pythons import Oldest, oldest_admitted, oldest_for, pythons_of
from lambdalint.rules import all_rules
from lambdalint.selection import Layer, resolve

HANDLER = """\
import boto3


def handler(event, context):
    return boto3.client("sqs").list_queues()
"""


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (">=3.7.1,<3.11", "3.7"),
        (">= 3.12, < 4", "3.12"),
        (">=3.6 <4", "3.6"),
        (">=3.10.0rc1", "3.10"),
        ("^3.11", "3.11"),
        ("~3.8", "3.8"),
        ("~=3.8.0", "3.8"),
        ("==3.12.*", "3.12"),
        ("3.6.5", "3.6"),
        ("<3.9", "3.8"),
        ("<=3.8", "3.8"),
        ("<3.8.5", "3.8"),
        ("!=3.0.*,!=3.1.*", ""),
        ("<4", ""),
        ("*", ""),
        ("", ""),
        (">=4", ""),
        ("system", ""),
        (">=3", "3.0"),
        ("^3", "3.0"),
        (">=2.7", "3.0"),
        (">=2.7,!=3.0.*,<4", "3.0"),
        ("~2.7 || ^3.6", "3.6"),
        ("^2.7|^3.7", "3.7"),
        (">=2.7,<3", "2.7"),
        ("==2.7.*", "2.7"),
        ("<3", "2.7"),
    ],
)
def test_the_oldest_python_that_a_constraint_admits(constraint: str, expected: str) -> None:
    assert oldest_admitted(constraint) == expected


def test_only_what_installs_commands_promises_a_python() -> None:
    texts = {
        "/p/a/pyproject.toml": '[project]\nrequires-python = ">=3.8"\n[project.scripts]\nrun = "app:main"\n',
        "/p/a/.python-version": "# the oldest\ncpython-3.7.1\n3.12\n",
        "/p/b/setup.py": 'setup(\n    python_requires=(">=3.6"),\n    scripts=["run"],\n)\n',
        "/p/c/setup.cfg": "[options]\npython_requires =\n    >=3.7\n[options.entry_points]\nconsole_scripts = run\n",
        "/p/d/setup.py": 'setup(python_requires=">=3.7")\n',
        "/p/e/pyproject.toml": '[tool.poetry.dependencies]\n"python" = "^3.8"\n[tool.poetry.scripts]\nx = "x:x"\n',
        "/p/f/pyproject.toml": "[project\nrequires-python = '>=3.7'\n",
        "/p/g/Pipfile": "[requires]\npython_full_version = '3.8.1'\n",
    }
    pythons = pythons_of(texts, lambda path: texts[path].encode())
    assert dict(pythons) == {
        "/p/a": Oldest("3.7", "3.8"),
        "/p/b": Oldest("3.6", "3.6"),
        "/p/c": Oldest("3.7", "3.7"),
        "/p/d": Oldest("3.7"),
        "/p/e": Oldest("3.8", "3.8"),
        "/p/g": Oldest("3.8"),
    }
    assert oldest_for(pythons, "/p/a/src/app.py") == Oldest("3.7", "3.8")
    assert oldest_for(pythons, "/p/f/app.py") is None


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        ("chalice==1.6.1", "3.6"),
        ("Chalice[cdk] == 1.12", "3.7"),
        ("chalice==1.24.2", "3.8"),
        ("chalice==1.25.0", ""),
        ("chalice>=1.8", ""),
        ("chalice-spec==0.1", ""),
    ],
)
def test_an_old_chalice_deploys_to_no_new_python(pin: str, expected: str) -> None:
    found = oldest_for(pythons_of(["/p/requirements.txt"], lambda path: pin.encode()), "/p/app.py")
    assert found == (Oldest(expected) if expected else None)


def test_a_file_that_cannot_be_read_says_nothing() -> None:
    def fail(path: str) -> bytes:
        raise PermissionError(path)

    assert pythons_of(["/p/setup.py", "/p/.python-version"], fail) == ()


def test_changed_metadata_is_noticed_with_everything_else_known(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(HANDLER)
    (project / "setup.py").write_text('setup(python_requires=">=3.9")\n')
    config = Config(cache_dir=str(tmp_path / "cache"))
    request = engine.Request((str(project),), config, resolve(config, all_rules(), Layer(select=("LMB201",))))

    def is_old() -> bool:
        (finding,) = engine.check(request).findings
        assert finding.fix is not None
        return any("lru_cache" in edit.content for edit in finding.fix.edits)

    assert not is_old()
    (project / "setup.py").write_text('setup(python_requires=">=3.8")\n')
    assert is_old()
    (project / "app.py").write_text(HANDLER + "\n")
    assert is_old()
    (project / "setup.py").write_text('setup(python_requires=">=3.10")\n')
    assert not is_old()
    (project / ".python-version").write_text("3.8.1\n")
    assert is_old()
