"""The decorators that fixes put above what is to run once, as the Python that a module runs on has them."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.program import Program
from lambdalint.project import python_of, version_of
from lambdalint.summary import Import

_NEW = (3, 10)


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


def has_cache(program: Program, path: str) -> bool:
    """Whether the Python that a module runs on has a cache at all: Python 2 has none."""
    return _oldest(program, path) >= (3,)


def cache_of_values(program: Program, path: str) -> CacheDecorator:
    """The decorator for what fetches a value: `lru_cache`, which has to be called before Python 3.8.

    https://docs.python.org/3/library/functools.html#functools.lru_cache
    """
    return CacheDecorator("functools.lru_cache", "" if _oldest(program, path) < (3, 8) else None)


def _oldest(program: Program, path: str) -> tuple[int, ...]:
    """The oldest Python that templates declare for the functions that load a module.

    Where one of these is not known it may be any that they declare, and a new one where they declare none.
    """
    loading = [p.handler.declared for p in program.phases.handlers if path in p.modules]
    known = [python_of(function) for declared in loading for function in declared]
    if not loading or not all(loading) or not all(known):
        known.append(program.project.oldest)
    return min((version_of(python) for python in known if python), default=_NEW)
