"""Real handler modules: which there are, and how a seed is put into a copy of one."""

from __future__ import annotations

import ast
import os
import random
import re
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seeding.defect import MARK, Defect
from seeding.parts import NESTED_NAMES, Seed

EVENTS = frozenset({"event", "_event", "evt"})
CONTEXTS = frozenset({"context", "_context", "ctx"})
NO_SOURCE = re.compile(
    r"(^|/)(tests?|node_modules|\.[^/]*|venv|build|dist|cdk\.out|site-packages|templates?)(/|$)|test_"
)
COPIED = (".py", ".yaml", ".yml", ".json", ".toml", ".tf", ".cfg", ".ini", ".txt", "Dockerfile")
MOST_BYTES = 300_000
MOST_FILES = 60


@dataclass(frozen=True)
class HandlerModule:
    """A module of a repository that defines a handler; `path` and `root`, what is copied, are below the repository."""

    repository: Path
    path: str
    root: str
    name: str
    event: str
    context: str
    text: str
    start: int
    """Where the definition or its first decorator begins, 0-based."""
    row: int
    """The line of the `def`, 0-based."""
    places: tuple[tuple[int, str], ...]
    """Where a statement of the handler may be put in: (0-based line, indentation)."""
    imports: int
    """The line below the imports."""
    bare: bool
    """Whether no decorator stands above the handler, and nothing in it yields."""
    names: frozenset[str]
    """Every name that is bound anywhere in the module."""

    @property
    def is_relative(self) -> bool:
        """Whether the module imports its neighbours by a relative import."""
        return re.search(r"^from \.+\w* import", self.text, re.MULTILINE) is not None


def modules(repositories: list[Path], chance: random.Random, number: int, most_each: int) -> list[HandlerModule]:
    """At most `most_each` handler modules of each repository, `number` in all, drawn at random."""
    queues = []
    for repository in sorted(repositories):
        paths = sorted(_candidates(repository))
        chance.shuffle(paths)
        queues.append(_read_all(repository, paths))
    drawn: list[HandlerModule] = []
    for _ in range(most_each):
        chance.shuffle(queues)
        for queue in queues:
            found = next(queue, None)
            if found is not None and all(found.text != other.text for other in drawn):
                drawn.append(found)
            if len(drawn) == number:
                return drawn
    return drawn


def _candidates(repository: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(repository):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), repository)
            if name.endswith(".py") and NO_SOURCE.search(path) is None:
                yield path


def _read_all(repository: Path, paths: list[str]) -> Iterator[HandlerModule]:
    for path in paths:
        found = _read(repository, path)
        if found is not None:
            yield found


def _read(repository: Path, path: str) -> HandlerModule | None:
    """The module if it defines a handler by its name and shape in plain lines.

    Durable functions are left out: they are replayed, and the contract asks for silence in their bodies.
    """
    content = (repository / path).read_bytes()
    if (
        b"handler(" not in content
        or b"durable" in content
        or len(content) > MOST_BYTES
        or b"\r" in content
        or b"\t" in content
    ):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = content.decode("utf-8")
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and re.fullmatch(r"(lambda_)?handler|\w+_handler", node.name):
            if _is_handler(node) and not _is_called(tree, node.name):
                return _module(repository, path, text, tree, node)
    return None


def _is_handler(node: ast.FunctionDef) -> bool:
    arguments = node.args.posonlyargs + node.args.args
    if len(arguments) != 2 or node.args.vararg or node.args.kwarg or node.args.kwonlyargs or node.args.defaults:
        return False
    if node.body[0].lineno == node.lineno or (node.decorator_list and "outer" in ast.unparse(node.decorator_list[0])):
        return False
    return arguments[0].arg in EVENTS and arguments[1].arg in CONTEXTS


def _is_called(tree: ast.Module, name: str) -> bool:
    names = (node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return name in names


def _module(repository: Path, path: str, text: str, tree: ast.Module, node: ast.FunctionDef) -> HandlerModule:
    places = []
    for statement in node.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # A docstring stays the first statement.
        first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
        places.append((first - 1, " " * statement.col_offset))
        if isinstance(statement, ast.Return | ast.Raise | ast.While) or _leaves(statement):
            break
    imports = [s for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom) and s.lineno < node.lineno]
    first = tree.body[0]
    docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    below = max([s.end_lineno or 0 for s in imports] + [(first.end_lineno or 0) if docstring else 0])
    start = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
    yields = any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
    return HandlerModule(
        repository,
        path,
        _root(repository, path),
        node.name,
        node.args.args[0].arg,
        node.args.args[1].arg,
        text,
        start,
        node.lineno - 1,
        tuple(places),
        below,
        not node.decorator_list and not yields,
        _names(tree),
    )


def _leaves(statement: ast.stmt) -> bool:
    """Whether no statement after this one is certain to run."""
    return any(isinstance(inner, ast.Return | ast.Raise) for inner in ast.walk(statement)) or "exit(" in ast.unparse(
        statement
    )


