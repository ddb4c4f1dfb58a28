"""Python inside templates as modules: their made-up paths, and the way back to the template's own rows and bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from lambdalint.declared import DeclaredFunction, InlineCode
from lambdalint.source import SourceText, Span, line_starts

_UNSAFE_NAME = re.compile(r"[^\w.-]+")
# What a template or the language around it may take for its own: an escape, the end of a text, an interpolation.
_MEANINGFUL = ("\\", '"""', "'''", "`", "${", "%{", "{{", "\t")
_WHOLE_ROW = 1 << 20


@dataclass(frozen=True, slots=True)
class InlineModule:
    """The code of a template as a module; `path` is that of no file: `template.yaml#Function.py`.

    `is_certain` says that it is Python as it is deployed: then it has to parse.
    """

    path: str
    template: str
    code: InlineCode
    is_certain: bool = True

    @property
    def data(self) -> bytes:
        """The module's bytes."""
        return self.code.text.encode("utf-8", "surrogatepass")

    def place(self, span: Span, template: SourceText) -> Span:
        """A span of the code in the template."""
        row, shift = self._row(span.row, template)
        end_row, end_shift = self._row(span.end_row, template)
        end = span.end_column if span.end_column >= _WHOLE_ROW else span.end_column + end_shift
        return Span(row, span.column + shift, *max((end_row, end), (row, span.column + shift)))

    def _row(self, row: int, template: SourceText) -> tuple[int, int]:
        """The template's row for one of the code, and how far right it stands; the first row where that fails."""
        target = self.code.first_row + row - 1
        if self.code.is_exact:
            return target, self.code.indent
        lines = self.code.text.split("\n")
        line = lines[row - 1] if row <= len(lines) else ""
        found = template.line(target).find(line.strip()) if line.strip() else -1
        if found < 0:
            return self.code.first_row, 0
        return target, max(0, found - (len(line) - len(line.lstrip())))

    def placed_text(self, text: str) -> str:
        """The text of an edit with the template's indentation on each row that it begins."""
        return re.sub(r"\n(?!\n)", "\n" + " " * self.code.indent, text) if self.code.is_exact else text

    def obstacle(self) -> str | None:
        """Why nothing in the code can be fixed, None when it can."""
        return None if self.code.is_exact else "the template does not hold the code as it is written"

    def spliced(self, template: SourceText, text: str) -> str | None:
        """The template's text with other code; None when the template might read the new code otherwise.

        Rows that do not change keep their bytes, trailing blanks and line endings included.
        """
        old, new = self.code.text.split("\n"), text.split("\n")
        if any(text.count(mark) > self.code.text.count(mark) for mark in _MEANINGFUL) or not self.code.is_exact:
            return None
        newline = template.newline_at(self.code.first_row)
        pad = " " * self.code.indent
        first = self.code.first_row - 1
        head = int(self._is_shared(template, old, 0))
        tail = int(len(old) > 1 and self._is_shared(template, old, len(old) - 1))
        if head + tail > len(new) or (head and new[0].strip()) or (tail and new[-1].strip()):
            return None
        old, new, first = old[head : len(old) - tail], new[head : len(new) - tail], first + head
        parts = [template.text[: _offset(template, first)]]
        for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "equal":
                parts.append(template.text[_offset(template, first + start) : _offset(template, first + end)])
            else:
                parts += [(pad + row if row.strip() else "") + newline for row in new[new_start:new_end]]
        rest = template.text[_offset(template, first + len(old)) :]
        code = "".join(parts)
        if not rest and not template.text.endswith(("\n", "\r")):
            code = code.removesuffix(newline)
        return code + rest

    def _is_shared(self, template: SourceText, rows: list[str], number: int) -> bool:
        """Whether a blank row of the code is the template's own: that of a quote, or the one below a block."""
        row = self.code.first_row + number
        return not rows[number].strip() and row <= len(template.line_starts) and bool(template.line(row).strip())


def _offset(template: SourceText, row: int) -> int:
    """The offset of a 0-based row, the end of the text past the last."""
    return template.line_starts[row] if row < len(template.line_starts) else len(template.text)


class InlineModules:
    """The inline code of a project's functions; functions that share one text share the module."""

    def __init__(self, functions: Iterable[DeclaredFunction] = ()) -> None:
        self.by_path: dict[str, InlineModule] = {}
        self._by_place: dict[tuple[str, int, str], InlineModule] = {}
        for function in functions:
            if function.inline is not None and _is_python(function):
                self._add(function, function.inline)

    def _add(self, function: DeclaredFunction, code: InlineCode) -> None:
        key = (function.template, code.first_row, code.text)
        if key in self._by_place:
            return
        stem = f"{function.template}#{_UNSAFE_NAME.sub('_', function.name) or 'function'}"
        path, number = f"{stem}.py", 1
        while path in self.by_path:
            number += 1
            path = f"{stem}-{number}.py"
        self.by_path[path] = self._by_place[key] = InlineModule(
            path, function.template, code, code.is_exact and function.runtime is not None
        )

    def of(self, function: DeclaredFunction) -> InlineModule | None:
        """The module of a function's inline code."""
        code = function.inline
        return None if code is None else self._by_place.get((function.template, code.first_row, code.text))

    def get(self, path: str) -> InlineModule | None:
        """The module of a made-up path, None for a file's."""
        return self.by_path.get(path)


def _is_python(function: DeclaredFunction) -> bool:
    return function.runtime is None or function.runtime.startswith("python")


@lru_cache(maxsize=64)
def text_of(data: bytes) -> SourceText:
    """A template's text; it is UTF-8 where its code can be fixed, else good enough to be searched."""
    bom = data.startswith(b"\xef\xbb\xbf")
    text = (data[3:] if bom else data).decode("utf-8", "surrogateescape")
    return SourceText(text, "utf-8", bom, line_starts(text))
