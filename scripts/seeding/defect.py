"""What a defect is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

MARK = "@@"


@dataclass(frozen=True)
class Defect:
    """A fault of one rule, in parts.

    `line` is what stands in INVOKE code: an expression or, with `statement`, one statement.  `before` are lines of
    module level and `tail` statements that follow in the handler.  `MEMBER` stands for the imported `member` of
    `module` however it is imported, `EVENT` and `CONTEXT` for the handler's parameters, `VALUE` for `value` or
    what holds it.  `@@` ends the lines on which a finding may be reported; without one it is the line itself.
    `returns` says that the statement is the handler's answer, `template` is a template beside the module and
    `signature` rewrites the line of the handler's definition.  `silent` names the variants in which the rule's
    contract asks for silence, each with the reason.
    """

    code: str
    name: str
    line: str = ""
    module: str = ""
    member: str = ""
    before: str = ""
    tail: str = ""
    value: str = ""
    keywords: str = ""
    statement: bool = False
    returns: bool = False
    template: str = ""
    signature: str = ""
    silent: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What names the defect in tables."""
        return f"{self.code} {self.name}"
