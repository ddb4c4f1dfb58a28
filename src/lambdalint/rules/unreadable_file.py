"""LMB902 ``unreadable-file``: a file that cannot be read or decoded is not silently passed over."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.source import Span


@rule(
    "LMB902",
    "unreadable-file",
    Severity.ERROR,
    always=True,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html#troubleshooting-deployment-denied",
        "https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations",
    ),
)
def unreadable_file(program: Program) -> Iterator[Diagnostic]:
    """A Python file or a folder cannot be read, or a file's bytes are not in the encoding that it declares.

    ## Why is this bad?
    Python refuses to import such a file, and nothing in it could be checked.

    ## Bad
    A file in Latin-1 without a coding line above, a file or folder without read permission, a file of several
    megabytes.

    ## Good
    The same file in UTF-8, or with `# -*- coding: latin-1 -*-` in its first or second line.

    ## Errs towards
    Noise: files that no handler imports are reported as well, since they cannot be told from those that matter.
    """
    return broken_files(program, "LMB902")


def broken_files(program: Program, code: str) -> Iterator[Diagnostic]:
    """A diagnostic for each file that could not be summarised for the reason of a code."""
    for path, problem in sorted(program.project.broken.items()):
        if problem.code == code:
            span = Span(problem.row, problem.column, problem.row, problem.column + 1)
            yield Diagnostic(path, span, problem.message, help=_HELP[code])


_HELP = {
    "LMB901": "mend the syntax: nothing in this file was checked",
    "LMB902": "let this user read it; save a file as UTF-8, or declare its encoding in the first line",
}
