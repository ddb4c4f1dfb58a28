"""How often each rule reported something, as a table and as JSON."""

from __future__ import annotations

import json
from collections import Counter

from lambdalint.finding import Report
from lambdalint.report import View, summary
from lambdalint.report.terminal import paint


def render(report: Report, output_format: str, view: View) -> str:
    """The counts, the highest first: a table with the summary below it, or with `json` an array."""
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    fixable = Counter(finding.code for finding in report.findings if view.is_fixable(finding))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if output_format == "json":
        rows = [{"code": c, "name": n, "count": count, "fixable": fixable[c]} for (c, n), count in ranked]
        return json.dumps(rows, indent=2) + "\n"
    severities = {finding.code: finding.severity for finding in report.findings}
    width = max((len(str(count)) for count in counts.values()), default=1)
    lines = [
        f"{count:>{width}}  {paint(code, severities[code], view.color)}  {'[*]' if fixable[code] else '   '}  {name}"
        for (code, name), count in ranked
    ]
    lines += [summary(report, view)] if view.summary else []
    return "".join(f"{line}\n" for line in lines)
