"""The files of a project: where its root is, which Python files it has, and which of them may hold a handler."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from lambdalint.cache.facts import note_existence, note_file, note_folder, observer
from lambdalint.cache.listings import Listing, Listings
from lambdalint.catalog import distributions
from lambdalint.paths import matching, open_regular, read_regular, relative

_PRUNED_NAMES = """
    .git .hg .svn .tox .nox .venv venv env node_modules __pycache__ .aws-sam .serverless .terraform .mypy_cache
    .pytest_cache .ruff_cache .lambdalint_cache .eggs site-packages __pypackages__ .idea .vscode bower_components
"""
_PRUNED = frozenset(_PRUNED_NAMES.split())
_TEST_FOLDERS = frozenset(("test", "tests", "testing", "unit_tests", "integration_tests", "e2e"))
MAX_BYTES = 4_000_000
_MARKS = (
    b"Mangum", b"apig_wsgi", b"serverless_wsgi", b"awsgi", b"aws_wsgi", b"LambdaContext", b"Chalice(",
    b"lambda_handler", b"inject_lambda_context", b"capture_lambda_handler", b"event_source", b"event_parser",
    # Who calls something that looks like a handler from another cloud's function takes it away.
    b"functions_framework", b"firebase_functions", b"azure.functions", b"azure.durable_functions",
)  # fmt: skip
# What makes an object or a function a handler; and programs with pages, which take away what they call.
_BESIDE_HANDLERS = (b"__call__", b"partial(", b".resolve", b"streamlit", b"gradio", b"chainlit")
_ROOT_DEF = re.compile(
    rb"(?:^|\r|\A\xef\xbb\xbf)(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(\s*(?:self\s*,\s*)?\w*(?:event|evt)\w*\s*[,:=)]",
    re.MULTILINE | re.IGNORECASE,
)
_KNOWN = frozenset(name + suffix for name in distributions.TOP_LEVELS for suffix in ("", ".py"))
_VERSION = re.compile(rb"^(?:__version__\s*[:=]|from\s+\S+\s+import\s+.*\b__version__\b)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tree:
    """What a walk found: absolute paths, sorted; `python` without vendored packages, `other` all other files.

    `unlisted` are the folders that could not be listed, each with the system's reason.
    """

    root: str
    python: tuple[str, ...]
    other: tuple[str, ...]
    unlisted: tuple[tuple[str, str], ...] = ()


def project_root(target: str, config_root: str | None = None) -> str:
    """The folder that is analysed around a target (absolute path): its git work tree, else the folder of its
    configuration, else the working directory when the target lies in it, else the target's own folder.
    """
    folder = target if os.path.isdir(target) else os.path.dirname(target)
    current = folder
    while True:
        note_existence(os.path.join(current, ".git"))
        if os.path.exists(os.path.join(current, ".git")):
            return current
        parent = os.path.dirname(current)
        if parent == current:
            break
        current = parent
    if config_root is not None:
        return config_root
    here = os.getcwd()
    return here if folder == here or folder.startswith(here.rstrip(os.sep) + os.sep) else folder


def walk(
    root: str,
    exclude: Sequence[str] = (),
    keep: Iterable[str] = (),
    base: str | None = None,
    listings: Listings | None = None,
) -> Tree:
    """Walk a folder; links to folders are not followed, pruned folders and vendored packages left out.

    `exclude` are glob patterns relative to `base`, or to the root without one; `keep` are absolute paths that are
    taken all the same; `listings` may know what is in a folder.
    """
    python: list[str] = []
    other: list[str] = []
    unlisted: list[tuple[str, str]] = []
    stack = [root]
    patterns = tuple(exclude)
    while stack:
        folder = stack.pop()
        found = None if listings is None else listings.of(folder)
        if found is None:
            try:
                found, is_settled = _listed(folder, patterns, base or root, asks=listings is not None)
            except (FileNotFoundError, NotADirectoryError):  # removed meanwhile
                continue
            except OSError as error:
                unlisted.append((folder, error.strerror or str(error)))
                continue
            if listings is not None and is_settled:
                listings.keep(folder, found)
        prefix = folder if folder.endswith(os.sep) else folder + os.sep
        if found.has_ignores:
            note_file(prefix + ".gitignore")
        stack += [prefix + name for name in found.folders]
        python += [prefix + name for name in found.python]
        other += [prefix + name for name in found.other]
    kept = {path for path in keep if path.endswith(".py")}
    return Tree(root, tuple(sorted({*python, *kept})), tuple(sorted(other)), tuple(sorted(unlisted)))


def settled_listing(folder: str, exclude: Sequence[str], base: str) -> Listing | None:
    """What a walk takes of a folder, None where more than the names in it decides about that.  Raises OSError."""
    found, is_settled = _listed(folder, tuple(exclude), base, asks=True)
    return found if is_settled else None


def _listed(folder: str, patterns: tuple[str, ...], base: str, *, asks: bool) -> tuple[Listing, bool]:
    """What a walk takes of a folder, and when asked whether it takes the same as long as no name comes or goes.

    That is not so where links are among it, and where packages may be installed.  Raises OSError.
    """
    note_folder(folder)
    with os.scandir(folder) as scan:
        entries = {entry.name: entry for entry in scan}
    left_out = _vendored(folder, entries)
    if patterns:
        left_out |= matching(patterns, lambda: relative(folder + os.sep, base), entries.keys())
    folders: list[str] = []
    python: list[str] = []
    other: list[str] = []
    has_links = False
    for name in sorted(entries.keys() - left_out if left_out else entries):
        entry = entries[name]
        has_links = has_links or (asks and entry.is_symlink())
        if entry.is_dir(follow_symlinks=False):
            if name not in _PRUNED and not name.endswith((".egg-info", ".dist-info")):
                folders.append(name)
        elif _is_file(entry):
            (python if name.endswith(".py") else other).append(name)
        elif entry.is_symlink():
            note_existence(entry.path)
    is_settled = asks and not has_links and not _may_be_vendored(folder, entries.keys())
    return Listing(tuple(folders), tuple(python), tuple(other), ".gitignore" in entries), is_settled


def _may_be_vendored(folder: str, names: Set[str]) -> bool:
    """Whether what `_vendored` says of a folder may hang on what is in its files and folders."""
    is_vendor = os.path.basename(folder) in distributions.VENDOR_FOLDERS
    return is_vendor or not _KNOWN.isdisjoint(names) or any(n.endswith((".dist-info", ".egg-info")) for n in names)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a file or a link to one; a link that leads in a circle or where nobody may look is none."""
    try:
        return entry.is_file(follow_symlinks=True)
    except OSError:
        return False


