"""LMB303 ``adapter-per-invocation``: an application, a resolver or an adapter that is made for each event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import apps, clients
from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Severity
from lambdalint.fixes import HoistAssignment, MemoizeExpression
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import ClassValue, External, Scope, Site
from lambdalint.origin import Origin
from lambdalint.program import Program, Reach, make_fix
from lambdalint.rules.base import rule
from lambdalint.summary import Assign, Attribute, Call, Expr, Literal, Name
from lambdalint.walk import argument, dotted, expressions


class _Making(NamedTuple):
    """A call that makes something worth keeping, and the outside path of what it makes."""

    site: Site
    call: Call
    path: str


@rule(
    "LMB303",
    "adapter-per-invocation",
    Severity.WARNING,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://mangum.fastapiexpert.com/adapter/",
        "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",
    ),
)
def adapter_per_invocation(program: Program) -> Iterator[Diagnostic]:
    """Makes an application, a resolver or an adapter on every invocation.

    ## Why is this bad?
    An application collects its routes, builds their validators and its middleware when it is made.  Made in the
    handler, each request pays for all of that again.

    ## Bad
    ```python
    from fastapi import FastAPI
    from mangum import Mangum

    app = FastAPI()


    @app.get("/health")
    def health():
        return {"ok": True}


    def lambda_handler(event, context):
        adapter = Mangum(app, lifespan="off")
        return adapter(event, context)
    ```

    ## Good
    ```python
    from fastapi import FastAPI
    from mangum import Mangum

    app = FastAPI()
    adapter = Mangum(app, lifespan="off")


    @app.get("/health")
    def health():
        return {"ok": True}


    def lambda_handler(event, context):
        return adapter(event, context)
    ```

    ## Fix safety
    An adapter moves to module level, or into a cached function where it has no name.  Safe when the application is
    a module-level name and the other arguments are literals or constants; unsafe otherwise: what they are made of is
    evaluated once.  Not offered for applications and resolvers, whose routes would be registered again on each
    invocation, for an adapter that is changed after it is made, and where something calls `asyncio.run`, which would
    leave a lasting adapter without its event loop (LMB304).

    ## Errs towards
    Silence: what takes something of the event other than the application is taken for meant.
    """
    for unit in program.invoke_units:
        for site, call in program.sites_of(unit, Call):
            path = _made(program, site, call)
            if path is None:
                continue
            reach = program.reach(site)
            if reach is not None and not _depends_on_event(program, site, call):
                yield _diagnostic(program, _Making(site, call, path), reach)


def _made(program: Program, site: Site, call: Call) -> str | None:
    """The dotted path of what a call makes, None when it is nothing to keep."""
    for value in program.resolve(call.func, site.scope):
        if isinstance(value, External) and apps.is_constructed_once(value.path):
            return value.path
        if isinstance(value, ClassValue):
            for cls in program.resolver.ancestry(value):
                if isinstance(cls, External) and apps.is_constructed_once(cls.path):
                    return cls.path
    return None


def _depends_on_event(program: Program, site: Site, call: Call) -> bool:
    own = call.arguments[0].value if call.arguments and call.arguments[0].keyword is None else None
    given = [a.value for a in call.arguments if a.value is not own and a.keyword not in ("app", "wsgi_app")]
    return program.origins.of_all(given, site.scope) is Origin.INVOCATION


def _diagnostic(program: Program, making: _Making, reach: Reach) -> Diagnostic:
    fix, no_fix = _fix(program, making, reach)
    name = dotted(making.call.func) or making.path.rpartition(".")[2]
    return program.report(
        making.site,
        f"`{name}` is made on every invocation",
        "make it once, at module level",
        reach=reach,
        fix=fix,
        no_fix=no_fix,
    )


# --- fix -----------------------------------------------------------------------------------------


def _fix(program: Program, making: _Making, reach: Reach) -> tuple[Fix | None, str | None]:
    site, call = making.site, making.call
    if program.is_durable(site.unit):
        return None, "the body of a durable function is replayed"
    adapter = apps.adapter(making.path)
    if adapter is None:
        return None, "its routes are registered in the same function"
    if _runs_loops(program, reach):
        return None, "`asyncio.run` would leave a lasting adapter without its event loop"
    module = program.modules[site.unit.path]
    after = _module_names(module, call, site.scope)
    if after is None:
        return None, "it is made of what is not bound once at module level"
    name = _name(site, call)
    if name is not None and not _is_only_called(module, site, name):
        return None, f"`{name}` is more than called after it is made"
    safe = _is_constant(program, call, site.scope, adapter.app)
    message = "Make it once" if safe else "Make it once; what its arguments are made of is then evaluated once"
    if name is not None and _may_move(program, module, site, name):
        operation = HoistAssignment((site.place.statement.span,), after)
        return make_fix(f"{message}, at module level", safe, operation), None
    return make_fix(f"{message}, in a cached function", safe, MemoizeExpression(call.span, "_adapter", after)), None


def _module_names(module: ModuleIndex, call: Call, scope: Scope) -> tuple[str, ...] | None:
    """The names that the module binds and a call reads, imports left out; None when it needs anything else."""
    found: dict[str, None] = {}
    for part in expressions(call):
        home = module.lookup_scope(scope, part.id) if isinstance(part, Name) else None
        if home is None or not isinstance(part, Name):
            continue
        bindings = module.table(home).get(part.id, [])
        if home.kind != "module" or (len(bindings) != 1 and any(b.kind != "import" for b in bindings)):
            return None
        if bindings[0].kind != "import":
            found[part.id] = None
    return tuple(found)


def _runs_loops(program: Program, reach: Reach) -> bool:
    """Whether anything in the handler's process runs a loop of its own."""
    running = {*program.running.invoked(reach.phases), *program.running.started(reach.phases)}
    return any(
        value.path in clients.LOOP_ENDINGS
        for unit in running
        for _, _, values in program.calls(unit)
        for value in values
    )


