"""Configuration files: which one counts, and from its text to a `Config`.  TOML and YAML readers load on demand."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from lambdalint import paths, toml
from lambdalint.config import OPTIONS, Config, Option
from lambdalint.errors import ConfigError
from lambdalint.selection import UnknownSelector, expand

PYPROJECT = "pyproject.toml"
YAML = ".lambdalint.yaml"
_LIMIT = 1_000_000
Rows: TypeAlias = Callable[[tuple[str, ...]], "int | None"]


def load(targets: tuple[str, ...], *, file: str | None = None, isolated: bool = False) -> Config:
    """The configuration for some absolute paths: of `file`, or of the nearest file above them all, else defaults.

    Raises ConfigError naming file, row, key and the remedy.
    """
    if isolated:
        return Config()
    if file is not None:
        return _given(os.path.abspath(file))
    for folder in _folders_above(targets):
        if found := _in_folder(folder):
            return found
    return Config()


def _folders_above(targets: tuple[str, ...]) -> Iterator[str]:
    """The folder that holds all targets, and each one above it."""
    folders = [target if os.path.isdir(target) else os.path.dirname(target) for target in targets]
    try:
        folder = os.path.commonpath(folders) if folders else os.getcwd()
    except ValueError:  # different drives
        return
    while True:
        yield folder
        if (above := os.path.dirname(folder)) == folder:
            return
        folder = above


def _in_folder(folder: str) -> Config | None:
    pyproject, other = os.path.join(folder, PYPROJECT), os.path.join(folder, YAML)
    table = _pyproject_table(pyproject) if os.path.isfile(pyproject) else None
    if os.path.isfile(misspelt := os.path.join(folder, ".lambdalint.yml")):
        raise ConfigError(f"{_shown(misspelt)} is not read: rename it to {YAML}")
    if not os.path.isfile(other):
        return table
    if table is not None:
        raise ConfigError(f"{_shown(pyproject)} has [tool.lambdalint] and {YAML} stands beside it: keep one of them")
    return _yaml(other)


def _given(path: str) -> Config:
    """The configuration of a file named on the command line."""
    if not os.path.isfile(path):
        raise ConfigError(f"no such configuration file: {_shown(path)}")
    if path.endswith((".yaml", ".yml")):
        return _yaml(path)
    if not path.endswith(".toml"):
        raise ConfigError(f"{_shown(path)} is neither TOML nor YAML by its name")
    table = _pyproject_table(path)
    if table is None:
        raise ConfigError(f"{_shown(path)} has no table [tool.lambdalint]")
    return table


def _read(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            data = stream.read(_LIMIT + 1)
    except OSError as error:
        raise ConfigError(f"{_shown(path)} cannot be read: {error.strerror}") from None
    if len(data) > _LIMIT:
        raise ConfigError(f"{_shown(path)} is larger than {_LIMIT} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"{_shown(path)}:{row} is not UTF-8") from None


# --- TOML ----------------------------------------------------------------------------------------


def _pyproject_table(path: str) -> Config | None:
    """The table [tool.lambdalint] of a TOML file, None when it has none.

    A file that does not so much as mention it is not parsed: its faults are not ours to report.
    """
    text = _read(path)
    if "lambdalint" not in text:
        return None
    try:
        tool = toml.tables(text).get("tool", {})
    except ValueError as error:
        raise ConfigError(f"{_shown(path)} is not valid TOML: {error}") from None
    if not isinstance(tool, dict) or "lambdalint" not in tool:
        return None
    return parse(tool["lambdalint"], path, lambda keys: _toml_row(text, keys))


def _toml_row(text: str, keys: tuple[str, ...]) -> int | None:
    """The row of a key below [tool.lambdalint], by its spelling: TOML readers keep no places."""
    table: tuple[str, ...] = ()
    for row, line in enumerate(text.split("\n"), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?$", line.rstrip("\r")):
            table = _toml_keys(header[1])
        elif (assigned := re.match(r"""\s*((?:[\w.\s-]|"[^"]*"|'[^']*')+?)\s*=""", line[:400])) and table[:1] == (
            "tool",
        ):
            if (*table, *_toml_keys(assigned[1])) == ("tool", "lambdalint", *keys):
                return row
        if table == ("tool", "lambdalint", *keys):
            return row
    return _toml_row(text, keys[:-1]) if len(keys) > 1 else None


def _toml_keys(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"""\s*("[^"]*"|'[^']*'|[^."']+)""", dotted))


# --- YAML ----------------------------------------------------------------------------------------


