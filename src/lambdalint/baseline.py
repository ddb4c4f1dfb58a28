"""Baselines: findings that are known and not reported, recorded so that moving lines does not revive them.

A baseline only shrinks: what is written over an existing one holds no finding that it did not hold.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

from lambdalint import paths
from lambdalint.errors import ConfigError
from lambdalint.finding import Finding, Report
from lambdalint.fingerprint import enclosing_function, fingerprint

_VERSION = 1
_LIMIT = 50_000_000

Judged: TypeAlias = Callable[[str, str], bool]
"""Whether a run judged a rule (by its code) in a file (an absolute path)."""


class Entry(NamedTuple):
    """One kind of finding: the path is relative to the folder of the baseline, with `/`."""

    path: str
    code: str
    function: str
    fingerprint: str


class Comparison(NamedTuple):
    """A report against a baseline.

    `report` is what is left, `gone` how often the run did not find again what is recorded, `kept` how often it
    did or did not look.
    """

    report: Report
    gone: Counter[Entry]
    kept: Counter[Entry]


def load(path: str) -> Counter[Entry]:
    """What a baseline at an absolute path records, with how often each occurs.

    Raises ConfigError naming the file when it cannot be read or is no baseline.
    """
    try:
        with open(path, "rb", opener=paths.open_regular) as stream:
            data = stream.read(_LIMIT + 1)
    except OSError as error:
        raise ConfigError(f"the baseline {path} cannot be read: {error.strerror or error}") from None
    try:
        raw = json.loads(data[:_LIMIT])
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the baseline {path} is not valid JSON: {error}") from None
    entries = raw.get("findings") if isinstance(raw, dict) and raw.get("version") == _VERSION else None
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise ConfigError(f"{path} is no baseline of version {_VERSION}: delete it, and write it anew")
    found: Counter[Entry] = Counter()
    for entry in entries:
        found[Entry(entry["path"], entry["code"], entry["function"], entry["fingerprint"])] += entry["count"]
    return found


def compare(report: Report, known: Counter[Entry], path: str, judged: Judged, always: frozenset[str]) -> Comparison:
    """A report against the baseline at an absolute path; of each finding at most as many are known as it records.

    `judged` says what the run looked at: the rest is kept.  The rules in `always` are never known.
    """
    left, folder, new = known.copy(), os.path.dirname(path), list[Finding]()
    for finding in report.findings:
        entry = _entry_of(finding, folder)
        if left[entry] > 0 and finding.code not in always:
            left[entry] -= 1
        else:
            new.append(finding)
    gone: Counter[Entry] = Counter()
    for entry, count in left.items():
        if count > 0 and judged(entry.code, os.path.normpath(os.path.join(folder, entry.path))):
            gone[entry] = count
    dropped = len(report.findings) - len(new)
    rest = replace(report, findings=tuple(new), suppressed=report.suppressed + dropped)
    return Comparison(rest, gone, known - gone)


def entries(report: Report, path: str, always: frozenset[str]) -> Counter[Entry]:
    """All findings of a report, as a baseline at an absolute path records them; those of `always` it does not."""
    folder = os.path.dirname(path)
    return Counter(_entry_of(finding, folder) for finding in report.findings if finding.code not in always)


def dump(found: Counter[Entry]) -> str:
    """The text of a baseline: one line a kind of finding, so that changes to it are easy to read and to merge."""
    lines = [
        "    " + json.dumps({**entry._asdict(), "count": count}, ensure_ascii=True)
        for entry, count in sorted(found.items())
        if count > 0
    ]
    listed = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return f'{{\n  "version": {_VERSION},\n  "findings": {listed}\n}}\n'


def _entry_of(finding: Finding, folder: str) -> Entry:
    name = paths.relative(finding.path, folder)
    return Entry(name, finding.code, enclosing_function(finding), fingerprint(finding, folder))


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(name), str) for name in Entry._fields)
        and type(entry.get("count")) is int
        and entry["count"] > 0
    )
