"""Database connections that the next invocation could not use as it finds them: what their session holds or met."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdalint.creations import Creation
from lambdalint.holders import attributes_of, concerned, givers_of, holders_of
from lambdalint.link.model import Unit
from lambdalint.program import Program
from lambdalint.summary import Expr, Literal
from lambdalint.walk import in_except

_KINDS = ("database", "pool", "engine")
# https://www.postgresql.org/docs/current/sql-createtable.html: they are dropped at the end of a session
_TEMPORARY = re.compile(r"\bTEMP(?:ORARY)?\s+TABLE\b", re.IGNORECASE)
_TABLES_STAY = "temporary tables of its session would stay for the next invocation"
_UNKNOWN_SQL = "its SQL is in files, which may make temporary tables that would stay for the next invocation"
_FAILED = "it is made where something failed, maybe the very connection that would be kept"


def connection_obstacle(program: Program, creation: Creation, expr: Expr) -> str | None:
    """Why the next invocation may not get the database connection that an expression makes; None when it may.

    A pool and an engine notice a connection that has failed, yet hand out sessions as they were given back.
    """
    factory = creation.factory
    if not factory.is_database or factory.kind not in _KINDS:
        return None
    if factory.connects and factory.kind == "database" and _is_made_in_failure(program, creation):
        return _FAILED
    told = [_told(program, path) for path in sorted(_files(program, creation, expr))]
    return _TABLES_STAY if _TABLES_STAY in told else next(filter(None, told), None)


def _is_made_in_failure(program: Program, creation: Creation) -> bool:
    """Whether a connection is made in an `except` clause, or by a function that is called in one."""
    site = creation.site
    return in_except(site.place.frames) or any(in_except(e.site.place.frames) for e in program.callers(site.unit))


def _files(program: Program, creation: Creation, expr: Expr) -> set[str]:
    """The files whose SQL may run over what an expression makes: of what holds it, and of what these pass on to.

    A cursor goes other ways than its connection: whatever they pass something to may have got it.
    """
    site, factory = creation.site, creation.factory
    holding = {site.unit, *(there.unit for there, _ in givers_of(program, site, expr, factory))}
    holding.update(holder.unit for holder in holders_of(program, site, expr, factory))
    found = {unit.path for unit in _passed_on(program, holding)}
    return found | concerned(program, site.unit) if attributes_of(program, site, expr, factory) else found


def _passed_on(program: Program, units: set[Unit]) -> set[Unit]:
    """Some units with those that they call with arguments, and that these call so."""
    seen, queue = set(units), list(units)
    while queue:
        for edge in program.edges(queue.pop()):
            if edge.call is not None and edge.call.arguments and edge.target not in seen:
                seen.add(edge.target)
                queue.append(edge.target)
    return seen


class _Told(dict[str, str | None]):
    """What the texts of files say of temporary tables, as a program keeps it."""


def _told(program: Program, path: str) -> str | None:
    """Why the texts of a file rule out keeping a session; None where they say nothing of temporary tables."""
    known: _Told = program.memo.setdefault(_Told, _Told())
    if path not in known:
        texts = list(_texts(program, path))
        is_unknown = any(text.lower().endswith(".sql") for text in texts)
        known[path] = _TABLES_STAY if any(map(_TEMPORARY.search, texts)) else _UNKNOWN_SQL if is_unknown else None
    return known[path]


def _texts(program: Program, path: str) -> Iterator[str]:
    """The strings of a file, the parts of f-strings included."""
    for unit in program.modules[path].units():
        for _, literal in program.sites_of(unit, Literal):
            if isinstance(literal.value, str):
                yield literal.value
