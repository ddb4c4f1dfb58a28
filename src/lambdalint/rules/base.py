"""How a rule is declared: a generator function over the program, with its metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from lambdalint.diagnostic import Diagnostic, FixAvailability, Severity

if TYPE_CHECKING:
    from lambdalint.program import Program

Check: TypeAlias = "Callable[[Program], Iterator[Diagnostic]]"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its identity, its documentation (the check's docstring) and its check.

    `default` says whether it is in the default selection; `always` that it cannot be deselected.
    """

    code: str
    name: str
    severity: Severity
    fix: FixAvailability
    default: bool
    always: bool
    since: str
    references: tuple[str, ...]
    documentation: str
    check: Check

    @property
    def url(self) -> str:
        """The address of the rule's page."""
        return f"https://lambdalint.readthedocs.io/rules/{self.name}/"

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    fix: FixAvailability = FixAvailability.NONE,
    default: bool = True,
    always: bool = False,
    since: str = "0.1.0",
    references: tuple[str, ...],
) -> Callable[[Check], Rule]:
    """Declare a rule; the decorated generator's docstring is its documentation."""

    def declare(check: Check) -> Rule:
        import inspect

        documentation = inspect.cleandoc(check.__doc__ or "")
        return Rule(code, name, severity, fix, default, always, since, references, documentation, check)

    return declare
