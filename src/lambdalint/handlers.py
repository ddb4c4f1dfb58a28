"""Handlers: the functions that the Lambda runtime calls, and how each was found."""

from __future__ import annotations

from dataclasses import dataclass

from lambdalint.declared import DeclaredFunction
from lambdalint.link.model import Unit
from lambdalint.source import Span


@dataclass(frozen=True, slots=True)
class Handler:
    """An entry point.

    `name` is its dotted name; `unit` the function that runs, or the module's unit where an adapter object is the
    handler; `span` its definition; `how` is "template", "config" or "shape"; `kind` "function" or the dotted path
    of the outside object that serves it, such as "mangum.Mangum()"; `declared` what templates say, every
    function that names it.
    """

    name: str
    unit: Unit
    span: Span
    how: str
    kind: str = "function"
    declared: tuple[DeclaredFunction, ...] = ()

    @property
    def path(self) -> str:
        """The handler's file."""
        return self.unit.path
