"""Programs made of a few lines, for tests of linking and phases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lambdalint import engine
from lambdalint.config import Config
from lambdalint.link.model import Unit
from lambdalint.program import Program
from lambdalint.rules import all_rules
from lambdalint.selection import resolve


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files, by their paths below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def linked(folder: Path, config: Config | None = None) -> Program:
    """The program of the project in a folder."""
    config = config or Config()
    (analysis,) = engine.analyses(engine.Request((str(folder),), config, resolve(config, all_rules())))
    return analysis.program


def per_invocation(program: Program) -> set[str]:
    """The names of the functions that some handler runs on every invocation."""
    return {program.name(unit) for unit in program.invoke_units}


def at_init(program: Program) -> set[str]:
    """The names of the functions that run at INIT of some handler."""
    return {program.name(unit) for unit in program.init_units if unit.number >= 0}


def edges(program: Program) -> set[tuple[str, str, str, int]]:
    """(source, target, kind, row) of every edge of the call graph."""
    return {
        (program.name(edge.source), program.name(edge.target), edge.kind, edge.site.place.expr.span.row)
        for module in program.modules.values()
        for unit in module.units()
        for edge in program.edges(unit)
    }


def unit_named(program: Program, name: str) -> Unit:
    """The unit of a dotted name."""
    units = (unit for module in program.modules.values() for unit in module.units())
    return next(unit for unit in units if program.name(unit) == name)
