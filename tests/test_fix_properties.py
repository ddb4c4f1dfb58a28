"""What holds of any fix: it parses, converges, raises nothing, and leaves alone what it is not about."""

from __future__ import annotations

import io
import re
import sys
import tempfile
import tokenize
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handler_modules import Written, modules
from lambdalint import engine
from lambdalint.config import Config
from lambdalint.diagnostic import FixAvailability
from lambdalint.extract import extract
from lambdalint.rules import all_rules
from lambdalint.selection import Layer, resolve
from lambdalint.source import decode
from lambdalint.summary import ModuleSummary

# An analysis raises the limit, which hypothesis does not expect of what it runs.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 6_000))

FIXABLE = tuple(rule.code for rule in all_rules() if rule.fix is not FixAvailability.NONE)
BOUNDED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def run(data: bytes, codes: tuple[str, ...], *, unsafe: bool) -> engine.FixOutcome:
    """Fix a module that lies alone in a folder."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "app.py").write_bytes(data)
        selection = resolve(Config(), all_rules(), Layer(select=codes))
        return engine.fix(engine.Request((folder,), Config(), selection, unsafe_fixes=unsafe, edits=False))


def fixed(data: bytes, codes: tuple[str, ...] = FIXABLE, *, unsafe: bool = True) -> bytes:
    """The module after its fixes."""
    outcome = run(data, codes, unsafe=unsafe)
    assert not outcome.report.errors, outcome.report.errors
    return outcome.fixed[0].after if outcome.fixed else data


def counted(data: bytes) -> Counter[str]:
    """The findings of the default rules and of those with fixes, by code."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "app.py").write_bytes(data)
        selection = resolve(Config(), all_rules(), Layer(extend_select=FIXABLE))
        report = engine.check(engine.Request((folder,), Config(), selection, edits=False))
    return Counter(finding.code for finding in report.findings)


def comments(data: bytes) -> set[str]:
    """The different comments; one that stands behind the same import twice may be kept once."""
    text = decode(data).text
    found = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.string for token in found if token.type == tokenize.COMMENT}


def markers(data: bytes) -> list[bytes]:
    return [row.strip() for row in data.splitlines() if b"marker(" in row]


@given(modules(), st.booleans())
@BOUNDED
def test_fixes_converge_parse_and_raise_nothing(written: Written, unsafe: bool) -> None:
    after = fixed(written.data, unsafe=unsafe)
    assert isinstance(extract(after), ModuleSummary)
    assert fixed(after, unsafe=unsafe) == after
    if after != written.data:
        before, now = counted(written.data), counted(after)
        assert not now - before, (now - before, after.decode("latin-1"))


@given(modules(), st.booleans())
@BOUNDED
def test_fixes_keep_comments_and_how_the_file_is_written(written: Written, unsafe: bool) -> None:
    before, after = written.data, fixed(written.data, unsafe=unsafe)
    assert not comments(before) - comments(after)
    assert markers(before) == markers(after)
    assert after[:3] == before[:3] or not before.startswith(b"\xef\xbb\xbf")
    assert set(re.findall(rb"\r\n|\n|\r", after)) <= {written.newline.encode()}
    assert re.search(rb"\s*\Z", before).group() == re.search(rb"\s*\Z", after).group()  # type: ignore[union-attr]
    added = set(after.splitlines()) - set(before.splitlines())
    if written.indent == "\t":
        assert not [row for row in added if row.startswith(b"  ")], added
    if written.indent == "  ":
        assert not [row for row in added if row.startswith(b"\t")], added


@given(modules(), st.permutations(FIXABLE), st.integers(1, len(FIXABLE) - 1), st.booleans())
@BOUNDED
def test_one_rule_after_the_other_ends_where_both_together_do(
    written: Written, order: list[str], cut: int, unsafe: bool
) -> None:
    first, second = tuple(order[:cut]), tuple(order[cut:])
    together = fixed(written.data, tuple(order), unsafe=unsafe)
    data = written.data
    for _ in range(4):
        data = fixed(fixed(data, first, unsafe=unsafe), second, unsafe=unsafe)
    assert data == together
