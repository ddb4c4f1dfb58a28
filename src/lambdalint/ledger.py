"""How a project stood when it was judged: enough to judge a part again without a look at the others.

It is believed only where everything that it was drawn up from is as it was, except for the content of some Python
files, and where these mean the same to the division of the project as before: they import the same files of the
project, may hold a handler as before, and no template was read with them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import NamedTuple

from lambdalint.cache import plain
from lambdalint.cache.contents import Contents
from lambdalint.cache.masked import declares_secret
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import digest
from lambdalint.config import Config
from lambdalint.declared import Declarations, StoredParameter
from lambdalint.discovery import Tree, read_file, settled_listing
from lambdalint.division import Part
from lambdalint.extras import Extras, OptionalPackage
from lambdalint.glance import Glance, glance
from lambdalint.importscan import scan, targets
from lambdalint.link.imports import ImportResolver
from lambdalint.lints import AnyLint, AnyLints
from lambdalint.project import Project, code_dirs_of, source_roots_of
from lambdalint.pythons import Oldest, Pythons

_Text = tuple[str, str]  # a path, and the digest of what the file holds


class Entry(NamedTuple):
    """A part as it was judged.

    `key` is that of its outcome in the cache; `texts` its templates; `digests` are those of its files, `elsewhere`
    those of them that something else than Lambda runs.  `declared` is the JSON of what templates declare in it, None
    where that must not be kept: then the part cannot be judged from here.
    """

    key: str
    files: tuple[str, ...]
    digests: tuple[str, ...]
    candidates: tuple[str, ...]
    edges: tuple[tuple[str, ...], ...]
    elsewhere: tuple[str, ...]
    texts: tuple[_Text, ...]
    declared: str | None


class Ledger(NamedTuple):
    """A project as it was judged.

    `python` are all its Python files, `code_dirs` the code directories with their layers.  `holders` are the Python
    files that may hold a handler; `replaced` is what each test puts in the place of things, `written` the parameters
    that other files write, `oldest` the oldest Python that templates declare, `extras` the packages of extras alone,
    `lints` what configurations of Ruff say of `Any`, `pythons` the oldest Pythons that metadata admits, `stored` the
    SSM parameters that templates declare;
    `deciding` are the files whose content decides about more than the part that they are in.  `common` begins the
    key of every outcome, `listings` is that of what the folders held.
    """

    common: str
    listings: str
    python: tuple[str, ...]
    code_dirs: tuple[tuple[str, tuple[str, ...]], ...]
    holders: frozenset[str]
    replaced: dict[str, tuple[str, ...]]
    written: dict[str, tuple[str, ...]]
    oldest: str
    extras: Extras
    lints: AnyLints
    pythons: Pythons
    stored: tuple[StoredParameter, ...]
    deciding: frozenset[str]
    entries: tuple[Entry, ...]

    def packed(self) -> bytes:
        """The ledger as JSON."""
        plain_data = self._replace(holders=sorted(self.holders), deciding=sorted(self.deciding))  # type: ignore[arg-type]
        return json.dumps(plain_data, separators=(",", ":")).encode()

    def with_outcomes(self, changed: dict[int, tuple[str, tuple[str, ...]]]) -> Ledger:
        """The same after some parts, by their number, were judged again: the key and the files' digests of each."""
        entries = list(self.entries)
        for number, (key, digests) in changed.items():
            entries[number] = entries[number]._replace(key=key, digests=digests)
        return self._replace(entries=tuple(entries))


def kept(cache: ProjectCache, ledger: Ledger) -> str:
    """Keep a ledger; the name of this very ledger."""
    data = ledger.packed()
    name = cache.key("ledger", digest(data))
    cache.put(name, data)
    return name


def recalled(cache: ProjectCache, name: str) -> Ledger | None:
    """The ledger of a name, as far as it is there."""
    data = cache.get(name)
    if data is None:
        return None
    try:
        common, listings, python, code_dirs, holders, *told, deciding, entries = json.loads(data)
        replaced, written, oldest, extras, lints, pythons, stored = told
        return Ledger(
            common,
            listings,
            tuple(python),
            tuple((folder, tuple(layers)) for folder, layers in code_dirs),
            frozenset(holders),
            {path: tuple(names) for path, names in replaced.items()},
            {path: tuple(names) for path, names in written.items()},
            str(oldest),
            tuple((folder, tuple(OptionalPackage(*pair) for pair in pairs)) for folder, pairs in extras),
            tuple((folder, AnyLint(bool(forbids), tuple(excused))) for folder, (forbids, excused) in lints),
            tuple((folder, Oldest(*map(str, oldest_there))) for folder, oldest_there in pythons),
            tuple(StoredParameter(str(name), bool(is_secure)) for name, is_secure in stored),
            frozenset(deciding),
            tuple(Entry(*given) for given in entries),
        )
    except (ValueError, TypeError, AttributeError):
        return None


