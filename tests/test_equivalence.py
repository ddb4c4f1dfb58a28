"""Fixes keep what a function does: fixtures run before and after, through the Lambda runtime under moto."""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from equivalence import Difference, Harness, Plan, Record, Run, compare, read_plan, why_unavailable
from equivalence.__main__ import main

REASON = why_unavailable()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "fixes"


class Case(NamedTuple):
    """One fixture: a folder of code and what its `expected.json` says of the fix.

    rule, applicability   the rule whose fix is meant, and "safe" or "unsafe"
    differs_in            the scenarios in which the fixed code differs
    reason                why a safe fix differs, or an unsafe one does not
    fails                 true where the code as it stands answers no event
    failure_may_move_to_init  true for the one exception that imports have
    variants              {name: scenarios that differ} of the `app.py.NAME` written by hand beside `app.py`
    """

    folder: Path
    expected: dict[str, Any]

    @property
    def is_safe(self) -> bool:
        return bool(self.expected["applicability"] == "safe")

    @property
    def differs_in(self) -> list[str]:
        return sorted(self.expected["differs_in"])


def read_cases() -> tuple[Case, ...]:
    folders = sorted(path.parent for path in FIXTURES.glob("*/*/expected.json"))
    return tuple(Case(folder, json.loads((folder / "expected.json").read_text("utf-8"))) for folder in folders)


CASES = read_cases()
VARIANTS = tuple((case, variant) for case in CASES for variant in case.expected.get("variants", {}))


def name_of(value: object) -> str:
    return f"{value.folder.parent.name}-{value.folder.name}" if isinstance(value, Case) else str(value)


