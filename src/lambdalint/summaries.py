"""The summaries of a run: each file's content is extracted once, by several processes where there is much to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from lambdalint import timing
from lambdalint.cache.codec import CodecError, decode, encode
from lambdalint.cache.masked import holds_secret
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import digest
from lambdalint.summary import ModuleSummary, Unparsable
from lambdalint.workers import Crew, leave

_T = TypeVar("_T")
Summary = ModuleSummary | Unparsable
_WORTH_FORKING = 200_000  # bytes of source: about a third of a second of one process's time
_KEPT, _NOT_KEPT = b"k", b"n"
_HEAD = 8


class Summaries:
    """Summaries by content.

    `jobs` is the number of processes that may work at a time, `cache` where summaries are kept, and `names` are the
    names of secrets that the configuration adds: a file that binds one to a text is never kept.
    """

    def __init__(
        self,
        jobs: int = 1,
        progress: Callable[[str], None] | None = None,
        cache: ProjectCache | None = None,
        names: Iterable[str] = (),
    ) -> None:
        self.jobs = jobs
        self._progress = progress
        self._cache = cache or ProjectCache(None)
        self._names = frozenset(names)
        self._known: dict[bytes, Summary] = {}
        self._fresh: dict[bytes, None] = {}
        self._encoded: dict[bytes, bytes] = {}
        self._keys: dict[bytes, str] = {}
        self._pending: tuple[Crew[bytes], list[bytes]] | None = None

    def of(self, data: bytes) -> Summary:
        """The summary of a file's bytes."""
        found = self._known.get(data)
        if found is None:
            found = self._decoded(data)
            if found is None:
                found = _extract(data)
                if self._cache.is_kept:
                    self._fresh[data] = None
            self._known[data] = found
        return found

    def many(self, batch: Sequence[tuple[str, bytes]]) -> list[Summary]:
        """The summaries of files, given as (path, bytes)."""
        self.begin(batch)
        found = []
        for number, (path, data) in enumerate(batch):
            if self._progress is not None and data not in self._known:
                self._progress(f"reading {path} ({number + 1} of {len(batch)})")
            with timing.stage("summaries", path):
                found.append(self.of(data))
        return found

    def touch(self, name: str) -> None:
        """Note that the summary of the bytes with a digest is still of use."""
        self._cache.touch(self._named(name))

    def forget(self, name: str) -> None:
        """Drop the summary of the bytes with a digest."""
        self._cache.drop(self._named(name))

    def release(self, contents: Iterable[bytes]) -> None:
        """Drop decoded summaries; who asks again has them decoded or extracted again."""
        for data in contents:
            if data not in self._fresh:
                self._known.pop(data, None)

    def is_worth_sharing(self, sizes: Iterable[int]) -> bool:
        """Whether so many bytes of source are worth other processes."""
        return self.jobs > 1 and sum(sizes) >= _WORTH_FORKING

    def begin(self, batch: Iterable[tuple[str, bytes]]) -> None:
        """Let other processes start to extract what is not known yet, if it is much.  `of` waits for them.

        Files are given as (path, bytes).
        """
        paths = {data: path for path, data in batch}
        missing = [data for data in paths if not self._is_known(data)]
        if not self.is_worth_sharing(map(len, missing)):
            return
        if self._pending is not None:
            self._finish()
            missing = [data for data in missing if not self._is_known(data)]
        import lambdalint.extract.ast_parse  # noqa: F401 (once, before there are several processes)

        missing.sort(key=len, reverse=True)

        def work(index: int) -> bytes:
            with timing.stage("summaries", paths[missing[index]]):
                return self._encode(_extract(missing[index]))

        self._pending = Crew(len(missing), self.jobs, work, bytes, bytes), missing

    def finish(self) -> None:
        """Wait until what was begun is done, and keep it, so that other processes start with it."""
        self.keep_all()
        if self._pending is not None:
            self._finish()

    def keep_all(self) -> None:
        """Hand what was extracted to the cache."""
        for data in self._fresh:
            self.keep(data, self._encode(self._known[data]))
        self._fresh.clear()

    def keep(self, data: bytes, result: bytes) -> None:
        """Take over the encoded summary of a file's bytes."""
        if result:
            self._encoded[data] = result[1:]
            # Of what must not be kept only this is kept, so that nobody extracts it ahead in vain.
            self._cache.put(self._key(data), result[1:] if result[:1] == _KEPT else b"")

    def run(self, count: int, work: Callable[[int], bytes]) -> list[bytes]:
        """What `work`, which extracts nothing, makes of each number below a count, by several processes."""
        return Crew(count, self.jobs, work, bytes, bytes).finish()

    def share(
        self, count: int, work: Callable[[int], _T], pack: Callable[[_T], bytes], unpack: Callable[[bytes], _T]
    ) -> list[_T]:
        """What `work` makes of each number below a count, by several processes; what they extract is taken over.

        What another process made comes here as the bytes that `pack` makes of it there, and `unpack` reads here.
        """
        self.finish()
        before, self.jobs = self.jobs, 1  # there are as many processes as wanted
        try:
            return Crew(
                count,
                before,
                work,
                lambda result: self._packed_after(pack(result)),
                lambda packed: unpack(self._unpack(packed)),
            ).finish()
        finally:
            self.jobs = before

    def _packed_after(self, content: bytes) -> bytes:
        """Some bytes, and after them what this process extracted and another one may `_unpack`."""
        results = [(data, self._encode(self._known[data])) for data in self._fresh]
        self._fresh.clear()
        fields = [content, *[field for result in results for field in result]]
        return b"".join(len(field).to_bytes(_HEAD, "little") + field for field in fields)

    def _unpack(self, packed: bytes) -> bytes:
        """Take over what another process extracted; the bytes before it."""
        fields: list[bytes] = []
        place = 0
        while place < len(packed):
            length = int.from_bytes(packed[place : place + _HEAD], "little")
            fields.append(packed[place + _HEAD : place + _HEAD + length])
            place += _HEAD + length
        for data, result in zip(fields[1::2], fields[2::2], strict=True):
            self.keep(data, result)
        return fields[0]

    def _is_known(self, data: bytes) -> bool:
        return data in self._known or data in self._encoded or self._cache.get(self._key(data)) is not None

    def _key(self, data: bytes) -> str:
        found = self._keys.get(data)
        if found is None:
            found = self._keys[data] = self._named(digest(data))
        return found

    def _named(self, name: str) -> str:
        """The key of the summary of the bytes with a digest."""
        return self._cache.key("summary", name, sorted(self._names))

    def _decoded(self, data: bytes) -> Summary | None:
        if self._pending is not None and data not in self._encoded:
            self._finish()
        blob = self._encoded.get(data)
        if blob is None and self._cache.is_kept:
            blob = self._cache.get(self._key(data))
        if not blob:
            return None
        try:
            return decode(blob)
        except CodecError:
            return None

    def _encode(self, summary: Summary) -> bytes:
        """An encoded summary, and before it whether it may be kept; nothing for one that cannot be encoded."""
        try:
            blob = encode(summary)
        except CodecError:
            return b""
        is_kept = isinstance(summary, Unparsable) or (self._cache.is_kept and not holds_secret(summary, self._names))
        return (_KEPT if is_kept else _NOT_KEPT) + blob

    def _finish(self) -> None:
        """Take part in the pending work, and take over its results."""
        assert self._pending is not None
        crew, missing = self._pending
        self._pending = None
        if self._progress is not None:
            self._progress(f"reading {len(missing)} files")
        for data, result in zip(missing, crew.finish(), strict=True):
            self.keep(data, result)


def _extract(data: bytes) -> Summary:
    from lambdalint.extract import extract

    return extract(data, leave)
