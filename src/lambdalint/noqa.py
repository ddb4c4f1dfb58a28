"""Write suppression comments: where they may stand in a file, and how they join one that is there."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lambdalint.source import SourceText

_NOQA = re.compile(r"#\s*noqa\s*:\s*[A-Z][A-Z0-9-]*\d(?:[\s,]+[A-Z]+\d+)*", re.IGNORECASE)
_YAML_COMMENT = re.compile(r"(?:^|(?<=\s))#")
_NEWLINE = re.compile(r"\r\n?")


class NoqaEdit(NamedTuple):
    """The edited text, and the 1-based rows that could take no comment."""

    text: str
    skipped: tuple[int, ...]


class _Layout(NamedTuple):
    """The layout of a Python text.

    `blocked` are the rows that end inside a string or are continued, `last` maps a row to the last one of its
    line of code, `comments` to the column of its comment.
    """

    blocked: frozenset[int]
    last: Mapping[int, int]
    comments: Mapping[int, int]


def add_to_python(source: SourceText, codes: Mapping[int, tuple[str, ...]]) -> NoqaEdit:
    """Append `# noqa` with those codes to 1-based rows; a row that can hold none passes them to its line's last."""
    try:
        layout = _read_layout(source.text)
    except (tokenize.TokenError, SyntaxError):
        return NoqaEdit(source.text, tuple(sorted(codes)))
    moved: dict[int, list[str]] = {}
    skipped = []
    for row, listed in sorted(codes.items()):
        target = row if row not in layout.blocked else layout.last.get(row, row)
        if target in layout.blocked:
            skipped.append(row)
        else:
            moved.setdefault(target, []).extend(code for code in listed if code not in moved.get(target, ()))
    return NoqaEdit(_edit(source, moved, layout.comments), tuple(skipped))


def add_to_yaml(source: SourceText, codes: Mapping[int, tuple[str, ...]]) -> NoqaEdit:
    """Append `# noqa` to 1-based rows of a YAML template, those left out that would change what it says."""
    before = _yaml_events(source.text)
    comments: dict[int, int | None] = {
        row: found.start() for row in codes if (found := _YAML_COMMENT.search(source.line(row)))
    }
    whole = _edit(source, codes, comments)
    if before is not None and _yaml_events(whole) == before:
        return NoqaEdit(whole, ())
    accepted: dict[int, tuple[str, ...]] = {}
    for row, listed in sorted(codes.items()):
        for column in dict.fromkeys((comments.get(row), None)):
            edited = _edit(source, {**accepted, row: listed}, {**comments, row: column})
            if before is not None and _yaml_events(edited) == before:
                accepted[row], comments[row] = listed, column
                break
    return NoqaEdit(_edit(source, accepted, comments), tuple(sorted(codes.keys() - accepted.keys())))


def _edit(source: SourceText, codes: Mapping[int, Sequence[str]], comments: Mapping[int, int | None]) -> str:
    """The text with the codes at the end of their rows, or in the `noqa` comment that a row has."""
    text = source.text
    for row in sorted(codes, reverse=True):
        line, start = source.line(row), source.offset(row, 0)
        edited = _with_codes(line, comments.get(row), codes[row])
        text = text[:start] + edited + text[start + len(line) :]
    return text


def _with_codes(line: str, comment: int | None, codes: Sequence[str]) -> str:
    found = _NOQA.search(line, comment) if comment is not None else None
    if found is None:
        return f"{line.rstrip()}  # noqa: {', '.join(codes)}"
    added = [code for code in codes if code.upper() not in re.findall(r"[A-Z]+\d+", found.group().upper())]
    return line[: found.end()] + "".join(f", {code}" for code in added) + line[found.end() :]


def _yaml_events(text: str) -> list[tuple[object, ...]] | None:
    """What a YAML text says, its comments and places left out; None when it cannot be read."""
    import yaml

    try:
        return [
            (type(event), *(getattr(event, name, None) for name in ("anchor", "tag", "value", "style")))
            for event in yaml.parse(text, Loader=yaml.SafeLoader)
        ]
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _read_layout(text: str) -> _Layout:
    blocked: set[int] = set()
    last: dict[int, int] = {}
    comments: dict[int, int] = {}
    first, string_starts = 1, list[int]()
    lines = _NEWLINE.sub("\n", text)
    for token in tokenize.generate_tokens(io.StringIO(lines).readline):
        name = tokenize.tok_name[token.type]
        if name in ("FSTRING_START", "TSTRING_START"):
            string_starts.append(token.start[0])
        elif name in ("FSTRING_END", "TSTRING_END"):
            blocked.update(range(string_starts.pop(), token.end[0]))
        elif name == "STRING":
            blocked.update(range(token.start[0], token.end[0]))
        elif name == "COMMENT":
            comments[token.start[0]] = token.start[1]
        elif name == "NEWLINE":
            last.update(dict.fromkeys(range(first, token.start[0] + 1), token.start[0]))
            first = token.start[0] + 1
    for row, line in enumerate(lines.split("\n"), 1):
        if line.endswith("\\") and row not in comments:
            blocked.add(row)
    return _Layout(frozenset(blocked), last, comments)
