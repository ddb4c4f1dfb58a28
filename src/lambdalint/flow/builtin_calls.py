"""What outside calls give, by the tables of `catalog.flows`: builtins, the standard library, methods by their name."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lambdalint.catalog import consumers, flows
from lambdalint.catalog.names import is_secret_name
from lambdalint.catalog.terms import terms
from lambdalint.flow import values as v
from lambdalint.flow.binding import Arguments
from lambdalint.flow.instances import parameter_of
from lambdalint.flow.naming import is_setting
from lambdalint.flow.printing import printed
from lambdalint.flow.tags import RESPELT
from lambdalint.flow.texts import interleave
from lambdalint.flow.values import CLEAN, DYNAMIC, UNKNOWN, Key, Root, Value
from lambdalint.link.model import ClassValue, External, FunctionValue
from lambdalint.summary import Attribute, Call, Expr, Literal, Name, Subscript
from lambdalint.walk import argument

if TYPE_CHECKING:
    from lambdalint.flow.calls import Calls

_SAME = terms(
    "str repr ascii dict copy.copy copy.deepcopy vars typing.cast ast.literal_eval dataclasses.asdict",
    "dataclasses.replace json.dumps json.loads simplejson.dumps simplejson.loads ujson.dumps ujson.loads",
    "orjson.dumps orjson.loads yaml.dump yaml.safe_dump yaml.safe_load types.SimpleNamespace",
    "collections.OrderedDict bytes",
)
_TEXTS = frozenset(("str", "repr", "ascii"))
_RESPELLING = terms(
    "capitalize casefold lower lstrip removeprefix removesuffix replace rstrip strip swapcase title upper"
)
_LISTS = terms(
    "list tuple set frozenset sorted reversed iter collections.deque itertools.chain.from_iterable",
)
_EXCEPTIONS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)
# What takes a URL or a query apart: most of its pieces are no secret, whatever the whole was.
_PIECES = frozenset(f"urllib.parse.{name}" for name in ("urlparse", "urlsplit", "parse_qs", "parse_qsl"))
_ISSUED = frozenset(("jwt.decode", "jose.jwt.decode", "jwt.get_unverified_header", "jose.jwt.get_unverified_claims"))


def result(calls: Calls, call: Call, externals: tuple[External, ...], receiver: Value, arguments: Arguments) -> Value:
    """What a call of something outside the project gives."""
    for external in externals:
        _hand_over(calls, call, external, arguments)
        found = _function(calls, call, external.path, arguments)
        if found is not None:
            return found
    if isinstance(call.func, Attribute):
        return _method(calls, call, call.func.attr, receiver, arguments, bool(externals))
    return UNKNOWN


# --- functions -----------------------------------------------------------------------------------


def _function(calls: Calls, call: Call, path: str, arguments: Arguments) -> Value | None:
    if flows.ends_flow(path) or path in _ISSUED:
        return CLEAN
    if path in flows.HOST_LOOKUPS:
        calls.on.state.checked |= frozenset(_hosts(arguments.first()))
    kinds = flows.SANITIZED.get(path)
    if kinds is not None:
        passed = v.join(*arguments.all()) if arguments.all() else CLEAN
        return v.tagged(v.Value(v.flatten(passed), known=v.is_known(passed)), *kinds)
    if path in flows.PARSERS:
        return _parsed(calls, arguments, argument(call, "model", 1))
    if path in _SAME:
        found = _same(path, arguments)
        return printed(calls, found, call.span, path != "str") if path in _TEXTS else found
    if path in _LISTS:
        return v.listed(v.iterate(arguments.first())) if arguments.all() else v.Value(shape="list")
    special = _SPECIAL.get(path)
    if special is not None:
        return special(calls, call, arguments)
    if path in _EXCEPTIONS:
        return Value(v.merge_atoms(atom for value in arguments.all() for atom in v.flatten(value)))
    if path in _PIECES:
        return v.tagged(Value(v.flatten(arguments.first()), known=v.is_known(arguments.first())), "harmless")
    if flows.passes_on(path):
        held = (atom for value in arguments.all() for atom in v.flatten(value))
        atoms = v.merge_atoms(atom._replace(prefix=None) if path in flows.DECODERS else atom for atom in held)
        return Value(atoms, known=all(v.is_known(value) for value in arguments.all()))
    return None


def _hosts(value: Value) -> Iterator[tuple[Root, tuple[Key, ...]]]:
    """The places of a host's name and of the URL that it was read from."""
    for atom in v.flatten(value):
        yield atom.root, atom.path
        if atom.path and atom.path[-1] in flows.HOST_MEMBERS:
            yield atom.root, atom.path[:-1]


