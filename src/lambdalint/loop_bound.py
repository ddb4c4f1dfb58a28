"""Async clients and asyncio primitives that outlive the event loop that they are used on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.catalog import clients
from lambdalint.link.model import External, Site, Unit
from lambdalint.loops import is_served_by_mangum
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import Call, Expr, If, Literal
from lambdalint.walk import argument, dotted, expressions, keyword_names

_LOOP_TESTS = ("get_running_loop", "get_event_loop", "is_closed")
_CONTROLLING = frozenset(("poolclass", "loop"))


class Kept(NamedTuple):
    """A call that makes something bound to a loop, at INIT or once; `what` reads after "a"."""

    site: Site
    call: Call
    path: str
    what: str


class Driver(NamedTuple):
    """A call in INVOKE code that drives a coroutine; `is_new` when its loop lives as long as the invocation."""

    site: Site
    call: Call
    is_new: bool


class Bound(NamedTuple):
    """Something kept that is used on a loop of each invocation, or that no loop can be found for at INIT.

    `use` is where it is used, None for what fails while the module is loaded.
    """

    kept: Kept
    phases: HandlerPhases
    use: Site | None


def loop_bound(program: Program) -> Iterator[Bound]:
    """What is kept from invocation to invocation although its loop is not, once for each making."""
    seen: set[tuple[str, object]] = set()
    for phases in program.phases.handlers:
        found = tuple(_kept(program, phases))
        if not found:
            continue
        for bound in (*_loopless(program, phases, found), *_used(program, phases, found)):
            key = (bound.kept.site.unit.path, bound.kept.call.span)
            if key not in seen:
                seen.add(key)
                yield bound


# --- what is kept --------------------------------------------------------------------------------


def _kept(program: Program, phases: HandlerPhases) -> Iterator[Kept]:
    started = program.running.started(phases)
    for unit in sorted({*started, *program.running.invoked(phases)}):
        for site, call, values in program.calls(unit):
            for value in values:
                what = _bound_kind(value.path, call)
                if what and program.runs_on_lambda(site) and _is_kept(program, phases, site):
                    yield Kept(site, call, value.path, what)
                    break


def _is_kept(program: Program, phases: HandlerPhases, site: Site) -> bool:
    if any(isinstance(f.node, If) and _asks_for_loop(f.node.test) for f in site.place.frames):
        return False
    return site.unit not in phases.invoke or program.phases.is_memoized(site, phases)


def _asks_for_loop(test: Expr) -> bool:
    """Whether a test looks at the running loop: then the object is made anew for each."""
    names = [dotted(part.func) or "" for part in expressions(test) if isinstance(part, Call)]
    return any("loop" in name and name.rpartition(".")[2] in _LOOP_TESTS for name in names)


def _bound_kind(path: str, call: Call) -> str:
    """What a call makes that belongs to one event loop, "" for anything else."""
    if path in clients.ASYNCIO_PRIMITIVES:
        return f"`{path.replace('.locks', '').replace('.queues', '')}`"
    if path in clients.NEEDS_RUNNING_LOOP:
        return "aiohttp session" if path.endswith("ClientSession") else "aiohttp connector"
    factory = clients.find(path)
    if factory is None or not factory.is_async or factory.kind == "session" or path.startswith(clients.LOOP_FREE):
        return ""
    if keyword_names(call.arguments) & _CONTROLLING or _keeps_no_connection(call):
        return ""
    return factory.label


def _keeps_no_connection(call: Call) -> bool:
    """`httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0))`: nothing is left for the next loop."""
    limits = argument(call, "limits")
    kept = argument(limits, "max_keepalive_connections") if isinstance(limits, Call) else None
    return isinstance(kept, Literal) and kept.value == 0


# --- what cannot be made without a running loop --------------------------------------------------


def _loopless(program: Program, phases: HandlerPhases, found: Iterable[Kept]) -> Iterator[Bound]:
    started = program.running.started(phases)
    inner = {id(given.value) for kept in found for given in kept.call.arguments}
    for kept in found:
        if kept.path not in clients.NEEDS_RUNNING_LOOP or id(kept.call) in inner or kept.site.unit not in started:
            continue
        if "loop" in keyword_names(kept.call.arguments):
            continue
        unit: Unit | None = kept.site.unit
        while unit is not None and (unit.number < 0 or not program.function(unit).is_async):
            edge = started[unit]
            unit = edge.source if edge is not None else None
        if unit is None and kept.site.unit not in phases.invoke:
            yield Bound(kept, phases, None)


# --- what is used on a loop of each invocation ---------------------------------------------------


def drivers(program: Program, phases: HandlerPhases) -> Iterator[Driver]:
    """The calls that drive coroutines on each invocation of a handler."""
    for unit in sorted(phases.invoke):
        for site, call, values in program.calls(unit):
            for value in values:
                is_new = _drives(program, phases, value)
                if is_new is not None and not program.phases.is_memoized(site, phases):
                    yield Driver(site, call, is_new)


def _drives(program: Program, phases: HandlerPhases, value: External) -> bool | None:
    """Whether a callable runs a coroutine on a new loop; None when it runs none."""
    if value.path in clients.NEW_LOOP_RUNNERS:
        return True
    owner, _, method = value.path.rpartition(".")
    if method == "run_until_complete" or (method == "run" and owner in clients.RUNNERS):
        made = value.base
        is_own = owner in clients.RUNNERS or owner in clients.NEW_LOOPS
        return made is not None and is_own and _is_made_per_invocation(program, phases, made)
    return None


def _is_made_per_invocation(program: Program, phases: HandlerPhases, made: External) -> bool:
    if made.scope is None or made.scope.kind != "function":
        return False
    unit = Unit(made.scope.path, made.scope.number)
    sites = (site for site in program.sites(unit) if site.place.expr is made.call)
    return unit in phases.invoke and any(not program.phases.is_memoized(site, phases) for site in sites)


def _used(program: Program, phases: HandlerPhases, found: Iterable[Kept]) -> Iterator[Bound]:
    running = tuple(drivers(program, phases))
    new = [driver for driver in running if driver.is_new]
    if not new:
        return
    is_only_new = len(new) == len(running) and not is_served_by_mangum(program, phases)
    driven = _driven(program, phases, new, is_only_new)
    by_call = {id(kept.call): kept for kept in found}
    for site in _use_sites(program, driven, new):
        if program.phases.is_memoized(site, phases):
            continue
        for value in program.external(site.place.expr, site.scope):
            step: External | None = value
            while step is not None:
                kept = by_call.get(id(step.call))
                if kept is not None and step.path == f"{kept.path}()":
                    yield Bound(kept, phases, site)
                step = step.base


def _use_sites(program: Program, driven: Iterable[Unit], new: Iterable[Driver]) -> Iterator[Site]:
    """The expressions that run on the loops of invocations."""
    units = frozenset(driven)
    for unit in sorted(units):
        yield from program.sites(unit)
    for driver in new:
        if driver.site.unit not in units:
            for site in program.sites(driver.site.unit):
                if driver.call.span.contains(site.place.expr.span):
                    yield site


def _driven(program: Program, phases: HandlerPhases, new: Iterable[Driver], is_only_new: bool) -> frozenset[Unit]:
    """The units that run on the loops of invocations: what the drivers call, or every coroutine if all do so."""
    roots: set[Unit] = set()
    if is_only_new:
        roots.update(unit for unit in phases.invoke if program.function(unit).is_async)
    for driver in new:
        for edge in program.edges(driver.site.unit):
            if driver.call.span.contains(edge.site.place.expr.span):
                roots.add(edge.target)
    found = {unit for unit in roots if unit in phases.invoke}
    queue = deque(sorted(found))
    while queue:
        for edge in program.edges(queue.popleft()):
            if edge.target not in found and edge.target in phases.invoke:
                found.add(edge.target)
                queue.append(edge.target)
    return frozenset(found)
