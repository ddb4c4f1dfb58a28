"""Suppression comments: what they say, what they suppress, and which of them suppress nothing.

`# noqa: LMB201` and `# lambdalint: ignore[LMB201]` on any row of a reported statement, and
`# lambdalint: file-ignore[LMB201]` above the first statement.  Codes may be in either case, names are
accepted as well, codes of other tools are left alone, and a bare `# noqa` is another tool's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from lambdalint.diagnostic import Applicability, Diagnostic, Fix
from lambdalint.fixes import DeleteComment
from lambdalint.source import Span

if TYPE_CHECKING:
    from lambdalint.declared import TemplateComment
    from lambdalint.rules.base import Rule
    from lambdalint.summary import ModuleSummary

OWN_CODE = "LMB903"
_HINT = re.compile(r"noqa|lambdalint", re.IGNORECASE)
_DIRECTIVE = re.compile(
    r"#\s*(?:noqa\s*:(?P<noqa>)|lambdalint\s*:\s*(?P<kind>file-ignore|ignore)(?![\w-])\s*(?:\[(?P<list>[^\]]*)\])?)",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"[\s,]*(?P<entry>[A-Z]+\d+|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)(?![\w-])", re.IGNORECASE)
_LISTED = re.compile(r"[^\s,]+")
_CODE = re.compile(r"LMB\d+\Z", re.IGNORECASE)
_NEXT_COMMENT = re.compile(r"(?<=\s)#(?=\s*[A-Za-z])")


class Entry(NamedTuple):
    """One code or name in a directive, at [column, end_column) of its row.

    `code` is the rule's, or the text as written where no such rule exists (then `is_rule` is False); None for
    another tool's code.
    """

    code: str | None
    is_rule: bool
    column: int
    end_column: int


class Directive(NamedTuple):
    """One suppression: the code points [column, end_column) of a row, its reason included.

    `kind` is "noqa", "ignore" or "file-ignore"; `is_effective` is False where it stands in the wrong place.
    """

    kind: str
    row: int
    column: int
    end_column: int
    entries: tuple[Entry, ...]
    is_effective: bool


class UnusedSuppression(NamedTuple):
    """A directive that, wholly or in part, suppresses nothing.

    [column, end_column) is the first unused code in it (the directive where it lists none), `codes` the unused
    ones, `unknown` those of them that no rule has; `is_whole` says that nothing of the directive is left, and
    `deletions` are the ranges of code points of the row to delete.
    """

    path: str
    row: int
    column: int
    end_column: int
    codes: tuple[str, ...]
    unknown: tuple[str, ...]
    is_whole: bool
    deletions: tuple[tuple[int, int], ...]


class Suppressions:
    """The suppressions of one file; it notes which of them were of use."""

    def __init__(self, path: str, directives: tuple[Directive, ...]) -> None:
        self.path = path
        self.directives = directives
        self._of_file = [one for one in directives if one.kind == "file-ignore" and one.is_effective]
        self._of_row: dict[int, list[Directive]] = {}
        for one in directives:
            if one.kind != "file-ignore":
                self._of_row.setdefault(one.row, []).append(one)
        self._used: set[tuple[int, int]] = set()

    def is_suppressed(self, code: str, rows: Iterable[int]) -> bool:
        """Whether a diagnostic of that code on those 1-based rows is suppressed; all that match count as used."""
        on_rows = (one for row in rows for one in self._of_row.get(row, ())) if self._of_row else iter(())
        hits = {
            (one.row, entry.column)
            for one in (*self._of_file, *on_rows)
            for entry in one.entries
            if entry.is_rule and entry.code == code
        }
        self._used |= hits
        return bool(hits)

    def unused(self, judged: frozenset[str]) -> tuple[UnusedSuppression, ...]:
        """What suppressed nothing so far, among the codes that were judged for this file and those of no rule."""
        found = (self._unused_of(one, judged) for one in self.directives)
        return tuple(one for one in found if one is not None)

    def _unused_of(self, one: Directive, judged: frozenset[str]) -> UnusedSuppression | None:
        idle = tuple(entry for entry in one.entries if self._is_idle(one, entry, judged))
        if not idle and one.entries:
            return None
        is_whole = len(idle) == len(one.entries)
        first = idle[0] if idle else one
        return UnusedSuppression(
            self.path,
            one.row,
            first.column,
            first.end_column,
            tuple(entry.code or "" for entry in idle),
            tuple(entry.code or "" for entry in idle if not entry.is_rule),
            is_whole,
            ((one.column, one.end_column),) if is_whole else tuple(_gaps(one.entries, idle)),
        )

    def _is_idle(self, one: Directive, entry: Entry, judged: frozenset[str]) -> bool:
        if entry.code is None or entry.code == OWN_CODE or (one.row, entry.column) in self._used:
            return False
        return not entry.is_rule or entry.code in judged


def rows_of(diagnostic: Diagnostic) -> tuple[int, ...]:
    """The 1-based rows on which a comment suppresses a diagnostic: those of its statement and of its span."""
    spans = (diagnostic.span, diagnostic.statement or diagnostic.span)
    return tuple(sorted({row for span in spans for row in range(span.row, span.end_row + 1)}))


def of_module(path: str, summary: ModuleSummary, rules: tuple[Rule, ...]) -> Suppressions:
    """The suppressions of a Python file; a file-ignore counts above the first statement that is no docstring."""
    body = summary.body[1:] if summary.docstring is not None else summary.body
    first = body[0].span.row if body else summary.max_row + 1
    return Suppressions(
        path,
        tuple(
            directive._replace(is_effective=directive.kind != "file-ignore" or directive.row < first)
            for comment in summary.comments
            for directive in parse(comment.row, comment.column, comment.text, rules)
        ),
    )


def of_template(path: str, comments: tuple[TemplateComment, ...], rules: tuple[Rule, ...]) -> Suppressions:
    """The suppressions of a template; a file-ignore counts where it starts its row."""
    return Suppressions(
        path,
        tuple(
            directive._replace(is_effective=directive.kind != "file-ignore" or comment.column == 0)
            for comment in comments
            if comment.path == path
            for directive in parse(comment.row, comment.column, comment.text, rules)
        ),
    )


def parse(row: int, column: int, text: str, rules: tuple[Rule, ...]) -> Iterator[Directive]:
    """The directives in one comment that starts, with its `#`, at that row and column."""
    if not _HINT.search(text):
        return
    codes = {name: rule.code for rule in rules for name in (rule.code, rule.name.upper())}
    for found in _DIRECTIVE.finditer(text):
        kind = "noqa" if found["noqa"] is not None else found["kind"].lower()
        entries = tuple(_noqa_entries(text, found.end(), codes) if kind == "noqa" else _listed(found, codes))
        if kind == "noqa" and not any(entry.code for entry in entries):
            continue
        after = _NEXT_COMMENT.search(text, max(found.end(), entries[-1].end_column if entries else 0))
        end = after.start() if after else len(text)
        moved = tuple(
            entry._replace(column=entry.column + column, end_column=entry.end_column + column) for entry in entries
        )
        yield Directive(kind, row, column + found.start(), column + end, moved, True)


def diagnose(unused: UnusedSuppression) -> Diagnostic:
    """The LMB903 diagnostic of an unused suppression, with its fix."""
    listed = ", ".join(f"`{code}`" for code in unused.codes)
    if not unused.codes:
        message = "suppression that names no rule does nothing"
    elif unused.codes == unused.unknown:
        message = f"suppression of {listed}, which no rule is called"
    else:
        message = f"suppression of {listed} is not needed"
    return Diagnostic(
        unused.path,
        Span(unused.row, unused.column, unused.row, unused.end_column),
        message,
        help="delete the comment" if unused.is_whole else "delete the code from the comment",
        fix=Fix(
            "Delete the unused suppression",
            Applicability.SAFE,
            tuple(DeleteComment(unused.row, start, end) for start, end in unused.deletions),
        ),
    )


def _noqa_entries(text: str, start: int, codes: dict[str, str]) -> Iterator[Entry]:
    """The codes after `noqa:`, up to the first word that is neither a code nor the name of a rule."""
    while found := _ENTRY.match(text, start):
        written = found["entry"]
        if "-" in written and written.upper() not in codes:
            return
        start = found.end()
        is_own = written.upper() in codes or _CODE.match(written)
        yield (
            _entry(written, codes, found.start("entry"))
            if is_own
            else Entry(None, False, found.start("entry"), found.end("entry"))
        )


def _listed(found: re.Match[str], codes: dict[str, str]) -> Iterator[Entry]:
    """The codes in the brackets of an own directive: whatever stands there is meant for us."""
    if found["list"] is not None:
        for listed in _LISTED.finditer(found.string, found.start("list"), found.end("list")):
            yield _entry(listed.group(), codes, listed.start())


def _entry(written: str, codes: dict[str, str], column: int) -> Entry:
    code = codes.get(written.upper())
    return Entry(code or written, code is not None, column, column + len(written))


def _gaps(entries: tuple[Entry, ...], idle: tuple[Entry, ...]) -> Iterator[tuple[int, int]]:
    """The ranges to delete so that only the entries that are not idle remain, separated as before."""
    start = 0
    while start < len(entries):
        end = start
        while end < len(entries) and entries[end] in idle:
            end += 1
        if end == len(entries) and end > start:
            yield entries[start - 1].end_column, entries[-1].end_column
        elif end > start:
            yield entries[start].column, entries[end].column
        start = end + 1
