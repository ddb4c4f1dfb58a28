"""The ways to write one defect: how its names are imported, how its line is wrapped, where the line stands."""

from __future__ import annotations

import ast
import random
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from seeding.defects import MARK, Defect

SINK_CODES = ("LMB402", "LMB403", "LMB404")
NESTED_NAMES = re.compile(r"\b(?:seed_|SEED_|Seed)\w+")


@dataclass(frozen=True)
class Seed:
    """What is put into a module: lines of module level, statements of the handler, decorators, files beside it.

    In `body` `EVENT` and `CONTEXT` still stand for the handler's parameters; `DOT` in an import stands for the dot
    of a relative import where the module is part of a package.
    """

    head: str
    body: str
    tail: str = ""
    decorator: str = ""
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """A defect whose names are spelt out: lines of module level, and an expression or statements."""

    defect: Defect
    head: str
    line: str
    value: str
    files: dict[str, str]

    @property
    def is_expression(self) -> bool:
        """Whether the line may stand within an expression."""
        return bool(self.line) and not self.defect.statement

    def marked(self) -> str:
        """The line with its value in place and the mark where a finding is expected."""
        line = self.line.replace("VALUE", self.value)
        if not line:
            return ""
        return line if MARK in self.head + line else line.replace("\n", f"{MARK}\n", 1) if "\n" in line else line + MARK


@dataclass(frozen=True)
class Variant:
    """One way to write a defect; `write` answers None where it does not apply to the defect."""

    name: str
    write: Callable[[Parts], Seed | None]
    spelling: str = ""


def indented(text: str, by: int = 4) -> str:
    """The text, each line moved to the right."""
    return textwrap.indent(text, " " * by)


def inside(text: str) -> str:
    """Statements of the handler as they read in a function of its own that takes both parameters."""
    return re.sub(r"\bCONTEXT\b", "context", re.sub(r"\bEVENT\b", "event", text))


# --- how names are imported ---

SPELLINGS: dict[str, tuple[str, str]] = {
    "import": ("import {module}", "{module}.{member}"),
    "import as": ("import {module} as seed_module", "seed_module.{member}"),
    "from import": ("from {module} import {member}", "{member}"),
    "from import as": ("from {module} import {member} as seed_member", "seed_member"),
    "bound to a name": ("import {module}\nseed_made = {module}.{member}", "seed_made"),
    "guarded import": ("try:\n    import {module}\nexcept ImportError:\n    raise", "{module}.{member}"),
    "re-export": ("from DOTseed_deps import {member}", "{member}"),
    "re-export as": ("import DOTseed_deps", "seed_deps.seed_member"),
}
_REEXPORTS = {
    "re-export": "from {module} import {member}\n",
    "re-export as": "from {module} import {member} as seed_member\n",
}


def spelt(defect: Defect, spelling: str) -> Parts:
    """The defect with its import written in one of the spellings."""
    if not defect.module:
        return Parts(defect, defect.before, defect.line, defect.value, {})
    given = {"module": defect.module, "member": defect.member}
    statement, member = (text.format(**given) for text in SPELLINGS[spelling])
    files = {"seed_deps.py": _REEXPORTS[spelling].format(**given)} if spelling in _REEXPORTS else {}
    before, line, value = (text.replace("MEMBER", member) for text in (defect.before, defect.line, defect.value))
    return Parts(defect, f"{statement}\n{before}", line, value, files)


def plain(parts: Parts) -> Seed:
    """The line as a statement of the handler."""
    return stood(parts, parts.marked())


def stood(parts: Parts, statements: str, head: str = "", files: dict[str, str] | None = None) -> Seed:
    """Statements of the handler itself."""
    if parts.defect.returns:
        statements = f"if EVENT.get('httpMethod') == 'SEED':\n{indented(statements)}"
    return Seed(f"{parts.head}\n{head}", statements, parts.defect.tail, "", {**parts.files, **(files or {})})


def by_keyword(parts: Parts) -> Seed | None:
    """The call with its arguments by keyword."""
    if not (words := parts.defect.keywords):
        return None
    text = words.replace("MEMBER", _member(parts))
    if parts.line:
        return plain(replace(parts, line=text))
    *rest, _ = parts.head.split("\n")
    return plain(replace(parts, head="\n".join([*rest, text])))


