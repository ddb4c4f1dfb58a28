"""Whatever is edited, added, renamed or removed: a run with a warm cache reports what a cold run reports."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
from pathlib import Path

import pytest

from lambdalint.config import Config
from lambdalint.engine import Request, check
from lambdalint.finding import Report
from lambdalint.rules import all_rules
from lambdalint.selection import resolve

ROUNDS = 50
SEEDS = (1, 2, 3, 4)
FORKED = 300_000  # bytes from which several processes are used, with room


def generator() -> object:
    path = Path(__file__).parent.parent / "benchmarks" / "monorepo.py"
    spec = importlib.util.spec_from_file_location("monorepo", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def request(folder: Path, *, cache: bool, jobs: int = 1, paths: tuple[str, ...] = ()) -> Request:
    config = Config(root=str(folder), extend_select=("LMB903",))
    selected = resolve(config, all_rules())
    return Request(paths or (str(folder),), config, selected, jobs=jobs, cache=cache)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    fill(folder, services=3)
    return folder


def fill(folder: Path, services: int, seed: int = 0) -> None:
    """Write the functions of a monorepo and their templates, without what surrounds them."""
    for source in generator().monorepo(services, seed):  # type: ignore[attr-defined]
        if "/src/" in source.path or source.path.endswith("template.yaml"):
            path = folder / source.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source.text)


class Editor:
    """Changes one file of a project at a time, at random."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.number = 0

    def change(self) -> str:
        """Do something; what it was."""
        self.number += 1
        files = sorted(p for p in self.folder.rglob("*") if p.is_file() and p.suffix in (".py", ".yaml"))
        files = [path for path in files if ".lambdalint_cache" not in path.parts]
        path = self.chance.choice(files)
        action = self.chance.choice(
            (self.insert, self.insert, self.insert, self.cut, self.rename, self.remove, self.add)
        )
        action(path)
        return f"{self.number}: {action.__name__} {path.relative_to(self.folder)}"

    def insert(self, path: Path) -> None:
        lines = path.read_text().splitlines(keepends=True)
        texts = {
            ".py": [
                "import boto3\n",
                "from order_0000.storage import Storage\n",
                "from . import helpers\n",
                '    table = boto3.resource("dynamodb")\n',
                "    print(event)  # noqa: LMB501\n",
                "x = 1  # lambdalint: ignore[LMB201]\n",
                "def lambda_handler(event, context):\n    import json\n    return json.dumps({})\n",
                "class (\n",
                'PASSWORD = "hunter2hunter2"\n',
                "if True:\n",
            ],
            ".yaml": [
                "# lambdalint: ignore[LMB708]\n",
                "      Handler: missing.lambda_handler\n",
                "        API_TOKEN: abcdefgh12345678\n",
                "  : {\n",
            ],
        }[path.suffix]
        lines.insert(self.chance.randint(0, len(lines)), self.chance.choice(texts))
        path.write_text("".join(lines))

    def cut(self, path: Path) -> None:
        lines = path.read_text().splitlines(keepends=True)
        if lines:
            del lines[self.chance.randrange(len(lines))]
        path.write_text("".join(lines))

    def rename(self, path: Path) -> None:
        os.replace(path, path.with_name(f"renamed_{self.number}{path.suffix}"))

    def remove(self, path: Path) -> None:
        path.unlink()

    def add(self, path: Path) -> None:
        shutil.copy(path, path.with_name(f"added_{self.number}{path.suffix}"))


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_change_a_warm_run_reports_what_a_cold_one_does(project: Path, seed: int) -> None:
    shutil.rmtree(project / "services")
    fill(project, services=2, seed=seed)
    editor = Editor(project, seed)
    before = check(request(project, cache=True))
    changed = 0
    for number in range(ROUNDS):
        did = editor.change()
        warm = check(request(project, cache=True))
        assert warm == check(request(project, cache=False)), did
        assert number % 5 or warm == check(request(project, cache=True)), did
        changed += warm != before
        before = warm
        if number % 10 == 9:  # in a folder of nothing but faults, no change would show any more
            shutil.rmtree(project / "services")
            fill(project, services=2, seed=seed * 100 + number)
    assert changed > ROUNDS // 4


def test_one_and_four_processes_report_the_same(project: Path) -> None:
    fill(project, services=20)
    assert sum(path.stat().st_size for path in project.rglob("*.py")) > FORKED
    one = check(request(project, cache=False, jobs=1))
    assert one.findings
    assert check(request(project, cache=False, jobs=4)) == one
    assert check(request(project, cache=True, jobs=4)) == one
    assert check(request(project, cache=True, jobs=1)) == one


def test_one_file_is_judged_as_in_the_whole(project: Path) -> None:
    whole = check(request(project, cache=False))
    for path in sorted({finding.path for finding in whole.findings}):
        expected = tuple(finding for finding in whole.findings if finding.path == path)
        for cache in (False, True, True):
            assert check(request(project, cache=cache, paths=(path,))).findings == expected


def test_services_are_judged_apart(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts of a project whose services share nothing are its services; only a changed one is linked again."""
    from lambdalint import parts

    linked: list[tuple[str, ...]] = []
    complete = parts.complete

    def noted(given: object, *rest: object) -> object:
        linked.append(given.candidates)  # type: ignore[attr-defined]
        return complete(given, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "complete", noted)
    check(request(project, cache=True))
    assert sum(bool(files) for files in linked) == 3
    linked.clear()
    changed = next(project.glob("services/*/src/*/storage.py"))
    changed.write_text(changed.read_text() + "\nimport os\n")
    check(request(project, cache=True))
    service = str(changed.parent.parent)
    assert linked and all(path.startswith(service) for files in linked for path in files)


def test_a_file_that_two_services_import_joins_them(project: Path) -> None:
    shared = project / "shared_tools.py"
    shared.write_text("import boto3\n\ndef make():\n    return boto3.client('s3')\n")
    for handler in sorted(project.glob("services/*/src/*.py"))[::4][:2]:
        text = handler.read_text().replace("import boto3\n", "import boto3\nimport shared_tools\n", 1)
        handler.write_text(text.replace("    request_id = ", "    shared_tools.make()\n    request_id = ", 1))
    cold = check(request(project, cache=False))
    assert any(finding.path == str(shared) for finding in cold.findings)
    assert check(request(project, cache=True)) == cold
    shared.write_text(shared.read_text().replace("    return", "    # a row more\n    return"))
    again = check(request(project, cache=True))
    assert again == check(request(project, cache=False)) != cold


def test_an_import_that_the_search_misses_is_judged_all_the_same(project: Path) -> None:
    """Parts come from a search of the bytes; where parsing finds another import, the project is judged as a whole."""
    handlers = sorted(project.glob("services/*/src/*.py"))
    other = project / "tucked.py"
    other.write_text("import boto3\n\ndef make():\n    return boto3.client('s3')\n")
    text = handlers[0].read_text().replace("import boto3\n", "import boto3\nfrom \\\n  tucked \\\n  import (make)\n", 1)
    text = text.replace("    request_id = ", "    make()\n    request_id = ", 1)
    handlers[0].write_text(text.replace("\\\n  import", "\\\r  import"))
    alone = check(request(project, cache=False))
    assert any(finding.path == str(other) for finding in alone.findings)
    assert check(request(project, cache=True)) == alone


def test_reports_hold_all_that_runs_compare(project: Path) -> None:
    """The comparison above is worth something: reports differ where anything in them does."""
    report = check(request(project, cache=False))
    assert isinstance(report, Report)
    assert report.findings and report.handlers == 12
