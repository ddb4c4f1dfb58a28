"""How a client that INVOKE code makes can be made once: the conditions and the operations of the fixes."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint import ambient
from lambdalint.accessor_names import accessor_name, service_of
from lambdalint.annotating import annotated, annotation_of, remark_on
from lambdalint.cache_decorators import CacheDecorator, cache_of_objects, has_cache
from lambdalint.catalog.service_names import is_nearly_service, is_service
from lambdalint.creations import Creation, is_fallback, noun
from lambdalint.diagnostic import Fix, Operation
from lambdalint.fallbacks import fallbacks
from lambdalint.fixes import (
    AddDecorator,
    AddImport,
    DeleteStatement,
    MemoizeExpression,
    ReplaceExpression,
    UnwrapWith,
)
from lambdalint.held_here import held_here
from lambdalint.holders import bound_names
from lambdalint.import_fixes import moves, tolerates_failure
from lambdalint.import_names import read_instead
from lambdalint.inlining import inlined
from lambdalint.kept_changes import all_of, change_of, change_of_tests, judged
from lambdalint.lifetimes import lifetime_obstacle
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Unit
from lambdalint.lone_accessors import inlined_in_whole, with_lone
from lambdalint.lone_sessions import CLIENT_METHODS, only_client, takes_along
from lambdalint.made_from_files import REWRITTEN, is_from_rewritten_file
from lambdalint.makers import (
    equal_creations,
    general_maker,
    imported_maker,
    is_maker,
    kept_under_other_spelling,
    makers,
    meaning,
    same,
)
from lambdalint.module_style import hoisted
from lambdalint.movable import Plan, movable
from lambdalint.program import Program, Reach
from lambdalint.reasons import docstring_tells_of_own, docstring_tells_why_anew, tells_why_anew
from lambdalint.remedies import Remedy, fix_of
from lambdalint.set_variables import variable_obstacle
from lambdalint.spreading import spread
from lambdalint.summary import (
    Call,
    Expr,
    Raise,
    Try,
    With,
)
from lambdalint.taken import OBJECT_KEEPS, is_idle, is_kept_by_object
from lambdalint.told_lines import line_of_making
from lambdalint.walk import Frame, in_except
from lambdalint.whole_makers import returned_call, whole_maker
from lambdalint.widening import widened_call, with_item

NO_CACHE = "Python 2 has no `functools.lru_cache`"


def client_fix(program: Program, creation: Creation, reach: Reach) -> tuple[Fix | None, str | None]:
    """The fix of a client that every invocation makes, or why there is none."""
    found = client_remedy(program, creation, reach)
    if isinstance(found, str):
        return None, found
    return fix_of(found), None


def client_remedy(
    program: Program, creation: Creation, reach: Reach | None, *, alone: bool = False, twins: bool = True
) -> Remedy | str:
    """How a client can be made once, or why it cannot.

    What makes the same in the file and has no finding of its own gets it in the same way, unless not asked for
    `twins`; nor does what is to be judged `alone` call a function of the file that does not keep it yet.
    Of a session that is made for one client it is that which is made once, unless only the session is safely.
    """
    client = only_client(program, creation)
    twins = twins and not alone
    found = None if client is None else _remedy(program, client, reach, alone=alone, twins=twins)
    whole = None
    if client is not None and isinstance(found, Remedy) and takes_along(program, found, creation):
        tests, made = change_of_tests(program, creation), noun(client)
        whole = found._replace(safe=found.safe and not tests, what=all_of(found.what, tests), made=made)
        if whole.safe:
            return whole
    own = _remedy(program, creation, reach, alone=alone, twins=twins)
    if isinstance(own, str):
        return whole or own
    return own._replace(made=noun(creation)) if own.safe or whole is None else whole


def _remedy(program: Program, creation: Creation, reach: Reach | None, *, alone: bool, twins: bool) -> Remedy | str:
    """How what a call makes can be made once where it stands, or why it cannot."""
    site = creation.site
    module, frames = program.modules[site.unit.path], site.place.frames
    widened = widened_call(program, creation)
    held = with_item(site.place.statement, creation, (widened, creation.call))
    obstacle = lifetime_obstacle(program, creation, widened, reach)
    if obstacle is None and is_idle(program, site, widened):
        obstacle = "nothing takes what it makes"
    if obstacle is None and is_kept_by_object(program, site):
        obstacle = OBJECT_KEEPS
    if obstacle is None and in_except(frames) and tolerates_failure(frames):
        obstacle = "it is made only where a package is missing"
    if obstacle is None and docstring_tells_of_own(program, site.unit):
        obstacle = "the docstring says that it is made anew"
    if obstacle is None and tells_why_anew(program, site.unit, site.place.statement):
        obstacle = "its comment gives a reason for making it anew"
    if obstacle is None and _is_misspelt(creation):
        obstacle = "no service has that name: making it fails"
    if obstacle is None:
        obstacle = ambient.obstacle(program, creation)
    if obstacle is not None:
        return obstacle
    if isinstance(held, str):
        return held
    is_chosen = program.config.fix_style == "module"
    use_module = is_chosen or _belongs_at_top(creation)
    found: Remedy | str = ""
    for expr, plan in _ways(program, creation, widened):
        if plan.obstacle is not None:
            found = found or plan.obstacle
            continue
        if is_from_rewritten_file(program, creation, plan):
            return REWRITTEN
        if (told := variable_obstacle(program, creation, expr, plan)) is not None:
            return told
        existing = _existing(program, creation, module, expr, plan)
        if held is None and expr is creation.call and (name := held_here(program, creation)):
            return Remedy((ReplaceExpression(expr.span, name),), True, f"Use `{name}`, which is the same")
        if existing is not None and held is None:
            return _with_twins(program, creation, existing) if twins else existing
        if held is not None:
            return _unwrapped(program, creation, expr, plan, held)
        at_top = hoisted(module, site.unit, site.place.statement, frames, expr, plan) if use_module else ""
        if isinstance(at_top, Remedy):
            return judged(program, at_top, creation, plan._replace(reads_environment=False))
        if is_chosen:
            return at_top
        shared = None if alone else _made_elsewhere(program, creation, expr, plan)
        shared = shared or _kept_elsewhere(program, creation, expr, plan)
        if shared is None and (general := general_maker(program, creation)):
            return f"the module's own `{general}` makes and keeps such clients"
        made = shared or _accessor(program, creation, expr, plan)
        return _with_twins(program, creation, made) if twins and isinstance(made, Remedy) else made
    return found


def _is_misspelt(creation: Creation) -> bool:
    """Whether a client is of a service whose name only nearly is one."""
    service = service_of(creation, creation.call)[0].replace("_", "-")
    return bool(service) and not is_service(service) and is_nearly_service(service)


def _with_twins(program: Program, creation: Creation, remedy: Remedy) -> Remedy:
    """A remedy with the operations by which what makes the same, and has no finding of its own, gets the same thing."""
    more = (*_twins(program, creation, remedy), *_fallbacks(program, creation, remedy))
    return remedy._replace(operations=tuple(dict.fromkeys((*remedy.operations, *more))))


def _fallbacks(program: Program, creation: Creation, remedy: Remedy) -> Iterator[Operation]:
    """The operations by which fallbacks for clients that some call does not pass get the same thing."""
    for found, reach in fallbacks(program, creation):
        other = client_remedy(program, found, reach, twins=False)
        if isinstance(other, Remedy) and other.message == remedy.message and (other.safe or not remedy.safe):
            yield from other.operations


def _twins(program: Program, creation: Creation, remedy: Remedy) -> Iterator[Operation]:
    """The operations by which functions that no invocation reaches get the same thing, called for or the module's."""
    kinds = tuple(type(one) for one in remedy.operations if isinstance(one, MemoizeExpression | DeleteStatement))
    if not kinds:
        return
    for found in equal_creations(program, creation):
        if program.reach(found.site) is not None:
            continue
        if isinstance(found.site.place.statement, With) or is_fallback(
            program, found.site.unit, found.site.place.frames
        ):
            continue
        if any(program.phases.is_memoized(found.site, phases) for phases in program.phases.handlers):
            continue
        other = client_remedy(program, found, None, alone=True)
        if isinstance(other, Remedy) and (other.safe or not remedy.safe):
            is_alike = other.message == remedy.message
            yield from (one for one in other.operations if is_alike and isinstance(one, (*kinds, ReplaceExpression)))


