from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lambdalint.fixes import write as writing
from lambdalint.fixes.write import FileChange, WriteFailed, write


def change(path: Path, after: bytes) -> FileChange:
    return FileChange(str(path), path.read_bytes(), after)


def test_a_file_is_replaced_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o751)
    assert write([change(path, b"new\r\n")], str(tmp_path)) is None
    assert path.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_file_that_stays_the_same_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    inode = path.stat().st_ino
    assert write([change(path, b"old")], str(tmp_path)) is None
    assert path.stat().st_ino == inode


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    path = tmp_path / "real" / "a.py"
    path.write_bytes(b"old")
    link = tmp_path / "b.py"
    link.symlink_to(path)
    assert write([change(link, b"new")], str(tmp_path)) is None
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_bytes(b"old")
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.py").symlink_to(outside)
    (root / "folder").symlink_to(tmp_path)
    for path in (root / "a.py", root / "folder" / "outside.py"):
        assert write([change(path, b"new")], str(root)) == WriteFailed(str(path), "it leads out of the project")
    assert outside.read_bytes() == b"old"


def test_the_root_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "root")
    (tmp_path / "root" / "a.py").write_bytes(b"old")
    assert write([change(tmp_path / "link" / "a.py", b"new")], str(tmp_path / "link")) is None
    assert (tmp_path / "root" / "a.py").read_bytes() == b"new"


def test_a_file_that_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"other")
    failed = write([FileChange(str(path), b"old", b"new")], str(tmp_path))
    assert failed == WriteFailed(str(path), "it was changed while it was analysed")
    assert path.read_bytes() == b"other"


def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    assert write([change(path, b"new")], str(tmp_path)) == WriteFailed(str(path), "it is read-only")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "a.py")
    assert write([FileChange(path, b"old", b"new")], str(tmp_path)) == WriteFailed(path, "no such file or directory")


def test_a_second_file_that_is_refused_keeps_the_first(tmp_path: Path) -> None:
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    first.write_bytes(b"old")
    second.write_bytes(b"other")
    changes = [change(first, b"new"), FileChange(str(second), b"old", b"new")]
    assert write(changes, str(tmp_path)) == WriteFailed(str(second), "it was changed while it was analysed")
    assert first.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]


def test_a_second_file_that_cannot_be_replaced_rolls_the_first_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    for path in (first, second):
        path.write_bytes(b"old")
        path.chmod(0o640)
    replace = os.replace

    def failing(source: str, target: str) -> None:
        if target == str(second):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(writing.os, "replace", failing)
    changes = [change(first, b"new"), change(second, b"new")]
    assert write(changes, str(tmp_path)) == WriteFailed(str(second), "permission denied")
    assert first.read_bytes() == second.read_bytes() == b"old"
    assert stat.S_IMODE(first.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    assert write([change(path, b"new")], str(tmp_path)) == WriteFailed(str(path), "no space left on device")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_file_that_changes_at_the_last_moment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    monkeypatch.setattr(writing.os, "fsync", lambda _: path.write_bytes(b"theirs"))
    failed = write([change(path, b"new")], str(tmp_path))
    assert failed == WriteFailed(str(path), "it was changed while it was analysed")
    assert path.read_bytes() == b"theirs"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent to a process otherwise there")
def test_an_interruption_leaves_whole_files_and_nothing_else(tmp_path: Path) -> None:
    """A process that writes two files over and over is interrupted at once and at odd moments."""
    script = (
        "import signal, sys\n"
        "from lambdalint.fixes.write import FileChange, write\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # whoever runs the tests may have it ignored
        "old, new = b'0' * 200000, b'1' * 200000\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    assert write([FileChange(p, old, new) for p in sys.argv[2:]], sys.argv[1]) is None\n"
        "    old, new = new, old\n"
    )
    paths = [tmp_path / "a.py", tmp_path / "b.py"]
    for delay in (0.0, 0.013, 0.029, 0.047):
        for path in paths:
            path.write_bytes(b"0" * 200000)
        command = [sys.executable, "-c", script, str(tmp_path), *map(str, paths)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(delay + 0.02)
            process.send_signal(signal.SIGINT)
            assert process.wait(10) != 0
        assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]
        assert len({path.read_bytes() for path in paths}) == 1
        assert {len(path.read_bytes()) for path in paths} == {200000}
