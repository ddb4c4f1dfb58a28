"""The ways to write one defect: how its names are imported, how its line is wrapped, where the line stands."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable
from dataclasses import replace

from seeding.defect import MARK, Defect
from seeding.flows import FLOWS, TEXT_FLOWS, flowing, through_module_constant, through_parameter
from seeding.parts import NESTED_NAMES, Parts, Seed, Variant, indented, plain, stood
from seeding.places import PLACES

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
