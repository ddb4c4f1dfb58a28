"""The configuration: one table of options, from which validation, `--show-settings` and the JSON Schema come.

The fields of `Config` are that table: each carries its kind, its description and its choices as metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, NamedTuple

OUTPUT_FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")
SEVERITIES = ("error", "warning", "note")

DEFAULT_EXCLUDE = (
    "**/.chalice/deployments",
    "**/cdk.out/asset.*",
    "*.egg-info",
    ".aws-sam",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".serverless",
    ".svn",
    ".terraform",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "_build",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)


class Option(NamedTuple):
    """One option as users write it.

    `kind` is codes, strings, globs, paths, string, path, boolean, choice, codes-by-glob or severities; `attribute`
    is the field of `Config`.
    """

    name: str
    attribute: str
    kind: str
    default: object
    description: str
    choices: tuple[str, ...]


def _option(kind: str, default: object, description: str, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"kind": kind, "description": description, "choices": choices})


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a run.

    `root` is the absolute folder of the configuration file, to which its globs are relative, and `file` its
    absolute path; both None without a file.  `source_roots`, `baseline` and `cache_dir` are absolute when they
    come from a file.  Tables are tuples of pairs in the order of the file.
    """

    select: tuple[str, ...] | None = _option(
        "codes", None, "The rules to use: codes, prefixes such as LMB4, names, or ALL. Without it, those on by default."
    )
    extend_select: tuple[str, ...] = _option("codes", (), "Rules to use besides the selected ones.")
    ignore: tuple[str, ...] = _option("codes", (), "Rules not to use.")
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = _option(
        "codes-by-glob", (), "Rules not to report in the files that match a glob, relative to this file's folder."
    )
    severity: tuple[tuple[str, str], ...] = _option(
        "severities", (), "The severity of rules, instead of their own.", SEVERITIES
    )
    extend_safe_fixes: tuple[str, ...] = _option("codes", (), "Rules whose unsafe fixes count as safe here.")
    extend_unsafe_fixes: tuple[str, ...] = _option("codes", (), "Rules whose safe fixes count as unsafe here.")
    fix_style: str = _option(
        "choice",
        "accessor",
        "How a client leaves the handler: into a cached function (accessor) or a module-level name (module).",
        ("accessor", "module"),
    )
    secret_cache: str = _option(
        "choice",
        "lru_cache",
        "What the fix of uncached-secret uses: functools.lru_cache, or Powertools' parameters with an expiry.",
        ("lru_cache", "powertools"),
    )
    conditional_imports: str = _option(
        "choice",
        "allow",
        "Whether imports in a branch of INVOKE code, a lazy load, are allowed or reported.",
        ("allow", "report"),
    )
    exclude: tuple[str, ...] = _option("globs", DEFAULT_EXCLUDE, "Files and folders that are not looked at.")
    extend_exclude: tuple[str, ...] = _option("globs", (), "Files and folders not to look at, besides `exclude`.")
    handlers: tuple[str, ...] = _option(
        "strings",
        (),
        'Handlers that no template declares: "pkg.module:function", or a glob such as "functions/*/app.py:*".',
    )
    require_handlers: bool = _option("boolean", False, "Whether a run that finds no handler fails with exit code 2.")
    templates: tuple[str, ...] = _option(
        "globs", (), "Templates to read besides those found by their usual names and contents."
    )
    source_roots: tuple[str, ...] = _option(
        "paths", (), "Folders from which imports resolve, after a function's own code directory and its layers."
    )
    cache_decorators: tuple[str, ...] = _option(
        "strings", (), "Decorators of the project that make a function run once per execution environment."
    )
    client_factories: tuple[str, ...] = _option(
        "strings", (), "Dotted names of functions and classes that create a client worth keeping."
    )
    secret_names: tuple[str, ...] = _option(
        "strings",
        (),
        "Names of variables, keys and environment variables that hold a secret, whatever their case: globs such as "
        '"*_pin"; one without a wildcard, such as "iban", matches names that end in its words too, "customer_iban".',
    )
    secret_calls: tuple[str, ...] = _option("strings", (), "Dotted names of functions that fetch a secret.")
    baseline: str | None = _option("path", None, "A file of findings that are known and not reported.")
    cache_dir: str | None = _option("path", None, "The folder of the cache, .lambdalint_cache in the project else.")
    output_format: str = _option("choice", "text", "How findings are printed.", OUTPUT_FORMATS)
    root: str | None = None
    file: str | None = None

    @property
    def excluded(self) -> tuple[str, ...]:
        """The patterns of what is left out."""
        return (*self.exclude, *self.extend_exclude)


def _described(known: Field[Any]) -> Option:
    default = () if known.default is MISSING else known.default
    metadata: Mapping[str, Any] = known.metadata
    name = known.name.replace("_", "-")
    return Option(name, known.name, metadata["kind"], default, metadata["description"], metadata["choices"])


OPTIONS: tuple[Option, ...] = tuple(_described(known) for known in fields(Config) if "kind" in known.metadata)

_SELECTOR = r"^([Aa][Ll][Ll]|[Ll][Mm][Bb]\d{0,3}|[a-z][a-z-]*[a-z])$"


def schema() -> dict[str, object]:
    """The JSON Schema (draft 7) of `.lambdalint.yaml` and of the table `[tool.lambdalint]`."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://lambdalint.readthedocs.io/lambdalint.schema.json",
        "title": "lambdalint",
        "description": "The configuration of lambdalint, the linter and autofixer for Python on AWS Lambda.",
        "type": "object",
        "additionalProperties": False,
        "properties": {option.name: _property(option) for option in OPTIONS},
    }


def _property(option: Option) -> dict[str, object]:
    described: dict[str, object] = {"description": option.description, **_SHAPES[option.kind]}
    if option.kind == "choice":
        described["enum"] = list(option.choices)
    if option.default not in (None, ()):
        described["default"] = list(option.default) if isinstance(option.default, tuple) else option.default
    return described


_STRINGS: dict[str, object] = {"type": "array", "items": {"type": "string", "minLength": 1}}
_CODES: dict[str, object] = {"type": "array", "items": {"type": "string", "pattern": _SELECTOR}}
_SHAPES: Mapping[str, dict[str, object]] = {
    "codes": _CODES,
    "strings": _STRINGS,
    "globs": _STRINGS,
    "paths": _STRINGS,
    "string": {"type": "string"},
    "path": {"type": "string", "minLength": 1},
    "boolean": {"type": "boolean"},
    "choice": {"type": "string"},
    "codes-by-glob": {"type": "object", "additionalProperties": _CODES},
    "severities": {
        "type": "object",
        "propertyNames": {"pattern": _SELECTOR},
        "additionalProperties": {"type": "string", "enum": list(SEVERITIES)},
    },
}
