"""A project in memory: its files, what its templates declare, and the summaries of the modules that matter."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lambdalint import templates, timing
from lambdalint.cache.contents import Contents
from lambdalint.cache.declarations import Declared
from lambdalint.cache.listings import Listings
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import digest
from lambdalint.config import Config
from lambdalint.declared import Declarations, DeclaredFunction, StoredParameter
from lambdalint.discovery import Tree, ignored_by_git, is_test, read_file, walk
from lambdalint.extras import Extras, extras_of
from lambdalint.importscan import closure, scan
from lambdalint.inline_modules import InlineModules
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.imports import ImportResolver
from lambdalint.link.loads import imported_files
from lambdalint.lints import AnyLints, any_lints
from lambdalint.parameter_names import top_folder, written_names
from lambdalint.pythons import Pythons, pythons_of, tested, version_of, workflows
from lambdalint.summaries import Summaries
from lambdalint.summary import Import, Unparsable

_PYTHON = re.compile(r"python(\d+\.\d+)\Z")


@dataclass(slots=True)
class Project:
    """What is known of a project before linking.

    `modules` are the summaries of candidate files and of what they import; `broken` the files that could not be
    read or parsed; `data` the bytes of files that were read; `candidates` the files that may hold a handler;
    `read` gives the bytes of a file, or raises OSError; `contents` are the files at a glance; `inline` the code
    inside templates, whose modules have paths of no file; `replaced` what the tests put in the place of things,
    sorted, as `lambdalint.patches` finds it, and `written` the parameters that the code writes, as
    `lambdalint.parameter_names` does; `oldest` the oldest Python 3 that templates or their code name, 2
    where they name no other, or ""; `extras` are the packages that metadata names in extras alone, as
    `lambdalint.extras` finds them, `lints` what configurations of Ruff say of `Any`, as `lambdalint.lints` does,
    `pythons` the oldest Pythons that metadata admits, as `lambdalint.pythons` does;
    `stored` the SSM parameters that templates declare;
    `scanned` the imports that files seem to hold; `elsewhere` the files that something other than Lambda runs, and
    that nobody declares or configures for it; `asked` the files besides templates whose content decides about what is
    declared; `listings` what is remembered of folders.
    """

    root: str
    tree: Tree
    declarations: Declarations
    imports: ImportResolver
    read: Callable[[str], bytes]
    contents: Contents
    modules: dict[str, ModuleIndex] = field(default_factory=dict)
    broken: dict[str, Unparsable] = field(default_factory=dict)
    data: dict[str, bytes] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()
    inline: InlineModules = field(default_factory=InlineModules)
    replaced: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    oldest: str = ""
    extras: Extras = ()
    lints: AnyLints = ()
    pythons: Pythons = ()
    stored: tuple[StoredParameter, ...] = ()
    scanned: dict[str, tuple[Import, ...]] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    listings: Listings | None = None

    @property
    def told(self) -> tuple[object, ...]:
        """What files and templates tell that counts for every part of the project."""
        return self.replaced, self.written, self.oldest, self.extras, self.lints, self.pythons, self.stored

    def bytes_of(self, path: str) -> bytes:
        """The bytes of a file, read once.  Raises OSError."""
        found = self.data.get(path)
        if found is None:
            found = self.data[path] = self.read(path)
        return found

    def digest(self, path: str) -> str:
        """The digest of a file's bytes as they were read, else as they were at a glance; empty where they cannot be."""
        if path in self.data:
            return digest(self.data[path])
        try:
            return self.contents.digest(path)
        except OSError:
            return ""

    def size(self, path: str) -> int:
        """How many bytes a file has, 0 where it cannot be read."""
        if path in self.data:
            return len(self.data[path])
        try:
            return self.contents.of(path).size
        except OSError:
            return 0


