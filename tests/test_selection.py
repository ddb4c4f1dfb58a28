from __future__ import annotations

import subprocess
import sys

import pytest

from lambdalint import rules as registry
from lambdalint.config import Config
from lambdalint.diagnostic import Applicability, Severity
from lambdalint.rules.base import Rule
from lambdalint.selection import Layer, UnknownSelector, expand, resolve

DEFAULTS = {"LMB101", "LMB201", "LMB203", "LMB401"}
ALWAYS = {"LMB901"}


def codes(rules: tuple[Rule, ...], config: Config | None = None, **layer: tuple[str, ...]) -> set[str]:
    selected = resolve(config or Config(), rules, Layer(**layer)).codes
    assert selected >= ALWAYS
    return set(selected - ALWAYS)


@pytest.mark.parametrize(
    ("config", "layer", "expected"),
    [
        ({}, {}, DEFAULTS),
        ({}, {"select": ("ALL",)}, DEFAULTS | {"LMB103", "LMB903"}),
        ({}, {"select": ("LMB2",)}, {"LMB201", "LMB203"}),
        ({}, {"select": ("lmb201", "uncached-secret")}, {"LMB201", "LMB401"}),
        ({}, {"extend_select": ("LMB903",)}, DEFAULTS | {"LMB903"}),
        ({}, {"ignore": ("LMB2",)}, {"LMB101", "LMB401"}),
        ({}, {"ignore": ("ALL",)}, set()),
        ({}, {"select": ("ALL",), "ignore": ("LMB901",)}, DEFAULTS | {"LMB103", "LMB903"}),
        ({"select": ()}, {}, set()),
        ({"select": ("LMB2",), "ignore": ("LMB201",)}, {}, {"LMB203"}),
        ({"select": ("LMB201",), "ignore": ("LMB2",)}, {}, {"LMB201"}),
        ({"select": ("client-per-invocation",), "ignore": ("LMB2",)}, {}, {"LMB201"}),
        ({"select": ("LMB201",), "ignore": ("client-per-invocation",)}, {}, set()),
        ({"ignore": ("LMB1",), "extend_select": ("LMB103",)}, {}, (DEFAULTS - {"LMB101"}) | {"LMB103"}),
        ({"ignore": ("LMB201",)}, {"select": ("LMB2",)}, {"LMB201", "LMB203"}),
        ({"ignore": ("LMB201",)}, {"extend_select": ("LMB2",)}, DEFAULTS),
        ({"select": ("LMB2",)}, {"ignore": ("LMB203",)}, {"LMB201"}),
        ({"select": ("LMB201",)}, {"extend_select": ("LMB4",)}, {"LMB201", "LMB401"}),
    ],
)
def test_command_line_wins_and_the_more_specific_selector_wins(
    sample_rules: tuple[Rule, ...],
    config: dict[str, tuple[str, ...]],
    layer: dict[str, tuple[str, ...]],
    expected: set[str],
) -> None:
    assert codes(sample_rules, Config(**config), **layer) == expected


@pytest.mark.parametrize(
    ("selector", "nearest"),
    [
        ("LMB404", "LMB401"),
        ("client-per-invokation", "client-per-invocation"),
        ("LMB8", None),
        ("E501", None),
        ("", None),
        ("zzzzzzzz", None),
    ],
)
def test_unknown_selector_names_the_nearest(sample_rules: tuple[Rule, ...], selector: str, nearest: str | None) -> None:
    with pytest.raises(UnknownSelector) as caught:
        expand(selector, sample_rules)
    assert f"`{selector}`" in str(caught.value)
    if nearest:
        assert f"did you mean `{nearest}`?" in str(caught.value)


def test_per_file_ignores_are_relative_to_the_root_and_spare_what_is_always_on(sample_rules: tuple[Rule, ...]) -> None:
    config = Config(per_file_ignores=(("legacy/**", ("LMB2", "LMB901")), ("*_old.py", ("LMB401",))), root="/p")
    selection = resolve(config, sample_rules)
    assert selection.ignored("/p/legacy/a.py") == {"LMB201", "LMB203"}
    assert selection.ignored("/p/src/legacy/a.py") == set()
    assert selection.ignored("/p/legacy/x_old.py") == {"LMB201", "LMB203", "LMB401"}
    assert selection.is_on("LMB201", "/p/a.py")
    assert not selection.is_on("LMB201", "/p/legacy/a.py")
    assert selection.is_on("LMB901", "/p/legacy/a.py")
    assert not selection.is_on("LMB903")
    assert selection.judged("/p/legacy/a.py") == {"LMB101", "LMB401", "LMB901"}


def test_overrides_of_severity_and_of_fixes(sample_rules: tuple[Rule, ...]) -> None:
    config = Config(
        severity=(("LMB201", "note"), ("LMB2", "error")),
        extend_safe_fixes=("LMB401", "LMB2"),
        extend_unsafe_fixes=("client-per-invocation",),
    )
    selection = resolve(config, sample_rules)
    assert selection.severity("LMB201", Severity.WARNING) is Severity.NOTE
    assert selection.severity("LMB203", Severity.WARNING) is Severity.ERROR
    assert selection.severity("LMB101", Severity.WARNING) is Severity.WARNING
    assert selection.applicability("LMB401", Applicability.UNSAFE) is Applicability.SAFE
    assert selection.applicability("LMB201", Applicability.SAFE) is Applicability.UNSAFE
    assert selection.applicability("LMB101", Applicability.SAFE) is Applicability.SAFE


def test_registry_is_sorted_and_finds_by_code_and_name() -> None:
    rules = registry.all_rules()
    assert list(rules) == sorted(rules, key=lambda rule: rule.code)
    for rule in rules:
        assert registry.find(rule.code.lower()) is rule
        assert registry.find(rule.name) is rule
    assert registry.find("LMB000") is None


def test_every_module_of_the_registry_declares_one_rule_of_its_name() -> None:
    by_module = {name: registry._declared_in(name) for name in registry._module_names()}
    assert {name: [rule.name.replace("-", "_") for rule in rules] for name, rules in by_module.items()} == {
        name: [name] for name in by_module
    }


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["rule"], ["rule", "--all"], ["check", "--help"]])
def test_what_needs_no_analysis_loads_no_parser(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from lambdalint.cli import cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit as end: assert end.code in (0, None), end.code\n"
        "loaded = {'libcst', 'yaml', 'tomllib', 'tomli', 'multiprocessing', 'lambdalint.engine'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
