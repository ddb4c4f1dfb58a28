"""Open documents, judged: findings, fixes and texts for the content that an editor holds."""

from __future__ import annotations

import difflib
import io
import itertools
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lambdalint import engine, noqa, paths
from lambdalint.config import Config
from lambdalint.config_file import load
from lambdalint.diagnostic import Applicability
from lambdalint.discovery import project_root
from lambdalint.finding import Finding
from lambdalint.rules import all_rules
from lambdalint.selection import resolve
from lambdalint.source import SourceError, SourceText, decode

CACHED = True
ALWAYS = frozenset(rule.code for rule in all_rules() if rule.always)


class TextChange(NamedTuple):
    """Replace [start, end) of a text, offsets in code points, by `content`."""

    start: int
    end: int
    content: str


@dataclass(frozen=True, slots=True)
class Document:
    """An open document: its absolute path, and its content as bytes of the encoding that it declares."""

    path: str
    data: bytes

    @classmethod
    def of(cls, path: str, text: str) -> Document:
        """A document of a text, as an editor holds it."""
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(text.encode("utf-8", "surrogatepass")).readline)
            return cls(path, text.encode(encoding))
        except (SyntaxError, LookupError, UnicodeError):
            return cls(path, text.encode("utf-8", "surrogatepass"))

    def source(self) -> SourceText | None:
        """The document's text with its rows, None where it cannot be decoded."""
        try:
            return decode(self.data)
        except SourceError:
            return None


class Judge:
    """Judges documents as `lambdalint check` would, with what is open in the place of what is on disk."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}

    def findings(self, path: str) -> tuple[Finding, ...]:
        """The findings of an open document.  Raises LambdalintError, such as for a broken configuration."""
        request = self._request(path)
        return () if request is None else engine.check(request).findings

    def fixed(self, path: str) -> bytes | None:
        """An open document with every safe fix applied; None where there is none, or a fix changes other files."""
        request = self._request(path)
        if request is None:
            return None
        fixed = engine.fix(request).fixed
        return fixed[0].after if [one.path for one in fixed] == [path] else None

    def _request(self, path: str) -> engine.Request | None:
        """What the engine is asked about an open document; None where the configuration excludes it."""
        document = self.documents.get(path)
        config = load((path,))
        if document is None or _is_excluded(path, config):
            return None
        others = tuple(
            (other.path, other.data)
            for other in self.documents.values()
            if other is not document and not _is_excluded(other.path, config)
        )
        selected = resolve(config, all_rules())
        return engine.Request((path,), config, selected, (path, document.data), 1, CACHED, open_files=others)


def _is_excluded(path: str, config: Config) -> bool:
    patterns = config.excluded
    return paths.matches(patterns, paths.relative(path, config.root or project_root(path)))


def changes_of(finding: Finding, documents: Mapping[str, Document]) -> dict[str, list[TextChange]]:
    """A finding's fix as changes of texts, by path; nothing where a text is not at hand.

    What is open counts as it is open, the rest as it is on disk.
    """
    found: dict[str, list[TextChange]] = {}
    for edit in finding.fix.edits if finding.fix is not None else ():
        source = text_at(edit.path, documents)
        if source is None:
            return {}
        start = source.offset(edit.span.row, edit.span.column)
        end = source.offset(edit.span.end_row, edit.span.end_column)
        found.setdefault(edit.path, []).append(TextChange(start, end, edit.content))
    return found


def suppression_of(finding: Finding, documents: Mapping[str, Document]) -> TextChange | None:
    """The change that silences a finding by a comment; None where none can stand."""
    source = text_at(finding.path, documents)
    if source is None or finding.code in ALWAYS:
        return None
    codes = {finding.noqa_row: (finding.code,)}
    if finding.path.endswith(".py"):
        edited = noqa.add_to_python(source, codes)
    elif finding.path.endswith((".yaml", ".yml")):
        edited = noqa.add_to_yaml(source, codes)
    else:
        return None
    return None if edited.skipped or edited.text == source.text else smallest(source.text, edited.text)


def smallest(before: str, after: str) -> TextChange:
    """The one change from a text to another, without what they share at both ends."""
    limit = min(len(before), len(after))
    start = 0
    while start < limit and before[start] == after[start]:
        start += 1
    limit -= start
    shared = 0
    while shared < limit and before[-1 - shared] == after[-1 - shared]:
        shared += 1
    return TextChange(start, len(before) - shared, after[start : len(after) - shared])


def differences(before: str, after: str) -> list[TextChange]:
    """The changes from a text to another, apart from each other where whole rows between them stay."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0, *itertools.accumulate(map(len, old))]
    found: list[TextChange] = []
    for kind, first, last, new_first, new_last in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if kind != "equal":
            change = smallest("".join(old[first:last]), "".join(new[new_first:new_last]))
            found.append(TextChange(starts[first] + change.start, starts[first] + change.end, change.content))
    return found


def text_at(path: str, documents: Mapping[str, Document]) -> SourceText | None:
    """The text of a file: of the open document, else of the disk."""
    document = documents.get(path)
    if document is not None:
        return document.source()
    try:
        with open(path, "rb") as stream:
            return Document(path, stream.read()).source()
    except OSError:
        return None


def is_safe(finding: Finding) -> bool:
    """Whether a finding has a safe fix."""
    return finding.fix is not None and finding.fix.applicability is Applicability.SAFE
