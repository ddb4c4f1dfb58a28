"""This checkout as others get it: a copy, a git repository of it, and commands run in fresh folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGED = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "pyproject.toml")
_GIT = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")


def copy_package(target: Path) -> None:
    """What an installation of the package needs, as it is in the work tree."""
    target.mkdir(parents=True)
    for name in PACKAGED:
        shutil.copy(ROOT / name, target / name)
    shutil.copytree(ROOT / "src", target / "src", ignore=shutil.ignore_patterns("__pycache__"))


def git(folder: Path, *arguments: str) -> str:
    """The output of git in a folder."""
    done = subprocess.run(["git", *_GIT, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit_all(folder: Path) -> str:
    """A new commit of all files of a folder, made a repository if it is none: its hash."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "all")
    return git(folder, "rev-parse", "HEAD")


def clean_environment(**added: str) -> dict[str, str]:
    """The environment without what a surrounding git, pre-commit or virtual environment has set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "SKIP"))}
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**kept, **added}
