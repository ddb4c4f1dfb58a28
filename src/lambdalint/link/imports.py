"""Which file an import means: code directories, layers, source roots, then the nearest folders that fit."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from lambdalint.summary import Import

# Packages that a deployment brings along: a folder of that name elsewhere in the project is not what is meant.
_ALWAYS_FOREIGN = frozenset(sys.stdlib_module_names) | {"boto3", "botocore", "awslambdaric"}
_FOREIGN_AFAR_NAMES = """
    PIL aioboto3 aiobotocore aiohttp anthropic attr attrs aws_cdk aws_lambda_powertools aws_xray_sdk chalice click
    cryptography dateutil django elasticsearch fastapi flask google httpx hvac jinja2 jose jsonschema jwt langchain
    mangum moto numpy openai opensearchpy pandas psycopg psycopg2 pydantic pydantic_settings pymongo pymysql pytest
    pytz redis requests sentry_sdk setuptools six slack_sdk sqlalchemy starlette stripe structlog tenacity
    typing_extensions urllib3 yaml
"""
_FOREIGN_AFAR = frozenset(_FOREIGN_AFAR_NAMES.split())


class ImportResolver:
    """Finds the project file of a dotted module name, as seen from a file of the project.

    `files` are absolute paths of all Python files; `roots_of` maps a code directory to the folders that are
    importable beside it (its layers); `source_roots` come from the configuration; `isolated` are paths of code
    that is deployed alone and imports nothing of the project.
    """

    def __init__(
        self,
        root: str,
        files: Iterable[str],
        code_dirs: Sequence[tuple[str, tuple[str, ...]]] = (),
        source_roots: Sequence[str] = (),
        isolated: Iterable[str] = (),
    ) -> None:
        self._root = root
        self._files = frozenset(files)
        self._isolated = frozenset(isolated)
        self._folders = _folders(self._files, root)
        self._code_dirs = dict(code_dirs)
        self._source_roots = tuple(source_roots)
        self._by_tail: dict[str, list[str]] | None = None
        self._roots: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[str, str], str | None] = {}
        self._names: dict[str, str] = {}
        self._folders_of: dict[str, str] = {}

    @property
    def files(self) -> frozenset[str]:
        """All Python files of the project, absolute."""
        return self._files

    def ending_with(self, tail: str) -> tuple[str, ...]:
        """The files whose path without suffix ends in `tail` (with `/`), tests left out, sorted."""
        end = os.sep + tail.replace("/", os.sep)
        found = [p for p in self._tails().get(os.path.basename(end), ()) if _stem(p).endswith(end) and not _is_test(p)]
        return tuple(found)

    def absolute(self, module: str, importer: str) -> str | None:
        """The file (or namespace folder) of an absolute module name imported by a file; None if not the project's."""
        if importer in self._isolated:
            return None
        folder = self._folders_of.get(importer)
        if folder is None:
            folder = self._folders_of[importer] = os.path.dirname(importer)
        key = (folder, module)
        if key not in self._known:
            self._known[key] = self._find(module, importer, folder)
        found = self._known[key]
        return found if found != importer else self._find(module, importer, folder, but=importer)

    def relative(self, module: str, level: int, importer: str) -> str | None:
        """The file of `from ..module import`, `level` being the number of dots (at least 1)."""
        if importer in self._isolated:
            return None
        folder = os.path.dirname(importer)
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        return self._in(folder, module) if module else self._package(folder)

    def source(self, statement: Import, importer: str) -> str | None:
        """The file (or namespace folder) that a `from` import in a file takes names from; None if not the project's."""
        module = statement.module or ""
        return self.relative(module, statement.level, importer) if statement.level else self.absolute(module, importer)

    def submodule(self, package: str, name: str) -> str | None:
        """The file of a module inside a package, which is its `__init__.py` or a namespace folder."""
        folder = os.path.dirname(package) if package.endswith(".py") else package
        if package.endswith(".py") and os.path.basename(package) != "__init__.py":
            return None
        return self._in(folder, name)

    def module_name(self, path: str) -> str:
        """The dotted name of a file below its import root, for people to read."""
        found = self._names.get(path)
        if found is None:
            found = self._names[path] = self._module_name(path)
        return found

    def _module_name(self, path: str) -> str:
        if path in self._isolated:
            return _stem(os.path.basename(path))
        for code_dir in self._code_dirs_above(path):
            return _dotted(path[len(code_dir) + 1 :])
        folder = os.path.dirname(path)
        while os.path.join(folder, "__init__.py") in self._files and folder != self._root:
            folder = os.path.dirname(folder)
        return _dotted(os.path.relpath(path, folder))

    def _find(self, module: str, importer: str, folder: str, but: str | None = None) -> str | None:
        """The file of a module; `but` is left out: no module means itself by a name that another has further up."""
        top = module.partition(".")[0]
        if top in _ALWAYS_FOREIGN:
            return None
        for base in self._bases(importer, folder):
            found = self._in(base, module)
            if found is not None and found != but:
                return found
        if top in _FOREIGN_AFAR:
            return None
        return self._afar(module, folder)

    def _bases(self, importer: str, folder: str) -> tuple[str, ...]:
        bases = self._roots.get(folder)
        if bases is None:
            declared: list[str] = []
            for code_dir in self._code_dirs_above(importer):
                declared += (code_dir, *self._code_dirs[code_dir])
            ancestors = [folder]
            while folder != self._root and len(folder) > len(self._root):
                folder = os.path.dirname(folder)
                ancestors.append(folder)
            bases = tuple(dict.fromkeys([*declared, *self._source_roots, *ancestors]))
            self._roots[os.path.dirname(importer)] = bases
        return bases

    def _code_dirs_above(self, path: str) -> Iterator[str]:
        """The code directories that a file lies in, the nearest first."""
        while (folder := path.rpartition(os.sep)[0]) and folder != path:
            if folder in self._code_dirs:
                yield folder
            path = folder

    def _in(self, base: str, module: str) -> str | None:
        stem = os.path.join(base, *module.split("."))
        for candidate in (stem + os.sep + "__init__.py", stem + ".py"):
            if candidate in self._files:
                return candidate
        return stem if stem in self._folders else None

    def _package(self, folder: str) -> str | None:
        init = os.path.join(folder, "__init__.py")
        if init in self._files:
            return init
        return folder if folder in self._folders else None

    def _afar(self, module: str, folder: str) -> str | None:
        """The nearest file elsewhere whose path ends as the module's name does; None when two are as near."""
        tail = os.sep + module.replace(".", os.sep)
        best: list[str] = []
        depth = -1
        for path in self._tails().get(module.rpartition(".")[2], ()):
            stem = _stem(path)
            if not stem.endswith(tail) or _is_test(path) or not self._is_root(stem[: -len(tail)]):
                continue
            common = len(os.path.commonpath((path, folder)))
            if common > depth:
                best, depth = [path], common
            elif common == depth:
                best.append(path)
        return best[0] if len(best) == 1 else None

    def _tails(self) -> dict[str, list[str]]:
        """The files by the last part of their dotted name, sorted."""
        if self._by_tail is None:
            self._by_tail = defaultdict(list)
            for path in sorted(self._files):
                self._by_tail[os.path.basename(_stem(path))].append(path)
        return self._by_tail

    def _is_root(self, base: str) -> bool:
        return os.path.join(base, "__init__.py") not in self._files


def _folders(files: frozenset[str], root: str) -> frozenset[str]:
    """Every folder below the root that holds Python files, directly or further down."""
    found: set[str] = set()
    for path in files:
        folder = os.path.dirname(path)
        while folder not in found and len(folder) > len(root):
            found.add(folder)
            folder = os.path.dirname(folder)
    return frozenset(found)


def _dotted(relative: str) -> str:
    return _stem(relative).replace(os.sep, ".")


def _stem(path: str) -> str:
    return path.removesuffix(".py").removesuffix(os.sep + "__init__")


def _is_test(path: str) -> bool:
    return f"{os.sep}tests{os.sep}" in path or f"{os.sep}test{os.sep}" in path
