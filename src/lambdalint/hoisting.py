"""How a value that INVOKE code makes can be made once: the conditions and the operations of the fixes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.creations import Creation
from lambdalint.diagnostic import Fix
from lambdalint.fixes import (
    AddDecorator,
    AddImport,
    DeleteStatement,
    ExtractFunction,
    HoistAssignment,
    MemoizeExpression,
)
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Binding, Scope, Unit
from lambdalint.program import Program, Reach, make_fix
from lambdalint.source import Span
from lambdalint.summary import (
    Assign,
    Attribute,
    Call,
    Expr,
    Literal,
    Name,
    Return,
    Stmt,
    Subscript,
    Try,
    With,
)
from lambdalint.walk import dotted, expressions, statement_expressions

_SUBRESOURCES = frozenset(("Table", "Bucket", "Queue", "Topic", "Object", "client", "resource", "get_queue_by_name"))
_CHANGES = frozenset(
    (
        "close", "aclose", "update", "mount", "register", "register_first", "register_last", "unregister", "clear",
        "shutdown", "disconnect", "dispose", "quit", "release", "append_keys", "set_default_dimensions", "setdefault",
    )
)  # fmt: skip
_ENVIRONMENT = ("os.environ", "os.getenv", "os.environ.get")


class Plan(NamedTuple):
    """What an expression needs to be evaluated at module level.

    `after` are module-level assigned names, `local` statements of locals that it is made of, in order;
    `reads_environment` whether an environment variable is read; `obstacle` why it cannot be moved.
    """

    after: tuple[str, ...] = ()
    local: tuple[Assign, ...] = ()
    reads_environment: bool = False
    obstacle: str | None = None


def client_fix(program: Program, creation: Creation, reach: Reach) -> tuple[Fix | None, str | None]:
    """The fix of a client that every invocation makes, or why there is none."""
    obstacle = _lifetime_obstacle(program, creation, reach)
    if obstacle is not None:
        return None, obstacle
    site, module = creation.site, program.modules[creation.site.unit.path]
    statement = site.place.statement
    expr = _widened(program, creation)
    plan = movable(program, module, site.unit, expr)
    if plan.obstacle is not None and expr is not creation.call:
        expr = creation.call
        plan = movable(program, module, site.unit, expr)
    if plan.obstacle is not None:
        return None, plan.obstacle
    if program.config.fix_style == "module":
        return _hoisted(module, site.unit, statement, site.place.frames, expr, plan)
    return _accessor(program, creation, expr, plan)


# --- conditions ----------------------------------------------------------------------------------


def _lifetime_obstacle(program: Program, creation: Creation, reach: Reach) -> str | None:
    """Why an object may not outlive the invocation."""
    site, factory = creation.site, creation.factory
    if factory.is_async:
        return "an async client belongs to its event loop"
    frames = site.place.frames
    if any(isinstance(f.node, With) and f.branch == "items" and f.node == site.place.statement for f in frames):
        return "its `with` block closes it"
    if factory.kind in ("resource", "session") and _crosses_threads(program, reach, site.unit):
        return "a boto3 resource or session must not be shared between threads"
    for name in _bound_names(site.place.statement, creation.call):
        change = _change(program, site.unit, name)
        if change is not None:
            return change
    return None


def _crosses_threads(program: Program, reach: Reach, unit: Unit) -> bool:
    """Whether the trail to a unit goes through a function handed to an executor or a thread."""
    edge = reach.phases.invoke.get(unit)
    while edge is not None:
        if edge.kind == "callback":
            return True
        edge = reach.phases.invoke.get(edge.source)
    return False


def _bound_names(statement: Stmt, call: Call) -> tuple[str, ...]:
    """The names that a statement binds to what a call made."""
    if not isinstance(statement, Assign) or statement.value is None:
        return ()
    return tuple(target.id for target in statement.targets if isinstance(target, Name))


def _change(program: Program, unit: Unit, name: str) -> str | None:
    """What the function does to an object that a later invocation would meet."""
    for statement, _ in program.statements(unit):
        for target in statement.targets if isinstance(statement, Assign) else ():
            if isinstance(target, Attribute | Subscript) and _root(target) == name:
                return f"`{name}` is changed after it is made"
        if isinstance(statement, With) and any(_root(item.context) == name for item in statement.items):
            return "a `with` block closes it"
        for head in statement_expressions(statement):
            for part in expressions(head):
                if isinstance(part, Call) and isinstance(part.func, Attribute) and _root(part.func) == name:
                    if part.func.attr in _CHANGES or part.func.attr.startswith("set_"):
                        return f"`{dotted(part.func) or name}` changes or closes it"
    return None


def _root(expr: Expr) -> str | None:
    while isinstance(expr, Attribute | Subscript):
        expr = expr.value
    return expr.id if isinstance(expr, Name) else None


def _widened(program: Program, creation: Creation) -> Expr:
    """The creation with what only refines it: `boto3.resource("dynamodb").Table("orders")`."""
    found: Expr = creation.call
    statement = creation.site.place.statement
    parents = {id(part.func.value): part for part in _calls(statement) if isinstance(part.func, Attribute)}
    while True:
        parent = parents.get(id(found))
        if parent is None or not isinstance(parent.func, Attribute) or parent.func.attr not in _SUBRESOURCES:
            return found
        if parent.func.attr == "get_queue_by_name":
            return found
        if program.origins.of_all((a.value for a in parent.arguments), creation.site.scope) != 0:
            return found
        found = parent


def _calls(statement: Stmt) -> Iterator[Call]:
    for head in statement_expressions(statement):
        for part in expressions(head):
            if isinstance(part, Call):
                yield part


# --- what an expression needs --------------------------------------------------------------------


def movable(program: Program, module: ModuleIndex, unit: Unit, expr: Expr) -> Plan:
    """What evaluating a unit's expression at module level takes."""
    scope = Scope(unit.path, "function", unit.number)
    after: dict[str, None] = {}
    local: dict[Span, Assign] = {}
    reads = False
    stack = [expr]
    while stack:
        current = stack.pop()
        for part in expressions(current):
            if (dotted(part) or "") in _ENVIRONMENT:
                reads = True
            if not isinstance(part, Name):
                continue
            home = module.lookup_scope(scope, part.id)
            if home is None:
                continue
            if home.kind == "module":
                obstacle = _module_name(module, part.id, after)
            else:
                obstacle = _local_name(module, home, scope, part, local, stack)
            if obstacle is not None:
                return Plan(obstacle=obstacle)
    if len(local) > 4:
        return Plan(obstacle="too many locals would have to move along")
    return Plan(tuple(after), tuple(local[span] for span in sorted(local)), reads)


