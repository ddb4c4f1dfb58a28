"""Functions of Terraform configurations: the provider's resource, the registry's module, modules of one's own.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
https://registry.terraform.io/modules/terraform-aws-modules/lambda/aws/latest
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import NamedTuple, cast

from lambdalint.declared import (
    Declarations,
    DeclaredFunction,
    StoredParameter,
    TemplateComment,
    TemplateProblem,
    Variable,
)
from lambdalint.source import Span
from lambdalint.templates.hcl import Block, HclFile, parse_hcl
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.runtimes import may_be_python
from lambdalint.templates.stored import stored_parameter
from lambdalint.templates.terraform_code import Code, from_paths, package_code
from lambdalint.templates.terraform_events import event_sources
from lambdalint.templates.terraform_scope import Bound, Folder, Scope, folder_of
from lambdalint.templates.tree import (
    Call,
    Entry,
    Joined,
    Mapping,
    Node,
    Reference,
    Scalar,
    TreeError,
    entries,
    get,
    items,
    literal_text,
    walk,
)

_LOOKS_SO = re.compile(r'(?m)^\s*(?:resource\s+"aws_lambda_function"|module\s+"[^"]*"\s*\{)')
_MAX_FUNCTIONS = 2000
_HANDLER = re.compile(r"[A-Za-z_][\w./-]*\.[A-Za-z_]\w*\Z")
_PATHS = ("source_path", "source_dir", "source_directory", "source_code_dir", "lambda_source_dir", "code_dir", "path")
_ENVIRONMENTS = ("environment_variables", "environment", "env_vars", "environment_vars", "lambda_environment")


def read(path: str, data: bytes, project: Project) -> Declarations:
    """The functions that one file declares, names resolved over the files of its folder."""
    source = ""
    try:
        source = decode_template(data)
        parsed = parse_hcl(source, path)
    except TreeError as error:
        sample = source or data[:200_000].decode("utf-8", "replace")
        problem = TemplateProblem(path, error.row, error.message)
        return Declarations(problems=(problem,) if _LOOKS_SO.search(sample) else ())
    scope = Scope(folder_of(posixpath.dirname(path), project))
    functions: list[DeclaredFunction] = []
    parameters: list[StoredParameter] = []
    for block in parsed.blocks:
        if len(functions) >= _MAX_FUNCTIONS:
            break
        if block.kind == "resource" and block.labels[:1] == ("aws_lambda_function",):
            for instance in scope.instances(block):
                functions += _resource(block, instance, None, project)
        elif block.kind == "module" and block.labels:
            for instance in scope.instances(block):
                functions += _module(block, instance, project)
        elif block.kind == "resource" and block.labels[:1] == ("aws_ssm_parameter",):
            parameters += filter(None, (_parameter(block, instance) for instance in scope.instances(block)))
    comments = _comments(path, parsed) if functions else ()
    return Declarations(tuple(functions), comments=comments, parameters=tuple(parameters))


def _parameter(block: Block, scope: Scope) -> StoredParameter | None:
    """A parameter of SSM, where its name and type are known.

    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ssm_parameter
    """
    name, kind = scope.text(block.get("name")), scope.text(block.get("type"))
    return None if name is None or kind is None else stored_parameter(name, (kind,))


def _comments(path: str, parsed: HclFile) -> tuple[TemplateComment, ...]:
    marked = (comment for comment in parsed.comments if "noqa" in comment[2] or "lambdalint" in comment[2])
    return tuple(TemplateComment(path, *comment) for comment in marked)


def _resource(block: Block, scope: Scope, call: Block | None, project: Project) -> list[DeclaredFunction]:
    """The function of a resource, `call` being the module call that it is an instance of.

    A resource whose handler or code hangs on variables is declared by the calls of its folder, not by itself.
    """
    handler_node = block.get("handler")
    code_node = block.get("filename")
    if call is None and (scope.is_variable(handler_node) or scope.is_variable(code_node)):
        return []
    image = block.inner("image_config")
    command = items(image.get("command")) if image else ()
    is_image = scope.text(block.get("package_type")) == "Image" or block.get("image_uri") is not None
    handler_node = command[0] if is_image and command else handler_node
    handler = scope.text(handler_node) or ""
    runtime = scope.text(block.get("runtime"))
    if not may_be_python(runtime, handler) or (not is_image and handler_node is None):
        return []
    code = Code() if is_image else package_code(block, scope, handler, project)
    inner, logging = block.inner("environment"), block.inner("logging_config")
    is_known = not any(part.kind == "dynamic" and "environment" in part.labels for part in block.blocks)
    name = block.labels[1] if len(block.labels) > 1 else ""
    facts = _Facts(
        handler,
        _place(handler_node, scope, block, call),
        runtime,
        code,
        inner.get("variables") if inner else None,
        is_known and not is_image,
        _layers(block, scope, project),
        scope.text(logging.get("log_format")) if logging else None,
        event_sources(scope.folder, project).get(name, frozenset()),
        is_image,
    )
    return [_declared(call or block, scope, facts)]


def _place(node: Node | None, scope: Scope, block: Block, call: Block | None) -> Span:
    """Where the handler is written: in the call for an argument of it, else in the resource or its head."""
    if call is None:
        return node.span if node is not None else block.span
    found = scope.resolve(node)
    return found[0].span if found and found[0].file == call.file else call.span


class _Facts(NamedTuple):
    """What a resource or a module call says of its function."""

    handler: str
    place: Span
    runtime: str | None
    code: Code
    environment: Node | None
    is_static: bool
    layers: tuple[str, ...]
    log_format: str | None
    events: frozenset[str]
    is_image: bool


def _declared(block: Block, scope: Scope, facts: _Facts) -> DeclaredFunction:
    """The function of a block; one with inline Python is declared where its code stands."""
    variables, is_static = _environment(facts.environment, scope)
    name = block.labels[-1] if block.labels else block.kind
    key = literal_text(scope.each[0]) if scope.each else None
    code = facts.code
    template = code.file if code.inline is not None and code.file else block.file
    is_here = template == block.file
    first_row = code.inline.first_row if code.inline else 1
    return DeclaredFunction(
        name=f"{name}[{key}]" if key else name,
        handler=facts.handler,
        code_dir=code.folders[0] if code.folders else None,
        layers=(*code.folders[1:], *facts.layers),
        runtime=facts.runtime,
        environment=tuple(v._replace(path=None if v.path == template else v.path) for v in variables),
        is_environment_known=facts.is_static and is_static,
        log_format=facts.log_format if facts.log_format in {"JSON", "Text"} else None,
        events=facts.events,
        template=template,
        row=block.span.row if is_here else first_row,
        handler_span=facts.place if is_here else Span(first_row, 0, first_row, 0),
        source="terraform",
        is_image=facts.is_image,
        inline=code.inline,
    )


# --- environment


def _environment(node: Node | None, scope: Scope) -> tuple[list[Variable], bool]:
    """The variables of a map, or of a merge of maps; not known when a part of it is not static."""
    if node is None or (isinstance(node, Scalar) and node.value == "null"):
        return [], True
    found: dict[str, Variable] = {}
    is_known = True
    for part, owner in _maps(node, scope):
        if not isinstance(part, Mapping) or part.is_partial:
            is_known = False
        for entry in entries(part):
            found[entry.key.value] = _variable(entry, owner)
    return list(found.values()), is_known


def _maps(node: Node, scope: Scope) -> list[Bound]:
    """The parts of a merge, resolved; a variable that a deployment may set stays itself."""
    if isinstance(node, Call) and node.name == "merge":
        return [pair for argument in node.arguments for pair in _maps(argument, scope)]
    if isinstance(node, Reference) and node.name.startswith("var.") and node.name.split(".")[1] not in scope.arguments:
        return [(node, scope)]
    found = scope.resolve(node)
    if found is None or found[0] is node:
        return [(node, scope)]
    value, owner = found
    return _maps(value, owner) if isinstance(value, Call) and value.name == "merge" else [(value, owner)]


def _variable(entry: Entry, scope: Scope) -> Variable:
    value = entry.value if isinstance(entry.value, Scalar) else None
    span = entry.key.span if isinstance(entry.value, Mapping | Joined) else entry.value.span
    return Variable(entry.key.value, entry.key.span.row, span, literal_text(value), entry.key.file)


# --- layers


def _layers(block: Block, scope: Scope, project: Project) -> tuple[str, ...]:
    """The folders of the layers that the same folder's files make."""
    found = scope.resolve(block.get("layers"))
    parts = (part for item in items(found[0] if found else None) for part in walk(item, 10))
    names = dict.fromkeys(part.name for part in parts if isinstance(part, Reference))
    return tuple(folder for name in names for folder in _layer(name, scope, project))


