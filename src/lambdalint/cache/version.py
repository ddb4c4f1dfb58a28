"""What everything in a cache depends on besides its inputs: the code that made it."""

from __future__ import annotations

import os
import sys
from functools import cache

from lambdalint import __version__
from lambdalint.cache.store import digest

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LIBRARIES = ("libcst", "yaml")


@cache
def version() -> str:
    """A name that changes with lambdalint (while it is worked on, with each of its files), Python and the parsers."""
    facts = [__version__, sys.version, sys.platform, *_states(_PACKAGE), *map(_library, _LIBRARIES)]
    return digest(*(fact.encode("utf-8", "surrogateescape") for fact in facts))


def _states(folder: str) -> list[str]:
    """The size and the time of change of each module below a folder."""
    found: list[str] = []
    stack = [folder]
    while stack:
        with os.scandir(stack.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    status = entry.stat()
                    found.append(f"{entry.path} {status.st_size} {status.st_mtime_ns}")
                elif entry.name[0] not in "._" and entry.is_dir():
                    stack.append(entry.path)
    return sorted(found)


def _library(name: str) -> str:
    """Where a library is installed and since when: its version would cost more time than the whole lookup."""
    for folder in sys.path:
        path = os.path.join(folder, name, "__init__.py")
        try:
            status = os.stat(path)
        except OSError:
            continue
        return f"{path} {status.st_size} {status.st_mtime_ns}"
    return name
