"""Summaries as bytes: compact, fast to read back, and unable to run code.

A summary is written bottom-up, as the moves of a stack machine: each node is one byte that names its class, and
takes its children from the stack, its spans from a table of numbers and everything else from a pool of constants,
which is JSON.  Reading back is one loop without recursion.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any, NamedTuple

from lambdalint import summary as ir
from lambdalint.source import Span
from lambdalint.summary import ModuleSummary, Unparsable


class CodecError(Exception):
    """Bytes that are no encoded summary, or a summary that cannot be encoded."""


def _node_classes() -> tuple[type, ...]:
    """Every named tuple that may occur in a summary, in the order of their definition."""
    found = (value for name, value in vars(ir).items() if isinstance(value, type) and hasattr(value, "_fields"))
    return tuple(cls for cls in found if cls is not Span)


def _shape(cls: type) -> str:
    """One letter a field: `s` a span, `c` a constant, `k` a child or children from the stack."""
    return "".join(_FIELDS.get(_annotation(cls, name), "k") for name in cls._fields)  # type: ignore[attr-defined]


def _annotation(cls: type, name: str) -> str:
    written = cls.__annotations__[name]
    return written if isinstance(written, str) else str(written.__forward_arg__)


_FIELDS = {
    "Span": "s",
    "int": "c",
    "str": "c",
    "bool": "c",
    "str | None": "c",
    "str | int | float | bool | None": "c",
    "tuple[str, ...]": "c",
}
_CLASSES = _node_classes()
_SHAPES = tuple(_shape(cls) for cls in _CLASSES)
_NONE, _TUPLE, _FIRST = 0, 1, 2
_OPS = {cls: _FIRST + index for index, cls in enumerate(_CLASSES)}
_HEAD = 8
FORMAT = json.dumps([(cls.__name__, cls._fields, shape) for cls, shape in zip(_CLASSES, _SHAPES, strict=True)])  # type: ignore[attr-defined]
"""Changes whenever the classes of a summary do: part of every cache's version."""


# --- encoding ------------------------------------------------------------------------------------


