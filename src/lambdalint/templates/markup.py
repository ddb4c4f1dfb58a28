"""Templates of templates: text with Jinja or Go markup that is no YAML until an engine has run."""

from __future__ import annotations

import re

from lambdalint.templates.tree import PLACEHOLDER

_STATEMENT = re.compile(r"\{%[^\n]*?%\}|\{#[^\n]*?#\}")
_EXPRESSION = re.compile(r"\{\{[^\n]*?\}\}")


def is_marked_up(source: str) -> bool:
    """Whether a text holds statements or expressions of a template engine."""
    return _STATEMENT.search(source) is not None or _EXPRESSION.search(source) is not None


def without_markup(source: str) -> str:
    """The text with statements blanked and expressions replaced by placeholders, everything at its old place."""
    blank = _STATEMENT.sub(lambda match: " " * len(match.group()), source)
    return _EXPRESSION.sub(lambda match: PLACEHOLDER * len(match.group()), blank)
