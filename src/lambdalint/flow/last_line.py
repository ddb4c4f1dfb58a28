"""The last line that a logger writes: where all of them would go, something is to be left of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lambdalint.diagnostic import Fix, Operation
from lambdalint.fixes import DeleteStatement, RemoveArgument, ReplaceExpression
from lambdalint.flow.log_comments import untold
from lambdalint.flow.log_neighbours import block_of
from lambdalint.flow.payloads import WHOLE
from lambdalint.flow.sinks import Sink
from lambdalint.link.model import Scope
from lambdalint.program import Program, make_fix
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, Call, Name, Raise
from lambdalint.unread import drop_of, is_reached_for

_SETTING_UP = frozenset(
    ("setLevel", "addHandler", "removeHandler", "hasHandlers", "propagate", "handlers", "level", "disabled")
)


def last_lines(
    program: Program, found: Iterable[tuple[Sink, str, Fix]], logged: frozenset[tuple[str, Span]]
) -> Mapping[tuple[str, Span], Fix | None]:
    """The fixes that leave a line of one log call of each logger that would be left without use, by (path, span).

    None stands for one that would leave a comment which is no longer true.
    `found` are log calls, what of the event each one shows, and the fixes that delete it or leave something out of it;
    `logged` are the (path, span) of the statements that log.
    """
    gone: dict[str, list[Span]] = {}
    mine: dict[tuple[Scope, str], list[tuple[Sink, str, Fix]]] = {}
    for sink, label, fix in found:
        deleted = [operation.statement for operation in fix.operations if isinstance(operation, DeleteStatement)]
        gone.setdefault(sink.unit.path, []).extend(deleted)
        logger = _logger(program, sink)
        if logger is not None and sink.statement.span in deleted and not _leads_to_failure(program, sink):
            mine.setdefault(logger, []).append((sink, label, fix))
    kept: dict[tuple[str, Span], Fix | None] = {}
    for (scope, name), calls in mine.items():
        if not _is_used(program, scope, name, gone[scope.path]):
            sink, label, fix = min(calls, key=lambda call: (call[1] != WHOLE, call[0].span))
            kept[(scope.path, sink.span)] = _leaving_a_line(program, sink, label, fix, logged)
    return kept


def _leaving_a_line(
    program: Program, sink: Sink, label: str, fix: Fix, logged: frozenset[tuple[str, Span]]
) -> Fix | None:
    """A fix that deletes a log call's statement, made one that leaves a text there, which holds wherever it stands."""
    others = [
        one for one in fix.operations if not (isinstance(one, DeleteStatement) and one.statement == sink.statement.span)
    ]
    call = sink.expr
    shown = {id(part.expr) for part in sink.shown}
    given = [one for one in call.arguments if id(one.value) in shown] if isinstance(call, Call) else []
    text = '"Received record"' if label.startswith("a ") else '"Received event"'
    left: list[Operation] = [ReplaceExpression(given[0].value.span, text)]
    left += (RemoveArgument(call.span, one.span) for one in given[1:])
    stale = () if others else untold(program, sink, logged, block_of(program, sink), sink.statement)
    return None if stale is None else make_fix("Leave it out of the log line", False, *others, *left, *stale)


def _leads_to_failure(program: Program, sink: Sink) -> bool:
    """Whether a log call stands in a block that ends by raising: what is raised tells more than a text would."""
    block = block_of(program, sink)
    return bool(block) and isinstance(block[-1], Raise)


def _logger(program: Program, sink: Sink) -> tuple[Scope, str] | None:
    """The scope and name of the module-level logger that a log call is made on, None for any other.

    One whose import goes with its last use is none.
    """
    func = sink.expr.func if isinstance(sink.expr, Call) else None
    owner = func.value if isinstance(func, Attribute) else None
    module = program.modules[sink.unit.path]
    if not isinstance(owner, Name) or module.lookup_scope(sink.scope, owner.id) != module.scope:
        return None
    bindings = module.table(module.scope).get(owner.id, ())
    is_bound = bool(bindings) and all(binding.kind in ("value", "import") for binding in bindings)
    return (module.scope, owner.id) if is_bound and drop_of(program, sink.scope, owner.id) is None else None


def _is_used(program: Program, scope: Scope, name: str, gone: list[Span]) -> bool:
    """Whether anything uses a module's logger but what sets it up and statements that go."""
    module = program.modules[scope.path]
    if is_reached_for(program, module, name):
        return True
    setting: set[Span] = set()
    used: list[Span] = []
    for unit in module.units():
        for site in module.sites(unit):
            expr, statement = site.place.expr, site.place.statement
            if isinstance(expr, Attribute) and isinstance(expr.value, Name) and expr.attr in _SETTING_UP:
                setting.add(expr.value.span)
            elif isinstance(expr, Name) and expr.id == name and module.lookup_scope(site.scope, name) == module.scope:
                is_made = isinstance(statement, Assign) and any(target is expr for target in statement.targets)
                used += () if is_made else (expr.span,)
    return any(span not in setting and not any(one.contains(span) for one in gone) for span in used)