def _ways(program: Program, creation: Creation, widened: Expr) -> tuple[tuple[Expr, Plan], ...]:
    """What may be made once and how, the best first: with what refines it, unless only that needs parameters."""
    site = creation.site
    bare = movable(program, site.unit, creation.call, site.place.frames)
    if widened is creation.call:
        return ((widened, bare),)
    whole = movable(program, site.unit, widened, site.place.frames)
    is_client = isinstance(widened, Call) and getattr(widened.func, "attr", "") in CLIENT_METHODS
    is_lean = whole.obstacle is None and bare.obstacle is None and bool(whole.given) and not bare.given
    lean = ((creation.call, bare),)
    return lean if is_lean and not is_client else ((widened, whole), *lean)


def _belongs_at_top(creation: Creation) -> bool:
    """Whether everyone makes such an object at module level: Powertools' logger, tracer and metrics."""
    return creation.factory.kind == "powertools"


# --- the accessor style --------------------------------------------------------------------------


def _accessor(program: Program, creation: Creation, expr: Expr, plan: Plan) -> Remedy | str:
    site = creation.site
    message = "Make it once, in a cached function"
    whole = whole_maker(program, creation)
    if whole is not None or is_maker(program, site.unit, expr, plan):
        function = program.function(site.unit)
        if docstring_tells_why_anew(program, site.unit):
            return "the docstring says that it is made anew"
        if not has_cache(program, site.unit.path):
            return NO_CACHE
        imported = moves(program, site.unit, plan.imports)
        if isinstance(imported, str):
            return imported
        decorator = cache_of_objects(program, site.unit.path, takes_nothing=not function.parameters)
        decorated = AddDecorator(function.span, decorator.text, decorator.name)
        operations = (*imported.operations, decorated, *inlined_in_whole(program, site.unit))
        remedy = Remedy(operations, imported.safe, message, imported.what)
        if whole is None:
            return judged(program, remedy, creation, plan)
        plan = plan._replace(computes=whole.computes, reads_environment=whole.reads_environment)
        return judged(program, remedy, creation, plan, "what it logs is logged once" if whole.logs else "")
    names = accessor_name(program, creation, expr)
    told = "" if plan.local or plan.given or expr is not creation.call else meaning(creation)
    annotation = annotation_of(program, creation, expr, plan)
    found = memoized(program, site.unit, expr, plan, names, annotation=annotation, meaning=told)
    if isinstance(found, str):
        return found
    # One that is kept for each of some values takes a session along all the same.
    operations = with_lone(program, site, creation.call, found.operations)
    moved = [span for one in operations if isinstance(one, MemoizeExpression) for span in one.moved]
    line = line_of_making(program, creation, moved)
    more = "" if line is None else "the log line above, which says that it is made, goes"
    if line is not None:
        operations = (DeleteStatement(line, told="logs"), *operations)
    return judged(program, found._replace(message=message, operations=operations), creation, plan, more)


