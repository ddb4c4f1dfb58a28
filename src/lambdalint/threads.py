"""What runs on threads of its own: functions that are handed to executors, threads and processes."""

from __future__ import annotations

from lambdalint.catalog import consumers
from lambdalint.link.model import Edge, Unit
from lambdalint.program import Program
from lambdalint.summary import Call


class _Threaded(frozenset[Unit]):
    """What runs on threads of its own, as a program keeps it."""


def changes_thread(program: Program, edge: Edge) -> bool:
    """Whether an edge hands its target to something that runs it on another thread, or in another process."""
    call = edge.site.place.expr
    if edge.kind != "callback" or not isinstance(call, Call):
        return False
    for value in program.external(call.func, edge.site.scope):
        known = consumers.find(value.path)
        method = consumers.METHODS.get(value.path.rpartition(".")[2])
        when = known.when if known is not None else method[2] if method is not None else ""
        if when in ("thread", "process"):
            return True
    return False


def threaded(program: Program) -> frozenset[Unit]:
    """The units of INVOKE code that some way to them runs on another thread than the handler's."""
    found: frozenset[Unit] | None = program.memo.get(_Threaded)
    if found is None:
        units = frozenset(program.invoke_units)
        edges = (edge for unit in units for edge in program.edges(unit) if edge.target in units)
        left = [edge.target for edge in edges if changes_thread(program, edge)]
        seen = set(left)
        while left:
            for edge in program.edges(left.pop()):
                if edge.target in units and edge.target not in seen:
                    seen.add(edge.target)
                    left.append(edge.target)
        found = program.memo[_Threaded] = _Threaded(seen)
    return found
