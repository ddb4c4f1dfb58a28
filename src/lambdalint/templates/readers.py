"""Which reader reads which file: by its name first, then by a search of its bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module

from lambdalint.declared import Declarations, DeclaredFunction
from lambdalint.templates.project import MAX_BYTES, Project
from lambdalint.templates.runtimes import runs_no_python

_CLOUDFORMATION = (b"AWS::Serverless::Function", b"AWS::Lambda::Function")
_FUNCTIONS = re.compile(rb"AWS::(?:Serverless|Lambda)::Function\b")
_AUTOMATION = b"aws:executeScript"
_PARAMETER = b"AWS::SSM::Parameter"
PARAMETER_MARKS = tuple(_PARAMETER + end for end in (b"\n", b"\r", b" ", b",", b"}", b"'", b'"'))
"""A resource of that type; a parameter of the template itself is `AWS::SSM::Parameter::Value<…>`."""
_TERRAFORM_PARAMETER = b"aws_ssm_parameter"
_PYTHON = b"python3."
# A runtime that is named where no function is declared: in the configuration of a tool, or in a variable's default.
_OLD_PYTHON = re.compile(rb"(?<![\w.-])python(3\.[0-8])(?![\w.])")

# The constructs that may run Python, wherever they are named: a file of `NodejsFunction` alone is not worth reading.
_CONSTRUCT = re.compile(rb"\b(?:Python|DockerImage|Singleton|InlineCode)?Function\b")
_SUFFIXES = (".yaml", ".yml", ".json", ".template", ".tf", ".tfvars", ".py", ".ts")


# Files of other tools and of the SDK, of which a project may have thousands.
_OTHERS = """
    package.json package-lock.json npm-shrinkwrap.json tsconfig.json jsconfig.json tslint.json nx.json lerna.json
    angular.json composer.json renovate.json cdk.json cdk.context.json pnpm-lock.yaml .eslintrc.json .prettierrc.json
    launchSettings.json appsettings.json aws-lambda-tools-defaults.json
    .pre-commit-config.yaml .pre-commit-hooks.yaml .gitlab-ci.yml mkdocs.yml
    service-2.json paginators-1.json paginators-1.sdk-extras.json examples-1.json waiters-2.json resources-1.json
    endpoint-rule-set-1.json endpoints.json partitions.json sdk-default-configuration.json
"""
_NO_TEMPLATES = frozenset(_OTHERS.split())
_PROGRAMS = frozenset(f"serverless.{suffix}" for suffix in ("ts", "js", "cjs", "mjs"))
"""Services of the Serverless Framework that are programs.
https://www.serverless.com/framework/docs/guides/intro#configuration-files
"""


def is_candidate(name: str) -> bool:
    """Whether a file may be a template, by its name or path alone."""
    base = (name.replace("\\", "/") if "\\" in name else name).rpartition("/")[2]
    if base.endswith(_SUFFIXES):
        return base not in _NO_TEMPLATES
    return base in _PROGRAMS or base == "zappa_settings.toml" or is_dockerfile(base)


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
    if changes_others(path, data):
        note_change(path, project)
    found = reader(path, data, project)
    if found.functions or _PYTHON not in marks:
        return found
    return replace(found, pythons=tuple(sorted({version.decode() for version in _OLD_PYTHON.findall(data)})))


def is_marked(path: str, data: bytes) -> bool:
    """Whether the bytes of a file are worth the time of its reader."""
    reader, marks = _reader_of(path)
    return reader is not None and any(mark in data for mark in marks)


def load_readers(paths: Iterable[str]) -> None:
    """Import what reads some files, which each of several processes would import by itself else."""
    for reader in dict.fromkeys(_reader_of(path)[0] for path in paths):
        for name in _MODULES.get(reader, ()):
            import_module(f"lambdalint.{name}")


_Reader = Callable[[str, bytes, Project], Declarations]


def _reader_of(path: str) -> tuple[_Reader | None, tuple[bytes, ...]]:
    base = path.rpartition("/")[2]
    if is_dockerfile(base):
        return _docker, (b"ambda",)
    if path.endswith("/.chalice/config.json"):
        return _chalice, (b"{",)
    if base.startswith("zappa_settings."):
        return _zappa, (b"app_function", b"events")
    if base.startswith("serverless") and base.endswith((".yaml", ".yml", ".json")):
        return _serverless, (b"functions", *_CLOUDFORMATION, *PARAMETER_MARKS)
    if base in _PROGRAMS:
        return _serverless_program, (b"functions",)
    if base.endswith((".yaml", ".yml", ".json", ".template")):
        return _cloudformation, (*_CLOUDFORMATION, *PARAMETER_MARKS, _AUTOMATION, _PYTHON)
    if base.endswith(".tf"):
        return _terraform, (b"aws_lambda_function", b"handler", _TERRAFORM_PARAMETER, _PYTHON)
    if base.endswith(".tfvars"):
        return _nothing, (_PYTHON,)
    if base.endswith(".py"):
        return _cdk_python, (b"aws_cdk",)
    if base.endswith(".ts"):
        return _cdk_typescript, (b"aws-cdk",)
    return None, ()


def _nothing(path: str, data: bytes, project: Project) -> Declarations:
    """Of the values of Terraform's variables only the runtimes are read."""
    return Declarations()


