"""TOML as plain data; the reader is loaded when it is first needed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def tables(text: str) -> dict[str, Any]:
    """The tables of a TOML text.  Raises ValueError where it is none."""
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError(str(error)) from None
    return found


def table(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The table under a key, an empty one where there is none."""
    found = parent.get(key)
    return found if isinstance(found, dict) else {}


def text_of(path: str, read: Callable[[str], bytes]) -> str | None:
    """The text of a file, bytes that are no UTF-8 replaced; None where it cannot be read."""
    try:
        return read(path).decode("utf-8-sig", "replace")
    except OSError:
        return None