class Laboratory:
    """The harness with the runs of the fixtures as they are, each made once."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self._runs: dict[Path, Run] = {}

    def before(self, case: Case) -> Run:
        if case.folder not in self._runs:
            self._runs[case.folder] = self.harness.run(case.folder)
        return self._runs[case.folder]

    def differences(self, case: Case, after: Path) -> tuple[Difference, ...]:
        run = self.harness.run(after, read_plan(case.folder))
        may_move = case.expected.get("failure_may_move_to_init", False)
        return compare(self.before(case), run, failure_may_move_to_init=may_move)


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with Harness() as harness:
        yield Laboratory(harness)


def scenarios_of(differences: tuple[Difference, ...]) -> list[str]:
    return sorted({difference.scenario for difference in differences})


def explain(differences: tuple[Difference, ...]) -> str:
    return "\n".join(str(difference)[:600] for difference in differences)


# --- the fixtures --------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_fixture_is_deterministic_and_does_what_its_scenarios_say(case: Case, laboratory: Laboratory) -> None:
    before = laboratory.before(case)
    differences = compare(before, laboratory.harness.run(case.folder), reads_may_fall=False)
    assert not differences, explain(differences)
    records = {record.scenario: record for record in before}
    if not case.expected.get("fails"):
        assert not is_failure(records["plain"], "invoke1"), records["plain"].posts
        assert all(not is_failure(record, "invoke2") for record in before if record.scenario in ("raises", "rotated"))
    assert is_failure(records["raises"], "invoke1"), records["raises"].posts
    assert len(records["warm"].posts) >= 3


def is_failure(record: Record, phase: str) -> bool:
    (post,) = [post for post in record.posts if post.phase == phase]
    status = post.body.get("statusCode") if isinstance(post.body, dict) else None
    return post.kind != "response" or (isinstance(status, int) and status >= 500)


def test_there_are_fixtures_enough() -> None:
    assert len(CASES) >= 30
    assert {case.is_safe for case in CASES} == {True, False}


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_expectation_is_well_formed(case: Case) -> None:
    expected = case.expected
    assert set(expected) <= {
        *("rule", "applicability", "differs_in", "reason", "fails", "variants", "failure_may_move_to_init")
    }
    assert expected["applicability"] in ("safe", "unsafe")
    # Safe and different, or unsafe and the same everywhere, needs an explanation.
    assert case.is_safe != bool(case.differs_in) or expected.get("reason")


@pytest.mark.parametrize(("case", "variant"), VARIANTS, ids=name_of)
def test_variant_differs_where_its_fixture_says(
    case: Case, variant: str, laboratory: Laboratory, tmp_path: Path
) -> None:
    after = copy_variant(case, variant, tmp_path)
    differences = laboratory.differences(case, after)
    assert scenarios_of(differences) == sorted(case.expected["variants"][variant]), explain(differences)


def copy_case(case: Case, target: Path) -> Path:
    """A copy of the code of a fixture, without what is written about it."""
    return Path(shutil.copytree(case.folder, target, ignore=shutil.ignore_patterns("app.py.*", "*.json")))


def copy_variant(case: Case, variant: str, place: Path) -> Path:
    after = copy_case(case, place / "after")
    shutil.copy(case.folder / f"app.py.{variant}", after / "app.py")
    return after


# --- the harness tells safe from unsafe ----------------------------------------------------------

ORDERS = next(case for case in CASES if case.folder.name == "orders_table")
# By variant: clients made and secrets read in INIT and two invocations, and the key versions that two
# invocations stored with the secret rotated between them.
MEASURED = {
    "before": ((0, 2, 2), (0, 1, 1), ["v1", "v1-rotated"]),
    "accessor": ((0, 2, 0), (0, 1, 1), ["v1", "v1-rotated"]),
    "module": ((2, 0, 0), (0, 1, 1), ["v1", "v1-rotated"]),
    "constant": ((2, 0, 0), (1, 0, 0), ["v1", "v1"]),
    "lru_cache": ((2, 0, 0), (0, 1, 0), ["v1", "v1"]),
}


@pytest.mark.parametrize("variant", MEASURED)
def test_creations_and_reads_fall_as_the_variants_promise(variant: str, laboratory: Laboratory, tmp_path: Path) -> None:
    is_before = variant == "before"
    folder = ORDERS.folder if is_before else copy_variant(ORDERS, variant, tmp_path)
    run = laboratory.harness.run(folder, read_plan(ORDERS.folder))
    rotated = next(record for record in run if record.scenario == "rotated")
    phases = ("init", "invoke1", "invoke2")
    clients = tuple(rotated.count_clients(phase) for phase in phases)
    reads = tuple(rotated.count_calls("GetSecretValue", phase) for phase in phases)
    versions = [call.params["Item"]["key_version"] for call in rotated.calls if call.operation == "PutItem"]
    assert (clients, reads, versions) == MEASURED[variant]


@pytest.mark.parametrize("variant", ["module", "constant", "lru_cache"])
def test_hoisted_clients_fail_at_init_without_a_region(variant: str, laboratory: Laboratory, tmp_path: Path) -> None:
    run = laboratory.harness.run(copy_variant(ORDERS, variant, tmp_path), read_plan(ORDERS.folder))
    (record,) = [record for record in run if record.scenario == "no-region"]
    assert record.init_error is not None
    assert record.init_error.type == "NoRegionError"
    assert record.posts == ()


# --- isolation and odd ends ----------------------------------------------------------------------


def write_app(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "app.py").write_text(text, "utf-8")
    return folder


def test_each_scenario_has_its_own_process_and_invocations_share_it(laboratory: Laboratory, tmp_path: Path) -> None:
    app = write_app(
        tmp_path / "app",
        "import os\nseen = []\n"
        "def lambda_handler(event, context):\n"
        "    seen.append(event['n'])\n    os.environ['LEFT'] = 'x'\n    return len(seen)\n",
    )
    run = laboratory.harness.run(app, Plan(events=({"n": 1},)))
    assert [[post.body for post in record.posts if post.kind == "response"] for record in run] == [
        [1],
        [1, 2, 3],
        [1, 2],
        [1],
    ]


@pytest.mark.parametrize(
    ("statement", "kind"), [("raise SystemExit(3)", "exit"), ("__import__('os')._exit(3)", "died")]
)
def test_a_handler_that_ends_the_process_is_recorded(
    statement: str, kind: str, laboratory: Laboratory, tmp_path: Path
) -> None:
    app = write_app(tmp_path / "app", f"def lambda_handler(event, context):\n    {statement}\n")
    plain = laboratory.harness.run(app, Plan())[0]
    if kind == "exit":
        assert [post.kind for post in plain.posts] == ["exit"]
        assert plain.died is None
    else:
        assert plain.posts == ()
        assert plain.died == "exit 3"


def test_an_import_that_fails_is_an_init_error_of_the_runtime(laboratory: Laboratory, tmp_path: Path) -> None:
    app = write_app(tmp_path / "app", "import no_such_module\n")
    error = laboratory.harness.run(app, Plan())[0].init_error
    assert error is not None
    assert error.type == "Runtime.ImportModuleError"


def test_no_scenario_reaches_a_network(laboratory: Laboratory, tmp_path: Path) -> None:
    app = write_app(
        tmp_path / "app",
        "import urllib.request\n"
        "def lambda_handler(event, context):\n    urllib.request.urlopen('http://192.0.2.1/', timeout=1)\n",
    )
    post = laboratory.harness.run(app, Plan())[0].posts[0]
    assert post.body["errorType"] == "URLError"
    assert "refuses connections" in post.body["errorMessage"]


def test_what_differs_from_run_to_run_is_scrubbed_but_identity_is_kept(laboratory: Laboratory, tmp_path: Path) -> None:
    text = (
        "import datetime, random, time, uuid\n{init}\n"
        "def lambda_handler(event, context):\n"
        "    now = datetime.datetime.now(datetime.timezone.utc)\n"
        "    left, drawn = context.get_remaining_time_in_millis(), random.random()\n"
        "    at = {{'at': now.isoformat(), 'epoch': time.time(), 'on': str(now.date())}}\n"
        "    return {{'id': str({made}), 'left': left, 'drawn': drawn, **at}}\n"
    )
    fresh = write_app(tmp_path / "fresh", text.format(init="", made="uuid.uuid4()"))
    frozen = write_app(tmp_path / "frozen", text.format(init="ID = uuid.uuid4()", made="ID"))
    first, again, other = laboratory.harness.run_all([(fresh, Plan()), (fresh, Plan()), (frozen, Plan())])
    assert compare(first, again) == ()
    at = {"at": "<time>", "epoch": "<time>", "on": "<date>"}
    assert first[0].posts[0].body == {"id": "<id-1>", "left": 30_000, "drawn": random.Random(1).random(), **at}
    assert "warm" in scenarios_of(compare(first, other))


# --- the command line ----------------------------------------------------------------------------


def test_command_line_says_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = write_app(tmp_path / "before", "def run(event, context):\n    return 1\n")
    after = write_app(tmp_path / "after", "def run(event, context):\n    return 2\n")
    assert main([str(before), str(before), "--handler", "app.run"]) == 0
    assert main([str(before), str(after), "--handler", "app.run"]) == 1
    assert "plain, invoke1: post: Post(" in capsys.readouterr().out


def test_command_line_refuses_a_plan_with_unknown_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = write_app(tmp_path / "app", "")
    (app / "scenario.json").write_text('{"event": {}}')
    assert main([str(app), str(app)]) == 2
    assert "unknown event" in capsys.readouterr().err


# --- lambdalint's own fixes ----------------------------------------------------------------------

has_engine = importlib.util.find_spec("lambdalint.engine") is not None


class Workshop:
    """Copies of the fixtures, fixed ahead by two processes at a time while the harness runs others."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._executor = ThreadPoolExecutor(max_workers=2)
        self._jobs: dict[tuple[Path, bool], Future[Path]] = {}

    def order(self, case: Case, *, unsafe: bool) -> Future[Path]:
        key = (case.folder, unsafe)
        if key not in self._jobs:
            self._jobs[key] = self._executor.submit(self._fix, case, unsafe)
        return self._jobs[key]

    def close(self) -> None:
        self._executor.shutdown(cancel_futures=True)

    def _fix(self, case: Case, unsafe: bool) -> Path:
        folder = copy_case(case, self._root / f"{name_of(case)}-{'unsafe' if unsafe else 'safe'}")
        options = ["--unsafe-fixes", "--select", case.expected["rule"]] if unsafe else []
        command = [sys.executable, "-m", "lambdalint", "fix", "--no-cache", *options, str(folder)]
        process = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        # Python itself also exits with 1, on an exception that nothing caught.
        is_done = process.returncode in (0, 1) and "Traceback" not in process.stderr
        assert is_done, process.stdout + process.stderr
        return folder


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    workshop = Workshop(tmp_path_factory.mktemp("fixed"))
    yield workshop
    workshop.close()


def read_code(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}


def order_ahead(workshop: Workshop, case: Case) -> None:
    position = CASES.index(case)
    for ahead in CASES[position : position + 4]:
        workshop.order(ahead, unsafe=False)
        if not ahead.is_safe:
            workshop.order(ahead, unsafe=True)


@pytest.mark.skipif(not has_engine, reason="lambdalint.engine is not there yet")
@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_fix_keeps_what_it_declares_to_keep(case: Case, laboratory: Laboratory, workshop: Workshop) -> None:
    order_ahead(workshop, case)
    fixed = workshop.order(case, unsafe=False).result()
    changed = read_code(fixed) != read_code(case.folder)
    differences = laboratory.differences(case, fixed) if changed else ()
    if case.is_safe:
        assert changed, "the safe fix was not applied"
        assert scenarios_of(differences) == case.differs_in, explain(differences)
        return
    assert not differences, f"safe fixes of this fixture differ:\n{explain(differences)}"
    unsafe = workshop.order(case, unsafe=True).result()
    assert read_code(unsafe) != read_code(case.folder), "the unsafe fix was not applied"
    differences = laboratory.differences(case, unsafe)
    assert scenarios_of(differences) == case.differs_in, explain(differences)