def _is_constant(program: Program, call: Call, scope: Scope, app: tuple[int, str]) -> bool:
    """Whether the application is a module-level name and all else literals or names of literals."""
    own = argument(call, app[1], app[0])
    if own is None or dotted(own) is None or any(given.star for given in call.arguments):
        return False
    return all(given.value is own or _is_literal(program, given.value, scope) for given in call.arguments)


def _is_literal(program: Program, expr: Expr, scope: Scope) -> bool:
    if isinstance(expr, Literal):
        return True
    home = program.modules[scope.path].lookup_scope(scope, expr.id) if isinstance(expr, Name) else None
    return home is not None and home.kind == "module" and program.origins.of(expr, scope) is Origin.FIXED


def _name(site: Site, call: Call) -> str | None:
    """The name that the statement binds to what a call makes, and to nothing else."""
    statement = site.place.statement
    if not isinstance(statement, Assign) or statement.value is not call or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    return target.id if isinstance(target, Name) else None


def _is_only_called(module: ModuleIndex, site: Site, name: str) -> bool:
    """Whether all that happens to a local is that it is called: nothing of one event stays for the next."""
    called = {id(s.place.expr.func) for s in module.sites(site.unit) if isinstance(s.place.expr, Call)}
    for other in module.sites(site.unit):
        expr = other.place.expr
        if isinstance(expr, Name) and expr.id == name and id(expr) not in called and expr is not _target(site):
            return False
        if isinstance(expr, Attribute) and isinstance(expr.value, Name) and expr.value.id == name:
            return False
    return True


def _target(site: Site) -> Expr | None:
    statement = site.place.statement
    return statement.targets[0] if isinstance(statement, Assign) else None


def _may_move(program: Program, module: ModuleIndex, site: Site, name: str) -> bool:
    """Whether the assignment as a whole may stand at module level."""
    if site.place.frames or name in module.summary.locals or name in module.function(site.unit.number).globals:
        return False
    scope = program.scope(site.unit)
    if len(module.table(scope).get(name, ())) != 1:
        return False
    others = (f for f in module.summary.functions if f.number != site.unit.number)
    return not any(name in function.locals for function in others)
