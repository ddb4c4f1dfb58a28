"""What a fix does that makes something once, and what it changes."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.diagnostic import Fix, Operation
from lambdalint.program import make_fix


class Remedy(NamedTuple):
    """Operations that make something once; `what` says what changes where that is not safe, `made` what it is."""

    operations: tuple[Operation, ...]
    safe: bool
    message: str
    what: str = ""
    made: str = "client"


def fix_of(remedy: Remedy) -> Fix:
    """A remedy of one file as a fix."""
    message = remedy.message + (f"; {remedy.what}" if remedy.what else "")
    return make_fix(message, remedy.safe, *remedy.operations)
