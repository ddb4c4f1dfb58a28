"""The vocabulary of linking: scopes, values and call edges.  Plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeAlias

from lambdalint.source import Span
from lambdalint.summary import Call, Expr, Import, ImportedName
from lambdalint.walk import Frame, Place


class Scope(NamedTuple):
    """A namespace: `kind` is "module", "function" or "class", `number` the function's or class's, -1 for a module."""

    path: str
    kind: str
    number: int


class Unit(NamedTuple):
    """What runs as one: a function's body, or with number -1 a module's (its class bodies included)."""

    path: str
    number: int


class Binding(NamedTuple):
    """One place where a name of a scope gets a value.

    `kind`: "value" (an assignment), "element" (a loop target), "context" (a with target), "import", "function",
    "class", "parameter", "opaque" (anything else).  `unpack` are the positions in a tuple target.  `value` is
    evaluated in `scope`, which for a global set inside a function is that function's.
    """

    kind: str
    span: Span
    frames: tuple[Frame, ...]
    scope: Scope
    value: Expr | None = None
    unpack: tuple[int, ...] = ()
    statement: Import | None = None
    imported: ImportedName | None = None
    number: int = -1


class External(NamedTuple):
    """Something from outside the project, by its dotted path: "boto3.client", "boto3.client().get_object".

    "()" stands for a call's result, "[]" for an item; a builtin has its bare name.  `call` is the last call on
    the path and `scope` where it stands; `base` is the value one step before; `given` a partial call with
    arguments, as for a FunctionValue.
    """

    path: str
    base: External | None = None
    call: Call | None = None
    scope: Scope | None = None
    given: Call | None = None
    given_scope: Scope | None = None

    def is_made_by(self, call: Call) -> bool:
        """Whether the value comes from a call already: a loop that calls its own result again adds nothing."""
        step: External | None = self
        while step is not None:
            if step.call is call:
                return True
            step = step.base
        return False

    def item(self) -> External:
        """An item of the value; items of items of items are not told apart."""
        return self if self.path.endswith("[][][]") else External(self.path + "[]", self, self.call, self.scope)


class ModuleValue(NamedTuple):
    """A module of the project; `path` is its file, or a folder for a namespace package."""

    path: str


class ClassValue(NamedTuple):
    """A class of the project."""

    path: str
    number: int


class Instance(NamedTuple):
    """An object of a project class; made by the call in the scope, where that is known."""

    cls: ClassValue
    call: Call | None = None
    scope: Scope | None = None


class FunctionValue(NamedTuple):
    """A function of the project; `bound` is what its first parameter holds, `given` a partial call with arguments."""

    path: str
    number: int
    bound: Instance | ClassValue | None = None
    given: Call | None = None
    given_scope: Scope | None = None


class Container(NamedTuple):
    """A display or a comprehension, evaluated in a scope."""

    expr: Expr
    scope: Scope


Value: TypeAlias = External | ModuleValue | ClassValue | Instance | FunctionValue | Container


class Site(NamedTuple):
    """An expression in a unit, with the scope that its names are looked up in.

    `is_head` marks a decorator, a parameter default or a class argument: it runs where the definition runs.
    """

    unit: Unit
    scope: Scope
    place: Place


class Edge(NamedTuple):
    """One unit makes another run.

    `kind`: "call", "construct" (a class's `__init__` and kin), "property", "context" (`__enter__`, `__exit__`),
    "callback" (a function handed to something that runs it), "decorator".  `site` is where; `call` the call
    whose arguments reach the target, None where there is none; `bound` and `given` as for a FunctionValue.
    """

    source: Unit
    target: Unit
    kind: str
    site: Site
    call: Call | None
    function: FunctionValue
    cls: ClassValue | None = None


NOWHERE = Span(1, 0, 1, 0)
LIMIT = 12


def distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    """The first values of a series, each once, at most LIMIT of them."""
    if values.__class__ in _SIZED and len(values) < 2:
        return tuple(values)
    found: dict[tuple[object, ...], Value] = {}
    for value in values:
        found.setdefault(_IDENTITY[value.__class__](value), value)
        if len(found) >= LIMIT:
            break
    return tuple(found.values())


_SIZED = frozenset((tuple, list))

# What tells two values apart, cheaply: expressions by where they stand.
_IDENTITY: dict[type, Callable[[Any], tuple[object, ...]]] = {
    External: lambda value: ("x", value.path, value.call.span if value.call else None, value.scope),
    Container: lambda value: ("d", value.expr.span, value.scope),
    Instance: lambda value: ("i", value.cls, value.call.span if value.call else None, value.scope),
    ModuleValue: lambda value: ("m", value.path),
    ClassValue: lambda value: ("c", value.path, value.number),
    FunctionValue: lambda value: ("f", *value[:3]),
}
