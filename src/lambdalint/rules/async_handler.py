"""LMB701 ``async-handler``: the runtime calls an `async def` handler and never awaits it."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog import clients
from lambdalint.decorations import leaves_coroutine
from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Severity
from lambdalint.fixes import AddImport, InsertStatements, RenameDefinition
from lambdalint.handlers import Handler
from lambdalint.link.model import External, FunctionValue, Unit
from lambdalint.parameters import handler_parameters
from lambdalint.program import Program, Reach, make_fix
from lambdalint.rules.base import rule
from lambdalint.summary import Assign, Function, Import, Name


@rule(
    "LMB701",
    "async-handler",
    Severity.ERROR,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html",
        "https://docs.python.org/3/library/asyncio-runner.html#asyncio.run",
    ),
)
def async_handler(program: Program) -> Iterator[Diagnostic]:
    """Declares the handler with `async def`.

    ## Why is this bad?
    The Python runtime calls the handler and does not await what it gets.  The body of an `async def` function never
    runs, and the invocation fails: "Unable to marshal response: Object of type coroutine is not JSON serializable".

    ## Bad
    ```python
    async def lambda_handler(event, context):
        return {"id": event["id"]}
    ```

    ## Good
    ```python
    import asyncio


    async def _lambda_handler(event, context):
        return {"id": event["id"]}


    def lambda_handler(event, context):
        return asyncio.run(_lambda_handler(event, context))
    ```

    ## Fix safety
    Unsafe: the coroutine gets another name, and code or tests that await the handler break.  Not offered for
    generators, for decorated handlers, where the name is used elsewhere, and where the module makes asynchronous
    clients or locks, which would meet a new event loop in each invocation.

    ## Errs towards
    Silence: a decorator of unknown effect may drive the coroutine, and a function that the project itself calls is
    taken for a handler only where a template names it.
    """
    for handler in program.handlers:
        unit = handler.unit
        if unit.number < 0 or program.is_durable(unit):
            continue
        function = program.function(unit)
        if not function.is_async or not leaves_coroutine(program, unit):
            continue
        if handler.how == "shape" and program.callers(unit):
            continue
        yield _diagnostic(program, handler, function)


def _diagnostic(program: Program, handler: Handler, function: Function) -> Diagnostic:
    fix, no_fix = _fix(program, handler, function)
    phases = next(phases for phases in program.phases.handlers if phases.handler is handler)
    reach = Reach(phases, program.trail(phases, handler.unit))
    what = "generator" if function.is_generator else "coroutine"
    return Diagnostic(
        path=handler.unit.path,
        span=function.header,
        message=f"the runtime does not await `{function.name}`: it gets a {what}, and the body never runs",
        help="make the handler synchronous, and run the coroutine in it with `asyncio.run`",
        statement=function.header,
        handler=handler.name,
        trail=reach.trail,
        fix=fix,
        no_fix=no_fix,
    )


# --- fix -----------------------------------------------------------------------------------------


def _fix(program: Program, handler: Handler, function: Function) -> tuple[Fix | None, str | None]:
    unit, name = handler.unit, f"_{function.name}"
    obstacle = _obstacle(program, unit, function, name)
    if obstacle is not None:
        return None, obstacle
    own = [parameter.name for parameter in handler_parameters(program, unit)[:2]]
    given = ", ".join(own if len(own) == 2 and own[0] != own[1] else ("event", "context"))
    text = f"def {function.name}({given}):\n    return asyncio.run({name}({given}))\n"
    operations = (
        AddImport("asyncio"),
        RenameDefinition(function.span, name),
        InsertStatements(function.span, text),
    )
    message = f"Rename the coroutine to `{name}` and run it from a synchronous handler; code that awaits it breaks"
    return make_fix(message, False, *operations), None


def _obstacle(program: Program, unit: Unit, function: Function, name: str) -> str | None:
    module = program.modules[unit.path]
    if function.is_generator:
        return "a generator gives many values, and a handler returns one"
    if function.decorators:
        return "it cannot be told whether the decorators belong to the coroutine or to the handler"
    if function.cls >= 0 or function.outer >= 0:
        return "the handler is no function of its module"
    top = module.table(module.scope)
    if name in top or len(top.get(function.name, ())) != 1:
        return f"`{name}` or `{function.name}` means something else in the module as well"
    if any(binding.kind != "import" for binding in top.get("asyncio", ())):
        return "`asyncio` means something else in the module"
    if _is_used(program, unit, function.name):
        return "the coroutine is used elsewhere in the project"
    if _is_bound_to_a_loop(program, unit):
        return "what the module makes for one event loop would meet another one in each invocation"
    return None


def _is_used(program: Program, unit: Unit, name: str) -> bool:
    """Whether any code but the definition mentions the function."""
    module = program.modules[unit.path]
    for other in module.units():
        for site in module.sites(other):
            if isinstance(site.place.expr, Name) and site.place.expr.id == name:
                return True
    if program.callers(unit):
        return True
    wanted = FunctionValue(unit.path, unit.number)
    for path, index in program.modules.items():
        for inner in index.units() if path != unit.path else ():
            for statement, _ in index.statements(inner):
                if isinstance(statement, Import) and any(item.name == name for item in statement.names):
                    if wanted in program.resolver.imported(statement, name, name, path):
                        return True
    return False


def _is_bound_to_a_loop(program: Program, unit: Unit) -> bool:
    """Whether a module that the handler loads keeps asynchronous clients or primitives."""
    for path in program.phases.closure(unit.path):
        module = program.modules[path]
        for statement, _ in module.statements(Unit(path, -1)):
            if isinstance(statement, Assign) and statement.value is not None:
                for value in program.resolve(statement.value, module.scope):
                    if isinstance(value, External) and _is_asynchronous(value.path.removesuffix("()")):
                        return True
    return False


def _is_asynchronous(path: str) -> bool:
    factory = clients.find(path)
    return path in clients.ASYNCIO_PRIMITIVES or (factory is not None and factory.is_async)
