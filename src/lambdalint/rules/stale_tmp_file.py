"""LMB603 ``stale-tmp-file``: a file of a fixed name in /tmp is left for the next invocation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import filesystem as fs
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.heads import literal_head
from lambdalint.link.model import Site
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program, Reach
from lambdalint.rules.base import rule
from lambdalint.summary import Attribute, Call, Expr, If
from lambdalint.walk import Frame, expressions
from lambdalint.written import FileWrite, file_writes


class _Removals(NamedTuple):
    """What the invocations of a handler remove: known paths, and whether they remove paths that are not known."""

    paths: frozenset[str]
    others: bool


@rule(
    "LMB603",
    "stale-tmp-file",
    Severity.WARNING,
    default=False,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def stale_tmp_file(program: Program) -> Iterator[Diagnostic]:
    """Leaves a file of a fixed name in `/tmp`, or appends to one.

    ## Why is this bad?
    `/tmp` outlives the invocation.  What is appended to a fixed name follows what earlier invocations of the same
    execution environment wrote there; a file that is never removed may be read by mistake when a later invocation
    fails to write it, and fills the 512 MB that `/tmp` has by default.

    ## Bad
    ```python
    def lambda_handler(event, context):
        with open("/tmp/rows.csv", "a") as file:
            file.write(event["row"])
    ```

    ## Good
    ```python
    import tempfile


    def lambda_handler(event, context):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(event["row"])
    ```

    ## Errs towards
    Silence: a file that is written only when it is not there is a cache, and where a handler that runs the code
    removes files whose names are not known, it may be this one.
    """
    removals = tuple(
        (program.running.invoked(phases), _removals(program, phases)) for phases in program.phases.handlers
    )
    for unit in program.invoke_units:
        if program.is_durable(unit):
            continue
        for write in file_writes(program, unit):
            if write.makes_folder or not write.head.is_whole or not fs.is_fixed_temporary(write.head.text):
                continue
            reach = program.reach(write.site)
            if reach is None or any(
                _asks_whether_there(program, frame, write.site) for frame in write.site.place.frames
            ):
                continue
            beside = [found for units, found in removals if unit in units]
            if "a" in write.mode or not any(_is_removed(write.head.text, found) for found in beside):
                yield _diagnostic(program, write, reach)


def _diagnostic(program: Program, write: FileWrite, reach: Reach) -> Diagnostic:
    verb = "is appended to" if "a" in write.mode else "is left behind"
    return program.report(
        write.site,
        f"`{write.head.text}` {verb}, and the next invocation finds it",
        "use `tempfile`, or remove the file before the handler returns",
        reach=reach,
    )


def _is_removed(path: str, removals: _Removals) -> bool:
    if removals.others:
        return True
    return any(path == removed or path.startswith(removed.rstrip("/") + "/") for removed in removals.paths)


def _removals(program: Program, phases: HandlerPhases) -> _Removals:
    paths: set[str] = set()
    others = False
    for unit in program.running.invoked(phases):
        for site, call, values in program.calls(unit):
            removed = _removed(call, {value.path for value in values})
            if removed is None:
                continue
            head = literal_head(program, removed, site.scope)
            if head is not None and head.is_whole:
                paths.add(head.text)
            else:
                others = True
    return _Removals(frozenset(paths), others)


def _removed(call: Call, names: set[str]) -> Expr | None:
    """The path that a call removes or moves away."""
    if not fs.REMOVALS.isdisjoint(names):
        return call.arguments[0].value if call.arguments else None
    if isinstance(call.func, Attribute) and call.func.attr in fs.REMOVAL_METHODS:
        return call.func.value
    return None


def _asks_whether_there(program: Program, frame: Frame, site: Site) -> bool:
    """Whether a test asks if a file exists: what it guards is then written once."""
    if not isinstance(frame.node, If) or frame.branch == "test":
        return False
    for part in expressions(frame.node.test):
        if isinstance(part, Call):
            if isinstance(part.func, Attribute) and part.func.attr in fs.EXISTENCE_METHODS:
                return True
            if not fs.EXISTENCE_CALLS.isdisjoint(program.paths(part.func, site.scope)):
                return True
    return False
