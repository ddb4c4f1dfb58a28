"""The decorators that fixes put above what is to run once, as the Python that a module runs on has them."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog.caches import SYNCHRONOUS_CACHES
from lambdalint.catalog.terms import terms
from lambdalint.creations import creation_of, is_keepable
from lambdalint.link.loads import statement_files
from lambdalint.link.model import Unit
from lambdalint.program import Program
from lambdalint.project import python_of
from lambdalint.pythons import oldest_for, version_of
from lambdalint.summary import Call, Expr, Import, Literal

_NEW = (3, 10)
# https://docs.python.org/3/whatsnew/3.0.html#library-changes
_ONLY_IN_2 = terms("ConfigParser HTMLParser Queue StringIO cPickle cStringIO httplib urllib2 urlparse")


class CacheDecorator(NamedTuple):
    """A decorator by its dotted name, called with `arguments` unless these are None."""

    name: str
    arguments: str | None = None

    @property
    def text(self) -> str:
        """What stands behind the `@`."""
        return self.name if self.arguments is None else f"{self.name}({self.arguments})"


def cache_of_objects(program: Program, path: str, *, takes_nothing: bool = False) -> CacheDecorator:
    """The decorator for what makes an object: `cache`, or what the module has imported of `functools` already.

    A function that `takes_nothing` gets what the module's other ones of that kind have.
    `cache` is there from Python 3.9 on.  https://docs.python.org/3/library/functools.html#functools.cache
    """
    if takes_nothing and (kept := _neighbours(program, path)) is not None:
        return kept
    if _oldest(program, path) < (3, 9):
        return CacheDecorator("functools.lru_cache", "maxsize=None")
    table = program.modules[path].table(program.modules[path].scope)

    def has(name: str, module: str | None) -> bool:
        found = (binding.statement for binding in table.get(name, ()) if binding.kind == "import")
        return any(isinstance(statement, Import) and statement.module == module for statement in found)

    is_bounded = has("lru_cache", "functools") and not has("cache", "functools") and not has("functools", None)
    return CacheDecorator("functools.lru_cache" if is_bounded else "functools.cache")


def _neighbours(program: Program, path: str) -> CacheDecorator | None:
    """The decorator that all cached functions of a module without parameters have: `cache`, or one with a size.

    None where they have none, or none of these.
    """
    module = program.modules[path]
    found: set[CacheDecorator | None] = set()
    for function in module.summary.functions:
        if function.parameters or function.outer >= 0 or len(function.decorators) != 1:
            continue
        decorator = function.decorators[0]
        func = decorator.func if isinstance(decorator, Call) else decorator
        if any(name in SYNCHRONOUS_CACHES for name in program.paths(func, module.scope)):
            is_plain = decorator is func and "functools.cache" in program.paths(func, module.scope)
            found.add(CacheDecorator("functools.cache") if is_plain else _sized(decorator))
    return found.pop() if len(found) == 1 else None


def _sized(decorator: Expr) -> CacheDecorator | None:
    """A decorator that is `lru_cache` with nothing but a size, which is not 0."""
    given = decorator.arguments[0] if isinstance(decorator, Call) and len(decorator.arguments) == 1 else None
    size = None if given is None or given.star or given.keyword not in (None, "maxsize") else given.value
    if given is None or not isinstance(size, Literal) or size.kind not in ("int", "none") or size.value == 0:
        return None
    return CacheDecorator("functools.lru_cache", f"maxsize={size.value}" if given.keyword else str(size.value))


def has_cache(program: Program, path: str) -> bool:
    """Whether the Python that a module runs on has a cache at all: Python 2 has none."""
    return _oldest(program, path) >= (3,)


def cache_of_values(
    program: Program, path: str, *, takes_nothing: bool = False, is_fixed: bool = False
) -> CacheDecorator:
    """The decorator for what fetches a value: `lru_cache`, which has to be called before Python 3.8.

    A function that `takes_nothing` gets what the module's other ones of that kind have, or are given.  So does one of
    values that `is_fixed` says no invocation names: there are only so many, which need no bound.

    https://docs.python.org/3/library/functools.html#functools.lru_cache
    """
    if takes_nothing and (kept := _neighbours(program, path)) is not None:
        return kept
    is_unbounded = (takes_nothing or is_fixed) and _makes_objects(program, path)
    if is_unbounded or (is_fixed and _has_unbounded(program, path)):
        return cache_of_objects(program, path, takes_nothing=takes_nothing)
    return CacheDecorator("functools.lru_cache", "" if _oldest(program, path) < (3, 8) else None)


def _has_unbounded(program: Program, path: str) -> bool:
    """Whether functions of a module have `functools.cache`."""
    module = program.modules[path]
    decorators = (decorator for function in module.summary.functions for decorator in function.decorators)
    return any("functools.cache" in program.paths(decorator, module.scope) for decorator in decorators)


def _makes_objects(program: Program, path: str) -> bool:
    """Whether functions of a module make, on every invocation, what is worth keeping."""
    return any(
        made is not None and program.reach(site) is not None and is_keepable(program, made)
        for unit in program.modules[path].units()
        if unit.number >= 0
        for site, call in program.sites_of(unit, Call)
        if (made := creation_of(program, site, call)) is not None
    )


def _oldest(program: Program, path: str) -> tuple[int, ...]:
    """The oldest Python that templates declare for the functions that load a module.

    Where one of these is not known it may be any that they declare or that metadata around the module admits, and a
    new one where none is named.  Metadata that installs commands always counts.
    """
    if _is_python_2(program, path):
        return (2, 7)
    loading = [p.handler.declared for p in program.phases.handlers if path in p.modules]
    known = [python_of(function) for declared in loading for function in declared]
    is_known = bool(loading) and all(loading) and all(known)
    if not is_known:
        known.append(program.project.oldest)
    versions = [version_of(python) for python in known if python]
    admitted = None if path in program.project.inline.by_path else oldest_for(program.project.pythons, path)
    if admitted is not None and (python := admitted.promised if is_known else admitted.python):
        # Who writes `>=3`, or has left Python 2 in a corner, says less than anything that names a Python 3.
        if version_of(python) > (3, 0) or not versions:
            versions.append(version_of(python))
    return min(versions, default=_NEW)


def _is_python_2(program: Program, path: str) -> bool:
    """Whether loading a module fails on Python 3, as it imports a name that only Python 2 has and no file here has."""
    module = program.modules[path]
    return any(
        isinstance(statement, Import)
        and not frames
        and not statement.level
        and not _ONLY_IN_2.isdisjoint({statement.module} if statement.module else {i.name for i in statement.names})
        and not statement_files(program.project.imports, statement, path)
        for statement, frames in module.statements(Unit(path, -1))
    )
