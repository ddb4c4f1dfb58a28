"""Untrusted input that reaches a place where it does harm: the query behind LMB451 to LMB457."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lambdalint.catalog.flow_requests import is_set_by_service
from lambdalint.diagnostic import Diagnostic, Step
from lambdalint.flow.leaving import answering_units
from lambdalint.flow.origins import Origin
from lambdalint.flow.program_flow import Flow, flow_of
from lambdalint.flow.sinks import Sink, page_body
from lambdalint.flow.values import SPECIAL, Atom, Value, map_atoms
from lambdalint.link.model import ClassValue, FunctionValue, Unit
from lambdalint.program import Program, statement_head

_SOURCES = frozenset(("event", "record", "request", "field"))


class Reached(NamedTuple):
    """A sink with the untrusted origin that reaches it."""

    sink: Sink
    origin: Origin

    @property
    def atom(self) -> Atom:
        """What reaches it."""
        return self.origin.atom


def reached(program: Program, kind: str, is_harmful: Callable[[Sink, Atom], bool]) -> Iterator[Reached]:
    """The sinks of a kind that untrusted input reaches, once each."""
    flow = flow_of(program)
    models = _checked_units(program)
    for sink in flow.sinks(kind):
        for value in (shown.value for shown in sink.shown):
            found = _first(flow, sink, value, kind, models, is_harmful)
            if found is not None:
                yield Reached(sink, found)
                break


def pages(program: Program) -> Iterator[Reached]:
    """The pages that untrusted input reaches: answers that say they are HTML, and response objects.

    An answer that is another function's is looked for there where nothing is found in it: of several that the function
    may give, not all are pages.
    """
    flow = flow_of(program)
    models = _checked_units(program)
    sinks = list(flow.sinks("return", "html"))
    returns: dict[Unit, list[Sink]] = {}
    for sink in sinks:
        if sink.kind == "return":
            returns.setdefault(sink.unit, []).append(sink)
        elif (found := _page(flow, sink, models)) is not None:
            yield found
    answering = answering_units(program)
    waiting = [unit for unit in answering if unit in returns]
    seen = set(waiting)
    while waiting:
        unit = waiting.pop()
        for sink in returns[unit]:
            found = _page(flow, sink, models, is_handed_on=unit not in answering)
            if found is not None:
                yield found
                continue
            for edge in program.edges(unit):
                if edge.call is not None and edge.call is sink.expr and edge.target in returns.keys() - seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)


def _page(flow: Flow, sink: Sink, models: frozenset[tuple[Unit, str]], is_handed_on: bool = False) -> Reached | None:
    """What of a page comes from outside; in an answer that is handed on not what the caller gave as the body."""
    for shown in sink.shown:
        body = page_body(shown.value) if sink.kind == "return" else shown.value
        if body is not None and is_handed_on:
            body = map_atoms(body, lambda atom: () if atom.root.kind == "parameter" and _is_as_given(atom) else (atom,))
        if body is not None:
            found = _first(flow, sink, body, "html", models, lambda _, atom: atom.prefix is not None or bool(atom.path))
            if found is not None:
                return Reached(sink, found)
    return None


def _is_as_given(atom: Atom) -> bool:
    return not atom.path and atom.prefix is None


def _first(
    flow: Flow,
    sink: Sink,
    value: Value,
    kind: str,
    models: frozenset[tuple[Unit, str]],
    is_harmful: Callable[[Sink, Atom], bool],
) -> Origin | None:
    for origin in flow.origins_of(value):
        atom = origin.atom
        if atom.root.kind not in _SOURCES or {kind, "parsed", "checked"} & atom.tags:
            continue
        if (atom.root.unit, atom.root.name) in models or is_set_by_service(atom.path):
            continue
        if is_harmful(sink, atom):
            return origin
    return None


def _checked_units(program: Program) -> frozenset[tuple[Unit, str]]:
    """The parameters that a parser fills with a checked model: `@event_parser(model=…)`, a model as annotation."""
    found: set[tuple[Unit, str]] = set()
    for unit in program.roots:
        if unit.number < 0:
            continue
        function = program.function(unit)
        decorators = program.resolver.decorator_paths(FunctionValue(unit.path, unit.number))
        is_parsed = any(path.removesuffix("()").endswith("event_parser") for path in decorators)
        scope = program.resolver.definition_scope(unit.path, function)
        for parameter in function.parameters:
            annotation = parameter.annotation
            is_model = annotation is not None and any(
                isinstance(value, ClassValue) for value in program.resolve(annotation, scope)
            )
            if is_parsed or is_model:
                found.add((unit, parameter.name))
    return frozenset(found)


def spelt(atom: Atom) -> str:
    """How a message calls untrusted input: `event["name"]`, a route's parameter."""
    keys = [key for key in atom.path if key not in SPECIAL]
    if atom.root.kind == "event":
        return f'`event["{keys[-1]}"]`' if keys and isinstance(keys[-1], str) else "the event"
    return f"`{keys[-1] if keys else atom.root.name}` of the request"


def report(program: Program, found: Reached, message: str, help: str) -> Diagnostic:
    """A diagnostic at a reached sink, with the trail from the source."""
    flow = flow_of(program)
    sink = found.sink
    handler = flow.handler(sink.unit)
    end: tuple[Step, ...] = (flow.end(sink),)
    return Diagnostic(
        path=sink.unit.path,
        span=sink.statement.span if sink.kind == "return" else sink.span,
        message=f"{spelt(found.atom)} {message}",
        help=help,
        statement=statement_head(sink.statement),
        handler=None if handler is None else handler.name,
        trail=(*found.origin.trail, *end),
        is_flow=True,
    )
