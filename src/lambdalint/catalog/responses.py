"""What the runtime can send: types that its encoder refuses, types that `json.dumps` refuses.

Measured with awslambdaric 4.2.2 (`lambda_runtime_marshaller.to_json`, which uses simplejson) and Python 3.11; see
https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html#python-handler-return.
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html#python-handler-return"
CHECKED = "2026-11-25"

# Calls whose result neither the runtime nor `json.dumps` can serialise.
UNSERIALIZABLE_CALLS: frozenset[str] = terms(
    "set frozenset range map filter zip enumerate reversed iter memoryview bytearray complex object type slice super",
    "datetime.datetime datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today",
    "datetime.datetime.fromisoformat datetime.datetime.fromtimestamp datetime.datetime.strptime",
    "datetime.datetime.combine datetime.date datetime.date.today datetime.date.fromisoformat datetime.time",
    "datetime.timedelta datetime.timezone datetime.datetime.utcfromtimestamp",
    "uuid.UUID uuid.uuid1 uuid.uuid3 uuid.uuid4 uuid.uuid5 uuid.uuid7",
    "pathlib.Path pathlib.PurePath pathlib.PosixPath re.compile re.match re.search re.fullmatch",
    "collections.deque collections.ChainMap collections.UserDict collections.UserList types.SimpleNamespace",
    "types.MappingProxyType fractions.Fraction array.array io.BytesIO io.StringIO ipaddress.ip_address",
    "ipaddress.ip_network ipaddress.IPv4Address ipaddress.IPv6Address",
    "itertools.chain itertools.islice itertools.count itertools.cycle itertools.groupby",
    "open io.open",
)
# Calls whose result the runtime's encoder accepts and `json.dumps` without `default` refuses.
ONLY_JSON_REFUSES: frozenset[str] = terms("decimal.Decimal bytes base64.b64encode base64.b64decode")

# Calls of other results that tell something, by what they give.
_RESULTS: dict[str, str] = {
    "dict": "dict",
    "collections.OrderedDict": "dict",
    "collections.defaultdict": "dict",
    "collections.Counter": "dict",
    "dataclasses.asdict": "dict",
    "list": "list",
    "sorted": "list",
    "tuple": "tuple",
    "str": "str",
    "repr": "str",
    "json.dumps": "str",
    "int": "number",
    "float": "number",
    "len": "number",
    "round": "number",
    "sum": "number",
    "bool": "bool",
    "decimal.Decimal": "Decimal",
    "bytes": "bytes",
    "base64.b64encode": "bytes",
    "base64.b64decode": "bytes",
}
_NAMED = {"open": "file", "io.open": "file", "complex": "complex number", "re.compile": "compiled pattern"}
_ITERATORS = terms("map filter zip enumerate reversed iter")


def result_of(path: str) -> str | None:
    """The kind of what calling an outside callable gives; None when it is not known."""
    if path in _RESULTS:
        return _RESULTS[path]
    if path not in UNSERIALIZABLE_CALLS:
        return None
    if path in ("set", "frozenset"):
        return "set"
    if path in _NAMED:
        return _NAMED[path]
    if path in _ITERATORS or path.startswith("itertools."):
        return "iterator"
    return path.partition(".")[0] if path.startswith(("datetime.", "uuid.")) else path.rpartition(".")[2]


# Kinds that the runtime's encoder refuses: those above, and what is no call.
REFUSED_KINDS: frozenset[str] = frozenset(
    found for path in UNSERIALIZABLE_CALLS if (found := result_of(path)) is not None
) | {
    *("dataclass", "model", "enum", "exception", "plain object", "function", "lambda expression"),
    *("generator", "dictionary view", "coroutine", "complex number"),
}
# Kinds that only `json.dumps` refuses.
JSON_REFUSED_KINDS: frozenset[str] = frozenset(("Decimal", "bytes"))

# Methods whose result is a view or an iterator of a dictionary, when their object is one.
VIEW_METHODS: frozenset[str] = terms("keys values items")
# Methods whose result is a datetime, a date or the like when their object is a datetime.
DATETIME_METHODS: frozenset[str] = terms("date time astimezone replace")
# Keywords of `json.dumps` that may make a value serialisable.  https://docs.python.org/3/library/json.html#json.dumps
JSON_HOOKS: frozenset[str] = terms("default cls")
JSON_DUMPS: frozenset[str] = terms("json.dumps")

# Bases whose plain members or instances the encoder refuses; a mixed-in str or int makes an enumeration serialisable.
# https://docs.pydantic.dev/latest/api/base_model/ and https://docs.python.org/3/library/enum.html
MODEL_BASES: frozenset[str] = terms("pydantic.BaseModel pydantic.main.BaseModel pydantic.RootModel sqlmodel.SQLModel")
# Class methods that make an object of a model.  https://docs.pydantic.dev/latest/api/base_model/
MODEL_MAKERS: frozenset[str] = terms(
    "model_validate model_validate_json model_construct parse_obj parse_raw construct from_orm"
)
# Bases that make any object serialisable.
SERIALIZABLE_BASES: frozenset[str] = terms("dict list tuple typing.NamedTuple typing.TypedDict collections.OrderedDict")
# Bases that give objects nothing that an encoder knows; and the names of a class that may, for simplejson asks objects
# for `_asdict`, other encoders for `__json__` or `for_json`, and `__new__` may make something else.
# https://simplejson.readthedocs.io/en/latest/#simplejson.JSONEncoder
PLAIN_BASES: frozenset[str] = terms("object abc.ABC typing.Generic typing.Protocol")
ENCODED_BY: frozenset[str] = terms("_asdict __json__ for_json __new__ __getattr__ __getattribute__ __class__")
# Kinds that are no key of a dictionary for either encoder.
REFUSED_KEYS: frozenset[str] = frozenset(("tuple", "datetime", "uuid", "enum", "dataclass", "plain object"))
# Calls that run a coroutine to its end and give what it returns.
DRIVERS: frozenset[str] = terms("asyncio.run anyio.run asyncio.runners.run")
ENUM_BASES: frozenset[str] = terms("enum.Enum enum.Flag")
SERIALIZABLE_ENUM_BASES: frozenset[str] = terms("enum.StrEnum enum.IntEnum enum.IntFlag enum.ReprEnum str int float")

# What a database's cursor gives rows by, with numbers and dates in them: https://peps.python.org/pep-0249/
ROW_METHODS: frozenset[str] = terms("fetchone fetchmany fetchall")
# Methods of an AWS client that give text, or a dictionary of it.
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/s3-presigned-urls.html
TEXT_OPERATIONS: frozenset[str] = terms("generate_presigned_url generate_presigned_post")
# Methods that give text, whatever has them, and functions that give what `json.dumps` takes.
TEXT_METHODS: frozenset[str] = terms("decode isoformat strftime join format hex lower upper strip")
JSON_LOADS: frozenset[str] = terms("json.loads json.load")
# Methods that put what they are given into a list, a set or a dictionary.
FILLING_METHODS: frozenset[str] = terms("append extend insert add update setdefault")
