"""A Dockerfile as its instructions, each with its rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.source import Span


class Instruction(NamedTuple):
    """One instruction: its name in upper case, its text with continued lines joined, and the lines it stands in."""

    name: str
    text: str
    row: int
    lines: tuple[str, ...]

    def find(self, word: str) -> Span:
        """The place of a word in the instruction, else the instruction's name."""
        for number, line in enumerate(self.lines):
            column = line.find(word) if word else -1
            if column >= 0:
                return Span(self.row + number, column, self.row + number, column + len(word))
        return Span(self.row, 0, self.row, len(self.name))


def instructions(source: str) -> Iterator[Instruction]:
    """The instructions of a Dockerfile; comments, parser directives and here-documents are left out.

    https://docs.docker.com/reference/dockerfile/#format
    """
    lines = source.split("\n")
    ends: dict[str, list[int]] = {}
    if "<<" in source:
        for index, line in enumerate(lines):
            ends.setdefault(line.strip(), []).append(index)
    number = 0
    while number < len(lines):
        first = number
        taken: list[str] = []
        while number < len(lines):
            line = lines[number].rstrip("\r")
            number += 1
            is_comment = line.lstrip().startswith("#")
            taken.append("" if is_comment else line)
            if not (line.rstrip().endswith("\\") or (is_comment and len(taken) > 1)):
                break
        name, _, text = " ".join(line.rstrip().removesuffix("\\").strip() for line in taken).strip().partition(" ")
        if not name:
            continue
        if "<<" in text:
            number = _after_document(ends, number, text)
        yield Instruction(name.upper(), text.strip(), first + 1, tuple(taken))


def _after_document(ends: dict[str, list[int]], number: int, text: str) -> int:
    """The line after a here-document, or the same line when none ends below; `ends` gives the lines of a text."""
    mark = text.split("<<", 1)[1].lstrip("-").split(maxsplit=1)
    word = mark[0].strip("'\"") if mark else ""
    if not word.isidentifier():
        return number
    below = ends.get(word, [])
    found = bisect_left(below, number)
    return below[found] + 1 if found < len(below) else number
