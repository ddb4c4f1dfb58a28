from __future__ import annotations

import pytest

from lambdalint.paths import matches, relative


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("tests", "tests/a.py", True),
        ("tests", "a/tests/b/c.py", True),
        ("tests", "a/mytests/c.py", False),
        ("tests/", "a/tests/c.py", True),
        ("tests/**", "tests/a/b.py", True),
        ("tests/**", "x/tests/a.py", False),
        ("/tests", "tests/a.py", True),
        ("/tests", "x/tests/a.py", False),
        ("./tests/*.py", "tests/a.py", True),
        ("*.py", "a/b.py", True),
        ("*.py", "a/b.pyi", False),
        ("a?.py", "x/ab.py", True),
        ("[ab].py", "x/a.py", True),
        ("[ab].py", "x/c.py", False),
        ("a/*.py", "a/b.py", True),
        ("a/*.py", "a/b/c.py", False),
        ("a/[!b].py", "a/c.py", True),
        ("a/[!b].py", "a/b.py", False),
        ("**/x/*.py", "x/a.py", True),
        ("**/x/*.py", "p/q/x/a.py", True),
        ("a/**/c.py", "a/c.py", True),
        ("a/**/c.py", "a/b/b/c.py", True),
        ("**/cdk.out/asset.*", "infra/cdk.out/asset.12/app.py", True),
        ("**/cdk.out/asset.*", "infra/cdk.out/app.template.json", False),
        ("**", "a/b", True),
        ("", "a", False),
        ("/", "a", False),
    ],
)
def test_matches(pattern: str, path: str, expected: bool) -> None:
    assert matches((pattern,), path) is expected
    assert matches(("never", "no/where", pattern), path) is expected


def test_hostile_pattern_takes_no_time() -> None:
    assert not matches(("/".join(["**", "a"] * 30) + "/b",), "/".join(["a"] * 200))
    assert not matches(("a*" * 12 + "b",), "a" * 250)


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [("/a/b/c.py", "/a", "b/c.py"), ("/a/b.py", "/", "a/b.py"), ("/ab/c.py", "/a", "/ab/c.py"), ("/a", "/a", "/a")],
)
def test_relative(path: str, folder: str, expected: str) -> None:
    assert relative(path, folder) == expected
