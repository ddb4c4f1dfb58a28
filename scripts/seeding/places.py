"""Where the line of a defect stands: the functions, classes and modules that hold it."""

from __future__ import annotations

from dataclasses import dataclass

from seeding.defect import MARK
from seeding.parts import Parts, Seed, indented, inside

_DEF = "def {name}({params}):\n{body}\n"


def _function(parts: Parts, params: str = "event, context", name: str = "seed_work", prefix: str = "") -> str:
    return prefix + _DEF.format(name=name, params=params, body=indented(inside(parts.marked())))


def _using(parts: Parts, call: str) -> str:
    """The handler's statement that runs the function; its answer is the handler's where the defect is one."""
    return f"if EVENT.get('httpMethod') == 'SEED':\n    return {call}{MARK}" if parts.defect.returns else call


@dataclass(frozen=True)
class Place:
    """A place: how the function that holds the line is written, and how the handler runs it.

    `shape` holds `{function}`, a whole definition of `seed_work(event, context)`, or `{method}`, the same as a
    method; `file` is the module that holds it and the line that imports it, `second` another file.
    """

    name: str
    shape: str
    use: str
    params: str = "event, context"
    file: str = ""
    imports: str = ""
    second: tuple[str, str] = ("", "")
    prefix: str = ""
    decorator: str = ""
    answers: bool = True

    def write(self, parts: Parts) -> Seed | None:
        """The seed, or None where the line cannot stand there."""
        if not parts.line or (parts.defect.returns and not self.answers):
            return None
        function = _function(parts, self.params, prefix=self.prefix)
        text = self.shape.replace("{function}", function).replace("{method}", indented(function))
        text = text.replace("{nested}", indented(indented(parts.marked() if not self.file else "")))
        files = dict(parts.files)
        head = parts.head
        if self.file:
            dots = "." if "/" not in self.file else ".."
            own = parts.head.replace("DOT", f"{dots}@") if self.second[0] else parts.head
            files[self.file] = f"{own}\n{text}".replace(f"{dots}@", dots)
            head, text = "", self.imports
        if self.second[0]:
            files[self.second[0]] = self.second[1]
        if parts.defect.tail and self.file:
            return None
        return Seed(f"{head}\n{text}", _using(parts, self.use), parts.defect.tail, self.decorator, files)


