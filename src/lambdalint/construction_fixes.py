"""Fixes of objects whose construction makes clients: at the clients, in the class, or else around the object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from lambdalint import ambient
from lambdalint.annotating import class_annotation
from lambdalint.catalog import clients
from lambdalint.catalog.runtime import package_of
from lambdalint.catalog.terms import terms
from lambdalint.connections import connection_obstacle
from lambdalint.creations import Construction, Creation, calls_inside, creations_inside, is_spread
from lambdalint.diagnostic import Applicability, Fix, Operation
from lambdalint.fetches import fetch_of
from lambdalint.hoisting import client_remedy, memoized
from lambdalint.imported import ALWAYS_THERE
from lambdalint.kept_requests import request_obstacle
from lambdalint.link.model import ClassValue, External, Scope, Site, Unit, Value
from lambdalint.movable import movable
from lambdalint.naming import snake
from lambdalint.patches import is_name_replaced
from lambdalint.program import Program
from lambdalint.remedies import Remedy, fix_of
from lambdalint.remote import network_call
from lambdalint.set_variables import object_obstacle
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, Call, Expr, Subscript, With
from lambdalint.walk import dotted, expressions, keyword_names, root_name, statement_expressions

_CHANGING = frozenset(("append", "extend", "insert", "add", "update", "setdefault", "pop", "clear", "remove", "close"))
_CREDENTIALS = clients.CREDENTIAL_KEYWORDS | {"credentials"}
_CHANGING_ANSWERS = ("datetime.", "time.", "uuid.", "random.", "secrets.")
# Words with which the name of a class says what it does.
_VERBS = terms(
    "add apply build check clean collect create delete describe do execute fetch find finish generate get handle init",
    "invoke list load make move notify parse post process publish put query read register remove report run save scan",
    "search send set start stop store sync transform update upload validate verify write",
)
# Methods of texts and collections, and of loggers.
_HARMLESS = frozenset(
    (*_CHANGING, *("get", "items", "keys", "values", "format", "join", "split", "strip", "lower", "upper", "replace"))
) | frozenset(
    ("startswith", "endswith", "encode", "decode", "info", "debug", "warning", "error", "setLevel", "__init__")
)
_CONSTRUCTORS = ("__init__", "__post_init__", "__new__")
_HARMLESS_BASES = ("abc.ABC", "object", "typing.Generic", "typing.Protocol")


class SharedCreations:
    """How many of some constructions run a creation: counted when it is first asked for."""

    def __init__(self, program: Program, found: Sequence[Construction]) -> None:
        self._program = program
        self._constructions = found

    @cached_property
    def _counts(self) -> Counter[tuple[str, Span]]:
        return Counter(key for found in self._constructions for key in {*map(_key, self._inside(found))})

    def _inside(self, construction: Construction) -> Iterator[Creation]:
        return creations_inside(self._program, construction)

    def has_all_of(self, construction: Construction) -> bool:
        """Whether every creation that a construction runs is run by another one as well."""
        return all(self._counts[_key(creation)] > 1 for creation in self._inside(construction))


def _key(creation: Creation) -> tuple[str, Span]:
    return creation.site.unit.path, creation.call.span


def construction_fix(
    program: Program, construction: Construction, shared: SharedCreations
) -> tuple[Fix | None, str | None]:
    """The fix of an object that every invocation makes anew with its clients, or why there is none."""
    found: dict[str, dict[Operation, None]] = {}
    remedies: list[Remedy] = []
    # One object is easier to keep than what several parts make, unless these are kept for others anyway.
    if is_spread(program, construction) and not shared.has_all_of(construction):
        whole, _ = _kept_whole(program, construction, "")
        if whole is not None:
            return whole, None
    for creation in creations_inside(program, construction):
        remedy = client_remedy(program, creation, construction.reach)
        if isinstance(remedy, str):
            return _kept_whole(program, construction, remedy)
        remedies.append(remedy)
        found.setdefault(creation.site.unit.path, {}).update(dict.fromkeys(remedy.operations))
    return _joined(construction.edge.site.unit.path, remedies, found), None


def _joined(path: str, remedies: list[Remedy], found: dict[str, dict[Operation, None]]) -> Fix:
    """One fix of several remedies, in the files in which they lie."""
    kinds = {remedy.made for remedy in remedies}
    made = (kinds.pop() if len(kinds) == 1 else "client") + ("" if len(remedies) == 1 else "s")
    changes = dict.fromkeys(remedy.what for remedy in remedies if remedy.what)
    told = [change for change in changes if not any(change in other and change != other for other in changes)]
    others = tuple((other, tuple(operations)) for other, operations in sorted(found.items()) if other != path)
    return Fix(
        "; ".join((f"Make its {made} once, in a cached function", *told)),
        Applicability.SAFE if all(remedy.safe for remedy in remedies) else Applicability.UNSAFE,
        tuple(found.get(path, ())),
        others,
    )


# --- the whole object ----------------------------------------------------------------------------


def _kept_whole(program: Program, construction: Construction, obstacle: str) -> tuple[Fix | None, str | None]:
    """Keep the object itself, where nothing but its constructor changes it."""
    edge, cls = construction.edge, construction.cls
    expr = edge.site.place.expr
    inside = f"inside it, {obstacle}"
    if not isinstance(expr, Call) or isinstance(edge.site.place.statement, With):
        return None, inside
    for creation in creations_inside(program, construction):
        told = request_obstacle(program, creation, creation.call)
        told = told or connection_obstacle(program, creation, creation.call) or ambient.obstacle(program, creation)
        if told is not None:
            return None, f"inside it, {told}"
    plan = movable(program, edge.site.unit, expr, edge.site.place.frames)
    if plan.obstacle is not None:
        return None, inside
    if (told := object_obstacle(program, construction, expr, plan)) is not None:
        return None, f"inside it, {told}"
    made = [expr, *(needed.value for needed in plan.local if needed.value is not None)]
    if any(_changes(program, part) for part in {cls, *_parts(program, made, edge.site.scope)}):
        return None, inside
    calls = list(calls_inside(program, edge, construction.reach.phases))
    if any(network_call(program, s, c) == "request" or fetch_of(program, s, c) is not None for s, c in calls):
        return None, "its constructor asks a service, whose answer would be kept"
    passing = next((told for site, call in calls if (told := _is_passing(program, site, call))), None)
    if passing is not None:
        return None, passing
    name = "_" + snake(program.summary(cls.path).classes[cls.number].name)
    first, _, rest = name[1:].partition("_")
    if first in _VERBS and rest and not rest.endswith(("er", "or")):  # a function of that name would do it
        name = f"{name}_object"
    annotation = class_annotation(program, edge.site.unit.path, expr, plan)
    remedy = memoized(
        program, edge.site.unit, expr, plan, (name, f"{name.removesuffix('_object')}_instance"), annotation=annotation
    )
    if isinstance(remedy, str):
        return None, inside
    spelt = dotted(expr.func) or ""
    what = "the object is kept between invocations"
    if is_name_replaced(program.project.replaced, edge.site.unit.path, spelt.partition(".")[0]):
        what += f", and tests that replace `{spelt}` have to clear the cache"
    return fix_of(remedy._replace(safe=False, message="Make it once, in a cached function", what=what)), None


def _is_passing(program: Program, site: Site, call: Call) -> str:
    """Why a call in a constructor rules out keeping its object: what it gives changes or expires; "" if it does not."""
    name = call.func.attr if isinstance(call.func, Attribute) else dotted(call.func) or ""
    if name.startswith("assume_role") or not _CREDENTIALS.isdisjoint(keyword_names(call.arguments)):
        return "the credentials that it holds expire"
    values = program.resolve(call.func, site.scope)
    if any(isinstance(value, External) and value.path.startswith(_CHANGING_ANSWERS) for value in values):
        return "its constructor takes what changes from call to call"
    is_known = name in _HARMLESS or (bool(values) and all(map(_is_known, values)))
    return "" if is_known else f"it is not known what `{name}` does in its constructor"


def _is_known(value: Value) -> bool:
    """Whether what a value does when it is called is known well enough: the project's own, or common packages'."""
    if not isinstance(value, External):
        return True
    root, _, rest = value.path.partition(".")
    is_made = value.path.rpartition(".")[2][:1].isupper() or clients.find(value.path) is not None
    return is_made or not rest or package_of(value.path) in ALWAYS_THERE or root == "aws_lambda_powertools"


def _parts(program: Program, made: list[Expr], scope: Scope) -> set[ClassValue]:
    """The classes whose objects some expressions make, by themselves or by the constructors that they call."""
    found: set[ClassValue] = set()
    queue = [(expr, scope) for expr in made]
    while queue:
        expr, around = queue.pop()
        calls = (part for part in expressions(expr) if isinstance(part, Call))
        classes = {v for call in calls for v in program.resolve(call.func, around) if isinstance(v, ClassValue)} - found
        found |= classes
        for unit in (method for made_of in classes for method in _methods(program, made_of)):
            if program.function(unit).name in _CONSTRUCTORS:
                queue += [(call, program.scope(unit)) for _, call in program.sites_of(unit, Call)]
    return found


def _methods(program: Program, cls: ClassValue) -> Iterator[Unit]:
    """The methods of a project class, those that it inherits from others included."""
    for ancestor in program.resolver.ancestry(cls):
        if isinstance(ancestor, ClassValue):
            functions = program.summary(ancestor.path).functions
            yield from (Unit(ancestor.path, f.number) for f in functions if f.cls == ancestor.number)


def _changes(program: Program, cls: ClassValue) -> bool:
    """Whether objects of a class may hold something of an invocation: what a method stores, or an unknown base."""
    for ancestor in program.resolver.ancestry(cls):
        if not isinstance(ancestor, ClassValue) and ancestor.path not in _HARMLESS_BASES:
            return True
    return any(_changes_self(program, method) for method in _methods(program, cls))


def _changes_self(program: Program, unit: Unit) -> bool:
    """Whether a method changes its object; a constructor may store to it."""
    function = program.function(unit)
    if not function.parameters or function.name in ("__exit__", "__del__"):
        return bool(function.parameters)
    own = function.parameters[0].name
    is_constructor = function.name in _CONSTRUCTORS
    for statement, _ in program.statements(unit):
        targets = statement.targets if isinstance(statement, Assign) else ()
        if not is_constructor and any(_is_below(target, own) for target in targets):
            return True
        for head in statement_expressions(statement):
            for part in expressions(head):
                if isinstance(part, Call) and isinstance(part.func, Attribute) and part.func.attr in _CHANGING:
                    if _is_below(part.func.value, own):
                        return True
    return False


def _is_below(expr: Expr, name: str) -> bool:
    """Whether an expression is an attribute or an item of a name, at any depth."""
    return isinstance(expr, Attribute | Subscript) and root_name(expr) == name
