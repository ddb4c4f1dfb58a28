"""What a look at the bytes of a file tells, before anything is parsed."""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from lambdalint.cache.store import digest
from lambdalint.discovery import is_test, may_hold_handler
from lambdalint.parameter_names import top_folder, written_names
from lambdalint.patches import replaced_names
from lambdalint.source import SourceError, decode
from lambdalint.templates.readers import is_candidate, is_marked

# https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_lambda/Runtime.html
_RUNTIME = re.compile(rb"PYTHON_3_(\d{1,3})")
# Words behind a dot in the names of files that are kept aside.
_ASIDE = frozenset(("backup", "bak", "old", "orig", "copy"))
# A file that names one of them may replace things, wherever it lies.
_TEST_FRAMEWORKS = (b"unittest", b"pytest")


class Glance(NamedTuple):
    """One file at a glance.

    `size` is in bytes, `digest` names the content (empty for what is neither Python nor a template); `is_template`
    says that a reader of templates may find something in it.  `problem` is why a Python file cannot be decoded, with
    the row; `replaced` is what a test puts in the place of things, `written` the parameters that other code writes;
    `python` is the oldest Python 3 that infrastructure code names, such as "3.8", "" for none.
    """

    size: int
    digest: str
    is_template: bool
    may_hold_handler: bool = False
    problem: tuple[str, int] | None = None
    replaced: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    python: str = ""

    def packed(self) -> list[Any]:
        """The same as few plain data."""
        flags = self.is_template | self.may_hold_handler << 1
        extra = [self.problem, self.replaced, self.written, self.python]
        if not any(extra):
            extra = []
        return [self.size, self.digest, flags, *extra]

    @classmethod
    def unpacked(cls, data: list[Any]) -> Glance:
        """What was packed.  Raises ValueError or TypeError for anything else."""
        size, name, flags, *extra = data
        problem, replaced, written, python = extra or (None, (), (), "")
        place = None if problem is None else (str(problem[0]), int(problem[1]))
        held = (tuple(replaced), tuple(written), str(python))
        return cls(int(size), str(name), bool(flags & 1), bool(flags & 2), place, *held)


def glance(path: str, data: bytes, root: str) -> Glance:
    """What the bytes of a file tell; whether it is a test depends on where it lies below the root."""
    is_template = is_candidate(path) and is_marked(path, data)
    if not path.endswith(".py"):
        return Glance(len(data), digest(data) if is_template else "", is_template)
    found = Glance(len(data), digest(data), is_template)
    if not data.isascii() or b"coding" in data[:400]:
        try:
            decode(data)
        except SourceError as error:
            return found._replace(problem=(str(error), error.row))
    if is_test(path, root) or any(name in data for name in _TEST_FRAMEWORKS):
        found = found._replace(replaced=tuple(sorted(replaced_names(data))))
    if is_test(path, root):
        return found
    if b"PYTHON_3_" in data:
        minors = [int(minor) for minor in _RUNTIME.findall(data)]
        found = found._replace(python=f"3.{min(minors)}" if minors else "")
    may_hold = not _is_backup(path) and may_hold_handler(data)
    written = written_names(data, top_folder(path, root), may_hold_handler=may_hold)
    return found._replace(may_hold_handler=may_hold, written=tuple(sorted(written)))


def _is_backup(path: str) -> bool:
    """Whether a file's name says that it is an old one, kept aside: `app.bak_2.py`, which nothing can import.

    Another name with a dot may be that of a file which a template packs under one without.
    """
    _, *ends = os.path.basename(path).removesuffix(".py").lower().split(".")
    return any(not _ASIDE.isdisjoint(re.split(r"[^a-z]+", end)) for end in ends)
