"""Functions of AWS CDK apps, whatever language they are written in: constructs with literal properties.

https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_lambda/Function.html
https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_lambda_python_alpha/PythonFunction.html
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from collections.abc import Sequence as SequenceType
from dataclasses import replace
from typing import NamedTuple

from lambdalint.declared import DeclaredFunction, InlineCode, StoredParameter, Variable
from lambdalint.source import Span
from lambdalint.templates import docker
from lambdalint.templates.cdk_events import events_by_name
from lambdalint.templates.cdk_names import Names, argument, keywords, method, snake, words
from lambdalint.templates.inline import aligned
from lambdalint.templates.project import Project
from lambdalint.templates.runtimes import may_be_python
from lambdalint.templates.tree import Call, Joined, Mapping, Node, Opaque, Reference, Scalar, entries, items, walk

KINDS = frozenset({"Function", "PythonFunction", "DockerImageFunction", "SingletonFunction", "InlineCodeFunction"})
_MODULE = re.compile(r"(?:aws_cdk|monocdk)\.aws_lambda(?:_python(?:_alpha)?)?\.")
_PARAMETERS = re.compile(r"(?:aws_cdk|monocdk)\.aws_ssm\.String(?:List)?Parameter")
_MAX_CALLS = 200
_RUNTIME = re.compile(r"PYTHON_(\d)_(\d+)\Z")
_READS = frozenset({"open", "read_file_sync", "read", "read_text", "to_string", "decode"})
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__)/|\.(?:test|spec)\.ts\Z|\.d\.ts\Z|(?:^|/)(?:test_[^/]*|conftest)\.py\Z"
)


class Maker(NamedTuple):
    """A function, a method or a class of the app itself that makes constructs, by its name and parameters."""

    name: str
    parameters: tuple[str, ...]


class Construct(NamedTuple):
    """A call that makes a construct, the name that it is bound to ("" for none), and what it stands in."""

    call: Call
    bound: str
    maker: Maker | None = None


class Program(NamedTuple):
    """One file of an app: its names, its constructs, every call in it, and its rows."""

    names: Names
    constructs: tuple[Construct, ...]
    calls: tuple[Call, ...]
    lines: SequenceType[str]


class _Code(NamedTuple):
    """Where a construct's code comes from; `handler` replaces the literal one where the code decides it."""

    folder: str | None = None
    inline: InlineCode | None = None
    image: docker.Image | None = None
    is_image: bool = False
    handler: str | None = None
    command: Scalar | None = None
    extra: tuple[str, ...] = ()


def is_test(path: str, root: str) -> bool:
    """Whether a file is a test of an app or a declaration of types: nothing that it makes is deployed."""
    return _TESTS.search(posixpath.relpath(path, root)) is not None


def app_folder(path: str, project: Project) -> str:
    """Where an app runs: the nearest folder with a cdk.json, else the one from which the file's package is imported."""
    folder = posixpath.dirname(path)
    while posixpath.join(folder, "__init__.py") in project.files and folder != project.root:
        folder = posixpath.dirname(folder)
    return project.nearest(path, "cdk.json") or folder


def functions(program: Program, project: Project) -> list[DeclaredFunction]:
    """The functions of a file."""
    found = []
    events = events_by_name(program.calls)
    for construct in program.constructs:
        kind = _kind(construct.call, program.names)
        given = frozenset(events.get(construct.bound, ())) if construct.bound else frozenset[str]()
        made = _made_by_calls(kind, construct, program, project) if kind and construct.maker else []
        function = _function(kind, construct, given, program, project) if kind and not made else None
        found += made if function is None else [function]
    return found


_CODE = ("handler", "index", "entry", "code")


def stored_parameters(program: Program) -> tuple[StoredParameter, ...]:
    """The SSM parameters of a file, of plain text, which is all that these constructs make.

    https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_ssm/StringParameter.html
    """
    made = (c.call for c in program.constructs if _PARAMETERS.fullmatch(program.names.qualified(c.call.name)))
    named = (program.names.text(_Props(call, program.names).get("parameter_name")) for call in made)
    return tuple(StoredParameter(name, False) for name in named if name is not None)


