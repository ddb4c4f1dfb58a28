"""Compare lambdalint with the linters that are installed beside it: `python benchmarks/run.py [FOLDER]…`.

On a made-up monorepo and on copies of the folders given, lambdalint and each peer run in turn, so that both have the
machine alike; what counts are the ratios pair by pair.  Then the growth of time and memory with the size.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import measure
import monorepo
import peers
import plot

_SIZES = (1, 2, 4, 8)


class Bench:
    """What is measured, and with what patience: pairs of each comparison, and seconds after which no pair is begun."""

    def __init__(self, program: str, pairs: int, limit: float) -> None:
        self.program = program
        self.pairs = pairs
        self.limit = limit

    @property
    def cold(self) -> tuple[str, ...]:
        """The command without a cache."""
        return (self.program, "check", "--quiet", "--no-cache", ".")

    @property
    def warm(self) -> tuple[str, ...]:
        """The command with one."""
        return (self.program, "check", "--quiet", ".")

    def in_turn(
        self, ours: Sequence[str], theirs: Sequence[str], folder: Path, prepare: Callable[[], None] = lambda: None
    ) -> measure.Pairs:
        """Run two commands in turn, as often as patience allows; the first pair of several only warms up."""
        begun = time.monotonic()
        pairs: list[tuple[measure.Run, measure.Run]] = []
        while len(pairs) <= self.pairs and (not pairs or time.monotonic() < begun + self.limit):
            prepare()
            pairs.append((measure.run(ours, folder), measure.run(theirs, folder)))
        if len(pairs) > 1:
            del pairs[0]
        return measure.Pairs(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))

    def compare(self, folder: Path, others: Sequence[peers.Peer]) -> Iterator[str]:
        """The rows of a table: each comparison in a folder."""
        for peer in others:
            yield _row(f"cold / {peer.name}", self.in_turn(self.cold, peer.cold, folder))
            if peer.warm is None:
                continue
            measure.run(self.warm, folder)
            time.sleep(0.5)  # what has just been written is not trusted yet
            yield _row(f"warm, nothing changed / {peer.name}, warm", self.in_turn(self.warm, peer.warm, folder))
            pairs = self.in_turn(self.warm, peer.warm, folder, partial(_edit, _some_handler(folder)))
            yield _row(f"warm, one file changed / {peer.name}, warm", pairs)

    def start_up(self, folder: Path) -> Iterator[str]:
        """The rows about a commit hook: one file is named, and has changed or not."""
        edited = _some_handler(folder)
        python = str(Path(self.program).parent / "python")
        hook = (self.program, "check", "--quiet", str(edited.relative_to(folder)))
        measure.run(self.warm, folder)
        yield _row(
            "one changed file named / `import click, libcst`",
            self.in_turn(hook, (python, "-c", "import click, libcst"), folder, partial(_edit, edited)),
        )
        time.sleep(0.5)
        yield _row(
            "one unchanged file named / `import click`", self.in_turn(hook, (python, "-c", "import click"), folder)
        )

    def growth(self, below: Path, services: int, others: Sequence[peers.Peer]) -> Iterator[str]:
        """The rows of the growth with the size of a monorepo; the plot is written beside them."""
        commands = {"lambdalint, cold": self.cold, "lambdalint, warm": self.warm}
        commands |= {peer.name: peer.cold for peer in others}
        sizes: list[int] = []
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        processor: dict[str, list[float]] = {name: [] for name in commands}
        for size in _SIZES:
            folder = below / f"{size}x"
            _, lines = monorepo.write(folder, services * size)
            sizes.append(lines // 1000)
            measure.run(self.warm, folder)
            time.sleep(0.5)
            found: dict[str, list[measure.Run]] = {name: [] for name in commands}
            for _ in range(max(1, self.pairs // 2)):
                for name, command in commands.items():
                    found[name].append(measure.run(command, folder))
            for name, runs in found.items():
                seconds[name].append(measure.spread([each.wall for each in runs]).median)
                processor[name].append(measure.spread([each.cpu for each in runs]).median)
                cpu, peak = processor[name][-1], max(each.peak for each in runs)
                yield f"| {lines:,} | {name} | {seconds[name][-1]:.2f} | {cpu:.2f} | {peak:.0f} |"
        for name, times in processor.items():
            wall, cpu = seconds[name][-1] / seconds[name][0], times[-1] / times[0]
            yield f"| ×{_SIZES[-1]} | {name} | ×{wall:.1f} | ×{cpu:.1f} | |"
        (below / "growth.svg").write_text(plot.plot(sizes, seconds), encoding="utf-8")


def _row(name: str, pairs: measure.Pairs) -> str:
    ours, theirs = (measure.spread([each.cpu for each in runs]).median for runs in pairs)
    peak = max(each.peak for each in pairs.ours)
    figures = (
        pairs.ratios("wall"),
        pairs.ratios("cpu"),
        f"{ours:.2f}",
        f"{theirs:.2f}",
        f"{peak:.0f}",
        len(pairs.ours),
    )
    return f"| {name} | " + " | ".join(map(str, figures)) + " |"


def _some_handler(folder: Path) -> Path:
    found = sorted(p for p in folder.rglob("*.py") if b"def lambda_handler(" in p.read_bytes())
    return found[len(found) // 2]


def _edit(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("# changed\n")


def _copy(source: Path, target: Path) -> None:
    """Copy a folder with its own git work tree, since linters ask git what is ignored."""
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(".git", ".lambdalint_cache"))
    for command in (("init", "-q"), ("add", "-A")):
        subprocess.run(("git", *command), cwd=target, check=True, capture_output=True)


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, {cores} cores, load " + " ".join(
        f"{load:.1f}" for load in os.getloadavg()
    )


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="projects to compare on besides; they are copied")
    parser.add_argument("--services", type=int, default=36, help="services of the made-up monorepo (15 files each)")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--limit", type=float, default=120, help="seconds after which no further pair is begun")
    parser.add_argument("--lambdalint", default=shutil.which("lambdalint"), help="the program")
    parser.add_argument("--peers", help="the folder of the other linters' programs, instead of PATH")
    parser.add_argument("--plot", type=Path, default=Path("growth.svg"))
    parser.add_argument("--only", choices=("comparison", "growth"), help="only the one or the other")
    given = parser.parse_args()
    if given.lambdalint is None:
        sys.exit("lambdalint is not installed")
    bench = Bench(given.lambdalint, given.pairs, given.limit)
    with tempfile.TemporaryDirectory() as scratch:
        below = Path(scratch)
        others = list(peers.installed(below / "settings", given.peers))
        print(_machine())
        made = below / "monorepo"
        files, lines = monorepo.write(made / "made", given.services)
        inputs = {f"made-up monorepo, {files} files, {lines:,} lines": made / "made"}
        inputs |= {source.resolve().name: source for source in given.folders}
        for number, (name, source) in enumerate(inputs.items() if given.only != "growth" else ()):
            folder = below / f"input-{number}"
            _copy(source, folder)
            print(f"\n### {name}\n")
            print("| lambdalint / other | wall | CPU | our CPU s | their CPU s | our peak MiB | pairs |")
            print("|---|--:|--:|--:|--:|--:|--:|")
            for row in bench.compare(folder, others):
                print(row, flush=True)
            if not number:
                for row in bench.start_up(folder):
                    print(row, flush=True)
        if given.only != "comparison":
            print("\n### Growth\n\n| lines | program | wall s | CPU s | peak MiB |\n|--:|---|--:|--:|--:|")
            quick = [peer for peer in others if peer.name.startswith(("ruff", "pythaw"))]
            for row in bench.growth(below, given.services, quick):
                print(row, flush=True)
            shutil.copy(below / "growth.svg", given.plot)


if __name__ == "__main__":
    main()
