"""What every rule promises: its place in the catalogue, its documentation, and examples that are true."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lambdalint import engine
from lambdalint.config import Config
from lambdalint.diagnostic import FixAvailability
from lambdalint.rules import all_rules
from lambdalint.rules.base import Rule
from lambdalint.selection import Layer, resolve
from rule_table import TABLE

ROOT = Path(__file__).resolve().parent.parent
RULES = all_rules()
SECTIONS = ("Why is this bad?", "Bad", "Good", "Fix safety", "Errs towards", "Options")
_FENCE = re.compile(r"(?:`(?P<name>[\w./-]+)`:\n+)?```(?P<language>\w+)\n(?P<text>.*?)```", re.DOTALL)
_EXTENSION = {"python": "app.py", "yaml": "template.yaml", "json": "template.json", "toml": "pyproject.toml"}
_FIXES = {
    "none": {FixAvailability.NONE},
    "some": {FixAvailability.SOMETIMES},
    "safe": {FixAvailability.SOMETIMES, FixAvailability.ALWAYS},
    "unsafe": {FixAvailability.SOMETIMES, FixAvailability.ALWAYS},
}


@pytest.fixture(params=RULES, ids=lambda rule: rule.code)
def rule(request: pytest.FixtureRequest) -> Rule:
    return request.param


# --- the registry ---


def test_codes_are_sorted_and_unique() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_each_rule_is_the_catalogue_s(rule: Rule) -> None:
    row = {row.code: row for row in TABLE}[rule.code]
    assert rule.name == row.name
    assert rule.always == (row.on == "always")
    assert rule.default == (row.on != "no")
    assert rule.severity.value == row.severity
    assert rule.fix in _FIXES[row.fix]


def test_module_and_fixture_folder_bear_the_name(rule: Rule) -> None:
    snake = rule.name.replace("-", "_")
    assert rule.check.__module__ == f"lambdalint.rules.{snake}"
    assert (ROOT / "fixtures" / "rules" / snake).is_dir()


def test_fixture_folders_are_those_of_rules() -> None:
    known = {row.name.replace("-", "_") for row in TABLE}
    assert {path.name for path in (ROOT / "fixtures" / "rules").iterdir() if path.is_dir()} <= known


# --- the documentation ---


def sections(rule: Rule) -> dict[str, str]:
    """The text below each heading, in order."""
    parts = re.split(r"^## (.+)$", rule.documentation, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_sections_stand_in_order(rule: Rule) -> None:
    found = list(sections(rule))
    assert found == [title for title in SECTIONS if title in found], "a section is unknown or out of order"
    wanted = {"Why is this bad?", "Bad", "Good", "Errs towards"}
    if rule.fix is not FixAvailability.NONE:
        wanted.add("Fix safety")
    assert wanted <= set(found)
    assert ("Fix safety" in found) == (rule.fix is not FixAvailability.NONE)
    assert all(text.strip() for text in sections(rule).values())


def test_first_line_is_one_sentence(rule: Rule) -> None:
    assert re.fullmatch(r"\S.*\.", rule.summary), rule.summary
    assert len(rule.summary) <= 110


def test_module_docstring_names_the_rule(rule: Rule) -> None:
    module = sys.modules[rule.check.__module__]
    assert (module.__doc__ or "").startswith(f"{rule.code} ``{rule.name}``: ")


def test_references_are_https(rule: Rule) -> None:
    assert rule.references
    assert all(re.fullmatch(r"https://[\w.-]+\.[a-z]+/\S*", url) for url in rule.references), rule.references


def test_one_reference_is_of_aws(rule: Rule) -> None:
    """What Lambda and its libraries do is told by AWS: Python's or a framework's page alone is no source for it."""
    assert any(re.match(_AWS, url) for url in rule.references), rule.references


_AWS = r"https://((docs|wa)\.aws\.amazon\.com|aws\.amazon\.com|boto3\.amazonaws\.com|docs\.powertools\.aws\.dev|github\.com/aws)/"


def test_options_are_keys_of_the_configuration(rule: Rule) -> None:
    keys = {name.replace("_", "-") for name in Config.__dataclass_fields__}
    assert set(re.findall(r"`([\w-]+)`", sections(rule).get("Options", ""))) <= keys


# --- the examples ---


def files(text: str) -> dict[str, str]:
    """The files that the fences of a section show: of several in one language the later ones are named."""
    found: dict[str, str] = {}
    for match in _FENCE.finditer(text):
        found[match["name"] or _EXTENSION[match["language"]]] = match["text"]
    return found


def written(text: str, folder: Path) -> Path:
    for name, content in files(text).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


# A comment is only unused where the rule that it names was judged.
_ALSO = {"LMB903": tuple(rule.code for rule in RULES if rule.default)}


def asked(rule: Rule, folder: Path, *, unsafe: bool = False) -> engine.Request:
    config = Config()
    selection = resolve(config, RULES, Layer(select=(rule.code, *_ALSO.get(rule.code, ()))))
    return engine.Request((str(folder),), config, selection, unsafe_fixes=unsafe)


def codes(rule: Rule, folder: Path) -> list[str]:
    report = engine.check(asked(rule, folder))
    assert not report.errors, report.errors
    return [finding.code for finding in report.findings]


def test_bad_example_yields_the_rule_alone(rule: Rule, tmp_path: Path) -> None:
    folder = written(sections(rule)["Bad"], tmp_path)
    if not files(sections(rule)["Bad"]):
        pytest.skip("told in words")
    assert set(codes(rule, folder)) == {rule.code}


def test_good_example_yields_nothing(rule: Rule, tmp_path: Path) -> None:
    folder = written(sections(rule)["Good"], tmp_path)
    if not files(sections(rule)["Good"]):
        pytest.skip("told in words")
    assert codes(rule, folder) == []


def test_fixed_bad_example_is_clean(rule: Rule, tmp_path: Path) -> None:
    """The fix of the bad example leaves no finding; where it is the whole remedy, it gives the good example."""
    if rule.fix is FixAvailability.NONE:
        pytest.skip("the rule has no fix")
    folder = written(sections(rule)["Bad"], tmp_path)
    outcome = engine.fix(asked(rule, folder, unsafe=True))
    if not outcome.fixed and rule.fix is FixAvailability.SOMETIMES:
        pytest.skip("the example has no fix")
    assert outcome.fixed
    for fixed in outcome.fixed:
        Path(fixed.path).write_bytes(fixed.after)
    assert codes(rule, folder) == []
    if rule.code in GIVES_THE_GOOD_EXAMPLE:
        good = files(sections(rule)["Good"])
        assert {name: (folder / name).read_text(encoding="utf-8") for name in good} == good


GIVES_THE_GOOD_EXAMPLE = {"LMB101", "LMB201", "LMB301", "LMB303", "LMB401", "LMB701", "LMB703", "LMB705", "LMB903"}


# --- what a rule may use ---

_CLOCKS = {"datetime", "os", "random", "time", "secrets", "uuid", "subprocess", "socket", "pathlib", "libcst"}


def imported(path: Path) -> set[str]:
    """The top names of the modules that a file imports anywhere."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module.partition(".")[0])
    return found


def test_rules_read_no_clock_and_no_file(rule: Rule) -> None:
    path = ROOT / "src" / "lambdalint" / "rules" / (rule.name.replace("-", "_") + ".py")
    assert not imported(path) & _CLOCKS


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["rule", "LMB201"], ["rule", "--all"]], ids=" ".join)
def test_what_parses_nothing_loads_no_parser(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom lambdalint.cli import cli\n"
        "try:\n    cli.main(sys.argv[1:])\nfinally:\n"
        "    print(sorted({'libcst', 'yaml'} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
