"""The value-flow engine: what reaches what, by which trail, within bounds, and the same way each time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from lambdalint.config import Config
from lambdalint.diagnostic import Diagnostic
from lambdalint.flow import values as v
from lambdalint.flow.instances import Passed, instantiate
from lambdalint.flow.program_flow import flow_of
from lambdalint.flow.tags import Hinge, KeyOf, Tag
from lambdalint.flow.values import CLEAN, DYNAMIC, ITERATED, UNKNOWN, Atom, Root, Value
from lambdalint.link.model import Unit
from lambdalint.rules import find
from lambdalint.source import Span
from programs import linked, write

_ROOT = Root("stored", Unit("a.py", 0), Span(1, 0, 1, 1), "get_secret_value")


def judge(folder: Path, code: str, files: Mapping[str, str], config: Config | None = None) -> list[Diagnostic]:
    rule = find(code)
    assert rule is not None
    return list(rule.check(linked(write(folder, files), config)))


def rows(found: list[Diagnostic]) -> list[int]:
    return sorted(diagnostic.span.row for diagnostic in found)


# --- values ---


def test_reading_follows_keys_and_iterating_a_known_dict_gives_its_keys() -> None:
    value = v.write(v.of_root(_ROOT), "b", CLEAN)
    assert v.read(value, "a").atoms[0].path == ("a",)
    assert v.is_clean(v.read(Value(fields={"b": CLEAN}, shape="dict"), "b"))
    held = Value(fields={"k": v.of_root(_ROOT)}, shape="dict")
    assert v.is_clean(v.iterate(held))
    assert v.element(held).atoms == v.of_root(_ROOT).atoms
    assert v.iterate(v.of_root(_ROOT)).atoms[0].path == (ITERATED,)


def test_unknown_stays_unknown_and_known_stays_harmless() -> None:
    assert v.read(UNKNOWN, "a") == UNKNOWN
    assert v.read(CLEAN, "a") == CLEAN
    assert not v.join(CLEAN, UNKNOWN).known


def test_a_dynamic_key_may_be_any() -> None:
    value = Value(fields={"a": CLEAN, "b": v.of_root(_ROOT)}, shape="dict")
    assert v.read(value, DYNAMIC).atoms == v.of_root(_ROOT).atoms


def test_a_built_string_knows_what_stands_before_each_part() -> None:
    built = v.built(
        [("https://", None), ("", v.of_root(_ROOT)), ("/", None), ("", v.of_root(_ROOT._replace(name="x")))]
    )
    assert [atom.prefix for atom in built.atoms] == ["https://", "https://\0/"]
    assert v.read(built, 0).atoms == built.atoms


def test_values_are_bounded() -> None:
    value = v.of_root(_ROOT)
    for number in range(40):
        value = Value(fields={f"l{number}": value, f"r{number}": value}, rest=value, shape="dict")
        value = v.bounded(value)
    assert len(v.flatten(value)) <= 64
    deep = Atom(_ROOT, ("k",) * 8)
    assert v.extend(deep, "k") is None


def passed(callee: Unit, **given: Value) -> Passed:
    return Passed(callee, given, (Unit("a.py", 0), Span(9, 0, 9, 5)), _named)


def _named(hinge: Hinge, name: str | None) -> tuple[Tag, ...]:
    return ("harmless",) if name == "/public" else ()


def test_instantiation_puts_arguments_in_place_of_parameters() -> None:
    callee = Unit("b.py", 3)
    result = Value(fields={0: v.of_root(Root("parameter", callee, Span(1, 0, 1, 1), "x")), 1: CLEAN}, shape="list")
    seen = instantiate(result, passed(callee, x=v.of_root(_ROOT)))
    assert v.read(seen, 0).atoms[0].root == _ROOT
    assert v.is_clean(v.read(seen, 1))


# --- programs ---

_TWO = {
    "app.py": """
import logging

from store import login
from show import show

logger = logging.getLogger()


def lambda_handler(event, context):
    found = login()
    show(found["phrase"])
    show("nothing")
    return {"ok": True}
""",
    "store.py": """
import boto3

client = boto3.client("secretsmanager")


def login():
    return {"user": "app", "phrase": fetch("prod/login")}


def fetch(name):
    return client.get_secret_value(SecretId=name)["SecretString"]
