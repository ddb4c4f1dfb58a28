"""Python that stands inside a template: where each of its rows lies."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence as SequenceType
from dataclasses import replace

from lambdalint.declared import Declarations, DeclaredFunction, InlineCode, TemplateProblem
from lambdalint.templates.tree import Scalar

MAX_CHARACTERS = 60_000
"""How much Python one function may hold in its template, some two thousand rows; real ones stay below half of it."""
MAX_BODIES = 500
"""How many functions of one file may hold Python of their own: as many resources as CloudFormation takes."""


def within_bounds(found: Declarations) -> Declarations:
    """What a file declares, inline code past the bounds taken out of it and reported."""
    if not found.functions:
        return found
    functions: list[DeclaredFunction] = []
    problems = list(found.problems)
    seen: set[InlineCode] = set()
    for function in found.functions:
        code = function.inline
        if code is not None and code not in seen:
            if len(code.text) > MAX_CHARACTERS:
                problem = f"lambdalint reads no more than {MAX_CHARACTERS:,} characters of a function's inline code"
            elif len(seen) == MAX_BODIES:
                problem = f"lambdalint reads the inline code of no more than {MAX_BODIES} functions of a template"
            else:
                problem = ""
                seen.add(code)
            if problem:
                problems.append(TemplateProblem(function.template, code.first_row, problem))
                function = replace(function, inline=None, handler="")
        functions.append(function)
    return replace(found, functions=tuple(functions), problems=tuple(problems))


def from_block(node: Scalar, lines: SequenceType[str]) -> InlineCode:
    """The code of a scalar; `lines` are the template's rows without their endings.

    A literal block is exact when each row of its text stands in the row below the one before, indented alike.
    """
    if node.style != "|":
        return InlineCode(textwrap.dedent(node.value), node.span.row, 0, False)
    return aligned(node.value, node.span.row + 1, lines)


def aligned(code: str, first_row: int, lines: SequenceType[str]) -> InlineCode:
    """The code whose first row stands in `first_row` of the template, its common indentation removed."""
    dedented = textwrap.dedent(code)
    rows = dedented.split("\n")
    indent = _indent(rows, first_row, lines)
    is_exact = indent is not None and all(
        _is_shifted(row, lines[first_row - 1 + number] if first_row - 1 + number < len(lines) else "", indent)
        for number, row in enumerate(rows)
        if row.strip()
    )
    return InlineCode(dedented, first_row, indent or 0, is_exact)


def _indent(rows: SequenceType[str], first_row: int, lines: SequenceType[str]) -> int | None:
    """How far right of its own column the first row with text stands."""
    for number, row in enumerate(rows):
        if row.strip():
            index = first_row - 1 + number
            line = lines[index] if index < len(lines) else ""
            return (len(line) - len(line.lstrip())) - (len(row) - len(row.lstrip()))
    return None


def _is_shifted(row: str, line: str, indent: int) -> bool:
    return indent >= 0 and line[:indent].strip() == "" and line[indent:].rstrip("\r") == row.rstrip("\r")
