"""Fixes of fetches: a cache around the function that fetches, or around the fetch itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lambdalint.absences import may_come_later, returns_in_failure
from lambdalint.annotating import fetched_annotation
from lambdalint.aws import called_operation, method_of
from lambdalint.cache_decorators import cache_of_values, has_cache
from lambdalint.cacheable import is_text_parameter, lasts
from lambdalint.catalog import secrets
from lambdalint.catalog.network import LAZY_METHODS, LOCAL_CLIENT_METHODS
from lambdalint.changed_parts import is_changed
from lambdalint.changing import changes
from lambdalint.creations import creation_of
from lambdalint.current_values import FOLLOWS, SETS_PASSWORD, follows_value, sets_password
from lambdalint.diagnostic import Fix
from lambdalint.effects import READING, only_computes
from lambdalint.fetches import Fetch, fetch_of, may_be_rewritten, module_calls, name_pattern, soon_expires
from lambdalint.fixes import AddDecorator, RemoveArgument
from lambdalint.hoisting import NO_CACHE, memoized
from lambdalint.holders import bound_names
from lambdalint.link.memo import Condition
from lambdalint.link.model import External, Unit
from lambdalint.lone_accessors import inlined_in_whole, is_called_once, with_lone
from lambdalint.makers import same
from lambdalint.movable import movable
from lambdalint.opened import member, parsed
from lambdalint.origin import Origin
from lambdalint.parameter_names import ANY
from lambdalint.powertools_fixes import powertools_fix
from lambdalint.program import Program, make_fix
from lambdalint.reasons import tells_why_anew
from lambdalint.secret_names import fetched_names, is_answer, keyed, noun_of, own_name
from lambdalint.summary import (
    Argument,
    Assign,
    Attribute,
    Await,
    Call,
    Expr,
    Function,
    Name,
    Return,
    Stmt,
)
from lambdalint.taken import OBJECT_KEEPS, is_kept_by_object
from lambdalint.test_doubles import replaced
from lambdalint.walk import Place, dotted, expressions, statement_expressions

_MOST_FETCHES = 3
_AWAITED = "a coroutine's result cannot be cached"
_CHANGED = "what is fetched is changed afterwards"
_PAGES = "its pages are fetched while they are read: keep what is made of them"
_ALONE = (_AWAITED, _CHANGED)
_AFTER_EXPIRY = "a rotated secret is seen only after the cache's expiry, five minutes unless set otherwise"


def secret_fix(program: Program, fetch: Fetch) -> tuple[Fix | None, str | None]:
    """The fix of an uncached fetch, always unsafe, or why there is none."""
    bypassing = _bypassing(program, fetch)
    if bypassing:
        operations = tuple(RemoveArgument(fetch.call.span, argument.span) for argument in bypassing)
        return make_fix(f"Let the cache keep it; {_AFTER_EXPIRY}", False, *operations), None
    if tells_why_anew(program, fetch.site.unit, fetch.site.place.statement):
        return None, "its comment gives a reason for fetching it anew"
    if program.config.secret_cache == "powertools":
        return powertools_fix(program, fetch)
    if may_come_later(program, fetch):
        return None, "the code asks whether there is a value yet"
    if soon_expires(program, fetch):
        return None, "a token such as its name says soon expires: keep it no longer than it lives"
    if may_be_rewritten(program, fetch):
        return None, "what is kept would not follow a change that the project or its operators make meanwhile"
    if follows_value(program, fetch):
        return None, FOLLOWS
    if sets_password(program, fetch):
        return None, SETS_PASSWORD
    if is_kept_by_object(program, fetch.site):
        return None, OBJECT_KEEPS
    if _gives_pages(program, fetch):
        return None, _PAGES
    unit = fetch.site.unit
    if not has_cache(program, unit.path):
        return None, NO_CACHE
    obstacle = _decorator_obstacle(program, unit, fetch)
    if obstacle is not None:
        return _around_fetch(program, fetch, obstacle)
    takes_nothing = not program.function(unit).parameters
    decorator = cache_of_values(program, unit.path, takes_nothing=takes_nothing, is_fixed=_is_fixed(program, fetch))
    operation = AddDecorator(program.function(unit).span, decorator.text, decorator.name)
    inlined = inlined_in_whole(program, unit)
    if not program.function(unit).parameters or is_called_once(program, unit):
        made = (call for site, call in program.sites_of(unit, Call) if creation_of(program, site, call) is not None)
        operation = replace(operation, settled=tuple(call.span for call in made))
    return make_fix(f"Cache the function's result; {_warning(program, fetch)}", False, operation, *inlined), None


def _is_fixed(program: Program, fetch: Fetch) -> bool:
    """Whether no invocation says which values a module fetches by the same method: there are only so many.

    Fetches that are spelt alike share a function.
    """
    func = fetch.call.func
    method = func.attr if isinstance(func, Attribute) else ""
    alike = (
        found
        for site, call in module_calls(program, fetch.site.unit.path)
        if isinstance(call.func, Attribute) and call.func.attr == method and program.reach(site) is not None
        if (found := fetch_of(program, site, call)) is not None
    )
    every = (fetch, *alike)
    return all(program.origins.of(one.name, one.site.scope) is Origin.FIXED for one in every)


def _gives_pages(program: Program, fetch: Fetch) -> bool:
    """Whether what would be kept fetches anew each time that it is read: what `paginate` gives, not yet gone through.

    A function that goes through it keeps what it makes of that.
    """
    if not isinstance(fetch.call.func, Attribute) or fetch.call.func.attr not in LAZY_METHODS:
        return False
    if _decorator_obstacle(program, fetch.site.unit, fetch) is not None:
        return True
    names: set[str] = set()
    for statement, _ in program.statements(fetch.site.unit):
        value = statement.value if isinstance(statement, Assign | Return) else None
        base = None if value is None else _base(value)
        if base is fetch.call or (isinstance(base, Name) and base.id in names):
            if isinstance(statement, Return):
                return True
            names.update(bound_names(statement))
    return False


def _base(expr: Expr) -> Expr:
    """What the methods of an expression are called on, up to the one that gives pages."""
    while isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr not in LAZY_METHODS:
        expr = expr.func.value
    return expr


def _warning(program: Program, fetch: Fetch) -> str:
    """What changes when a value is kept."""
    value = "a rotated secret" if fetch.kind == "secret" else "a changed value"
    warning = f"{value} is then seen only by new execution environments (Powertools' `max_age` sets an expiry)"
    spelt = dotted(fetch.call.func) or ""
    double = replaced(program, fetch.site.unit.path, spelt, "boto3.client")
    return f"{warning}, and tests that replace `{double}` have to clear the cache" if double else warning


def _bypassing(program: Program, fetch: Fetch) -> tuple[Argument, ...]:
    """The arguments by which a call goes round its library's cache."""
    paths = program.paths(fetch.call.func, fetch.site.scope)
    if not any(path in secrets.GETTERS for path in paths):
        return ()
    return tuple(argument for argument in fetch.call.arguments if argument.keyword in ("force_fetch", "max_age"))


