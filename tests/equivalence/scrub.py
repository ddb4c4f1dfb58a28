"""Takes out of a record what differs from run to run: times, random identifiers, paths and stack traces.

Identifiers are numbered by first appearance, so that "the same one twice" and "two of them" stay different.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone
from pathlib import Path

from .record import Json

_DAY = 86_400.0
_IDENTIFIER = re.compile(r"\b(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32})\b", re.IGNORECASE)
_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z\b|[+-]\d\d:?\d\d\b)?")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_EPOCH = re.compile(r"(?<![\w.-])\d{10}(?:\d{3})?(?:\.\d+)?\b")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
_TEMPORARY = re.compile(r"\btmp[a-z0-9_]{8}\b")
_SECRET_ARN = re.compile(r"(:secret:[\w/+=.@-]+)-[A-Za-z0-9]{6}\b")
# moto signs what a topic delivers with a key of its own.
_SIGNATURE = re.compile(r'("Signature": ")[A-Za-z0-9+/=]+')
_TRACE_TAIL = re.compile(r"\rTraceback \(most recent call last\):.*")
# botocore says this once a session, at INFO, so fewer sessions mean fewer of these lines.
_CREDENTIALS_LINE = re.compile(r"^.*Found credentials in .*\n?", re.MULTILINE)
_TRACE = re.compile(r"(Traceback \(most recent call last\):\n)(?:[ \t].*\n|\n)*")
_UNSTABLE_KEYS = frozenset({"requestId", "stackTrace"})


class Scrubber:
    """Rewrites JSON values; `folders` are (path, placeholder) pairs of places that differ between runs."""

    def __init__(self, folders: tuple[tuple[Path, str], ...]) -> None:
        self._folders = folders
        self._now = time.time()
        self._identifiers: dict[str, str] = {}

    def value(self, value: Json) -> Json:
        """A JSON value with its strings scrubbed, and its numbers that are a moment of today."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool) and self._is_near(value):
            return "<time>"
        return value

    def error_body(self, body: Json) -> Json:
        """The body of an error post, without request id and stack trace."""
        return self.value({key: item for key, item in body.items() if key not in _UNSTABLE_KEYS})

    def output(self, text: str) -> str:
        """What was written to standard output, without the frames of tracebacks."""
        text = _CREDENTIALS_LINE.sub("", _TRACE_TAIL.sub("", text))
        return self.text(_TRACE.sub(r"\1", text))

    def text(self, text: str) -> str:
        """One string, scrubbed."""
        for path, placeholder in self._folders:
            text = text.replace(str(path), placeholder)
        text = _SIGNATURE.sub(r"\1<signature>", text)
        text = _IDENTIFIER.sub(self._number, text)
        text = _INSTANT.sub(self._instant, text)
        text = _DATE.sub(self._date, text)
        text = _EPOCH.sub(lambda match: "<time>" if self._is_near(float(match[0])) else match[0], text)
        text = _SECRET_ARN.sub(r"\1-<suffix>", text)
        return _ADDRESS.sub("<address>", _TEMPORARY.sub("<temporary>", text))

    def _is_near(self, number: float) -> bool:
        return abs(number - self._now) < _DAY or abs(number / 1000 - self._now) < _DAY

    def _number(self, match: re.Match[str]) -> str:
        return self._identifiers.setdefault(match[0].lower(), f"<id-{len(self._identifiers) + 1}>")

    def _instant(self, match: re.Match[str]) -> str:
        return "<time>" if self._is_today(match[0][:10]) else match[0]

    def _date(self, match: re.Match[str]) -> str:
        return "<date>" if self._is_today(match[0]) else match[0]

    def _is_today(self, text: str) -> bool:
        try:
            moment = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc)
        except ValueError:
            return False
        return abs(moment.timestamp() - self._now) < 2 * _DAY
