"""The phases of a handler as a tree, as JSON and as a mermaid flow chart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lambdalint import paths
from lambdalint.phase_tree import Branch, Mark, PhaseTree, Place, marks
from lambdalint.report import count
from lambdalint.report.terminal import paint, visible

_NOUNS = {"import": "import", "client": "client", "secret": "secret", "network": "network call"}
_STYLES = {"import": "note", "client": "warning", "secret": "error", "network": "hunk"}
_TITLES = (
    ("INIT", "once per execution environment"),
    ("INVOKE", "on every invocation"),
)


def text(tree: PhaseTree, cwd: str, *, color: bool = False) -> str:
    """Both phases as trees, costly calls marked with their kind and place."""
    lines = [f"{paint(visible(tree.handler), 'bold', color)}  {_shown(tree.place, cwd)}"]
    for function in tree.declared:
        runtime = f", {function.runtime}" if function.runtime else ""
        where = _shown(Place(function.template, function.row, 0), cwd)
        lines.append(visible(f"declared as {function.name} ({where}{runtime})"))
    for (phase, meaning), branches in zip(_TITLES, (tree.init, tree.invoke), strict=True):
        lines += ["", f"{paint(phase, 'bold', color)}, {meaning}: {tally(branches)}"]
        for branch in branches:
            lines.append(f"  {_line(branch, cwd, color, is_root=True)}")
            lines += _rows(branch.inner, "  ", cwd, color)
    return "".join(f"{line}\n" for line in lines)


def tally(branches: tuple[Branch | Mark, ...]) -> str:
    """`2 clients, 1 secret (1 of them once)`: how many costly calls of each kind there are."""
    found = list(marks(branches))
    counts = Counter(mark.cost.kind for mark in found)
    if not found:
        return "nothing costly"
    once = sum(mark.is_once for mark in found)
    rest = f" ({'all' if once == len(found) else once} of them only once)" if once else ""
    return ", ".join(count(counts[kind], noun) for kind, noun in _NOUNS.items() if counts[kind]) + rest


def _rows(nodes: tuple[Branch | Mark, ...], indent: str, cwd: str, color: bool) -> Iterator[str]:
    for number, node in enumerate(nodes):
        is_last = number == len(nodes) - 1
        yield f"{indent}{paint('└─' if is_last else '├─', 'gutter', color)} {_line(node, cwd, color)}"
        if isinstance(node, Branch):
            yield from _rows(
                node.inner, indent + ("   " if is_last else paint("│", "gutter", color) + "  "), cwd, color
            )


def _line(node: Branch | Mark, cwd: str, color: bool, *, is_root: bool = False) -> str:
    once = " [once]" if node.is_once else ""
    if isinstance(node, Mark):
        label = f" ({node.cost.label})" if node.cost.label else ""
        mark = paint(f"! {node.cost.kind}", _STYLES[node.cost.kind], color)
        return f"{mark}: {visible(node.cost.text + label)}  {_shown(node.place, cwd)}{once}"
    above = " (above)" if node.is_repeated else ""
    name = visible(node.name) + ("" if is_root or node.how != "import" else " (loaded)")
    return f"{name}  {_shown(node.place, cwd)}{once}{above}"


def _shown(place: Place, cwd: str) -> str:
    return visible(f"{paths.relative(place.path, cwd)}:{place.row}")


# --- JSON ----------------------------------------------------------------------------------------


def json_text(tree: PhaseTree, cwd: str) -> str:
    """One object; rows and columns are 1-based, `calls` are in the order of execution."""
    described: dict[str, Any] = {
        "handler": tree.handler,
        **_location(tree.place, cwd),
        "declared": [
            {
                "name": function.name,
                "filename": paths.relative(function.template, cwd),
                "row": function.row,
                "runtime": function.runtime,
            }
            for function in tree.declared
        ],
    }
    for phase, branches in (("init", tree.init), ("invoke", tree.invoke)):
        counts = Counter(mark.cost.kind for mark in marks(branches))
        described[phase] = {
            "costs": {kind: counts[kind] for kind in _NOUNS},
            "calls": [_node(branch, cwd) for branch in branches],
        }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _node(node: Branch | Mark, cwd: str) -> dict[str, Any]:
    if isinstance(node, Mark):
        named: dict[str, Any] = {"cost": node.cost.kind, "text": node.cost.text, "label": node.cost.label}
        return {**named, **_location(node.place, cwd), "once": node.is_once}
    return {
        "function": node.name,
        "how": node.how,
        **_location(node.place, cwd),
        "once": node.is_once,
        "repeated": node.is_repeated,
        "calls": [_node(inner, cwd) for inner in node.inner],
    }


def _location(place: Place, cwd: str) -> dict[str, Any]:
    return {"filename": paths.relative(place.path, cwd), "row": place.row, "column": place.column + 1}


# --- mermaid -------------------------------------------------------------------------------------

_CLASSES = (
    ("import", "fill:#e6f0fa,stroke:#4a7dab,color:#123"),
    ("client", "fill:#fdf0d0,stroke:#b7860b,color:#321"),
    ("secret", "fill:#fbdcdc,stroke:#b3261e,color:#411"),
    ("network", "fill:#dff3e3,stroke:#2f7d43,color:#132"),
)


def mermaid(tree: PhaseTree, cwd: str) -> str:
    """A flow chart with a group for each phase; dashed arrows lead to what runs only once."""
    lines = ["flowchart TB"]
    numbers = iter(range(1_000_000))
    for (phase, meaning), branches in zip(_TITLES, (tree.init, tree.invoke), strict=True):
        lines += [f'  subgraph {phase} ["{phase}, {meaning}"]', "    direction LR"]
        for branch in branches:
            lines += _chart(branch, None, cwd, numbers)
        lines.append("  end")
    lines.append("  INIT ~~~ INVOKE")
    lines += [f"  classDef {name} {style}" for name, style in _CLASSES]
    return "".join(f"{line}\n" for line in lines)


def _chart(node: Branch | Mark, above: int | None, cwd: str, numbers: Iterator[int]) -> Iterator[str]:
    number = next(numbers)
    place = _quoted(_shown(node.place, cwd))
    if isinstance(node, Mark):
        title = f"import {node.cost.text}" if node.cost.kind == "import" else node.cost.text
        yield f'    n{number}["{_quoted(title)}<br/>{place}"]:::{node.cost.kind}'
    else:
        yield f'    n{number}("{_quoted(node.name)}<br/>{place}")'
    if above is not None:
        yield f"    n{above} {'-.->|once|' if node.is_once else '-->'} n{number}"
    if isinstance(node, Branch):
        for inner in node.inner:
            yield from _chart(inner, number, cwd, numbers)


_MERMAID = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "`": "#96;", "&": "#amp;", "\\": "#92;"}


def _quoted(label: str) -> str:
    """A label within quotes, with what mermaid or HTML would read in it as entities."""
    return "".join(_MERMAID.get(character, character) for character in visible(label))
