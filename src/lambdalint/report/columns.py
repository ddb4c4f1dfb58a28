"""Columns that count UTF-16 code units, as SARIF's readers and editors do."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.source import SourceError, SourceText, decode

Read = Callable[[str], "bytes | None"]


def nothing(path: str) -> bytes | None:
    """A reader for which no file can be read: columns then count code points."""
    return None


class Utf16Columns:
    """Converts columns of files, whose bytes `read` gives; what cannot be read or decoded counts code points."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._sources: dict[str, SourceText | None] = {}

    def column(self, path: str, row: int, column: int) -> int:
        """The 0-based UTF-16 column of a 1-based row and a 0-based column in code points."""
        source = self._source(path)
        if source is None:
            return column
        return column + sum(character > "\uffff" for character in source.line(row)[:column])

    def _source(self, path: str) -> SourceText | None:
        """The text of a file, None also where all its characters are of one code unit."""
        if path not in self._sources:
            data = self._read(path)
            source = None
            if data is not None and not data.isascii():
                try:
                    source = decode(data)
                except SourceError:
                    source = None
            is_wide = source is not None and max(source.text, default="") > "\uffff"
            self._sources[path] = source if is_wide else None
        return self._sources[path]
