"""The other linters that lambdalint is compared with, those that are installed, and the rules that they are given."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FIXIT_RULE = "fixit.rules.no_static_if_condition:NoStaticIfCondition"
_SEMGREP_RULES = """rules:
  - id: import-in-handler
    languages: [python]
    severity: WARNING
    message: an import within a handler
    patterns:
      - pattern: import $MODULE
      - pattern-inside: |
          def $HANDLER(event, context):
              ...
  - id: client-in-handler
    languages: [python]
    severity: WARNING
    message: a client is made within a handler
    patterns:
      - pattern-either:
          - pattern: boto3.client(...)
          - pattern: boto3.resource(...)
      - pattern-inside: |
          def $HANDLER(event, context):
              ...
  - id: logged-event
    languages: [python]
    severity: WARNING
    message: the whole event is printed
    patterns:
      - pattern: print(event)
      - pattern-inside: |
          def $HANDLER(event, context):
              ...
"""


class Peer(NamedTuple):
    """A linter: its name with the rules it is given, and its commands without and with a cache, if it has one."""

    name: str
    cold: tuple[str, ...]
    warm: tuple[str, ...] | None = None


def installed(settings: Path, search: str | None = None) -> Iterator[Peer]:
    """The peers that are there, in order of speed; `settings` is a folder for their rules, `search` a PATH."""
    settings.mkdir(parents=True, exist_ok=True)
    rules = settings / "semgrep.yaml"
    rules.write_text(_SEMGREP_RULES, encoding="utf-8")
    ruff = ("ruff", "check", "--quiet", "--select", "PLC0415")
    for name, cold, warm in (
        ("ruff, PLC0415", (*ruff, "--no-cache", "."), (*ruff, ".")),
        ("pythaw, all rules", ("pythaw", "check", "."), None),
        (
            "semgrep, three rules",
            ("semgrep", "scan", "--quiet", "--metrics=off", "--disable-version-check", "--config", str(rules), "."),
            None,
        ),
        ("Fixit, one rule", ("fixit", "--quiet", "--rules", _FIXIT_RULE, "lint", "."), None),
        ("pylint, C0415", ("pylint", "--disable=all", "--enable=C0415", "--recursive=y", "."), None),
    ):
        program = shutil.which(cold[0], path=search)
        if program is not None:
            yield Peer(name, (program, *cold[1:]), None if warm is None else (program, *warm[1:]))
