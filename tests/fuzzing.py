"""How long the fuzz tests look, and the mangled texts that they give to the program.

LAMBDALINT_FUZZ=N lets every fuzz test try N times its usual number of examples, chosen at random; without it they are
the same on every run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("LAMBDALINT_FUZZ", "0"))
RULES = Path(__file__).resolve().parent.parent / "fixtures" / "rules"
# An analysis raises the limit, which hypothesis does not expect of what it runs.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 6_000))


def budget(examples: int) -> settings:
    """The settings of a test that usually tries so many examples."""
    return settings(
        max_examples=examples * max(1, TIMES),
        derandomize=not TIMES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


# Pieces that change what a text means, and those that readers stumble over.
PIECES = (
    *"{}[]()\"'`,:;=.*&|#@\\\n\t\r\0\f -",
    *(
        "é",
        "\u2028",
        "\ufeff",
        "\U0001f600",
        "\x1b[0m",
        "'''",
        '"""',
        "\r\n",
        "${",
        "$",
        "<<EOT\n",
        "!Sub ",
        "&a ",
        "*a",
    ),
    *("lambda", "async ", "await ", "yield ", "def f(event, context):\n", "class C:\n", "import ", "from . import *\n"),
    *("return ", "if x:\n", "else:\n", "try:\n", "except* E:\n", "with a as b:\n", "match x:\n    case _:\n", "    "),
    *(
        "f'{x!r:>{w}}'",
        "0x",
        "1e999",
        "9" * 5000,
        "type X = ",
        "global x\n",
        "del ",
        ":= ",
        "**",
        "->",
        "...",
        "\\u0000",
    ),
    *("\\ud800", "# noqa: LMB101", "# lambdalint: ignore[", "../", "/", "~", "%", "null", "true", "[" * 60, "(" * 250),
)
_EDITS = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from([0, 0, 0, 1, 3, 20, 200]), st.sampled_from(PIECES), st.booleans()),
    min_size=1,
    max_size=6,
)


def mangled(texts: Sequence[str]) -> st.SearchStrategy[str]:
    """One of some texts, with pieces put in, left out, and moved from one place to another."""

    def edited(text: str, edits: list[tuple[int, int, str, bool]]) -> str:
        for place, length, piece, is_moved in edits:
            at = place % (len(text) + 1)
            cut = text[at : at + length]
            text = text[:at] + piece + text[at + length :]
            if is_moved:
                other = place * 7919 % (len(text) + 1)
                text = text[:other] + cut + text[other:]
        return text

    return st.builds(edited, st.sampled_from(texts), _EDITS)


def sources() -> list[str]:
    """The Python modules of the rules' fixtures."""
    found = [path.read_bytes().decode("utf-8", "replace") for path in sorted(RULES.rglob("*.py"))]
    return [text for text in found if len(text) < 6_000]
