"""The documentation: what is generated is up to date, what it shows is true, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import pytest

import console
from checkout import ROOT, clean_environment
from lambdalint.cli import COMMANDS, cli
from lambdalint.rules import all_rules
from snippets import blocks
from tools import need_module

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
WRITTEN = [page for page in PAGES if not page.startswith("docs/rules/")]
ENTRANCES = [name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md") if (ROOT / name).is_file()]
_LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"lambdalint (?P<name>[a-z]+)(?P<rest>(?: [^`|&;#\n>]*)?)")


def test_what_is_generated_is_up_to_date() -> None:
    script = ROOT / "scripts" / "generate_docs.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), "run python scripts/generate_docs.py"


def test_every_rule_has_its_page_and_its_row() -> None:
    index = (ROOT / "docs" / "rules" / "index.md").read_text(encoding="utf-8")
    for rule in all_rules():
        page = (ROOT / "docs" / "rules" / f"{rule.name}.md").read_text(encoding="utf-8")
        assert f"# {rule.name} ({rule.code})\n" in page
        assert f"| {rule.code} | [{rule.name}]({rule.name}.md) |" in index


@pytest.mark.parametrize("page", ["docs/quick-start.md", "docs/phases.md"])
def test_pages_can_be_followed(tmp_path: Path, page: str) -> None:
    console.follow(page, tmp_path)


def test_no_page_with_commands_is_left_out() -> None:
    followed = {"docs/quick-start.md", "docs/phases.md", "docs/adoption.md"}
    assert {page for page in WRITTEN if any(block.language == "console" for block in blocks(page))} == followed


@pytest.mark.parametrize("page", [*ENTRANCES, *WRITTEN])
def test_links_within_the_repository_lead_to_files(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in _LINK.findall(text):
        parts = urlsplit(target)
        if not parts.scheme and parts.path:
            assert ((ROOT / page).parent / unquote(parts.path)).exists(), target


@pytest.mark.parametrize("page", [*ENTRANCES, *WRITTEN])
def test_commands_and_options_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in _COMMAND.finditer(text):
        if found["name"] not in COMMANDS:
            continue
        command = cli.get_command(click.Context(cli), found["name"])
        assert command is not None
        known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", found["rest"]):
            assert option in known | {"--help"}, found.group()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.targets.append(value)
            if name == "id" and value is not None:
                self.anchors.add(value)


def read(path: Path) -> _Links:
    links = _Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


def test_the_site_is_built_and_whole(tmp_path: Path) -> None:
    need_module("material")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    environment = clean_environment(NO_MKDOCS_2_WARNING="1", PYTHONWARNINGS="")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    site = {path: read(path) for path in tmp_path.rglob("*.html")}
    for page, links in site.items():
        for target in links.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                assert parts.scheme == "https", (page, target)
                assert not target.endswith((".js", ".css")), (page, target)
                continue
            base = page.parent if page.name != "404.html" else tmp_path
            path = (base / unquote(parts.path.removeprefix("/"))).resolve() if parts.path else page
            path = path / "index.html" if path.is_dir() else path
            assert path.exists(), (page, target)
            if parts.fragment and path.suffix == ".html":
                assert unquote(parts.fragment) in site[path].anchors, (page, target)
    for rule in all_rules():
        assert (tmp_path / urlsplit(rule.url).path.strip("/") / "index.html").is_file()
    assert (tmp_path / "lambdalint.schema.json").is_file()
