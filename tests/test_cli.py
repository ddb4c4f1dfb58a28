from __future__ import annotations

import inspect
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lambdalint import __version__, engine
from lambdalint.cli import COMMANDS, cli
from lambdalint.cli_output import wants_color

IMPORTS = "def lambda_handler(event, context):\n    import json\n    return json.dumps(event)\n"
FIXED = "import json\n\n\ndef lambda_handler(event, context):\n    return json.dumps(event)\n"
LAMBDALINT = [sys.executable, "-m", "lambdalint"]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one finding that has a safe fix, as the working directory."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(IMPORTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, stdin: bytes = b"") -> Result:
    # Before click 8.2 the runner mixes the streams unless told not to; since then it cannot be told.
    mixes = "mix_stderr" in inspect.signature(CliRunner).parameters
    runner = CliRunner(mix_stderr=False) if mixes else CliRunner()  # type: ignore[call-arg]
    return runner.invoke(cli, list(arguments), input=stdin)


def check(*arguments: str, stdin: bytes = b"") -> Result:
    return run("check", "--isolated", "--no-cache", "--select", "LMB101", *arguments, stdin=stdin)


# --- the group -----------------------------------------------------------------------------------


def test_version_and_help() -> None:
    assert run("--version").stdout == f"lambdalint {__version__}\n"
    assert run("check", "--version").stdout == f"lambdalint {__version__}\n"
    listed = run("--help")
    assert listed.exit_code == 0
    assert all(f"\n  {name} " in listed.stdout for name in COMMANDS)
    assert "..." not in listed.stdout.partition("Commands:")[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_says_what_it_does(command: str) -> None:
    shown = cli.get_command(None, command)  # type: ignore[arg-type]
    assert shown is not None
    assert run(command, "--help").exit_code == 0
    undocumented = {"color", "output_format"} if command in ("handlers", "rule") else {"color"}
    for parameter in shown.params:
        assert parameter.name in {"paths", "codes", "handler"} | undocumented or getattr(parameter, "help", None), (
            parameter.name
        )


def test_no_command_is_an_error_with_help() -> None:
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: lambdalint" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "No such command"),
        (["check", "--selct", "ALL"], "No such option"),
        (["check", "--output-format", "xml"], "is not one of"),
        (["check", "--jobs", "0"], "0 is not in the range"),
        (["check", "missing.py"], "no such file or directory: missing.py"),
        (["check", "app.py", "gone/a.py"], "no such file or directory: gone/a.py"),
        (["fix", "missing"], "no such file or directory: missing"),
        (["handlers", "missing"], "no such file or directory: missing"),
        (["check", "-", "app.py"], "`-` cannot be combined with paths"),
        (["check", "--stdin-filename", "a.py"], "--stdin-filename needs `-` as the path"),
        (["check", "--select", "LMB1O1"], "unknown rule `LMB1O1`: did you mean `LMB101`?"),
        (["check", "--ignore", "E501"], "unknown rule `E501`"),
        (["check", "--extend-select", "import-in-invok"], "did you mean `import-in-invoke`?"),
        (["check", "--config", "none.toml"], "no such configuration file: none.toml"),
        (["check", "--baseline", "none.json"], "cannot be read"),
        (["check", "--output-file", "app.py/x.txt"], "cannot write app.py/x.txt"),
        (["check", "--fix", "--add-noqa"], "cannot be combined"),
        (["rule", "LMB1O1"], "unknown rule `LMB1O1`: did you mean `LMB101`?"),
        (["rule", "LMB101", "--all"], "--all cannot be combined with codes"),
    ],
)
def test_what_cannot_be_done_is_an_error(project: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: " in result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.stderr


# --- check ---------------------------------------------------------------------------------------


def test_a_finding_makes_the_exit_code_1(project: Path) -> None:
    result = check()
    assert result.exit_code == 1
    assert result.stdout.startswith("LMB101 [*] ")
    assert " --> app.py:2:5\n" in result.stdout
    assert result.stdout.endswith("\n1 handler, 1 module: 1 finding (1 fixable)\n")
    assert result.stderr == ""


def test_a_clean_project(project: Path) -> None:
    (project / "app.py").write_text(FIXED)
    result = check()
    assert (result.exit_code, result.stdout) == (0, "1 handler, 1 module: 0 findings\n")


def test_exit_zero_and_fail_on(project: Path) -> None:
    assert check("--exit-zero").exit_code == 0
    assert check("--fail-on", "warning").exit_code == 1
    assert check("--fail-on", "error").exit_code == 0


def test_quiet_and_verbose(project: Path) -> None:
    assert "1 handler" not in check("-q").output
    assert "configuration: none\n" in check("-v").stderr


def test_json_goes_to_stdout_alone(project: Path) -> None:
    result = check("--output-format", "json", "app.py")
    (found,) = json.loads(result.stdout)
    assert (found["code"], found["filename"], found["location"]) == ("LMB101", "app.py", {"row": 2, "column": 5})
    assert result.stderr == "1 handler, 1 module: 1 finding (1 fixable)\n"
    (project / "app.py").write_text(FIXED)
    assert check("--output-format", "json").stdout == "[]\n"


def test_output_file(project: Path) -> None:
    result = check("--output-file", "new/report.txt", "--output-format", "concise")
    assert result.stdout == ""
    assert (project / "new" / "report.txt").read_text().startswith("app.py:2:5: LMB101 [*] ")
    assert "1 finding" in result.stderr


def test_statistics(project: Path) -> None:
    result = check("--statistics")
    assert result.exit_code == 1
    assert result.stdout == "1  LMB101  [*]  import-in-invoke\n1 handler, 1 module: 1 finding (1 fixable)\n"


def test_no_handler_is_said_loudly(project: Path) -> None:
    (project / "app.py").write_text("x = 1\n")
    result = check("-q")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("warning: no handler found")
    (project / "pyproject.toml").write_text("[tool.lambdalint]\nrequire-handlers = true\n")
    assert run("check").exit_code == 2
    assert run("handlers").exit_code == 2
    assert run("check", "--exit-zero").exit_code == 2


def test_a_configuration_file_counts_unless_isolated(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.lambdalint]\nselect = ["LMB901"]\noutput-format = "concise"\n')
    assert run("check").exit_code == 0
    assert run("check", "--select", "LMB101").stdout.startswith("app.py:2:5: LMB101")
    assert run("check", "--isolated", "--select", "LMB101").stdout.startswith("LMB101")
    (project / "pyproject.toml").write_text("[tool.lambdalint]\nselct = []\n")
    result = run("check")
    assert result.exit_code == 2
    assert result.stderr == "error: pyproject.toml:2: unknown option `selct`: did you mean `select`?\n"


def test_per_file_ignores_and_suppression(project: Path) -> None:
    (project / "app.py").write_text(IMPORTS.replace("import json", "import json  # noqa: LMB101"))
    assert check().exit_code == 0
    (project / "app.py").write_text(IMPORTS)
    (project / ".lambdalint.yaml").write_text('per-file-ignores: {"app.py": [LMB1]}\n')
    assert run("check", "--select", "LMB101").exit_code == 0


def test_a_syntax_error_is_a_finding_with_any_selection(project: Path) -> None:
    (project / "app.py").write_text("def lambda_handler(event, context):\n    return (\n")
    result = check("--ignore", "LMB901", "--output-format", "concise")
    assert result.exit_code == 1
    assert " LMB901 " in result.stdout


def test_show_files(project: Path) -> None:
    (project / "lib").mkdir()
    (project / "lib" / "a.py").write_text("")
    result = check("--show-files")
    assert (result.exit_code, result.stdout) == (0, "app.py\nlib/a.py\n")


def test_what_is_excluded_is_looked_at_when_named_unless_forced_out(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.lambdalint]\nextend-exclude = ["app.py"]\n')
    arguments = ("check", "--no-cache", "--select", "LMB101", "--output-format", "concise", "app.py")
    assert run(*arguments).exit_code == 1
    forced = run(*arguments, "--force-exclude")
    assert (forced.exit_code, forced.stdout, forced.stderr) == (0, "0 handlers, 0 modules: 0 findings\n", "")
    piped = run("fix", "--no-cache", "--force-exclude", "-", "--stdin-filename", "app.py", stdin=IMPORTS.encode())
    assert (piped.exit_code, piped.stdout) == (0, IMPORTS)


def test_show_settings(project: Path) -> None:
    result = check("--show-settings")
    assert result.exit_code == 0
    assert 'fix-style = "accessor"\n' in result.stdout
    assert "LMB101" in json.loads(check("--show-settings", "--output-format", "json").stdout)["rules"]


def test_stdin_stands_for_a_file(project: Path) -> None:
    (project / "app.py").write_text(FIXED)
    result = check("-", "--stdin-filename", "app.py", "--output-format", "concise", stdin=IMPORTS.encode())
    assert result.stdout.startswith("app.py:2:5: LMB101")
    assert (project / "app.py").read_text() == FIXED


def test_an_internal_error_is_exit_2_and_the_rest_is_reported(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lambdalint import rules

    broken = next(rule for rule in rules.all_rules() if rule.code == "LMB101")
    others = tuple(rule for rule in rules.all_rules() if rule is not broken)

    def crash(_program: object) -> object:
        raise KeyError("oops")

    from dataclasses import replace

    registry = tuple(sorted((*others, replace(broken, check=crash)), key=lambda rule: rule.code))  # type: ignore[arg-type]
    monkeypatch.setattr("lambdalint.rules.all_rules", lambda: registry)
    result = check()
    assert result.exit_code == 2
    assert "error: internal error in LMB101" in result.stderr
    assert check("--exit-zero").exit_code == 2


def test_a_bug_is_exit_2_with_a_traceback_on_demand(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(engine, "check", crash)
    result = check()
    assert result.exit_code == 2
    assert result.stderr.startswith("error: internal error: RuntimeError: boom")
    assert "Traceback" in check("-v").stderr


def test_an_interruption_is_130(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "check", interrupt)
    assert check().exit_code == 130


# --- baseline and noqa ---------------------------------------------------------------------------


def test_baseline(project: Path) -> None:
    written = check("--write-baseline", "known.json")
    assert (written.exit_code, written.stderr) == (0, "known.json: 1 finding recorded\n")
    (project / "app.py").write_text("# moved\n\n" + IMPORTS)
    assert check("--baseline", "known.json").exit_code == 0
    (project / "app.py").write_text(IMPORTS.replace("json", "zlib"))
    assert check("--baseline", "known.json").exit_code == 1


def test_add_noqa_silences_and_is_idempotent(project: Path) -> None:
    result = check("--add-noqa")
    assert (result.exit_code, result.stderr) == (0, "1 finding suppressed in 1 file\n")
    after = IMPORTS.replace("import json", "import json  # noqa: LMB101")
    assert (project / "app.py").read_text() == after
    assert check().exit_code == 0
    assert check("--add-noqa").stderr == "0 findings suppressed in 0 files\n"
    assert (project / "app.py").read_text() == after


# --- fix -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["fix"], ["check", "--fix"]])
def test_fix_writes_and_says_what(project: Path, command: list[str]) -> None:
    result = run(*command, "--isolated", "--no-cache", "--select", "LMB101")
    assert result.exit_code == 0
    assert (project / "app.py").read_text() == FIXED
    lines = result.stdout.splitlines()
    assert lines[:2] == ["fixed 1 finding:", "  app.py"]
    assert lines[2].startswith("    1 × LMB101: ")
    assert lines[-1] == "1 handler, 1 module: 1 fixed, 0 findings"


def test_fix_with_json_keeps_stdout_for_what_remains(project: Path) -> None:
    result = check("--fix", "--output-format", "json")
    assert result.stdout == "[]\n"
    assert "fixed 1 finding:\n  app.py\n" in result.stderr


def test_fix_of_stdin_prints_the_fixed_source(project: Path) -> None:
    for content, expected in ((IMPORTS, FIXED), (FIXED, FIXED)):
        result = check("--fix", "-", "--stdin-filename", "app.py", stdin=content.encode())
        assert result.stdout == expected
        assert "1 handler" in result.stderr
    assert (project / "app.py").read_text() == IMPORTS


@pytest.mark.parametrize("command", [["fix"], ["check"]])
def test_diff_writes_nothing_and_is_a_patch(project: Path, command: list[str]) -> None:
    result = run(*command, "--diff", "--isolated", "--no-cache", "--select", "LMB101")
    assert result.exit_code == 1
    assert result.stdout.startswith("--- app.py\n+++ app.py\n@@ ")
    assert "would fix 1 finding" in result.stderr
    assert (project / "app.py").read_text() == IMPORTS
    subprocess.run(["git", "apply", "-p0"], cwd=project, input=result.stdout_bytes, check=True)
    assert (project / "app.py").read_text() == FIXED
    again = run(*command, "--diff", "--isolated", "--no-cache", "--select", "LMB101")
    assert (again.exit_code, again.stdout) == (0, "")


def test_a_file_that_cannot_be_written_is_exit_2(project: Path) -> None:
    (project / "app.py").chmod(0o444)
    result = run("fix", "--isolated", "--no-cache", "--select", "LMB101")
    assert result.exit_code == 2
    assert "error: app.py could not be written" in result.stderr
    assert "fixed 1" not in result.output
    assert result.stdout.startswith("LMB101 [*] `import json` runs on every invocation\n --> app.py:2:5\n")
    assert result.stdout.endswith("\n1 handler, 1 module: 1 finding (1 fixable)\n")
    assert (project / "app.py").read_text() == IMPORTS


# --- handlers and rule ---------------------------------------------------------------------------


def test_handlers(project: Path) -> None:
    (row,) = json.loads(run("handlers", "--isolated", "--no-cache", "--output-format", "json").stdout)
    assert (row["handler"], row["path"], row["line"]) == ("app.lambda_handler", "app.py", 1)
    assert "app.lambda_handler" in run("handlers", "--isolated", "--no-cache").stdout


def test_rule(project: Path, sample_rules: object, snapshot: Callable[[str, str], None]) -> None:
    snapshot(run("rule").stdout, "rule.table.txt")
    snapshot(run("rule", "lmb201").stdout, "rule.text.txt")
    snapshot(run("rule", "client-per-invocation", "--output-format", "markdown").stdout, "rule.markdown.txt")
    described = json.loads(run("rule", "--all", "--output-format", "json").stdout)
    assert [rule["code"] for rule in described] == [
        "LMB101",
        "LMB103",
        "LMB201",
        "LMB203",
        "LMB401",
        "LMB901",
        "LMB903",
    ]
    assert run("rule", "LMB201", "LMB101").stdout.index("LMB201") < run("rule", "LMB201", "LMB101").stdout.index(
        "LMB101"
    )


# --- processes -----------------------------------------------------------------------------------


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    return subprocess.run([*LAMBDALINT, *arguments], capture_output=True, text=True, encoding="utf-8", env=env)


def test_a_pipe_gets_no_colour_unless_told_so(project: Path) -> None:
    arguments = ("check", "--isolated", "--no-cache", "--select", "LMB101")
    plain = process(*arguments)
    assert plain.returncode == 1
    assert "\x1b" not in plain.stdout + plain.stderr
    assert "\x1b[" in process(*arguments, "--color", "always").stdout
    assert "\x1b[" in process(*arguments, FORCE_COLOR="1").stdout
    assert "\x1b" not in process(*arguments, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b" not in process(*arguments, "--color", "never", FORCE_COLOR="1").stdout
    assert "\x1b" not in process(*arguments, "--output-format", "json", FORCE_COLOR="1").stdout


def test_colour_of_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert wants_color("auto", Terminal(), {"TERM": "xterm"})
    assert not wants_color("auto", Terminal(), {"TERM": "dumb"})
    assert not wants_color("auto", Terminal(), {"NO_COLOR": "1", "FORCE_COLOR": "1"})
    assert not wants_color("auto", io.StringIO(), {"NO_COLOR": ""})
    assert wants_color("always", io.StringIO(), {"NO_COLOR": "1"})


def test_output_that_the_encoding_cannot_hold_is_escaped(project: Path) -> None:
    (project / "app.py").write_text(IMPORTS.replace("import json", "import json  # 世界"), encoding="utf-8")
    done = process("check", "--isolated", "--no-cache", "--select", "LMB101", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "# \\u4e16\\u754c" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
@pytest.mark.parametrize(("options", "code"), [((), 1), (("--exit-zero",), 0)])
def test_a_reader_that_goes_away_changes_nothing(project: Path, options: tuple[str, ...], code: int) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [*LAMBDALINT, "check", "--isolated", "--no-cache", "--select", "LMB101", *options]
    try:
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (code, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")
def test_a_full_disk_is_an_error(project: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*LAMBDALINT, "check", "--isolated", "--no-cache"], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: cannot write to standard output: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_an_interrupted_process_exits_with_130(project: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from lambdalint import engine\n"
        "engine.check = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        "from lambdalint.cli import cli\n"
        "cli.main(['check', '--isolated'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (128 + signal.SIGINT, "")
    assert "Traceback" not in done.stderr


def test_the_same_input_gives_the_same_bytes(project: Path) -> None:
    outputs = {
        process("check", "--isolated", "--no-cache", "--select", "ALL", "--jobs", jobs, PYTHONHASHSEED=seed).stdout
        for jobs in ("1", "2")
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
