"""Container images on a Lambda base image, from their Dockerfile.

https://docs.aws.amazon.com/lambda/latest/dg/python-image.html
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import replace
from typing import NamedTuple

from lambdalint.catalog.runtime import FIXED_VARIABLES
from lambdalint.declared import Declarations, DeclaredFunction, TemplateComment, Variable
from lambdalint.source import Span
from lambdalint.templates.docker_copies import Copy, renamed, roots
from lambdalint.templates.dockerfile import Instruction, instructions
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.tree import TreeError

_TASK_ROOT = "/var/task"
_MAX_BYTES = 200_000
"""A hundred times the size of a Dockerfile."""
_MAX_VALUE = 4000
_BASE = re.compile(r"(?:lambda/python|aws-lambda-python|lambda-python|lambda/base-python)(?::(?P<tag>[\w.\-]+))?", re.I)
_PYTHON = re.compile(r"python(?::|-)?(?P<version>3\.\d+)", re.I)
_HANDLER = re.compile(r"[A-Za-z_][\w./-]*\.[A-Za-z_]\w*\Z")
_REFERENCE = re.compile(r"\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))")
_PAIR = re.compile(r"""(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s]*)""")


class Image(NamedTuple):
    """A Lambda image: its handler ("" when no CMD names one), and the project's folders in its task root.

    `spelt` is the handler as a template or the CMD spells it: another one where the build copies a folder to
    another name, so that the module has the one name in the image and the other in the project.
    """

    handler: str
    span: Span
    row: int
    runtime: str | None
    folders: tuple[str, ...]
    environment: tuple[Variable, ...]
    spelt: str


class _Stage:
    """One stage of a build, while its instructions are read."""

    def __init__(self, name: str, base: str, parent: _Stage | None) -> None:
        self.name = name
        self.base: str = parent.base if parent else base
        self.variables: dict[str, str] = dict(parent.variables) if parent else {}
        self.environment: dict[str, Variable] = dict(parent.environment) if parent else {}
        self.copies: list[Copy] = list(parent.copies) if parent else []
        self.command: Instruction | None = parent.command if parent else None
        self.entrypoint: Instruction | None = parent.entrypoint if parent else None
        self.is_base_image = _BASE.search(self.base) is not None
        self.workdir: str = parent.workdir if parent else (_TASK_ROOT if self.is_base_image else "/")
        if self.is_base_image and not parent:
            self.variables["LAMBDA_TASK_ROOT"] = _TASK_ROOT

    def expand(self, text: str) -> str:
        """A text with the variables known so far."""
        expanded = _REFERENCE.sub(lambda m: self.variables.get(m.group(1) or m.group(3), m.group(2) or ""), text)
        return expanded[:_MAX_VALUE]

    @property
    def task_root(self) -> str:
        """The folder of the image in which the runtime looks for the handler's module."""
        return self.variables.get("LAMBDA_TASK_ROOT", self.workdir)


def read(path: str, data: bytes, project: Project) -> Declarations:
    """The function of a Dockerfile that ends on a Lambda image with a handler in its CMD."""
    try:
        source = decode_template(data)
    except TreeError:
        return Declarations()
    image = _image(path, source, None, project, "")
    if image is None or not image.handler:
        return Declarations()
    function = DeclaredFunction(
        name=_name(path),
        handler=image.handler,
        code_dir=image.folders[0] if image.folders else None,
        layers=image.folders[1:],
        runtime=image.runtime,
        environment=image.environment,
        is_environment_known=False,
        log_format=None,
        events=frozenset(),
        template=path,
        row=image.row,
        handler_span=image.span,
        source="docker",
        is_image=True,
    )
    return Declarations((function,), comments=_comments(path, source))


def _name(path: str) -> str:
    """A name for the function of a Dockerfile: its suffix, else its folder's name."""
    base = posixpath.basename(path)
    suffix = base.removeprefix("Dockerfile").lstrip(".") if base.startswith("Dockerfile") else base.split(".")[0]
    return suffix or posixpath.basename(posixpath.dirname(path)) or "Dockerfile"


def _comments(path: str, source: str) -> tuple[TemplateComment, ...]:
    rows = enumerate(source.split("\n"), 1)
    marked = ((row, line) for row, line in rows if "noqa" in line or "lambdalint" in line)
    return tuple(
        TemplateComment(path, row, line.index("#"), line[line.index("#") :].rstrip())
        for row, line in marked
        if line.lstrip().startswith("#")
    )


def image_in(context: str, name: str, project: Project, handler: str) -> Image | None:
    """The image that a Dockerfile makes in a known build context, None when it is not there or not for Lambda."""
    path = project.join(context, name)
    data = project.bytes_of(path) if path else None
    if path is None or data is None:
        return None
    try:
        return _image(path, decode_template(data), context, project, handler)
    except TreeError:
        return None


def folders_in(context: str, name: str, target: str, project: Project, handler: str) -> tuple[str, ...]:
    """The project's folders that a build puts into a folder of its image, that of the handler first."""
    path = project.join(context, name)
    data = project.bytes_of(path) if path else None
    if path is None or data is None:
        return ()
    try:
        stage = _last_stage(path, decode_template(data))
    except TreeError:
        return ()
    return roots(stage.copies, target, path, context, project, handler) if stage else ()


def within(function: DeclaredFunction, image: Image | None) -> DeclaredFunction:
    """A function completed by its image: handler, folders, runtime, and the variables that ENV sets.

    Without a Dockerfile to read, what the image sets is not known.
    """
    if image is None:
        return replace(function, is_environment_known=False)
    own = {variable.name for variable in function.environment}
    inherited = tuple(variable for variable in image.environment if variable.name not in own)
    return replace(
        function,
        handler=image.handler if function.handler in {"", image.spelt} else function.handler,
        code_dir=image.folders[0] if image.folders else None,
        layers=(*function.layers, *image.folders[1:]),
        runtime=function.runtime or image.runtime,
        environment=(*function.environment, *inherited),
    )


