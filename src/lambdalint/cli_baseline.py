"""`--write-baseline` and `--baseline`: findings that are known, and those among them that are gone."""

from __future__ import annotations

import os
from collections import Counter

from lambdalint import baseline
from lambdalint.baseline import Entry, Judged
from lambdalint.cli_output import say, write_file
from lambdalint.finding import Report
from lambdalint.report import count


def write_baseline(report: Report, name: str, judged: Judged, always: frozenset[str]) -> int:
    """Write a baseline, or shrink the one that is there: 0, or 1 when findings are left that it does not record."""
    path = os.path.abspath(name)
    if not os.path.exists(path):
        recorded = baseline.entries(report, path, always)
        write_file(path, baseline.dump(recorded))
        say(f"{name}: {count(recorded.total(), 'finding')} recorded")
        return 0 if recorded.total() == len(report.findings) else 1
    known = baseline.load(path)
    compared = baseline.compare(report, known, path, judged, always)
    if compared.gone:
        write_file(path, baseline.dump(compared.kept))
    new = len(compared.report.findings)
    say(f"{name}: {count(compared.kept.total(), 'finding')} recorded, {compared.gone.total()} dropped")
    if new:
        say(f"{count(new, 'new finding')} not recorded: fix or suppress, or delete {name} first to record everything")
    return 1 if new else 0


def without_known(report: Report, path: str, judged: Judged, always: frozenset[str], is_quiet: bool) -> Report:
    """The report without what the baseline at an absolute path records."""
    compared = baseline.compare(report, baseline.load(path), path, judged, always)
    if compared.gone and not is_quiet:
        _say_gone(compared.gone, os.path.relpath(path))
    return compared.report


def _say_gone(gone: Counter[Entry], name: str) -> None:
    places = Counter[str]()
    for entry, number in gone.items():
        places[f"{entry.code} in {entry.path}"] += number
    listed = [f"{place} ({number})" if number > 1 else place for place, number in sorted(places.items())]
    more = f", and {len(listed) - 3} more" if len(listed) > 3 else ""
    say(
        f"note: {count(gone.total(), 'recorded finding')} of {name} not found any more: {', '.join(listed[:3])}{more};"
        f" `--write-baseline {name}` drops them"
    )
