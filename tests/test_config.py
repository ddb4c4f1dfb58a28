from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from lambdalint.config import DEFAULT_EXCLUDE, OPTIONS, Config, schema
from lambdalint.config_file import load
from lambdalint.errors import ConfigError

pytestmark = pytest.mark.usefixtures("sample_rules")

EVERYTHING = {
    "select": ["ALL"],
    "ignore": ["LMB2"],
    "extend-select": ["client-per-invocation"],
    "per-file-ignores": {"legacy/**": ["LMB201"], "*_old.py": ["LMB4"]},
    "exclude": ["vendor"],
    "extend-exclude": ["generated"],
    "severity": {"LMB201": "note", "LMB4": "error"},
    "extend-safe-fixes": ["LMB201"],
    "extend-unsafe-fixes": ["LMB101"],
    "fix-style": "module",
    "secret-cache": "powertools",
    "conditional-imports": "report",
    "handlers": ["app:handler"],
    "source-roots": ["lib", "."],
    "client-factories": ["shop.make"],
    "secret-names": ["*_pin"],
    "secret-calls": ["shop.fetch"],
    "cache-decorators": ["shop.once"],
    "require-handlers": True,
    "templates": ["infra/*.yml"],
    "baseline": "known.json",
    "cache-dir": ".cache/lint",
    "output-format": "json",
}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def toml(table: str) -> str:
    return f"[project]\nname = 'x'\n\n[tool.lambdalint]\n{table}\n"


def test_defaults() -> None:
    config = Config()
    assert config.select is None
    assert config.exclude == DEFAULT_EXCLUDE
    assert config.fix_style == "accessor"
    assert (config.root, config.file) == (None, None)


def test_every_option_is_read_from_yaml(tmp_path: Path) -> None:
    file = write(tmp_path, ".lambdalint.yaml", json.dumps(EVERYTHING))
    config = load((str(tmp_path),))
    assert set(EVERYTHING) == {option.name for option in OPTIONS}
    assert config == Config(
        select=("ALL",),
        ignore=("LMB2",),
        extend_select=("client-per-invocation",),
        per_file_ignores=(("legacy/**", ("LMB201",)), ("*_old.py", ("LMB4",))),
        exclude=("vendor",),
        extend_exclude=("generated",),
        severity=(("LMB201", "note"), ("LMB4", "error")),
        extend_safe_fixes=("LMB201",),
        extend_unsafe_fixes=("LMB101",),
        fix_style="module",
        secret_cache="powertools",
        conditional_imports="report",
        handlers=("app:handler",),
        source_roots=(str(tmp_path / "lib"), str(tmp_path)),
        client_factories=("shop.make",),
        secret_names=("*_pin",),
        secret_calls=("shop.fetch",),
        cache_decorators=("shop.once",),
        require_handlers=True,
        templates=("infra/*.yml",),
        baseline=str(tmp_path / "known.json"),
        cache_dir=str(tmp_path / ".cache/lint"),
        output_format="json",
        root=str(tmp_path),
        file=str(file),
    )
    hash(config)


def test_toml_says_the_same_as_yaml(tmp_path: Path) -> None:
    write(tmp_path, "a/.lambdalint.yaml", "select: [LMB2]\nseverity: {LMB201: note}\nrequire-handlers: true\n")
    write(tmp_path, "b/pyproject.toml", toml('select = ["LMB2"]\nrequire-handlers = true\nseverity.LMB201 = "note"'))
    first, second = load((str(tmp_path / "a"),)), load((str(tmp_path / "b"),))
    for name in ("select", "severity", "require_handlers"):
        assert getattr(first, name) == getattr(second, name)


