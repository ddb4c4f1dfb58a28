"""Runs the `console` blocks of a page: lines after `$ ` are commands, those below them what they print.

A line `...` stands for any lines, and `...` in a line for any text.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from checkout import clean_environment
from snippets import blocks


class Command(NamedTuple):
    """One command of a page, with the lines that it prints."""

    text: str
    expected: str


def commands(page: str, language: str = "console") -> list[Command]:
    """The commands of all console blocks of a page, in order."""
    found: list[Command] = []
    for block in blocks(page):
        if block.language != language:
            continue
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            number = 1
            while lines[number - 1].endswith("\\") or (number < len(lines) and re.match(r">(?: |$)", lines[number])):
                number += 1
            command = "\n".join(re.sub(r"^> ?", "", line) for line in lines[:number])
            found.append(Command(command, "\n".join(lines[number:]).strip("\n")))
    return found


def run(command: str, folder: Path) -> str:
    """What a command prints on both streams."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=clean_environment(NO_COLOR="1"),
    )
    return done.stdout.decode("utf-8").strip("\n")


def matches(printed: str, expected: str) -> bool:
    """Whether the lines that were printed are those that a page shows."""
    patterns = [
        r"(?:.*\n)*?.*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") for line in expected.split("\n")
    ]
    return re.fullmatch("\n".join(patterns), printed) is not None


def follow(page: str, folder: Path) -> None:
    """Run every command of a page in a folder, and compare what it prints with what the page shows."""
    found = commands(page)
    assert found
    for command, expected in found:
        printed = run(command, folder)
        assert matches(printed, expected), f"$ {command}\n--- the page\n{expected}\n--- printed\n{printed}"
