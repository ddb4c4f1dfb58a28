"""A project in memory for the tests of the template readers."""

from __future__ import annotations

import gc
import textwrap
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from lambdalint.declared import Declarations, DeclaredFunction
from lambdalint.templates import Project, candidates, read_all


def declared(files: Mapping[str, str | bytes], patterns: list[str] | None = None) -> Declarations:
    """What the templates among some files, relative to the root /p, declare."""
    contents = {
        f"/p/{name}": text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        for name, text in files.items()
    }

    def read(path: str) -> bytes:
        if path not in contents:
            raise FileNotFoundError(path)
        return contents[path]

    return read_all(Project("/p", contents, read), candidates("/p", contents, patterns))


def only(files: Mapping[str, str | bytes]) -> DeclaredFunction:
    """The one function that some files declare."""
    (function,) = declared(files).functions
    return function


def values(function: DeclaredFunction) -> dict[str, str | None]:
    """The variables of a function by name."""
    return {variable.name: variable.value for variable in function.environment}


@contextmanager
def soon() -> Iterator[None]:
    """What is done within takes less than a second of the processor, sweeping what other tests left not counted."""
    gc.collect()
    gc.freeze()
    start = time.process_time()
    try:
        yield
        assert time.process_time() - start < 1
    finally:
        gc.unfreeze()