def test_the_nearest_file_above_all_targets_counts(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", toml('ignore = ["LMB1"]'))
    write(tmp_path, "one/pyproject.toml", "[project]\ndependencies = ['lambdalint']\n")
    write(tmp_path, "one/deep/.lambdalint.yaml", "ignore: [LMB2]\n")
    app = write(tmp_path, "one/deep/src/app.py", "")
    other = write(tmp_path, "one/other.py", "")
    assert load((str(app),)).ignore == ("LMB2",)
    assert load((str(other),)).ignore == ("LMB1",)
    assert load((str(app), str(other))).ignore == ("LMB1",)
    assert load((str(app),), isolated=True) == Config()
    assert load((str(app),), file=str(tmp_path / "pyproject.toml")).ignore == ("LMB1",)


def test_an_empty_file_gives_the_defaults_and_a_root(tmp_path: Path) -> None:
    file = write(tmp_path, ".lambdalint.yaml", "# nothing yet\n")
    assert load((str(tmp_path),)) == Config(root=str(tmp_path), file=str(file))


def test_a_foreign_file_with_faults_is_not_our_business(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[[[")
    assert load((str(tmp_path),)) == Config()


def test_both_files_in_one_folder_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", toml(""))
    write(tmp_path, ".lambdalint.yaml", "")
    with pytest.raises(ConfigError, match=r"pyproject.toml has \[tool.lambdalint\] and .lambdalint.yaml"):
        load((str(tmp_path),))


TOML_FAULTS = [
    ('selct = ["ALL"]', ":5: unknown option `selct`: did you mean `select`?"),
    ('\nextend_select = ["ALL"]', ":6: unknown option `extend_select`: did you mean `extend-select`?"),
    ('select = "ALL"', ":5: `select` must be a list of strings, not a string"),
    ("select = [1]", ":5: `select` must be a list of strings, not one with a number"),
    ('select = [""]', ":5: `select` holds an empty string"),
    ('ignore = ["LMB2", "LMB204"]', ":5: unknown rule `LMB204` in `ignore`: did you mean `LMB203`?"),
    ('select = ["E501"]', ":5: unknown rule `E501` in `select`"),
    ('fix-style = "modul"', ":5: `fix-style` must be `accessor` or `module`, not `modul`: did you mean `module`?"),
    ("fix-style = 3", ":5: `fix-style` must be `accessor` or `module`, not a number"),
    ("require-handlers = 1", ":5: `require-handlers` must be true or false, not a number"),
    ("severity = 3", ":5: `severity` must be a table, not a number"),
    (
        '[tool.lambdalint.severity]\nLMB201 = "warn"',
        ":6: `severity.LMB201` must be `error` or `warning` or `note`, not",
    ),
    ('severity = { LMB777 = "note" }', ":5: unknown rule `LMB777` in `severity`"),
    ('[tool.lambdalint.per-file-ignores]\n"a.py" = "LMB201"', ":6: `per-file-ignores.a.py` must be a list of strings"),
    ("baseline = []", ":5: `baseline` must be a string, not a list"),
    ("[tool.lambdalint.lint]\nselect = []", ":5: unknown option `lint`"),
    ("select = [", " is not valid TOML: "),
]


@pytest.mark.parametrize(("table", "message"), TOML_FAULTS)
def test_faults_in_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "pyproject.toml", toml(table))
    with pytest.raises(ConfigError) as caught:
        load((str(tmp_path),))
    assert str(caught.value).startswith(f"pyproject.toml{message}")


YAML_FAULTS = [
    ("# c\nselct: [ALL]\n", ":2: unknown option `selct`: did you mean `select`?"),
    ("select: ALL\n", ":1: `select` must be a list of strings, not a string"),
    ("select:\n", ":1: `select` must be a list of strings, not nothing"),
    ("severity:\n  LMB201: note\n  LMB2: warn\n", ":3: `severity.LMB2` must be `error` or `warning` or `note`"),
    ("1: 2\n", ":1: unknown option `1`"),
    ("- select\n", ": the configuration must be a table, not a list"),
    ("select: [ALL]\nselect: []\n", ":1: `select` is given twice"),
    ("select: [\n", ":2 is not valid YAML: "),
    ("select: !!python/object/apply:os.getcwd []\n", ":1 is not valid YAML: "),
    ("[" * 5000, " is not valid YAML"),
    ("a: &a [1]\nselect: [*a, *a]\n", ":1: unknown option `a`"),
]


@pytest.mark.parametrize(("text", "message"), YAML_FAULTS)
def test_faults_in_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, ".lambdalint.yaml", text)
    with pytest.raises(ConfigError) as caught:
        load((str(tmp_path),))
    assert str(caught.value).startswith(f".lambdalint.yaml{message}")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("missing.toml", None, "no such configuration file: missing.toml"),
        ("other.toml", "[tool]\n", "other.toml has no table [tool.lambdalint]"),
        ("config.ini", "", "config.ini is neither TOML nor YAML by its name"),
        ("latin.yaml", b"a\n\xff", "latin.yaml:2 is not UTF-8"),
        ("tool.toml", "[tool]\nlambdalint = 3", "tool.toml:2: the configuration must be a table, not a number"),
    ],
)
def test_faults_of_a_given_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str | bytes | None, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ConfigError) as caught:
        load((str(tmp_path),), file=name)
    assert str(caught.value).startswith(message)


def test_a_misspelt_file_is_not_silently_ignored(tmp_path: Path) -> None:
    write(tmp_path, ".lambdalint.yml", "")
    with pytest.raises(ConfigError, match=r"rename it to \.lambdalint\.yaml"):
        load((str(tmp_path),))


def test_options_and_schema_cover_every_setting(snapshot: Callable[[str, str], None]) -> None:
    assert {field.name for field in fields(Config)} == {option.attribute for option in OPTIONS} | {"root", "file"}
    described = schema()
    properties = described["properties"]
    assert isinstance(properties, dict)
    assert list(properties) == [option.name for option in OPTIONS]
    assert all(entry["description"].endswith(".") for entry in properties.values())


def test_the_shipped_schema_is_the_generated_one(request: pytest.FixtureRequest) -> None:
    path = Path(__file__).parent.parent / "src/lambdalint/lambdalint.schema.json"
    text = json.dumps(schema(), indent=2) + "\n"
    if request.config.getoption("--update-snapshots"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["baseline", "cache-dir"])
@pytest.mark.parametrize("path", ["a\\0b", "\\uD800"])
def test_a_path_that_no_file_can_have_is_refused(tmp_path: Path, name: str, path: str) -> None:
    write(tmp_path, ".lambdalint.yaml", f'{name}: "{path}"\n')
    with pytest.raises(ConfigError, match=r"\.lambdalint\.yaml"):
        load((str(tmp_path),))


def test_a_number_that_is_too_long_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", toml("select = " + "9" * 5000))
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load((str(tmp_path),))