class _Writer:
    def __init__(self) -> None:
        self.ops = bytearray()
        self.spans: list[int] = []
        self.refs: list[int] = []
        self.pool: list[object] = []
        self._index: dict[object, int] = {}

    def constant(self, value: object) -> None:
        """Refer to a constant; equal ones of one type are stored once."""
        key = (value.__class__, repr(value) if isinstance(value, float) else value)
        index = self._index.get(key)
        if index is None:
            index = self._index[key] = len(self.pool)
            self.pool.append(value)
        self.refs.append(index)

    def put(self, value: Any) -> None:
        """Write a node, a tuple of nodes, or None."""
        if value is None:
            self.ops.append(_NONE)
            return
        kind = value.__class__
        if kind is tuple:
            for item in value:
                self.put(item)
            self.ops.append(_TUPLE)
            self.constant(len(value))
            return
        op = _OPS[kind]
        shape = _SHAPES[op - _FIRST]
        for letter, field in zip(shape, value, strict=True):
            if letter == "k":
                self.put(field)
        self.ops.append(op)
        for letter, field in zip(shape, value, strict=True):
            if letter == "s":
                self.spans += field
            elif letter == "c":
                self.constant(field)

    def data(self) -> bytes:
        """What was written."""
        pool = json.dumps(self.pool, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()
        spans, refs = _numbers(self.spans), _numbers(self.refs)
        parts = (bytes(self.ops), spans, refs, pool)
        return b"".join(len(part).to_bytes(_HEAD, "little") for part in parts) + b"".join(parts)


def _numbers(values: list[int]) -> bytes:
    """Numbers in as few bytes each as the largest needs; the first byte says how many."""
    largest = max(values, default=0)
    code = "B" if largest < 1 << 8 else "H" if largest < 1 << 16 else "I"
    found = array(code, values)
    if sys.byteorder == "big":
        found.byteswap()
    return code.encode() + found.tobytes()


def encode(summary: ModuleSummary | Unparsable) -> bytes:
    """The bytes of a summary.  Raises CodecError for one that cannot be encoded, such as one nested too deeply."""
    writer = _Writer()
    try:
        if isinstance(summary, Unparsable):
            for given in (summary.code, summary.message, summary.row, summary.column):
                writer.constant(given)
        else:
            for part in (summary.body, summary.functions, summary.classes, summary.comments):
                writer.put(part)
            for field in (summary.docstring, summary.locals, summary.exported, summary.max_row):
                writer.constant(field)
        return writer.data()
    except (RecursionError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise CodecError(f"{type(error).__name__}: {error}") from None


# --- decoding ------------------------------------------------------------------------------------


class _Sources(NamedTuple):
    """Where the reader takes things from: the stack, and the next span and the next constant."""

    stack: list[Any]
    span: Callable[[], Span]
    constant: Callable[[], Any]


def decode(data: bytes) -> ModuleSummary | Unparsable:
    """The summary of some bytes.  Raises CodecError when they are not what `encode` writes."""
    try:
        ops, spans, refs, pool = _parts(data)
        constants = [tuple(value) if isinstance(value, list) else value for value in json.loads(pool)]
        stack: list[Any] = []
        four = _unpacked(spans)
        sources = _Sources(
            stack,
            map(tuple.__new__, repeat(Span), zip(four, four, four, four, strict=True)).__next__,
            map(constants.__getitem__, _unpacked(refs)).__next__,
        )
        _run(ops, sources)
        return _finished(stack, sources.constant)
    except (ValueError, IndexError, KeyError, TypeError, StopIteration, RecursionError, MemoryError) as error:
        raise CodecError(f"{type(error).__name__}: {error}") from None


def _finished(stack: list[Any], constant: Callable[[], Any]) -> ModuleSummary | Unparsable:
    if not stack:
        return Unparsable(constant(), constant(), constant(), constant())
    body, functions, classes, comments = stack
    return ModuleSummary(body, functions, classes, comments, constant(), constant(), constant(), constant())


def _parts(data: bytes) -> list[bytes]:
    lengths = [int.from_bytes(data[start : start + _HEAD], "little") for start in range(0, 4 * _HEAD, _HEAD)]
    found: list[bytes] = []
    place = 4 * _HEAD
    for length in lengths:
        found.append(data[place : place + length])
        place += length
    if place != len(data):
        raise ValueError("cut short")
    return found


def _unpacked(data: bytes) -> Iterator[int]:
    found = array(data[:1].decode())
    if found.typecode not in "BHI":
        raise ValueError("no numbers")
    found.frombytes(data[1:])
    if sys.byteorder == "big":
        found.byteswap()
    return iter(found)


def _run(ops: bytes, sources: _Sources) -> None:
    """Carry out the moves of the stack machine."""
    stack, _, constant = sources
    makers = [_maker(cls, shape, sources) for cls, shape in zip(_CLASSES, _SHAPES, strict=True)]
    push = stack.append
    for op in ops:
        if op >= _FIRST:
            makers[op - _FIRST]()
        elif op == _NONE:
            push(None)
        else:
            count = constant()
            if count:
                items = tuple(stack[-count:])
                if len(items) != count:
                    raise ValueError("too few items")
                del stack[-count:]
                push(items)
            else:
                push(())


def _maker(cls: type, shape: str, sources: _Sources) -> Callable[[], None]:
    """A move that makes a node of a class; the commonest shapes have their own."""
    stack, span, constant = sources
    new, push, pop = tuple.__new__, stack.append, stack.pop

    def leaf() -> None:
        push(new(cls, (span(), constant())))

    def two_constants() -> None:
        push(new(cls, (span(), constant(), constant())))

    def wrapped() -> None:
        stack[-1] = new(cls, (span(), stack[-1]))

    def attribute() -> None:
        stack[-1] = new(cls, (span(), stack[-1], constant()))

    def pair() -> None:
        second = pop()
        stack[-1] = new(cls, (span(), stack[-1], second))

    def argument() -> None:
        stack[-1] = new(cls, (span(), stack[-1], constant(), constant()))

    def labelled() -> None:
        where, label = span(), constant()
        stack[-1] = new(cls, (where, label, stack[-1]))

    special = {
        "sc": leaf,
        "scc": two_constants,
        "sk": wrapped,
        "skc": attribute,
        "skk": pair,
        "skcc": argument,
        "sck": labelled,
    }
    return special.get(shape) or _any_maker(cls, shape, sources)


def _any_maker(cls: type, shape: str, sources: _Sources) -> Callable[[], None]:
    stack, span, constant = sources
    count = shape.count("k")

    def make() -> None:
        children = iter(stack[len(stack) - count :] if count else ())
        fields = [span() if c == "s" else constant() if c == "c" else next(children) for c in shape]
        if count:
            del stack[-count:]
        stack.append(tuple.__new__(cls, fields))

    return make
