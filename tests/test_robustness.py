"""What the file system, the terminal and the moment can do to a run: it ends as promised, and harms no file."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hostile import CHECK, FIXED, HANDLER, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file systems and signals")
OTHER = HANDLER.replace("lambda_handler", "other_handler")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one finding that has a safe fix."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(HANDLER, encoding="utf-8")
    return tmp_path


def files(folder: Path) -> set[str]:
    """The names of all files below a folder that a run has not made for itself."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# --- size and depth ---


def test_fifty_thousand_rows(project: Path) -> None:
    rows = [f"def step_{number}(x):\n    return x + {number}\n\n\n" for number in range(12_500)]
    (project / "long.py").write_text("".join(rows) + OTHER.replace("event['lines']", "[step_7(event)]"))
    began = time.monotonic()
    result = run(project, *CHECK, ".")
    assert time.monotonic() - began < 60
    assert "long.py:50002:5: LMB101" in result.out
    assert result.returncode == 1


def test_a_file_that_is_too_large_is_a_finding(project: Path) -> None:
    (project / "huge.py").write_text(OTHER + "#" * 4_000_001)
    result = run(project, *CHECK, ".")
    assert "huge.py:1:1: LMB902 larger than 4,000,000 bytes" in result.out
    assert "app.py:2:5: LMB101" in result.out


# --- bytes ---


def test_mixed_line_endings_are_kept(project: Path) -> None:
    text = "import os\r\n\r\n\rdef lambda_handler(event, context):\r    import csv\r\n    return csv, os\n"
    (project / "app.py").write_bytes(text.encode())
    result = run(project, "fix", "--no-cache", ".")
    assert result.returncode == 0, result.err
    after = (project / "app.py").read_bytes()
    assert after.count(b"csv\r\n") == 1
    assert b"def lambda_handler(event, context):\r    return csv, os\n" in after


@pytest.mark.parametrize("encoding", ["mac_arabic", "unicode_escape"])
def test_an_encoding_that_would_not_keep_other_bytes_is_not_fixed(project: Path, encoding: str) -> None:
    data = f"# coding: {encoding}\n{HANDLER}    # \\d\n".encode()
    (project / "app.py").write_bytes(data)
    result = run(project, "fix", "--no-cache", ".")
    assert result.returncode == 1
    assert "would not keep its other bytes" in result.out + result.err
    assert (project / "app.py").read_bytes() == data


# --- names and places ---


@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_any_name_in_any_format(tmp_path: Path, form: str) -> None:
    """No name makes another row, a colour or a command of the build out of itself."""
    folder = tmp_path / "::error::forged"
    folder.mkdir()
    names = ["two words.py", "two\nrows.py", "caf\udce9.py", "\x1b[31mred.py", "-W.py", "'\"&<>.py", "\r::debug::x.py"]
    for name in names:
        (folder / name).write_text(HANDLER, encoding="utf-8")
    result = run(tmp_path, "check", "--no-cache", "--isolated", "--output-format", form, ".")
    assert result.returncode == 1
    assert not set(b"\x1b\r") & set(result.stdout + result.stderr)
    rows = result.out.splitlines()
    assert not any(row.startswith(("rows.py", "::debug")) for row in rows)
    if form == "github":
        assert [row[:10] for row in rows] == ["::warning "] * len(names)
    if form in ("json", "sarif", "gitlab"):
        json.loads(result.out)
    if form == "junit":
        assert len(ElementTree.fromstring(result.stdout).findall(".//failure")) == len(names)


def test_a_name_is_reported_as_it_is(project: Path) -> None:
    (project / "app.py").rename(project / "two\nrows and a tab\t.py")
    result = run(project, "check", "--no-cache", "--output-format", "json", ".")
    assert [finding["filename"] for finding in json.loads(result.out)] == ["two\nrows and a tab\t.py"]


