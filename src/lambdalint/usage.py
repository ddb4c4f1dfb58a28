"""Where a program uses an object that a call made: its methods, called or as decorators, and where it is handed to."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog import apps
from lambdalint.link.model import External, Site, Unit, Value
from lambdalint.program import Program
from lambdalint.summary import Attribute, Call, Expr, Name


class Use(NamedTuple):
    """A call, or with `call` None a decorator of a function, that concerns an object made elsewhere.

    `value` is what is called; for an object that is handed over as an argument it is None.
    """

    site: Site | None
    call: Call | None
    value: External | None
    decorator: Expr | None = None
    unit: Unit | None = None


class Uses:
    """The uses of made objects, file by file."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._uses: dict[str, dict[int, list[Use]]] = {}

    def of(self, file: str, made: External) -> list[Use]:
        """Where a file uses what a call made, in source order."""
        found = self._uses.get(file)
        if found is None:
            found = self._uses[file] = {}
            if file in self.program.modules:
                self._index(file, found)
        return found.get(id(made.call), [])

    def _index(self, file: str, found: dict[int, list[Use]]) -> None:
        module = self.program.modules[file]
        for function in module.summary.functions:
            scope = self.program.resolver.definition_scope(file, function)
            for decorator in function.decorators:
                for value in self.program.external(decorator, scope):
                    use = Use(None, None, value, decorator, Unit(file, function.number))
                    _note(found, value, use)
        for unit in module.units():
            for site, call, values in self.program.calls(unit):
                if not self.program.runs_on_lambda(site):
                    continue
                for value in values:
                    _note(found, value, Use(site, call, value))
                if not self._is_known_taker(site, call):
                    for given in call.arguments:
                        if isinstance(given.value, Name | Attribute | Call):
                            for handed in self.program.external(given.value, site.scope):
                                if handed.call is not None and handed.path.endswith("()"):
                                    found.setdefault(id(handed.call), []).append(Use(site, call, None))

    def _is_known_taker(self, site: Site, call: Call) -> bool:
        """Whether a call is one that adds nothing to an application that it is given, or one that is in view."""
        if not call.arguments:
            return True
        values = self.program.resolve(call.func, site.scope)
        return bool(values) and all(_is_harmless(value) for value in values)


def _is_harmless(value: Value) -> bool:
    if not isinstance(value, External):
        return True
    if value.path.removesuffix("().__init__") in apps.APP_TAKERS or value.path.startswith(
        ("logging.", *apps.PASSIVE_MIDDLEWARE)
    ):
        return True
    owner = value.path.rpartition(".")[0].removesuffix("()")
    return apps.framework(value.path) is not None or apps.framework(owner) is not None


def _note(found: dict[int, list[Use]], value: External, use: Use) -> None:
    step: External | None = value.base
    seen: set[int] = set()
    while step is not None:
        if step.call is not None and id(step.call) not in seen:
            seen.add(id(step.call))
            found.setdefault(id(step.call), []).append(use)
        step = step.base
