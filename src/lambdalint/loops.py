"""Event loops: the calls that run a coroutine on a loop of their own, and what runs beside an adapter's loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from lambdalint.adapters import serves
from lambdalint.catalog import apps, clients
from lambdalint.handlers import Handler
from lambdalint.link.dead import never_runs
from lambdalint.link.model import Edge, External, Site, Unit
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import Call
from lambdalint.threads import changes_thread
from lambdalint.walk import is_literal_none


def loop_endings(program: Program, unit: Unit) -> Iterator[tuple[Site, Call]]:
    """The calls of a unit that leave their thread without a current event loop, such as `asyncio.run`."""
    for site, call, values in program.calls(unit):
        if program.runs_on_lambda(site) and any(value.path in clients.LOOP_ENDINGS for value in values):
            yield site, call


def sets_loop(program: Program, unit: Unit) -> bool:
    """Whether a unit makes a loop the current one, or lets loops run inside others."""
    for _, call, values in program.calls(unit):
        for value in values:
            if value.path in clients.LOOP_SETTERS:
                if not is_literal_none(call.arguments[0].value if call.arguments else None):
                    return True
    return False


def is_served_by_mangum(program: Program, phases: HandlerPhases) -> bool:
    """Whether events of a handler go to a Mangum adapter that lives longer than one invocation."""
    handler = phases.handler
    if handler.kind.removesuffix("()") in apps.MANGUM or _wraps_adapter(program, handler):
        return True
    for unit in program.running.invoked(phases):
        for _, adapter in serves(program, unit):
            if not _is_made_per_invocation(program, phases, adapter):
                return True
    return False


def _wraps_adapter(program: Program, handler: Handler) -> bool:
    """Whether the name of a handler held an adapter before something wrapped it: `handler = traced(handler)`."""
    if handler.kind == "function":
        return False
    module = program.modules[handler.path]
    name = handler.name.rpartition(".")[2]
    return any(
        isinstance(value, External) and value.path.removesuffix("()") in apps.MANGUM
        for binding in module.table(module.scope).get(name, ())
        for value in program.resolver.binding(binding, name)
    )


def _is_made_per_invocation(program: Program, phases: HandlerPhases, adapter: External) -> bool:
    if adapter.scope is None or adapter.scope.kind != "function":
        return False
    unit = Unit(adapter.scope.path, adapter.scope.number)
    for site in program.sites(unit):
        if site.place.expr is adapter.call:
            return unit in phases.invoke and not program.phases.is_memoized(site, phases)
    return False


def on_main_thread(program: Program, phases: HandlerPhases) -> dict[Unit, Edge | None]:
    """What an invocation runs on the thread of the handler, each unit with the edge that reaches it first.

    Synchronous routes of an ASGI application, and functions handed to executors, run on threads of their own:
    https://www.starlette.io/threadpool/.
    """
    handler = phases.handler.unit
    own = {handler}
    if handler.number >= 0:
        own.update(Unit(w.path, w.number) for w in program.resolver.wrappers(*handler))
    roots = [unit for unit, edge in phases.invoke.items() if edge is None]
    found: dict[Unit, Edge | None] = {unit: None for unit in roots if unit in own or program.function(unit).is_async}
    queue = deque(found)
    while queue:
        for edge in program.edges(queue.popleft()):
            if (
                edge.target not in found
                and not never_runs(edge.site.place.frames)
                and not changes_thread(program, edge)
            ):
                found[edge.target] = edge
                queue.append(edge.target)
    return found