""",
    "show.py": """
def show(value):
    print(value)
""",
}


def test_the_trail_reads_from_the_source_over_calls_to_the_sink(tmp_path: Path) -> None:
    (found,) = judge(tmp_path, "LMB402", _TWO)
    assert [(Path(step.path).name, step.span.row, step.function) for step in found.trail] == [
        ("store.py", 12, "store.fetch"),
        ("store.py", 8, "store.login"),
        ("app.py", 11, "app.lambda_handler"),
        ("app.py", 12, "app.lambda_handler"),
        ("show.py", 3, "show.show"),
    ]
    assert found.handler == "app.lambda_handler"


def test_code_that_no_handler_reaches_is_silent(tmp_path: Path) -> None:
    files = {**_TWO, "app.py": _TWO["app.py"].replace("def lambda_handler(event, context)", "def main(argv)")}
    assert judge(tmp_path, "LMB402", files) == []


def test_the_order_of_definitions_and_files_does_not_matter(tmp_path: Path) -> None:
    renamed = {"app.py": _TWO["app.py"].replace("store", "z_store"), "z_store.py": _TWO["store.py"]}
    first = judge(tmp_path / "a", "LMB402", _TWO)
    second = judge(tmp_path / "b", "LMB402", {**_TWO, **renamed})
    assert rows(first) == rows(second)
    again = judge(tmp_path / "c", "LMB402", _TWO)
    assert [d.message for d in first] == [d.message for d in again]


def test_recursion_ends_and_is_seen_through(tmp_path: Path) -> None:
    code = """
import os


def walk(items, found):
    if not items:
        return found
    return walk(items[1:], found + items[0])


def even(n, value):
    return value if n == 0 else odd(n - 1, value)


def odd(n, value):
    return "" if n == 0 else even(n - 1, value)


def lambda_handler(event, context):
    print(walk(["a"], os.environ["DB_PASSWORD"]))
    print(even(4, os.environ["DB_PASSWORD"]))
    print(even(4, "nothing"))
    return {"ok": True}
"""
    assert rows(judge(tmp_path, "LMB402", {"app.py": code})) == [20, 21]


def test_modules_that_import_each_other_are_seen_through(tmp_path: Path) -> None:
    files = {
        "app.py": "import config\n\nNAME = 'x'\n\n\ndef lambda_handler(event, context):\n    print(config.KEY)\n",
        "config.py": "import os\n\nimport app\n\nKEY = os.environ['API_KEY']\nTEXT = app.NAME\n",
    }
    assert rows(judge(tmp_path, "LMB402", files)) == [7]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DB_PASSWORD", "os.environ['DB_PASSWORD']", True),
        ("value", "os.environ['DB_PASSWORD']", True),
        ("secret_name", "os.environ['SECRET']", False),
        ("token", "event['ClientRequestToken']", False),
        ("token", "event['x']", True),
        ("token", "'abc'", False),
        ("token", "event['text'][:4]", False),
        ("masked_token", "event['token']", False),
        ("password", "get_it()", True),
        ("credentials", "boto3.client('sts')", False),
        ("encrypted", "os.environ['API_KEY']", False),
    ],
)
def test_names_decide_where_the_value_does_not(tmp_path: Path, name: str, value: str, expected: bool) -> None:
    head = "import os\n\nimport boto3\nfrom elsewhere import get_it\n\n\n"
    code = f"{head}def lambda_handler(event, context):\n    {name} = {value}\n    print({name})\n"
    assert bool(judge(tmp_path, "LMB402", {"app.py": code})) is expected


def test_the_configuration_names_secrets_and_calls(tmp_path: Path) -> None:
    code = """
from elsewhere import fetch


def lambda_handler(event, context):
    print(fetch("a"))
    print(event["magic_word"])
    print(event["id"])
"""
    assert judge(tmp_path / "a", "LMB402", {"app.py": code}) == []
    config = Config(secret_names=("magic_word",), secret_calls=("elsewhere.fetch",))
    assert rows(judge(tmp_path / "b", "LMB402", {"app.py": code}, config)) == [6, 7]


def test_a_function_is_not_confused_with_others_behind_one_name(tmp_path: Path) -> None:
    code = """
import os


def secret():
    return os.environ["API_KEY"]


def stage():
    return os.environ["STAGE"]


