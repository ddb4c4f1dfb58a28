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
)
# Calls whose result the runtime's encoder accepts and `json.dumps` without `default` refuses.
ONLY_JSON_REFUSES: frozenset[str] = terms("decimal.Decimal bytes base64.b64encode base64.b64decode")

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
ENUM_BASES: frozenset[str] = terms("enum.Enum enum.Flag")
SERIALIZABLE_ENUM_BASES: frozenset[str] = terms("enum.StrEnum enum.IntEnum enum.IntFlag enum.ReprEnum str int float")
DATACLASS_DECORATORS: frozenset[str] = terms(
    "dataclasses.dataclass pydantic.dataclasses.dataclass attr.s attr.attrs attr.dataclass attr.define attr.frozen",
    "attrs.define attrs.frozen attrs.mutable",
)
