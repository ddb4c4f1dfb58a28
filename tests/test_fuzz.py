"""What anyone may put into a repository: no source, template, setting, cache or baseline makes the program fail."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fuzzing import budget, mangled, sources
from lambdalint import baseline, engine
from lambdalint.cache import plain
from lambdalint.cache.codec import CodecError, decode, encode
from lambdalint.cache.store import Store
from lambdalint.config import OPTIONS, Config
from lambdalint.config_file import load, parse
from lambdalint.errors import ConfigError, LambdalintError
from lambdalint.extract import extract
from lambdalint.rules import all_rules
from lambdalint.selection import Layer, resolve
from lambdalint.summary import ModuleSummary, Unparsable
from templates_project import declared
from test_templates_fuzz import SEEDS

SOURCES = sources()
ALL = resolve(Config(), all_rules(), Layer(select=("ALL",)))
HANDLER = "import boto3\n\n\ndef lambda_handler(event, context):\n    return boto3.client('s3').list_buckets()\n"


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the key of the cache be this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    yield


# --- sources ---


@given(st.one_of(st.binary(max_size=400), mangled(SOURCES).map(lambda text: text.encode("utf-8", "replace"))))
@budget(250)
def test_extraction(data: bytes) -> None:
    """Any bytes have a summary or a reason, always the same, and it survives the cache."""
    found = extract(data)
    assert extract(data) == found
    if isinstance(found, Unparsable):
        assert found.code in ("LMB901", "LMB902")
        assert 1 <= found.row <= data.count(b"\n") + data.count(b"\r") + 1
    assert decode(encode(found)) == found


@given(st.lists(mangled(SOURCES), min_size=1, max_size=3), mangled([SEEDS["template.yaml"], SEEDS["main.tf"]]))
@budget(60)
def test_a_whole_run(texts: list[str], template: str) -> None:
    """All rules and all fixes over mangled modules: no rule crashes, and what is fixed is Python."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in zip(("app.py", "helper.py", "orders.py"), texts, strict=False):
            Path(folder, name).write_bytes(text.encode("utf-8", "replace"))
        Path(folder, "template.yaml").write_bytes(template.encode("utf-8", "replace"))
        Path(folder, "main.tf").write_bytes(template.encode("utf-8", "replace"))
        request = engine.Request((folder,), Config(), ALL, cache=False, unsafe_fixes=True)
        report = engine.check(request)
        assert not report.errors, report.errors
        outcome = engine.fix(request)
        assert not outcome.report.errors, outcome.report.errors
        for file in outcome.fixed:
            assert not file.path.endswith(".py") or isinstance(extract(file.after), ModuleSummary)


# --- templates ---

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(
        ["app.lambda_handler", "app", ".", "..", "/", "a\0b", "\ud800", "~", "x" * 5000, "../../../etc/", "src/"]
    ),
    st.sampled_from(
        ["python3.12", "AWS::Serverless::Function", "AWS::Lambda::Function", "${A}", "${file(a.yml)}", "Image"]
    ),
)
_NAMES = """
    Resources Globals Function Transform Type Properties Handler CodeUri Code ZipFile Runtime Environment Variables
    Layers Metadata ImageConfig Command Events Ref Fn::Sub Fn::Join Fn::GetAtt Fn::If
    Fn::FindInMap Mappings Parameters Default Conditions provider functions handler runtime environment package
    individually custom layers name image service
    stages dev chalice app_name app_function environment_variables aws:asset:path PackageType LoggingConfig
"""
KEYS = st.one_of(st.sampled_from(_NAMES.split()), st.text(max_size=4))
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=30,
)


def _function(properties: Any, kind: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties, "Metadata": properties}


FUNCTIONS = st.builds(
    lambda functions, rest: {
        "Resources": functions,
        "Globals": {"Function": rest},
        "functions": rest,
        "provider": rest,
    },
    st.dictionaries(
        st.text(min_size=1, max_size=3),
        st.builds(
            _function,
            st.dictionaries(KEYS, TREES, max_size=6),
            st.sampled_from(["AWS::Serverless::Function", "AWS::Lambda::Function", "AWS::Serverless::LayerVersion"]),
        ),
        max_size=3,
    ),
    TREES,
)


@given(
    st.one_of(TREES, FUNCTIONS),
    st.sampled_from(
        [
            "template.yaml",
            "template.json",
            "serverless.yml",
            "cdk.out/a.template.json",
            ".chalice/config.json",
            "zappa_settings.json",
        ]
    ),
)
@budget(150)
def test_templates_of_any_shape(tree: Any, name: str) -> None:
    """Any tree under the names that matter, in memory and in a run over a folder."""
    text = json.dumps(tree) if name.endswith("json") else yaml.safe_dump(tree, allow_unicode=False)
    declared({name: text.encode(), "app.py": HANDLER})
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).parent.mkdir(exist_ok=True)
        Path(folder, name).write_text(text)
        Path(folder, "app.py").write_text(HANDLER)
        report = engine.check(engine.Request((folder,), Config(), ALL, cache=False, edits=False))
    assert not report.errors, report.errors


@given(st.sampled_from(sorted(SEEDS)), st.data())
@budget(150)
def test_mangled_templates(name: str, data: st.DataObject) -> None:
    text = data.draw(mangled([SEEDS[name]]))
    found = declared({name: text.encode("utf-8", "replace"), "app.py": "", "a.py": ""})
    assert all(function.row >= 1 for function in found.functions)


