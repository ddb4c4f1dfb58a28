"""Comments and docstrings that say that a line logs something, which a line without it would make false."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdalint.catalog.terms import terms
from lambdalint.fixes import DeleteComment
from lambdalint.fixes.pragmas import is_commented_out
from lambdalint.flow.log_words import names_values, words_of
from lambdalint.flow.sinks import Sink
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Comment, Stmt

# The words of a comment that says that a line logs all of something.
_LOGGING = terms("log logs logged logging print prints printing dump dumps debug debugging")
_WHOLE = terms("full whole entire complete raw")
_PURPOSES = terms("received incoming and or of for to debugging debug purposes purpose testing monitoring we here this")
# A verb of logging where a sentence or a part of one begins, or a participle: not "CloudWatch logs".
_LOGS = re.compile(
    r"(?:\A|,|\b(?:and|then|to|function|handler|it))\s*(?:log|print|dump)s?\b|\b(?:logged|printed)\b", re.IGNORECASE
)
_PAYLOADS = terms("event events context request payload body message record")


def untold(
    program: Program, sink: Sink, logged: frozenset[tuple[str, Span]], block: tuple[Stmt, ...], first: Stmt
) -> Iterator[DeleteComment]:
    """The operations that delete the comment above a log line, or above the first of those that lead up to it.

    Only one which says that the whole of something is logged, or no more than that it is.  `block` are the statements
    beside the line, `first` the one at which to begin; `logged` are the (path, span) of the statements that log.
    """
    number = next((index for index, other in enumerate(block) if other is first), 0)
    while number and block[number - 1].span.end_row + 1 == block[number].span.row:
        if (sink.unit.path, block[number - 1].span) not in logged:
            break
        number -= 1
    comments = {comment.row: comment for comment in program.summary(sink.unit.path).comments}
    behind = comments.get(sink.statement.span.end_row)
    if first is sink.statement and behind is not None:
        said = words_of(behind.text)
        if said & _WHOLE and names_values(said - _WHOLE - _LOGGING - _PURPOSES):
            yield _deletion(behind)
    row, above = block[number].span.row if block else 1, list[Comment]()
    while (comment := comments.get(row - 1)) is not None and not comment.is_trailing:
        row -= 1
        above.append(comment)
    if any(is_commented_out(comment.text) for comment in above):
        return
    said = {word for comment in above for word in words_of(comment.text)}
    if said & _LOGGING and (said & _WHOLE or names_values(said - _LOGGING - _PURPOSES)):
        yield from map(_deletion, above)


def _deletion(comment: Comment) -> DeleteComment:
    return DeleteComment(comment.row, comment.column, comment.column + len(comment.text))


def is_told_in_docstring(program: Program, sink: Sink) -> bool:
    """Whether the docstring of a log line's function says that it logs such a thing: "Print the event first."."""
    told = program.function(sink.unit).docstring if sink.unit.number >= 0 else None
    sentences = re.split(r"[.\n]", told or "")
    return any(_LOGS.search(said) and not words_of(said).isdisjoint(_PAYLOADS) for said in sentences)
