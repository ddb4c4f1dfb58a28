"""LMB456 ``path-from-event``: a file whose path comes from the event is written."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.flow.sinks import Sink, open_mode
from lambdalint.flow.untrusted import reached, report
from lambdalint.flow.values import Atom
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call

_WRITERS = ("open", "io.open")
_REMOVERS = ("os.remove", "os.unlink", "os.rmdir", "os.mkdir", "os.makedirs", "shutil.rmtree")


@rule(
    "LMB456",
    "path-from-event",
    Severity.WARNING,
    default=False,
    references=(
        "https://wa.aws.amazon.com/serv.question.SEC_3.en.html",
        "https://docs.python.org/3/library/os.path.html#os.path.basename",
    ),
)
def path_from_event(program: Program) -> Iterator[Diagnostic]:
    """Opens a file for writing whose path is joined from the event.

    ## Why is this bad?
    A name such as `../code.py` or an absolute path leads out of the folder that was meant: to files of another
    invocation, or to code that later ones run.

    ## Bad
    ```python
    def lambda_handler(event, context):
        with open("/tmp/" + event["name"], "w", encoding="utf-8") as file:
            file.write(event["text"])
        return {"ok": True}
    ```

    ## Good
    ```python
    import os


    def lambda_handler(event, context):
        with open("/tmp/" + os.path.basename(event["name"]), "w", encoding="utf-8") as file:
            file.write(event["text"])
        return {"ok": True}
    ```

    ## Errs towards
    Silence: what an allow-list, a pattern or a parser was asked about, numbers and identifiers are taken for checked.
    """
    for found in reached(program, "path", _is_harmful):
        yield report(
            program, found, "decides which file is written", "take its `os.path.basename`, or make a name of your own"
        )


def _is_harmful(sink: Sink, atom: Atom) -> bool:
    """Whether a path is written, or read below /tmp under the key of an object."""
    if sink.path in _REMOVERS:
        return False
    if sink.path not in _WRITERS:
        return True
    mode = open_mode(sink.expr) if isinstance(sink.expr, Call) else None
    if mode is not None and set("wax+") & set(mode):
        return True
    return atom.path[-1:] == ("key",) and (atom.prefix or "").startswith("/tmp")
