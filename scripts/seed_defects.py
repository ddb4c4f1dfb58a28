"""Measure recall: put known defects into copies of real handler modules and count those that are found.

    python scripts/seed_defects.py --seed 1 --modules 60 FOLDER…

Each FOLDER is a repository.  A seed is one defect of one rule (`seeding/defects.py`) in one way of writing it
(`seeding/variants.py`), put into a copy of one handler module (`seeding/modules.py`); it is found if a finding of
its rule is reported on a line that the seed marks.  Nothing is run or imported of what is copied, and the
repositories are not changed.  Printed are two tables in Markdown, by rule and by variant, and every seed that was
missed; `--save FOLDER` keeps the projects of the missed ones.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from seeding.defect import MARK, Defect
from seeding.defects import CORE, DEFECTS
from seeding.modules import HandlerModule, bound, copied, modules, seeded, takes
from seeding.parts import Seed, Variant
from seeding.variants import VARIANTS, written

from lambdalint import engine
from lambdalint.config import Config
from lambdalint.rules import all_rules
from lambdalint.selection import Layer, resolve

MOST_TOGETHER = 15


class Trial(NamedTuple):
    """One seed, where it was put, and whether it was found."""

    defect: Defect
    variant: str
    module: HandlerModule
    found: bool


def plan(chance: random.Random, each: int, each_core: int, codes: frozenset[str]) -> Iterator[tuple[Defect, Variant]]:
    """Pairs of a defect and a variant: for each rule and variant that go together, some of its defects."""
    for code in sorted({defect.code for defect in DEFECTS}):
        if codes and code not in codes:
            continue
        for variant in VARIANTS:
            rows = [d for d in DEFECTS if d.code == code and written(d, variant, random.Random(0)) is not None]
            number = each_core if code in CORE else each
            chance.shuffle(rows)
            for index in range(number if rows else 0):
                yield rows[index % len(rows)], variant


@dataclass(slots=True)
class Batch:
    """Seeds that go into one copy of a module, each with its variant."""

    module: HandlerModule
    names: frozenset[str]
    items: list[tuple[Defect, Seed]] = field(default_factory=list)
    variants: list[str] = field(default_factory=list)


def group(defect: Defect, seed: Seed) -> str:
    """Seeds of one group may stand in the same copy of a module without changing each other's verdict."""
    if seed.decorator:
        return "decorated"
    if defect.signature or (defect.template and not defect.line):
        return defect.id
    return "adapter" if defect.module == "mangum" else defect.template


def batches(found: list[HandlerModule], pairs: list[tuple[Defect, Variant]], seed_number: int) -> list[Batch]:
    """Deal the seeds out to the modules in turn, each to the next one that can take it."""
    turn = list(found)
    filling: dict[tuple[int, str], Batch] = {}
    every: list[Batch] = []
    for index, (defect, variant) in enumerate(pairs):
        seed = written(defect, variant, random.Random(f"{seed_number} {index}"))
        if seed is None:
            continue
        for module in turn:
            key = (id(module), group(defect, seed))
            batch = filling.get(key)
            is_new = batch is None or len(batch.items) == MOST_TOGETHER or key[1] == defect.id
            if batch is None or is_new:
                batch = Batch(module, module.names)
            if takes(module, batch.names, defect, seed):
                break
        else:
            print(f"no module can take {defect.id}, {variant.name}", file=sys.stderr)
            continue
        turn.remove(module)
        turn.append(module)
        if is_new:
            every.append(batch)
            filling[key] = batch
        batch.names |= bound(seed)
        batch.items.append((defect, seed))
        batch.variants.append(variant.name)
    return every


def try_batch(batch: Batch, chance: random.Random, folder: Path) -> list[bool]:
    """Write the seeds into a copy of the module, in an empty folder, and tell which are found."""
    beside = copied(batch.module, folder)
    expected: dict[tuple[str, int], set[int]] = defaultdict(set)
    for name, text in seeded(batch.module, batch.items, chance).items():
        path = beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(rf"{MARK}(\d+)@", r"  # seeded \1", text), encoding="utf-8")
        for row, line in enumerate(text.split("\n"), 1):
            for mark in re.finditer(rf"{MARK}(\d+)@", line):
                expected[str(path), row].add(int(mark[1]))
    codes = tuple(sorted({defect.code for defect, _ in batch.items}))
    request = engine.Request(
        tuple(sorted({path for path, _ in expected})),
        Config(),
        resolve(Config(), all_rules(), Layer(select=codes)),
        cache=False,
        edits=False,
    )
    findings = engine.check(request).findings
    seen = {(n, f.code) for f in findings for n in expected[f.path, f.span.row]}
    return [(number, defect.code) in seen for number, (defect, _) in enumerate(batch.items)]


def run(every: list[Batch], seed_number: int, save: Path | None) -> Iterator[Trial]:
    """Try each batch in a copy of its module."""
    for index, batch in enumerate(every):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            marks = try_batch(batch, random.Random(f"{seed_number} {index}"), folder)
            if save is not None and not all(marks):
                shutil.copytree(folder, save / f"{index:04}", dirs_exist_ok=True)
        for number, ((defect, _), variant, is_found) in enumerate(zip(batch.items, batch.variants, marks, strict=True)):
            if not is_found:
                place = f"{batch.module.repository.name}/{batch.module.path}"
                print(f"missed {index:04}.{number} {defect.id}, {variant}: {place}", flush=True)
            yield Trial(defect, variant, batch.module, is_found)


def table(trials: list[Trial], title: str, key: int) -> str:
    """A Markdown table of the shares found, by rule (0) or by variant (1)."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for trial in trials:
        counts[trial.defect.code if key == 0 else trial.variant].append(trial.found)
    rows = [f"| {title} | Seeds | Found | Share |", "|---|--:|--:|--:|"]
    for name, marks in counts.items():
        rows.append(f"| {name} | {len(marks)} | {sum(marks)} | {share(marks)} |")
    return "\n".join(rows)


def share(marks: list[bool]) -> str:
    """The share found, with three digits."""
    return f"{sum(marks) / len(marks):.3f}" if marks else "none"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=1, help="the number that all that is random follows from")
    parser.add_argument("--modules", type=int, default=60, help="how many handler modules to draw")
    parser.add_argument("--most-each", type=int, default=3, help="how many of them from one repository at most")
    parser.add_argument("--each", type=int, default=1, help="seeds for each rule and variant")
    parser.add_argument("--each-core", type=int, default=3, help="the same for the five core rules")
    parser.add_argument("--select", nargs="*", default=[], metavar="CODE", help="only these rules")
    parser.add_argument("--save", type=Path, help="keep the projects of missed seeds here")
    given = parser.parse_args()
    chance = random.Random(given.seed)
    found = modules([folder.resolve() for folder in given.folders], chance, given.modules, given.most_each)
    pairs = list(plan(chance, given.each, given.each_core, frozenset(given.select)))
    chance.shuffle(pairs)
    trials = list(run(batches(found, pairs, given.seed), given.seed, given.save))
    core = [trial.found for trial in trials if trial.defect.code in CORE]
    used = {(trial.module.repository, trial.module.path) for trial in trials}
    print(f"\n{len(trials)} seeds in {len(used)} modules of {len({r for r, _ in used})} repositories")
    print(f"core rules {share(core)}, all {share([trial.found for trial in trials])}\n")
    print(table(trials, "Rule", 0), "\n", table(trials, "Variant", 1), sep="\n")


if __name__ == "__main__":
    main()
