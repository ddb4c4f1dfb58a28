"""Functions of AWS SAM and CloudFormation templates, in YAML and in JSON.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import NamedTuple

from lambdalint.declared import Declarations, DeclaredFunction, InlineCode, TemplateComment, TemplateProblem, Variable
from lambdalint.source import Span
from lambdalint.templates import docker
from lambdalint.templates.cloudformation_events import event_sources
from lambdalint.templates.inline import aligned, from_block
from lambdalint.templates.intrinsics import Scope, alternatives, intrinsic, referenced, resources, scope_of
from lambdalint.templates.jsontree import parse_json
from lambdalint.templates.markup import is_in_scaffold, is_marked_up, without_markup
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.runtimes import may_be_python
from lambdalint.templates.stored import stored_parameters
from lambdalint.templates.tree import (
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    TreeError,
    entries,
    get,
    get_entry,
    items,
    literal_text,
    text,
)
from lambdalint.templates.yamltree import parse_yaml, suppression_comments

FUNCTION = "AWS::Lambda::Function"
SERVERLESS_FUNCTION = "AWS::Serverless::Function"
_TYPE = re.compile(r"""(?m)(?:^|[\s{,])["']?Type["']?\s*:\s*["']?AWS::(?:Serverless|Lambda)::Function\b""")
_OTHER_RUNTIME = re.compile(r"\b(?:nodejs|ruby|java|dotnet|go1|provided)[\d.]", re.IGNORECASE)
_MAX_FUNCTIONS = 2000
"""A template takes 500 resources.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""
_LAYERS = {"AWS::Serverless::LayerVersion": "ContentUri", "AWS::Lambda::LayerVersion": "Content"}


def read(path: str, data: bytes, project: Project) -> Declarations:
    """What one template declares; a text that is no template of CloudFormation declares nothing."""
    source = ""
    try:
        source = decode_template(data)
        root = _parse(path, source)
    except TreeError as error:
        return _unreadable(path, source or data[:200_000].decode("utf-8", "replace"), error, project)
    functions = read_tree(root, path, source, project)
    comments = comments_of(path, source, root) if functions else ()
    return Declarations(functions, comments=comments, parameters=stored_parameters(root))


def _parse(path: str, source: str) -> Node | None:
    start = source.lstrip()[:2]
    is_json = start.startswith("{") and start not in {"{%", "{{", "{#"}
    return parse_json(source, path) if is_json else parse_yaml(source, path)


def _unreadable(path: str, source: str, error: TreeError, project: Project) -> Declarations:
    """The problem of a text that looks like a template, and what can be read of it without its own markup.

    That a scaffold's file cannot be read is no problem.
    """
    is_of_another = _OTHER_RUNTIME.search(source) is not None and "python" not in source.lower()
    if not _TYPE.search(source) or is_of_another:
        return Declarations()
    functions: tuple[DeclaredFunction, ...] = ()
    if is_marked_up(source):
        try:
            blank = without_markup(source)
            functions = read_tree(_parse(path, blank), path, blank, project)
        except TreeError:
            functions = ()
    partial = tuple(replace(function, is_environment_known=False) for function in functions)
    problems = () if is_in_scaffold(path) else (TemplateProblem(path, error.row, error.message),)
    return Declarations(partial, problems, comments_of(path, source, None))


def comments_of(path: str, source: str, root: Node | None) -> tuple[TemplateComment, ...]:
    """The comments of a YAML text that may hold a suppression."""
    return tuple(TemplateComment(path, *place) for place in suppression_comments(source, root))


def read_tree(
    root: Node | None, path: str, source: str, project: Project, folder: str | None = None
) -> tuple[DeclaredFunction, ...]:
    """The functions below `Resources` of a tree; relative paths start at `folder`, the template's own by default."""
    scope = scope_of(root)
    found = {entry.key.value: entry for entry in resources(root, scope)}
    template = _Template(path, folder or posixpath.dirname(path), source, root, scope, found, project)
    triggers = event_sources({name: entry.value for name, entry in found.items()})
    functions: list[DeclaredFunction] = []
    for name, entry in found.items():
        if len(functions) >= _MAX_FUNCTIONS:
            break
        kind = text(get(entry.value, "Type"))
        if kind in {FUNCTION, SERVERLESS_FUNCTION} and isinstance(get(entry.value, "Properties"), Mapping | None):
            functions += _functions(template, entry, kind == SERVERLESS_FUNCTION, triggers.get(name, frozenset()))
    return tuple(functions)


class _Template(NamedTuple):
    """A template while it is read."""

    path: str
    folder: str
    source: str
    root: Node | None
    scope: Scope
    resources: dict[str, Entry]
    project: Project


class _Code(NamedTuple):
    """Where a function's code comes from."""

    folder: str | None
    inline: InlineCode | None = None
    is_image: bool = False
    handler: str = ""
    handler_span: Span | None = None
    image: docker.Image | None = None


class _Properties(NamedTuple):
    """A function's properties, with SAM's globals behind them."""

    own: Node | None
    globals: Node | None

    def get(self, *keys: str) -> Node | None:
        """The value of the function, else of the globals."""
        own = get(self.own, *keys)
        return own if own is not None else get(self.globals, *keys)


def _functions(
    template: _Template, entry: Entry, is_serverless: bool, triggers: frozenset[str]
) -> list[DeclaredFunction]:
    """The function of a resource, once for each handler that it may have."""
    defaults = get(template.root, "Globals", "Function") if is_serverless else None
    properties = _Properties(get(entry.value, "Properties"), defaults)
    runtimes = alternatives(properties.get("Runtime"), template.scope)
    runtime = next((name for name in runtimes if name.startswith("python")), runtimes[0] if runtimes else None)
    handler = properties.get("Handler")
    handlers = alternatives(handler, template.scope) or ("",)
    if not may_be_python(runtime, handlers[0]):
        return []
    code = _code(template, entry, properties, is_serverless, handlers[0])
    environment, is_known = _environment(properties)
    if code.is_image:
        handlers = (code.handler,)
    span = code.handler_span or (handler.span if handler is not None else entry.key.span)
    log_format = literal_text(properties.get("LoggingConfig", "LogFormat"))
    url = frozenset({"url"}) if get(properties.own, "FunctionUrlConfig") is not None else frozenset[str]()
    functions = [
        DeclaredFunction(
            name=entry.key.value,
            handler=choice,
            code_dir=code.folder,
            layers=_layers(template, properties),
            runtime=runtime,
            environment=environment,
            is_environment_known=is_known,
            log_format=log_format if log_format in {"JSON", "Text"} else None,
            events=triggers | url,
            template=template.path,
            row=entry.key.span.row,
            handler_span=span,
            source="sam" if is_serverless else "cloudformation",
            is_image=code.is_image,
            inline=code.inline,
        )
        for choice in handlers
    ]
    return [docker.within(function, code.image) for function in functions] if code.is_image else functions


def _code(template: _Template, entry: Entry, properties: _Properties, is_serverless: bool, handler: str) -> _Code:
    """The code of a function: a folder, inline Python, or an image."""
    is_image = text(properties.get("PackageType")) == "Image"
    if is_image or get(properties.own, "ImageUri") is not None or get(properties.own, "Code", "ImageUri") is not None:
        return _image(template, entry, properties)
    inline = get(properties.own, "InlineCode") if is_serverless else get(properties.own, "Code", "ZipFile")
    if inline is not None:
        return _Code(None, _inline(template, inline))
    asset = literal_text(get(entry.value, "Metadata", "aws:asset:path"))
    if asset is not None:
        return _Code(template.project.folder(template.folder, asset))
    node = properties.get("CodeUri") if is_serverless else get(properties.own, "Code")
    if node is None and is_serverless:
        return _Code(template.project.folder(template.folder, "."))
    folder = _folder(template, node, handler)
    is_made = text(get(entry.value, "Metadata", "BuildMethod")) == "makefile"
    return _Code(None if is_made and folder and not template.project.has_module(folder, handler) else folder)


def _folder(template: _Template, node: Node | None, handler: str) -> str | None:
    """The folder that CodeUri or Code names; of several the first that holds the handler's file."""
    choices = alternatives(node, template.scope)
    named = (template.project.folder(template.folder, choice) for choice in choices)
    zipped = (template.project.beside_zip(template.folder, choice, handler) for choice in choices)
    folders = [folder for folder in (*named, *zipped) if folder is not None]
    holder = next((folder for folder in folders if template.project.has_module(folder, handler)), None)
    return holder or (folders[0] if folders else None)


def _image(template: _Template, entry: Entry, properties: _Properties) -> _Code:
    """The code of a container image; its Dockerfile stands where SAM's metadata say."""
    command = items(properties.get("ImageConfig", "Command"))
    handler, span = text(command[0]) if command else None, command[0].span if command else None
    context = literal_text(get(entry.value, "Metadata", "DockerContext"))
    name = literal_text(get(entry.value, "Metadata", "Dockerfile"))
    folder = None if context is None else template.project.folder(template.folder, context)
    image = None
    if folder is not None:
        image = docker.image_in(folder, name or "Dockerfile", template.project, handler or "")
    return _Code(folder, None, True, handler or "", span, image)


def _inline(template: _Template, node: Node) -> InlineCode | None:
    """The Python of ZipFile or InlineCode: a block, an Fn::Sub of one, or an Fn::Join of its lines."""
    found = intrinsic(node)
    lines = template.source.split("\n")
    if found is None:
        return from_block(node, lines) if isinstance(node, Scalar) else None
    name, argument = found
    parts = items(argument)
    if name == "Fn::Sub":
        block = parts[0] if parts else argument
        return from_block(block, lines) if isinstance(block, Scalar) else None
    separator = text(parts[0]) if name == "Fn::Join" and len(parts) == 2 else None
    rows = [text(item) for item in items(parts[1])] if separator is not None else []
    if separator is None or not rows or None in rows or not isinstance(parts[1], Sequence):
        return None
    first_row = parts[1].items[0].span.row
    return aligned(separator.join(row or "" for row in rows), first_row, lines)._replace(is_exact=False)


def _environment(properties: _Properties) -> tuple[tuple[Variable, ...], bool]:
    """A function's variables with those of the globals, its own first; False when a part is not static."""
    variables: dict[str, Variable] = {}
    is_known = True
    for level in (properties.globals, properties.own):
        environment = get(level, "Environment")
        values = get(environment, "Variables")
        is_known = is_known and _is_static(environment, values)
        for node in _variable_maps(values if values is not None else environment):
            for entry in entries(node):
                variables[entry.key.value] = _variable(entry)
            is_known = is_known and not (isinstance(node, Mapping) and node.is_partial)
    own = {name: variable for name, variable in variables.items() if "::" not in name}
    return tuple(own.values()), is_known and len(own) == len(variables)


def _is_static(environment: Node | None, values: Node | None) -> bool:
    """Whether the variables of one level are a map as written."""
    if environment is None:
        return True
    if intrinsic(environment) is not None or not isinstance(environment, Mapping):
        return False
    return values is None or (intrinsic(values) is None and isinstance(values, Mapping))


def _variable_maps(node: Node | None) -> list[Node]:
    """The map of the variables; for an Fn::If the maps of its branches."""
    found = intrinsic(node)
    if found is None:
        return [node] if isinstance(node, Mapping) else []
    branches = items(found[1])[1:3] if found[0] == "Fn::If" else ()
    maps = [get(branch, "Variables") or branch for branch in branches if intrinsic(branch) is None]
    return [branch for branch in maps if isinstance(branch, Mapping)]


def _variable(entry: Entry) -> Variable:
    value = literal_text(entry.value)
    if value is not None and "{{resolve:" in value:
        value = None
    span = entry.value.span if isinstance(entry.value, Scalar) else entry.key.span
    return Variable(entry.key.value, entry.key.span.row, span, value)


def _layers(template: _Template, properties: _Properties) -> tuple[str, ...]:
    """The folders of the layers that the same template makes from the project."""
    nodes = [*items(get(properties.globals, "Layers")), *items(get(properties.own, "Layers"))]
    folders: dict[str, None] = {}
    for node in nodes:
        for name in sorted(referenced(node)):
            layer = template.resources.get(name)
            folder = _layer_folder(template, layer) if layer is not None else None
            if folder is not None:
                folders[folder] = None
    return tuple(folders)


def _layer_folder(template: _Template, layer: Entry) -> str | None:
    content = _LAYERS.get(text(get(layer.value, "Type")) or "")
    asset = get_entry(get(layer.value, "Metadata"), "aws:asset:path")
    node = asset.value if asset is not None else get(layer.value, "Properties", content or "")
    choices = alternatives(node, template.scope) if content else ()
    folders = (template.project.folder(template.folder, choice) for choice in choices)
    return next((folder for folder in folders if folder is not None), None)
