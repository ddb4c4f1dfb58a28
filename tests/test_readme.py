"""The README tells the truth: its commands, its before and after, its options, its links and its table."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambdalint import engine
from lambdalint.cli import COMMANDS, cli
from lambdalint.config import Config
from lambdalint.config_file import parse
from lambdalint.rules import all_rules
from lambdalint.selection import resolve

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FENCES = [(match["language"], match["text"]) for match in _FENCE.finditer(README)]


def fences(language: str) -> list[str]:
    return [text for known, text in FENCES if known == language]


# --- the two commands ---


def commands() -> list[str]:
    """The one-line commands that set everything up."""
    return [text.strip() for text in fences("sh") if text.startswith("python3 -m venv")]


def test_two_commands_do_all() -> None:
    run, test = commands()
    assert "\n" not in run and "\n" not in test
    assert run.endswith(".venv/bin/lambdalint check --exit-zero fixtures/demo")
    assert ".venv/bin/python -m pytest" in test


def test_continuous_integration_runs_the_readme_s_own_commands() -> None:
    """The script takes them from the README by a text: each text stands on that one line and nowhere before it."""
    wanted = re.findall(r"readme_command '([^']+)'", CI)
    assert len(wanted) == 2
    taken = [next(line for line in README.splitlines() if text in line) for text in wanted]
    assert sorted(taken) == sorted(commands())


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_the_script_is_executable_and_is_shell() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)


# --- the example ---


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "demo"
    shutil.copytree(ROOT / "fixtures" / "demo", folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(folder)
    return folder


def test_before_and_after_are_the_demo_s(demo: Path) -> None:
    before, after, *_ = fences("python")
    path = demo / "src" / "orders" / "storage.py"
    assert before in path.read_text(encoding="utf-8")
    request = engine.Request((str(demo),), Config(), resolve(Config(), all_rules()))
    for fixed in engine.fix(request).fixed:
        Path(fixed.path).write_bytes(fixed.after)
    assert after in path.read_text(encoding="utf-8")


def test_the_report_is_the_demo_s(demo: Path) -> None:
    shown = next(text for text in fences("") if "LMB201" in text)
    printed = CliRunner().invoke(cli, ["check", "--isolated", "--no-cache", "."], color=False).stdout
    assert shown in printed


def test_the_demo_shows_several_rules(demo: Path) -> None:
    report = engine.check(engine.Request((str(demo),), Config(), resolve(Config(), all_rules())))
    found = {finding.code for finding in report.findings}
    assert {"LMB101", "LMB201", "LMB401", "LMB403"} <= found
    assert report.handlers == 1


# --- commands, options, settings ---


def calls() -> Iterator[tuple[str, list[str]]]:
    """(command, options) of every lambdalint command that the README shows."""
    for text in (*fences("sh"), *re.findall(r"`lambdalint ([^`]+)`", README)):
        for line in text.splitlines():
            words = line.partition("#")[0].replace(".venv/bin/", "").split()
            while "lambdalint" in words[:-1]:
                words = words[words.index("lambdalint") + 1 :]
                yield words[0], [word for word in words if word.startswith("--")]


def test_every_command_and_option_exists() -> None:
    shown = list(calls())
    assert len(shown) > 5
    for name, options in shown:
        assert name in COMMANDS, name
        command = cli.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(options) <= known, name


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    if sys.version_info >= (3, 11):
        import tomllib as toml
    else:
        import tomli as toml
    for text in fences("toml"):
        loaded = toml.loads(text)["tool"]["lambdalint"]
        assert isinstance(resolve(parse(loaded, str(tmp_path / "pyproject.toml")), all_rules()), object)


def test_links_lead_to_files() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "docs" / "index.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


# --- what is generated ---


def test_generated_parts_are_up_to_date() -> None:
    script = ROOT / "scripts" / "generate_docs.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}run: python scripts/generate_docs.py"
