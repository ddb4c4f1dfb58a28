"""What the project's tests put in the place of what code calls to make something."""

from __future__ import annotations

from lambdalint.patches import is_factory_replaced
from lambdalint.program import Program


def replaced(program: Program, path: str, spelt: str, factory: str) -> str:
    """The name that tests replace of what a module calls, "" for none; no test reaches the code inside a template.

    `path` is the module's file, `spelt` the callable's dotted name in it, `factory` its own dotted path.
    """
    names = program.project.replaced
    if path in program.project.inline.by_path or not is_factory_replaced(names, path, spelt, factory):
        return ""
    if spelt in names or factory in names:
        return spelt if spelt in names else factory
    return spelt.partition(".")[0]