def _module_name(module: ModuleIndex, name: str, after: dict[str, None]) -> str | None:
    bindings = module.table(module.scope).get(name, [])
    if len(bindings) != 1 and not all(b.kind == "import" for b in bindings):
        return f"`{name}` is assigned more than once"
    if bindings[0].kind in ("value", "element", "context", "opaque"):
        after[name] = None
    return None


def _local_name(
    module: ModuleIndex, home: Scope, scope: Scope, name: Name, local: dict[Span, Assign], stack: list[Expr]
) -> str | None:
    if home != scope:
        return f"`{name.id}` belongs to an enclosing function"
    bindings = module.table(home).get(name.id, [])
    if any(binding.kind == "import" for binding in bindings):
        return f"`{name.id}` is imported in the function"
    if any(binding.kind == "parameter" for binding in bindings):
        return f"`{name.id}` is a parameter"
    if len(bindings) != 1 or bindings[0].kind != "value" or bindings[0].unpack:
        return f"`{name.id}` is not assigned plainly and once"
    statement = _statement_of(module, bindings[0], scope)
    if statement is None or bindings[0].frames:
        return f"`{name.id}` is not assigned plainly and once"
    if statement.span not in local and statement.value is not None:
        local[statement.span] = statement
        stack.append(statement.value)
    return None


