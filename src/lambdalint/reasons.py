"""Comments by which code gives a reason for standing where it stands: what a fix would contradict is not moved."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Set
from typing import NamedTuple

from lambdalint.catalog.terms import terms
from lambdalint.link.model import Unit
from lambdalint.program import Program
from lambdalint.summary import Assign, Comment, Import, Stmt, Try
from lambdalint.walk import Frame

_WORD = re.compile(r"[A-Za-z]+")
# Words by which a comment speaks of an import, or of the cost of one.
_OF_IMPORTS = terms(
    "import imports imported importing load loads loaded loading lazy lazily dependency dependencies module extra",
    "circular cycle cycles cyclic optional heavy slow",
)
_OF_ALL = terms("imports these both all them")
_CODE = re.compile(r"#\s*(?:import\s+[\w.]+(?:\s+as\s+\w+)?(?:\s*,.*)?\s*$|from\s+[\w.]+\s+import\s)")
# What gives a reason for an import's place, beside a word of the first kind.
_REASON = re.compile(
    r"\b(?:lazy|lazily|circular|cyclic|cycles?|defer(?:red|s)?|heavy|slow|expensive|optional|cold.start|start-?up"
    r"|avoids?|so that|because|unless|until|only|needed|need|requires?|costs?|keeps? .*(?:out|small|minimal|narrow)"
    r"|not (?:always )?available|not at (?:the )?(?:module|top)|mock|patch|tests?)\b",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:lazy|lazily|circular|cyclic|cycles?|defer(?:red|s)?|heavy|slow|expensive|optional|here|local|locally"
    r"|cold.start|function.level|only|in(?:side)? (?:a|the|this) function)\b",
    re.IGNORECASE,
)
# What says of a whole module or function that it has no imports, or that they stand where they are needed.
_NO_IMPORTS = re.compile(
    r"\bimport[- ]free\b|\b(?:no|without) (?:[\w-]+ )?imports? (?:here|at|in this)\b", re.IGNORECASE
)
_LATE = r"(?:lazy|lazily|local|locally|late|deferred|delayed|inline|in(?:side)? (?:the |each |their )?functions?)"
_IMPORTS_LATE = re.compile(
    rf"\b{_LATE}[- ](?:[\w-]+ )?import(?:s|ed|ing)?\b"
    rf"|\bimport(?:ed|ing) (?:(?:only|deliberately|intentionally) )?{_LATE}\b"
    rf"|\bimports? (?:(?:is|are|be|stays?|kept|done|happens?|only|deliberately|intentionally) )+{_LATE}\b"
    r"|\bavoid(?:s|ed|ing)? (?:[\w-]+ )?(?:circular|cyclic|heavy|expensive)(?: [\w-]+)? (?:imports?|dependenc\w+)\b"
    r"|\bimport\w*\b.*\bcold[- ]starts?\b|\bcold[- ]starts?\b.*\bimport\w*\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
# What gives a reason for making an object, or for fetching a value, on each invocation.
_ANEW = re.compile(
    r"\b(?:not (?:at )?(?:the )?module.level|(?:can|could|might|may) (?:be )?(?:rotated?|changed?|expired?)"
    r"|fresh|stale|thread.?safe|not (?:be )?(?:cached?|shared|reused?)"
    r"|(?:do not|don't|never|avoid|without) cach(?:e|ing)"
    r"|(?:each|every|per) (?:invocation|time|call|request|thread|event|run)|rather than once)\b",
    re.IGNORECASE,
)


_OBJECTS = re.compile(r"\b(?:clients?|resources?|sessions?|connections?)\b", re.IGNORECASE)


def tells_why_here(program: Program, unit: Unit, statement: Import) -> bool:
    """Whether a comment, or a docstring around it, gives a reason for an import to stand in its function.

    "Local import" gives none; "imported here to avoid a cycle" does, and speaks for the imports directly below too
    unless it names the one that it stands above.
    """
    if _told_at_top(program, unit.path, statement) or _told_by_docstring(program, unit, statement):
        return True
    found = _comments(program, unit, statement, Import)
    if _gives_reason(found.behind):
        return True
    if isinstance(found.top, Import) and found.top is not statement and not _speaks_for_all(found.above, found.top):
        return _gives_reason(found.above) and _names(found.above, statement)
    return _gives_reason(found.above or _above_try(program, unit, found.top))


def tells_why_elsewhere(program: Program, unit: Unit, statement: Import) -> bool:
    """Whether a comment in another function of the file gives a reason for an import from the same module there."""
    module = program.modules[unit.path]
    return any(
        isinstance(found, Import)
        and found.module is not None
        and (found.module, found.level) == (statement.module, statement.level)
        and tells_why_here(program, other, found)
        for other in module.units()
        if other.number >= 0 and other != unit
        for found, _ in module.statements(other)
    )


def _names(texts: list[str], statement: Import) -> bool:
    """Whether comments name a module that an import is from, by its last part, or a name that it takes."""
    modules = [statement.module] if statement.module else [item.name for item in statement.names]
    named = {word for name in modules for word in _words(name.rpartition(".")[2])}
    return not named.isdisjoint({word for text in texts for word in _words(text)})


def _above_try(program: Program, unit: Unit, statement: Stmt) -> list[str]:
    """The comments above the `try` that a statement begins."""
    frames = next((around for other, around in program.statements(unit) if other is statement), ())
    node = frames[-1].node if frames else None
    if not isinstance(node, Try) or frames[-1].branch != "body" or node.body[0] is not statement:
        return []
    return _directly_above(program, unit.path, node.span.row)


def _directly_above(program: Program, path: str, row: int) -> list[str]:
    """The comments directly above a row, in order."""
    comments = {comment.row: comment for comment in program.summary(path).comments}
    above: list[str] = []
    while (comment := comments.get(row - 1)) is not None and not comment.is_trailing:
        row -= 1
        above.insert(0, comment.text)
    return above


def stands_below_code(program: Program, unit: Unit, statement: Import) -> bool:
    """Whether an import stands directly below one that is commented out."""
    found = _comments(program, unit, statement, Import)
    return found.top is statement and any(_CODE.match(text) for text in found.above)


def _told_at_top(program: Program, path: str, statement: Import) -> bool:
    """Whether a comment of the module itself tells why an import stands in a function: of this one, or of all.

    Of the standard library only one that is named is meant, unless there are to be none at all.
    """
    for texts in _paragraphs(program.summary(path).comments):
        said = " ".join(text.lstrip("# ") for text in texts)
        if _NO_IMPORTS.search(said):
            return True
        is_late = _IMPORTS_LATE.search(said) is not None
        if not is_late and not _gives_reason(texts):
            continue
        if _is_named(said, statement):
            return True
        if not _is_standard(statement) and (is_late or "imports" in _words(said)) and "`" not in said:
            return True
    return False


def _told_by_docstring(program: Program, unit: Unit, statement: Import) -> bool:
    """Whether the docstring of the module, or of a function around an import, says why imports stand where they do.

    Of the standard library only one that is named is meant, unless there are to be none at all.
    """
    told = [program.summary(unit.path).docstring]
    number = unit.number
    while number >= 0:
        function = program.function(Unit(unit.path, number))
        told.append(function.docstring)
        number = function.outer
    for sentence in (sentence for text in told for sentence in _SENTENCE.split(text or "")):
        said = " ".join(re.sub(r"[*_](imports?)[*_]", r"\1", sentence).split())
        if _NO_IMPORTS.search(said):
            return True
        is_of_all = "`" not in said and not _is_standard(statement)
        if _IMPORTS_LATE.search(said) and (is_of_all or _is_named(said, statement)):
            return True
    return False


def _is_standard(statement: Import) -> bool:
    """Whether all that an import loads is of the standard library."""
    modules = [statement.module] if statement.module else [item.name for item in statement.names]
    return not statement.level and all((name or "").partition(".")[0] in sys.stdlib_module_names for name in modules)


def _is_named(said: str, statement: Import) -> bool:
    """Whether a text spells a module that an import is from, or a name that it takes."""
    named = {statement.module or "", *(item.name for item in statement.names)} - {""}
    return any(re.search(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)", said) for name in named)


def _paragraphs(comments: tuple[Comment, ...]) -> Iterator[list[str]]:
    """The comments at the left margin, those of rows that follow each other together."""
    row, texts = 0, list[str]()
    for comment in comments:
        if comment.column or comment.is_trailing:
            continue
        if comment.row != row + 1 and texts:
            yield texts
            texts = []
        texts.append(comment.text)
        row = comment.row
    if texts:
        yield texts


def _gives_reason(texts: list[str]) -> bool:
    """Whether two rows of a comment that follow each other speak of an import and its place, and some row of why."""
    if not _REASON.search(" ".join(text.lstrip("# ") for text in texts)):
        return False
    pairs = [f"{one} {other}" for one, other in zip(texts, [*texts[1:], ""], strict=True)]
    return any(_words(pair) & _OF_IMPORTS and _PLACED.search(pair) for pair in pairs)


def _speaks_for_all(texts: list[str], top: Import) -> bool:
    """Whether comments above an import speak for those below it as well."""
    said = {word for text in texts for word in _words(text)}
    named = {word for item in top.names for word in _words(f"{top.module or ''} {item.name}")}
    return bool(said & _OF_ALL) or not said & named


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def tells_why_anew(program: Program, unit: Unit, statement: Stmt) -> bool:
    """Whether a comment gives a reason for a statement to do its work on each invocation."""
    found = _comments(program, unit, statement, Assign)
    return any(map(_ANEW.search, (*found.above, *found.behind)))


def docstring_tells_why_anew(program: Program, unit: Unit) -> bool:
    """Whether a function's docstring says that what it gives is new each time: "Return a fresh client"."""
    told = program.function(unit).docstring
    return told is not None and _ANEW.search(told) is not None


