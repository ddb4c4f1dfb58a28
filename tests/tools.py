"""Tools from package registries that tests run: found, installed for a test session, or a reason to skip."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

IN_CI = bool(os.environ.get("CI"))


def need_module(name: str) -> None:
    """Skip the test where a module of the dependency group `integration` is not installed; in CI that is a failure."""
    if importlib.util.find_spec(name) is None:
        missing(f"{name} is not installed (dependency group integration)")


def missing(reason: str) -> None:
    """Skip for a reason, except in CI, where every tool must be there."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)


def script(name: str) -> list[str]:
    """The command of a console script of this environment, or on the path."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        missing(f"{name} is not installed (dependency group integration)")
    return [str(found)]


def npm_install(folder: Path, *packages: str) -> Path:
    """Install packages of the npm registry into a folder: the folder of their commands."""
    if shutil.which("npm") is None:
        missing("npm is not installed")
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-save", "--prefix", str(folder), *packages]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300)
    if done.returncode:
        missing(f"{' '.join(packages)} cannot be installed: {done.stderr[-300:]}")
    return folder / "node_modules" / ".bin"
