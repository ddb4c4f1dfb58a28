"""The fix that hides a value in a sink: each part that shows it is replaced by `"***"`, or the sentence ends before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from lambdalint.diagnostic import Fix, Operation
from lambdalint.fixes import RemoveArgument, ReplaceExpression, ReplaceField, Reword
from lambdalint.flow.dropping import constant_line
from lambdalint.flow.sinks import Shown, Sink
from lambdalint.flow.values import Value
from lambdalint.program import make_fix
from lambdalint.source import Span
from lambdalint.summary import Argument, Attribute, BinOp, Call, DictDisplay, Display, Expr, Joined, Literal
from lambdalint.walk import operands

_MASK = '"***"'
_PLACEHOLDER = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]")


def masking_fix(
    sink: Sink, is_bad: Callable[[Value], bool], is_itself: Callable[[Value], bool]
) -> tuple[Fix | None, str | None]:
    """A fix that masks what is bad in a sink's arguments, or why there is none.

    A mask shows where the value stood among others; a sentence that is the same each time ends before it instead.

    `is_itself` tells a value that is bad from one that holds something bad besides other things.
    """
    operations: list[Operation] = []
    if any(_holds(shown, is_bad, is_itself) for shown in sink.shown if is_bad(shown.value)):
        return None, "it holds more than that: log what is needed of it"
    shorter = constant_line(sink, is_bad)
    if shorter:
        return make_fix("Leave it out of the log line", False, *shorter), None
    inlined = _inlined(sink, is_bad)
    for shown in sink.shown:
        if is_bad(shown.value):
            if _is_bound(sink, shown):
                return None, "the value cannot be replaced where it stands"
            if not (inlined and _is_positional(sink, shown)):
                operations += _parts(shown, is_bad)
    return make_fix(f"Log `{_MASK}` in its place", False, *inlined, *operations), None


def _holds(shown: Shown, is_bad: Callable[[Value], bool], is_itself: Callable[[Value], bool]) -> bool:
    """Whether an innermost part that shows something bad is a collection of other things as well."""
    bad = [part for part in shown.parts if is_bad(part.value)]
    if bad:
        return any(_holds(part, is_bad, is_itself) for part in bad)
    return shown.value.shape in ("dict", "list") and not is_itself(shown.value)


def _is_bound(sink: Sink, shown: Shown) -> bool:
    """Whether an argument has to be a mapping or a sequence: unpacked, or the `extra` of a log call."""
    given = _argument(sink, shown)
    if given is None:
        return True
    return bool(given.star) or (given.keyword == "extra" and not isinstance(shown.expr, DictDisplay))


def _argument(sink: Sink, shown: Shown) -> Argument | None:
    return next((g for g in getattr(sink.expr, "arguments", ()) if g.value is shown.expr), None)


def _is_positional(sink: Sink, shown: Shown) -> bool:
    given = _argument(sink, shown)
    return given is not None and given.keyword is None


def _parts(shown: Shown, is_bad: Callable[[Value], bool]) -> Iterator[Operation]:
    """The operations for the innermost parts of an expression that show something bad."""
    bad = [part for part in shown.parts if is_bad(part.value)]
    if not bad:
        yield ReplaceExpression(shown.expr.span, _MASK)
    elif isinstance(shown.expr, BinOp) and shown.expr.op == "+":
        yield from _joined(shown, is_bad)
        return
    elif filled := _filled(shown.expr, bad, is_bad):
        yield from filled
        return
    for part in bad:
        if isinstance(shown.expr, Joined):
            yield ReplaceField(part.expr.span, "***")
        else:
            yield from _parts(part, is_bad)


def _filled(expr: Expr, bad: list[Shown], is_bad: Callable[[Value], bool]) -> list[Operation]:
    """The operations that put the mask into the template of `"…{}…".format(x)` or `"…%s…" % x`, and take `x` out.

    Nothing where the fields are not the arguments in their order, where a part of one only is bad, or where one of
    several operands of `%` is: then the arguments are masked.
    """
    if isinstance(expr, Call) and isinstance(expr.func, Attribute):
        template, given, style = expr.func.value, list(expr.arguments), "{}"
        values = [argument.value for argument in given if argument.keyword is None and not argument.star]
    elif isinstance(expr, BinOp) and expr.op == "%":
        template, given, style = expr.left, [], "%s"
        values = [expr.right]
        if isinstance(expr.right, Display):
            values = list(expr.right.items)
            bad = [inner for part in bad for inner in part.parts if is_bad(inner.value)]
    else:
        return []
    if any(is_bad(inner.value) for part in bad for inner in part.parts):
        return []
    text = rewordable(template, "{}")
    pieces = (text or "").split(style)
    masked = [any(part.expr is value for part in bad) for value in values]
    is_all = all(masked)
    if text is None or len(values) != len(pieces) - 1 or len(values) < len(given):
        return []
    if set("".join(pieces)) & set("{}" if style == "{}" else "%"):
        return []
    if is_all:
        return [Reword(expr.span, "***".join(pieces))]
    if style != "{}":
        return []
    ends = ["***" if is_masked else style for is_masked in masked] + [""]
    message = Reword(template.span, "".join(piece + end for piece, end in zip(pieces, ends, strict=True)))
    gone = (value for value, is_masked in zip(values, masked, strict=True) if is_masked)
    return [message, *(RemoveArgument(expr.span, value.span) for value in gone)]


def _joined(shown: Shown, is_bad: Callable[[Value], bool]) -> Iterator[Operation]:
    """The operations for what is bad in a sum of texts: a text before it takes the mask in."""
    before: dict[int, Expr] = {id(right): left for left, right in pairwise(operands(shown.expr))}
    for part in shown.parts:
        if not is_bad(part.value):
            continue
        left = before.get(id(part.expr))
        text = None if left is None else rewordable(left) or _ended_row(left)
        if left is None or text is None or any(is_bad(inner.value) for inner in part.parts):
            yield from _parts(part, is_bad)
        else:
            yield Reword(Span(*left.span[:2], *part.expr.span[2:]), f"{text}***")


def _ended_row(message: Expr) -> str | None:
    """The text, as it is written, of a string in one row which ends with the end of a line."""
    if not isinstance(message, Literal) or not isinstance(message.value, str) or not message.value.endswith("\n"):
        return None
    span, text = message.span, message.value[:-1]
    is_short = span.row == span.end_row and span.end_column - span.column == len(text) + len("\\n") + 2
    return f"{text}\\n" if is_short and text.isprintable() and not set("'\"\\{}") & set(text) else None


# --- a message with placeholders ------------------------------------------------------------------


def _inlined(sink: Sink, is_bad: Callable[[Value], bool]) -> tuple[Operation, ...]:
    """The operations that put the mask into a log message, in the place of the placeholders of what is bad.

    Nothing where the message cannot be written anew, or where a part of an argument only is bad.
    """
    call = sink.expr
    if not sink.level or not isinstance(call, Call) or any(given.star for given in call.arguments):
        return ()
    shown = {id(part.expr): part for part in sink.shown}
    positional = [a for a in call.arguments if a.keyword is None and id(a.value) in shown]
    bad = [a for a in positional[1:] if is_bad(shown[id(a.value)].value)]
    text = rewordable(positional[0].value) if bad else None
    if text is None or any(is_bad(part.value) for a in bad for part in shown[id(a.value)].parts):
        return ()
    places = list(_PLACEHOLDER.finditer(text))
    if len(places) != len(positional) - 1 or ("%%" in text and len(bad) == len(places)):
        return ()
    pieces, end = [], 0
    for place, argument in zip(places, positional[1:], strict=True):
        pieces += [text[end : place.start()], "***" if argument in bad else place.group()]
        end = place.end()
    message = Reword(positional[0].value.span, "".join((*pieces, text[end:])))
    return (message, *(RemoveArgument(call.span, a.span) for a in bad))


def rewordable(message: Expr, allowed: str = "") -> str | None:
    """The text of a message that is one string in one row, without what would have to be escaped, but for `allowed`."""
    if not isinstance(message, Literal) or not isinstance(message.value, str):
        return None
    span, text = message.span, message.value
    is_short = span.row == span.end_row and span.end_column - span.column <= len(text) + 3
    return text if is_short and text.isprintable() and not (set("'\"\\{}") - set(allowed)) & set(text) else None
