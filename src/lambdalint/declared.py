"""What templates declare: the functions that a project deploys, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lambdalint.source import Span


class Variable(NamedTuple):
    """One environment variable of a function.

    `span` covers its value in the template (its name where the value has no text of its own); `value` is the
    literal text, None when it is computed (a reference, an intrinsic, an expression).  `path` is the absolute
    path of the file that the row and the span are in, None for the function's own template.
    """

    name: str
    row: int
    span: Span
    value: str | None
    path: str | None = None


class InlineCode(NamedTuple):
    """Python written inside a template.

    `text` is the code with its common indentation removed; its row N stands in the template's row
    `first_row + N - 1`, `indent` columns further right.  `is_exact` is False when the template's text is not
    the code shifted so (escapes, a folded scalar): then nothing in it can be fixed.
    """

    text: str
    first_row: int
    indent: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class DeclaredFunction:
    """A Lambda function that a template declares.

    `name` is the logical name; `handler` the literal handler string such as "app.lambda_handler" ("" when it is
    not literal or there is none); `code_dir` the absolute folder that its code is deployed from, None when it
    lies outside the project, is built elsewhere or is not literal; `layers` absolute folders that land in
    /opt (their `python` folder, or they themselves, are import roots); `runtime` such as "python3.12", None when
    not declared; `environment` all variables, `is_environment_known` False when a part of them is not static;
    `log_format` "JSON", "Text" or None; `events` the kinds of its event sources, lower case, such as "api",
    "httpapi", "url", "alb", "sqs", "schedule", "stream", and "http-lambda" for the Serverless Framework's
    `integration: lambda`; `template` the absolute path, `row` where the function is declared, `handler_span` of
    the handler's value; `source` the reader's name, such as "sam", "serverless", "terraform", "cdk", "docker",
    "chalice", "zappa"; `is_image` for container images.
    """

    name: str
    handler: str
    code_dir: str | None
    layers: tuple[str, ...]
    runtime: str | None
    environment: tuple[Variable, ...]
    is_environment_known: bool
    log_format: str | None
    events: frozenset[str]
    template: str
    row: int
    handler_span: Span
    source: str
    is_image: bool = False
    inline: InlineCode | None = None


class TemplateProblem(NamedTuple):
    """A template that cannot be read (LMB904): where, and what is wrong."""

    path: str
    row: int
    message: str


class TemplateComment(NamedTuple):
    """A comment of a template that may hold a suppression; column is 0-based."""

    path: str
    row: int
    column: int
    text: str


class Script(NamedTuple):
    """A function of a Python file (absolute path) that something else than Lambda runs: the file is a script of its.

    Nothing in such a file is a handler by its shape alone; one that a template or the configuration names is.
    """

    path: str
    function: str


class StoredParameter(NamedTuple):
    """A parameter of SSM: its name, and whether it is declared to be kept encrypted or to hold plain text."""

    name: str
    is_secure: bool


@dataclass(frozen=True, slots=True)
class Declarations:
    """All that the templates of a project say, sorted by path and row.

    `parameters` are the SSM parameters that are declared; `pythons` the old runtimes that files name which declare no
    function, such as "3.8".
    """

    functions: tuple[DeclaredFunction, ...] = ()
    problems: tuple[TemplateProblem, ...] = ()
    comments: tuple[TemplateComment, ...] = ()
    scripts: tuple[Script, ...] = ()
    parameters: tuple[StoredParameter, ...] = ()
    pythons: tuple[str, ...] = ()