def _vendored(folder: str, entries: Mapping[str, os.DirEntry[str]]) -> set[str]:
    """The names in a folder that belong to packages installed into it: those that a `*.dist-info` beside them lists.

    A folder with a `pyvenv.cfg` is a virtual environment: all of it is left out.
    """
    names = set(entries)
    if "pyvenv.cfg" in names:
        return names
    found: set[str] = set()
    for name in names:
        if name.endswith((".dist-info", ".egg-info")) and entries[name].is_dir(follow_symlinks=False):
            found |= _installed(entries[name].path, names)
    if os.path.basename(folder) in distributions.VENDOR_FOLDERS or not _KNOWN.isdisjoint(names):
        found.update(name for name, entry in entries.items() if _is_foreign(folder, names, entry))
    return found


def _is_foreign(folder: str, names: set[str], entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a well-known distribution's package or module, copied without its `*.dist-info`.

    It has a known name and states its version, or lies in a folder for other people's code and has one of both.  A
    distribution's own source, which `pyproject.toml` or its kin stands beside, is none.
    """
    is_vendor = os.path.basename(folder) in distributions.VENDOR_FOLDERS
    is_known = entry.name.removesuffix(".py") in distributions.TOP_LEVELS
    if not (is_vendor or is_known) or not names.isdisjoint(distributions.SOURCE_MARKS):
        return False
    above = os.path.dirname(folder)
    if os.path.basename(folder) == "src" and any(_exists(os.path.join(above, m)) for m in distributions.SOURCE_MARKS):
        return False
    if is_vendor and is_known:
        return True
    if not entry.is_dir(follow_symlinks=False):
        return entry.name.endswith(".py") and _states_version(entry.path)
    return _states_version(os.path.join(entry.path, "__init__.py")) or any(
        _exists(os.path.join(entry.path, name)) for name in distributions.VERSION_FILES
    )


def _exists(path: str) -> bool:
    note_existence(path)
    return os.path.isfile(path)


def _states_version(path: str) -> bool:
    """Whether a module binds `__version__` at its top level."""
    note_file(path)
    try:
        with open(path, "rb", opener=open_regular) as file:
            return _VERSION.search(file.read(200_000)) is not None
    except OSError:
        return False


def _installed(info: str, names: set[str]) -> set[str]:
    stem = os.path.basename(info).rpartition(".")[0].partition("-")[0]
    found = {name for name in names if name.removesuffix(".py").lower() == stem.lower().replace("-", "_")}
    for listing in ("RECORD", "top_level.txt", "SOURCES.txt"):
        note_file(os.path.join(info, listing))
        try:
            with open(os.path.join(info, listing), encoding="utf-8", errors="replace", opener=open_regular) as file:
                lines = file.read(2_000_000).splitlines()
        except OSError:
            continue
        tops = {re.split(r"[/,]", line, maxsplit=1)[0].strip() for line in lines}
        found |= {name for name in names if name in tops or name.removesuffix(".py") in tops}
    return found


# A stand-in for a program, such as `HandlerStub.py`.
_STUB = re.compile(r"(?:_s|(?<=[a-z])S)tub\.py$")


def is_test(path: str, root: str) -> bool:
    """Whether a file is a test by its name or its folder below the root."""
    parts = relative(path, root).split("/")
    name = parts[-1]
    if name.startswith("test_") or name.endswith(("_test.py", "_tests.py")) or name in ("conftest.py", "tests.py"):
        return True
    if _STUB.search(name):
        return True
    return any(part in _TEST_FOLDERS for part in parts[:-1])


def is_in_layer(path: str, root: str) -> bool:
    """Whether a file lies where a layer keeps its Python code: in a folder `python` below one named after a layer.

    https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html (2026-11-29)
    """
    parts = relative(path, root).lower().split("/")[:-1]
    return "python" in parts and any("layer" in part for part in parts[: parts.index("python")])


def may_hold_handler(data: bytes) -> bool:
    """Whether a file's bytes may define a handler, or say that something else runs what looks like one: an
    over-approximation by searching.
    """
    if any(mark in data for mark in _MARKS):
        return True
    if b"def " in data and (b"event" in data or b"evt" in data or b"Event" in data) and _ROOT_DEF.search(data):
        return True
    return b"handler" in data and any(mark in data for mark in _BESIDE_HANDLERS)


def ignored_by_git(root: str, paths: Sequence[str]) -> frozenset[str]:
    """Those of some absolute paths that git ignores; empty outside a git work tree or without git."""
    if not paths or not os.path.exists(os.path.join(root, ".git")):
        return frozenset()
    if observer() is not None:
        _note_ignore_files(root)
    answer = _git(root, "check-ignore", "--no-index", "-z", "--stdin", given=b"\0".join(map(os.fsencode, paths)))
    ignored = frozenset(os.fsdecode(path) for path in answer.split(b"\0") if path)
    return ignored - _tracked(root, ignored)


# The work tree may be anybody's, and the settings in its `.git` too: none of them may start a program or a transfer.
# https://git-scm.com/docs/git-config (core.fsmonitor, core.hooksPath, protocol.allow)
_NO_PROGRAMS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "protocol.allow=never")


def _git(root: str, *arguments: str, given: bytes = b"") -> bytes:
    """What git prints to a question about a work tree; nothing where it is missing, fails or takes too long."""
    import subprocess

    command = ["git", *[word for setting in _NO_PROGRAMS for word in ("-c", setting)], "-C", root, *arguments]
    environment = os.environ | {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return subprocess.run(
            command, input=given, capture_output=True, check=False, timeout=60, env=environment
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return b""


def _note_ignore_files(root: str) -> None:
    """Note what decides about ignored files besides the `.gitignore` files, which are noted where they are met."""
    home = os.path.expanduser("~")
    settings = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    own = os.path.join(root, ".git")
    for path in (
        os.path.join(own, "config"),
        os.path.join(own, "info", "exclude"),
        os.path.join(home, ".gitconfig"),
        os.path.join(settings, "git", "config"),
        os.path.join(settings, "git", "ignore"),
        "/etc/gitconfig",
    ):
        note_file(path)
    facts = observer()
    if facts is None:
        return
    if not os.path.isdir(own):  # a linked work tree, whose settings lie elsewhere
        facts.doubt()
    if named := os.fsdecode(_git(root, "config", "--type=path", "--get", "core.excludesFile")).strip():
        note_file(named)


def _tracked(root: str, paths: frozenset[str]) -> frozenset[str]:
    """Files that git tracks although a pattern ignores them: they are part of the project."""
    if not paths:
        return frozenset()
    note_file(os.path.join(root, ".git", "index"))
    answer = _git(root, "ls-files", "-z", "--full-name", "--", *sorted(paths))
    return frozenset(os.path.join(root, os.fsdecode(path)) for path in answer.split(b"\0") if path)


def read_file(path: str) -> bytes:
    """A regular file's bytes.  Raises OSError, also for anything that is no regular file or is too large."""
    note_file(path)
    return read_regular(path, MAX_BYTES)
