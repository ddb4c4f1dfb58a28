"""The benchmark runs, compares in turn, and draws what it measured."""

from __future__ import annotations

import shutil
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

import pytest

from checkout import clean_environment

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.append(str(BENCHMARKS))
import measure  # noqa: E402
import monorepo  # noqa: E402
import plot  # noqa: E402
import run  # noqa: E402


def test_the_same_size_and_seed_make_the_same_files() -> None:
    made = list(monorepo.monorepo(2, seed=3))
    assert made == list(monorepo.monorepo(2, seed=3)) != list(monorepo.monorepo(2, seed=4))
    assert len({source.path for source in made}) == len(made)
    for source in made:
        if source.path.endswith(".py"):
            compile(source.text, source.path, "exec")


def test_commands_run_in_turn_and_are_compared_pair_by_pair(tmp_path: Path) -> None:
    def append(letter: str, seconds: float) -> tuple[str, ...]:
        text = f"import time; time.sleep({seconds}); open('log', 'a').write('{letter}')"
        return (sys.executable, "-S", "-c", text)

    pairs = run.Bench("lambdalint", 3, 60).in_turn(append("a", 0.3), append("b", 0), tmp_path)
    assert (tmp_path / "log").read_text() == "abababab"
    assert len(pairs.ours) == len(pairs.theirs) == 3
    assert pairs.ratios("wall").low > 1
    assert all(each.peak > 1 for each in pairs.ours)


def test_a_command_that_dies_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="signal 9"):
        measure.run((sys.executable, "-S", "-c", "import os; os.kill(os.getpid(), 9)"), tmp_path)


def test_the_plot_shows_each_line() -> None:
    drawn = plot.plot([10, 20, 40, 80], {"lambdalint": [0.2, 0.4, 0.8, 1.6], "a <peer>": [1, 2, 4, 8]})
    root = xml.etree.ElementTree.fromstring(drawn)
    names = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"lambdalint", "a <peer>", "80k"} <= set(names)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 2


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_the_command_prints_its_tables(tmp_path: Path) -> None:
    program = tmp_path / "lambdalint"
    program.write_text(f"#!{sys.executable}\nfrom lambdalint.cli import main\nmain()\n")
    program.chmod(0o755)
    (tmp_path / "python").symlink_to(sys.executable)
    command = [sys.executable, str(BENCHMARKS / "run.py"), "--services", "1", "--pairs", "1", "--peers", str(tmp_path)]
    done = subprocess.run(
        [*command, "--lambdalint", str(program), "--only", "comparison"],
        cwd=tmp_path, env=clean_environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "| one changed file named / `import click, libcst` | " in done.stdout