def _made_by_calls(kind: str, construct: Construct, program: Program, project: Project) -> list[DeclaredFunction]:
    """The functions of a construct whose handler or code are parameters of what it stands in: one for each call."""
    maker, names = construct.maker, program.names
    props = _Props(construct.call, names)
    parts = (part for name in _CODE for part in walk(props.get(name), 50))
    if maker is None or not any(isinstance(part, Reference) and part.name in maker.parameters for part in parts):
        return []
    found: list[DeclaredFunction] = []
    for call in program.calls:
        if call.name.rpartition(".")[2] != maker.name or len(found) >= _MAX_CALLS:
            continue
        bound = {**names.constants, **_given(maker, call, names)}
        inner = program._replace(names=names._replace(constants=bound, paths={}))
        function = _function(kind, construct, frozenset(), inner, project)
        if function is not None and function.handler:
            found.append(replace(function, row=call.span.row, handler_span=_head(call)))
    return found


def _given(maker: Maker, call: Call, names: Names) -> dict[str, Node]:
    """What a call passes for each parameter, else the parameter's default."""
    named = keywords(call)
    is_named = named is not None and named.span == call.span
    plain = call.arguments[:-1] if is_named else call.arguments
    given = {name: names.defaults[name] for name in maker.parameters if name in names.defaults}
    given.update(zip(maker.parameters, plain, strict=False))
    given.update({entry.key.value: entry.value for entry in named.entries} if is_named and named else {})
    return {name: node for name, node in given.items() if name in maker.parameters}


def _kind(call: Call, names: Names) -> str:
    """Which function construct a call makes, "" for another one."""
    name = names.qualified(call.name)
    kind = name.rpartition(".")[2]
    return kind if kind in KINDS and _MODULE.match(name) else ""


def _function(
    kind: str, construct: Construct, events: frozenset[str], program: Program, project: Project
) -> DeclaredFunction | None:
    call, names = construct.call, program.names
    props = _Props(call, names)
    runtime = _runtime(props.get("runtime"), names)
    handler_node = props.get("handler")
    handler = names.text(handler_node)
    if kind == "PythonFunction":
        handler_node = handler_node if handler_node is not None else props.get("index")
        handler = _entry_handler(props, handler)
    if not may_be_python(runtime, handler or "") or (handler is None and handler_node is None and "Docker" not in kind):
        return None
    code = _code(kind, props, handler or "", program, project)
    if code.handler is not None:
        handler = code.handler
    environment, is_known = _environment(props, names)
    place = code.command or (handler_node if isinstance(handler_node, Scalar) else None)
    log_format = _last(props.get("logging_format"))
    function = DeclaredFunction(
        name=names.text(argument(call, "id", 1)) or construct.bound or kind,
        handler=handler or "",
        code_dir=code.folder,
        layers=(*code.extra, *_layers(props.get("layers"), names, project)),
        runtime=runtime,
        environment=environment,
        is_environment_known=is_known,
        log_format={"JSON": "JSON", "TEXT": "Text"}.get(log_format),
        events=events,
        template=names.file,
        row=call.span.row,
        handler_span=place.span if place is not None and place.file == names.file else _head(call),
        source="cdk",
        is_image=code.is_image,
        inline=code.inline,
    )
    return docker.within(function, code.image) if code.is_image else function


def _head(call: Call) -> Span:
    return Span(call.span.row, call.span.column, call.span.row, call.span.column + len(call.name))


