"""The values of a call's arguments, and what each parameter of the function that it reaches gets of them."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.flow import values as v
from lambdalint.flow.values import CLEAN, Key, Value
from lambdalint.link.model import FunctionValue
from lambdalint.summary import Function


class Arguments(NamedTuple):
    """The values of a call's arguments; `star` and `spread` hold what `*` and `**` arguments may add."""

    positional: tuple[Value, ...]
    keywords: dict[str, Value]
    star: Value | None = None
    spread: Value | None = None

    def all(self) -> tuple[Value, ...]:
        """Every value passed."""
        rest = (value for value in (self.star, self.spread) if value is not None)
        return (*self.positional, *self.keywords.values(), *rest)

    def first(self) -> Value:
        """The first positional value; the first by keyword without one."""
        found = self.all()
        return found[0] if found else CLEAN


def bind(
    function: Function, receiver: Value | None, arguments: Arguments, value: FunctionValue | None = None
) -> dict[str, Value]:
    """What each parameter of a function gets; parameters that are left out are missing."""
    found: dict[str, Value] = {}
    positional = [p.name for p in function.parameters if p.kind in ("positional-only", "positional")]
    if receiver is not None and positional and function.cls >= 0:
        found[positional[0]] = receiver
        positional = positional[1:]
    if value is not None and value.given is not None:
        taken = sum(1 for given in value.given.arguments[1:] if given.keyword is None)
        positional = positional[taken:]
    for name, held in zip(positional, arguments.positional, strict=False):
        found[name] = held
    left = positional[len(arguments.positional) :]
    extra = arguments.positional[len(positional) :]
    if arguments.star is not None:
        found.update({name: arguments.star for name in left if name not in arguments.keywords})
    names = {p.name for p in function.parameters}
    found.update({name: held for name, held in arguments.keywords.items() if name in names})
    if arguments.spread is not None:
        for name in names - set(found):
            found[name] = v.read(arguments.spread, name)
    _bind_rest(function, found, extra, arguments, names)
    return found


def _bind_rest(
    function: Function, found: dict[str, Value], extra: tuple[Value, ...], arguments: Arguments, names: set[str]
) -> None:
    """`*args` and `**kwargs` of the callee."""
    for parameter in function.parameters:
        if parameter.kind == "var-positional":
            held: dict[Key, Value] = dict(enumerate(extra))
            found[parameter.name] = Value(fields=held, rest=arguments.star, shape="list")
        elif parameter.kind == "var-keyword":
            named: dict[Key, Value] = {k: held for k, held in arguments.keywords.items() if k not in names}
            spread = arguments.spread or CLEAN
            found[parameter.name] = v.join(Value(fields=named, shape="dict"), spread._replace(shape="dict"))
