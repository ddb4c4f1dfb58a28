"""One direction of imports, third-party packages in their places, and modules of a readable length."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "lambdalint"

# From the lowest to the highest: a module imports from its own layer and from lower ones.  What no pattern names
# asks the program on behalf of rules and belongs to the layer called QUERIES.
LAYERS = (
    ("foundations", "errors paths source catalog catalog.* timing toml workers"),
    ("vocabulary", "config declared diagnostic summary rules rules.base link.imports"),
    (
        "readings",
        "walk finding fixes discovery noqa cache.* cache fingerprint selection link.model handlers patches"
        " parameter_names",
    ),
    (
        "modules",
        "extract extract.* fixes.* suppression baseline config_file templates templates.* summaries glance"
        " cache.declarations cache.contents extras lints pythons",
    ),
    ("links", "link link.* importscan inline_modules project"),
    ("phases", "caching aws shapes frameworks running phases origin program linking"),
    ("queries", ""),
    ("rules", "rules.*"),
    (
        "runs",
        "analysis judging parts division ledger rejudging reporting engine report report.* phase_tree fix_session",
    ),
    ("commands", "cli cli_* __main__ server server.*"),
)
QUERIES = "queries"
_ORDER = {name: number for number, (name, _) in enumerate(LAYERS)}

THIRD_PARTY = {
    "libcst": ("extract.cst_*",),
    "yaml": ("templates.*", "config_file", "noqa"),
    "click": ("cli", "cli_*"),
    "tomli": ("toml",),
    "pygls": ("server", "server.*"),
    "lsprotocol": ("server", "server.*"),
}

MOST_LINES = 400
# Longer ones, with the length that they may have at most: the numbers only go down.
LONGER = {
    "catalog.secrets": 405,
    "summary": 550,
}


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return {name: path for name, path in found.items() if name != "__init__"}


MODULES = modules()


def layer(name: str) -> str:
    """The layer whose longest pattern fits: a plain name before one with a star."""
    fits = [(p, title) for title, patterns in LAYERS for p in patterns.split() if fnmatch.fnmatchcase(name, p)]
    return max(fits, key=lambda fit: ("*" not in fit[0], len(fit[0])))[1] if fits else QUERIES


def is_for_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imports(tree: ast.AST, *, deep: bool) -> Iterator[str]:
    """The dotted names that a module imports at its own level or, with `deep`, anywhere; for typing alone: none."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module
        elif not is_for_typing(node) and (deep or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            yield from imports(node, deep=deep)


def own(name: str, *, deep: bool = True) -> set[str]:
    """The modules of the package that a module imports."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    found = {dotted.removeprefix("lambdalint.") for dotted in imports(tree, deep=deep)}
    return {other for other in found if other in MODULES and other != name}


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_downwards(name: str) -> None:
    above = {other: layer(other) for other in own(name) if _ORDER[layer(other)] > _ORDER[layer(name)]}
    assert not above, f"{name} is of the layer {layer(name)}"


def test_rules_do_not_import_each_other_s_queries() -> None:
    """A rule may use another's words (its `text_of`), never the other way round between the same two."""
    for name in (name for name in MODULES if layer(name) == "rules"):
        for other in own(name):
            assert not (layer(other) == "rules" and name in own(other)), (name, other)


def test_no_module_imports_itself_through_others() -> None:
    graph = {name: own(name, deep=False) for name in MODULES}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


@pytest.mark.parametrize("name", MODULES)
def test_third_party_packages_stay_in_their_places(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    for package in {dotted.partition(".")[0] for dotted in imports(tree, deep=True)} & THIRD_PARTY.keys():
        assert any(fnmatch.fnmatchcase(name, pattern) for pattern in THIRD_PARTY[package]), package


@pytest.mark.parametrize("name", MODULES)
def test_modules_are_short(name: str) -> None:
    length = len(MODULES[name].read_text(encoding="utf-8").splitlines())
    assert length <= LONGER.get(name, MOST_LINES)


def test_no_exception_outlives_its_module() -> None:
    lengths = {name: len(MODULES[name].read_text(encoding="utf-8").splitlines()) for name in LONGER if name in MODULES}
    assert {name for name in LONGER if lengths.get(name, 0) <= MOST_LINES} == set()