# --- a cache around the function -----------------------------------------------------------------


def _decorator_obstacle(program: Program, unit: Unit, fetch: Fetch) -> str | None:
    """Why the enclosing function cannot be cached as it is."""
    function = program.function(unit)
    if unit in program.roots:
        return "the handler itself fetches"
    if function.is_async or function.is_generator:
        return "a coroutine's or a generator's result cannot be cached"
    if function.outer >= 0:
        return "the function is made anew by the one around it"
    if function.cls >= 0 and not _is_static(function):
        return "a cache on a method keeps its object"
    if not any(isinstance(s, Return) and s.value is not None for s, _ in program.statements(unit)):
        return "the function returns nothing"
    if not _is_hashable(program, unit, function, fetch):
        return "an argument may not be hashable"
    if _does_more(program, unit, fetch):
        return "the function does more than fetch"
    if returns_in_failure(fetch):
        return "what the function returns when the fetch fails would be kept"
    if _is_result_changed(program, unit):
        return "a caller changes what the function returns"
    return None


def _is_static(function: Function) -> bool:
    return any(isinstance(d, Name) and d.id in ("staticmethod", "classmethod") for d in function.decorators)


def _is_hashable(program: Program, unit: Unit, function: Function, fetch: Fetch) -> bool:
    """Whether every parameter tells its values apart: text, the fetched thing's name, or a client that is kept."""
    own = function.parameters[1:] if function.cls >= 0 and _is_class_method(function) else function.parameters
    named = fetch.name.id if isinstance(fetch.name, Name) else None
    return all(
        parameter.name == named
        or is_text_parameter(program, unit, parameter)
        or lasts(program, Name(fetch.call.span, parameter.name), fetch.site.scope)
        for parameter in own
    ) and not any(parameter.kind.startswith("var") for parameter in own)