# --- configuration ---

VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(st.text(max_size=5), TREES, max_size=3))
SETTINGS = st.dictionaries(
    st.one_of(st.sampled_from([option.name for option in OPTIONS]), st.text(max_size=6)), VALUES, max_size=4
)
PATHS = ("source-roots", "templates", "exclude", "extend-exclude", "handlers", "baseline", "cache-dir")
TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from(["a\0b", "\ud800", "**/*", "[", "[!", "../..", "x" * 5000, ":", "*:*", "~"])
)


@given(SETTINGS)
@budget(200)
def test_settings_of_any_type(raw: dict[str, Any]) -> None:
    """Whatever a setting holds, it is understood or refused with a message."""
    try:
        parse(raw, "/p/.lambdalint.yaml")
    except ConfigError as error:
        assert str(error).startswith("/p/.lambdalint.yaml") or ".lambdalint.yaml" in str(error)


@given(st.sampled_from(PATHS), TEXTS)
@budget(60)
def test_settings_that_name_paths(name: str, text: str) -> None:
    """A run with a strange pattern or path does its work or says what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "app.py").write_text(HANDLER)
        single = name in ("baseline", "cache-dir")
        try:
            config = parse({name: text if single else [text]}, os.path.join(folder, ".lambdalint.yaml"))
            if config.baseline is not None:
                baseline.load(config.baseline)
            report = engine.check(engine.Request((folder,), config, ALL, cache=True, edits=False))
        except LambdalintError:
            return
        assert not report.errors, report.errors


_FILES = {
    "pyproject.toml": '[project]\nname = "x"\n\n[tool.lambdalint]\nselect = ["ALL"]\nexclude = ["a/**"]\n'
    'severity = {LMB201 = "note"}\n\n[tool.lambdalint.per-file-ignores]\n"a/*.py" = ["LMB2"]\n',
    ".lambdalint.yaml": "select: [ALL]\nexclude:\n  - a/**\nseverity: {LMB201: note}\nhandlers: ['app:f']\n",
}


@given(st.sampled_from(sorted(_FILES)), st.data())
@budget(200)
def test_mangled_configuration_files(name: str, data: st.DataObject) -> None:
    text = data.draw(mangled([_FILES[name]]))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(text.encode("utf-8", "replace"))
        try:
            load((folder,))
        except ConfigError as error:
            assert name in str(error)


# --- cache and baseline ---

BLOB = encode(extract(SOURCES[0].encode()))
PLAIN = plain.dump(declared({"template.yaml": SEEDS["template.yaml"], "app.py": ""}))
EDITS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5)


def damaged(data: bytes, edits: list[tuple[int, int]], end: int | None) -> bytes:
    """Some bytes with some of them changed, cut short where an end is given."""
    changed = bytearray(data)
    for place, value in edits:
        changed[place % len(changed)] = value
    return bytes(changed if end is None else changed[: end % len(changed)])


@given(EDITS, st.one_of(st.none(), st.integers(0, 10**6)), st.binary(max_size=200))
@budget(300)
def test_caches(edits: list[tuple[int, int]], end: int | None, noise: bytes) -> None:
    """Damaged bytes are refused or give plain data; under a seal they are not even looked at."""
    for blob in (damaged(BLOB, edits, end), noise):
        with contextlib.suppress(CodecError):
            assert isinstance(decode(blob), ModuleSummary | Unparsable)
    for text in (damaged(PLAIN, edits, end), noise):
        with contextlib.suppress(ValueError):
            plain.load(text)


@given(EDITS, st.one_of(st.none(), st.integers(0, 10**6)))
@budget(60)
def test_sealed_caches(edits: list[tuple[int, int]], end: int | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(os.path.join(folder, "cache"))
        assert store.write("name", BLOB)
        path = Path(folder, "cache", "name")
        before = path.read_bytes()
        path.write_bytes(damaged(before, edits, end))
        assert Store(store.folder).read("name") == (BLOB if path.read_bytes() == before else None)


_BASELINE = json.dumps(
    {"version": 1, "findings": [{"path": "a.py", "code": "LMB101", "function": "f", "fingerprint": "0", "count": 2}]}
)
ENTRIES = st.dictionaries(
    st.sampled_from(["path", "code", "function", "fingerprint", "count"]), st.one_of(TREES, st.integers()), max_size=5
)


@given(
    st.one_of(
        mangled([_BASELINE]).map(lambda text: text.encode("utf-8", "replace")),
        st.lists(ENTRIES, max_size=3).map(lambda found: json.dumps({"version": 1, "findings": found}).encode()),
        TREES.map(lambda tree: json.dumps(tree).encode()),
        st.sampled_from([b"[" * 100_000, b'{"version": 1, "findings": ' + b"[" * 100_000, b"9" * 10_000, b"\xff\xfe["]),
    )
)
@budget(200)
def test_baselines(data: bytes) -> None:
    """It is a baseline, or it is refused with its name."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "base.json")
        Path(path).write_bytes(data)
        try:
            known = baseline.load(path)
        except ConfigError as error:
            assert "base.json" in str(error)
        else:
            assert all(count > 0 for count in known.values())
            baseline.dump(known)