def test_a_path_of_four_thousand_characters(project: Path) -> None:
    """What the system can open is judged; a folder whose path it refuses is said, not skipped."""
    here = os.open(project, os.O_RDONLY)
    length = len(str(project))
    try:
        while length < 4300:
            name = "d" * min(200, 4000 - length - 9) if length < 3990 else "d" * 200
            os.mkdir(name, dir_fd=here)
            below = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here, length = below, length + len(name) + 1
            if length in range(3985, 4001):
                with open(os.open("app.py", os.O_WRONLY | os.O_CREAT, dir_fd=here), "w", encoding="utf-8") as stream:
                    stream.write(OTHER)
    finally:
        os.close(here)
    result = run(project, *CHECK, ".")
    rows = result.out.splitlines()
    assert len([row for row in rows if "LMB101" in row]) == 2
    assert len([row for row in rows if "LMB902" in row and "ile name too long" in row]) == 1
    shutil.rmtree(next(project.glob("ddd*")), ignore_errors=True)
    subprocess.run(["rm", "-rf", "--", *map(str, project.glob("ddd*"))], check=False)


def test_links_in_circles(project: Path) -> None:
    (project / "self.py").symlink_to("self.py")
    (project / "one.py").symlink_to("two.py")
    (project / "two.py").symlink_to("one.py")
    (project / "folder").symlink_to(".", target_is_directory=True)
    (project / "template.yaml").symlink_to("template.yaml")
    (project / "pyproject.toml").symlink_to("pyproject.toml")
    result = run(project, *CHECK, ".")
    assert result.out.startswith("app.py:2:5: LMB101")
    assert result.returncode == 1


def test_pipes_and_devices_with_names_of_files(project: Path) -> None:
    """Nothing waits for a pipe or a terminal, and no endless device is read."""
    for name in ("pipe.py", "template.yaml", "Dockerfile", "pyproject.toml", "serverless.yml", "cdk.json"):
        os.mkfifo(project / name)
    for name, device in (("zero.py", "zero"), ("main.tf", "zero"), ("tty.py", "tty"), ("random.py", "urandom")):
        (project / name).symlink_to(f"/dev/{device}")
    with contextlib.suppress(PermissionError):
        os.mknod(project / "null.py", 0o666 | 0o020000, os.makedev(1, 3))
    result = run(project, *CHECK, ".", timeout=60)
    assert [row.partition(": ")[0] for row in result.out.splitlines()[:-1]] == ["app.py:2:5"]
    for name in ("pipe.py", "zero.py"):
        named = run(project, *CHECK, name, timeout=60)
        assert named.returncode in (0, 1, 2)


@pytest.mark.parametrize("device", ["zero", "tty"])
def test_a_baseline_that_is_no_file(project: Path, device: str) -> None:
    (project / "baseline.json").symlink_to(f"/dev/{device}")
    (project / ".lambdalint.yaml").write_text("baseline: baseline.json\n")
    result = run(project, *CHECK, ".", timeout=60)
    assert (result.returncode, result.out) == (2, "")
    assert "cannot be read" in result.err


# --- permission ---


def unprivileged() -> tuple[str, ...]:
    """The words before a command that take from it the right to read and write everything."""
    if os.geteuid() != 0:
        return ()
    tool = shutil.which("setpriv")
    if tool is None:
        pytest.skip("this user may read everything, and no `setpriv` is here to give that up")
    return (tool, "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")


def test_without_permission_to_read(project: Path) -> None:
    prefix = unprivileged()
    (project / "secret.py").write_text(OTHER)
    (project / "secret.py").chmod(0)
    (project / "closed").mkdir()
    (project / "closed" / "app.py").write_text(OTHER)
    (project / "closed").chmod(0)
    (project / "template.yaml").write_text("Resources: {}\n")
    (project / "template.yaml").chmod(0)
    try:
        result = run(project, *CHECK, ".", prefix=prefix)
    finally:
        (project / "closed").chmod(0o700)
    assert result.returncode == 1
    assert "app.py:2:5: LMB101" in result.out
    assert "closed:1:1: LMB902 Permission denied" in result.out
    assert "secret.py:1:1: LMB902 Permission denied" in result.out