def _names(tree: ast.Module) -> frozenset[str]:
    """What is bound anywhere in a module: a name, or for an import at its level the import as it is written alone."""
    found = set(_imported(tree))
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in top:
            found.update(_bound(alias) for alias in node.names)
    return frozenset(found)


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _imported(tree: ast.Module) -> Iterator[str]:
    """The imports at module level, one name each."""
    for node in [*tree.body, *(inner for block in tree.body if isinstance(block, ast.Try) for inner in block.body)]:
        if isinstance(node, ast.Import | ast.ImportFrom):
            source = f"{'.' * node.level}{node.module or ''}" if isinstance(node, ast.ImportFrom) else ""
            named = (f"{source} import {alias.name} as {_bound(alias)}" for alias in node.names)
            yield from (name for name in named if NESTED_NAMES.fullmatch(name.rpartition(" ")[2]) is None)


def _clashes(own: frozenset[str], tree: ast.Module) -> bool:
    """Whether lines of module level bind a name that the module binds to something else."""
    imports = set(_imported(tree))
    names = {text.rpartition(" ")[2] for text in imports}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names.update(target.id for target in statement.targets if isinstance(target, ast.Name))
    others = {text.rpartition(" ")[2] for text in own if text not in imports}
    return bool(names & others)


def _root(repository: Path, path: str) -> str:
    """The highest folder above the module that is still small enough to be copied again and again."""
    root = os.path.dirname(path)
    while root:
        above = os.path.dirname(root)
        if _is_large(repository / above):
            break
        root = above
    return root


def _is_large(folder: Path) -> bool:
    """Whether a folder holds more than is copied."""
    number = 0
    for _, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        number += len(files)
        if number > MOST_FILES:
            return True
    return False


def copied(module: HandlerModule, target: Path) -> Path:
    """Copy the module with its surroundings; answers the copy's folder of the module."""
    source = module.repository / module.root
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name not in (".git", "node_modules")]
        for name in files:
            path = Path(folder, name)
            if name.endswith(COPIED) and path.is_file() and path.stat().st_size < MOST_BYTES:
                copy = target / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
    (target / ".git").mkdir(exist_ok=True)  # The copy is a project of its own.
    return (target / os.path.relpath(module.path, module.root or ".")).parent


def bound(seed: Seed) -> frozenset[str]:
    """The imports at module level of the seed; its other names are its own."""
    return frozenset(_imported(ast.parse(_clean(seed.head))))


def takes(module: HandlerModule, names: frozenset[str], defect: Defect, seed: Seed) -> bool:
    """Whether the seed means in this module what it says: no name clashes, and the handler is of the needed kind.

    `names` are those of the module and of the seeds that stand in it already.
    """
    needs_plain = defect.returns or bool(defect.signature)
    if (needs_plain and not module.bare) or not module.places:
        return False
    return not _clashes(names, ast.parse(_clean(seed.head)))


def _clean(text: str) -> str:
    return text.replace(MARK, "").replace("from DOT", "from ").replace("import DOT", "import ")


def numbered(text: str, number: int) -> str:
    """The text with the names and marks of a seed made its own."""
    text = re.sub(r"\b(seed_|SEED_|Seed(?=[A-Z]))", rf"\g<1>{number}_", text)
    return text.replace(MARK, f"{MARK}{number}@")


def seeded(module: HandlerModule, items: list[tuple[Defect, Seed]], chance: random.Random) -> dict[str, str]:
    """The files to write, by their paths beside the module.

    The seeds stand in the same module under names of their own; a line on which a finding of the seed with number N
    is expected holds `@@N@`.
    """
    name = os.path.basename(module.path)
    lines = module.text.split("\n")
    files: dict[str, str] = {}
    inserted: list[tuple[int, list[str]]] = []
    for number, (defect, seed) in enumerate(items):
        lines[module.row] = _signature(module, defect, lines[module.row]).replace(MARK, f"{MARK}{number}@")
        row, indent = chance.choice(module.places)
        body = "\n".join(part for part in (seed.body, seed.tail) if part)
        body = re.sub(r"\bEVENT\b", module.event, re.sub(r"\bCONTEXT\b", module.context, numbered(body, number)))
        if body:
            inserted.append((row, [indent + line if line else line for line in body.split("\n")]))
        if seed.decorator:
            inserted.append((module.start, [numbered(seed.decorator.strip(), number)]))
        head = numbered(_dotted(seed.head, module.is_relative), number)
        inserted.append((module.imports, [*head.split("\n"), ""]))
        for path, text in seed.files.items():
            files[numbered(path, number)] = numbered(_dotted(text, module.is_relative), number)
        if defect.template:
            handler = f"{name.removesuffix('.py')}.{module.name}"
            template = defect.template.replace("HANDLER", handler).replace(MARK, f"{MARK}{number}@")
            files["seeded-template.yaml"] = template
    for row, new in sorted(inserted, key=lambda item: item[0], reverse=True):
        lines[row:row] = new
    files[name] = "\n".join(lines)
    return files


def _dotted(text: str, is_relative: bool) -> str:
    if is_relative:
        text = re.sub(r"^import DOT", "from . import ", text, flags=re.MULTILINE)
        return text.replace("DOT", ".")
    return text.replace("DOT", "")


def _signature(module: HandlerModule, defect: Defect, line: str) -> str:
    if defect.signature == "async ":
        return f"async {line}{MARK}" if ":" in line else line
    if defect.signature == "one parameter":
        return re.sub(r"\(.*\)", f"({module.event})", line) + MARK
    return line
