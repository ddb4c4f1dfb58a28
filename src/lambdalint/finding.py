"""What a run reports: findings, as renderers see them."""

from __future__ import annotations

from dataclasses import dataclass

from lambdalint.diagnostic import Applicability, Severity, Step
from lambdalint.source import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace a span of a file by `content`; an empty span inserts."""

    path: str
    span: Span
    content: str


@dataclass(frozen=True, slots=True)
class FindingFix:
    """A fix as renderers see it: lowered to text edits."""

    message: str
    applicability: Applicability
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic with its rule's identity, ready to be rendered.

    `path` is absolute; `frame` holds the rows that the text format shows, secrets masked already, as
    (row, text); `noqa_row` is the row on which a suppression comment belongs; `no_fix` says why there is none;
    `function` is the dotted name of the function that holds the place, "" at module level or where unknown; `text`
    is the source of the span without its layout, secrets masked, "" where unknown; `is_flow` says that the trail is
    the way of a value, from its source to the place.
    """

    code: str
    name: str
    severity: Severity
    path: str
    span: Span
    message: str
    help: str
    handler: str | None
    trail: tuple[Step, ...]
    fix: FindingFix | None
    no_fix: str | None
    noqa_row: int
    url: str
    frame: tuple[tuple[int, str], ...]
    function: str = ""
    text: str = ""
    is_flow: bool = False


@dataclass(frozen=True, slots=True)
class InternalError:
    """A rule or a stage that crashed: a bug of lambdalint, reported with exit code 2."""

    where: str
    path: str | None
    error: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run.

    `handlers`, `files` and `functions` count what was judged, `unresolved` the calls that could not be resolved.
    """

    findings: tuple[Finding, ...]
    handlers: int
    files: int
    functions: int
    unresolved: int
    suppressed: int
    errors: tuple[InternalError, ...]
