"""Comments and docstrings that say that a line logs something, which a line without it would make false."""

from __future__ import annotations

import re

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
_PURPOSES = terms(
    "received incoming and or of for to debugging debug purposes purpose testing monitoring we here this in into "
    "cloudwatch console stdout"
)
# A verb of logging where a sentence or a part of one begins, or a participle: not "CloudWatch logs".
_LOGS = re.compile(
    r"(?:\A|,|\b(?:and|then|to|function|handler|it))\s*(?:log|print|dump)s?\b|\b(?:logged|printed)\b", re.IGNORECASE
)
# A comment that begins by saying that an event is logged, "Now log the raw event so that …", but not "Log event type":
# the words before the verb, the verb, those before the event, and those that may follow it.
_WORD = re.compile(r"[A-Za-z']+")
_OPENERS = terms("we i first always just also only for debug debugging now then step lets let's todo note")
_VERBS = _LOGGING - {"debug", "debugging"} | terms("write writes output outputs dumping show shows")
_BEFORE = terms(
    "out the a an all our this entire whole full complete raw received incoming input original content contents "
    "lambda sqs sns s batch kafka kinesis api gateway http"
)
_BEHIND = terms(
    "in into to for so as if when here at before on using because since that which coming received from by with and or "
    "we only first delivered sent passed being"
)
_SAYS_MORE = re.compile(r"[.;!?]\s+\S|\b(?:and|then|with|before|but)\b", re.IGNORECASE)
_PAYLOADS = terms("event events context request requests payload payloads body message messages record records")


def untold(
    program: Program, sink: Sink, logged: frozenset[tuple[str, Span]], block: tuple[Stmt, ...], first: Stmt
) -> tuple[DeleteComment, ...] | None:
    """The operations that delete the comment above a log line, or above the first of those that lead up to it.

    Only one which says that the whole of something is logged, or no more than that it is; None where it says that
    an event is logged and more than that, so that it can neither go nor stay.  `block` are the statements
    beside the line, `first` the one at which to begin; `logged` are the (path, span) of the statements that log.
    """
    number = next((index for index, other in enumerate(block) if other is first), 0)
    while number and block[number - 1].span.end_row + 1 == block[number].span.row:
        if (sink.unit.path, block[number - 1].span) not in logged:
            break
        number -= 1
    deleted: list[DeleteComment] = []
    comments = {comment.row: comment for comment in program.summary(sink.unit.path).comments}
    behind = comments.get(sink.statement.span.end_row)
    if first is sink.statement and behind is not None:
        said = words_of(behind.text)
        if said & _WHOLE and names_values(said - _WHOLE - _LOGGING - _PURPOSES):
            deleted.append(_deletion(behind))
    row, above = block[number].span.row if block else 1, list[Comment]()
    while (comment := comments.get(row - 1)) is not None and not comment.is_trailing:
        row -= 1
        above.append(comment)
    if any(is_commented_out(comment.text) for comment in above):
        return tuple(deleted)
    said = {word for comment in above for word in words_of(comment.text)}
    if said & _LOGGING and (said & _WHOLE or names_values(said - _LOGGING - _PURPOSES)):
        return (*deleted, *map(_deletion, above))
    sentence = " ".join(comment.text.lstrip("#! \t") for comment in reversed(above))
    rest = _behind_payload(sentence)
    if rest is None:
        return tuple(deleted)
    return None if _SAYS_MORE.search(rest) else (*deleted, *map(_deletion, above))


def _behind_payload(sentence: str) -> str | None:
    """What a comment says behind the event that it says is logged; None where it does not begin by saying so."""
    found = list(_WORD.finditer(sentence))
    said = [word.group().lower() for word in found]
    number = next((index for index, word in enumerate(said) if word not in _OPENERS - _VERBS), len(said))
    if number == len(said) or said[number] not in _VERBS:
        return None
    for index in range(number + 1, len(said)):
        end = found[index].end()
        following = "" if index + 1 == len(said) else said[index + 1]
        is_stop = not following or sentence[end : found[index + 1].start()].strip(" '\"`/&") != ""
        if said[index] in _PAYLOADS and (is_stop or following in _BEHIND):
            return sentence[end:]
        if is_stop or said[index] not in _BEFORE | _PAYLOADS:
            return None
    return None


def _deletion(comment: Comment) -> DeleteComment:
    return DeleteComment(comment.row, comment.column, comment.column + len(comment.text))


def is_told_in_docstring(program: Program, sink: Sink) -> bool:
    """Whether the docstring of a log line's function says that it logs such a thing: "Print the event first."."""
    told = program.function(sink.unit).docstring if sink.unit.number >= 0 else None
    sentences = re.split(r"[.\n]", told or "")
    return any(_LOGS.search(said) and not words_of(said).isdisjoint(_PAYLOADS) for said in sentences)