def test_without_permission_to_write(project: Path) -> None:
    prefix = unprivileged()
    project.chmod(0o555)
    try:
        result = run(project, "fix", "--no-cache", ".", prefix=prefix)
        cached = run(project, "check", "--output-format", "concise", ".", prefix=prefix)
    finally:
        project.chmod(0o700)
    assert result.returncode == 2
    assert "error: app.py could not be written: permission denied" in result.err
    assert files(project) == {"app.py"}
    assert (cached.returncode, cached.err) == (1, "")
    assert (project / "app.py").read_text() == HANDLER


# --- a full disk ---


def no_room(size: int) -> None:
    """Let no file grow beyond a size, as on a full disk: the write fails instead of ending the process."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_no_room_for_a_fix(project: Path) -> None:
    (project / "app.py").write_text(HANDLER + "# " + "x" * 5000 + "\n")
    before = (project / "app.py").read_bytes()
    result = run(project, "fix", "--no-cache", ".", limit=lambda: no_room(1000))
    assert result.returncode == 2
    assert "error: app.py could not be written: file too large" in result.err
    assert (project / "app.py").read_bytes() == before
    assert files(project) == {"app.py"}


def test_no_room_for_the_cache(project: Path) -> None:
    for number in range(30):
        (project / f"app{number}.py").write_text(HANDLER)
    usual = run(project, *CHECK, ".")
    for _ in range(2):
        result = run(project, "check", "--output-format", "concise", ".", limit=lambda: no_room(100))
        assert (result.returncode, result.out, result.err) == (1, usual.out, "")


def test_a_full_file_system(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    disk = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if os.geteuid() != 0 or shutil.which("mount") is None or subprocess.run(command, check=False).returncode != 0:
        pytest.skip("this user may mount no file system")
    try:
        (disk / ".git").mkdir()
        (disk / "app.py").write_text(HANDLER)
        with contextlib.suppress(OSError), open(disk / "rest", "wb", buffering=0) as rest:
            while rest.write(b"x" * 4096):
                pass
        result = run(disk, "fix", ".")
        assert result.returncode == 2
        assert "app.py could not be written: no space left on device" in result.err
        assert (disk / "app.py").read_text() == HANDLER
        assert not list(disk.glob(".app*"))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# --- what changes meanwhile ---


def test_a_file_that_vanishes_before_it_is_read(project: Path) -> None:
    (project / "gone.py").write_text(OTHER)
    happen = "if event == 'open' and str(args[0]).endswith('gone.py'):\n    os.unlink(args[0])\n    return True"
    result = run(project, *CHECK, ".", happen=happen)
    assert result.returncode == 1
    assert [row.partition(": ")[0] for row in result.out.splitlines()[:-1]] == ["app.py:2:5"]


def test_a_file_that_changes_before_it_is_fixed(project: Path) -> None:
    (project / "other.py").write_text(OTHER)
    change = "with open('app.py', 'a') as file:\n        file.write('# mine\\n')"
    happen = f"if event == 'tempfile.mkstemp':\n    {change}\n    return True"
    result = run(project, "fix", "--no-cache", ".", happen=happen)
    assert result.returncode == 2
    assert "app.py could not be written: it was changed while it was analysed" in result.err
    assert (project / "app.py").read_text() == HANDLER + "# mine\n"
    assert (project / "other.py").read_text().startswith("import csv\n")
    assert files(project) == {"app.py", "other.py"}


def test_files_that_come_and_go_all_the_time(project: Path) -> None:
    over = threading.Event()

    def churn() -> None:
        number = 0
        while not over.is_set():
            number = (number + 1) % 40
            folder = project / f"folder{number}"
            folder.mkdir(exist_ok=True)
            (folder / "app.py").write_text(OTHER * (number % 3))
            shutil.rmtree(project / f"folder{(number + 20) % 40}", ignore_errors=True)

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        results = [run(project, "check", "--output-format", "concise", ".") for _ in range(4)]
    finally:
        over.set()
        thread.join()
    assert all(result.returncode == 1 and "app.py:2:5: LMB101" in result.out for result in results)


# --- signals ---


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", -signal.SIGTERM)])
@pytest.mark.parametrize("moment", ["tempfile.mkstemp", "os.chmod", "os.rename"])
def test_a_signal_in_the_middle_of_a_fix(project: Path, name: str, code: int, moment: str) -> None:
    """What was begun is finished, the rest is left as it was, and nothing else stays behind."""
    (project / "other.py").write_text(OTHER)
    happen = f"if event == '{moment}':\n    os.kill(os.getpid(), signal.{name})\n    return True"
    result = run(project, "fix", "--no-cache", ".", happen=happen)
    assert result.returncode == code
    assert (project / "app.py").read_text() == FIXED
    assert (project / "other.py").read_text() == OTHER
    assert files(project) == {"app.py", "other.py"}


def test_an_interruption_while_files_are_read(project: Path) -> None:
    happen = "if event == 'open' and str(args[0]).endswith('app.py'):\n    signal.raise_signal(signal.SIGINT)"
    result = run(project, "fix", "--no-cache", ".", happen=happen + "\n    return True")
    assert (result.returncode, result.out, result.err.strip()) == (130, "", "")
    assert (project / "app.py").read_text() == HANDLER


# --- company, locale and streams ---


def test_two_runs_at_once(project: Path) -> None:
    names = [f"app{number}.py" for number in range(20)]
    for name in names:
        (project / name).write_text(HANDLER)
    command = [sys.executable, "-W", "error", "-m", "lambdalint", "fix", "."]
    both = [subprocess.Popen(command, cwd=project, stdout=-1, stderr=-1, text=True) for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=120)
        assert "Traceback" not in err
        assert process.returncode in (0, 2), err  # 2: the other one was there first, and that is said
    assert {(project / name).read_text() for name in names} == {FIXED}
    assert not [path for path in project.iterdir() if path.suffix == ".tmp"]
    assert run(project, *CHECK, ".").returncode == 0


def test_the_c_locale(project: Path) -> None:
    (project / "größe.py").write_text(OTHER.replace("'lines'", "'größe'"), encoding="utf-8")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    result = run(project, "check", "--no-cache", ".", environment=plain)
    assert result.returncode == 1
    assert result.out.count("LMB101") == 2
    assert result.stdout.isascii()
    as_json = run(project, "check", "--no-cache", "--output-format", "json", ".", environment=plain)
    assert {finding["filename"] for finding in json.loads(as_json.out)} == {"app.py", "größe.py"}
    assert run(project, "fix", "--no-cache", ".", environment=plain).returncode == 0
    assert (project / "größe.py").read_text(encoding="utf-8").startswith("import csv\n")


@pytest.mark.parametrize(
    ("arguments", "closed", "code"),
    [
        (("check", "--no-cache", "."), (1,), 1),
        (("check", "--no-cache", "."), (2,), 1),
        (("check", "gone"), (2,), 2),
        (("--version",), (1,), 0),
        (("handlers",), (0, 1, 2), 0),
    ],
    ids=str,
)
def test_closed_streams(project: Path, arguments: tuple[str, ...], closed: tuple[int, ...], code: int) -> None:
    """The verdict is the same when nobody can be told."""

    def close() -> None:
        for number in closed:
            os.close(number)

    assert run(project, *arguments, limit=close).returncode == code
    assert (project / "app.py").read_text() == HANDLER


@pytest.mark.parametrize("arguments", ["check --no-cache .", "rule --all", "--help", "check --help", "handlers"])
def test_a_reader_that_has_gone_away(project: Path, arguments: str) -> None:
    command = f"{sys.executable} -W error -m lambdalint {arguments} 2>&1 >&3 3>&- | cat; exit ${{PIPESTATUS[0]}}"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        ["bash", "-c", f"exec 3>&{writing}; {command}"],
        cwd=project,
        pass_fds=(writing,),
        capture_output=True,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stdout, done.stderr) == (int(arguments.startswith("check --no")), b"", b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
@pytest.mark.parametrize("arguments", [("check", "--no-cache", "."), ("rule", "--all"), ("--help",), ("handlers",)])
def test_no_room_for_the_output(project: Path, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "lambdalint", *arguments], cwd=project, stdout=full, stderr=-1, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[0].startswith("error: cannot write")
