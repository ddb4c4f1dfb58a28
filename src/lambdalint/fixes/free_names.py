"""Names that a module has free for new functions."""

from __future__ import annotations

import builtins
import keyword

from lambdalint.summary import ModuleSummary


class FreeNames:
    """The names that a module binds anywhere, or Python has, and those that were given out since."""

    def __init__(self, summary: ModuleSummary) -> None:
        self._locals = frozenset(summary.locals)
        self._taken = {*summary.locals, *dir(builtins), *keyword.kwlist}
        for function in summary.functions:
            self._taken.update(function.locals, function.globals, function.nonlocals)
        for cls in summary.classes:
            self._taken.update(cls.locals)

    def take(self, wanted: str, otherwise: tuple[str, ...]) -> str:
        """The first free one of some names, failing that the second one with a number; it is taken then.

        One that differs by its underscore alone from a name of the module comes last.
        """
        names = sorted((wanted, *otherwise), key=lambda name: name.lstrip("_") in self._locals)
        free = next((name for name in names if name not in self._taken), None)
        wanted = otherwise[0] if otherwise else wanted
        name, number = free or wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name
