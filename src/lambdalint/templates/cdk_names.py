"""What the names of a CDK program stand for: constants, folders, files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from typing import NamedTuple

from lambdalint.templates.project import Project
from lambdalint.templates.tree import Call, Joined, Mapping, Node, Reference, Scalar, items

_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_JOINS = frozenset({"join", "resolve", "path", "joinpath", "/", "normalize"})
_SAME = frozenset({"abspath", "realpath", "str", "fspath", "resolve", "absolute", "as_posix", "normpath", "expanduser"})
_MAX_DEPTH = 16
_MAX_LENGTH = 2000
"""Characters of a path; names that hang on others many times would make longer ones."""


def snake(name: str) -> str:
    """A camel-case name of the TypeScript library as its Python library spells it."""
    return _CAPITAL.sub(r"_\1", name).lower()


def method(node: Node | None) -> str:
    """The last part of a call's dotted name in snake case, "" for anything else."""
    return snake(node.name.rpartition(".")[2]) if isinstance(node, Call) else ""


class Names(NamedTuple):
    """The names of one file that are bound once.

    `constants` are bound by an assignment, `defaults` are parameters with a default value, `imports` give the
    dotted thing that an imported name is, in the Python library's spelling.  `paths` remembers what was found.
    """

    file: str
    app: str
    constants: MappingType[str, Node]
    defaults: MappingType[str, Node]
    imports: MappingType[str, str]
    paths: dict[str, str | None]

    def qualified(self, name: str) -> str:
        """A dotted name with its first part replaced by what it was imported as."""
        head, dot, rest = name.partition(".")
        return f"{self.imports[head]}{dot}{rest}" if head in self.imports else name

    def resolve(self, node: Node | None, depth: int = 0) -> Node | None:
        """The expression that a name is bound to, any other node as it is."""
        while isinstance(node, Reference) and depth < _MAX_DEPTH and node.name in self.constants:
            node, depth = self.constants[node.name], depth + 1
        return node

    def text(self, node: Node | None) -> str | None:
        """The text of a literal or of a constant, or of such put together."""
        found = self.resolve(node)
        if isinstance(found, Joined):
            resolved = (self.resolve(part) for part in found.parts)
            return self._within(part.value if isinstance(part, Scalar) else None for part in resolved)
        return found.value if isinstance(found, Scalar) else None

    def path(self, node: Node | None, depth: int = 0) -> str | None:
        """The path that an expression gives, relative ones from where the app runs; None when it is not known."""
        if not isinstance(node, Reference):
            return self._path(node, depth)
        if node.name not in self.paths:
            self.paths[node.name] = None  # for a name that hangs on itself
            self.paths[node.name] = self._path(self.resolve(node), depth)
        return self.paths[node.name]

    def _path(self, found: Node | None, depth: int) -> str | None:
        if depth > _MAX_DEPTH:
            return None
        if isinstance(found, Scalar):
            return found.value
        if isinstance(found, Reference):
            if found.name in {"__file__", "__filename"}:
                return self.file
            if found.name == "__dirname":
                return posixpath.dirname(self.file)
            return self.path(self.defaults[found.name], depth + 1) if found.name in self.defaults else None
        if isinstance(found, Joined):
            return self._within(self.path(part, depth + 1) for part in found.parts)
        return self._called(found, depth) if isinstance(found, Call) else None

    @staticmethod
    def _within(parts: Iterable[str | None]) -> str | None:
        """Known parts put together, unless they grow too long."""
        joined = ""
        for part in parts:
            if part is None or len(joined) + len(part) > _MAX_LENGTH:
                return None
            joined += part
        return joined

    def _called(self, call: Call, depth: int) -> str | None:
        name = method(call) or call.name
        if name in {"getcwd", "cwd"}:
            return "."
        plain = [argument for argument in call.arguments if not isinstance(argument, Mapping)]
        paths = [self.path(argument, depth + 1) for argument in plain]
        if not paths or paths[0] is None or self._within(path or "" for path in paths) is None:
            return None
        if name in {"dirname", "parent"} and len(paths) == 1:
            return posixpath.dirname(paths[0])
        if name in _SAME and len(paths) == 1:
            return paths[0]
        if name in _JOINS and None not in paths:
            return posixpath.normpath(posixpath.join(*(path or "" for path in paths)))
        return None

    def folder(self, node: Node | None, project: Project) -> str | None:
        """The folder that an expression names: from the app's folder, else from the file's."""
        path = self.path(node)
        if path is None:
            return None
        for base in (self.app, posixpath.dirname(self.file)):
            found = project.folder(base, path)
            if found is not None:
                return found
        return None

    def beside_zip(self, node: Node | None, handler: str, project: Project) -> str | None:
        """The folder of a .zip in which, or beside which, the handler's file lies."""
        path = self.path(node) or ""
        bases = (self.app, posixpath.dirname(self.file))
        return next((found for base in bases if (found := project.beside_zip(base, path, handler))), None)


def keywords(call: Call) -> Mapping | None:
    """The map of a call's keyword arguments, or its last argument that is one."""
    last = call.arguments[-1] if call.arguments else None
    return last if isinstance(last, Mapping) else None


def argument(call: Call, key: str, position: int) -> Node | None:
    """An argument of a call by its name, else at a place."""
    named = keywords(call)
    for entry in named.entries if named else ():
        if snake(entry.key.value) == key:
            return entry.value
    plain = [item for item in call.arguments if item is not named]
    return plain[position] if position < len(plain) else None


def words(node: Node | None, names: Names) -> list[str]:
    """The texts of a list of literals."""
    return [text for item in items(names.resolve(node)) if (text := names.text(item)) is not None]
