"""A cache is input like any other: whatever stands in it, a run reports what it reports without one, and runs no code.

Each case is tried on both files of a cache: what is kept of the project, and the whole answer to a command line.
"""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from checkout import clean_environment
from lambdalint.cache import version as versions
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import NAME, Store

APP = """import boto3


def lambda_handler(event, context):
    import json
    return json.dumps(boto3.client("s3").list_buckets())
"""


class Project:
    """A project whose cache is warm, and how it is checked; a user's key lies in another folder."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home
        self.cache = folder / NAME

    def check(self, *options: str) -> tuple[int, str, str]:
        """Exit code, output and errors of a check by a process of its own."""
        done = self.start(*options)
        out, err = done.communicate(timeout=300)
        return done.returncode, out, err

    def start(self, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "lambdalint", "check", "--output-format", "json", *options, "."]
        environment = clean_environment(XDG_CACHE_HOME=str(self.home))
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def kept(self) -> list[Path]:
        """The files of the cache, apart from those that mark the folder."""
        return [path for path in sorted(self.cache.iterdir()) if path.name == "project" or path.name.startswith("run-")]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder, home = tmp_path / "project", tmp_path / "home"
    (folder / ".git").mkdir(parents=True)
    (folder / "app.py").write_text(APP)
    (folder / "template.yaml").write_text(
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n"
        "    Properties:\n      Handler: app.lambda_handler\n      Runtime: python3.13\n"
    )
    long_ago = time.time() - 60
    for path in (folder / "app.py", folder / "template.yaml"):
        os.utime(path, (long_ago, long_ago))
    time.sleep(0.3)  # what changed a moment ago is not trusted to show its next change
    return Project(folder, home)


@pytest.fixture
def expected(project: Project) -> tuple[int, str, str]:
    """What a run says without a cache; the cache is warm afterwards."""
    cold = project.check("--no-cache")
    assert cold[0] == 1 and "LMB201" in cold[1]
    assert project.check() == cold  # makes the folder of the cache, so that the project's own has just changed
    time.sleep(0.3)
    assert project.check() == cold
    assert len(project.kept()) == 2
    return cold


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x40]) + data[middle + 1 :]


class Evil:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("planted",)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut in half": lambda data: data[: len(data) // 2],
    "cut by one": lambda data: data[:-1],
    "one byte more": lambda data: data + b"\0",
    "one bit": flip,
    "no seal": lambda data: data[:19] + bytes(32) + data[51:],
    "noise": lambda data: bytes(range(256)) * 40,
    "a pickle": lambda data: pickle.dumps(Evil()),
    "a pickle behind the head": lambda data: data[:51] + pickle.dumps(Evil()),
    "nested": lambda data: data[:51] + b"[" * 100_000,
    "no text": lambda data: b"\xff\xfe" + data,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_changes_no_result_and_is_mended(project: Project, expected: tuple[int, str, str], damage: str) -> None:
    for path in project.kept():
        path.write_bytes(DAMAGES[damage](path.read_bytes()))
    assert project.check() == expected
    assert project.check() == expected
    assert not (project.folder / "planted").exists()


def test_what_another_user_sealed_is_not_believed(project: Project, expected: tuple[int, str, str]) -> None:
    """The cache of a clean project, made with another key, is put into one that has findings."""
    app = project.folder / "app.py"
    state = app.stat()
    clean = "def lambda_handler(event, context):\n    return 1\n"
    app.write_text(clean + "#" * (len(APP) - len(clean) - 1) + "\n")
    os.utime(app, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert app.stat().st_size == len(APP)
    attacker = Project(project.folder, project.home.with_name("attacker"))
    shutil.rmtree(project.cache)
    assert attacker.check()[0] == 0 and project.cache.exists()
    app.write_text(APP)
    os.utime(app, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert project.check() == expected


def test_a_seal_holds_for_its_name_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    store = Store(str(tmp_path / NAME))
    assert store.write("one", b"content") and store.read("one") == b"content"
    os.replace(tmp_path / NAME / "one", tmp_path / NAME / "two")
    assert store.read("two") is None and store.read("one") is None


def test_what_another_version_kept_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    store = Store(str(tmp_path / NAME))
    first = ProjectCache(store)
    first.put(first.key("summary", "x"), b"one")
    first.save()
    assert ProjectCache(store).get(ProjectCache(store).key("summary", "x")) == b"one"
    monkeypatch.setattr("lambdalint.cache.project.version", lambda: "another")
    later = ProjectCache(store)
    assert later.get(later.key("summary", "x")) is None


def test_versions_differ_with_the_code_and_python(monkeypatch: pytest.MonkeyPatch) -> None:
    version = versions.version.__wrapped__
    before = version()
    monkeypatch.setattr(versions, "__version__", "99")
    later = version()
    monkeypatch.setattr(versions.sys, "version", "4.0")
    assert len({before, later, version()}) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_links_in_the_place_of_a_cache_are_not_followed(project: Project, expected: tuple[int, str, str]) -> None:
    elsewhere = project.home.with_name("elsewhere")
    os.replace(project.cache, elsewhere)
    before = {path.name: path.read_bytes() for path in elsewhere.iterdir()}
    project.cache.symlink_to(elsewhere)
    (project.folder / "app.py").write_text(APP + "# changed\n")
    assert project.check()[:2] == project.check("--no-cache")[:2]
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == before
    project.cache.unlink()
    project.cache.mkdir()
    victim = project.home.with_name("victim")
    victim.write_text("precious")
    (project.cache / "project").symlink_to(victim)
    assert project.check()[:2] == project.check("--no-cache")[:2]
    assert victim.read_text() == "precious"


def test_other_things_in_its_place_do_no_harm(project: Project, expected: tuple[int, str, str]) -> None:
    shutil.rmtree(project.cache)
    project.cache.write_text("a file")
    assert project.check() == expected
    assert project.cache.read_text() == "a file"
    project.cache.unlink()
    for name in ("project",):
        (project.cache / name).mkdir(parents=True)
    assert project.check() == expected
    if hasattr(os, "mkfifo"):
        shutil.rmtree(project.cache)
        project.cache.mkdir()
        os.mkfifo(project.cache / "project")
        assert project.check() == expected


def read_only(folder: Path) -> bool:
    """Make a folder one that cannot be written; whether that holds for this user."""
    folder.chmod(0o555)
    try:
        (folder / "probe").touch()
    except OSError:
        return True
    (folder / "probe").unlink()
    return False


@pytest.mark.parametrize("is_warm", [True, False])
def test_a_cache_that_cannot_be_written_is_read_or_done_without(
    project: Project, expected: tuple[int, str, str], is_warm: bool
) -> None:
    if not is_warm:
        for path in project.kept():
            path.unlink()
    is_enforced = read_only(project.cache)
    try:
        assert project.check() == expected
        if is_enforced:
            assert len(project.kept()) == (2 if is_warm else 0)
        (project.folder / "app.py").write_text(APP + "# changed\n")
        assert project.check()[:2] == project.check("--no-cache")[:2]
    finally:
        project.cache.chmod(0o755)


def test_without_a_place_for_the_key_nothing_is_kept(project: Project) -> None:
    project.home.write_text("a file")
    cold = project.check("--no-cache")
    assert project.check() == cold
    assert not project.cache.exists() or not project.kept()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="modes mean nothing there")
def test_a_key_that_others_can_read_is_no_key(project: Project, expected: tuple[int, str, str]) -> None:
    key = project.home / "lambdalint" / "key"
    assert key.stat().st_mode & 0o077 == 0
    before = [path.read_bytes() for path in project.kept()]
    key.chmod(0o644)
    (project.folder / "app.py").write_text(APP + "# changed\n")
    assert project.check()[:2] == project.check("--no-cache")[:2]
    assert [path.read_bytes() for path in project.kept()] == before


def test_runs_at_the_same_time_share_a_cache(project: Project) -> None:
    expected = project.check("--no-cache")
    for _ in range(3):
        if project.cache.exists():
            shutil.rmtree(project.cache)
        runs = [project.start() for _ in range(4)]
        found = [run.communicate(timeout=300) for run in runs]
        assert [(run.returncode, *said) for run, said in zip(runs, found, strict=True)] == [expected] * 4
    assert project.check() == expected
    assert not [path for path in project.cache.iterdir() if path.name.startswith(".project")]
