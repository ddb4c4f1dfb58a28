"""Functions of a module that do nothing but make something."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.creations import Creation, creation_of, is_keepable
from lambdalint.holders import bound_names
from lambdalint.imported import module_imports
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.memo import Condition
from lambdalint.link.model import External, Unit
from lambdalint.movable import Plan
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Attribute, Call, Expr, Function, Name, Return
from lambdalint.walk import dotted

# Other names of the same callable.  https://docs.aws.amazon.com/boto3/latest/reference/core/session.html
_SAME = {"boto3.session.Session": "boto3.Session"}

# How many statements keep what is made in a global: the declaration, the test and the answer.
_GUARDED = 3


def is_maker(program: Program, unit: Unit, expr: Expr, plan: Plan) -> bool:
    """Whether a function does nothing but make and return the expression, of its parameters, and can be cached."""
    function = program.function(unit)
    if function.outer >= 0 or function.is_async or function.is_generator or unit in program.roots:
        return False
    decorators = [dotted(decorator) for decorator in function.decorators]
    if decorators not in ([], ["staticmethod"]) or (function.cls >= 0 and not decorators):
        return False
    if {parameter.name for parameter in function.parameters} != {given.name for given in plan.given}:
        return False
    body = function.body[1:] if function.docstring is not None else function.body
    *first, last = body
    value = last.value if isinstance(last, Return) else None
    if isinstance(value, Name) and first and bound_names(first[-1], expr) == (value.id,):
        first, value = first[:-1], expr
    needed = {statement.span for statement in plan.local} | {statement.span for statement, _ in plan.imports}
    return value is expr and {statement.span for statement in first} == needed


def makers(program: Program, creation: Creation) -> Iterator[tuple[str, Creation]]:
    """The functions without parameters of a creation's module that make the same, by name, with what they make.

    Only those that mean themselves where the creation stands.
    """
    module = program.modules[creation.site.unit.path]
    for found in equal_creations(program, creation):
        if not is_keepable(program, found):
            continue
        function = program.function(found.site.unit)
        if function.cls >= 0 or function.parameters or len(module.table(module.scope).get(function.name, ())) != 1:
            continue
        if module.lookup_scope(creation.site.scope, function.name) == module.scope:
            yield function.name, found


def equal_creations(program: Program, creation: Creation) -> Iterator[Creation]:
    """The same creations in the other functions of the module that are not cached."""
    own = creation.site.unit
    for unit in program.modules[own.path].units():
        if unit.number < 0 or unit == own or program.is_durable(unit) or program.caches.condition(unit) is not None:
            continue
        for site, call in program.sites_of(unit, Call):
            found = creation_of(program, site, call) if same(call.arguments, creation.call.arguments) else None
            if found is not None and is_equal(found, creation):
                yield found


def kept_under_other_spelling(program: Program, creation: Creation) -> str:
    """The module's cached function that makes the same in another spelling, or ""."""
    module = program.modules[creation.site.unit.path]
    for function in module.summary.functions:
        unit = Unit(module.path, function.number)
        body = function.body[1:] if function.docstring is not None else function.body
        value = body[0].value if len(body) == 1 and isinstance(body[0], Return) else None
        if not isinstance(value, Call) or function.parameters or same(value, creation.call):
            continue
        if function.outer >= 0 or function.cls >= 0 or program.caches.condition(unit) != Condition():
            continue
        sites = (site for site, call in program.sites_of(unit, Call) if call is value)
        made = next((found for site in sites if (found := creation_of(program, site, value)) is not None), None)
        if made is None or not is_equal(made, creation):
            continue
        is_alone = len(module.table(module.scope).get(function.name, ())) == 1
        if is_alone and module.lookup_scope(creation.site.scope, function.name) == module.scope:
            return function.name
    return ""


