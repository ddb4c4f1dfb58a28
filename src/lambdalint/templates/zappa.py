"""Zappa projects, by their zappa_settings in JSON, YAML or TOML.

https://github.com/zappa/Zappa#advanced-settings
"""

from __future__ import annotations

import importlib
import posixpath
import sys
from typing import Any

from lambdalint.declared import Declarations, DeclaredFunction, TemplateProblem, Variable
from lambdalint.source import Span
from lambdalint.templates.jsontree import parse_json
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.tree import (
    MAX_DEPTH,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    TreeError,
    entries,
    get,
    items,
    literal_text,
    text,
)
from lambdalint.templates.yamltree import parse_yaml

_VARIABLES = ("environment_variables", "aws_environment_variables")


def read(path: str, data: bytes, project: Project) -> Declarations:
    """The applications that the stages deploy, and the functions that their events call; each once.

    Zappa's own handler sets more variables than the settings name, so the environment is never known.
    """
    try:
        root = _parse(path, decode_template(data))
    except TreeError as error:
        return Declarations(problems=(TemplateProblem(path, error.row, error.message),))
    found: dict[str, DeclaredFunction] = {}
    for stage in entries(root):
        for node, event in _called(stage.value):
            handler = text(node) or ""
            if handler and handler not in found:
                found[handler] = _function(path, stage, node, event, project)
    return Declarations(tuple(found.values()))


def _parse(path: str, source: str) -> Node | None:
    if path.endswith(".json"):
        return parse_json(source, path)
    return _parse_toml(path, source) if path.endswith(".toml") else parse_yaml(source, path)


def _called(stage: Node) -> list[tuple[Node, str]]:
    """(the node that names a function, the kind of its event) of a stage."""
    application = get(stage, "app_function")
    found = [(application, "")] if application is not None else []
    for event in items(get(stage, "events"))[:200]:
        function = get(event, "function")
        if function is not None:
            scheduled = get(event, "expression") is not None or get(event, "expressions") is not None
            found.append((function, "schedule" if scheduled else ""))
    return found


def _function(path: str, stage: Entry, node: Node, event: str, project: Project) -> DeclaredFunction:
    folder = posixpath.dirname(path)
    handler = text(node) or ""
    variables: dict[str, Variable] = {}
    for name in _VARIABLES:
        for entry in entries(get(stage.value, name)):
            span = entry.value.span
            variables[entry.key.value] = Variable(entry.key.value, span.row, span, literal_text(entry.value))
    return DeclaredFunction(
        name=stage.key.value if not event else f"{stage.key.value}.{handler.rpartition('.')[2]}",
        handler=handler,
        code_dir=project.holder(folder, handler) or folder,
        layers=(),
        runtime=literal_text(get(stage.value, "runtime")),
        environment=tuple(variables.values()),
        is_environment_known=False,
        log_format=None,
        events=frozenset({event} - {""}),
        template=path,
        row=node.span.row,
        handler_span=node.span,
        source="zappa",
    )


# --- TOML, whose parser keeps no positions


def _parse_toml(path: str, source: str) -> Node:
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        values = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        words = str(error).rpartition("(at line ")[2].split(",")[0]
        raise TreeError(str(error), int(words) if words.isdigit() else 1) from None
    return _Placed(path, source.split("\n")).node(values, "", 0)


class _Placed:
    """Turns values into nodes at the first row that holds both their key and their text."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self._path = path
        self._lines = lines

    def node(self, value: Any, key: str, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise TreeError(f"nested deeper than {MAX_DEPTH} levels", 1)
        if isinstance(value, dict):
            pairs = (
                Entry(Scalar(self._span(name, ""), self._path, name), self.node(inner, name, depth + 1))
                for name, inner in value.items()
            )
            return Mapping(self._span(key, ""), self._path, tuple(pairs))
        if isinstance(value, list):
            return Sequence(self._span(key, ""), self._path, tuple(self.node(item, key, depth + 1) for item in value))
        return Scalar(self._span(key, str(value)), self._path, str(value), "", '"' if isinstance(value, str) else "")

    def _span(self, key: str, value: str) -> Span:
        for row, line in enumerate(self._lines, 1):
            if key and key in line and value in line:
                column = line.index(value) if value else line.index(key)
                return Span(row, column, row, column + len(value or key))
        return Span(1, 0, 1, 0)
