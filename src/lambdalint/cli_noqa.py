"""`--add-noqa`: a suppression comment for every finding of a report."""

from __future__ import annotations

import os

from lambdalint import noqa, paths
from lambdalint.cli_output import say
from lambdalint.finding import Finding, Report
from lambdalint.report import count
from lambdalint.source import SourceError, decode


def add_noqa(report: Report, always: frozenset[str], config_root: str | None) -> int:
    """Write the comments: 1 when a finding could be given none, 2 when a file could not be written.

    The rules that are always on cannot be suppressed.
    """
    from lambdalint.cli_write import write_each
    from lambdalint.fixes.write import FileChange

    of_path: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.code in always:
            continue
        of_path.setdefault(finding.path, []).append(finding)
    changed, added, left_out = [], 0, 0
    for path, findings in sorted(of_path.items()):
        before, after, skipped = _edited(path, findings)
        left_out += len(skipped)
        for row in skipped:
            say(f"warning: {paths.relative(path, os.getcwd())}:{row} can hold no suppression comment")
        added += sum(finding.noqa_row not in skipped for finding in findings)
        if after != before:
            changed.append(FileChange(path, before, after))
    written = write_each(changed, config_root)
    say(f"{count(added, 'finding')} suppressed in {count(len(written), 'file')}")
    return 2 if len(written) < len(changed) else 1 if left_out else 0


def _edited(path: str, findings: list[Finding]) -> tuple[bytes, bytes, tuple[int, ...]]:
    """The bytes of a file without and with the comments, and the rows that could take none."""
    codes: dict[int, tuple[str, ...]] = {}
    for finding in findings:
        known = codes.get(finding.noqa_row, ())
        codes[finding.noqa_row] = known if finding.code in known else (*known, finding.code)
    everything = tuple(sorted(codes))
    try:
        with open(path, "rb") as stream:
            before = stream.read()
        source = decode(before)
    except (OSError, SourceError):
        return b"", b"", everything
    if not source.is_exact:
        return before, before, everything
    if path.endswith(".py"):
        edit = noqa.add_to_python(source, codes)
    elif path.endswith((".yaml", ".yml")):
        edit = noqa.add_to_yaml(source, codes)
    else:
        return before, before, everything
    return before, source.encode(edit.text) if edit.text != source.text else before, edit.skipped
