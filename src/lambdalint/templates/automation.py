"""Python functions that Systems Manager runs: the `aws:executeScript` steps of Automation runbooks.

Such a function takes (events, context) too, but no Lambda runtime ever calls it.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambdalint.declared import Script
from lambdalint.templates.jsontree import parse_json
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.tree import Mapping, Node, Scalar, TreeError, get, text, walk
from lambdalint.templates.yamltree import parse_yaml

ACTION = "aws:executeScript"

_FILE = re.compile(r"[\w./-]*\w\.py\b")
_MOST_ROWS = 3
"""A `Script` that stands for a file says so in a row or two; one that is longer is itself the code."""


def read(path: str, data: bytes, project: Project) -> tuple[Script, ...]:
    """The functions of the project's files that the steps of a runbook name; none for a text that is no runbook.

    A step's `Script` may stand for a file that a build puts in its place: its text is then little more than the
    file's name.  A step with an attachment, which is a .zip, names "file.function" as its handler.
    """
    try:
        source = decode_template(data)
        root = parse_json(source, path) if source.lstrip().startswith("{") else parse_yaml(source, path)
    except TreeError:
        return ()
    found: dict[Script, None] = {}
    for inputs in _steps(root):
        handler = text(get(inputs, "Handler"))
        for name in _files(inputs, handler or ""):
            file = _nearest(path, name, project)
            if file is not None and handler:
                found[Script(file, handler.rpartition(".")[2])] = None
    return tuple(sorted(found))


def _steps(root: Node | None) -> Iterator[Node]:
    """The `inputs` of every step that runs a script, however deep the runbook lies in a template."""
    for node in walk(root):
        if isinstance(node, Mapping) and text(get(node, "action")) == ACTION:
            inputs = get(node, "inputs")
            if inputs is not None and (text(get(inputs, "Runtime")) or "python").lower().startswith("python"):
                yield inputs


def _files(inputs: Node, handler: str) -> tuple[str, ...]:
    """The names of files that the code of a step may come from."""
    script = get(inputs, "Script")
    if isinstance(script, Scalar):
        rows = script.value.strip().splitlines()
        return tuple(_FILE.findall(script.value)) if len(rows) <= _MOST_ROWS else ()
    module = handler.rpartition(".")[0]
    return (f"{module.replace('.', '/')}.py",) if module and get(inputs, "Attachment") is not None else ()


def _nearest(path: str, name: str, project: Project) -> str | None:
    """The file of that name which shares the most folders with a runbook; None where two are as near."""
    ending = "/" + posixpath.normpath(name).lstrip("./")
    base = posixpath.basename(ending)
    best: list[str] = []
    most = -1
    for file in project.files_named(base):
        if file.endswith(ending):
            shared = len(posixpath.commonpath((posixpath.dirname(path), posixpath.dirname(file))))
            if shared > most:
                best, most = [], shared
            if shared == most:
                best.append(file)
    return best[0] if len(best) == 1 else None
