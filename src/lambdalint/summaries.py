"""The summaries of a run: each file's content is extracted once, by several processes where there is much to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lambdalint.cache.codec import CodecError, decode, encode
from lambdalint.summary import ModuleSummary, Unparsable
from lambdalint.workers import Crew

Summary = ModuleSummary | Unparsable
_WORTH_FORKING = 200_000  # bytes of source: about a third of a second of one process's time


class Summaries:
    """Summaries by content.  `jobs` is the number of processes that may work at a time."""

    def __init__(self, jobs: int = 1, progress: Callable[[str], None] | None = None) -> None:
        self._jobs = jobs
        self._progress = progress
        self._known: dict[bytes, Summary] = {}
        self._pending: tuple[Crew, list[bytes]] | None = None

    def of(self, data: bytes) -> Summary:
        """The summary of a file's bytes."""
        found = self._known.get(data)
        if found is None and self._pending is not None:
            self._finish()
            found = self._known.get(data)
        if found is None:
            found = self._known[data] = _extract(data)
        return found

    def many(self, batch: Sequence[tuple[str, bytes]]) -> list[Summary]:
        """The summaries of files, given as (path, bytes)."""
        self.begin(data for _, data in batch)
        found = []
        for number, (path, data) in enumerate(batch):
            if self._progress is not None and data not in self._known:
                self._progress(f"reading {path} ({number + 1} of {len(batch)})")
            found.append(self.of(data))
        return found

    def is_worth_sharing(self, sizes: Iterable[int]) -> bool:
        """Whether so many bytes of source are worth other processes."""
        return self._jobs > 1 and sum(sizes) >= _WORTH_FORKING

    def begin(self, contents: Iterable[bytes]) -> None:
        """Let other processes start to extract what is not known yet, if it is much.  `of` waits for them."""
        missing = [data for data in dict.fromkeys(contents) if data not in self._known]
        if not self.is_worth_sharing(map(len, missing)):
            return
        if self._pending is not None:
            self._finish()
            missing = [data for data in missing if data not in self._known]
        import lambdalint.extract.parse  # noqa: F401 (once, before there are several processes)

        missing.sort(key=len, reverse=True)
        crew = Crew(len(missing), self._jobs, lambda index: _encoded(missing[index]))
        self._pending = crew, missing

    def _finish(self) -> None:
        """Take part in the pending work, and take over its results."""
        assert self._pending is not None
        crew, missing = self._pending
        self._pending = None
        if self._progress is not None:
            self._progress(f"reading {len(missing)} files")
        for data, result in zip(missing, crew.finish(), strict=True):
            if result:
                self._known[data] = decode(result)


def _encoded(data: bytes) -> bytes:
    """The encoded summary of some source; nothing for one that cannot be encoded."""
    try:
        return encode(_extract(data))
    except CodecError:
        return b""


def _extract(data: bytes) -> Summary:
    from lambdalint.extract import extract

    return extract(data)