def survey(
    root: str,
    config: Config,
    summaries: Summaries,
    read_declarations: Callable[[Tree, Callable[[str], bytes], Contents], Declared],
    cache: ProjectCache,
    overlay: dict[str, bytes] | None = None,
    keep: Iterable[str] = (),
) -> Project:
    """Walk a root, read its templates, and find the files that may hold a handler; nothing is summarised yet.

    `overlay` gives files other bytes than those on disk (standard input); `keep` are files that are analysed
    even where they are excluded.
    """
    overlay = overlay or {}

    def read(path: str) -> bytes:
        return overlay[path] if path in overlay else read_file(path)

    with timing.stage("walk"):
        excluded = config.excluded
        listings = Listings(root, (excluded, config.root), cache) if cache.is_kept else None
        tree = walk(root, excluded, (*keep, *overlay), config.root, listings)
        if listings is not None:
            listings.save()
    source_roots = source_roots_of(config, root)
    imports = ImportResolver(root, tree.python, (), source_roots)
    contents = Contents(root, read, cache, frozenset(overlay))
    project = Project(root, tree, Declarations(), imports, read, contents, listings=listings)
    with timing.stage("scan"):
        if summaries.jobs > 1:
            looked = (*tree.python, *templates.candidates(root, tree.other, config.templates or None))
            contents.ahead(looked, summaries.run)
        wanted = _scan(project, config, set(keep) | set(overlay))
    project.declarations, project.asked = read_declarations(tree, read, contents)
    project.stored = project.declarations.parameters
    contents.save()
    project.extras = extras_of(tree.other, project.bytes_of)
    project.lints = any_lints(tree.other, project.bytes_of)
    scripts = [path for path in tree.python if os.path.basename(path) == "setup.py"]
    project.asked = project.asked.union(scripts)
    project.pythons = pythons_of((*tree.other, *scripts), project.bytes_of)
    code_dirs = code_dirs_of(project.declarations.functions)
    project.inline = InlineModules(f for f in project.declarations.functions if not is_test(f.template, project.root))
    project.written = tuple(sorted({*project.written, *_written_inline(project)}))
    declared_pythons = set(map(python_of, project.declarations.functions)) - {""}
    named_pythons = (*filter(_is_third, declared_pythons), *project.declarations.pythons, project.oldest)
    # Where one function runs on Python 3, what is left of Python 2 says nothing of the others.
    project.oldest = min(filter(None, named_pythons), default=min(declared_pythons, default=""), key=version_of)
    if not project.oldest:
        looked = workflows(root)
        project.asked = project.asked.union(looked)
        project.oldest = min((found for path in looked for found in tested(path, read)), default="", key=version_of)
    project.imports = ImportResolver(root, tree.python, code_dirs, source_roots, project.inline.by_path)
    declared = _declared_files(project.declarations, project)
    others = {script.path for script in project.declarations.scripts} - declared
    patterns = _configured_modules(config)
    project.elsewhere = frozenset(p for p in others if not _is_configured(p, patterns, config.root or root))
    wanted |= declared
    wanted |= _inline_files(project)
    project.candidates = tuple(sorted(wanted))
    return project


