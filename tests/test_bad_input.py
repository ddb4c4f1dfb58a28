"""What cannot be read, parsed or done, through the true program: the exit code, and a line that says what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HANDLER = "def lambda_handler(event, context):\n    import csv\n    return list(csv.reader(event['lines']))\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one finding that has a safe fix."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(HANDLER, encoding="utf-8")
    return tmp_path


def lambdalint(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run the program in a folder.  However it ends, it does so without a traceback and with one voice."""
    environment = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "lambdalint", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env=environment,
        check=False,
        timeout=120,
    )
    result = subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode()
    )
    assert "Traceback" not in result.stderr + result.stdout
    assert "\x1b" not in result.stderr + result.stdout
    return result


def check(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    return lambdalint(folder, "check", "--no-cache", "--output-format", "concise", *arguments, stdin=stdin)


def refused(result: subprocess.CompletedProcess[str], message: str) -> None:
    """Nothing was done: exit code 2, nothing on standard output, and the reason on standard error."""
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.startswith("error: ")


# --- the command line ---


@pytest.mark.parametrize("command", ["check", "fix", "handlers"])
def test_a_missing_path(project: Path, command: str) -> None:
    refused(lambdalint(project, command, "app.py", "gone/db.py"), "no such file or directory: gone/db.py")
    assert (project / "app.py").read_text(encoding="utf-8") == HANDLER


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_an_unknown_code(project: Path, option: str) -> None:
    refused(check(project, option, "LMB1O1", "."), "unknown rule `LMB1O1`: did you mean `LMB101`?")


def test_an_unknown_rule(project: Path) -> None:
    refused(lambdalint(project, "rule", "client-per-invocaton"), "did you mean `client-per-invocation`?")


# --- configuration ---


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("pyproject.toml", "[tool.lambdalint\n", "pyproject.toml is not valid TOML"),
        ("pyproject.toml", "[tool.lambdalint]\nselct = ['ALL']\n", "pyproject.toml:2: unknown option `selct`"),
        ("pyproject.toml", "[tool.lambdalint]\nselect = 'ALL'\n", "`select`"),
        ("pyproject.toml", "[tool.lambdalint]\nselect = ['LMB9999']\n", "LMB9999"),
        ("pyproject.toml", "[tool.lambdalint]\nfix-style = 'inline'\n", "fix-style"),
        (".lambdalint.yaml", "select: [LMB101\n", "is not valid YAML"),
        (".lambdalint.yaml", "- select\n", ".lambdalint.yaml"),
        (".lambdalint.yaml", "a: !!python/object/apply:os.getcwd []\n", ".lambdalint.yaml"),
    ],
)
def test_a_broken_configuration(project: Path, name: str, text: str, message: str) -> None:
    (project / name).write_text(text, encoding="utf-8")
    result = check(project, ".")
    refused(result, message)
    assert name in result.stderr
    assert check(project, "--isolated", ".").returncode == 1


def test_two_configurations(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.lambdalint]\nselect = ['ALL']\n", encoding="utf-8")
    (project / ".lambdalint.yaml").write_text("select: [ALL]\n", encoding="utf-8")
    result = check(project, ".")
    refused(result, "pyproject.toml")
    assert ".lambdalint.yaml" in result.stderr


# --- files ---


def test_a_syntax_error_is_a_finding_and_the_rest_is_judged(project: Path) -> None:
    (project / "broken.py").write_text("def other_handler(event, context)\n    return 1\n", encoding="utf-8")
    result = check(project, ".")
    assert result.returncode == 1
    first, second, _ = result.stdout.splitlines()
    assert first.startswith("app.py:2:5: LMB101")
    assert second.startswith("broken.py:1:34: LMB901")


def test_a_program_with_pages_that_calls_no_handler_is_not_looked_at(project: Path) -> None:
    (project / "page.py").write_text("import streamlit as st\n\nst.write('never closed'\n", encoding="utf-8")
    assert "LMB901" not in check(project, ".").stdout


@pytest.mark.parametrize("selection", [("--select", "LMB201"), ("--ignore", "LMB9")])
def test_a_syntax_error_cannot_be_deselected(project: Path, selection: tuple[str, ...]) -> None:
    (project / "app.py").write_text("def lambda_handler(event, context)\n    return 1\n", encoding="utf-8")
    result = check(project, *selection, ".")
    assert (result.returncode, result.stdout.count("LMB901")) == (1, 1)


def test_a_file_that_is_not_utf_8(project: Path) -> None:
    (project / "latin.py").write_bytes(b"def lambda_handler(event, context):\n    return 'gr\xfc\xdf'\n")
    result = check(project, ".")
    assert result.returncode == 1
    assert [line.split(":")[0] for line in result.stdout.splitlines() if "LMB902" in line] == ["latin.py"]