def _layer(name: str, scope: Scope, project: Project) -> tuple[str, ...]:
    words = name.split(".")
    if len(words) > 1 and words[0] == "aws_lambda_layer_version":
        block = scope.folder.find("resource", words[0], words[1])
        return package_code(block, scope, "", project).folders if block else ()
    if len(words) > 1 and words[0] == "module":
        block = scope.folder.find("module", words[1])
        return _paths_code(block, scope, "", project).folders if block else ()
    return ()


# --- modules


def _module(block: Block, scope: Scope, project: Project) -> list[DeclaredFunction]:
    """The functions of a module call: a folder of the project, the registry's module, or one elsewhere."""
    source = scope.text(block.get("source")) or ""
    if source.startswith("."):
        return _local(block, scope, source, project)
    handler_node = block.get("handler") if block.get("handler") is not None else block.get("lambda_handler")
    command = items(block.get("image_config_command"))
    is_image = scope.text(block.get("package_type")) == "Image"
    handler_node = command[0] if is_image and command else handler_node
    handler = scope.text(handler_node) or ""
    runtime = scope.text(block.get("runtime")) or scope.text(block.get("lambda_runtime"))
    is_lambda = "lambda" in source.lower() or (runtime or "").startswith("python")
    switched_off = scope.text(block.get("create")) == "false" or scope.text(block.get("create_function")) == "false"
    if not is_lambda or switched_off or handler_node is None or not may_be_python(runtime, handler):
        return []
    if handler and not _HANDLER.match(handler):
        return []
    code = Code() if is_image else _paths_code(block, scope, handler, project)
    environment = next((node for name in _ENVIRONMENTS if (node := block.get(name)) is not None), None)
    url = scope.text(block.get("create_lambda_function_url")) == "true"
    facts = _Facts(
        handler,
        handler_node.span,
        runtime,
        code,
        get(environment, "variables") or environment,
        "terraform-aws-modules/" in source and not is_image,
        _layers(block, scope, project),
        scope.text(block.get("logging_log_format")),
        frozenset({"url"}) if url else frozenset(),
        is_image,
    )
    return [_declared(block, scope, facts)]


