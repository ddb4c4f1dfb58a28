"""What hangs on an atom besides where it comes from: what was done to it, and what it hinges on."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from lambdalint.link.model import Unit
from lambdalint.source import Span


class KeyOf(NamedTuple):
    """The key under which a function stores or reads: what its parameter holds, which each caller knows for itself."""

    unit: Unit
    parameter: str


class Hinge(NamedTuple):
    """What an atom hinges on: what a caller passes for a parameter of a function of which the atom is seen.

    With a `key` the atom is there only where that is the key; without one it names what the atom was fetched by.
    """

    unit: Unit
    parameter: str
    key: str | None = None


class Asked(NamedTuple):
    """A call that asks a function for what it fetches by any name, and names nothing that is a secret by its name.

    `hinge` is the function's parameter that takes the name, `unit` and `span` are the call; `is_named` says whether
    anything is known of the name.
    """

    hinge: Hinge
    unit: Unit
    span: Span
    is_named: bool


Tag: TypeAlias = "str | Hinge | Asked"

RESPELT = "respelt"
"""The tag of a text that a method made of another one: it is no name or key that is passed any more."""
