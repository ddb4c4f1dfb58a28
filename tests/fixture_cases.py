"""The fixture projects below `fixtures/rules`: their expectations, read from comments, and their settings."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lambdalint import engine
from lambdalint.config import Config
from lambdalint.config_file import parse
from lambdalint.rules import all_rules
from lambdalint.rules.base import Rule
from lambdalint.selection import Layer, resolve

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "fixtures" / "rules"
_MARK = re.compile(r"(?:#|//)\s*(?P<todo>todo-)?expect(?P<next>-next)?:\s*(?P<codes>LMB\d+(?:\s*,\s*LMB\d+)*)")
_CONFIG = re.compile(r"^(?:#|//)\s*config:\s*(\{.*\})\s*$")
_GOLDEN = (".fixed", ".safe")


@dataclass(frozen=True)
class FixtureCase:
    """One project: the rule that its folder is named after, and where it lies."""

    rule: Rule
    folder: Path

    @property
    def id(self) -> str:
        return f"{self.rule.name}/{self.folder.name}"


def cases() -> Iterator[FixtureCase]:
    by_name = {rule.name.replace("-", "_"): rule for rule in all_rules()}
    for folder in sorted(RULES.iterdir()):
        if folder.is_dir():
            for case in sorted(path for path in folder.iterdir() if path.is_dir()):
                yield FixtureCase(by_name[folder.name], case)


def copy(case: FixtureCase, target: Path) -> Path:
    """The case without its golden files, in a folder of its own, so that nothing around it is seen."""
    shutil.copytree(case.folder, target, ignore=lambda _, names: [n for n in names if n.endswith(_GOLDEN)])
    return target


def expected(folder: Path, code: str) -> set[tuple[str, int]]:
    """(file, row) of the findings that comments announce for a code; known misses left out."""
    found: set[tuple[str, int]] = set()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        for row, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
            mark = _MARK.search(line)
            if mark and not mark["todo"] and code in re.split(r"\s*,\s*", mark["codes"]):
                found.add((path.relative_to(folder).as_posix(), row + 1 if mark["next"] else row))
    return found


def settings(folder: Path) -> dict[str, object]:
    """The settings of the `# config:` line that a case may hold."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        first = path.read_bytes().decode("utf-8-sig", "replace").splitlines()[:1]
        found = _CONFIG.match(first[0]) if first else None
        if found:
            loaded: dict[str, object] = json.loads(found[1])
            return loaded
    return {}


def request(folder: Path, codes: tuple[str, ...] | None, *, unsafe: bool = False) -> engine.Request:
    """A run over a folder with some rules only (None: the default ones)."""
    raw = settings(folder)
    config = parse(raw, str(folder / ".lambdalint.yaml")) if raw else Config()
    selection = resolve(config, all_rules(), Layer(select=codes) if codes is not None else None)
    return engine.Request((str(folder),), config, selection, cache=False, unsafe_fixes=unsafe)


def found(folder: Path, codes: tuple[str, ...] | None) -> list[tuple[str, int, str]]:
    """(file, row, code) of a run's findings; fails on an internal error."""
    report = engine.check(request(folder, codes))
    assert not report.errors, report.errors
    return [(Path(f.path).relative_to(folder).as_posix(), f.span.row, f.code) for f in report.findings]
