"""What the templates of a project declare, read again only when one of them, or what they refer to, has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from lambdalint.cache import plain
from lambdalint.cache.masked import declares_secret
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import digest
from lambdalint.config import Config
from lambdalint.declared import Declarations
from lambdalint.summary import ModuleSummary, Unparsable

_HEAD = 8


def declared(
    root: str,
    files: Sequence[str],
    config: Config,
    read: Callable[[str], bytes],
    summarise: Callable[[bytes], ModuleSummary | Unparsable],
    cache: ProjectCache,
) -> Declarations:
    """All that the templates among some files say; `files` are all of the project's."""
    from lambdalint.templates import find_marked, read_all

    patterns = config.templates or None
    if not cache.is_kept:
        return read_all(root, files, patterns, read, summarise)
    marked = {path: digest(data) for path, data in find_marked(root, files, patterns, read)}
    key = cache.key("declarations", root, patterns, sorted(files), sorted(marked.items()))
    kept = cache.get(key)
    if kept is not None:
        found = _still_right(kept, read)
        if found is not None:
            return found
    asked: dict[str, str | None] = {}

    def noted(path: str) -> bytes:
        asked.setdefault(path, _state(path, read))
        return read(path)

    result = read_all(root, files, patterns, noted, summarise, marked)
    if not declares_secret(result, frozenset(config.secret_names)):
        asked = {path: state for path, state in asked.items() if path not in marked}
        head = json.dumps(asked).encode()
        cache.put(key, b"".join((len(head).to_bytes(_HEAD, "little"), head, plain.dump(result))))
    return result


def _still_right(kept: bytes, read: Callable[[str], bytes]) -> Declarations | None:
    """What was kept, when the files that the templates refer to are as they were."""
    length = int.from_bytes(kept[:_HEAD], "little")
    try:
        asked = json.loads(kept[_HEAD : _HEAD + length])
        if any(_state(path, read) != state for path, state in asked.items()):
            return None
        found = plain.load(kept[_HEAD + length :])
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, Declarations) else None


def _state(path: str, read: Callable[[str], bytes]) -> str | None:
    try:
        return digest(read(path))
    except OSError:
        return None
