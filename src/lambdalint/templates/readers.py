"""Which reader reads which file: by its name first, then by a search of its bytes."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from lambdalint.declared import Declarations
from lambdalint.templates.project import MAX_BYTES, Project

_CLOUDFORMATION = (b"AWS::Serverless::Function", b"AWS::Lambda::Function")


def is_candidate(name: str) -> bool:
    """Whether a file may be a template, by its name or path alone."""
    base = posixpath.basename(name.replace("\\", "/"))
    return base.endswith((".yaml", ".yml", ".json", ".template", ".tf", ".py", ".ts", ".toml")) or is_dockerfile(base)


def is_dockerfile(base: str) -> bool:
    """Whether a file's name is that of a Dockerfile."""
    return base.startswith(("Dockerfile", "Containerfile")) or base.endswith((".Dockerfile", ".dockerfile"))


def read_file(path: str, project: Project) -> Declarations:
    """What one file declares; nothing when it is no template or cannot be opened."""
    reader, marks = _reader_of(path)
    if reader is None:
        return Declarations()
    data = project.bytes_of(path)
    if data is None or not any(mark in data for mark in marks):
        return Declarations()
    return reader(path, data, project)


_Reader = Callable[[str, bytes, Project], Declarations]


def _reader_of(path: str) -> tuple[_Reader | None, tuple[bytes, ...]]:
    base = posixpath.basename(path)
    if is_dockerfile(base):
        return _docker, (b"ambda",)
    if base.startswith("serverless") and base.endswith((".yaml", ".yml", ".json")):
        return _serverless, (b"functions", *_CLOUDFORMATION)
    if base.endswith((".yaml", ".yml", ".json", ".template")):
        return _cloudformation, _CLOUDFORMATION
    if base.endswith(".tf"):
        return _terraform, (b"aws_lambda_function", b"handler")
    if base.endswith(".py"):
        return _cdk_python, (b"aws_lambda",)
    if base.endswith(".ts"):
        return _cdk_typescript, (b"aws-lambda", b"aws_lambda")
    return None, ()


def _docker(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import docker

    return docker.read(path, data[: MAX_BYTES + 1], project)


def _cloudformation(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import cloudformation

    return cloudformation.read(path, data, project)


def _serverless(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import cloudformation, serverless

    found = serverless.read(path, data, project)
    return found if found != Declarations() else cloudformation.read(path, data, project)


def _terraform(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import terraform

    return terraform.read(path, data, project)


def _cdk_python(path: str, data: bytes, project: Project) -> Declarations:
    if b"aws_cdk" not in data or b"Function" not in data or len(data) > MAX_BYTES:
        return Declarations()
    from lambdalint.templates import cdk_python

    return cdk_python.read(path, data, project)


def _cdk_typescript(path: str, data: bytes, project: Project) -> Declarations:
    if b"aws-cdk" not in data or b"Function" not in data:
        return Declarations()
    from lambdalint.templates import cdk_typescript

    return cdk_typescript.read(path, data, project)