def test_bytes_that_are_no_text(project: Path) -> None:
    (project / "zeros.py").write_bytes(b"def lambda_handler(event, context):\n    return '\0'\n")
    (project / "wide.py").write_bytes("def lambda_handler(event, context): ...\n".encode("utf-16"))
    result = check(project, ".")
    assert result.returncode == 1
    assert {line.split(":")[0] for line in result.stdout.splitlines()} >= {"app.py", "zeros.py"}


@pytest.mark.parametrize(
    "expression",
    [
        "+".join(["1"] * 5000),
        "[" * 300 + "]" * 300,
        "(" * 2000 + "1" + ")" * 2000,
        "x" + ".a" * 4000,
        "not " * 3000 + "1",
    ],
    ids=["sum", "lists", "parentheses", "attributes", "negations"],
)
def test_a_deep_expression(project: Path, expression: str) -> None:
    """It is read, or it is a finding; either way the run goes on."""
    (project / "deep.py").write_text(f"{HANDLER}\n\ndef deep(x):\n    return {expression}\n", encoding="utf-8")
    result = check(project, ".")
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert any(line.startswith("app.py:2:5: LMB101") for line in lines)
    assert any(line.startswith("deep.py") and ("LMB101" in line or "LMB901" in line) for line in lines)


def test_a_deeply_nested_body(project: Path) -> None:
    nested = "".join(" " * depth + "if event:\n" for depth in range(1, 150)) + " " * 150 + "pass\n"
    (project / "deep.py").write_text(f"def lambda_handler(event, context):\n{nested}", encoding="utf-8")
    result = check(project, ".")
    assert result.returncode == 1
    assert result.stdout.startswith("app.py:2:5: LMB101")


def test_an_empty_folder(tmp_path: Path) -> None:
    result = check(tmp_path, ".")
    assert (result.returncode, result.stdout) == (0, "0 handlers, 0 modules: 0 findings\n")
    assert "no handler found" in result.stderr


def test_a_folder_without_a_handler(tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text("def add(one, other):\n    import csv\n    return one\n", encoding="utf-8")
    result = check(tmp_path, ".")
    assert (result.returncode, result.stdout) == (0, "0 handlers, 0 modules: 0 findings\n")
    assert "warning: no handler found" in result.stderr
    as_json = lambdalint(tmp_path, "check", "--no-cache", "--output-format", "json", ".")
    assert json.loads(as_json.stdout) == []
    (tmp_path / ".lambdalint.yaml").write_text("require-handlers: true\n", encoding="utf-8")
    assert check(tmp_path, ".").returncode == 2


def test_an_empty_file_and_one_of_nothing_but_comments(project: Path) -> None:
    (project / "empty.py").write_bytes(b"")
    (project / "comments.py").write_text("# lambda_handler(event, context)\n", encoding="utf-8")
    result = check(project, "empty.py", "comments.py")
    assert result.returncode == 0
    assert result.stdout.endswith(": 0 findings\n")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions differ")
def test_a_file_without_permission_to_read(project: Path) -> None:
    (project / "secret.py").write_text(HANDLER, encoding="utf-8")
    (project / "secret.py").chmod(0)
    if os.access(project / "secret.py", os.R_OK):
        pytest.skip("this user may read everything")
    result = check(project, ".")
    assert result.returncode == 1
    assert "secret.py:1:1: LMB902" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="permissions differ")
def test_a_read_only_file_is_not_written(project: Path) -> None:
    (project / "app.py").chmod(0o444)
    (project / "other.py").write_text(HANDLER.replace("lambda_handler", "other_handler"), encoding="utf-8")
    result = lambdalint(project, "fix", "--no-cache", ".")
    assert result.returncode == 2
    assert "error: app.py could not be written: it is read-only" in result.stderr
    assert (project / "app.py").read_text(encoding="utf-8") == HANDLER
    assert (project / "other.py").read_text(encoding="utf-8").startswith("import csv\n")


def test_a_link_to_nowhere_and_one_in_a_circle(project: Path) -> None:
    (project / "nowhere.py").symlink_to(project / "gone.py")
    (project / "circle").symlink_to(project, target_is_directory=True)
    result = check(project, ".")
    assert [line.split(": ")[0] for line in result.stdout.splitlines()[:-1]] == ["app.py:2:5"]


def test_a_name_that_is_no_text(project: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("file names are text here")
    with open(os.fsencode(project) + b"/caf\xe9.py", "w", encoding="utf-8") as stream:
        stream.write(HANDLER)
    done = subprocess.run(
        [sys.executable, "-m", "lambdalint", "check", "--no-cache", "."], cwd=project, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stdout.count(b"LMB101") == 2


def test_standard_input_that_is_no_python(project: Path) -> None:
    result = check(project, "--stdin-filename", "app.py", "-", stdin=b"def lambda_handler(event, context:\n")
    assert result.returncode == 1
    assert "app.py:1" in result.stdout
    assert "LMB901" in result.stdout
    result = lambdalint(project, "fix", "--no-cache", "--stdin-filename", "app.py", "-", stdin=b"\xff\xfe\x00")
    assert result.returncode in (1, 2)
    assert (project / "app.py").read_text(encoding="utf-8") == HANDLER
