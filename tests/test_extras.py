"""What the metadata of a project says of packages that only extras bring."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambdalint import engine
from lambdalint.config import Config
from lambdalint.extras import OptionalPackage, extras_of, optional_for
from lambdalint.rules import all_rules
from lambdalint.selection import Layer, resolve

AWS = '[project.optional-dependencies]\naws = ["boto3"]\n'
HANDLER = "def handler(event, context):\n    import boto3\n\n    return boto3.__version__\n"


def named(text: str) -> dict[str, str]:
    """Each package that only an extra brings, with the extra."""
    found = extras_of(["/p/pyproject.toml"], lambda path: text.encode())
    return {one.package: one.extra for one in optional_for(found, "/p/app.py")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (AWS, {"boto3": "aws", "botocore": "aws"}),
        ("[project]\ndependencies = ['boto3>=1']\n" + AWS, {}),
        ("[project]\ndependencies = ['botocore']\n" + AWS, {"boto3": "aws"}),
        ("[project]\ndependencies = ['Boto3-Stubs']\n" + AWS, {"boto3": "aws", "botocore": "aws"}),
        ("[project]\ndynamic = ['dependencies']\n" + AWS, {}),
        ("[project]\ndynamic = ['version']\n" + AWS, {"boto3": "aws", "botocore": "aws"}),
        ("[project.optional-dependencies]\ntest = ['boto3']\nDev = ['pip']\n", {}),
        ("[project.optional-dependencies]\nx = ['My.Own-Tool [y] >= 2 ; extra']\n", {"my_own_tool": "x"}),
        ("[project]\nname = 'optional'\n[dependency-groups]\naws = ['boto3']\n", {}),
        ("[tool.poetry.dependencies]\nboto3 = {optional = true}\n", {"boto3": "", "botocore": ""}),
        ("[tool.poetry.dependencies]\nboto3 = [{optional = true}, {version = '1'}]\n", {}),
        ("[tool.poetry.group.aws]\noptional = true\n[tool.poetry.group.aws.dependencies]\nboto3 = '1'\n", {}),
        ("[project]\noptional-dependencies = 3\ndependencies = 'x'\ndynamic = 1\n[tool]\npoetry = 'optional'\n", {}),
        ("[project.optional-dependencies]\nx = [1, '', '-']\n", {}),
        ("[project]\nname = [\n" + AWS, {}),
        ("[tool.other.optional-dependencies]\naws = ['boto3']\n", {}),
    ],
)
def test_what_only_an_extra_brings(text: str, expected: dict[str, str]) -> None:
    assert named(text) == expected


def test_the_nearest_folder_that_says_so_counts() -> None:
    texts = {
        "/p/pyproject.toml": AWS,
        "/p/tools/pyproject.toml": "[tool.ruff]\n",
        "/p/own/pyproject.toml": "[project]\nname = 'own'\n",
        "/p/broken/pyproject.toml": "[project\n" + AWS,
        "/p/fn/requirements.txt": "",
        "/p/requirements.txt": "",
    }
    found = extras_of(texts, lambda path: texts[path].encode())
    aws = (OptionalPackage("boto3", "aws"), OptionalPackage("botocore", "aws"))
    assert optional_for(found, "/p/a/b/app.py") == aws
    assert optional_for(found, "/p/tools/app.py") == aws
    assert optional_for(found, "/p/own/app.py") == ()
    assert optional_for(found, "/p/broken/app.py") == ()
    assert optional_for(found, "/p/fn/src/app.py") == ()
    assert optional_for(found, "/q/app.py") == ()


def test_metadata_that_cannot_be_read_names_nothing() -> None:
    def read(path: str) -> bytes:
        raise OSError

    assert extras_of(["/p/pyproject.toml", "/p/requirements.txt"], read) == ()


def test_a_change_to_the_metadata_alone_is_seen(tmp_path: Path) -> None:
    """With everything else as it was, and everything known from the run before."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(HANDLER)
    pyproject = project / "pyproject.toml"
    config = Config(cache_dir=str(tmp_path / "cache"))
    request = engine.Request((str(project),), config, resolve(config, all_rules(), Layer(select=("LMB101",))))

    def has_fix() -> bool:
        (finding,) = engine.check(request).findings
        return finding.fix is not None

    pyproject.write_text("[project]\nname = 'x'\n")
    assert has_fix()
    pyproject.write_text(AWS)
    assert not has_fix()
    pyproject.write_text("[project]\ndependencies = ['boto3']\n" + AWS)
    assert has_fix()
