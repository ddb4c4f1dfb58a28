"""The answer to a command line that was answered before, when nothing that it depends on has changed since.

What is kept is what was printed, with the exit code; it is looked up before anything else is imported.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from lambdalint import cli_output
from lambdalint.cache.facts import Earlier, changes_since, note_existence, note_file, observed
from lambdalint.cache.store import Store, digest, folder_of
from lambdalint.cache.version import version
from lambdalint.discovery import project_root

_PREFIX = "run-"
_KEPT = 8
_CONFIGURATION = ("pyproject.toml", ".lambdalint.yaml", ".lambdalint.yml")


class Replay:
    """The earlier answer to a question, and where to keep a new one.

    `paths` are the absolute targets, `question` everything else that is asked, as plain data; `config_file` is the
    configuration that was named, if one was.  `earlier` is what the earlier run saw, where little changed since.
    """

    def __init__(
        self, paths: tuple[str, ...], question: dict[str, Any], cache_dir: str | None, config_file: str | None
    ) -> None:
        asked = [version(), os.getcwd(), paths, question, _terminal()]
        self._name = _PREFIX + digest(json.dumps(asked, sort_keys=True).encode())[:24]
        self._paths = paths
        self._cache_dir = cache_dir
        self._config_file = config_file
        self.earlier: Earlier | None = None

    def answer(self) -> int | None:
        """Print what was printed before, if it would be the same now, and give the exit code."""
        for store in self._stores():
            data = store.read(self._name)
            if data is None:
                continue
            try:
                kept = json.loads(data)
                facts, output, code = kept["facts"], kept["output"], kept["code"]
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
            changes = changes_since(facts)
            if changes is None:
                continue
            if any(changes):
                self.earlier = Earlier(facts, changes)
            else:
                for stream, text in output:
                    if stream == "out":
                        cli_output.write(text.encode("latin-1"))
                    else:
                        cli_output.say(text)
                return int(code)
        return None

    def ask(self, run: Callable[[], int]) -> int:
        """Run anew, and keep what was printed when it was all fine."""
        stores = list(self._stores())
        for store in stores[:1]:
            store.prepare()  # before the folders are looked at, since it changes one
        with observed() as facts, cli_output.recorded() as output:
            self._note_configuration()
            code = run()
        if code in (0, 1) and facts.is_certain:
            kept = {"facts": facts.data(), "output": output, "code": code}
            for store in stores[:1]:
                store.write(self._name, json.dumps(kept, separators=(",", ":")).encode())
                for name in [name for name in store.names() if name.startswith(_PREFIX)][_KEPT:]:
                    store.remove(name)
        return code

    def _stores(self) -> Iterator[Store]:
        """Where the answer may lie: a folder that is known without reading any configuration."""
        if self._paths:
            yield Store(folder_of(project_root(self._paths[0]), self._cache_dir))

    def _note_configuration(self) -> None:
        if self._config_file is not None:
            note_file(self._config_file)
        for path in self._paths:
            note_existence(path)
            for folder in _above(path):
                for name in _CONFIGURATION:
                    note_file(os.path.join(folder, name))


def _above(path: str) -> Iterator[str]:
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _terminal() -> list[object]:
    """What besides the command line decides about what is printed."""
    variables = [os.environ.get(name) for name in ("NO_COLOR", "FORCE_COLOR", "TERM")]
    return [*variables, sys.stdout.isatty(), getattr(sys.stdout, "encoding", None)]
