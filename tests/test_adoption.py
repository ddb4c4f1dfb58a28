"""The page on adoption, followed to the letter on a generated repository, and what it promises tried in detail."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result

import console
import legacy
from snippets import titled
from test_cli import run

PAGE = "docs/adoption.md"
KNOWN = "known.json"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    legacy.generate(folder)
    monkeypatch.chdir(folder)
    return folder


def check(*arguments: str) -> Result:
    return run("check", "--no-cache", "--output-format", "concise", *arguments)


def counts(*arguments: str) -> dict[str, int]:
    printed = run("check", "--no-cache", "--statistics", "--output-format", "json", *arguments).stdout
    return {row["code"]: row["count"] for row in json.loads(printed)}


def edit(folder: Path, number: int, old: str, new: str) -> None:
    path = folder / "services" / f"service{number:02}" / "app.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_page_can_be_followed(repository: Path) -> None:
    console.run("git config user.name nobody && git config user.email nobody@example.com", repository)
    console.follow(PAGE, repository)


def test_the_configuration_of_the_page_does_what_it_says(repository: Path) -> None:
    check("--write-baseline", "lambdalint-baseline.json", "services/service02")
    (repository / "pyproject.toml").write_text(titled(PAGE, "pyproject.toml"))
    found = json.loads(run("check", "--no-cache", "--output-format", "json").stdout)
    assert {f["severity"] for f in found if f["code"] == "LMB201"} == {"error"}
    assert {f["severity"] for f in found if f["code"] == "LMB401"} == {"note"}
    silent = {f"services/service{number}/app.py" for number in range(10, 20)}
    assert not silent & {f["filename"] for f in found if f["code"] == "LMB401"}
    assert silent <= {f["filename"] for f in found}
    assert "services/service02/app.py" not in {f["filename"] for f in found}
    assert check("--fail-on", "error").exit_code == 1
    assert check("--fail-on", "error", "--select", "LMB101").exit_code == 0


# --- the baseline --------------------------------------------------------------------------------


def test_a_baseline_hides_what_is_known_and_no_more(repository: Path) -> None:
    assert check("--write-baseline", KNOWN).stderr == f"{KNOWN}: 200 findings recorded\n"
    assert check("--baseline", KNOWN).exit_code == 0
    edit(repository, 3, "    import json\n", "    import json\n    import csv\n    csv.reader([])\n")
    result = check("--baseline", KNOWN)
    assert result.exit_code == 1
    assert re.findall(r"LMB\d+ \[.\] `.*?`", result.stdout) == ["LMB101 [*] `import csv`"]
    edit(repository, 3, "    import csv\n", "    import csv\n    import csv\n")
    assert len(check("--baseline", KNOWN).stdout.splitlines()) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""The service05 service."""\n', '"""The service05 service."""\n\n# One.\n# Two.\n'),
        ('boto3.client("s3")', "boto3.client('s3')"),
        ('boto3.client("s3")', 'boto3.client(\n        "s3",\n    )'),
        ('boto3.client("s3")\n', '(\n        boto3.client("s3")\n    )\n'),
        ('s3 = boto3.client("s3")', 'storage = s3 = boto3.client("s3")'),
        ('boto3.client("s3")', 'boto3.client("s3")  # the archive'),
        ("    import json\n", "    if True:\n        pass\n    import json\n"),
        ("\n", "\r\n"),
    ],
)
def test_a_baseline_survives_moves_and_formatters(repository: Path, old: str, new: str) -> None:
    check("--write-baseline", KNOWN)
    edit(repository, 5, old, new)
    result = check("--baseline", KNOWN)
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_baseline_does_not_hide_another_call(repository: Path) -> None:
    check("--write-baseline", KNOWN)
    edit(repository, 5, 'boto3.client("s3")', 'boto3.client("sqs")')
    result = check("--baseline", KNOWN)
    assert result.exit_code == 1
    assert 'boto3.client("sqs")' in result.stdout
    assert f"1 recorded finding of {KNOWN} not found any more: LMB201 in services/service05/app.py;" in result.stderr


def test_a_baseline_only_shrinks(repository: Path) -> None:
    check("--write-baseline", KNOWN)
    before = json.loads((repository / KNOWN).read_text())["findings"]
    edit(repository, 5, "    import json\n", "")
    edit(repository, 6, "    import json\n", "    import json\n    import csv\n")
    result = check("--write-baseline", KNOWN)
    assert result.exit_code == 1
    assert result.stderr == (
        f"{KNOWN}: 199 findings recorded, 1 dropped\n"
        f"1 new finding not recorded: fix or suppress, or delete {KNOWN} first to record everything\n"
    )
    after = json.loads((repository / KNOWN).read_text())["findings"]
    (dropped,) = [entry for entry in before if entry not in after]
    assert (dropped["path"], dropped["code"]) == ("services/service05/app.py", "LMB101")
    assert [entry for entry in after if entry not in before] == []


def test_a_run_over_a_part_knows_the_rest_no_better(repository: Path) -> None:
    check("--write-baseline", KNOWN)
    edit(repository, 5, "    import json\n", "")
    assert check("--baseline", KNOWN, "services/service06").stderr == ""
    assert check("--baseline", KNOWN, "--select", "LMB201").stderr == ""
    part = check("--write-baseline", KNOWN, "services/service06")
    assert (part.exit_code, part.stderr) == (0, f"{KNOWN}: 200 findings recorded, 0 dropped\n")
    assert "1 dropped" in check("--write-baseline", KNOWN, "services/service05").stderr


def test_a_baseline_elsewhere_and_from_elsewhere(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "config").mkdir()
    check("--write-baseline", f"config/{KNOWN}")
    (repository / "pyproject.toml").write_text(f'[tool.lambdalint]\nbaseline = "config/{KNOWN}"\n')
    assert check().exit_code == 0
    monkeypatch.chdir(tmp_path)
    assert check("repository/services/service01").exit_code == 0
    monkeypatch.chdir(repository / "services")
    assert check().exit_code == 0


def test_deleted_files_leave_a_baseline(repository: Path) -> None:
    check("--write-baseline", KNOWN)
    (repository / "services" / "service05" / "app.py").unlink()
    assert f"{KNOWN}: 195 findings recorded, 5 dropped" in check("--write-baseline", KNOWN).stderr


def test_fixes_are_made_to_what_is_known_as_well(repository: Path) -> None:
    check("--write-baseline", KNOWN)
    result = run("fix", "--no-cache", "--baseline", KNOWN, "services/service05")
    assert result.exit_code == 0
    assert "fixed 3 findings" in result.stdout
    assert "3 recorded findings" in result.stderr


# --- comments ------------------------------------------------------------------------------------


def test_add_noqa_silences_everything_and_is_undone_by_its_rule(repository: Path) -> None:
    before = {path: path.read_text() for path in repository.rglob("*.py")}
    assert "200 findings suppressed in 40 files" in check("--add-noqa").stderr
    assert counts() == {}
    assert counts("--extend-select", "LMB903") == {}
    for path in before:
        path.write_text(path.read_text().replace("boto3.client(", "make(").replace("boto3.resource(", "make("))
    assert counts("--extend-select", "LMB903") == {"LMB903": 160}
    run("fix", "--no-cache", "--select", "LMB903,LMB101,LMB201,LMB401")
    assert counts("--extend-select", "LMB903") == {}
    for path, text in before.items():
        left = text.replace("boto3.client(", "make(").replace("boto3.resource(", "make(")
        assert path.read_text() == left.replace("    import json\n", "    import json  # noqa: LMB101\n")
