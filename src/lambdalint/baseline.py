"""Baselines: findings that are known and not reported, recorded so that moving lines does not revive them."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import replace
from typing import Any

from lambdalint import paths
from lambdalint.errors import ConfigError
from lambdalint.finding import Finding, Report
from lambdalint.fingerprint import enclosing_function, fingerprint

_VERSION = 1
_LIMIT = 50_000_000


def load(path: str) -> Counter[str]:
    """The fingerprints that a baseline records, with how often each occurs.

    Raises ConfigError naming the file when it cannot be read or is no baseline.
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read(_LIMIT + 1)
    except OSError as error:
        raise ConfigError(f"the baseline {path} cannot be read: {error.strerror}") from None
    try:
        raw = json.loads(data[:_LIMIT])
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the baseline {path} is not valid JSON: {error}") from None
    entries = raw.get("findings") if isinstance(raw, dict) and raw.get("version") == _VERSION else None
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise ConfigError(f"{path} is no baseline of version {_VERSION}: write it anew with --write-baseline")
    found: Counter[str] = Counter()
    for entry in entries:
        found[entry["fingerprint"]] += entry["count"]
    return found


def apply(report: Report, known: Counter[str], path: str) -> Report:
    """The report without the findings that a baseline at that path records; of each at most as many as recorded."""
    left, folder, new = known.copy(), os.path.dirname(path), list[Finding]()
    for finding in report.findings:
        digest = fingerprint(finding, folder)
        if left[digest] > 0:
            left[digest] -= 1
        else:
            new.append(finding)
    dropped = len(report.findings) - len(new)
    return replace(report, findings=tuple(new), suppressed=report.suppressed + dropped)


def dump(report: Report, path: str) -> str:
    """The text of a baseline of all findings of a report, to be written to that path."""
    folder = os.path.dirname(path)
    counts: Counter[tuple[str, str, str, str]] = Counter(
        (paths.relative(finding.path, folder), finding.code, enclosing_function(finding), fingerprint(finding, folder))
        for finding in report.findings
    )
    entries = [
        {"path": name, "code": code, "function": function, "fingerprint": digest, "count": count}
        for (name, code, function, digest), count in sorted(counts.items())
    ]
    return json.dumps({"version": _VERSION, "findings": entries}, indent=2) + "\n"


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("fingerprint"), str)
        and type(entry.get("count")) is int
        and entry["count"] > 0
    )