def imported_maker(program: Program, creation: Creation) -> tuple[str, str] | None:
    """A cached function that makes the same, of a project module from which the file imports: the module and its name.

    The module is spelt as in the file's own import.  None where the name means something else in the file.
    """
    module, imports = program.modules[creation.site.unit.path], program.project.imports
    taken = {name for function in module.summary.functions for name in function.locals} | set(
        module.table(module.scope)
    )
    for statement in module_imports(module):
        found = None if statement.module is None or statement.is_star else imports.source(statement, module.path)
        other = None if found is None or found == module.path else program.modules.get(found)
        if other is None:
            continue
        for function in other.summary.functions:
            if function.name.startswith("_") or function.name in taken or not _is_kept_maker(program, other, function):
                continue
            made = _returned(program, Unit(other.path, function.number), function)
            if made is not None and is_equal(made, creation):
                return "." * statement.level + (statement.module or ""), function.name
    return None


def _is_kept_maker(program: Program, module: ModuleIndex, function: Function) -> bool:
    """Whether a module's own function without parameters is cached for good, or keeps what it makes in a global."""
    if function.parameters or function.outer >= 0 or function.cls >= 0 or function.is_async:
        return False
    is_alone = len(module.table(module.scope).get(function.name, ())) == 1
    condition = program.caches.condition(Unit(module.path, function.number))
    return is_alone and (condition == Condition() or (condition is None and len(function.globals) == 1))


def _returned(program: Program, unit: Unit, function: Function) -> Creation | None:
    """The creation that is all that a function returns and does, or that it keeps in a global which it returns."""
    body = function.body[1:] if function.docstring is not None else function.body
    returned = body[-1].value if body and isinstance(body[-1], Return) else None
    made = [one for site, call in program.sites_of(unit, Call) if (one := creation_of(program, site, call)) is not None]
    if len(made) != 1 or len(body) > _GUARDED:
        return None
    site, call = made[0].site, made[0].call
    is_whole = len(body) == 1 and call is returned
    is_kept = (
        isinstance(returned, Name)
        and returned.id in function.globals
        and bound_names(site.place.statement, call) == (returned.id,)
        and any(r.condition == Condition() and r.span.contains(call.span) for r in program.phases.regions(unit))
    )
    return made[0] if is_whole or is_kept else None


def general_maker(program: Program, creation: Creation) -> str:
    """The module's cached function that makes whatever client it is asked for, and does more than that; or "".

    One that does nothing else is called by the fix.
    """
    kind = creation.call.func.attr if isinstance(creation.call.func, Attribute) else ""
    module = program.modules[creation.site.unit.path]
    for function in module.summary.functions if kind in ("client", "resource") else ():
        unit = Unit(module.path, function.number)
        body = function.body[1:] if function.docstring is not None else function.body
        if function.outer >= 0 or function.cls >= 0 or len(body) == 1 or program.caches.condition(unit) is None:
            continue
        own = {parameter.name for parameter in function.parameters}
        for _, call in program.sites_of(unit, Call):
            services = (given.value for given in call.arguments[:1] if given.keyword in (None, "service_name"))
            is_one = isinstance(call.func, Attribute) and call.func.attr == kind
            if is_one and any(isinstance(service, Name) and service.id in own for service in services):
                return function.name
    return ""


def is_equal(one: Creation, other: Creation) -> bool:
    """Whether two creations make the same: spelt alike, or of the same outside callable with the same arguments."""
    if same(one.call, other.call):
        return _has_same_owner(one.value, other.value)
    return same(one.call.arguments, other.call.arguments) and meaning(one) == meaning(other) != ""


def _has_same_owner(one: External, other: External) -> bool:
    """Whether two callables belong to objects that were made in the same way, whatever names hold these."""
    steps: tuple[External | None, External | None] = (one, other)
    while steps[0] is not None and steps[1] is not None:
        made = [step.call.arguments if step.call is not None else None for step in steps if step is not None]
        if not same(*made):
            return False
        steps = steps[0].base, steps[1].base
    return steps[0] is steps[1]


def meaning(creation: Creation) -> str:
    """The outside callable that a creation calls, whatever its spelling; "" where that depends on an object."""
    path = creation.value.path
    return "" if "(" in path or "[" in path else _SAME.get(path, path)


def same(one: object, other: object) -> bool:
    """Whether two expressions are the same but for where they stand."""
    if isinstance(one, Span) and isinstance(other, Span):
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        pairs = zip(one, other, strict=False)
        return type(one) is type(other) and len(one) == len(other) and all(same(a, b) for a, b in pairs)
    return type(one) is type(other) and one == other
