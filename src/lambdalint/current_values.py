"""Where the value that a store holds now is the point: what follows its changes, or hands it on as the new one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lambdalint.catalog import passwords
from lambdalint.catalog.names import words
from lambdalint.catalog.terms import terms
from lambdalint.fetches import Fetch
from lambdalint.link.model import Unit
from lambdalint.paths import relative
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import Attribute, Call, Joined, Literal
from lambdalint.walk import keyword_names

SETS_PASSWORD = "what it fetches may become a password elsewhere: a value that is kept would set an old one again"
FOLLOWS = "its function is there to follow the value"

_CHANGES = {"parameter": "parameter-change", "secret": "secret-change"}
# Words with which a function or its file says that it does what a switch tells it, or turns secrets over.
_SWITCHES = (("circuit", "breaker"), ("kill", "switch"))
_SWITCHED = terms("flag flags killswitch switch toggle toggles")
_TURNING = terms("rotate rotates rotation rotator rotators")
_COPYING = terms("sync syncs replicate replicator")
_OF_SECRETS = terms("secret secrets password passwords credential credentials")


def is_told_of_changes(fetch: Fetch, phases: HandlerPhases) -> bool:
    """Whether a handler is declared to run when something of the fetched kind changes: it wants the new value."""
    change = _CHANGES.get(fetch.kind)
    return any(change in declared.events for declared in phases.handler.declared)


def follows_value(program: Program, fetch: Fetch) -> bool:
    """Whether the names around a fetch say that it reads a switch, or that its function turns secrets over."""
    said = [words(name) for name in _names(program, fetch.site.unit)]
    if fetch.kind == "parameter":
        own = words(program.function(fetch.site.unit).name) if fetch.site.unit.number >= 0 else ()
        return not _SWITCHED.isdisjoint(own) or any(pair in _SWITCHES for name in said for pair in pairwise(name))
    if fetch.kind != "secret":
        return False
    return any(
        not _TURNING.isdisjoint(name) or not (_COPYING.isdisjoint(name) or _OF_SECRETS.isdisjoint(name))
        for name in said
    )


def sets_password(program: Program, fetch: Fetch) -> bool:
    """Whether the file of a fetch, or one that calls its function, gives something a password."""
    unit = fetch.site.unit
    paths = {unit.path, *(edge.source.path for edge in program.callers(unit))}
    return fetch.kind != "configuration" and any(_sets_password(program, path) for path in sorted(paths))


def _sets_password(program: Program, path: str) -> bool:
    for unit in program.modules[path].units():
        for site in program.sites(unit):
            expr = site.place.expr
            if isinstance(expr, Joined | Literal) and passwords.SETTING_STATEMENT.search(_text(expr)):
                return True
            if isinstance(expr, Call) and isinstance(expr.func, Attribute):
                is_keyword = not passwords.SETTING_KEYWORDS.isdisjoint(keyword_names(expr.arguments))
                if is_keyword or expr.func.attr in passwords.SETTING_METHODS:
                    return True
    return False


def _text(expr: Joined | Literal) -> str:
    """The literal text of an expression, without what an f-string fills in."""
    if isinstance(expr, Literal):
        return expr.value if isinstance(expr.value, str) else ""
    return " ".join(_text(part) if isinstance(part, Literal) else "?" for part in expr.parts)


def _names(program: Program, unit: Unit) -> Iterator[str]:
    """What a function is called, with its file, and the handlers that run it, with theirs and as they are declared."""
    root = program.project.root
    yield _place(unit.path, root)
    if unit.number >= 0:
        yield program.function(unit).name
    for phases in program.phases.handlers:
        if unit in phases.invoke:
            yield _place(phases.handler.path, root)
            yield phases.handler.name.rpartition(".")[2]
            yield from (declared.name for declared in phases.handler.declared)


def _place(path: str, root: str) -> str:
    """The last folder of a path within the project with the file's name, as one name."""
    return "/".join(relative(path, root).removesuffix(".py").split("/")[-2:])
