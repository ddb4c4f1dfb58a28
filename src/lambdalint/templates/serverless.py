"""Functions of the Serverless Framework's services.

https://www.serverless.com/framework/docs/providers/aws/guide/functions
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import NamedTuple

from lambdalint.declared import Declarations, DeclaredFunction, Script, TemplateComment, TemplateProblem, Variable
from lambdalint.source import Span
from lambdalint.templates import cloudformation, docker
from lambdalint.templates.event_patterns import change_kinds
from lambdalint.templates.intrinsics import referenced
from lambdalint.templates.jsontree import parse_json
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.runtimes import may_be_python
from lambdalint.templates.serverless_variables import Variables, merged
from lambdalint.templates.stored import stored_parameters
from lambdalint.templates.tree import Entry, Mapping, Node, Scalar, TreeError, entries, get, items, literal_text, text
from lambdalint.templates.ts_objects import exported_object
from lambdalint.templates.yamltree import parse_yaml, suppression_comments

_LOOKS_SO = re.compile(r"""(?m)^["']?(?:provider|functions)["']?\s*:""")
_VARIABLE_PLUGINS = ("env", "secret", "ssm")
_PARTS = ("functions", "resources", "constructs")
_LIFTED = ("worker", "authorizer")
_EVENTS = {"http": "api", "eventbridge": "eventbridge", "cloudwatchevent": "eventbridge"}


def read(path: str, data: bytes, project: Project) -> Declarations:
    """The functions of a service file; problems also for the files that it includes."""
    source = ""
    try:
        source = decode_template(data)
        root = _root(source, path, project)
    except TreeError as error:
        sample = source or data[:200_000].decode("utf-8", "replace")
        problem = TemplateProblem(path, error.row, error.message)
        return Declarations(problems=(problem,) if _LOOKS_SO.search(sample) else ())
    if get(root, "provider") is None or not any(get(root, part) for part in _PARTS):
        return Declarations()
    service = _Service.of(path, root, project)
    provider = text(get(service.provider, "name")) or text(service.provider) or "aws"
    if provider != "aws":
        return Declarations(scripts=() if "$" in provider else _of_another(service))
    functions = [found for entry in _entries(service) if (found := _function(service, entry)) is not None]
    if isinstance(get(root, "resources"), Mapping):
        resources = get(root, "resources")
        functions += cloudformation.read_tree(resources, path, source, project, service.folder)
    problems = tuple(TemplateProblem(*problem) for problem in dict.fromkeys(service.variables.problems))
    comments = _comments(functions, path, source, root, project)
    return Declarations(tuple(functions), problems, comments, parameters=stored_parameters(get(root, "resources")))


def _of_another(service: _Service) -> tuple[Script, ...]:
    """The functions that a service of another provider runs; Google's takes a function's name alone, of main.py.

    https://www.serverless.com/framework/docs/providers/google/guide/functions
    """
    found = set()
    for entry in _entries(service):
        handler = service.variables.text(get(entry.value, "handler")) or ""
        file = service.project.module_file(service.folder, handler if "." in handler else f"main.{handler}")
        if file is not None:
            found.add(Script(file, handler.rpartition(".")[2]))
    return tuple(sorted(found))


def _root(source: str, path: str, project: Project) -> Node | None:
    """The service's object.  Raises TreeError."""
    if path.endswith((".ts", ".js", ".cjs", ".mjs")):
        return exported_object(source, path, project, "provider")
    return parse_json(source, path) if path.endswith(".json") else parse_yaml(source, path)


class _Service(NamedTuple):
    """A service while it is read."""

    path: str
    folder: str
    root: Node | None
    provider: Node | None
    plugins: tuple[str, ...]
    variables: Variables
    project: Project

    @classmethod
    def of(cls, path: str, root: Node | None, project: Project) -> _Service:
        folder = posixpath.dirname(path)
        variables = Variables(root, folder, project)
        listed = variables.resolve(get(root, "plugins"))
        names = items(listed) or items(variables.get(listed, "modules"))
        plugins = tuple(name for item in names if (name := text(item)))
        return cls(path, folder, root, variables.resolve(get(root, "provider")), plugins, variables, project)


def _comments(
    functions: list[DeclaredFunction], path: str, source: str, root: Node | None, project: Project
) -> tuple[TemplateComment, ...]:
    """The comments of the service file and of the files that its functions stand in."""
    found = [TemplateComment(path, *place) for place in suppression_comments(source, root)]
    for other in sorted({function.template for function in functions} - {path}):
        try:
            included = decode_template(project.bytes_of(other) or b"")
        except TreeError:
            continue
        found += [TemplateComment(other, *place) for place in suppression_comments(included, None)]
    return tuple(found)


def _entries(service: _Service) -> list[Entry]:
    """The functions of a service, includes resolved, and those that constructs of serverless-lift hold.

    https://github.com/getlift/lift/blob/master/docs/queue.md
    """
    maps = merged(service.variables, get(service.root, "functions"))
    found = [entry for node in maps for entry in entries(node)]
    for construct in entries(service.variables.resolve(get(service.root, "constructs"))):
        for entry in entries(construct.value):
            if entry.key.value in _LIFTED and get(entry.value, "handler") is not None:
                name = f"{construct.key.value}{entry.key.value.capitalize()}"
                found.append(Entry(entry.key._replace(value=name), entry.value))
    return found[:2000]


def _function(service: _Service, entry: Entry) -> DeclaredFunction | None:
    variables = service.variables
    node = variables.resolve(entry.value)
    if not isinstance(node, Mapping):
        return None
    own = get(node, "handler")
    handler = _based(service, (variables.text(own) or "").removeprefix("./"))
    image = get(node, "image")
    runtime = variables.text(get(node, "runtime")) or variables.text(get(service.provider, "runtime"))
    if own is None and image is None:
        return None
    if image is None and (not may_be_python(runtime, handler) or _is_node_by_default(service, node)):
        return None
    environment, is_known = _environment(service, node)
    place = own if own is not None else image
    template = place.file if place is not None else service.path
    function = DeclaredFunction(
        name=entry.key.value,
        handler=handler,
        code_dir=_code_dir(service, node, handler),
        layers=_layers(service, node),
        runtime=runtime,
        environment=tuple(
            variable._replace(path=None if variable.path == template else variable.path) for variable in environment
        ),
        is_environment_known=is_known,
        log_format=_log_format(service, node),
        events=_events(service, node),
        template=template,
        row=entry.key.span.row if entry.key.file == template else node.span.row,
        handler_span=place.span if place is not None else entry.key.span,
        source="serverless",
        is_image=image is not None,
    )
    return _with_image(service, function, image) if image is not None else _with_wsgi(service, function)


def _based(service: _Service, handler: str) -> str:
    """The handler below the folder that a plugin puts before all of them.

    https://www.npmjs.com/package/serverless-functions-base-path
    """
    if not handler or "serverless-functions-base-path" not in service.plugins:
        return handler
    base = service.variables.text(service.variables.get(service.root, "custom", "functionsBasePath"))
    return posixpath.normpath(posixpath.join(base, handler)) if base else handler


def _is_node_by_default(service: _Service, node: Node) -> bool:
    """Without any `runtime` the framework deploys Node.js."""
    is_written = get(node, "runtime") is not None or get(service.provider, "runtime") is not None
    return isinstance(service.provider, Mapping) and not is_written


def _code_dir(service: _Service, node: Node, handler: str) -> str | None:
    """The service's folder; below it `module`, with serverless-python-requirements; else the folder above it
    that the handler starts from, for services that are deployed from there.

    https://github.com/serverless/serverless-python-requirements#per-function-requirements
    """
    module = service.variables.text(get(node, "module"))
    below = service.project.folder(service.folder, module) if module else None
    if below is not None and service.project.has_module(below, handler):
        return below
    holder = service.project.holder(service.folder, handler)
    if holder is not None:
        return holder
    packages = (service.variables.resolve(get(owner, "package")) for owner in (node, service.root))
    is_built = any(get(package, "artifact") is not None for package in packages)
    return None if is_built else below or service.folder


def _environment(service: _Service, node: Node) -> tuple[list[Variable], bool]:
    """The variables of provider and function; not known when a stage chooses them or a plugin adds some."""
    variables = service.variables
    found: dict[str, Variable] = {}
    is_known = isinstance(service.provider, Mapping)
    is_known = is_known and not any(word in plugin for plugin in service.plugins for word in _VARIABLE_PLUGINS)
    for owner in (service.provider, node):
        declared = get(owner, "environment")
        before = variables.guesses
        resolved = variables.resolve(declared)
        if declared is not None and (not isinstance(resolved, Mapping) or resolved.tag or resolved.is_partial):
            is_known = False
        is_known = is_known and variables.guesses == before
        for entry in entries(resolved):
            is_known = is_known and "${" not in entry.key.value and "::" not in entry.key.value
            found[entry.key.value] = _variable(entry)
    return [found[name] for name in found if "${" not in name], is_known


def _variable(entry: Entry) -> Variable:
    value = literal_text(entry.value)
    if value is not None and ("${" in value or "{{resolve:" in value):
        value = None
    span = entry.value.span if isinstance(entry.value, Scalar) else entry.key.span
    return Variable(entry.key.value, entry.key.span.row, span, value, entry.key.file)


def _layers(service: _Service, node: Node) -> tuple[str, ...]:
    """The folders of the layers that the service makes.

    https://www.serverless.com/framework/docs/providers/aws/guide/layers
    """
    made: dict[str, str] = {}
    for layers in merged(service.variables, get(service.root, "layers")):
        for entry in entries(layers):
            path = service.variables.text(get(entry.value, "path"))
            folder = service.project.folder(service.folder, path) if path else None
            if folder is not None:
                made[_logical_name(entry.key.value)] = folder
    used = get(node, "layers")
    used = used if used is not None else get(service.provider, "layers")
    names = (name for item in items(service.variables.resolve(used)) for name in sorted(referenced(item)))
    return tuple(dict.fromkeys(made[name] for name in names if name in made))


def _logical_name(layer: str) -> str:
    """The name by which a function refers to a layer of its service."""
    spelt = layer.replace("-", "Dash").replace("_", "Underscore")
    return f"{spelt[:1].upper()}{spelt[1:]}LambdaLayer"


def _log_format(service: _Service, node: Node) -> str | None:
    own = service.variables.text(get(node, "logs", "logFormat"))
    found = own or service.variables.text(get(service.provider, "logs", "lambda", "logFormat"))
    return found if found in {"JSON", "Text"} else None


def _events(service: _Service, node: Node) -> frozenset[str]:
    kinds: set[str] = set()
    for item in items(service.variables.resolve(get(node, "events")))[:500]:
        event = service.variables.resolve(item)
        names = [entry.key.value for entry in entries(event)] or [text(event) or ""]
        for name in names[:1]:
            kinds |= _kinds(name, get(event, name))
    url = get(node, "url")
    if url is not None and text(url) != "false":
        kinds.add("url")
    return frozenset(kinds - {""})


def _kinds(name: str, settings: Node | None) -> set[str]:
    """The kinds of one event; a mapping integration is told from a proxy.

    https://www.serverless.com/framework/docs/providers/aws/events/apigateway
    """
    integration = (text(get(settings, "integration")) or "").lower()
    if name == "http" and integration in {"lambda", "aws"}:
        return {"http-lambda"}
    kinds = {_EVENTS.get(name.lower(), name.lower())} | change_kinds(get(settings, "pattern") or get(settings, "event"))
    if name == "stream":
        described = f"{text(settings) or ''} {text(get(settings, 'type')) or ''} {text(get(settings, 'arn')) or ''}"
        kinds |= {kind for kind in ("kinesis", "dynamodb") if kind in described}
    return kinds


def _with_image(service: _Service, function: DeclaredFunction, image: Node) -> DeclaredFunction:
    """The function of an image that the service builds, or takes from a registry."""
    resolved = service.variables.resolve(image)
    name = text(get(resolved, "name")) or text(resolved) or ""
    command = items(service.variables.resolve(get(resolved, "command")))
    handler = service.variables.text(command[0]) or "" if command else ""
    span: Span = command[0].span if command else function.handler_span
    built = service.variables.get(service.provider, "ecr", "images", name)
    path = text(get(built, "path")) or text(built)
    folder = service.project.folder(service.folder, path) if path else None
    found = None
    if folder is not None:
        file = text(get(built, "file")) or "Dockerfile"
        found = docker.image_in(folder, file, service.project, handler)
    return docker.within(replace(function, handler=handler, handler_span=span, code_dir=folder), found)


def _with_wsgi(service: _Service, function: DeclaredFunction) -> DeclaredFunction:
    """With serverless-wsgi the handler is generated: what it calls is the application named in `custom.wsgi.app`.

    https://github.com/logandk/serverless-wsgi
    """
    if function.handler not in {"wsgi.handler", "wsgi_handler.handler"} or "serverless-wsgi" not in service.plugins:
        return function
    node = service.variables.get(service.root, "custom", "wsgi", "app")
    app = (text(node) or "").removeprefix("./")
    if not service.project.has_module(function.code_dir or service.folder, app):
        return replace(function, code_dir=None)
    return replace(function, handler=app)
