"""`--watch` in a real process, and progress on a real terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambdalint import cli_output
from test_cli import FIXED, IMPORTS, LAMBDALINT, run
from tools import need_module

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and terminals")


class Watching:
    """A process that watches, with what it has printed so far."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.out = folder.parent / "out.txt"
        with open(self.out, "wb") as stream:
            options = ["--watch", "--no-cache", "--select", "LMB101", "--output-format", "concise"]
            self.process = subprocess.Popen(
                [*LAMBDALINT, "check", *options, *arguments],
                cwd=folder,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env={**os.environ},
            )

    def waits_for(self, text: str, times: int = 1) -> str:
        """What was printed once a text has been printed that often."""
        for _ in range(600):
            printed = self.out.read_text()
            if printed.count(text) >= times:
                return printed
            assert self.process.poll() is None, printed
            time.sleep(0.1)
        raise AssertionError(self.out.read_text())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    (made / ".git").mkdir()
    (made / "app.py").write_text(IMPORTS)
    return made


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    need_module("watchfiles")
    made = Watching(folder)
    made.waits_for("watching for changes")
    time.sleep(1)  # until the watcher has looked at the folders
    yield made
    made.process.kill()
    made.process.wait()


def test_it_checks_again_after_a_change(folder: Path, watching: Watching) -> None:
    assert watching.out.read_text().startswith("app.py:2:5: LMB101")
    (folder / "app.py").write_text(FIXED)
    assert "0 findings" in watching.waits_for("watching for changes", 2)
    (folder / "new.py").write_text(IMPORTS)
    assert "new.py:2:5: LMB101" in watching.waits_for("watching for changes", 3)


def test_it_goes_on_through_a_broken_configuration(folder: Path, watching: Watching) -> None:
    (folder / "pyproject.toml").write_text("[tool.lambdalint]\nselct = 1\n")
    assert "error: pyproject.toml:2: unknown option" in watching.waits_for("watching for changes", 2)
    (folder / "pyproject.toml").write_text("[tool.lambdalint]\n")
    watching.waits_for("watching for changes", 3)


def test_what_it_does_not_read_changes_nothing(folder: Path, watching: Watching) -> None:
    (folder / "notes.txt").write_text("x")
    (folder / ".lambdalint_cache").mkdir()
    (folder / ".lambdalint_cache" / "a.json").write_text("x")
    time.sleep(1.5)
    assert watching.out.read_text().count("watching for changes") == 1


def test_an_interruption_ends_it_well(watching: Watching) -> None:
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(timeout=20) == 0
    assert "Traceback" not in watching.out.read_text()


@pytest.mark.parametrize("option", ["--fix", "--diff", "--add-noqa", "--write-baseline=a.json", "--show-settings", "-"])
def test_what_it_does_not_go_with(folder: Path, monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    monkeypatch.chdir(folder)
    result = run("check", "--watch", option)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--watch goes with nothing that writes" in result.stderr


def test_without_its_package_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = run("check", "--watch")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: --watch needs another package: pip install 'lambdalint[watch]'\n"


# --- progress ------------------------------------------------------------------------------------


def on_terminal(folder: Path, *arguments: str, patience: str = "0") -> bytes:
    """What a run writes to standard error that is a terminal."""
    import pty

    main, side = pty.openpty()
    program = (
        f"from lambdalint import cli_output; cli_output._PATIENCE = {patience}; from lambdalint.cli import main; main()"
    )
    command = [sys.executable, "-c", program, "check", "--no-cache", "--jobs", "1", *arguments]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=side)
    os.close(side)
    read = b""
    while True:
        try:
            part = os.read(main, 4096)
        except OSError:
            break
        if not part:
            break
        read += part
    process.wait()
    os.close(main)
    return read


def test_long_runs_show_progress_on_a_terminal_and_leave_nothing_behind(folder: Path) -> None:
    shown = on_terminal(folder)
    assert b"\r\x1b[2Kreading" in shown
    assert shown.endswith(b"\r\x1b[2K")


def test_short_and_quiet_runs_show_none(folder: Path) -> None:
    assert on_terminal(folder, patience="60") == b""
    assert on_terminal(folder, "-q") == b""


def test_a_pipe_gets_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with cli_output.progress(False) as show:
        assert show is None
