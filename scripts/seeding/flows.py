"""How a value flows to the place where it does harm."""

from __future__ import annotations

from collections.abc import Callable

from seeding.defect import MARK
from seeding.parts import Parts, Seed, indented, inside, stood

SINK_CODES = ("LMB402", "LMB403", "LMB404")


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
