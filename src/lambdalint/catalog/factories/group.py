"""The row type of the factory tables."""

from __future__ import annotations

from typing import NamedTuple


class Group(NamedTuple):
    """Constructors of one library that share a kind; `paths` and `flags` are words separated by white space.

    Flags: `async` (used from coroutines), `database` (may go stale between invocations), `connects` (opens a
    connection when it is made).  `source` is the URL of the documentation that describes the constructor.
    """

    kind: str
    label: str
    source: str
    paths: str
    flags: str = ""