def _member(parts: Parts) -> str:
    """What the imported member is called in the parts."""
    for statement, member in SPELLINGS.values():
        given = {"module": parts.defect.module, "member": parts.defect.member}
        if parts.head.startswith(statement.format(**given) + "\n"):
            return member.format(**given)
    return ""


# --- how the line is wrapped ---

EXPRESSIONS = {
    "assigned": "seed_value = {}",
    "tuple assignment": "seed_value, seed_other = {}, 1",
    "walrus": "if (seed_value := {}):\n    pass",
    "conditional expression": "seed_value = {} if EVENT else None",
    "boolean expression": "seed_value = EVENT and {}",
    "comprehension": "seed_value = [{} for seed_i in range(2)]",
    "dict comprehension": "seed_value = {{seed_i: {} for seed_i in range(2)}}",
    "generator expression": "seed_value = list({} for seed_i in range(2))",
    "lambda expression": "seed_value = (lambda: {})()",
    "named lambda expression": "seed_call = lambda: {}\nseed_call()",
    "mapped lambda expression": "seed_value = list(map(lambda seed_i: {}, range(2)))",
    "argument": "seed_value = str({})",
    "f-string": 'seed_value = f"{{{}}}"',
    "display": "seed_value = {{'seed': [{}]}}",
}
STATEMENTS = {
    "if": "if EVENT:\n{}",
    "else": "if not EVENT:\n    seed_other = 1\nelse:\n{}",
    "for": "for seed_i in range(2):\n{}",
    "while": "while EVENT:\n{}\n    break",
    "try": "try:\n{}\nexcept ValueError:\n    raise",
    "except": "try:\n    seed_other = int(EVENT['seed'])\nexcept ValueError:\n{}",
    "finally": "try:\n    seed_other = 1\nfinally:\n{}",
    "with": "with seed_contextlib.nullcontext():\n{}",
    "match": "match EVENT:\n    case {{'seed': 1}}:\n        seed_other = 1\n    case _:\n{}",
}


def wrapped_expression(template: str) -> Callable[[Parts], Seed | None]:
    """The variant that puts the expression into a larger statement."""

    def write(parts: Parts) -> Seed | None:
        if not parts.is_expression:
            return None
        first, *rest = template.format(parts.marked().replace(MARK, "")).split("\n")
        mark = "" if MARK in parts.head else MARK
        return stood(parts, "\n".join([first + mark, *rest]))

    return write


def wrapped_statement(template: str) -> Callable[[Parts], Seed | None]:
    """The variant that puts the statement into a block."""

    def write(parts: Parts) -> Seed | None:
        if not parts.line:
            return None
        by = 8 if "case" in template else 4
        head = "import contextlib as seed_contextlib" if "seed_contextlib" in template else ""
        return stood(parts, template.format(indented(parts.marked(), by)), head)

    return write


# --- where what the line needs is defined ---


def _defined(text: str) -> list[str]:
    """The names that lines of module level bind, imports left out."""
    found = []
    for node in ast.parse(text.replace(MARK, "")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Assign):
            found += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [name for name in found if NESTED_NAMES.fullmatch(name) and name not in ("seed_member", "seed_made")]


def elsewhere(as_attributes: bool) -> Callable[[Parts], Seed | None]:
    """The variant that defines in another module what the line needs."""

    def write(parts: Parts) -> Seed | None:
        if not parts.defect.before or parts.defect.statement or "MEMBER" in parts.defect.line + parts.defect.value:
            return None
        names = _defined(parts.head)
        files = {**parts.files, "seed_part.py": parts.head + "\n"}
        imports = [line for line in parts.head.split("\n") if line.startswith("import ")]
        line, tail = parts.marked(), parts.defect.tail
        if as_attributes:
            for name in names:
                line, tail = (re.sub(rf"\b{name}\b", f"seed_part.{name}", text) for text in (line, tail))
        statement = f"from DOTseed_part import {', '.join(names)}" if names and not as_attributes else ""
        head = "\n".join([*imports, statement or "import DOTseed_part"])
        return Seed(head, line, tail, "", files)

    return write


# --- where the line stands ---

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


# --- how a value flows to where it does harm ---


def _sunk(parts: Parts, value: str) -> str:
    text = parts.line.replace("VALUE", value)
    return text + MARK


