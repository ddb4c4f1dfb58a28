"""What folders hold is remembered until a name comes or goes in them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lambdalint import discovery
from lambdalint.cache.listings import Listings
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import Store
from lambdalint.discovery import Tree, walk


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in ("app.py", "orders/app.py", "orders/template.yaml", "orders/deep/er.py"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    age(root)
    return root


def age(root: Path) -> None:
    """Make all folders look as if nothing had changed in them for a while."""
    for folder, _, _ in os.walk(root):
        os.utime(folder, ns=(1_000_000_001, os.stat(folder).st_mtime_ns - 10_000_000_001))


def walked(root: Path, exclude: tuple[str, ...] = ()) -> Tree:
    """A walk that remembers, as a run of its own."""
    cache = ProjectCache(Store(str(root.parent / "cache")))
    listings = Listings(str(root), (exclude,), cache)
    tree = walk(str(root), exclude, listings=listings)
    listings.save()
    cache.save()
    return tree


def test_an_unchanged_folder_is_not_listed_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = walked(project)
    monkeypatch.delattr(discovery, "_listed")
    assert walked(project) == first == walk_names(project, "app.py orders/app.py orders/deep/er.py")


def walk_names(project: Path, python: str) -> Tree:
    names = tuple(str(project / name) for name in python.split())
    return Tree(str(project), names, (str(project / "orders/template.yaml"),))


def test_a_name_that_comes_or_goes_is_seen(project: Path) -> None:
    walked(project)
    (project / "orders/deep/new.py").write_text("")
    (project / "app.py").unlink()
    assert walked(project) == walk_names(project, "orders/app.py orders/deep/er.py orders/deep/new.py")


def test_other_patterns_are_another_question(project: Path) -> None:
    walked(project)
    assert walked(project, ("deep",)) == walk_names(project, "app.py orders/app.py")


def test_a_folder_with_a_link_is_listed_each_time(project: Path) -> None:
    target = project.parent / "elsewhere.py"
    target.write_text("")
    (project / "orders/link.py").symlink_to(target)
    age(project)
    assert walked(project) == walk_names(project, "app.py orders/app.py orders/deep/er.py orders/link.py")
    target.unlink()
    assert walked(project) == walk_names(project, "app.py orders/app.py orders/deep/er.py")


def test_a_folder_that_only_just_changed_is_listed_each_time(project: Path) -> None:
    (project / "orders/new.py").write_text("")
    walked(project)
    status = os.stat(project / "orders")
    (project / "orders/newer.py").write_text("")
    os.utime(project / "orders", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert str(project / "orders/newer.py") in walked(project).python


def test_a_package_that_states_its_version_later_is_left_out(project: Path) -> None:
    package = project / "requests"
    package.mkdir()
    (package / "__init__.py").write_text("")
    age(project)
    assert str(package / "__init__.py") in walked(project).python
    (package / "__init__.py").write_text('__version__ = "2.32.0"\n')
    assert str(package / "__init__.py") not in walked(project).python
