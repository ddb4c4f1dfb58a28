"""The last line that a logger writes: where it says nothing but the event, something is to be left of it."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.catalog import sinks
from lambdalint.diagnostic import Fix
from lambdalint.fixes import DeleteStatement, ReplaceExpression
from lambdalint.flow.sinks import Sink
from lambdalint.link.model import External
from lambdalint.program import Program, make_fix
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, Call, Name

_SETTING_UP = frozenset(("setLevel", "addHandler", "propagate", "handlers", "level"))


def last_lines(program: Program, found: Iterable[Sink]) -> frozenset[tuple[str, Span]]:
    """Of the log calls that may go, the (path, span) of the first one of each logger that would write no other line."""
    mine: dict[tuple[str, str], list[Sink]] = {}
    for sink in found:
        name = _logger(program, sink)
        if name:
            mine.setdefault((sink.unit.path, name), []).append(sink)
    kept: set[tuple[str, Span]] = set()
    for (path, name), calls in mine.items():
        spans = [sink.expr.span for sink in calls]
        if not _is_used_otherwise(program, path, name, spans):
            kept.add((path, min(spans)))
    return frozenset(kept)


def deletes(fix: Fix, statement: Span) -> bool:
    """Whether a fix deletes a statement."""
    return any(isinstance(one, DeleteStatement) and one.statement == statement for one in fix.operations)


def last_line_fix(sink: Sink) -> Fix | None:
    """A fix that leaves a line of a log call whose one argument says nothing but the event."""
    call = sink.expr
    if not isinstance(call, Call) or len(call.arguments) != 1 or call.arguments[0].keyword is not None:
        return None
    return make_fix("Leave it out of the log line", False, ReplaceExpression(call.arguments[0].value.span, _TEXT))


_TEXT = '"Received event"'


def _logger(program: Program, sink: Sink) -> str:
    """The module's name of the logger that a log call is made on, "" for any other."""
    func = sink.expr.func if isinstance(sink.expr, Call) else None
    owner = func.value if isinstance(func, Attribute) else None
    module = program.modules[sink.unit.path]
    if not isinstance(owner, Name) or module.lookup_scope(sink.scope, owner.id) != module.scope:
        return ""
    bindings = module.table(module.scope).get(owner.id, ())
    values = program.resolve(owner, sink.scope)
    is_made = bool(values) and all(
        isinstance(value, External) and sinks.level(f"{value.path}.info") is not None for value in values
    )
    return owner.id if is_made and len(bindings) == 1 and bindings[0].kind == "value" else ""


def _is_used_otherwise(program: Program, path: str, name: str, spans: list[Span]) -> bool:
    """Whether anything but some log calls and what sets it up uses a logger."""
    module = program.modules[path]
    setting: set[Span] = set()
    used: list[Span] = []
    for unit in module.units():
        for site in module.sites(unit):
            expr, statement = site.place.expr, site.place.statement
            if isinstance(statement, Assign) and any(target is expr for target in statement.targets):
                continue
            if isinstance(expr, Attribute) and isinstance(expr.value, Name) and expr.attr in _SETTING_UP:
                setting.add(expr.value.span)
            elif isinstance(expr, Name) and expr.id == name and module.lookup_scope(site.scope, name) == module.scope:
                used.append(expr.span)
    return any(span not in setting and not any(call.contains(span) for call in spans) for span in used)
