"""What makes a finding the same finding after the lines around it have moved."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from lambdalint import paths
from lambdalint.finding import Finding

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<prefix>[rbuft]{0,2})(?P<quote>\"\"\"|\'\'\'|"|')(?P<body>(?:\\.|(?!(?P=quote)).)*)(?P=quote)
    |(?P<word>\w+)
    |(?P<space>\s+)
    |(?P<sign>.)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_CLOSING = frozenset(")]}")


def fingerprint(finding: Finding, folder: str) -> str:
    """A hexadecimal digest of code, path relative to a folder, enclosing function and text, not of the rows.

    The text is that of the finding without its layout, in which secrets are masked; else that of its frame.
    """
    text = finding.text
    if not text:
        rows = (text for row, text in finding.frame if finding.span.row <= row <= finding.span.end_row)
        text = " ".join(" ".join(rows).split())
    parts = (finding.code, paths.relative(finding.path, folder), enclosing_function(finding), text)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def without_layout(text: str) -> str:
    """Source without what a formatter changes: comments, white space, the kind of quotes, trailing commas."""
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        if match["comment"] is not None or match["space"] is not None:
            continue
        if match["quote"] is not None:
            found.append(_string(match["prefix"], match["quote"], match["body"]))
        elif match["sign"] in _CLOSING and found and found[-1] == ",":
            found[-1] = match["sign"]
        else:
            found.append(match.group())
    return " ".join(found)


def _string(prefix: str, quote: str, body: str) -> str:
    """A string literal with double quotes where both kinds say the same."""
    if len(quote) == 1 and not set(body) & set("\\\"'"):
        quote = '"'
    return f"{prefix.lower()}{quote}{body}{quote}"


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
