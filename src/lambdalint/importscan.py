"""Which project files a file's imports may load, guessed from its bytes before it is parsed.

A guess: words in strings and comments count as well, and an odd spelling may be missed.  Whoever uses it must get
along with both.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from lambdalint.link.imports import ImportResolver
from lambdalint.link.loads import import_of, statement_files
from lambdalint.source import Span
from lambdalint.summary import Import, ImportedName

_IMPORT = re.compile(
    rb"\bfrom[ \t]+(?P<module>\.*[ \t]*[\w.]*)[ \t]+import[ \t]*(?:\((?P<several>[^)]*)\)?|(?P<names>[^\n;#(]*))"
    rb"|\bimport[ \t]+(?P<plain>[^\n;#(]*)"
)
_NAMED = re.compile(  # what `link.named` reads
    rb"(?:DJANGO_SETTINGS_MODULE[\"']\s*(?:\]\s*=|,)\s*|\bROOT_URLCONF\b[^=\n]*=\s*|\binclude\(\s*(?:arg\s*=\s*)?\(?\s*)"
    rb"[\"'](?P<module>[\w.]+)[\"']|\bMIDDLEWARE\b[^=\n]*=(?P<several>[^=]*)"
)
_MEMBER = re.compile(rb"[\"']([\w.]+)\.\w+[\"']")
_NAME = re.compile(r"[\w.]+")
_NOWHERE = Span(1, 0, 1, 0)


def scan(data: bytes) -> tuple[Import, ...]:
    """The import statements that a file may hold, and one for each module that its strings name, without places."""
    named = tuple(_named(data))
    if b"import" not in data:
        return named
    if b"\\" in data:
        data = data.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")
    return (*(_statement(found) for found in _IMPORT.finditer(data)), *named)


def _named(data: bytes) -> Iterator[Import]:
    if b"DJANGO_SETTINGS_MODULE" in data or b"MIDDLEWARE" in data or b"ROOT_URLCONF" in data or b"include(" in data:
        for found in _NAMED.finditer(data):
            for name in _MEMBER.findall(found["several"]) if found["module"] is None else (found["module"],):
                yield import_of(_text(name))


def _statement(found: re.Match[bytes]) -> Import:
    plain = found["plain"]
    if plain is not None:
        return Import(_NOWHERE, None, _names(plain), 0, False)
    module = _text(found["module"]).replace(" ", "").replace("\t", "")
    name = module.lstrip(".")
    return Import(_NOWHERE, name, _names(found["several"] or found["names"] or b""), len(module) - len(name), False)


def _names(listed: bytes) -> tuple[ImportedName, ...]:
    found = dict.fromkeys(_NAME.findall(_text(listed)))
    return tuple(ImportedName(_NOWHERE, name, None, name) for name in found if name != "as")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def closure(
    files: Iterable[str], imports: ImportResolver, scanned: Callable[[str], tuple[Import, ...]]
) -> dict[str, tuple[str, ...]]:
    """For each of some files, and each file that these may import in turn, the files that it may import.

    `scanned` gives what `scan` finds in a file.
    """
    found: dict[str, tuple[str, ...]] = {}
    queue = deque(files)
    while queue:
        path = queue.popleft()
        if path in found:
            continue
        found[path] = targets(path, imports, scanned(path))
        queue.extend(found[path])
    return found


def targets(path: str, imports: ImportResolver, statements: Iterable[Import]) -> tuple[str, ...]:
    """The other Python files that a file may import by some statements."""
    found = dict.fromkeys(
        target
        for statement in statements
        for target in statement_files(imports, statement, path)
        if target.endswith(".py") and target != path
    )
    return tuple(found)