def _docker(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import docker

    return docker.read(path, data[: MAX_BYTES + 1], project)


def _cloudformation(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import automation, cloudformation

    is_stack = any(mark in data for mark in _CLOUDFORMATION) and not runs_no_python(data, _FUNCTIONS)
    found = Declarations()
    if is_stack or any(mark in data for mark in PARAMETER_MARKS):
        found = cloudformation.read(path, data, project)
        found = found if is_stack else Declarations(parameters=found.parameters)
    return replace(found, scripts=automation.read(path, data, project)) if _AUTOMATION in data else found


def _serverless(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import cloudformation, serverless

    found = serverless.read(path, data, project)
    return found if found != Declarations() else cloudformation.read(path, data, project)


def _serverless_program(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import serverless

    return serverless.read(path, data, project)


def _terraform(path: str, data: bytes, project: Project) -> Declarations:
    if not any(mark in data for mark in (b"aws_lambda_function", b"module", _TERRAFORM_PARAMETER)):
        return Declarations()
    from lambdalint.templates import terraform

    return terraform.read(path, data, project)


def changes_others(path: str, data: bytes) -> bool:
    """Whether a file adds variables to functions that another file of the same app may have made."""
    call = {".py": b".add_environment(", ".ts": b".addEnvironment("}.get(path[-3:])
    return call is not None and call in data


def note_change(path: str, project: Project) -> None:
    """Remember that a file changes what others of its app make."""
    from lambdalint.templates import cdk

    project.memo[("adds variables", cdk.app_folder(path, project))] = True


def adds_variables(function: DeclaredFunction, project: Project) -> bool:
    """Whether the app of a function adds variables to functions after they are made."""
    if function.source != "cdk":
        return False
    from lambdalint.templates import cdk

    return ("adds variables", cdk.app_folder(function.template, project)) in project.memo


def _cdk_python(path: str, data: bytes, project: Project) -> Declarations:
    if not (b"aws_lambda" in data and b"Function" in data) or len(data) > MAX_BYTES:
        return Declarations()
    from lambdalint.templates import cdk_python

    return cdk_python.read(path, data, project)


def _cdk_typescript(path: str, data: bytes, project: Project) -> Declarations:
    if not (b"aws-lambda" in data or b"aws_lambda" in data) or not _CONSTRUCT.search(data):
        return Declarations()
    if runs_no_python(data, _CONSTRUCT):
        return Declarations()
    from lambdalint.templates import cdk_typescript

    return cdk_typescript.read(path, data, project)


def _chalice(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import chalice

    return chalice.read(path, data, project)


def _zappa(path: str, data: bytes, project: Project) -> Declarations:
    from lambdalint.templates import zappa

    return zappa.read(path, data, project)


_MODULES: dict[_Reader | None, tuple[str, ...]] = {
    _docker: ("templates.docker",),
    _cloudformation: ("templates.automation", "templates.cloudformation"),
    _serverless: ("templates.cloudformation", "templates.serverless"),
    _serverless_program: ("templates.serverless",),
    _terraform: ("templates.terraform",),
    _cdk_python: ("extract.ast_parse", "templates.cdk_python"),
    _cdk_typescript: ("templates.cdk_typescript",),
    _chalice: ("templates.chalice",),
    _zappa: ("templates.zappa",),
}