def _statement_of(module: ModuleIndex, binding: Binding, scope: Scope) -> Assign | None:
    """The plain assignment of one name that a binding is."""
    for statement, _ in module.statements(Unit(scope.path, scope.number)):
        if (isinstance(statement, Assign) and statement.span == binding.span) or (
            isinstance(statement, Assign) and statement.value is binding.value
        ):
            single = len(statement.targets) == 1 and isinstance(statement.targets[0], Name) and not statement.op
            return statement if single else None
    return None


# --- the accessor style --------------------------------------------------------------------------


def _accessor(program: Program, creation: Creation, expr: Expr, plan: Plan) -> tuple[Fix | None, str | None]:
    site = creation.site
    module = program.modules[site.unit.path]
    safe, what = _judgement(program, creation, plan)
    message = "Make it once, in a cached function" + (f"; {what}" if what else "")
    if not plan.local and _is_accessor(program, site.unit, expr):
        function = module.function(site.unit.number)
        operations = (AddImport("functools"), AddDecorator(function.span, "functools.cache"))
        return make_fix(message, safe, *operations), None
    name = _accessor_name(program, creation, expr)
    if plan.local:
        return _extracted(module, site.unit, site.place.statement, expr, plan, name, message, safe)
    return make_fix(message, safe, MemoizeExpression(expr.span, name, plan.after)), None


def _judgement(program: Program, creation: Creation, plan: Plan) -> tuple[bool, str]:
    """Whether keeping the object is safe, and what changes where it is not."""
    factory = creation.factory
    if factory.is_database:
        return False, "a connection that it keeps may have gone stale by the next invocation"
    if factory.kind == "http":
        return False, "its cookies and connections are kept between invocations"
    if factory.kind == "powertools":
        return False, "what is added to it stays for the next invocation"
    if plan.reads_environment:
        return False, "the environment variable is read once"
    return True, ""


def _is_accessor(program: Program, unit: Unit, expr: Expr) -> bool:
    """Whether a module-level function without parameters does nothing but return the expression."""
    function = program.function(unit)
    if function.parameters or function.outer >= 0 or function.cls >= 0 or function.is_async or unit in program.roots:
        return False
    if function.decorators or function.is_generator:
        return False
    body = function.body[1:] if function.docstring is not None else function.body
    return len(body) == 1 and isinstance(body[0], Return) and body[0].value is expr


def _extracted(
    module: ModuleIndex,
    unit: Unit,
    statement: Stmt,
    expr: Expr,
    plan: Plan,
    name: str,
    message: str,
    safe: bool,
) -> tuple[Fix | None, str | None]:
    """The locals that the expression is made of move into the accessor with it, or are copied where still read."""
    if not isinstance(statement, Assign) or statement.value is not expr or len(statement.targets) != 1:
        return None, "a local variable among its arguments would have to move along"
    target = statement.targets[0]
    if not isinstance(target, Name) or _block_of(module, unit, statement) != _block_of(module, unit, plan.local[0]):
        return None, "a local variable among its arguments would have to move along"
    moved = {needed.span for needed in plan.local} | {statement.span}
    copied = [needed for needed in plan.local if _is_read_elsewhere(module, unit, needed, moved)]
    kept = [needed.span for needed in plan.local if needed not in copied]
    operation = ExtractFunction(
        statements=(*kept, statement.span),
        name=name,
        returns=(target.id,),
        copied=tuple(needed.span for needed in copied),
        after=plan.after,
    )
    return make_fix(message, safe, operation), None


def _block_of(module: ModuleIndex, unit: Unit, wanted: Stmt) -> object:
    for statement, frames in module.statements(unit):
        if statement is wanted:
            return tuple((id(frame.node), frame.branch, frame.nth) for frame in frames)
    return None


def _is_read_elsewhere(module: ModuleIndex, unit: Unit, needed: Assign, moved: set[Span]) -> bool:
    target = needed.targets[0]
    name = target.id if isinstance(target, Name) else ""
    for site in module.sites(unit):
        expr = site.place.expr
        if isinstance(expr, Name) and expr.id == name and site.place.statement.span not in moved:
            return True
    nested = [f for f in module.summary.functions if f.outer == unit.number]
    return any(name not in f.locals and _mentions(module, f.number, name) for f in nested)