class _Props:
    """The properties of a construct: its keyword arguments, or its object, with spreads of constants."""

    def __init__(self, call: Call, names: Names) -> None:
        self._values: dict[str, Node] = {}
        self.is_partial = False
        mapping = keywords(call)
        if mapping is None and len(call.arguments) > 2:
            found = names.resolve(call.arguments[2])
            mapping = found if isinstance(found, Mapping) else None
            self.is_partial = mapping is None
        if mapping is not None:
            self._add(mapping, names, 0)

    def _add(self, mapping: Mapping, names: Names, depth: int) -> None:
        self.is_partial = self.is_partial or mapping.is_partial
        for entry in mapping.entries:
            if entry.key.value == "...":
                spread = names.resolve(entry.value)
                if isinstance(spread, Mapping) and depth < 4:
                    self._add(spread, names, depth + 1)
                else:
                    self.is_partial = True
            else:
                self._values[snake(entry.key.value)] = entry.value

    def get(self, name: str) -> Node | None:
        """A property by its name in snake case."""
        return self._values.get(name)


def _last(node: Node | None) -> str:
    """The last part of a dotted name."""
    return node.name.rpartition(".")[2] if isinstance(node, Reference) else ""


def _runtime(node: Node | None, names: Names) -> str | None:
    """The identifier of a runtime such as Runtime.PYTHON_3_12; None when it is not known."""
    found = names.resolve(node)
    name = _last(found)
    match = _RUNTIME.match(name)
    if match:
        return f"python{match.group(1)}.{match.group(2)}"
    if isinstance(found, Call) and method(found) == "runtime":
        return names.text(argument(found, "name", 0))
    is_constant = re.match(r"(?:NODEJS|JAVA|GO|DOTNET|RUBY|PROVIDED)", name)
    return name.lower() if is_constant else None


def _entry_handler(props: _Props, function: str | None) -> str:
    """The handler of a PythonFunction: its `index` without the suffix, dots for slashes, and its `handler`."""
    index = props.get("index")
    if props.is_partial and (index is None or function is None):
        return ""  # what is spread in may name another
    name = "index.py" if index is None else index.value if isinstance(index, Scalar) else ""
    if props.get("handler") is not None and function is None:
        return ""
    return f"{name.removesuffix('.py').replace('/', '.')}.{function or 'handler'}" if name else ""


# --- code


def _code(kind: str, props: _Props, handler: str, program: Program, project: Project) -> _Code:
    names = program.names
    if kind == "PythonFunction":
        return _Code(names.folder(props.get("entry"), project))
    node = names.resolve(props.get("code"))
    made = method(node)
    is_image = kind == "DockerImageFunction" or _last(props.get("handler")) == "FROM_IMAGE"
    if not isinstance(node, Call):
        return _Code(is_image=is_image)
    if made in {"from_asset", "asset_code", "asset", "asset_path"}:
        asset = argument(node, "path", 0)
        folder = names.folder(asset, project) or names.beside_zip(asset, handler, project)
        is_bundled = argument(node, "bundling", 9) is not None or len(node.arguments) > 1
        return _Code(None if is_bundled and folder and not project.has_module(folder, handler) else folder)
    if made in {"from_inline", "inline", "inline_code"}:
        return _inline(argument(node, "code", 0), handler, program, project)
    if made == "from_docker_build":
        return _docker_build(node, handler, names, project)
    if made in {"from_image_asset", "from_asset_image", "from_ecr", "from_ecr_image"}:
        return _image(node, names, project)
    return _Code(is_image=is_image)


def _inline(node: Node | None, handler: str, program: Program, project: Project) -> _Code:
    """Inline code: a text in the program, or a file that it reads, which is then the module."""
    names = program.names
    found = names.resolve(node)
    if isinstance(found, Scalar) and found.file == names.file:
        return _Code(inline=_text(found, program.lines))
    if isinstance(found, Joined) and isinstance(found.parts[0], Scalar) and found.parts[0].style == "`":
        return _Code(inline=_text(found.parts[0], program.lines)._replace(is_exact=False))
    path = names.path(_read_file(found, names))
    function = handler.rpartition(".")[2]
    for base in (names.app, posixpath.dirname(names.file)):
        file = project.join(base, path) if path else None
        if file in project.files and file is not None and file.endswith(".py"):
            stem = posixpath.basename(file).removesuffix(".py")
            return _Code(posixpath.dirname(file), handler=f"{stem}.{function}")
    return _Code(handler="")


