"""What a rule says: diagnostics, their trails and their fixes.  Plain data without behaviour."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

from lambdalint.source import Span


class Severity(enum.Enum):
    """How bad a finding is: fails or misbehaves, costs money or safety, or advice."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Applicability(enum.Enum):
    """Whether a fix keeps what the code does (safe) or changes something that its message names (unsafe)."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class FixAvailability(enum.Enum):
    """Whether a rule offers fixes."""

    NONE = "none"
    SOMETIMES = "sometimes"
    ALWAYS = "always"


class Step(NamedTuple):
    """One hop of a trail: the place of a call and the function that it enters; for the first, the handler's own.

    Of a value's way, a place at which the value is and the function that the place is in.
    """

    path: str
    span: Span
    function: str


class Operation:
    """The base of all fix operations (see lambdalint.fixes): frozen data that says what to change in one file."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """A correction: all its operations are applied, or none.

    `path` is the file that the operations edit; `others` are (path, operations) for fixes that span files.
    """

    message: str
    applicability: Applicability
    operations: tuple[Operation, ...]
    others: tuple[tuple[str, tuple[Operation, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding as a rule yields it; the engine adds code, name and severity.

    `path` is absolute; `statement` spans the rows on which a suppression comment may stand (the span itself
    when None); `handler` is the dotted name of a handler that reaches the place; `severity` overrides the
    rule's own; `no_fix` says in one line why no fix is offered; `masked` are spans of the same file that hold
    a secret, never to be printed; `is_flow` says that the trail is the way of a value, from its source to the place.
    """

    path: str
    span: Span
    message: str
    help: str = ""
    statement: Span | None = None
    handler: str | None = None
    trail: tuple[Step, ...] = ()
    fix: Fix | None = None
    no_fix: str | None = None
    severity: Severity | None = None
    masked: tuple[Span, ...] = field(default=())
    is_flow: bool = False
