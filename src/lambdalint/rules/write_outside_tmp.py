"""LMB602 ``write-outside-tmp``: a file is written where the file system can only be read."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.written import FileWrite, changes_folder, file_writes, is_expected_to_fail, is_outside


@rule(
    "LMB602",
    "write-outside-tmp",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html",
    ),
)
def write_outside_tmp(program: Program) -> Iterator[Diagnostic]:
    """Writes a file outside `/tmp`.

    ## Why is this bad?
    On Lambda only `/tmp`, and a file system mounted below `/mnt`, can be written.  Everything else, the function's
    own folder and with it every relative path included, is read-only: the call raises `OSError: [Errno 30]
    Read-only file system`.  It works on a laptop.

    ## Bad
    ```python
    def lambda_handler(event, context):
        with open("report.csv", "w") as file:
            file.write(event["report"])
    ```

    ## Good
    ```python
    def lambda_handler(event, context):
        with open("/tmp/report.csv", "w") as file:
            file.write(event["report"])
    ```

    ## Errs towards
    Silence: a path is judged only where the code says how it begins; nothing is said in a branch that asks where it
    runs, in a `try` that expects an `OSError`, and of relative paths where something changes the working directory.
    """
    is_relative_known = not changes_folder(program)
    for unit in program.running_units:
        if program.is_durable(unit):
            continue
        for write in file_writes(program, unit):
            if not is_outside(write.head) or not (is_relative_known or write.head.text.startswith("/")):
                continue
            if not is_expected_to_fail(program, write.site):
                yield _diagnostic(program, write)


def _diagnostic(program: Program, write: FileWrite) -> Diagnostic:
    text = write.head.text if write.head.is_whole else f"{write.head.text}…"
    return program.report(
        write.site,
        f"`{write.name}` writes to `{text}`, which is read-only on Lambda",
        "write below `/tmp`, or to S3",
        reach=program.reach_invoked(write.site),
    )
