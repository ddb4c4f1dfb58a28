"""What the runtime and the frameworks pass: which parameters hold an event, a context or a part of a request."""

from __future__ import annotations

import re
from itertools import pairwise

from lambdalint.catalog import handlers as known
from lambdalint.link.graph import Graph
from lambdalint.link.model import ClassValue, FunctionValue, Unit
from lambdalint.phases import HandlerPhases
from lambdalint.summary import Call, Function, Literal, Parameter
from lambdalint.walk import dotted


def entries(graph: Graph, handlers: tuple[HandlerPhases, ...]) -> dict[tuple[Unit, str], str]:
    """The kind of each parameter that an entry point is called with: event, context, arguments, request or field."""
    found: dict[tuple[Unit, str], str] = {}
    for phases in handlers:
        own = {phases.handler.unit, *_wrappers(graph, phases.handler.unit)}
        for unit, edge in phases.invoke.items():
            if edge is None and unit.number >= 0:
                function = graph.modules[unit.path].function(unit.number)
                if unit in own:
                    found.update({(unit, name): kind for name, kind in _of_handler(graph, unit, function)})
                else:
                    for name, kind in _of_route(graph, unit, function):
                        found.setdefault((unit, name), kind)
    return found


def _wrappers(graph: Graph, unit: Unit) -> set[Unit]:
    if unit.number < 0:
        return set()
    return {Unit(w.path, w.number) for w in graph.resolver.wrappers(*unit)}


def _own_parameters(graph: Graph, unit: Unit, function: Function) -> list[Parameter]:
    """The parameters without a method's own object."""
    parameters = [p for p in function.parameters if p.kind in ("positional-only", "positional")]
    if function.cls >= 0 and parameters:
        if "staticmethod" not in graph.resolver.decorator_paths(FunctionValue(unit.path, unit.number)):
            return parameters[1:]
    return parameters


def _of_handler(graph: Graph, unit: Unit, function: Function) -> list[tuple[str, str]]:
    parameters = _own_parameters(graph, unit, function)
    found: list[tuple[str, str]] = []
    pair = next(
        ((one, two) for one, two in pairwise(parameters) if known.is_handler_pair(one.name, two.name)),
        None,
    )
    if pair is None and len(parameters) >= 2:
        pair = (parameters[0], parameters[1])
        if function.decorators and _is_object(graph, unit, parameters[0]):
            return [(parameters[0].name, "field"), (parameters[1].name, "context")]
    if pair is not None:
        found += [(pair[0].name, "event"), (pair[1].name, "context")]
    elif len(parameters) == 1:
        found.append((parameters[0].name, "event"))
    else:
        found += [(p.name, "arguments") for p in function.parameters if p.kind == "var-positional"]
    return found


def _is_object(graph: Graph, unit: Unit, parameter: Parameter) -> bool:
    """Whether a parameter is annotated with a class of the project: a decorator makes such an object of the event."""
    if parameter.annotation is None:
        return False
    values = graph.resolver.resolve(parameter.annotation, graph.modules[unit.path].scope)
    classes = [value for value in values if isinstance(value, ClassValue)]
    ancestors = [one for cls in classes for one in graph.resolver.ancestry(cls) if not isinstance(one, ClassValue)]
    return bool(classes) and not any(one.path.rpartition(".")[2] in ("dict", "TypedDict") for one in ancestors)


def _of_route(graph: Graph, unit: Unit, function: Function) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for parameter in (*_own_parameters(graph, unit, function), *_keyword_only(function)):
        if _is_in_path(function, parameter.name):
            if _is_untrusted(parameter):
                found.append((parameter.name, "field"))
        elif known.is_event_name(parameter.name):
            found.append((parameter.name, "event"))
        elif known.is_context_name(parameter.name):
            found.append((parameter.name, "context"))
        elif parameter.name in ("request", "req"):
            found.append((parameter.name, "request"))
        elif _is_untrusted(parameter):
            found.append((parameter.name, "field"))
    return found


def _is_in_path(function: Function, name: str) -> bool:
    """Whether a route's path has a parameter of a name: `"/events/{event}"`, `"/events/<string:event>"`."""
    spelt = re.compile(rf"\{{{re.escape(name)}[}}:]|<(?:\w+:)?{re.escape(name)}>")
    calls = (decorator for decorator in function.decorators if isinstance(decorator, Call))
    paths = (given.value.value for call in calls for given in call.arguments if isinstance(given.value, Literal))
    return any(isinstance(path, str) and spelt.search(path) for path in paths)


def _keyword_only(function: Function) -> list[Parameter]:
    return [p for p in function.parameters if p.kind == "keyword-only"]


def _is_untrusted(parameter: Parameter) -> bool:
    """Whether a route's parameter is free text: no dependency, and no number, identifier or model by its annotation."""
    default = parameter.default
    if isinstance(default, Call) and (dotted(default.func) or "").rpartition(".")[2] in known.DEPENDENCIES:
        return False
    if parameter.annotation is None:
        return True
    return (dotted(parameter.annotation) or "").rpartition(".")[2] in ("str", "bytes", "dict")
