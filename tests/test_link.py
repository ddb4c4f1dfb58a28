"""Linking: laws that hold for any project, and how names, imports, memo guards and handlers are read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixture_cases import FixtureCase, cases, copy, request
from lambdalint import engine
from lambdalint.link.imports import ImportResolver
from lambdalint.linking import link
from lambdalint.program import Program
from programs import at_init, edges, linked, per_invocation, write

CORE = ("import_in_invoke", "client_per_invocation", "uncached_secret")
CASES = [case for case in cases() if case.folder.parent.name in CORE]
MULTIPLE = [case for case in CASES if len(list(case.folder.rglob("*.py"))) > 1]


# --- laws ---


def judged(program: Program) -> object:
    """All that a rule could see of phases and edges."""
    phases = [
        (
            phases.handler.name,
            sorted(program.name(unit) for unit in phases.invoke),
            sorted(program.name(unit) for unit in phases.init),
            sorted(cls for cls in phases.short_lived),
        )
        for phases in program.phases.handlers
    ]
    return sorted(phases), sorted(edges(program))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_order_of_files_changes_nothing(case: FixtureCase, tmp_path: Path) -> None:
    program = linked(copy(case, tmp_path / "project"), request(tmp_path / "project", None).config)
    expected = judged(program)
    for seed in range(3):
        paths = list(program.project.modules)
        random.Random(seed).shuffle(paths)
        program.project.modules = {path: program.project.modules[path] for path in paths}
        assert judged(link(program.project, program.config)) == expected


@pytest.mark.parametrize("case", MULTIPLE, ids=lambda case: case.id)
def test_no_file_is_indispensable(case: FixtureCase, tmp_path: Path) -> None:
    for number, path in enumerate(sorted(case.folder.rglob("*.py"))):
        folder = copy(case, tmp_path / str(number))
        (folder / path.relative_to(case.folder)).unlink()
        assert not engine.check(request(folder, None)).errors


CALLS = (
    "{name}()",
    "functools.partial({name})()",
    "list(map(lambda _: {name}(), [1]))",
    "[{name}() for _ in [1]]",
    "sorted([1], key=lambda _: {name}())",
    "({name} if len('a') else {name})()",
    "{{'k': {name}}}['k']()",
)


def graph_source(count: int, calls: dict[tuple[int, int], str]) -> dict[str, str]:
    """Functions f0 … in two modules, f0 the handler, that call each other as asked."""
    texts = {"app": ["import functools", "import other"], "other": ["import functools", "import app"]}
    for number in range(count):
        home, away = ("app", "other") if number % 2 == 0 else ("other", "app")
        head = "def f0(event, context):" if number == 0 else f"def f{number}():"
        body = [
            "    " + call.format(name=f"f{to}" if to % 2 == number % 2 else f"{away}.f{to}")
            for (at, to), call in calls.items()
            if at == number
        ]
        texts[home] += [head, *(body or ["    pass"])]
    return {f"{name}.py": "\n".join(lines) + "\n" for name, lines in texts.items()}


def reachable(calls: dict[tuple[int, int], str]) -> set[int]:
    found, queue = {0}, [0]
    while queue:
        at = queue.pop()
        for source, target in calls:
            if source == at and target not in found:
                found.add(target)
                queue.append(target)
    return found


NUMBERS = st.integers(0, 6)
GRAPHS = st.dictionaries(st.tuples(NUMBERS, NUMBERS.filter(bool)), st.sampled_from(CALLS), max_size=12)


def functions_reached(tmp: Path, calls: dict[tuple[int, int], str]) -> set[int]:
    program = linked(write(tmp, graph_source(7, calls)))
    names = (name.rpartition(".")[2] for name in per_invocation(program))
    return {int(name[1:]) for name in names if name[:1] == "f" and name[1:].isdigit()}


@given(calls=GRAPHS, added=st.tuples(NUMBERS, NUMBERS.filter(bool)), how=st.sampled_from(CALLS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reach_is_that_of_the_calls_and_grows_with_them(
    tmp_path: Path, calls: dict[tuple[int, int], str], added: tuple[int, int], how: str
) -> None:
    before = functions_reached(tmp_path, calls)
    assert before == reachable(calls)
    assert before <= functions_reached(tmp_path, {**calls, added: how})


# --- imports ---


@pytest.mark.parametrize(
    ("files", "code_dirs", "roots", "module", "importer", "found"),
    [
        (("a/app.py", "a/db.py"), (), (), "db", "a/app.py", "a/db.py"),
        (("a/app.py", "a/utils.py", "b/utils.py"), (), (), "utils", "a/app.py", "a/utils.py"),
        (("a/app.py", "shared/db/__init__.py"), (), (), "shared.db", "a/app.py", "shared/db/__init__.py"),
        (
            ("src/pkg/app.py", "src/pkg/__init__.py", "src/pkg/db.py"),
            (),
            (),
            "pkg.db",
            "src/pkg/app.py",
            "src/pkg/db.py",
        ),
        (
            ("f/app.py", "layer/python/lib.py"),
            (("/p/f", ("/p/layer/python",)),),
            (),
            "lib",
            "f/app.py",
            "layer/python/lib.py",
        ),
        (
            ("f/app.py", "f/lib.py", "layer/lib.py"),
            (("/p/f", ("/p/layer",)),),
            (),
            "lib",
            "f/app.py",
            "f/lib.py",
        ),
        (("f/app.py", "common/lib.py", "old/lib.py"), (), ("/p/common",), "lib", "f/app.py", "common/lib.py"),
        (("f/app.py", "x/lib.py", "y/lib.py"), (), (), "lib", "f/app.py", None),
        (("f/app.py", "f/json.py"), (), (), "json", "f/app.py", None),
        (("f/app.py", "elsewhere/requests/__init__.py"), (), (), "requests", "f/app.py", None),
        (("f/app.py", "f/requests/__init__.py"), (), (), "requests", "f/app.py", "f/requests/__init__.py"),
        (("f/app.py", "ns/inner/mod.py"), (), (), "ns.inner.mod", "f/app.py", "ns/inner/mod.py"),
        (("f/app.py", "tests/lib.py"), (), (), "lib", "f/app.py", None),
    ],
)
def test_absolute_imports_resolve_as_on_lambda(
    files: tuple[str, ...],
    code_dirs: tuple[tuple[str, tuple[str, ...]], ...],
    roots: tuple[str, ...],
    module: str,
    importer: str,
    found: str | None,
) -> None:
    imports = ImportResolver("/p", [f"/p/{name}" for name in files], code_dirs, roots)
    assert imports.absolute(module, f"/p/{importer}") == (None if found is None else f"/p/{found}")


def test_a_module_that_imports_itself_hides_nothing_from_its_neighbours() -> None:
    files = ["/p/lib/pkg/api.py", "/p/lib/pkg/other.py", "/p/pkg/api.py"]
    for first, second in (("api", "other"), ("other", "api")):
        imports = ImportResolver("/p", files, [("/p/lib", ())])
        found = {name: imports.absolute("pkg.api", f"/p/lib/pkg/{name}.py") for name in (first, second)}
        assert found == {"api": "/p/pkg/api.py", "other": "/p/lib/pkg/api.py"}


@pytest.mark.parametrize(
    ("module", "level", "found"),
    [("db", 1, "/p/a/b/db.py"), ("", 1, "/p/a/b/__init__.py"), ("util", 2, "/p/a/util.py"), ("nothing", 1, None)],
)
def test_relative_imports_count_dots(module: str, level: int, found: str | None) -> None:
    files = ["/p/a/__init__.py", "/p/a/util.py", "/p/a/b/__init__.py", "/p/a/b/db.py", "/p/a/b/app.py"]
    assert ImportResolver("/p", files).relative(module, level, "/p/a/b/app.py") == found


NAMES = {
    "plain import": ("import lib", "lib.work()"),
    "alias": ("import lib as l", "l.work()"),
    "from import": ("from lib import work", "work()"),
    "from import as": ("from lib import work as run", "run()"),
    "star import": ("from lib import *", "work()"),
    "re-export": ("from pkg import work", "work()"),
    "re-export of a module": ("from pkg import inner", "inner.work()"),
    "submodule": ("import pkg.inner", "pkg.inner.work()"),
    "submodule as": ("import pkg.inner as i", "i.work()"),
    "local import": ("", "from lib import work; work()"),
    "assigned name": ("import lib\nrun = lib.work", "run()"),
    "conditional name": ("import lib\nrun = lib.work if lib else None", "run()"),
    "table": ("import lib\nTABLE = {'a': lib.work}", "TABLE[event['a']]()"),
    "table's get": ("import lib\nTABLE = {'a': lib.work}", "TABLE.get(event['a'])()"),
    "getattr": ("import lib", "getattr(lib, 'work')()"),
    "partial": ("import functools, lib\nrun = functools.partial(lib.work)", "run()"),
    "tuple": ("import lib\nfirst, second = lib.work, None", "first()"),
    "try import": ("try:\n    from lib import work\nexcept ImportError:\n    work = None", "work()"),
    "class attribute": ("import lib\nclass C:\n    run = staticmethod(lib.work)\n    go = lib", "C.go.work()"),
    "walrus": ("import lib", "(run := lib.work)()"),
    "loop over functions": ("import lib", "[run() for run in (lib.work, lib.work)]"),
    "nested function": ("import lib", "inner = lambda: lib.work(); inner()"),
    "returned function": ("import lib\ndef give():\n    return lib.work", "give()()"),
    "generator": ("import lib\ndef give():\n    yield lib.work()", "list(give())"),
    "coroutine": ("import asyncio, lib\nasync def give():\n    lib.work()", "asyncio.run(give())"),
    "decorated": (
        "import lib\ndef deco(f):\n    def wrapper(*a):\n        lib.work()\n        return f(*a)\n    return wrapper\n"
        "@deco\ndef run():\n    pass",
        "run()",
    ),
    "decorator of the handler": (
        "import lib\ndef before(f):\n    def w(e, c):\n        lib.work()\n        return f(e, c)\n    return w",
        "DECORATED",
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_lead_to_functions(name: str, tmp_path: Path) -> None:
    head, call = NAMES[name]
    decorator = "@before\n" if call == "DECORATED" else ""
    body = "pass" if decorator else call
    files = {
        "app.py": f"{head}\n{decorator}def lambda_handler(event, context):\n    {body}\n",
        "lib.py": "def work():\n    pass\n\ndef other():\n    pass\n",
        "pkg/__init__.py": "from .inner import work\nfrom . import inner\n",
        "pkg/inner.py": "from lib import work\n",
    }
    found = per_invocation(linked(write(tmp_path, files)))
    assert "lib.work" in found
    assert "lib.other" not in found


SILENT = {
    "unknown receiver": "event['x'].work()",
    "same name elsewhere": "work = print; work()",
    "string": "print('lib.work()')",
    "reference only": "print(lib.work)",
    "shadowed module": "lib = event; lib.work()",
    "parameter": "(lambda lib: lib.work())(event)",
    "main guard": "pass\n\nif __name__ == '__main__':\n    lib.work()",
    "typing guard": "pass\n\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    lib.work()",
    "other member": "lib.other()",
    "dynamic getattr": "getattr(lib, event['name'])()",
}


@pytest.mark.parametrize("name", SILENT)
def test_what_only_looks_like_a_call_is_none(name: str, tmp_path: Path) -> None:
    files = {
        "app.py": f"import lib\n\ndef lambda_handler(event, context):\n    {SILENT[name]}\n",
        "lib.py": "def work():\n    pass\n\ndef other():\n    pass\n",
    }
    program = linked(write(tmp_path, files))
    assert "lib.work" not in per_invocation(program) | at_init(program)


# --- memo guards ---

GUARDS = {
    "is None": (True, "global held\n    if held is None:\n        held = make()\n    return held"),
    "not": (True, "global held\n    if not held:\n        held = make()\n    return held"),
    "early return": (True, "global held\n    if held:\n        return held\n    held = make()\n    return held"),
    "early return is not None": (
        True,
        "global held\n    if held is not None:\n        return held\n    held = make()\n    return held",
    ),
    "else": (
        True,
        "global held\n    if held is not None:\n        pass\n    else:\n        held = make()\n    return held",
    ),
    "or": (True, "global held\n    held = held or make()\n    return held"),
    "conditional expression": (True, "global held\n    held = held if held else make()\n    return held"),
    "not in": (True, "if 'k' not in table:\n        table['k'] = make()\n    return table['k']"),
    "in": (True, "if 'k' in table:\n        return table['k']\n    table['k'] = make()\n    return table['k']"),
    "get": (
        True,
        "found = table.get('k')\n    if found is None:\n        found = table['k'] = make()\n    return found",
    ),
    "walrus get": (
        True,
        "if (found := table.get('k')) is None:\n        found = table['k'] = make()\n    return found",
    ),
    "try KeyError": (
        True,
        "try:\n        return table['k']\n    except KeyError:\n        table['k'] = make()\n        return table['k']",
    ),
    "try NameError": (
        True,
        "global late\n    try:\n        return late\n    except NameError:\n        late = make()\n        return late",
    ),
    "function attribute": (True, "if not hasattr(get, 'held'):\n        get.held = make()\n    return get.held"),
    "function attribute by getattr": (
        True,
        "if getattr(get, 'held', None) is None:\n        get.held = make()\n    return get.held",
    ),
    "with expiry": (
        True,
        "global held, until\n    if held is None or until < 3:\n        held = make()\n"
        "        until = 5\n    return held",
    ),
    "closed": (True, "global held\n    if held is None or held.closed:\n        held = make()\n    return held"),
    "nothing stored": (False, "if held is None:\n        made = make()\n    return held"),
    "local guard": (False, "mine = None\n    if mine is None:\n        mine = make()\n    return mine"),
    "setdefault": (False, "return table.setdefault('k', make())"),
    "condition on the argument": (False, "global held\n    if event:\n        held = make()\n    return held"),
    "local table": (False, "mine = {}\n    if 'k' not in mine:\n        mine['k'] = make()\n    return mine"),
    "without guard": (False, "global held\n    held = make()\n    return held"),
    "the other branch": (False, "global held\n    if held is None:\n        held = 1\n    return make()"),
    "shadowed by a local": (False, "held = None\n    if held is None:\n        held = make()\n    return held"),
}


@pytest.mark.parametrize("name", GUARDS)
def test_memo_guards(name: str, tmp_path: Path) -> None:
    memoized, body = GUARDS[name]
    text = (
        "held = None\nuntil = 0\ntable = {}\n\n\ndef make():\n    return object()\n\n\n"
        f"def get(event):\n    {body}\n\n\ndef lambda_handler(event, context):\n    return get(event)\n"
    )
    found = per_invocation(linked(write(tmp_path, {"app.py": text})))
    assert ("app.make" not in found) == memoized
    assert "app.get" in found


DECORATORS = {
    "functools.lru_cache": True,
    "functools.lru_cache()": True,
    "functools.lru_cache(maxsize=None)": True,
    "functools.cache": True,
    "cachetools.cached(cache={})": True,
    "cachetools.cached({})": True,
    "async_lru.alru_cache": True,
    "functools.wraps(print)": False,
    "unknown.decorator": False,
    "staticmethod": False,
}


@pytest.mark.parametrize("decorator", DECORATORS)
def test_cache_decorators(decorator: str, tmp_path: Path) -> None:
    text = (
        "import functools, cachetools, async_lru, unknown\n\n\ndef make():\n    return 1\n\n\n"
        f"@{decorator}\ndef get():\n    return make()\n\n\ndef lambda_handler(event, context):\n    return get()\n"
    )
    assert ("app.make" not in per_invocation(linked(write(tmp_path, {"app.py": text})))) == DECORATORS[decorator]


# --- handlers by shape ---

SHAPES: dict[str, tuple[str, list[str]]] = {
    "event and context": ("def handle(event, context): ...", ["app.handle"]),
    "underscored": ("def handle(_event, _context): ...", ["app.handle"]),
    "short names": ("def handle(evt, ctx): ...", ["app.handle"]),
    "unused context": ("def handle(event, _): ...", ["app.handle"]),
    "typed": (
        "from aws_lambda_powertools.utilities.typing import LambdaContext\n"
        "def handle(payload: dict, c: LambdaContext): ...",
        ["app.handle"],
    ),
    "further defaults": ("def handle(event, context, client=None): ...", ["app.handle"]),
    "two handlers": ("def one(event, context): ...\ndef two(event, context): ...", ["app.one", "app.two"]),
    "mangum": (
        "from mangum import Mangum\nfrom fastapi import FastAPI\napp = FastAPI()\nhandler = Mangum(app)",
        ["app.handler"],
    ),
    "partial": (
        "import functools\ndef work(table, event, context): ...\nhandler = functools.partial(work, 't')",
        ["app.handler"],
    ),
    "callable object": ("class H:\n    def __call__(self, event, context): ...\nhandler = H()", ["app.handler"]),
    "called by the project": (
        "def helper(event, context): ...\ndef lambda_handler(event, context):\n    helper(event, context)",
        ["app.lambda_handler"],
    ),
    "method": ("class H:\n    def handle(self, event, context): ...", []),
    "nested": ("def outer():\n    def handle(event, context): ...\n    return handle", []),
    "one parameter": ("def handle(event): ...", []),
    "other names": ("def add(one, other): ...", []),
    "cloud function": (
        "import functions_framework\n@functions_framework.cloud_event\ndef handle(event, context): ...",
        [],
    ),
    "device's function": ("import greengrasssdk\ndef function_handler(event, context): ...", []),
    "called by a page": (
        "import streamlit\ndef handle(event, context): ...\ndef lambda_handler(event, context): ...\nhandle({}, None)",
        ["app.handle", "app.lambda_handler"],
    ),
    "twin for a developer": (
        "def handler(event, context): ...\ndef handler_local(event, context): ...",
        ["app.handler"],
    ),
    "container's server": (
        "from gevent import pywsgi\ndef handle(event, context): ...\n"
        "server = pywsgi.WSGIServer(('', 8080), handle)\nserver.serve_forever()",
        [],
    ),
    "server of a developer": (
        "import flask\napp = flask.Flask(__name__)\ndef handle(event, context): ...\n"
        "if __name__ == '__main__':\n    app.run()",
        ["app.handle"],
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_handlers_by_shape(name: str, tmp_path: Path) -> None:
    text, expected = SHAPES[name]
    program = linked(write(tmp_path, {"app.py": text + "\n"}))
    assert sorted(handler.name for handler in program.handlers) == expected


@pytest.mark.parametrize(
    "path", ["tests/test_app.py", "conftest.py", "test_app.py", "lib/pkg/app.py", "node_modules/app.py"]
)
def test_tests_and_vendored_code_hold_no_handler(path: str, tmp_path: Path) -> None:
    files = {
        path: "def lambda_handler(event, context): ...\n",
        "lib/pkg-1.0.dist-info/RECORD": "pkg/app.py,,\n",
    }
    assert linked(write(tmp_path, files)).handlers == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("layer/python/shared/log.py", []),
        ("backend/lambda_layers/utils/python/log.py", []),
        ("layers/log.py", ["make_logger"]),
        ("python/layer/log.py", ["make_logger"]),
    ],
)
def test_the_helpers_of_a_layer_are_no_handlers(path: str, expected: list[str], tmp_path: Path) -> None:
    files = {path: "def make_logger(event, context, level=None): ...\n"}
    program = linked(write(tmp_path, files))
    assert [handler.name.rpartition(".")[2] for handler in program.handlers] == expected


def test_two_functions_see_their_own_module_of_one_name(tmp_path: Path) -> None:
    handler = "import utils\n\ndef lambda_handler(event, context):\n    utils.work()\n"
    files = {
        "one/app.py": handler,
        "one/utils.py": "def work():\n    return 1\n",
        "two/app.py": handler,
        "two/utils.py": "def work():\n    return 2\n",
    }
    program = linked(write(tmp_path, files))
    for phases in program.phases.handlers:
        folder = Path(phases.handler.path).parent.name
        assert {Path(unit.path).parent.name for unit in phases.invoke} == {folder}
