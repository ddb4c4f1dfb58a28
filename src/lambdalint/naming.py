"""Identifiers made of other names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from lambdalint.catalog.names import words


def snake(text: str) -> str:
    """An identifier in snake case for a service, a class or a resource's name."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    found = re.sub(r"\W+", "_", spaced).strip("_").lower()
    return found if found and not found[0].isdigit() else f"n{found}"


# Whether the words of a name tell that it is such an argument of a client, and no more than that.
_TELLING: dict[str, Callable[[frozenset[str]], bool]] = {
    "service_name": lambda said: "service" in said,
    "region_name": lambda said: said <= {"region", "name", "aws", "default", "current"},
}


def renamed_parameters(called: Mapping[str, Collection[str]], taken: Collection[str]) -> dict[str, str]:
    """Other names for the parameters of a new function whose names in the old one say something else than they are.

    `called` are the parameters by name, each with what it is passed for: `region_name`, or anything else.  No new name
    is among those or the `taken` ones.
    """
    found: dict[str, str] = {}
    for name, roles in called.items():
        wanted = next(iter(roles), "") if len(roles) == 1 else ""
        told = _TELLING.get(wanted)
        if told is not None and not told(frozenset(words(name))) and wanted not in (*called, *taken, *found.values()):
            found[name] = wanted
    return found
