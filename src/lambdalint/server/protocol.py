"""The language server protocol, by pygls: https://microsoft.github.io/language-server-protocol/specification."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from lambdalint import __version__
from lambdalint.diagnostic import Severity
from lambdalint.errors import LambdalintError
from lambdalint.finding import Finding
from lambdalint.report.documentation import markdown
from lambdalint.rules import find
from lambdalint.server.workspace import (
    Document,
    Judge,
    TextChange,
    changes_of,
    differences,
    is_safe,
    suppression_of,
    text_at,
)
from lambdalint.source import SourceText, Span

FIX_ALL = "source.fixAll.lambdalint"
_PAUSE = 0.25  # seconds without a key before a document is judged
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
T = TypeVar("T")


@dataclass(slots=True)
class _Judged:
    """The findings of a document, and the content for which they hold."""

    data: bytes
    findings: tuple[Finding, ...]


class Server(LanguageServer):
    """A server; `judge` holds the open documents, `judged` what was last said of each, by path."""

    def __init__(self) -> None:
        super().__init__("lambdalint", __version__, types.TextDocumentSyncKind.Incremental)
        self.judge = Judge()
        self.judged: dict[str, _Judged] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._busy = asyncio.Lock()
        self._complaint = ""

    # --- documents ---

    def hold(self, uri: str) -> str | None:
        """Take over what the editor holds of a document: its absolute path, None for what is no file."""
        name = to_fs_path(uri) if uri.startswith("file:") else None
        if name is None:
            return None
        path = os.path.abspath(name)
        self.judge.documents[path] = Document.of(path, self.workspace.get_text_document(uri).source)
        return path

    def drop(self, uri: str) -> None:
        """Forget a document that was closed, and what was said of it."""
        path = os.path.abspath(to_fs_path(uri) or uri)
        self.judge.documents.pop(path, None)
        self.judged.pop(path, None)
        self._publish(uri, [])

    def soon(self, uri: str) -> None:
        """Judge a document once the editor pauses."""
        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting.cancel()
        self._waiting[uri] = asyncio.ensure_future(self._after_pause(uri))

    async def _after_pause(self, uri: str) -> None:
        await asyncio.sleep(_PAUSE)
        self._waiting.pop(uri, None)
        await self.tell(uri)

    async def tell(self, uri: str) -> None:
        """Judge a document, and publish what is found."""
        path = self.hold(uri)
        if path is None:
            return
        data = self.judge.documents[path].data
        nothing: tuple[Finding, ...] = ()
        findings = await self.ask(lambda: self.judge.findings(path), nothing)
        document = self.judge.documents.get(path)
        if document is not None and document.data == data:
            self.judged[path] = _Judged(data, findings)
            self._publish(uri, [self._diagnostic(finding) for finding in findings])

    async def tell_all(self) -> None:
        """Judge every open document: what changes in one changes what another is told."""
        for path in tuple(self.judge.documents):
            uri = from_fs_path(path)
            if uri is not None:
                await self.tell(uri)

    async def ask(self, question: Callable[[], T], otherwise: T) -> T:
        """The answer of the engine, one question at a time and beside the conversation with the editor."""
        async with self._busy:
            try:
                answer = await asyncio.get_running_loop().run_in_executor(None, question)
            except LambdalintError as error:
                self._complain(str(error))
                return otherwise
        self._complaint = ""
        return answer

    def _complain(self, message: str) -> None:
        """Show what is wrong, once for as long as it lasts."""
        if message != self._complaint:
            self._complaint = message
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"lambdalint: {message}"))

    def _publish(self, uri: str, diagnostics: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics))

    # --- places ---

    def span(self, path: str, span: Span) -> types.Range:
        """A span in the units that the editor counts; an empty range at the start where the text is not at hand."""
        source = text_at(path, self.judge.documents)
        if source is None:
            return types.Range(types.Position(0, 0), types.Position(0, 0))
        start, end = (source.offset(row, column) for row, column in (span[:2], span[2:]))
        return self.range(source, start, end)

    def range(self, source: SourceText, start: int, end: int) -> types.Range:
        """Two offsets of a text in the units that the editor counts."""
        return types.Range(self._position(source, start), self._position(source, end))

    def _position(self, source: SourceText, offset: int) -> types.Position:
        row, column = source.position(min(offset, len(source.text)))
        codec = self.workspace.position_codec
        return types.Position(row - 1, codec.client_num_units(source.line(row)[:column]))

    # --- what is said ---

    def _diagnostic(self, finding: Finding) -> types.Diagnostic:
        text = f"{finding.message}\n{finding.help}" if finding.help else finding.message
        return types.Diagnostic(
            range=self.span(finding.path, finding.span),
            message=text,
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            code_description=types.CodeDescription(finding.url),
            source="lambdalint",
            related_information=list(self._trail(finding)) or None,
        )

    def _trail(self, finding: Finding) -> Iterable[types.DiagnosticRelatedInformation]:
        for step in finding.trail:
            uri = from_fs_path(step.path)
            if uri is not None:
                place = types.Location(uri, self.span(step.path, step.span))
                yield types.DiagnosticRelatedInformation(place, step.function)

    def at(self, uri: str, wanted: types.Range) -> list[Finding]:
        """The findings of a document that touch a range, as long as they hold."""
        path = self.hold(uri)
        judged = self.judged.get(path) if path is not None else None
        if path is None or judged is None or judged.data != self.judge.documents[path].data:
            return []
        return [one for one in judged.findings if _touch(self.span(one.path, one.span), wanted)]

    def edit(self, changes: dict[str, list[TextChange]]) -> types.WorkspaceEdit | None:
        """Changes of texts as an edit of the editor's; None where there is nothing to change."""
        edits: dict[str, list[types.TextEdit]] = {}
        for path, listed in changes.items():
            source, uri = text_at(path, self.judge.documents), from_fs_path(path)
            if source is None or uri is None:
                return None
            edits[uri] = [types.TextEdit(self.range(source, one.start, one.end), one.content) for one in listed]
        return types.WorkspaceEdit(changes=edits) if edits else None

    def actions(self, finding: Finding) -> Iterable[types.CodeAction]:
        """The fix of a finding, marked where it is unsafe, and the comment that silences it."""
        diagnostics = [self._diagnostic(finding)]
        edit = self.edit(changes_of(finding, self.judge.documents))
        if finding.fix is not None and edit is not None:
            mark = "" if is_safe(finding) else "Unsafe: "
            title = f"{mark}{finding.fix.message} ({finding.code})"
            kind = types.CodeActionKind.QuickFix
            yield types.CodeAction(title, kind, diagnostics, is_preferred=is_safe(finding), edit=edit)
        silenced = suppression_of(finding, self.judge.documents)
        if silenced is not None:
            title = f"Suppress {finding.code} here"
            edit = self.edit({finding.path: [silenced]})
            yield types.CodeAction(title, types.CodeActionKind.QuickFix, diagnostics, edit=edit)

    async def fix_all(self, uri: str) -> types.CodeAction | None:
        """All safe fixes of a document as one action."""
        path = self.hold(uri)
        source = text_at(path, self.judge.documents) if path is not None else None
        if path is None or source is None:
            return None
        after = await self.ask(lambda: self.judge.fixed(path), None)
        fixed = None if after is None else Document(path, after).source()
        if fixed is None or fixed.text == source.text:
            return None
        edit = self.edit({path: differences(source.text, fixed.text)})
        return types.CodeAction("Fix everything that is safe (lambdalint)", FIX_ALL, edit=edit)


