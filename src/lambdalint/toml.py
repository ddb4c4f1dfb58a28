"""TOML as plain data; the reader is loaded when it is first needed."""

from __future__ import annotations

import importlib
import sys
from typing import Any


def tables(text: str) -> dict[str, Any]:
    """The tables of a TOML text.  Raises ValueError where it is none."""
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError(str(error)) from None
    return found
