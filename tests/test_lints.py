"""What the configurations of Ruff say of `Any`."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambdalint import engine
from lambdalint.config import Config
from lambdalint.lints import any_lints, forbids_any
from lambdalint.rules import all_rules
from lambdalint.selection import Layer, resolve

HANDLER = """\
import boto3


def handler(event: dict, context: object) -> dict:
    return boto3.client("sqs").list_queues()
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[tool.ruff.lint]\nselect = ["ALL"]\n', True),
        ('[tool.ruff]\nselect = ["E", "ANN"]\n', True),
        ('[tool.ruff.lint]\nextend-select = ["ANN401"]\nignore = ["ANN"]\n', True),
        ('[tool.ruff.lint]\nselect = ["ALL"]\nignore = ["ANN401"]\n', False),
        ('[tool.ruff.lint]\nselect = ["ALL", "ANN4"]\nextend-ignore = ["ANN4"]\n', False),
        ('[tool.ruff.lint]\nselect = ["ANN2", "ANN402", "ANNX"]\n', False),
        ('[tool.ruff.lint]\nselect = "ALL"\n', False),
        ('[tool.ruff.lint]\nselect = ["ALL"]\n[tool.ruff.lint.per-file-ignores]\n"src/*" = ["ANN"]\n', False),
        ('[tool.ruff.lint]\nselect = ["ALL"]\n[tool.ruff.lint.per-file-ignores]\n"tests/*" = ["ANN"]\n', True),
        ('[tool.ruff.lint]\nselect = ["ALL"]\n[tool.ruff.lint.per-file-ignores]\n"src/*" = ["D"]\n', True),
        ('[tool.other]\nselect = ["ALL"]\n', False),
        ('[tool.ruff.lint\nselect = ["ALL"]\n', False),
        ('[tool]\nruff = "tool.ruff ALL"\n', False),
    ],
)
def test_whether_any_is_forbidden(text: str, expected: bool) -> None:
    lints = any_lints(["/p/pyproject.toml"], lambda path: text.encode())
    assert forbids_any(lints, "/p/src/app.py") is expected


def test_the_nearest_configuration_counts_and_a_file_of_ruffs_own_before_a_pyproject() -> None:
    texts = {
        "/p/pyproject.toml": '[tool.ruff]\nselect = ["ALL"]\n',
        "/p/free/ruff.toml": 'select = ["E"]\n',
        "/p/both/pyproject.toml": '[tool.ruff]\nselect = ["ALL"]\n',
        "/p/both/.ruff.toml": 'select = ["E"]\n',
        "/p/none/pyproject.toml": "[project]\n",
        "/p/broken/ruff.toml": "[ALL\n",
    }
    lints = any_lints(texts, lambda path: texts[path].encode())
    forbidding = {name: forbids_any(lints, f"/p/{name}/app.py") for name in ("", "free", "both", "none", "broken")}
    assert forbidding == {"": True, "free": False, "both": False, "none": True, "broken": True}


def test_a_file_that_cannot_be_read_says_nothing() -> None:
    def fail(path: str) -> bytes:
        raise PermissionError(path)

    assert any_lints(["/p/ruff.toml"], fail) == ()


def test_a_changed_configuration_is_noticed_with_everything_else_known(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(HANDLER)
    config = Config(cache_dir=str(tmp_path / "cache"))
    request = engine.Request((str(project),), config, resolve(config, all_rules(), Layer(select=("LMB201",))))

    def is_excused() -> bool:
        (finding,) = engine.check(request).findings
        assert finding.fix is not None
        return any("-> Any:  # noqa: ANN401" in edit.content for edit in finding.fix.edits)

    assert not is_excused()
    (project / "ruff.toml").write_text('lint.select = ["E"]\n')
    assert not is_excused()
    (project / "ruff.toml").write_text('lint.select = ["ANN"]\n')
    assert is_excused()