def _yaml(path: str) -> Config:
    import yaml

    text = _read(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        row = f":{mark.line + 1}" if mark else ""
        raise ConfigError(f"{_shown(path)}{row} is not valid YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"{_shown(path)} is not valid YAML: {error}") from None

    def rows(keys: tuple[str, ...]) -> int | None:
        return _yaml_row(node, keys)

    names = [pair[0].value for pair in node.value] if isinstance(node, yaml.MappingNode) else []
    if twice := next((name for name in names if names.count(name) > 1), None):
        _Place(path, (str(twice),), rows).fail(f"`{twice}` is given twice")
    return parse({} if value is None else value, path, rows)


def _yaml_row(node: Any, keys: tuple[str, ...]) -> int | None:
    """The row of a key in a composed mapping, of the nearest key above it else."""
    row = None
    for key in keys:
        pair = next((pair for pair in getattr(node, "value", ()) if _is_key(pair, key)), None)
        if pair is None:
            break
        row, node = pair[0].start_mark.line + 1, pair[1]
    return row


def _is_key(pair: Any, key: str) -> bool:
    return isinstance(pair, tuple) and getattr(pair[0], "value", None) == key


# --- validation ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: its file, its keys, and how to find their row."""

    file: str
    keys: tuple[str, ...]
    rows: Rows

    def below(self, key: str) -> _Place:
        return _Place(self.file, (*self.keys, key), self.rows)

    def fail(self, message: str) -> NoReturn:
        row = self.rows(self.keys)
        where = f"{_shown(self.file)}:{row}" if row else _shown(self.file)
        raise ConfigError(f"{where}: {message}")


def parse(raw: object, file: str, rows: Rows = lambda keys: None) -> Config:
    """A `Config` of the plain data of an absolute file; `rows` gives the 1-based row of some keys where known.

    Raises ConfigError.
    """
    place = _Place(file, (), rows)
    if not isinstance(raw, Mapping):
        place.fail(f"the configuration must be a table, not {_kind_of(raw)}")
    known = {option.name: option for option in OPTIONS}
    root = os.path.dirname(file)
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in known:
            place.below(str(key)).fail(f"unknown option `{key}`{_nearest(str(key), tuple(known))}")
        values[known[key].attribute] = _value(known[key], value, place.below(key), root)
    return Config(**values, root=root, file=file)


def _value(option: Option, value: object, place: _Place, root: str) -> object:
    """A validated value: lists become tuples, tables tuples of pairs, paths absolute."""
    if option.kind == "codes":
        return _codes(value, place)
    if option.kind in ("strings", "globs"):
        return _strings(value, place)
    if option.kind == "paths":
        return tuple(_absolute(root, _named(entry, place)) for entry in _strings(value, place))
    if option.kind == "path":
        return _absolute(root, _named(_string(value, place), place))
    if option.kind == "choice":
        return _choice(value, option.choices, place)
    if option.kind == "boolean":
        return value if isinstance(value, bool) else _wrong(value, "true or false", place)
    pairs = value.items() if isinstance(value, Mapping) else _wrong(value, "a table", place)
    if option.kind == "codes-by-glob":
        return tuple((_string(key, place), _codes(entry, place.below(str(key)))) for key, entry in pairs)
    return tuple((_code(key, place), _choice(entry, option.choices, place.below(str(key)))) for key, entry in pairs)


def _codes(value: object, place: _Place) -> tuple[str, ...]:
    return tuple(_code(entry, place) for entry in _strings(value, place))


def _code(value: object, place: _Place) -> str:
    from lambdalint import rules

    selector = _string(value, place)
    try:
        expand(selector, rules.all_rules())
    except UnknownSelector as error:
        place.fail(f"{error.args[0]} in `{place.keys[0]}`{error.hint}")
    return selector


def _strings(value: object, place: _Place) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        _wrong(value, "a list of strings", place)
    return tuple(_string(entry, place, "a list of strings") for entry in value)


def _string(value: object, place: _Place, wanted: str = "a string") -> str:
    if not isinstance(value, str):
        _wrong(value, wanted, place, "" if wanted == "a string" else "one with ")
    if not value.strip():
        place.fail(f"`{place.keys[0]}` holds an empty string")
    return value


def _choice(value: object, choices: tuple[str, ...], place: _Place) -> str:
    wanted = " or ".join(f"`{choice}`" for choice in choices)
    if not isinstance(value, str):
        _wrong(value, wanted, place)
    if value not in choices:
        place.fail(f"`{'.'.join(place.keys)}` must be {wanted}, not `{value[:40]}`{_nearest(value, choices)}")
    return value


def _wrong(value: object, wanted: str, place: _Place, prefix: str = "") -> NoReturn:
    place.fail(f"`{'.'.join(place.keys)}` must be {wanted}, not {prefix}{_kind_of(value)}")


def _kind_of(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a table"}
    return "nothing" if value is None else names.get(type(value), f"a {type(value).__name__}")


def _nearest(wanted: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(wanted.replace("_", "-"), known, 1, 0.5)
    return f": did you mean `{near[0]}`?" if near else ""


def _named(path: str, place: _Place) -> str:
    """A path that a file may have."""
    try:
        if b"\0" in os.fsencode(path):
            place.fail("a path cannot hold a null character")
    except UnicodeEncodeError:
        place.fail("a path cannot hold a lone surrogate")
    return path


def _absolute(root: str, path: str) -> str:
    return os.path.normpath(os.path.join(root, path))


def _shown(path: str) -> str:
    return paths.relative(path, os.getcwd())
