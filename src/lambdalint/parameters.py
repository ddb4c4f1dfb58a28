"""Which expressions are certainly the event or the context that the runtime passes to a handler."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.link.model import FunctionValue, Scope, Unit
from lambdalint.program import Program
from lambdalint.summary import Expr, Name, Parameter

EVENT, CONTEXT = 0, 1
_DEPTH = 8


def handler_parameters(program: Program, unit: Unit) -> tuple[Parameter, ...]:
    """The positional parameters of a function as the runtime fills them: a method's object is left out."""
    function = program.function(unit)
    found = tuple(p for p in function.parameters if p.kind in ("positional-only", "positional"))
    if function.cls >= 0 and "staticmethod" not in program.resolver.decorator_paths(FunctionValue(*unit)):
        return found[1:]
    return found


def anything(unit: Unit, parameter: Parameter) -> bool:
    """Accepts every parameter."""
    return True


class Passed:
    """The names that hold one of the runtime's arguments: a handler's own, aliases, and what functions are passed.

    `accepts` tells which parameters, of handlers and of the functions that they call, may count.
    """

    def __init__(self, program: Program, position: int, accepts: Callable[[Unit, Parameter], bool] = anything) -> None:
        self._program = program
        self._accepts = accepts
        self._position = position
        self._handlers = frozenset(h.unit for h in program.handlers if h.unit.number >= 0)
        self._known: dict[tuple[Unit, str], bool] = {}

    def is_argument(self, expr: Expr, scope: Scope, depth: int = 0) -> bool:
        """Whether an expression is the argument, whatever happened before."""
        if not isinstance(expr, Name) or depth > _DEPTH:
            return False
        module = self._program.modules.get(scope.path)
        if module is None:
            return False
        home, bindings = module.bindings(scope, expr.id, expr.span)
        if home is None or home.kind != "function" or len(bindings) != 1:
            return False
        if len(module.table(home).get(expr.id, ())) != 1:
            return False
        binding = bindings[0]
        if binding.kind == "parameter":
            return self.is_parameter(Unit(home.path, home.number), expr.id, depth)
        if binding.kind == "value" and not binding.unpack and isinstance(binding.value, Name):
            return self.is_argument(binding.value, binding.scope, depth + 1)
        return False

    def is_parameter(self, unit: Unit, name: str, depth: int = 0) -> bool:
        """Whether a function's parameter always holds the argument."""
        key = (unit, name)
        found = self._known.get(key)
        if found is None:
            self._known[key] = False
            found = self._known[key] = self._judge(unit, name, depth)
        return found

    def _judge(self, unit: Unit, name: str, depth: int) -> bool:
        function = self._program.function(unit)
        if not any(p.name == name and self._accepts(unit, p) for p in function.parameters):
            return False
        if unit in self._handlers:
            own = handler_parameters(self._program, unit)
            return len(own) > self._position and own[self._position].name == name
        passed = self._program.graph.passed(unit, name)
        return bool(passed) and all(
            given is not None and self.is_argument(given.expr, given.scope, depth + 1) for given in passed
        )