def _read_file(node: Node | None, names: Names) -> Node | None:
    """The path that `open(path).read()`, `Path(path).read_text()` or `readFileSync(path, …)` reads."""
    for _ in range(6):
        name = method(node)
        if not isinstance(node, Call) or name not in _READS:
            return node
        if name in {"open", "read_file_sync"}:
            return node.arguments[0] if node.arguments else None
        owner = node.name.rpartition(".")[0]
        held = Reference(node.span, node.file, owner) if owner else node.arguments[0] if node.arguments else None
        node = names.resolve(held)
    return None


def _text(node: Scalar, lines: SequenceType[str]) -> InlineCode:
    """The code of a text of several rows; it starts in the row of its quotes, or below after a backslash."""
    first = node.span.row
    candidates = [aligned(node.value, row, lines) for row in (first, first + 1)]
    return next((inline for inline in candidates if inline.is_exact and "\n" in node.value), candidates[0])._replace(
        is_exact=any(inline.is_exact for inline in candidates) and "\n" in node.value
    )


def _docker_build(node: Call, handler: str, names: Names, project: Project) -> _Code:
    """Code that a Docker build leaves in a folder of its image, /asset by default."""
    context = names.folder(argument(node, "path", 0), project)
    file = names.text(argument(node, "file", 9)) or "Dockerfile"
    target = names.text(argument(node, "image_path", 9)) or "/asset"
    folders = docker.folders_in(context, file, target, project, handler) if context else ()
    known = tuple(folder for folder in folders if project.has_module(folder, handler))
    return _Code(known[0] if known else None, extra=tuple(f for f in folders if known and f != known[0]))


def _image(node: Call, names: Names, project: Project) -> _Code:
    command = items(names.resolve(argument(node, "cmd", 9)))
    first = names.resolve(command[0]) if command else None
    handler = words(argument(node, "cmd", 9), names)[:1]
    folder = names.folder(argument(node, "directory", 0), project) if "asset" in method(node) else None
    file = names.text(argument(node, "file", 9)) or "Dockerfile"
    image = docker.image_in(folder, file, project, handler[0] if handler else "") if folder else None
    place = first if isinstance(first, Scalar) else None
    return _Code(folder, image=image, is_image=True, handler=handler[0] if handler else "", command=place)


# --- environment, layers


def _environment(props: _Props, names: Names) -> tuple[tuple[Variable, ...], bool]:
    """The variables of a construct; not known when a part of its properties or of the map is not literal."""
    node = props.get("environment")
    found = names.resolve(node)
    if node is None:
        return (), not props.is_partial
    variables: dict[str, Variable] = {}
    is_known = isinstance(found, Mapping) and not found.is_partial
    for entry in entries(found):
        if entry.key.value == "...":
            spread = names.resolve(entry.value)
            is_known = is_known and isinstance(spread, Mapping) and not spread.is_partial
            inner: Iterable[tuple[Scalar, Node]] = ((e.key, e.value) for e in entries(spread))
        else:
            inner = ((entry.key, entry.value),)
        for key, value in inner:
            is_known = is_known and key.value != "..."
            variables[key.value] = _variable(key, value)
    return tuple(variable for name, variable in variables.items() if name != "..."), is_known


def _variable(key: Scalar, value: Node) -> Variable:
    literal = value.value if isinstance(value, Scalar) else None
    span = key.span if isinstance(value, Opaque | Mapping) else value.span
    return Variable(key.value, key.span.row, span, literal)


def _layers(node: Node | None, names: Names, project: Project) -> tuple[str, ...]:
    """The folders of layers that the same file makes."""
    folders: dict[str, None] = {}
    for item in items(names.resolve(node)):
        layer = names.resolve(item)
        if not isinstance(layer, Call):
            continue
        props = _Props(layer, names)
        code = names.resolve(props.get("code"))
        path = props.get("entry") if code is None else argument(code, "path", 0) if isinstance(code, Call) else None
        folder = names.folder(path, project)
        if folder is not None:
            folders[folder] = None
    return tuple(folders)