def _made_elsewhere(program: Program, creation: Creation, expr: Expr, plan: Plan) -> Remedy | None:
    """Call the function of the module that does nothing but make the same, which is made to do so once."""
    if plan.local or plan.given or expr is not creation.call or is_maker(program, creation.site.unit, expr, plan):
        return None
    for name, other in makers(program, creation):
        if returned_call(program, other.site.unit) is not other.call:
            continue
        found = client_remedy(program, other, None, alone=True)
        if isinstance(found, Remedy) and any(isinstance(one, AddDecorator) for one in found.operations):
            return found._replace(operations=(*found.operations, ReplaceExpression(expr.span, f"{name}()")))
    return None


def _kept_elsewhere(program: Program, creation: Creation, expr: Expr, plan: Plan) -> Remedy | None:
    """Call the module's cached function that makes the same under another spelling."""
    if plan.local or plan.given or expr is not creation.call:
        return None
    name = kept_under_other_spelling(program, creation)
    if not name and (imported := imported_maker(program, creation)) is not None:
        calling = (AddImport(*imported), ReplaceExpression(expr.span, f"{imported[1]}()"))
        remedy = Remedy(calling, True, f"Call `{imported[1]}()` of `{imported[0]}`, which is cached")
        return judged(program, remedy, creation, plan, tests=f"have to replace `{imported[1]}`")
    if not name:
        return None
    operations = (ReplaceExpression(expr.span, f"{name}()"),)
    return judged(program, Remedy(operations, True, f"Call the module's cached `{name}()`"), creation, plan)