def _touch(one: types.Range, other: types.Range) -> bool:
    return not (_key(one.end) < _key(other.start) or _key(other.end) < _key(one.start))


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


def make() -> Server:
    """A server with its features, not yet started."""
    server = Server()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        await server.tell(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.hold(params.text_document.uri)
        server.soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.hold(params.text_document.uri)
        await server.tell_all()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.drop(params.text_document.uri)

    kinds: list[types.CodeActionKind | str] = [types.CodeActionKind.QuickFix, FIX_ALL]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri, only = params.text_document.uri, [str(getattr(k, "value", k)) for k in params.context.only or ()]
        found: list[types.CodeAction] = []
        if not only or any(types.CodeActionKind.QuickFix.value.startswith(kind) for kind in only):
            found += [action for one in server.at(uri, params.range) for action in server.actions(one)]
        if any(kind == FIX_ALL or FIX_ALL.startswith(f"{kind}.") for kind in only):
            everything = await server.fix_all(uri)
            found += [everything] if everything is not None else []
        return found

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        here = types.Range(params.position, params.position)
        found = server.at(params.text_document.uri, here)
        rule = find(found[0].code) if found else None
        if rule is None:
            return None
        content = types.MarkupContent(types.MarkupKind.Markdown, markdown(rule))
        return types.Hover(content, server.span(found[0].path, found[0].span))

    return server


def serve() -> None:
    """Serve one editor over standard input and output, until it says goodbye."""
    make().start_io()