FLOWS = {
    "value: variable": ("seed_value = {v}", "seed_value"),
    "value: walrus": ("seed_other = (seed_value := {v})", "seed_value"),
    "value: tuple": ("seed_other, seed_value = 1, {v}", "seed_value"),
    "value: dictionary": ("seed_box = {{'held': {v}}}", "seed_box['held']"),
    "value: list": ("seed_box = [1, {v}]", "seed_box[1]"),
    "value: attribute": ("seed_box = SeedBox({v})", "seed_box.item"),
    "value: conditional expression": ("", "({v} if EVENT else None)"),
    "value: helper's return": ("", "seed_value(EVENT)"),
    "value: helper in another module": ("", "seed_lib.seed_value(EVENT)"),
    "value: method's return": ("", "SeedBox(1).read(EVENT)"),
    "value: loop": ("for seed_value in [{v}]:", "seed_value"),
}
TEXT_FLOWS = {
    "value: f-string": ("", 'f"seed {{{v}}}"'),
    "value: %": ("", "'seed %s' % ({v},)"),
    "value: format": ("", "'seed {{}}'.format({v})"),
    "value: concatenation": ("", "'seed ' + str({v})"),
    "value: augmented assignment": ("seed_value = 'seed '\nseed_value += str({v})", "seed_value"),
    "value: json.dumps": ("", "seed_json.dumps({{'held': {v}}})"),
    "value: join": ("", "' '.join(['seed', str({v})])"),
    "value: comprehension": ("", "str([seed_item for seed_item in [{v}]])"),
}


def flowing(first: str, value: str, text_only: bool) -> Callable[[Parts], Seed | None]:
    """The variant in which the value reaches its place by a detour."""

    def write(parts: Parts) -> Seed | None:
        if not parts.value or (text_only and parts.defect.code not in SINK_CODES):
            return None
        before = first.format(v=parts.value)
        sink = _sunk(parts, value.format(v=parts.value))
        statements = f"{before}\n{indented(sink)}" if before.endswith(":") else f"{before}\n{sink}".lstrip("\n")
        read = f"def seed_value(event):\n    return {inside(parts.value)}{MARK if parts.defect.returns else ''}\n"
        head, files = "", {}
        if "seed_json" in value:
            head = "import json as seed_json"
        elif "seed_lib" in value:
            head, files = "import DOTseed_lib", {"seed_lib.py": f"{parts.head}\n{read}"}
        elif "SeedBox" in first + value:
            method = indented(read).replace("(event)", "(self, event)").replace("seed_value", "read")
            head = f"class SeedBox:\n    def __init__(self, item):\n        self.item = item\n\n{method}"
        elif value.startswith("seed_value("):
            head = read
        return stood(parts, statements, head, files)

    return write


def through_parameter(parts: Parts) -> Seed | None:
    """The value is handed to a function that does the harm."""
    if not parts.value:
        return None
    show = f"def seed_show(item):\n{indented(_sunk(parts, 'item'))}\n"
    call = f"return seed_show({parts.value}){MARK}" if parts.defect.returns else f"seed_show({parts.value})"
    return stood(parts, call, show)


def through_module_constant(parts: Parts) -> Seed | None:
    """The value is read at INIT into a module's name."""
    if not parts.value or "EVENT" in parts.value:
        return None
    return stood(parts, _sunk(parts, "SEED_HELD"), f"SEED_HELD = {parts.value}")


VARIANTS: tuple[Variant, ...] = (
    *(Variant(f"name: {name}", plain, name) for name in SPELLINGS),
    Variant("keyword arguments", by_keyword),
    *(Variant(name, wrapped_expression(template)) for name, template in EXPRESSIONS.items()),
    *(Variant(name, wrapped_statement(template)) for name, template in STATEMENTS.items()),
    Variant("definitions imported", elsewhere(False)),
    Variant("definitions by module", elsewhere(True)),
    *(Variant(place.name, place.write) for place in PLACES),
    *(Variant(name, flowing(*flow, False)) for name, flow in FLOWS.items()),
    *(Variant(name, flowing(*flow, True)) for name, flow in TEXT_FLOWS.items()),
    Variant("value: helper's parameter", through_parameter),
    Variant("value: module constant", through_module_constant),
)
_COMMON = ("import", "import as", "from import", "from import as")


def written(defect: Defect, variant: Variant, chance: random.Random) -> Seed | None:
    """The defect in one variant, or None where the variant does not apply or the contract asks for silence."""
    if variant.name in defect.silent:
        return None
    if variant.spelling and not defect.module:
        return plain(spelt(defect, "import")) if variant.spelling == "import" else None
    return variant.write(spelt(defect, variant.spelling or chance.choice(_COMMON)))