def _is_class_method(function: Function) -> bool:
    return any(isinstance(d, Name) and d.id == "classmethod" for d in function.decorators)


def _does_more(program: Program, unit: Unit, fetch: Fetch) -> bool:
    """Whether a function calls anything but the fetch, what makes a client, and what only transforms or logs."""
    for site, call, values in program.calls(unit):
        if call is fetch.call or any(_is_harmless(program, value, call) for value in values):
            continue
        called = program.callees(call, site.scope)
        if called and all(program.caches.condition(Unit(one.path, one.number)) == Condition() for one in called):
            continue
        if isinstance(call.func, Attribute) and (
            call.func.attr in READING or not program.resolve(call.func, site.scope)
        ):
            continue
        if any(word[:1].isupper() for word in (dotted(call.func) or "").split(".")):  # makes an object
            continue
        return True
    for statement, _ in program.statements(unit):
        if type(statement).__name__ in ("Scope", "Delete"):
            return True
        if isinstance(statement, Assign) and any(not isinstance(t, Name) for t in statement.targets):
            return True
    return False


def _is_harmless(program: Program, value: External, call: Call) -> bool:
    return (
        only_computes(value.path)
        or called_operation(program.resolver, value, call) is not None
        or ("()" in value.path and ("[" in value.path or method_of(value) in LOCAL_CLIENT_METHODS))
    )


def _is_result_changed(program: Program, unit: Unit) -> bool:
    """Whether a caller stores into what it got or into a part of it, or calls a method on it that changes it."""
    calls = ((edge.source, edge.call) for edge in program.callers(unit))
    return any(call is not None and is_changed(program, caller, call) for caller, call in calls)


# --- a cache around the fetch --------------------------------------------------------------------


def _around_fetch(program: Program, fetch: Fetch, obstacle: str) -> tuple[Fix | None, str | None]:
    """Move the fetch, with what parses its answer, into a cached function of its own."""
    if program.function(fetch.site.unit).outer >= 0:
        return None, obstacle
    if _is_one_of_many(program, fetch):
        return None, "the function fetches several values: keep what it makes of them"
    reasons: list[str] = []
    for place, expr in _candidates(program, fetch):
        found = _extracted(program, fetch, place, expr)
        if isinstance(found, Fix):
            return found, None
        reasons.append(found)
    return None, f"{obstacle}, and {reasons[-1]}" if reasons[-1] not in _ALONE else reasons[-1]


def _is_one_of_many(program: Program, fetch: Fetch) -> bool:
    """Whether a function fetches so much that a function for each value would be one too many."""
    method = fetch.call.func.attr if isinstance(fetch.call.func, Attribute) else ""
    calls = [call for _, call in program.sites_of(fetch.site.unit, Call) if isinstance(call.func, Attribute)]
    return sum(call.func.attr == method for call in calls if isinstance(call.func, Attribute)) > _MOST_FETCHES


