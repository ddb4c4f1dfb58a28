"""Identifiers made of other names."""

from __future__ import annotations

import re


def snake(text: str) -> str:
    """An identifier in snake case for a service, a class or a resource's name."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    found = re.sub(r"\W+", "_", spaced).strip("_").lower()
    return found if found and not found[0].isdigit() else f"n{found}"
