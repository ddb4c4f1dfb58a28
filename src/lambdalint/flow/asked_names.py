"""What functions fetch that read any parameter of SSM, decrypted, for whoever asks: which of it is a secret.

Such a function says nothing of what it gives.  That is a secret where the name says so which a caller asks by, what it
is called then, or what it is used for: the password of a call, the token of a header.
"""

from __future__ import annotations

from functools import cached_property

from lambdalint.flow.instances import named_by
from lambdalint.flow.origins import Origins
from lambdalint.flow.tags import Asked, Hinge
from lambdalint.flow.values import Atom


class AskedNames:
    """Judges what such functions give."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._engine = origins.engine
        self._plainly: dict[Hinge, bool] = {}

    def is_open(self, atom: Atom) -> bool:
        """Whether nothing says that what such a function gives is a secret; not of what anything else gives."""
        if any(self._names_none(atom, hinge) for hinge in named_by(atom)):
            return True
        asked = [tag for tag in atom.tags if isinstance(tag, Asked)]
        return any(tag not in self._used and (tag.is_named or self._gives_others(tag.hinge)) for tag in asked)

    def _names_none(self, atom: Atom, hinge: Hinge) -> bool:
        """Whether a name that callers pass is known to be no secret's.

        It is the key under which the atom was found, where it was stored under that name; else all that callers pass.
        """
        told = self._engine.sources.is_told_secret
        keys = [tag.key for tag in atom.tags if isinstance(tag, Hinge) and tag.key and tag[:2] == hinge[:2]]
        if keys:
            return not any(map(told, keys))
        names = self._passed(hinge)
        return bool(names) and all(name is not None and not told(name) for name in names)

    def _gives_others(self, hinge: Hinge) -> bool:
        """Whether a function is asked for things that plainly are no secrets as well."""
        found = self._plainly.get(hinge)
        if found is None:
            is_none = self._engine.sources.is_told_harmless
            names = self._passed(hinge)
            found = self._plainly[hinge] = any(name is not None and is_none(name) for name in names)
        return found

    def _passed(self, hinge: Hinge) -> list[str | None]:
        """The names that callers pass for a parameter, None for one that is not known."""
        default = self._engine.default(hinge.unit, hinge.parameter)
        given = (passing.given.get(hinge.parameter, default) for passing in self._engine.passings(hinge.unit))
        return [held.text for held in given if held is not None]

    @cached_property
    def _used(self) -> frozenset[Asked]:
        """The calls of such functions whose answers something calls a secret, or uses as one."""
        reached = (found for atom in self._engine.used for found, _ in self._origins.search(atom))
        return frozenset(tag for atom in reached for tag in atom.tags if isinstance(tag, Asked))
