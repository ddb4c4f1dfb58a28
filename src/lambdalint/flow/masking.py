"""The fix that hides a value in a sink: each part that shows it is replaced by `"***"`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lambdalint.diagnostic import Fix, Operation
from lambdalint.fixes import ReplaceExpression, ReplaceField
from lambdalint.flow.sinks import Shown, Sink
from lambdalint.flow.values import Value
from lambdalint.program import make_fix
from lambdalint.summary import DictDisplay, Joined

_MASK = '"***"'


def masking_fix(sink: Sink, is_bad: Callable[[Value], bool]) -> tuple[Fix | None, str | None]:
    """A fix that masks what is bad in a sink's arguments, or why there is none."""
    operations: list[Operation] = []
    for shown in sink.shown:
        if is_bad(shown.value):
            if _is_bound(sink, shown):
                return None, "the value cannot be replaced where it stands"
            operations += _parts(shown, is_bad)
    return make_fix(f"Log `{_MASK}` in its place", False, *operations), None


def _is_bound(sink: Sink, shown: Shown) -> bool:
    """Whether an argument has to be a mapping or a sequence: unpacked, or the `extra` of a log call."""
    given = next((g for g in getattr(sink.expr, "arguments", ()) if g.value is shown.expr), None)
    if given is None:
        return True
    return bool(given.star) or (given.keyword == "extra" and not isinstance(shown.expr, DictDisplay))


def _parts(shown: Shown, is_bad: Callable[[Value], bool]) -> Iterator[Operation]:
    """The operations for the innermost parts of an expression that show something bad."""
    bad = [part for part in shown.parts if is_bad(part.value)]
    if not bad:
        yield ReplaceExpression(shown.expr.span, _MASK)
    for part in bad:
        if isinstance(shown.expr, Joined):
            yield ReplaceField(part.expr.span, "***")
        else:
            yield from _parts(part, is_bad)