def guess_imports(project: Project, files: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For some files, and all that these seem to import, the files that each seems to import; their bytes are read."""

    def scanned(path: str) -> tuple[Import, ...]:
        found = project.scanned.get(path)
        if found is None:
            data = b""
            if path not in project.broken:
                with contextlib.suppress(OSError):
                    data = project.bytes_of(path)
            found = project.scanned[path] = scan(data)
        return found

    return closure(sorted(files), project.imports, scanned)


def _scan(project: Project, config: Config, keep: set[str]) -> set[str]:
    """Look at every file once: those that may hold a handler, and a finding for each that cannot be decoded."""
    found: list[str] = []
    replaced: set[str] = set()
    written: set[str] = set()
    pythons: set[str] = set()
    patterns = _configured_modules(config)
    for folder, reason in project.tree.unlisted:
        project.broken[folder] = Unparsable("LMB902", reason, 1, 0)
    for path in project.tree.python:
        try:
            seen = project.contents.of(path)
        except FileNotFoundError:  # removed meanwhile
            continue
        except OSError as error:
            project.broken[path] = Unparsable("LMB902", error.strerror or str(error), 1, 0)
            continue
        if seen.problem is not None:
            project.broken[path] = Unparsable("LMB902", *seen.problem, 0)
            continue
        replaced.update(seen.replaced)
        if is_test(path, project.root):
            continue
        written.update(seen.written)
        if seen.python:
            pythons.add(seen.python)
        if seen.may_hold_handler or (patterns and _is_configured(path, patterns, config.root or project.root)):
            found.append(path)
    project.replaced = tuple(sorted(replaced))
    project.written = tuple(sorted(written))
    project.oldest = min(pythons, default="", key=version_of)
    ignored = ignored_by_git(project.root, [*found, *project.broken])
    for path in ignored - keep:
        project.broken.pop(path, None)
    return {path for path in found if path not in ignored or path in keep}


def _configured_modules(config: Config) -> tuple[str, ...]:
    return tuple(entry.partition(":")[0] for entry in config.handlers)


def _is_configured(path: str, patterns: tuple[str, ...], root: str) -> bool:
    """Whether the `handlers` setting may mean a file: by glob, or by dotted module name."""
    from lambdalint.paths import matches, relative

    short = relative(path, root)
    dotted = short.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    return any(dotted == p or dotted.endswith("." + p) or matches((p,), short) for p in patterns)


def source_roots_of(config: Config, root: str) -> list[str]:
    """The absolute folders that the configuration names as import roots."""
    return [os.path.join(config.root or root, entry) for entry in config.source_roots]


def code_dirs_of(functions: Iterable[DeclaredFunction]) -> list[tuple[str, tuple[str, ...]]]:
    """The code directories of functions, sorted, each with the folders that are importable beside it: its layers."""
    found: dict[str, dict[str, None]] = {}
    for function in functions:
        if function.code_dir is not None:
            layers = found.setdefault(function.code_dir, {})
            for layer in function.layers:
                layers[os.path.join(layer, "python")] = None
                layers[layer] = None
    return [(folder, tuple(layers)) for folder, layers in sorted(found.items())]


def _forgive(project: Project, imported: set[str]) -> None:
    """Inline code that may be no Python, and code that no Lambda function runs as it is, is no broken file."""
    spared = project.elsewhere - imported
    for path, module in project.inline.by_path.items():
        if not module.is_certain:
            project.broken.pop(path, None)
    for path, problem in list(project.broken.items()):
        if problem.code == "LMB901" and (path in spared or _is_of_scaffold(project, path)):
            del project.broken[path]


def _is_of_scaffold(project: Project, path: str) -> bool:
    from lambdalint.templates.markup import is_scaffold

    return is_scaffold(path, project.data.get(path, b"").decode("utf-8", "replace"))


def python_of(function: DeclaredFunction) -> str:
    """The version of Python that a function runs on, such as "3.8"; "" where it is not known."""
    found = _PYTHON.match(function.runtime or "")
    return "" if found is None else found[1]


def _is_third(python: str) -> bool:
    return python.startswith("3.")


def _written_inline(project: Project) -> Iterator[str]:
    for path, module in project.inline.by_path.items():
        yield from written_names(module.data, top_folder(path, project.root), may_hold_handler=True)


def _inline_files(project: Project) -> set[str]:
    """The made-up paths of code inside templates, with its bytes."""
    for path, module in project.inline.by_path.items():
        project.data[path] = module.data
    return set(project.inline.by_path)


def _declared_files(declarations: Declarations, project: Project) -> set[str]:
    """The files of declared handlers that exist in the project."""
    known = set(project.tree.python)
    found = set()
    for function in declarations.functions:
        for path in declared_paths(function, project):
            if path in known:
                found.add(path)
    return found


def declared_paths(function: DeclaredFunction, project: Project) -> tuple[str, ...]:
    """The files that a declared handler's module may be, the likeliest first; they exist."""
    module, _, attribute = function.handler.rpartition(".")
    if not module or not attribute:
        return ()
    if function.inline is not None:
        inline = project.inline.of(function)
        return () if inline is None else (inline.path,)
    tail = module.replace(".", "/").strip("/")
    known = project.imports.files
    if function.code_dir is not None:
        stem = os.path.join(function.code_dir, *tail.split("/"))
        return tuple(p for p in (stem + ".py", os.path.join(stem, "__init__.py")) if p in known)
    found = project.imports.ending_with(tail)
    return found if len(found) == 1 else ()


def fill(project: Project, summaries: Summaries) -> None:
    """Summarise a project's candidates and, wave by wave, what they import."""
    known = project.imports.files
    wave = sorted(project.candidates)
    seen: set[str] = set(wave)
    imported: set[str] = set()
    while wave:
        batch = [(path, data) for path in wave if (data := _bytes_of(project, path)) is not None]
        for (path, _), summary in zip(batch, summaries.many(batch), strict=True):
            if isinstance(summary, Unparsable):
                project.broken[path] = summary
                continue
            project.modules[path] = ModuleIndex(path, summary)
        following: set[str] = set()
        for path in wave:
            module = project.modules.get(path)
            if module is not None:
                following.update(imported_files(project.imports, module))
        imported |= following
        wave = sorted((following & known) - seen)
        seen.update(wave)
    _forgive(project, imported)


def _bytes_of(project: Project, path: str) -> bytes | None:
    if path in project.broken:
        return None
    try:
        return project.bytes_of(path)
    except FileNotFoundError:  # removed meanwhile
        return None
    except OSError as error:
        project.broken[path] = Unparsable("LMB902", error.strerror or str(error), 1, 0)
        return None
