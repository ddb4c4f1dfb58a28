"""What a reader may know of the project around a template: which files and folders there are, and their text."""

from __future__ import annotations

import codecs
import os
import posixpath
from collections.abc import Callable, Iterable

from lambdalint.summary import ModuleSummary, Unparsable
from lambdalint.templates.tree import TreeError

MAX_BYTES = 1 << 20
"""A template may be this large: CloudFormation takes no larger one.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""


class Project:
    """The files of a project as the walk found them; a reader asks here and never touches the disk itself.

    `memo` holds what one reader finds out and another may use, `asked` the files whose content readers asked for.
    """

    def __init__(
        self,
        root: str,
        files: Iterable[str],
        read: Callable[[str], bytes],
        summarise: Callable[[bytes], ModuleSummary | Unparsable] | None = None,
    ) -> None:
        self.root = root.replace(os.sep, "/").rstrip("/") or "/"
        self.files = frozenset(file.replace(os.sep, "/") for file in files)
        self._read = read
        self._summarise = summarise
        self._cache: dict[str, bytes | None] = {}
        self.folders = self._ancestors()
        self.memo: dict[tuple[str, str], object] = {}
        self.asked: set[str] = set()
        self._names: dict[str, list[str]] | None = None
        self._by_name: dict[str, list[str]] | None = None

    def _ancestors(self) -> frozenset[str]:
        """Every folder that holds a file, at any depth, up to the root."""
        found = {self.root}
        for folder in {file.rpartition("/")[0] for file in self.files}:
            while folder not in found and len(folder) > len(self.root):
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    def names_in(self, folder: str) -> list[str]:
        """The names of the files that lie directly in a folder."""
        if self._names is None:
            self._names = {}
            for file in self.files:
                head, _, name = file.rpartition("/")
                self._names.setdefault(head, []).append(name)
        return self._names.get(folder, [])

    def files_named(self, name: str) -> list[str]:
        """The files of that name in any folder, sorted."""
        if self._by_name is None:
            self._by_name = {}
            for file in sorted(self.files):
                self._by_name.setdefault(posixpath.basename(file), []).append(file)
        return self._by_name.get(name, [])

    def bytes_of(self, path: str) -> bytes | None:
        """The bytes of a file of the project, None when it is none, or unreadable."""
        self.asked.add(path)
        if path not in self._cache:
            try:
                self._cache[path] = self._read(path) if path in self.files else None
            except OSError:
                self._cache[path] = None
        return self._cache[path]

    def summary(self, data: bytes) -> ModuleSummary | Unparsable:
        """The summary of Python source."""
        if self._summarise is not None:
            return self._summarise(data)
        from lambdalint.extract import extract

        return extract(data)

    def forget(self, path: str) -> None:
        """Drop the bytes that are kept of a file."""
        self._cache.pop(path, None)

    def join(self, folder: str, relative: str) -> str | None:
        """A relative path below a folder as a normal absolute path; None for an address or a bad one."""
        if "://" in relative or "\0" in relative or len(relative) > 1000:
            return None
        return posixpath.normpath(posixpath.join(folder, relative.replace("\\", "/")))

    def folder(self, base: str, relative: str) -> str | None:
        """The folder that a template names, None when the project has none there; a .py file names its folder."""
        path = self.join(base, relative)
        if path is None:
            return None
        if path in self.folders:
            return path
        return posixpath.dirname(path) if path in self.files and path.endswith(".py") else None

    def module_file(self, code_dir: str, handler: str) -> str | None:
        """The file below a code folder that a handler string such as "src/app.run" names, if it is there.

        The runtime splits at the last dot and reads the rest as a path whose dots are slashes too.
        https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
        """
        module, _, function = handler.rpartition(".")
        if not module or not function:
            return None
        for name in (module.replace(".", "/"), module):
            path = posixpath.normpath(posixpath.join(code_dir, name))
            for candidate in (f"{path}.py", f"{path}/__init__.py"):
                if candidate in self.files:
                    return candidate
        return None

    def has_module(self, code_dir: str, handler: str) -> bool:
        """Whether the file of a handler string is below a code folder."""
        return self.module_file(code_dir, handler) is not None

    def holder(self, folder: str, handler: str) -> str | None:
        """The nearest folder at or above one from which a handler string names a file that is there."""
        while len(folder) >= len(self.root):
            if self.has_module(folder, handler):
                return folder
            if folder == posixpath.dirname(folder):
                return None
            folder = posixpath.dirname(folder)
        return None

    def beside_zip(self, base: str, relative: str, handler: str) -> str | None:
        """The folder of a .zip, or that of its name beside it, when the handler's file lies there."""
        path = self.join(base, relative) if relative.endswith(".zip") else None
        for folder in (posixpath.dirname(path), path.removesuffix(".zip")) if path else ():
            if self.has_module(folder, handler):
                return folder
        return None

    def nearest(self, path: str, name: str) -> str | None:
        """The nearest folder at or above a file's that holds a file of that name."""
        folder = posixpath.dirname(path)
        while len(folder) >= len(self.root):
            if posixpath.join(folder, name) in self.files:
                return folder
            parent = posixpath.dirname(folder)
            if parent == folder:
                return None
            folder = parent
        return None


def decode_template(data: bytes) -> str:
    """The text of a template, without its BOM.  Raises TreeError when it is too large or not UTF-8 (or UTF-16)."""
    if len(data) > MAX_BYTES:
        raise TreeError(f"larger than {MAX_BYTES // 1_000_000} MB", 1)
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise TreeError("not UTF-8", data.count(b"\n", 0, error.start) + 1) from None
