"""The shipped schema in the validators that editors and hooks use: it says what the configuration reader says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from checkout import ROOT
from lambdalint.config_file import load
from lambdalint.errors import ConfigError
from snippets import blocks
from test_config import EVERYTHING
from tools import script

SCHEMA = ROOT / "src" / "lambdalint" / "lambdalint.schema.json"
VALID: tuple[dict[str, Any], ...] = (
    EVERYTHING,
    {},
    {"select": []},
    {"select": ["all", "lmb2", "client-per-invocation"]},
    {"severity": {"ALL": "note"}},
    {"per-file-ignores": {}},
)
INVALID: tuple[dict[str, Any], ...] = (
    {"selct": ["ALL"]},
    {"select": "ALL"},
    {"select": [1]},
    {"select": ["E501"]},
    {"select": ["LMB1234"]},
    {"select": [""]},
    {"fix_style": "module"},
    {"fix-style": "modul"},
    {"require-handlers": "yes"},
    {"severity": {"LMB201": "fatal"}},
    {"severity": {"F401": "note"}},
    {"severity": ["LMB201"]},
    {"per-file-ignores": {"a.py": "LMB201"}},
    {"handlers": [""]},
    {"baseline": ""},
    {"baseline": ["a.json"]},
    {"output-format": "xml"},
)


def says_yes(*command: str, folder: Path) -> bool:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode == 0


def toml_value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml_value(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return json.dumps(value)


def as_pyproject(settings: dict[str, Any]) -> str:
    return "[tool.lambdalint]\n" + "".join(f"{key} = {toml_value(value)}\n" for key, value in settings.items())


def our_verdict(folder: Path) -> bool:
    try:
        load((str(folder),))
    except ConfigError:
        return False
    return True


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A schema of `pyproject.toml` in which ours stands where it belongs."""
    path = tmp_path / "pyproject.schema.json"
    table = {"type": "object", "properties": {"lambdalint": json.loads(SCHEMA.read_text())}}
    path.write_text(json.dumps({"type": "object", "properties": {"tool": table}}))
    return path


SAMPLES = [*((sample, True) for sample in VALID), *((sample, False) for sample in INVALID)]


@pytest.mark.parametrize(("settings", "is_valid"), SAMPLES, ids=lambda value: json.dumps(value)[:50])
def test_yaml(tmp_path: Path, settings: dict[str, Any], is_valid: bool) -> None:
    (tmp_path / ".lambdalint.yaml").write_text(yaml.safe_dump(settings))
    command = (*script("check-jsonschema"), "--schemafile", str(SCHEMA), ".lambdalint.yaml")
    assert says_yes(*command, folder=tmp_path) is is_valid
    assert our_verdict(tmp_path) is is_valid


@pytest.mark.parametrize(("settings", "is_valid"), SAMPLES, ids=lambda value: json.dumps(value)[:50])
def test_toml(tmp_path: Path, whole: Path, settings: dict[str, Any], is_valid: bool) -> None:
    (tmp_path / "pyproject.toml").write_text(as_pyproject(settings))
    command = (*script("taplo"), "lint", "--no-auto-config", "--schema", whole.as_uri(), "pyproject.toml")
    assert says_yes(*command, folder=tmp_path) is is_valid
    assert our_verdict(tmp_path) is is_valid


def test_the_schema_is_one(tmp_path: Path) -> None:
    assert says_yes(*script("check-jsonschema"), "--check-metaschema", str(SCHEMA), folder=tmp_path)


PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("page", [*PAGES, "README.md"])
def test_configuration_in_the_documentation_is_valid(tmp_path: Path, whole: Path, page: str) -> None:
    for block in blocks(page):
        if block.title.endswith("pyproject.toml") or (block.language == "toml" and "[tool.lambdalint]" in block.text):
            (tmp_path / "pyproject.toml").write_text(block.text)
            command = (*script("taplo"), "lint", "--no-auto-config", "--schema", whole.as_uri(), "pyproject.toml")
            assert says_yes(*command, folder=tmp_path), block.text
            assert our_verdict(tmp_path), block.text
            (tmp_path / "pyproject.toml").unlink()
        if block.title.endswith(".lambdalint.yaml"):
            (tmp_path / ".lambdalint.yaml").write_text(block.text)
            command = (*script("check-jsonschema"), "--schemafile", str(SCHEMA), ".lambdalint.yaml")
            assert says_yes(*command, folder=tmp_path), block.text
            assert our_verdict(tmp_path), block.text
            (tmp_path / ".lambdalint.yaml").unlink()
