"""What makes a finding the same finding after the lines around it have moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from lambdalint import paths
from lambdalint.finding import Finding


def fingerprint(finding: Finding, folder: str) -> str:
    """A hexadecimal digest of code, path relative to a folder, enclosing function and text, not of the rows.

    The text is that of the frame, in which secrets are masked, with its white space normalised.
    """
    rows = (text for row, text in finding.frame if finding.span.row <= row <= finding.span.end_row)
    text = " ".join(" ".join(rows).split())
    parts = (finding.code, paths.relative(finding.path, folder), enclosing_function(finding), text)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def enclosing_function(finding: Finding) -> str:
    """The function that holds a finding: as stated, else the one that its trail ends in."""
    return finding.function or (finding.trail[-1].function if finding.trail else "")


def unique_fingerprints(findings: Iterable[Finding], folder: str) -> list[str]:
    """A fingerprint for each finding, in their order; findings that are alike are told apart by a number."""
    seen: Counter[str] = Counter()
    unique = []
    for finding in findings:
        digest = fingerprint(finding, folder)
        seen[digest] += 1
        unique.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return unique