def _mentions(module: ModuleIndex, number: int, name: str) -> bool:
    sites = module.sites(Unit(module.path, number))
    return any(isinstance(site.place.expr, Name) and site.place.expr.id == name for site in sites)


def _accessor_name(program: Program, creation: Creation, expr: Expr) -> str:
    """A private function's name for what it makes: `_s3`, `_orders_table`, `_http_client`."""
    bound = _bound_names(creation.site.place.statement, creation.call)
    first = creation.call.arguments[0].value if creation.call.arguments else None
    if isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr is not creation.call:
        own = expr.arguments[0].value if expr.arguments else None
        kind = snake(expr.func.attr)
        if kind not in ("client", "resource"):
            return f"_{snake(own.value)}_{kind}" if _is_text(own) else f"_{kind}"  # type: ignore[union-attr,arg-type]
        first = own
    if creation.factory.kind in ("client", "resource", "session") and _is_text(first):
        return "_" + snake(first.value)  # type: ignore[union-attr,arg-type]
    statement = creation.site.place.statement
    if bound and isinstance(statement, Assign) and statement.value is expr:
        return "_" + bound[0].lstrip("_")
    return "_" + snake(creation.factory.path.rpartition(".")[2])


def _is_text(expr: Expr | None) -> bool:
    return isinstance(expr, Literal) and isinstance(expr.value, str) and bool(re.search(r"[A-Za-z]", expr.value))


def snake(text: str) -> str:
    """An identifier in snake case for a service, a class or a resource's name."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    found = re.sub(r"\W+", "_", spaced).strip("_").lower()
    return found if found and not found[0].isdigit() else f"n{found}"


# --- the module style ----------------------------------------------------------------------------


def _hoisted(
    module: ModuleIndex, unit: Unit, statement: Stmt, frames: tuple[object, ...], expr: Expr, plan: Plan
) -> tuple[Fix | None, str | None]:
    if not isinstance(statement, Assign) or statement.value is not expr or len(statement.targets) != 1:
        return None, "it is not assigned to a name of its own"
    target = statement.targets[0]
    if not isinstance(target, Name) or (statement.annotation is not None and statement.value is None):
        return None, "it is not assigned to a name of its own"
    if frames:
        inside_try = any(isinstance(getattr(frame, "node", None), Try) for frame in frames)
        return None, "it is made inside `try`" if inside_try else "it is made on some paths only"
    scope = Scope(unit.path, "function", unit.number)
    if len(module.table(scope).get(target.id, [])) != 1:
        return None, f"`{target.id}` is assigned more than once"
    top = module.table(module.scope).get(target.id, [])
    if top:
        if len(top) == 1 and top[0].value is not None and same(top[0].value, expr):
            return make_fix("Use the module's own", True, DeleteStatement(statement.span)), None
        return None, f"`{target.id}` means something else at module level"
    if _is_second(module, unit, target.id, expr):
        return None, f"another function's `{target.id}` moves first"
    spans = (*(needed.span for needed in plan.local), statement.span)
    return make_fix("Make it once, at module level", True, HoistAssignment(spans, plan.after)), None


def _is_second(module: ModuleIndex, unit: Unit, name: str, expr: Expr) -> bool:
    """Whether an earlier function of the module makes something under the same name."""
    return any(
        binding.value is not None and binding.kind == "value"
        for function in module.summary.functions[: unit.number]
        if name in function.locals
        for binding in module.table(Scope(module.path, "function", function.number)).get(name, ())
    )


def same(one: object, other: object) -> bool:
    """Whether two expressions are the same but for where they stand."""
    if isinstance(one, Span) and isinstance(other, Span):
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        pairs = zip(one, other, strict=False)
        return type(one) is type(other) and len(one) == len(other) and all(same(a, b) for a, b in pairs)
    return type(one) is type(other) and one == other
