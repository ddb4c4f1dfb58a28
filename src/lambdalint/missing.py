"""Declared handlers that are not there: the module or the name that a template means and the project lacks."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import NamedTuple

from lambdalint.declared import DeclaredFunction
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Unit
from lambdalint.paths import matches, relative
from lambdalint.program import Program
from lambdalint.project import declared_paths
from lambdalint.summary import Call
from lambdalint.walk import dotted

# CloudFormation puts inline code into a file of this name.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
INLINE_MODULE = "index"
_DYNAMIC = frozenset(("globals", "exec", "eval", "setattr", "vars"))


class Missing(NamedTuple):
    """What a handler string asks for in vain: `where` has no `what`; `nearest` is the likeliest right one."""

    where: str
    what: str
    nearest: str | None


def missing(program: Program, function: DeclaredFunction) -> Missing | None:
    """What is missing of a declared handler, None when it is there or cannot be told."""
    module, _, name = function.handler.rpartition(".")
    if not module or not name or function.is_image or not _is_python(function):
        return None
    if function.code_dir is None and function.inline is None:
        return None  # without a code folder, a file of that name elsewhere in the project proves nothing
    if function.inline is not None and module != INLINE_MODULE:
        return None  # a stub, in whose place the real code is deployed later
    paths = declared_paths(function, program.project)
    if paths:
        index = program.modules.get(paths[0])
        return None if index is None else _missing_name(program, function, index, module, name)
    return None if function.code_dir is None else _missing_module(program, function, function.code_dir, module, name)


def _is_python(function: DeclaredFunction) -> bool:
    return function.runtime is None or function.runtime.startswith("python")


# --- a name of a module --------------------------------------------------------------------------


def _missing_name(
    program: Program, function: DeclaredFunction, index: ModuleIndex, module: str, name: str
) -> Missing | None:
    if name in index.table(index.scope) or _may_define(program, index, name):
        return None
    found = _nearest_name(program, index, name)
    where = "inline code" if function.inline is not None else f"`{relative(index.path, program.project.root)}`"
    return Missing(where, f"`{name}`", None if found is None else f"{module}.{found}")


def _may_define(program: Program, index: ModuleIndex, name: str) -> bool:
    """Whether a module may get a name in a way that is not written out: a star import, `__getattr__`, `globals()`."""
    table = index.table(index.scope)
    if "__getattr__" in table or "*" in table:
        return True
    for site in program.sites(Unit(index.path, -1)):
        expr = site.place.expr
        if isinstance(expr, Call) and dotted(expr.func) in _DYNAMIC:
            return True
    return False


def _nearest_name(program: Program, index: ModuleIndex, name: str) -> str | None:
    """The name that is most likely meant: the most alike, else the module's only handler."""
    table = index.table(index.scope)
    callables = sorted(n for n, bindings in table.items() if bindings[-1].kind != "import" and n != "*")
    alike = get_close_matches(name, callables, 1)
    if alike:
        return alike[0]
    prefix = f"{program.project.imports.module_name(index.path)}."
    handlers = [h.name.removeprefix(prefix) for h in program.handlers if h.path == index.path]
    return handlers[0] if len(handlers) == 1 else None


# --- a module ------------------------------------------------------------------------------------


def _missing_module(
    program: Program, function: DeclaredFunction, folder: str, module: str, name: str
) -> Missing | None:
    """A module that is in neither the code's folder nor a layer, while other Python is that is no template itself."""
    files = program.project.imports.files
    templates = {declared.template for declared in program.project.declarations.functions}
    inside = sorted(path for path in files if path.startswith(folder.rstrip(os.sep) + os.sep) and path not in templates)
    stem = module.replace(".", "/").strip("/")
    if not inside or _is_elsewhere(program, function, folder, stem):
        return None
    names = {relative(path, folder).removesuffix(".py").removesuffix("/__init__"): path for path in inside}
    alike = get_close_matches(stem, sorted(names), 1)
    nearest = None
    if alike:
        separator = "." if "." in module and "/" not in module else "/"
        nearest = f"{alike[0].replace('/', separator)}.{name}"
    root = program.project.root
    where = "the project" if folder == root else f"`{relative(folder, root)}/`"
    return Missing(where, f"module `{module}`", nearest)


def _is_elsewhere(program: Program, function: DeclaredFunction, folder: str, stem: str) -> bool:
    """Whether a module may come from a layer, an excluded folder or a package that is installed at build time."""
    files = program.project.imports.files
    for layer in function.layers:
        for base in (os.path.join(layer, "python"), layer):
            target = os.path.join(base, *stem.split("/"))
            if target + ".py" in files or os.path.join(target, "__init__.py") in files:
                return True
    config = program.config
    path = relative(os.path.join(folder, *stem.split("/")) + ".py", config.root or program.project.root)
    return matches(config.excluded, path)