def _paths_code(block: Block, scope: Scope, handler: str, project: Project) -> Code:
    """The folders that a module call names: a path, a list of paths, or a list of maps with a `path`."""
    for name in _PATHS:
        found = scope.resolve(block.get(name))
        if found is None:
            continue
        value, owner = found
        nodes = [get(item, "path") or item for item in items(value)] or [get(value, "path") or value]
        code = from_paths([owner.text(node) for node in nodes], owner, handler, project)
        if code.folders:
            return code
    return package_code(block, scope, handler, project)


def _local(block: Block, scope: Scope, source: str, project: Project) -> list[DeclaredFunction]:
    """The functions of a folder that is called, as far as the call decides their handler or their code."""
    path = project.folder(scope.folder.path, source)
    if path is None or path == scope.folder.path:
        return []
    folder = folder_of(path, project)
    arguments = {entry.key.value: (entry.value, scope) for entry in entries(block.attributes)}
    inner = Scope(folder, arguments, scope.each)
    functions: list[DeclaredFunction] = []
    for open_block in _open_blocks(folder, project):
        if open_block.kind == "resource":
            functions += _resource(open_block, inner, block, project)
        elif not (inner.text(open_block.get("source")) or ".").startswith("."):
            functions += _passed_on(open_block, inner, block, project)
    return functions


def _open_blocks(folder: Folder, project: Project) -> tuple[Block, ...]:
    """The resources and the module calls of a folder whose handler or code its callers decide."""
    key = ("terraform open", folder.path)
    if key not in project.memo:
        alone = Scope(folder)
        resources = folder.of("resource", "aws_lambda_function")
        calls = (block for block in folder.blocks if block.kind == "module")
        project.memo[key] = (
            *(r for r in resources if alone.is_variable(r.get("handler")) or alone.is_variable(r.get("filename"))),
            *(call for call in calls if alone.is_variable(call.get("handler"))),
        )
    return cast("tuple[Block, ...]", project.memo[key])


def _passed_on(called: Block, inner: Scope, block: Block, project: Project) -> list[DeclaredFunction]:
    """The function of a module call inside a called folder, at the place of the outer call."""
    handler = inner.resolve(called.get("handler"))
    span = handler[0].span if handler and handler[0].file == block.file else block.span
    return [
        replace(
            function,
            name=block.labels[-1],
            environment=tuple(v._replace(path=v.path or function.template) for v in function.environment),
            template=block.file,
            row=block.span.row,
            handler_span=span,
        )
        for function in _module(called, inner, project)
    ]
