"""The language server as an editor meets it: a process, spoken to by a client over its standard streams."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from test_cli import FIXED, IMPORTS, run
from tools import need_module

need_module("pygls")

from lsprotocol import types  # noqa: E402
from pygls.lsp.client import LanguageClient  # noqa: E402

CLIENT = """\
import boto3


def lambda_handler(event, context):
    mood = "😀😀"; s3 = boto3.client("s3"); seen = "𝔘"
    return str((mood, s3, seen))
"""
STORAGE = 'import boto3\n\n\ndef save(event):\n    return boto3.client("s3").put_object(Key=event["id"])\n'
APP = "import storage\n\n\ndef lambda_handler(event, context):\n    return storage.save(event)\n"
WAIT = 40


class Editor:
    """A client that keeps the diagnostics and messages that it is sent."""

    def __init__(self, folder: Path, client: LanguageClient) -> None:
        self.folder = folder
        self.client = client
        self.published: dict[str, list[types.Diagnostic]] = {}
        self.messages: list[str] = []
        self._news = asyncio.Event()
        self._versions: dict[str, int] = {}

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = list(params.diagnostics)
            self._news.set()

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        content = (self.folder / name).read_text(encoding="utf-8") if text is None else text
        item = types.TextDocumentItem(self.uri(name), "python", 1, content)
        self._versions[name] = 1
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name: str, text: str) -> None:
        self._versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(self._versions[name], self.uri(name))
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))

    def save(self, name: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    def close(self, name: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    async def until(self, is_there: Callable[[], Any]) -> Any:
        """What a question answers, once it answers something."""

        async def wait() -> Any:
            while not (answer := is_there()):
                self._news.clear()
                await self._news.wait()
            return answer

        return await asyncio.wait_for(wait(), WAIT)

    async def codes(self, name: str, *expected: str) -> list[types.Diagnostic]:
        """The diagnostics of a document, once they are of those codes."""

        def is_there() -> bool:
            found = self.published.get(self.uri(name))
            return found is not None and [str(one.code) for one in found] == list(expected)

        await self.until(is_there)
        return self.published[self.uri(name)]

    async def actions(self, name: str, place: types.Range, only: list[str] | None = None) -> list[types.CodeAction]:
        context = types.CodeActionContext([], only)  # type: ignore[arg-type]
        document = types.TextDocumentIdentifier(self.uri(name))
        found = await self.client.text_document_code_action_async(types.CodeActionParams(document, place, context))
        return [one for one in found or () if isinstance(one, types.CodeAction)]


@asynccontextmanager
async def editor(folder: Path, encoding: types.PositionEncodingKind | None = None) -> AsyncIterator[Editor]:
    client = LanguageClient("test", "1")
    made = Editor(folder, client)
    await client.start_io(sys.executable, "-m", "lambdalint", "server")
    general = types.GeneralClientCapabilities(position_encodings=[encoding] if encoding else None)
    capabilities = types.ClientCapabilities(general=general)
    params = types.InitializeParams(capabilities=capabilities, root_uri=folder.as_uri())
    await asyncio.wait_for(client.initialize_async(params), WAIT)
    client.initialized(types.InitializedParams())
    yield made
    await asyncio.wait_for(client.shutdown_async(None), WAIT)
    client.exit(None)
    await asyncio.wait_for(client.stop(), WAIT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(IMPORTS)
    return tmp_path


def follow(script: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(script(), 3 * WAIT))  # type: ignore[arg-type]


def applied(text: str, edit: types.WorkspaceEdit | None, uri: str, encoding: str = "utf-16-le") -> str:
    """A text after an edit whose columns count units of an encoding."""
    assert edit is not None and edit.changes is not None
    width = {"utf-8": 1, "utf-16-le": 2, "utf-32-le": 4}[encoding]
    lines = text.splitlines(keepends=True)

    def offset(place: types.Position) -> int:
        line = lines[place.line].encode(encoding) if place.line < len(lines) else b""
        return sum(map(len, lines[: place.line])) + len(line[: place.character * width].decode(encoding))

    for one in sorted(
        edit.changes[uri], key=lambda one: (one.range.start.line, one.range.start.character), reverse=True
    ):
        text = text[: offset(one.range.start)] + one.new_text + text[offset(one.range.end) :]
    return text


def test_what_is_opened_changed_saved_and_closed_is_judged(folder: Path) -> None:
    async def script() -> None:
        async with editor(folder) as ed:
            ed.open("app.py")
            (found,) = await ed.codes("app.py", "LMB101")
            assert (found.range.start.line, found.range.start.character) == (1, 4)
            assert found.severity is types.DiagnosticSeverity.Warning
            assert found.source == "lambdalint"
            assert found.code_description is not None
            assert found.code_description.href.endswith("/rules/import-in-invoke/")
            ed.change("app.py", FIXED)
            await ed.codes("app.py")
            ed.change("app.py", IMPORTS)
            await ed.codes("app.py", "LMB101")
            ed.close("app.py")
            await ed.codes("app.py")
            assert (folder / "app.py").read_text() == IMPORTS

    follow(script)


def test_what_the_editor_holds_counts_in_every_open_document(folder: Path) -> None:
    (folder / "app.py").write_text("def lambda_handler(event, context):\n    return {}\n")
    (folder / "storage.py").write_text(STORAGE)

    async def script() -> None:
        async with editor(folder) as ed:
            ed.open("storage.py")
            await ed.codes("storage.py")
            ed.open("app.py", APP)
            await ed.codes("app.py")
            ed.save("app.py")
            (found,) = await ed.codes("storage.py", "LMB201")
            assert found.related_information is not None
            assert [Path(one.location.uri).name for one in found.related_information] == ["app.py", "app.py"]

    follow(script)


@pytest.mark.parametrize(
    ("encoding", "name", "column"),
    [
        (None, "utf-16-le", 24),
        (types.PositionEncodingKind.Utf8, "utf-8", 28),
        (types.PositionEncodingKind.Utf32, "utf-32-le", 22),
    ],
)
def test_fixes_are_actions_in_the_editor_s_own_columns(
    folder: Path, encoding: types.PositionEncodingKind | None, name: str, column: int
) -> None:
    (folder / "app.py").write_text(CLIENT, encoding="utf-8")

    async def script() -> None:
        async with editor(folder, encoding) as ed:
            ed.open("app.py")
            (found,) = await ed.codes("app.py", "LMB201")
            assert found.range.start.character == column
            fix, suppress = await ed.actions("app.py", found.range)
            assert (fix.title, fix.is_preferred, fix.kind) == (
                "Make it once, in a cached function (LMB201)", True, types.CodeActionKind.QuickFix,
            )  # fmt: skip
            fixed = applied(CLIENT, fix.edit, ed.uri("app.py"), name)
            assert 'mood = "😀😀"; s3 = _s3_client(); seen = "𝔘"' in fixed
            assert suppress.title == "Suppress LMB201 here"
            silent = applied(CLIENT, suppress.edit, ed.uri("app.py"), name)
            assert 'seen = "𝔘"  # noqa: LMB201\n' in silent
            for text in (fixed, silent):
                ed.change("app.py", text)
                await ed.codes("app.py")
                ed.change("app.py", CLIENT)
                await ed.codes("app.py", "LMB201")
            assert await ed.actions("app.py", types.Range(types.Position(0, 0), types.Position(0, 1))) == []

    follow(script)


def test_unsafe_fixes_are_marked_and_fix_all_leaves_them_out(folder: Path) -> None:
    more = "    if event:\n        import csv, yaml\n        csv.reader(yaml)\n    import yaml\n    yaml.dump(1)\n"
    text = IMPORTS.replace("    import json\n", f"    import json\n{more}")
    (folder / "app.py").write_text(text)

    async def script() -> None:
        async with editor(folder) as ed:
            ed.open("app.py")
            await ed.until(lambda: ed.published.get(ed.uri("app.py")))
            whole = types.Range(types.Position(0, 0), types.Position(99, 0))
            titles = [one.title for one in await ed.actions("app.py", whole, ["quickfix"])]
            assert any(title.startswith("Unsafe: ") for title in titles)
            (action,) = await ed.actions("app.py", whole, ["source.fixAll"])
            assert action.kind == "source.fixAll.lambdalint"
            after = applied(text, action.edit, ed.uri("app.py"))
            result = run("fix", "--isolated", "--no-cache", str(folder))
            assert result.exit_code in (0, 1)
            assert (folder / "app.py").read_text() == after != text

    follow(script)


def test_hover_shows_the_rule(folder: Path) -> None:
    async def script() -> None:
        async with editor(folder) as ed:
            ed.open("app.py")
            (found,) = await ed.codes("app.py", "LMB101")
            document = types.TextDocumentIdentifier(ed.uri("app.py"))
            shown = await ed.client.text_document_hover_async(types.HoverParams(document, types.Position(1, 6)))
            assert shown is not None
            assert isinstance(shown.contents, types.MarkupContent)
            assert shown.contents.value.startswith("# import-in-invoke (LMB101)\n")
            assert shown.range == found.range
            nothing = await ed.client.text_document_hover_async(types.HoverParams(document, types.Position(0, 0)))
            assert nothing is None

    follow(script)


def put(path: Path, text: str) -> None:
    """Give a file another text at once: the server may read it at any moment, and an empty one says something else."""
    between = path.with_name(f"{path.name}.new")
    between.write_text(text)
    os.replace(between, path)


def test_the_configuration_counts_and_a_broken_one_is_shown_once(folder: Path) -> None:
    configuration = folder / "pyproject.toml"

    async def script() -> None:
        async with editor(folder) as ed:
            put(configuration, "[tool.lambdalint]\nselct = []\n")
            ed.open("app.py")
            await ed.codes("app.py")
            ed.save("app.py")
            await ed.until(lambda: ed.messages)
            put(configuration, '[tool.lambdalint]\nseverity = { LMB101 = "error" }\n')
            ed.save("app.py")
            (found,) = await ed.codes("app.py", "LMB101")
            assert found.severity is types.DiagnosticSeverity.Error
            put(configuration, '[tool.lambdalint]\nextend-exclude = ["app.py"]\n')
            ed.save("app.py")
            await ed.codes("app.py")
            assert len(ed.messages) == 1
            assert "unknown option `selct`: did you mean `select`?" in ed.messages[0]

    follow(script)


@pytest.mark.parametrize(
    "text",
    [
        "def lambda_handler(event, context):\n    return (\n",
        "# coding: latin-1\n# ÿ\n" + IMPORTS,
        "# coding: nonsense\n" + IMPORTS,
        IMPORTS.replace("\n", "\r\n"),
        "\ufeff" + IMPORTS,
        "\x0c" + IMPORTS,
        "# a\x0bb\u2028c\n" + IMPORTS,
        "",
    ],
)
def test_whatever_is_typed_is_survived(folder: Path, text: str) -> None:
    async def script() -> None:
        async with editor(folder) as ed:
            ed.open("app.py")
            await ed.codes("app.py", "LMB101")
            ed.change("app.py", text)
            ed.save("app.py")
            await ed.actions("app.py", types.Range(types.Position(0, 0), types.Position(99, 0)))
            ed.change("app.py", FIXED)
            await ed.codes("app.py")
            ed.change("app.py", IMPORTS)
            await ed.codes("app.py", "LMB101")

    follow(script)


def test_what_is_no_file_is_left_alone(folder: Path) -> None:
    async def script() -> None:
        async with editor(folder) as ed:
            item = types.TextDocumentItem("untitled:Untitled-1", "python", 1, IMPORTS)
            ed.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
            ed.open("app.py")
            await ed.codes("app.py", "LMB101")
            assert "untitled:Untitled-1" not in ed.published

    follow(script)


def test_without_its_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith(("pygls", "lambdalint.server")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls", None)
    result = run("server")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: the server needs other packages: pip install 'lambdalint[lsp]'\n"


def test_an_editor_is_told_no_secret(folder: Path) -> None:
    secret = "hR7wQ2xLm9ZpT4vKc8Yd"
    code = (
        f"import boto3\n\nDB_PASSWORD = '{secret}'\n\n\ndef lambda_handler(event, context):\n    import json\n"
        f"    print(event, {{'password': '{secret}'}})\n"
        f"    return json.dumps(boto3.client('s3', aws_secret_access_key='{secret}').list_buckets())\n"
    )

    async def script() -> None:
        async with editor(folder) as ed:
            ed.open("app.py", code)
            found = await ed.until(lambda: ed.published.get(ed.uri("app.py")))
            assert {"LMB101", "LMB201", "LMB403", "LMB405"} <= {str(one.code) for one in found}
            whole = types.Range(types.Position(0, 0), types.Position(9, 0))
            offered = await ed.actions("app.py", whole) + await ed.actions("app.py", whole, ["source.fixAll"])
            assert "Import at the top of the module (LMB101)" in [one.title for one in offered]
            assert not [one for one in offered if one.title.endswith("(LMB201)")]
            document = types.TextDocumentIdentifier(ed.uri("app.py"))
            places = [one.range.start for one in found]
            hovers = [await ed.client.text_document_hover_async(types.HoverParams(document, place)) for place in places]
            assert secret not in repr((found, offered, hovers, ed.messages))

    follow(script)