def retried(function):
    return function()


def lambda_handler(event, context):
    print(retried(stage))
    return bool(retried(secret))
"""
    assert judge(tmp_path, "LMB402", {"app.py": code}) == []


def test_a_literal_secret_is_masked_and_never_told(tmp_path: Path) -> None:
    literal = "sk-live-0f1e2d3c4b5a"
    code = f'API_KEY = "{literal}"\n\n\ndef lambda_handler(event, context):\n    return event["key"] == API_KEY\n'
    (found,) = judge(tmp_path, "LMB405", {"app.py": code})
    assert found.masked == (found.span,)
    assert literal not in repr(found)


def test_a_long_chain_of_calls_and_a_large_function_take_little_time(tmp_path: Path) -> None:
    calls = "\n\n".join(f"def f{n}(value):\n    return f{n + 1}(value)" for n in range(300))
    lines = "\n".join(f"    d['k{n}'] = d.get('k{n - 1}', event) if event else [d, d]" for n in range(300))
    code = (
        f"import os\n\n\n{calls}\n\n\ndef f300(value):\n    return value\n\n\n"
        f"def lambda_handler(event, context):\n    d = {{}}\n{lines}\n"
        "    print(f0(os.environ['API_KEY']))\n    return d\n"
    )
    started = time.process_time()
    assert len(judge(tmp_path, "LMB402", {"app.py": code})) == 1
    assert time.process_time() - started < 20


def test_each_program_has_one_flow(tmp_path: Path) -> None:
    program = linked(write(tmp_path, _TWO))
    assert flow_of(program) is flow_of(program)


def test_what_is_stored_under_a_passed_key_is_found_under_that_one() -> None:
    callee, caller = Unit("b.py", 3), Unit("a.py", 0)
    key = KeyOf(callee, "key")
    stored = v.write(Value(shape="dict"), key, v.of_root(Root("parameter", callee, Span(1, 0, 1, 1), "held")))
    secret = v.of_root(_ROOT)
    known = instantiate(stored, passed(callee, key=Value(text="name"), held=secret))
    assert set(known.fields) == {"name"}
    assert v.flatten(v.read(known, "other")) == ()
    own = v.of_root(Root("parameter", caller, Span(1, 0, 1, 1), "own"))
    onwards = instantiate(stored, passed(callee, key=own, held=secret))
    (atom,) = v.flatten(v.read(onwards, "other"))
    assert atom.tags == {Hinge(caller, "own", "other")}
    unknown = instantiate(stored, passed(callee, key=CLEAN, held=secret))
    assert [atom.root for atom in v.flatten(v.read(unknown, "other"))] == [_ROOT]


def test_what_is_read_under_a_passed_key_is_read_under_that_one() -> None:
    callee, caller = Unit("b.py", 3), Unit("a.py", 0)
    holder = v.of_root(Root("parameter", callee, Span(1, 0, 1, 1), "self"))
    read = v.read(v.read(holder, "kept"), KeyOf(callee, "key"))
    held = Value(fields={"kept": Value(fields={"name": v.of_root(_ROOT), "other": CLEAN}, shape="dict")}, shape="dict")
    keys = (Value(text="name"), Value(text="other"), CLEAN)
    found = [v.flatten(instantiate(read, passed(callee, self=held, key=key))) for key in keys]
    assert [[atom.root for atom in atoms] for atoms in found] == [[_ROOT], [], [_ROOT]]
    own = v.of_root(Root("parameter", caller, Span(1, 0, 1, 1), "own"))
    kept = v.of_root(Root("global", Unit("b.py", -1), Span(1, 0, 1, 0), "kept"))
    (atom,) = instantiate(v.read(kept, KeyOf(callee, "key")), passed(callee, key=own)).atoms
    assert atom.path == (KeyOf(caller, "own"),)


def test_what_is_fetched_by_a_passed_name_is_judged_by_it() -> None:
    callee = Unit("b.py", 3)
    fetched = v.tagged(v.of_root(_ROOT), Hinge(callee, "name"))
    tags = [
        instantiate(fetched, passed(callee, name=name)).atoms[0].tags
        for name in (Value(text="/public"), Value(text="/other"), CLEAN)
    ]
    assert tags == [{"harmless"}, frozenset(), frozenset()]