def _image(path: str, source: str, context: str | None, project: Project, handler: str) -> Image | None:
    stage = _last_stage(path, source)
    if stage is None:
        return None
    entrypoint = stage.entrypoint.text if stage.entrypoint else ""
    if not stage.is_base_image and "awslambdaric" not in entrypoint:
        return None
    word, span, row = _handler(stage)
    base = _BASE.search(stage.base)
    version = _PYTHON.search(stage.base) if not base else re.match(r"(?P<version>3\.\d+)", base.group("tag") or "")
    runtime = f"python{version.group('version')}" if version else None
    word = spelt = handler or word
    folders = roots(stage.copies, stage.task_root, path, context, project, spelt)
    if spelt and not any(project.has_module(folder, spelt) for folder in folders):
        moved = renamed(stage.copies, stage.task_root, path, context, project, spelt)
        if moved is not None:
            word, folders = moved[1], (moved[0], *folders)
    return Image(word, span, row, runtime, folders, tuple(stage.environment.values()), spelt)


def _handler(stage: _Stage) -> tuple[str, Span, int]:
    """The handler word of CMD, else of ENTRYPOINT behind awslambdaric, with its place."""
    for instruction in (stage.command, stage.entrypoint):
        words = _words(instruction.text) if instruction else []
        if instruction is stage.entrypoint and instruction is not None and "awslambdaric" in words:
            words = words[words.index("awslambdaric") + 1 :]
        word = words[0] if instruction and words else ""
        if instruction is not None and len(words) == 1 and _HANDLER.match(word) and not word.endswith((".sh", ".py")):
            return word, instruction.find(word), instruction.row
    return "", Span(1, 0, 1, 0), 1


def _words(text: str) -> list[str]:
    """The words of an instruction in its JSON or its shell form."""
    if text.lstrip().startswith("["):
        try:
            words = json.loads(text)
        except (ValueError, RecursionError):
            return []
        return [word for word in words if isinstance(word, str)]
    return [word.strip("'\"") for word in text.split()]


def _last_stage(path: str, source: str) -> _Stage | None:
    if len(source) > _MAX_BYTES:
        return None
    stages: list[_Stage] = []
    defaults: dict[str, str] = {}
    for instruction in instructions(source):
        if instruction.name == "FROM":
            stages.append(_from(instruction, stages, defaults))
        elif not stages:
            if instruction.name == "ARG":
                name, _, value = instruction.text.partition("=")
                defaults[name.strip()] = value.strip().strip("'\"")
        else:
            _run(path, stages[-1], instruction, stages)
    return stages[-1] if stages else None


def _from(instruction: Instruction, stages: list[_Stage], defaults: dict[str, str]) -> _Stage:
    words = [word for word in instruction.text.split() if not word.startswith("--")]
    base = _REFERENCE.sub(lambda m: defaults.get(m.group(1) or m.group(3), m.group(2) or ""), words[0]) if words else ""
    name = words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else ""
    parent = next((stage for stage in stages if stage.name and stage.name == base.lower()), None)
    stage = _Stage(name, base, parent)
    stage.variables = {**defaults, **stage.variables}
    return stage


def _run(path: str, stage: _Stage, instruction: Instruction, stages: list[_Stage]) -> None:
    """Carry out one instruction as far as it matters here."""
    if instruction.name == "CMD":
        stage.command = instruction
    elif instruction.name == "ENTRYPOINT":
        stage.entrypoint = instruction
    elif instruction.name == "WORKDIR":
        stage.workdir = posixpath.normpath(posixpath.join(stage.workdir, stage.expand(instruction.text.strip())))
    elif instruction.name == "ARG":
        name, has_value, value = instruction.text.strip().partition("=")
        if has_value:
            stage.variables.setdefault(name, stage.expand(value.strip("'\"")))
    elif instruction.name == "ENV":
        _set_environment(path, stage, instruction)
    elif instruction.name in {"COPY", "ADD"}:
        _copy(stage, instruction, stages)


def _set_environment(path: str, stage: _Stage, instruction: Instruction) -> None:
    pairs = _PAIR.findall(instruction.text)
    if not pairs:
        name, _, value = instruction.text.strip().partition(" ")
        pairs = [(name, value.strip())]
    for name, raw in pairs:
        value = raw.strip("'\"")
        literal = None if "$" in value else value
        stage.variables[name] = stage.expand(value)
        if FIXED_VARIABLES.get(name) == value.rstrip("/"):
            continue  # what the base image says already
        stage.environment[name] = Variable(name, instruction.row, instruction.find(value or name), literal, path)


def _copy(stage: _Stage, instruction: Instruction, stages: list[_Stage]) -> None:
    flags = [word for word in instruction.text.split() if word.startswith("--")]
    rest = " ".join(word for word in instruction.text.split() if not word.startswith("--"))
    words = [stage.expand(word) for word in _words(rest)]
    if len(words) < 2:
        return
    target = posixpath.join(stage.workdir, words[-1])
    origin = next((flag[len("--from=") :].lower() for flag in flags if flag.startswith("--from=")), None)
    source = next((s for i, s in enumerate(stages[:-1]) if origin and origin in {s.name, str(i)}), None)
    if origin is not None and source is None:
        return
    for word in words[:-1]:
        if source is None:
            stage.copies.append(Copy(posixpath.normpath(word.lstrip("/") or "."), target))
        else:
            stage.copies += [copy for made in source.copies if (copy := made.moved(word, target)) is not None]
    del stage.copies[200:]