def memoized(
    program: Program,
    unit: Unit,
    expr: Expr,
    plan: Plan,
    names: tuple[str, ...],
    *,
    decorator: CacheDecorator | None = None,
    annotation: str = "",
    meaning: str = "",
) -> Remedy | str:
    """Move a unit's expression into a cached function, named by the first of `names` that is free."""
    if not has_cache(program, unit.path):
        return NO_CACHE
    decorator = decorator or cache_of_objects(program, unit.path, takes_nothing=not plan.given)
    imported = moves(program, unit, plan.imports)
    if isinstance(imported, str):
        return imported
    copied = tuple(needed.span for needed in plan.copied)
    better = dict(plan.renamed)
    given = tuple(one._replace(name=better.get(one.name, one.name)) for one in annotated(program, unit, plan.given))
    operation = MemoizeExpression(
        expr.span,
        names[0],
        plan.after,
        decorator.name,
        decorator.arguments,
        moved=tuple(needed.span for needed in plan.local if needed.span not in copied),
        copied=copied,
        given=given,
        returns=annotation,
        otherwise=names[1:],
        inlined=inlined(program, unit, expr, plan, copied),
        meaning=meaning,
        remark=remark_on(program, unit.path, annotation, given),
        spread=spread(program, unit, plan.given),
    )
    return Remedy((*imported.operations, operation), imported.safe, "", imported.what)


# --- `with` --------------------------------------------------------------------------------------


def _unwrapped(program: Program, creation: Creation, expr: Expr, plan: Plan, held: With) -> Remedy | str:
    names, annotation = accessor_name(program, creation, expr), annotation_of(program, creation, expr, plan)
    found = memoized(program, creation.site.unit, expr, plan, names, annotation=annotation)
    if isinstance(found, str):
        return found
    what = change_of(program, creation, plan) or "it stays open"
    operations = (*found.operations, UnwrapWith(held.span, expr.span))
    return Remedy(operations, False, "Make it once, in a cached function, and keep it open", what)


# --- what the module has -------------------------------------------------------------------------


def _existing(program: Program, creation: Creation, module: ModuleIndex, expr: Expr, plan: Plan) -> Remedy | None:
    """Use the same object that the module makes at its own level."""
    unit, statement = creation.site.unit, creation.site.place.statement
    if plan.local or plan.given or plan.imports:
        return None
    for name, bindings in module.table(module.scope).items():
        if len(bindings) != 1 or bindings[0].kind != "value" or bindings[0].value is None:
            continue
        if not all(map(_passes_or_raises, bindings[0].frames)):
            continue
        if not same(bindings[0].value, expr) or bindings[0].unpack:
            continue
        read = "the environment variable is read once" if plan.reads_environment else ""
        what = all_of(read, change_of_tests(program, creation, f"have to replace `{name}`", "deactivate the stub"))
        scope = program.scope(unit)
        gone = DeleteStatement(statement.span, told="makes")
        if module.lookup_scope(scope, name) == module.scope:
            renamed = read_instead(module, unit, statement, expr, name)
            operations: tuple[Operation, ...] = (gone, *renamed) if renamed else (ReplaceExpression(expr.span, name),)
        elif len(module.table(scope).get(name, [])) == 1 and bound_names(statement, expr) == (name,):
            operations = (gone,)
        else:
            continue
        return Remedy(operations, not what, f"Use the module's own `{name}`", what)
    return None


def _passes_or_raises(frame: Frame) -> bool:
    """Whether what stands in a construct has run once the module is loaded: a `try` which only says why it failed."""
    node = frame.node
    if not isinstance(node, Try) or frame.branch not in ("body", "orelse"):
        return False
    return all(clause.body and isinstance(clause.body[-1], Raise) for clause in node.handlers)
