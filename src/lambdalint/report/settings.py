"""The settings of a run, as `--show-settings` prints them."""

from __future__ import annotations

import json

from lambdalint.config import OPTIONS, Config
from lambdalint.selection import Selection


def render(config: Config, selection: Selection, output_format: str) -> str:
    """Every option with its value: TOML with comments, or JSON with `json`."""
    if output_format == "json":
        values = {option.name: _plain(option.kind, getattr(config, option.attribute)) for option in OPTIONS}
        described = {"file": config.file, "options": values, "rules": sorted(selection.codes)}
        return json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    lines = [f"# file: {config.file or 'none'}"]
    for option in OPTIONS:
        value = _plain(option.kind, getattr(config, option.attribute))
        lines.append(f"# {option.name}: not set" if value is None else f"{option.name} = {_toml(value)}")
    lines.append(f"# rules: {', '.join(sorted(selection.codes))}")
    return "".join(f"{line}\n" for line in lines)


def _plain(kind: str, value: object) -> object:
    """A value of `Config` as a configuration file spells it: lists and tables."""
    if kind in ("codes-by-glob", "severities") and isinstance(value, tuple):
        return {key: list(entry) if isinstance(entry, tuple) else entry for key, entry in value}
    return list(value) if isinstance(value, tuple) else value


def _toml(value: object) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{json.dumps(key)} = {_toml(entry)}" for key, entry in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return json.dumps(value, ensure_ascii=False)
