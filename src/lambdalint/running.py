"""What handlers make run at all, once or often: memoized code and what it calls included.

`phases` says what runs on *every* invocation; a rule about code that must not run on Lambda, or that can fail there,
asks here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from lambdalint.link.graph import Graph
from lambdalint.link.model import Edge, Unit
from lambdalint.link.switches import Switches
from lambdalint.phases import HandlerPhases


class Running:
    """The units that each handler makes run, each with the edge that reaches it first."""

    def __init__(self, graph: Graph, switches: Switches, handlers: Iterable[HandlerPhases]) -> None:
        self._graph = graph
        self._switches = switches
        self.handlers = tuple(handlers)
        self._invoked: dict[int, Mapping[Unit, Edge | None]] = {}
        self._started: dict[int, Mapping[Unit, Edge | None]] = {}

    def invoked(self, phases: HandlerPhases) -> Mapping[Unit, Edge | None]:
        """What invocations run: INVOKE code, and what memoized parts of it run the first time."""
        found = self._invoked.get(id(phases))
        if found is None:
            found = self._invoked[id(phases)] = self._extend(phases.invoke)
        return found

    def started(self, phases: HandlerPhases) -> Mapping[Unit, Edge | None]:
        """What INIT runs: the loaded modules, and the functions that they call."""
        found = self._started.get(id(phases))
        if found is None:
            found = self._started[id(phases)] = self._extend(phases.init)
        return found

    def _extend(self, known: Mapping[Unit, Edge | None]) -> Mapping[Unit, Edge | None]:
        found = dict(known)
        queue = deque(known)
        while queue:
            for edge in self._graph.edges(queue.popleft()):
                unit, place = edge.site.unit, edge.site.place
                if edge.target in found or self._switches.never_run(edge.source, place.frames):
                    continue
                if not self._graph.modules[unit.path].runs(unit, place.expr.span, place.frames):
                    continue
                found[edge.target] = edge
                queue.append(edge.target)
        return found
