"""Chalice projects, by their .chalice/config.json.

https://aws.github.io/chalice/topics/configfile.html
"""

from __future__ import annotations

import posixpath

from lambdalint.declared import Declarations, DeclaredFunction, TemplateProblem, Variable
from lambdalint.templates.jsontree import parse_json
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.tree import Mapping, Node, Scalar, TreeError, entries, get, get_entry, literal_text

MODULE = "app"
"""Chalice deploys the `app` of app.py."""


def read(path: str, data: bytes, project: Project) -> Declarations:
    """The application of a project: `app.app`, with the variables of all its stages."""
    try:
        root = parse_json(decode_template(data), path)
    except TreeError as error:
        return Declarations(problems=(TemplateProblem(path, error.row, error.message),))
    folder = posixpath.dirname(posixpath.dirname(path))
    if not isinstance(root, Mapping) or posixpath.join(folder, f"{MODULE}.py") not in project.files:
        return Declarations()
    name = get_entry(root, "app_name")
    place = name.value.span if name else root.span
    vendor = posixpath.join(folder, "vendor")
    function = DeclaredFunction(
        name=(literal_text(name.value) if name else None) or posixpath.basename(folder),
        handler=f"{MODULE}.app",
        code_dir=folder,
        layers=(vendor,) if vendor in project.folders else (),
        runtime=None,
        environment=_environment(root),
        is_environment_known=False,  # deployment scripts and the CDK construct add to this file's variables
        log_format=None,
        events=frozenset(),
        template=path,
        row=place.row,
        handler_span=place,
        source="chalice",
    )
    return Declarations((function,))


def _environment(root: Node) -> tuple[Variable, ...]:
    """The variables of the project, of its stages and of their functions; the first literal of a name counts."""
    found: dict[str, Variable] = {}
    stages = [entry.value for entry in entries(get(root, "stages"))]
    functions = [entry.value for stage in stages for entry in entries(get(stage, "lambda_functions"))]
    for owner in (root, *stages, *functions):
        for entry in entries(get(owner, "environment_variables")):
            if isinstance(entry.value, Scalar):
                variable = Variable(entry.key.value, entry.key.span.row, entry.value.span, literal_text(entry.value))
                found.setdefault(variable.name, variable)
    return tuple(found.values())
