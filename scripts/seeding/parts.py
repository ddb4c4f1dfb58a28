"""What a seed is made of."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

from seeding.defect import MARK, Defect

NESTED_NAMES = re.compile(r"\b(?:seed_|SEED_|Seed)\w+")


@dataclass(frozen=True)
class Seed:
    """What is put into a module: lines of module level, statements of the handler, decorators, files beside it.

    In `body` `EVENT` and `CONTEXT` still stand for the handler's parameters; `DOT` in an import stands for the dot
    of a relative import where the module is part of a package.
    """

    head: str
    body: str
    tail: str = ""
    decorator: str = ""
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """A defect whose names are spelt out: lines of module level, and an expression or statements."""

    defect: Defect
    head: str
    line: str
    value: str
    files: dict[str, str]

    @property
    def is_expression(self) -> bool:
        """Whether the line may stand within an expression."""
        return bool(self.line) and not self.defect.statement

    def marked(self) -> str:
        """The line with its value in place and the mark where a finding is expected."""
        line = self.line.replace("VALUE", self.value)
        if not line:
            return ""
        return line if MARK in self.head + line else line.replace("\n", f"{MARK}\n", 1) if "\n" in line else line + MARK


@dataclass(frozen=True)
class Variant:
    """One way to write a defect; `write` answers None where it does not apply to the defect."""

    name: str
    write: Callable[[Parts], Seed | None]
    spelling: str = ""


def indented(text: str, by: int = 4) -> str:
    """The text, each line moved to the right."""
    return textwrap.indent(text, " " * by)


def inside(text: str) -> str:
    """Statements of the handler as they read in a function of its own that takes both parameters."""
    return re.sub(r"\bCONTEXT\b", "context", re.sub(r"\bEVENT\b", "event", text))


def plain(parts: Parts) -> Seed:
    """The line as a statement of the handler."""
    return stood(parts, parts.marked())


def stood(parts: Parts, statements: str, head: str = "", files: dict[str, str] | None = None) -> Seed:
    """Statements of the handler itself."""
    if parts.defect.returns:
        statements = f"if EVENT.get('httpMethod') == 'SEED':\n{indented(statements)}"
    return Seed(f"{parts.head}\n{head}", statements, parts.defect.tail, "", {**parts.files, **(files or {})})
