"""LMB452 ``command-from-event``: a shell command is built from the event."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.flow.untrusted import reached, report
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB452",
    "command-from-event",
    Severity.ERROR,
    default=False,
    references=(
        "https://wa.aws.amazon.com/serv.question.SEC_3.en.html",
        "https://docs.python.org/3/library/subprocess.html#security-considerations",
    ),
)
def command_from_event(program: Program) -> Iterator[Diagnostic]:
    """Runs a shell command that is built from the event.

    ## Why is this bad?
    The shell splits and expands its text: whoever sends the event runs commands with the function's role and
    credentials.

    ## Bad
    ```python
    import subprocess


    def lambda_handler(event, context):
        subprocess.run("/opt/bin/convert " + event["file"], shell=True, check=True)
        return {"ok": True}
    ```

    ## Good
    ```python
    import subprocess


    def lambda_handler(event, context):
        subprocess.run(["/opt/bin/convert", "--", event["file"]], check=True)
        return {"ok": True}
    ```

    ## Errs towards
    Silence: what an allow-list, a pattern or a parser was asked about, numbers and identifiers are taken for checked.
    """
    for found in reached(program, "command", lambda sink, atom: True):
        yield report(program, found, "becomes part of a shell command", "pass a list of arguments, without a shell")
