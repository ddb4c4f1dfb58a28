"""From a loaded project to the program: resolution, call graph, handlers and phases, in that order."""

from __future__ import annotations

from lambdalint.caching import CacheKinds
from lambdalint.catalog.caches import DURABLE_DECORATORS
from lambdalint.config import Config
from lambdalint.frameworks import EntryPoints
from lambdalint.link.graph import Graph
from lambdalint.link.model import FunctionValue, Unit
from lambdalint.link.resolve import Resolver
from lambdalint.phases import Phases
from lambdalint.program import Program
from lambdalint.project import Project
from lambdalint.shapes import HandlerFinder, drop_helpers


def link(project: Project, config: Config) -> Program:
    """Link a project's modules into the program that rules query."""
    resolver = Resolver(project.imports, project.modules.get)
    graph = Graph(resolver, project.modules)
    caches = CacheKinds(resolver, config.cache_decorators)
    entry_points = EntryPoints(graph)
    durable = _durable_units(graph)
    candidates = HandlerFinder(project, config, graph).find()
    phases = Phases(project.modules, graph, candidates, caches.condition, entry_points.of)
    handlers = drop_helpers(candidates, {p.handler.unit: frozenset(p.invoke) for p in phases.handlers}, graph)
    if len(handlers) != len(candidates):
        phases = Phases(project.modules, graph, handlers, caches.condition, entry_points.of)
    roots = {unit for p in phases.handlers for unit, edge in p.invoke.items() if edge is None}
    return Program(project, config, graph, handlers, phases, caches, sorted(roots), durable)


def _durable_units(graph: Graph) -> frozenset[Unit]:
    """Functions that a durable-execution runtime replays, with the functions nested in them."""
    found: set[Unit] = set()
    for path, module in graph.modules.items():
        for function in module.summary.functions:
            outer = Unit(path, function.outer)
            if outer in found:
                found.add(Unit(path, function.number))
            elif function.decorators:
                paths = graph.resolver.decorator_paths(FunctionValue(module.path, function.number))
                if any(name.removesuffix("()") in DURABLE_DECORATORS for name in paths):
                    found.add(Unit(path, function.number))
    return frozenset(found)