def _same(path: str, arguments: Arguments) -> Value:
    """A copy or another form of the first argument; `dict(a, k=b)` adds its keywords."""
    position = 1 if path == "typing.cast" and len(arguments.positional) > 1 else 0
    found = arguments.positional[position] if len(arguments.positional) > position else None
    if path in ("dict", "types.SimpleNamespace", "collections.OrderedDict", "dataclasses.replace"):
        base = found or Value(shape="dict")
        if arguments.spread is not None:
            base = v.join(base, arguments.spread)
        shape = "record" if path == "types.SimpleNamespace" else "dict"
        fields: dict[Key, Value] = {**base.fields}
        fields.update(arguments.keywords.items())
        return base._replace(fields=fields, shape=shape)
    return found if found is not None else arguments.first()


def _enumerate(calls: Calls, call: Call, arguments: Arguments) -> Value:
    return v.listed(Value(fields={0: CLEAN, 1: v.iterate(arguments.first())}, shape="list"))


def _zip(calls: Calls, call: Call, arguments: Arguments) -> Value:
    return v.listed(Value(fields={i: v.iterate(value) for i, value in enumerate(arguments.positional)}, shape="list"))


def _next(calls: Calls, call: Call, arguments: Arguments) -> Value:
    return v.join(v.iterate(arguments.first()), *arguments.positional[1:])


def _extreme(calls: Calls, call: Call, arguments: Arguments) -> Value:
    if len(arguments.positional) > 1:
        return v.join(*arguments.positional)
    return v.iterate(arguments.first())


def _getattr(calls: Calls, call: Call, arguments: Arguments) -> Value:
    if len(call.arguments) < 2:
        return UNKNOWN
    key = calls.on.key(call.arguments[1].value)
    return v.join(calls.on.member(arguments.first(), key, call), *arguments.positional[2:])


def _filter(calls: Calls, call: Call, arguments: Arguments) -> Value:
    return v.listed(v.iterate(arguments.positional[1])) if len(arguments.positional) > 1 else UNKNOWN


def _map(calls: Calls, call: Call, arguments: Arguments) -> Value:
    parts: list[Value] = []
    for value in calls.engine.resolver.resolve(call.arguments[0].value, calls.on.scope) if call.arguments else ():
        if isinstance(value, FunctionValue):
            given = tuple(v.iterate(items) for items in arguments.positional[1:])
            parts.append(_run(calls, value, given, {}, call))
        elif isinstance(value, External):
            found = _function(calls, call, value.path, arguments._replace(positional=arguments.positional[1:]))
            parts.append(UNKNOWN if found is None else v.iterate(found) if found.shape == "list" else found)
    return v.listed(v.join(*parts)) if parts else UNKNOWN


def _path(calls: Calls, call: Call, arguments: Arguments) -> Value:
    parts: list[tuple[str, Value | None]] = []
    for index, value in enumerate(arguments.positional):
        parts += ([("/", None)] if index else []) + [("", value)]
    return v.built(parts) if len(arguments.positional) > 1 else arguments.first()


def _range(calls: Calls, call: Call, arguments: Arguments) -> Value:
    return CLEAN


_SPECIAL: dict[str, Callable[[Calls, Call, Arguments], Value]] = {
    "enumerate": _enumerate,
    "zip": _zip,
    "next": _next,
    "min": _extreme,
    "max": _extreme,
    "getattr": _getattr,
    "filter": _filter,
    "map": _map,
    "range": _range,
    "os.path.join": _path,
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
}


# --- functions that are handed over ----------------------------------------------------------------


def _hand_over(calls: Calls, call: Call, external: External, arguments: Arguments) -> None:
    """Remember with what an outside call runs a function of the project that it is given."""
    place = _function_place(external)
    if place is None:
        return
    position, keyword, when = place
    handed = argument(call, keyword or "", position)
    if handed is None:
        return
    for value in calls.engine.resolver.resolve(handed, calls.on.scope):
        if isinstance(value, FunctionValue):
            given, named = _handed(external.path, position, keyword, arguments, when)
            _run(calls, value, given, named, call)


