"""The decorators that fixes put above what is to run once, as the Python that a module runs on has them."""

from __future__ import annotations

import re
from typing import NamedTuple

from lambdalint.program import Program
from lambdalint.summary import Import

_PYTHON = re.compile(r"python(\d+)\.(\d+)\Z")


class CacheDecorator(NamedTuple):
    """A decorator by its dotted name, called with `arguments` unless these are None."""

    name: str
    arguments: str | None = None

    @property
    def text(self) -> str:
        """What stands behind the `@`."""
        return self.name if self.arguments is None else f"{self.name}({self.arguments})"


def cache_of_objects(program: Program, path: str) -> CacheDecorator:
    """The decorator for what makes an object: `cache`, or what the module has imported of `functools` already.

    `cache` is there from Python 3.9 on.  https://docs.python.org/3/library/functools.html#functools.cache
    """
    if _oldest(program, path) < (3, 9):
        return CacheDecorator("functools.lru_cache", "maxsize=None")
    table = program.modules[path].table(program.modules[path].scope)

    def has(name: str, module: str | None) -> bool:
        found = (binding.statement for binding in table.get(name, ()) if binding.kind == "import")
        return any(isinstance(statement, Import) and statement.module == module for statement in found)

    is_bounded = has("lru_cache", "functools") and not has("cache", "functools") and not has("functools", None)
    return CacheDecorator("functools.lru_cache" if is_bounded else "functools.cache")


def cache_of_values(program: Program, path: str) -> CacheDecorator:
    """The decorator for what fetches a value: `lru_cache`, which has to be called before Python 3.8.

    https://docs.python.org/3/library/functools.html#functools.lru_cache
    """
    return CacheDecorator("functools.lru_cache", "" if _oldest(program, path) < (3, 8) else None)


def _oldest(program: Program, path: str) -> tuple[int, int]:
    """The oldest Python that templates declare for the functions that load a module; a new one where they do not."""
    declared = (
        function.runtime or ""
        for phases in program.phases.handlers
        if path in phases.modules
        for function in phases.handler.declared
    )
    found = (version for runtime in declared if (version := _PYTHON.match(runtime)) is not None)
    return min(((int(version[1]), int(version[2])) for version in found), default=(3, 10))
