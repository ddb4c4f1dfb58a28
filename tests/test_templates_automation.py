"""Runbooks of Systems Manager Automation: which of the project's functions they run."""

from __future__ import annotations

import json

import pytest
from tests.templates_project import declared

from lambdalint.cache import plain
from lambdalint.declared import Declarations, Script


def runbook(script: str, handler: str = "run", runtime: str = "python3.11") -> str:
    step = {
        "action": "aws:executeScript",
        "inputs": {"Runtime": runtime, "Handler": handler, "Script": script},
    }
    return json.dumps({"schemaVersion": "0.3", "mainSteps": [step]})


@pytest.mark.parametrize("script", ["%%SCRIPT=s/a.py%%", "{{ include './s/a.py' }}", "# built from s/a.py\n"])
def test_a_script_that_stands_for_a_file(script: str) -> None:
    found = declared({"docs/book.json": runbook(script), "s/a.py": "", "t/a.py": ""})
    assert found.scripts == (Script("/p/s/a.py", "run"),)


def test_the_nearest_file_of_a_name() -> None:
    files = {"one/book.json": runbook("%%SCRIPT=a.py%%"), "one/scripts/a.py": "", "two/scripts/a.py": ""}
    assert declared(files).scripts == (Script("/p/one/scripts/a.py", "run"),)


@pytest.mark.parametrize(
    "book",
    [
        runbook("%%SCRIPT=a.py%%"),
        runbook("%%SCRIPT=missing.py%%"),
        runbook("%%SCRIPT=b.py%%", runtime="PowerShell Core 6.0"),
        runbook("%%SCRIPT=b.py%%", handler=""),
        runbook("import b\n# see b.py\ndef run(events, context):\n    return b.run(events)\n"),
        "action: aws:executeScript\n\tinputs: {",
        "steps: [aws:executeScript, b.py]",
    ],
)
def test_what_names_no_file_surely(book: str) -> None:
    files = {"book.yaml": book, "one/a.py": "", "two/a.py": "", "b.py": ""}
    assert declared(files) == Declarations()


def test_scripts_survive_the_cache() -> None:
    found = declared({"book.json": runbook("%%SCRIPT=a.py%%"), "a.py": ""})
    assert found.scripts
    assert plain.load(plain.dump(found)) == found