def _function_place(external: External) -> tuple[int | None, str | None, str] | None:
    known = consumers.find(external.path)
    if known is not None:
        return known.position, known.keyword, known.when
    if external.base is None:
        return None
    return consumers.METHODS.get(external.path.rpartition(".")[2])


def _handed(
    path: str, position: int | None, keyword: str | None, arguments: Arguments, when: str
) -> tuple[tuple[Value, ...], dict[str, Value]]:
    """What the function that is handed over gets."""
    method = path.rpartition(".")[2]
    if "batch" in path:
        event = arguments.keywords.get("event") or (arguments.positional[0] if arguments.positional else UNKNOWN)
        return (v.iterate(v.read(event, "Records")),), {}
    if method in ("Thread", "Process", "Timer"):
        args = arguments.keywords.get("args", Value(shape="list"))
        named = arguments.keywords.get("kwargs")
        fields = {str(k): held for k, held in named.fields.items()} if named is not None else {}
        return tuple(args.fields[i] for i in range(len(args.fields)) if i in args.fields), fields
    after = arguments.positional[(position or 0) + 1 :]
    if method in ("map", "imap", "imap_unordered", "starmap", "sorted", "sort", "min", "max", "reduce"):
        return tuple(v.iterate(value) for value in after), {}
    kept = {k: held for k, held in arguments.keywords.items() if k != keyword}
    return after, kept


def _run(calls: Calls, function: FunctionValue, given: tuple[Value, ...], named: dict[str, Value], call: Call) -> Value:
    receiver = None
    if function.bound is not None:
        receiver = UNKNOWN
        for handed in call.arguments:
            if isinstance(handed.value, Attribute):
                receiver = calls.on.value(handed.value.value)
                break
    return calls.invoke(function, receiver, call.span, Arguments(given, named))


# --- methods -------------------------------------------------------------------------------------


def _method(calls: Calls, call: Call, method: str, receiver: Value, arguments: Arguments, is_outside: bool) -> Value:
    if method in flows.ENDING_METHODS:
        return CLEAN
    if method in flows.PARSING_METHODS:
        return _parsed(calls, arguments, call.func.value if isinstance(call.func, Attribute) else None)
    special = _METHODS.get(method)
    found = None if special is None else special(calls, call, receiver, arguments)
    if found is None:
        found = receiver if method in flows.PROPAGATING_METHODS else UNKNOWN
    return _respelt(found, method, arguments) if method in _RESPELLING else found


def _respelt(value: Value, method: str, arguments: Arguments) -> Value:
    """A text after a method changed it: a literal one is known where nothing is passed, and a parameter is none now."""
    if value.text is not None:
        return value._replace(text=None if arguments.all() else getattr(value.text, method)())
    return v.tagged(value, RESPELT) if parameter_of(value) is not None else value


def _parsed(calls: Calls, arguments: Arguments, model: Expr | None) -> Value:
    """What a model was filled with; one of the project holds the fields that it declares, and no others."""
    values = () if model is None else calls.engine.resolver.resolve(model, calls.on.scope)
    tags = ("parsed", "cut") if any(isinstance(value, ClassValue) for value in values) else ("parsed",)
    return v.tagged(v.join(*arguments.all()) if arguments.all() else UNKNOWN, *tags)


