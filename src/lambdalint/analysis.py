"""One project root, analysed: the program, and the sources behind its places."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from lambdalint import timing
from lambdalint.cache.contents import Contents
from lambdalint.cache.declarations import Declared, declared
from lambdalint.cache.masked import declared_secrets, secrets
from lambdalint.cache.project import ProjectCache
from lambdalint.config import Config
from lambdalint.diagnostic import Diagnostic
from lambdalint.discovery import Tree, read_file
from lambdalint.extract import extract
from lambdalint.hiding import told, unquoted
from lambdalint.inline_modules import text_of
from lambdalint.linking import link
from lambdalint.program import Program
from lambdalint.project import Project, fill, survey
from lambdalint.selection import Selection
from lambdalint.source import SourceError, SourceText, Span, decode, line_starts
from lambdalint.summaries import Summaries
from lambdalint.summary import Import, Unparsable
from lambdalint.suppression import Suppressions, diagnose, of_module, of_template, rows_of

# Queries of names and values nest up to 120 deep, at most a dozen calls each.
_RECURSION = 6_000


class Committed(NamedTuple):
    """A changed file: what it held when it was read, and what it is to hold."""

    path: str
    before: bytes
    after: bytes


class Analysis:
    """The outcome of analysing one root; `targets` are the absolute paths that were asked for."""

    def __init__(self, program: Program, targets: tuple[str, ...], overlay: dict[str, bytes]) -> None:
        self.program = program
        self.targets = targets
        self._overlay = overlay
        self._sources: dict[str, SourceText | None] = {}
        self._suppressions: dict[str, Suppressions] = {}
        self._own: dict[str, frozenset[str]] = {}
        self._secrets: dict[str, tuple[Span, ...]] = {}
        self._told: dict[str, tuple[str, ...]] = {}
        self._names = program.secret_names

    @property
    def project(self) -> Project:
        """The project that was loaded."""
        return self.program.project

    # --- sources ---

    def data(self, path: str) -> bytes:
        """The bytes of a file as they were analysed.  Raises OSError."""
        known = self.project.data.get(path)
        if known is None:
            known = self._overlay[path] if path in self._overlay else read_file(path)
        return known

    def source(self, path: str) -> SourceText:
        """The decoded text of a module of the program."""
        found = self._sources.get(path)
        if found is None:
            found = self._sources[path] = decode(self.data(path))
        return found

    def secrets(self, path: str) -> tuple[Span, ...]:
        """Where a module writes what may be a secret: no frame shows that, whatever its finding is about."""
        found = self._secrets.get(path)
        if found is None:
            # Not `get`: a module that is judged elsewhere is not asked for; what is shown of it is masked by its look.
            modules = self.program.modules
            found = self._secrets[path] = tuple(secrets(modules[path].summary, self._names)) if path in modules else ()
        return found

    def told_secrets(self, path: str) -> tuple[str, ...]:
        """The texts of the secrets that a file which people see holds, as they are written; the longest first."""
        found = self._told.get(path)
        if found is None:
            texts = [v.value or "" for v in declared_secrets(self.project.declarations, path, self._names)]
            inline = self.project.inline.by_path
            for module in (path, *(module for module, code in inline.items() if code.template == path)):
                texts += [unquoted(self.source(module).slice(span)) for span in self.secrets(module)]
            found = self._told[path] = told(texts)
        return found

    def shown_source(self, path: str) -> SourceText | None:
        """The text of any file for showing a frame; undecodable bytes are replaced, None when it cannot be read."""
        if path not in self._sources:
            try:
                data = self.data(path)
            except OSError:
                self._sources[path] = None
                return None
            try:
                self._sources[path] = decode(data)
            except SourceError:
                text = data.decode("utf-8", "replace")
                self._sources[path] = SourceText(text, "utf-8", False, line_starts(text))
        return self._sources[path]

    def place(self, path: str, span: Span) -> tuple[str, Span]:
        """The file and span that people see: for code inside a template, those of the template."""
        inline = self.project.inline.get(path)
        if inline is None:
            return path, span
        return inline.template, inline.place(span, text_of(self.data(inline.template)))

    def placed_text(self, path: str, text: str) -> str:
        """The text of an edit as it stands in the file that people see."""
        inline = self.project.inline.get(path)
        return text if inline is None else inline.placed_text(text)

    def fix_obstacle(self, path: str) -> str | None:
        """Why nothing in a module can be fixed, None when it can."""
        inline = self.project.inline.get(path)
        if inline is None:
            if path not in self.program.modules:
                return "the file is no Python module"
            return None if self.source(path).is_exact else "the file's encoding would not keep its other bytes"
        return inline.obstacle()

    def fix_order(self, path: str) -> tuple[str, int]:
        """What the files of a round are fixed in: code inside a template from its end on, so that rows stay right."""
        inline = self.project.inline.get(path)
        return (path, 0) if inline is None else (inline.template, -inline.code.first_row)

    def own_packages(self, path: str) -> frozenset[str]:
        """The top-level packages and modules that a file imports from its own project."""
        if path not in self._own:
            self._own[path] = self._own_packages(path)
        return self._own[path]

    def _own_packages(self, path: str) -> frozenset[str]:
        module, imports = self.program.modules[path], self.project.imports
        roots = {
            name.partition(".")[0]
            for unit in module.units()
            for statement, _ in module.statements(unit)
            if isinstance(statement, Import) and not statement.level
            for name in ([statement.module] if statement.module else [item.name for item in statement.names])
        }
        return frozenset(root for root in roots if imports.absolute(root, path) is not None)

    def is_valid(self, data: bytes) -> bool:
        """Whether bytes are a Python module."""
        return not isinstance(extract(data), Unparsable)

    def shown_path(self, path: str) -> str:
        """The file that people see: for code inside a template, the template."""
        inline = self.project.inline.get(path)
        return path if inline is None else inline.template

    def refusal(self, path: str, others: Collection[str]) -> str | None:
        """Why a module cannot change in one round with others: the file around it moves its rows."""
        inline = self.project.inline.get(path)
        return "the file around it changes" if inline is not None and inline.template in others else None

    def can_hold(self, path: str, after: bytes) -> bool:
        """Whether the file of a module can hold its changed bytes."""
        inline = self.project.inline.get(path)
        return inline is None or inline.spliced(text_of(self.data(inline.template)), after.decode("utf-8")) is not None

    def commit(self, path: str, after: bytes, changed: Mapping[str, bytes]) -> Committed:
        """The file to write for a changed module that can be held.

        `changed` are the files that this round changed already: a template that holds several modules, from its end.
        """
        inline = self.project.inline.get(path)
        if inline is None:
            return Committed(path, self.data(path), after)
        before = self.data(inline.template)
        template = text_of(changed.get(inline.template, before))
        text = inline.spliced(template, after.decode("utf-8"))
        return Committed(inline.template, before, before if text is None else template.encode(text))

    # --- suppression ---

    def suppressions(self, path: str) -> Suppressions:
        """The suppressions of a file."""
        found = self._suppressions.get(path)
        if found is None:
            from lambdalint.rules import all_rules

            module = self.program.modules.get(path)
            if module is not None:
                found = of_module(path, module.summary, all_rules())
            else:
                found = of_template(path, self.project.declarations.comments, all_rules())
            self._suppressions[path] = found
        return found

    def is_suppressed(self, code: str, diagnostic: Diagnostic) -> bool:
        """Whether a comment suppresses a diagnostic; the comment counts as used."""
        return self.suppressions(diagnostic.path).is_suppressed(code, rows_of(self._clipped(diagnostic)))

    def _clipped(self, diagnostic: Diagnostic) -> Diagnostic:
        """A diagnostic whose statement ends no later than the file does."""
        return diagnostic

    def unused_suppressions(self, selection: Selection) -> list[Diagnostic]:
        """A diagnostic for each comment that suppresses nothing; asked last."""
        paths = {*self.program.modules, *(comment.path for comment in self.project.declarations.comments)}
        return [
            diagnose(unused)
            for path in sorted(paths)
            for unused in self.suppressions(path).unused(selection.judged(self.shown_path(path)))
        ]

    def sort_key(self, diagnostic: Diagnostic) -> tuple[str, Span]:
        """What findings are sorted by: path and place."""
        return self.place(diagnostic.path, diagnostic.span)


def analyse(
    root: str,
    targets: tuple[str, ...],
    config: Config,
    overlay: dict[str, bytes],
    summaries: Summaries,
) -> Analysis:
    """Load and link the project at a root (absolute)."""
    project = explore(root, targets, config, overlay, summaries)
    return complete(project, targets, config, overlay, summaries)


def explore(
    root: str,
    targets: tuple[str, ...],
    config: Config,
    overlay: dict[str, bytes],
    summaries: Summaries,
    cache: ProjectCache | None = None,
) -> Project:
    """What there is at a root before anything is summarised."""
    _allow_depth()
    kept = cache or ProjectCache(None)

    def declarations(tree: Tree, read: Callable[[str], bytes], contents: Contents) -> Declared:
        with timing.stage("templates"):
            return declared(root, (*tree.python, *tree.other), config, read, summaries, kept, contents)

    keep = [target for target in targets if target in overlay or os.path.isfile(target)]
    return survey(root, config, summaries, declarations, kept, overlay, keep)


def _allow_depth() -> None:
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))


def complete(
    project: Project, targets: tuple[str, ...], config: Config, overlay: dict[str, bytes], summaries: Summaries
) -> Analysis:
    """Summarise and link what was explored."""
    _allow_depth()
    fill(project, summaries)
    with timing.stage("link"):
        program = link(project, config)
    return Analysis(program, targets, overlay)
