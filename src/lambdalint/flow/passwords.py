"""What a call uses as a password or a key by the place in which it is passed, whatever it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.catalog.passwords import PASSWORD_PLACES
from lambdalint.flow import values as v
from lambdalint.flow.binding import Arguments
from lambdalint.flow.values import Value
from lambdalint.link.model import External
from lambdalint.summary import Attribute, Call, Name

_NAMES = frozenset(path.rpartition(".")[2] for path in PASSWORD_PLACES)


def given(externals: Iterable[External], call: Call, arguments: Arguments) -> Iterator[Value]:
    """The values that a call of outside functions uses so: the second of `auth=(user, password)`, of a login."""
    if "auth" in arguments.keywords:
        yield v.read(arguments.keywords["auth"]._replace(atoms=()), 1)
    name = call.func.attr if isinstance(call.func, Attribute) else call.func.id if isinstance(call.func, Name) else ""
    if name in _NAMES:
        paths = {name, *(external.path for external in externals)}
        place = next((place for path, place in PASSWORD_PLACES.items() if path in paths), len(arguments.positional))
        yield from arguments.positional[place : place + 1]
