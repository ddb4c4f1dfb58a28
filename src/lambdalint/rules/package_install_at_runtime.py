"""LMB102 ``package-install-at-runtime``: pip is run from Lambda code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdalint.catalog.processes import INSTALLERS
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.shell import UNKNOWN, Words, commands
from lambdalint.summary import Call

_VERSION = re.compile(r"(?<=[a-z])[\d.]+$")
_ASSIGNMENT = re.compile(r"\w+=")
_LAUNCHERS = frozenset(("sudo", "env", "nohup", "nice", "time", "exec", "command"))
_DEEDS = frozenset(("install", "add", "sync"))
_ALWAYS = frozenset(("easy_install", "ensurepip"))


@rule(
    "LMB102",
    "package-install-at-runtime",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def package_install_at_runtime(program: Program) -> Iterator[Diagnostic]:
    """Installs a package while the function runs.

    ## Why is this bad?
    Every new execution environment downloads the package again, in INIT's ten seconds or within the function's own
    timeout, and fails with the package index or without a route to the internet.  What is installed is what the index
    serves at that moment, not what was tested.  The file system is read-only outside `/tmp`.

    ## Bad
    ```python
    import subprocess
    import sys


    def lambda_handler(event, context):
        subprocess.check_call([sys.executable, "-m", "pip", "install", "--target", "/tmp/deps", "rapidfuzz"])
        return {"ok": True}
    ```

    ## Good
    ```python
    import rapidfuzz


    def lambda_handler(event, context):
        return {"ratio": rapidfuzz.fuzz.ratio(event["left"], event["right"])}
    ```

    ## Errs towards
    Silence: a command that is not written out where it is run is not looked for.
    """
    for unit in program.running_units:
        for site, call in program.sites_of(unit, Call):
            if any(_installs(words) for words in commands(program, site, call)):
                if program.runs_on_lambda(site):
                    yield program.report(
                        site,
                        "package is installed while the function runs",
                        "deploy the package with the function, in its archive, its image or a layer",
                        reach=program.reach_invoked(site),
                    )


def _installs(words: Words) -> bool:
    """Whether a command runs pip or its like to install something."""
    rest = list(words)
    while rest and (rest[0] in _LAUNCHERS or _ASSIGNMENT.match(rest[0])):
        rest.pop(0)
    if not rest:
        return False
    name = _name(rest[0])
    if name in ("python", UNKNOWN) and "-m" in rest[:-1]:
        rest = rest[rest.index("-m") + 1 :]
        name = _name(rest[0])
    if name in _ALWAYS:
        return True
    return name in INSTALLERS and (not _DEEDS.isdisjoint(rest[1:]) or rest[1:] == [UNKNOWN])


def _name(word: str) -> str:
    """A program's name without its folder and its version: `/usr/bin/python3.12` is "python"."""
    return _VERSION.sub("", word.rpartition("/")[2])