def drawn_up(project: Project, common: str, entries: tuple[Entry, ...], cache: ProjectCache) -> Ledger:
    """The ledger of a project whose parts were judged."""
    holders: list[str] = []
    replaced: dict[str, tuple[str, ...]] = {}
    written: dict[str, tuple[str, ...]] = {}
    deciding = set(project.asked)
    for path in project.tree.python:
        seen = _seen(project.contents, path)
        if seen is None or seen.problem is not None or seen.is_template or seen.python:
            deciding.add(_slashed(path))
            continue
        if seen.may_hold_handler:
            holders.append(path)
        if seen.replaced:
            replaced[path] = seen.replaced
        if seen.written:
            written[path] = seen.written
    listed = json.dumps({} if project.listings is None else project.listings.names(), separators=(",", ":")).encode()
    listings = cache.key("listed", digest(listed))
    cache.put(listings, listed)
    return Ledger(
        common,
        listings,
        project.tree.python,
        tuple(code_dirs_of(project.declarations.functions)),
        frozenset(holders),
        replaced,
        written,
        project.oldest,
        project.extras,
        project.lints,
        project.pythons,
        project.stored,
        frozenset(deciding),
        entries,
    )


def entry_of(project: Project, part: Part, key: str, declared: str, names: frozenset[str]) -> Entry:
    """The entry of a part that was judged, with the key of the outcome and the JSON of what is declared.

    `names` are the names of secrets that the settings add.
    """
    given = part.declarations
    is_kept = not part.broken and not any(f.inline for f in given.functions) and not declares_secret(given, names)
    return Entry(
        key,
        part.files,
        tuple(map(project.digest, part.files)),
        part.candidates,
        part.edges,
        tuple(path for path in part.files if path in project.elsewhere),
        texts_of(project, part),
        declared if is_kept else None,
    )


def texts_of(project: Project, part: Part) -> tuple[_Text, ...]:
    """The templates that declare something in a part."""
    declared = part.declarations
    paths = {*(f.template for f in declared.functions), *(problem.path for problem in declared.problems)}
    return tuple((path, project.digest(path)) for path in sorted(paths))


def has_same_names(ledger: Ledger, folders: Iterable[str], config: Config, root: str, cache: ProjectCache) -> bool:
    """Whether a walk would take of some folders what it took: files are saved by way of others, which come and go."""
    if not folders:
        return True
    try:
        listed = json.loads(cache.get(ledger.listings) or b"{}")
        for folder in folders:
            found = settled_listing(folder, config.excluded, config.root or root)
            if found is None or listed.get(folder) != json.loads(json.dumps(found)):
                return False
    except (OSError, ValueError, AttributeError):
        return False
    return True


def affected(ledger: Ledger, changed: Iterable[str], project: Project) -> tuple[int, ...] | None:
    """The numbers of the parts that some changed files are in; None where more than these may have to be judged.

    The bytes of the files are read into the project, which `restored` gives.
    """
    known = frozenset(ledger.python)
    places = {path: number for number, entry in enumerate(ledger.entries) for path in entry.files}
    found: set[int] = set()
    for path in changed:
        if path not in known or _slashed(path) in ledger.deciding:
            return None
        try:
            data = project.bytes_of(path)
        except OSError:
            return None
        seen = glance(path, data, project.root)
        if seen.problem is not None or seen.is_template:
            return None
        told = (path in ledger.holders, ledger.replaced.get(path, ()), ledger.written.get(path, ()))
        if (seen.may_hold_handler, seen.replaced, seen.written) != told:
            return None
        number = places.get(path)
        if number is None:
            continue
        entry = ledger.entries[number]
        if entry.declared is None:
            return None
        before = entry.edges[entry.files.index(path)]
        if set(targets(path, project.imports, scan(data))) != set(before):
            return None
        found.add(number)
    return tuple(sorted(found))


def restored(ledger: Ledger, root: str, config: Config, cache: ProjectCache) -> Project:
    """The project of a ledger, as far as judging its parts needs it."""
    imports = ImportResolver(root, ledger.python, ledger.code_dirs, source_roots_of(config, root))
    contents = Contents(root, read_file, cache)
    project = Project(root, Tree(root, ledger.python, ()), Declarations(), imports, read_file, contents)
    project.replaced = tuple(sorted({name for names in ledger.replaced.values() for name in names}))
    project.written = tuple(sorted({name for names in ledger.written.values() for name in names}))
    project.oldest = ledger.oldest
    project.extras = ledger.extras
    project.lints = ledger.lints
    project.pythons = ledger.pythons
    project.stored = ledger.stored
    project.elsewhere = frozenset(path for entry in ledger.entries for path in entry.elsewhere)
    return project


def part_of(entry: Entry) -> Part:
    """The part of an entry that can be judged.  Raises ValueError when what it holds is damaged."""
    declared = plain.load((entry.declared or "").encode())
    if not isinstance(declared, Declarations):
        raise ValueError("no declarations")
    return Part(tuple(entry.files), declared, (), tuple(entry.candidates), tuple(map(tuple, entry.edges)))


def _seen(contents: Contents, path: str) -> Glance | None:
    try:
        return contents.of(path)
    except OSError:
        return None


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")