def _candidates(program: Program, fetch: Fetch) -> Iterator[tuple[Place, Expr]]:
    """What may go into a function: the one part that is read of an answer that has a name, else the fetch."""
    place = fetch.site.place
    is_only = _same_fetches(program, fetch) == 1  # where several take members, they share the whole
    for name in bound_names(place.statement, fetch.call):
        scope = program.scope(fetch.site.unit)
        reading = (s for s, e in program.sites_of(fetch.site.unit, Name) if e.id == name)
        uses = [site for site in reading if site.place.statement is not place.statement]
        if len(uses) == 1 and uses[0].scope == scope:
            part = parsed(uses[0].place.statement, uses[0].place.expr)
            if part is not uses[0].place.expr:
                yield uses[0].place, member(uses[0].place.statement, part) if is_only else part
    part = parsed(place.statement, fetch.call)
    yield place, member(place.statement, part) if is_only else part


def _extracted(program: Program, fetch: Fetch, place: Place, expr: Expr) -> Fix | str:
    """The fix that moves an expression, which fetches or opens what was fetched; or why there is none."""
    unit = fetch.site.unit
    if _is_awaited(place.statement, expr):
        return _AWAITED
    names = set(bound_names(place.statement))
    if names and any(changes(other, names) for other, _ in program.statements(unit)):
        return _CHANGED
    if is_changed(program, unit, expr):
        return _CHANGED
    texts = () if fetch.name is None else (fetch.name,)
    plan = movable(program, unit, expr, place.frames, texts=texts)
    if plan.obstacle is not None:
        return plan.obstacle
    fetched = fetch.site.place.statement
    if expr is fetch.call and plan.given and fetch.name is not None and any(is_answer(n) for n in names):
        return "the whole answer would be kept, of whatever it is asked for"
    if place.statement is not fetched and fetched.span not in {needed.span for needed in plan.local}:
        return "the fetch has to stay where it is"
    spans = (span for one in plan.given for span in one.spans)
    is_keyed = fetch.name is not None and any(map(fetch.name.span.contains, spans))
    is_one = not plan.given
    called = fetched_names(program, fetch, place.statement, expr)
    if is_keyed:
        is_one = ANY not in name_pattern(program, fetch.name, fetch.site.scope)
        noun = noun_of(fetch)
        own = own_name(program, fetch, expr, plan) if is_one else ""
        plan = plan._replace(given=keyed(fetch, plan, own))
        called = (*([f"_{own}"] if own else ()), noun, f"{noun}_value")
    annotation = fetched_annotation(program, unit.path, expr)
    decorator = cache_of_values(program, unit.path, takes_nothing=not plan.given, is_fixed=_is_fixed(program, fetch))
    found = memoized(program, unit, expr, plan, called, decorator=decorator, annotation=annotation)
    if isinstance(found, str):
        return found
    effects = "; ".join(dict.fromkeys(text for text in (_warning(program, fetch), found.what) if text))
    operations = found.operations
    twins = _same_fetches(program, fetch)
    if is_one or twins > 1:
        operations = with_lone(program, fetch.site, fetch.call, operations, twins)
    return make_fix(f"Fetch it once, in a cached function; {effects}", False, *operations)


def _same_fetches(program: Program, fetch: Fetch) -> int:
    """How many calls of a file fetch the very same thing, of something that is spelt alike."""
    return sum(same(call, fetch.call) for _, call in module_calls(program, fetch.site.unit.path))


def _is_awaited(statement: Stmt, expr: Expr) -> bool:
    return any(
        isinstance(part, Await) and part.value is expr
        for head in statement_expressions(statement)
        for part in expressions(head)
    )