def _get(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value:
    if not call.arguments:
        return v.iterate(receiver)
    key = calls.on.key(call.arguments[0].value)
    found = calls.on.item(receiver, call.arguments[0].value, call)
    if isinstance(call.func, Attribute) and call.func.attr == "pop" and is_secret_name(str(key), calls.engine.names):
        calls.on.hide(call.func.value)
    if len(call.arguments) > 1 and is_setting(str(key), call.arguments[1].value, calls.engine.names):
        found = v.tagged(found, "harmless")
    return v.join(found, *arguments.positional[1:2])


def _items(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value:
    return v.listed(Value(fields={0: CLEAN, 1: v.element(receiver)}, shape="list"))


def _values(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value:
    return v.listed(v.element(receiver))


def _format(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value:
    text = call.func.value if isinstance(call.func, Attribute) else None
    given = [printed(calls, value, call.span) for value in (*arguments.positional, *arguments.keywords.values())]
    if isinstance(text, Literal) and isinstance(text.value, str):
        return v.built(interleave(text.value, given, "{"))
    return v.built([("", receiver), *((("", value)) for value in given)])


def _join(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value:
    held = v.iterate(arguments.first())
    if arguments.first().shape == "list" and arguments.first().fields:
        separator = _text_of(call.func)
        parts: list[tuple[str, Value | None]] = []
        for index, value in arguments.first().fields.items():
            parts += ([(separator, None)] if index else []) + [("", value)]
        return v.built(parts)
    return v.built([("", held)])


def _text_of(func: Expr) -> str:
    base = func.value if isinstance(func, Attribute) else None
    return base.value if isinstance(base, Literal) and isinstance(base.value, str) else "\0"


def _replace(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value:
    """`text.replace(secret, "***")` takes the secret out."""
    if arguments.all() and arguments.first().text in ("/", "..", "../"):
        return v.tagged(receiver, "path")
    if arguments.all() and arguments.first().text in flows.SQL_QUOTES:
        return v.tagged(receiver, "sql")
    gone = {atom[:2] for atom in v.flatten(arguments.first())} if arguments.all() else set()
    return v.map_atoms(receiver, lambda atom: () if atom[:2] in gone else (atom,)) if gone else receiver


def _split(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value:
    """The parts of a text; those between slashes lead nowhere else."""
    if arguments.all() and arguments.first().text in ("/", "\\"):
        receiver = v.tagged(receiver, "path")
    atoms = v.flatten(receiver)
    return Value(rest=Value(atoms, known=receiver.known), shape="list", known=receiver.known)


def _write(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value | None:
    """`append`, `update` and the like: the arguments go into the object."""
    if not isinstance(call.func, Attribute) or not arguments.all():
        return None
    method = call.func.attr
    if method == "update":
        base = v.join(*arguments.positional) if arguments.positional else Value(shape="dict")
        fields: dict[Key, Value] = {**receiver.fields, **base.fields}
        fields.update(arguments.keywords.items())
        atoms = v.merge_atoms((*receiver.atoms, *base.atoms))
        found = receiver._replace(fields=fields, atoms=atoms)
        found = v.add(found, base.rest) if base.rest is not None else found
    elif method == "setdefault":
        key = calls.on.key(call.arguments[0].value)
        held = arguments.positional[1] if len(arguments.positional) > 1 else CLEAN
        found = v.write(receiver, key, v.join(v.read(receiver, key), held)) if key != DYNAMIC else v.add(receiver, held)
    elif method == "extend":
        found = v.add(receiver, v.iterate(arguments.first()))
    else:
        found = v.add(receiver, arguments.all()[-1])
    calls.on.store(call.func.value, found)
    return CLEAN if method != "setdefault" else v.read(found, calls.on.key(call.arguments[0].value))


def _reveal(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value | None:
    """`SecretStr.get_secret_value()`."""
    if call.arguments:
        return None
    expr = call.func.value if isinstance(call.func, Attribute) else call.func
    name = expr.attr if isinstance(expr, Attribute) else expr.id if isinstance(expr, Name) else "a SecretStr"
    if isinstance(expr, Subscript):
        name = "a SecretStr"
    return v.of_root(v.Root("stored", calls.on.unit, call.span, name))


def _header(calls: Calls, call: Call, receiver: Value, arguments: Arguments) -> Value:
    key = calls.on.key(call.arguments[0].value) if call.arguments else DYNAMIC
    return calls.on.member(receiver, key, call)


_METHODS: dict[str, Callable[[Calls, Call, Value, Arguments], Value | None]] = {
    "get": _get,
    "pop": _get,
    "items": _items,
    "values": _values,
    "format": _format,
    "join": _join,
    "replace": _replace,
    "split": _split,
    "rsplit": _split,
    "partition": _split,
    "rpartition": _split,
    "splitlines": _split,
    "append": _write,
    "add": _write,
    "insert": _write,
    "extend": _write,
    "update": _write,
    "setdefault": _write,
    "get_secret_value": _reveal,
    "get_header_value": _header,
    "get_query_string_value": _header,
    "get_all": _header,
    "getlist": _header,
}