def docstring_tells_of_own(program: Program, unit: Unit) -> bool:
    """Whether a row of a function's docstring says that it makes a client anew: "Creates its own client per call"."""
    rows = (program.function(unit).docstring or "").splitlines()
    return any(_ANEW.search(row) and _OBJECTS.search(row) for row in rows)


class _Comments(NamedTuple):
    """The comments above a statement and behind it; `top` is the statement that those above stand above."""

    above: list[str]
    behind: list[str]
    top: Stmt


def _comments(program: Program, unit: Unit, statement: Stmt, kind: type[Stmt]) -> _Comments:
    """The comments directly above a statement, or above those of a kind that it directly follows, and behind it."""
    comments = {comment.row: comment for comment in program.summary(unit.path).comments}
    span = statement.span
    behind = [comments[row].text for row in range(span.row, span.end_row + 1) if row in comments]
    top = _top(program.statements(unit), statement, kind, comments.keys())
    return _Comments(_directly_above(program, unit.path, top.span.row), behind, top)


def _top(
    found: tuple[tuple[Stmt, tuple[Frame, ...]], ...], statement: Stmt, kind: type[Stmt], comments: Set[int]
) -> Stmt:
    """The first of the statements of a kind that stand directly above one another, down to a given one.

    Imports may have a blank row between them, which sets their groups apart.
    """
    frames = next((around for other, around in found if other is statement), ())
    ends = {other.span.end_row: other for other, around in found if around == frames and type(other) is kind}
    while True:
        row = statement.span.row - 1
        above = ends.get(row)
        if above is None and kind is Import and row not in comments:
            above = ends.get(row - 1)
        if above is None:
            return statement
        statement = above