_CALL = "seed_work(EVENT, CONTEXT)"
_CLASS = "class SeedWorker:\n    stage = 'dev'\n\n{method}"
PLACES = (
    Place("function", "{function}", _CALL),
    Place(
        "function of a function",
        "{function}\ndef seed_outer(event, context):\n    return seed_work(event, context)\n",
        "seed_outer(EVENT, CONTEXT)",
    ),
    Place(
        "helper in another module", "{function}", f"seed_lib.{_CALL}", file="seed_lib.py", imports="import DOTseed_lib"
    ),
    Place(
        "imported helper",
        "{function}",
        "seed_run(EVENT, CONTEXT)",
        file="seed_lib.py",
        imports="from DOTseed_lib import seed_work as seed_run",
    ),
    Place(
        "starred helper",
        "__all__ = ['seed_work']\n{function}",
        _CALL,
        file="seed_lib.py",
        imports="from DOTseed_lib import *",
    ),
    Place(
        "re-exported helper",
        "{function}",
        _CALL,
        file="seed_pkg/inner.py",
        imports="from DOTseed_pkg import seed_work",
        second=("seed_pkg/__init__.py", "from .inner import seed_work\n"),
    ),
    Place("method", _CLASS, f"SeedWorker().{_CALL}", "self, event, context"),
    Place(
        "method of an object at INIT",
        _CLASS + "\nseed_worker = SeedWorker()\n",
        f"seed_worker.{_CALL}",
        "self, event, context",
    ),
    Place("static method", _CLASS, f"SeedWorker.{_CALL}", prefix="@staticmethod\n"),
    Place("class method", _CLASS, f"SeedWorker.{_CALL}", "cls, event, context", prefix="@classmethod\n"),
    Place(
        "inherited method",
        "import abc\nclass SeedBase(abc.ABC):\n{method}",
        f"SeedWorker().{_CALL}",
        "self, event, context",
        file="seed_lib.py",
        imports="from DOTseed_lib import SeedBase\nclass SeedWorker(SeedBase):\n    stage = 'dev'\n",
    ),
    Place(
        "template method",
        "class SeedBase:\n    def run(self, event, context):\n"
        "        return self.seed_work(event, context)\n\nclass SeedWorker(SeedBase):\n{method}",
        "SeedWorker().run(EVENT, CONTEXT)",
        "self, event, context",
    ),
    Place(
        "super",
        _CLASS + "\nclass SeedMore(SeedWorker):\n    def seed_work(self, event, context):\n"
        "        return super().seed_work(event, context)\n",
        f"SeedMore().{_CALL}",
        "self, event, context",
    ),
    Place(
        "attribute set in __init__",
        _CLASS + "\nclass SeedApp:\n    def __init__(self):\n"
        "        self.worker = SeedWorker()\n    def run(self, event, context):\n"
        "        return self.worker.seed_work(event, context)\n",
        "SeedApp().run(EVENT, CONTEXT)",
        "self, event, context",
    ),
    Place(
        "callable instance",
        _CLASS.replace(
            "stage = 'dev'", "def __call__(self, event, context):\n        return self.seed_work(event, context)"
        )
        + "\nseed_call = SeedWorker()\n",
        "seed_call(EVENT, CONTEXT)",
        "self, event, context",
    ),
    Place(
        "decorator",
        "import functools as seed_functools\ndef seed_traced(function):\n"
        "    @seed_functools.wraps(function)\n{method}    return seed_work\n\n@seed_traced\n"
        "def seed_step(event, context):\n    return None\n",
        "seed_step(EVENT, CONTEXT)",
    ),
    Place(
        "handler's decorator",
        "import functools as seed_functools\ndef seed_traced(function):\n"
        "    @seed_functools.wraps(function)\n    def wrapper(event, context):\n"
        "        seed_work(event, context)\n        return function(event, context)\n    return wrapper\n{function}",
        "seed_other = 1",
        decorator="@seed_traced\n",
        answers=False,
    ),
    Place(
        "partial",
        "import functools as seed_functools\n{function}def seed_staged(stage, event, context):\n"
        "    return seed_work(event, context)\n\nseed_run = seed_functools.partial(seed_staged, 'dev')\n",
        "seed_run(EVENT, CONTEXT)",
    ),
    Place(
        "nested function",
        "{function}def seed_outer(event, context):\n    def seed_inner():\n"
        "        return seed_work(event, context)\n    return seed_inner()\n",
        "seed_outer(EVENT, CONTEXT)",
    ),
    Place("dispatch table", "{function}SEED_TABLE = {'a': seed_work}\n", "SEED_TABLE[EVENT['kind']](EVENT, CONTEXT)"),
    Place(
        "function as argument",
        "{function}def seed_apply(function, *items):\n    return function(*items)\n",
        "seed_apply(seed_work, EVENT, CONTEXT)",
    ),
    Place("map", "{function}", "list(map(seed_work, [EVENT], [CONTEXT]))", answers=False),
    Place(
        "thread pool",
        "from concurrent import futures as seed_futures\n{function}",
        "seed_futures.ThreadPoolExecutor().submit(seed_work, EVENT, CONTEXT).result()",
        answers=False,
    ),
    Place(
        "coroutine", "import asyncio as seed_asyncio\nasync {function}", "seed_asyncio.run(seed_work(EVENT, CONTEXT))"
    ),
    Place(
        "context manager",
        "import contextlib as seed_contextlib\n@seed_contextlib.contextmanager\n"
        "def seed_scope(event, context):\n    seed_work(event, context)\n    yield\n{function}",
        "with seed_scope(EVENT, CONTEXT):\n    pass",
        answers=False,
    ),
    Place(
        "generator",
        "{function}def seed_items(event, context):\n    yield seed_work(event, context)\n",
        "for seed_item in seed_items(EVENT, CONTEXT):\n    pass",
        answers=False,
    ),
    Place(
        "dataclass method",
        "import dataclasses as seed_dataclasses\n@seed_dataclasses.dataclass\n"
        "class SeedWorker:\n    stage: str\n\n{method}",
        f"SeedWorker('dev').{_CALL}",
        "self, event, context",
    ),
)
