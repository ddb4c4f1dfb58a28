"""Modules that a Django project names in strings: settings, URL configurations, middleware.

https://docs.djangoproject.com/en/stable/topics/settings/ and https://docs.djangoproject.com/en/stable/topics/http/urls/
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.link.bindings import ModuleIndex
from lambdalint.summary import Assign, BinOp, Call, Display, Expr, ExprStmt, Import, Literal, Name, Subscript
from lambdalint.walk import argument, dotted, expressions

SETTINGS = "DJANGO_SETTINGS_MODULE"
MIDDLEWARE = "MIDDLEWARE"
_APPLICATION_MODULES = frozenset(("django.core.wsgi", "django.core.asgi"))


def named_modules(module: ModuleIndex) -> Iterator[str]:
    """The dotted names of the modules that Django loads because strings of a module name them."""
    yield from settings_modules(module)
    for statement in module.summary.body:
        if isinstance(statement, Assign) and statement.value is not None:
            for target in statement.targets:
                if isinstance(target, Name):
                    yield from _of_setting(target.id, statement.value)


def settings_modules(module: ModuleIndex) -> Iterator[str]:
    """The settings that a module gives to the application that it makes; none where it makes no application."""
    found = [statement for unit in module.units() for statement, _ in module.statements(unit)]
    if not any(isinstance(each, Import) and each.module in _APPLICATION_MODULES for each in found):
        return
    for statement in found:
        key, value = None, None
        if isinstance(statement, ExprStmt) and isinstance(statement.value, Call):
            if (dotted(statement.value.func) or "").endswith("environ.setdefault"):
                key, value = argument(statement.value, "", 0), argument(statement.value, "", 1)
        elif isinstance(statement, Assign) and isinstance(statement.targets[0], Subscript):
            if (dotted(statement.targets[0].value) or "").endswith("environ"):
                key, value = statement.targets[0].key, statement.value
        if _text(key) == SETTINGS and (name := _text(value)):
            yield name


def listed(value: Expr | None) -> Iterator[str]:
    """The literal strings of a list or tuple, or of several that are added."""
    if isinstance(value, BinOp):
        yield from listed(value.left)
        yield from listed(value.right)
    elif isinstance(value, Display):
        yield from (text for item in value.items if (text := _text(item)))


def _of_setting(name: str, value: Expr) -> Iterator[str]:
    if name == "ROOT_URLCONF":
        text = _text(value)
        yield from (text,) if text else ()
    elif name == MIDDLEWARE:
        yield from (path.rpartition(".")[0] for path in listed(value) if "." in path)
    elif name == "urlpatterns":
        for expr in expressions(value):
            if isinstance(expr, Call) and (dotted(expr.func) or "").rpartition(".")[2] == "include":
                included = argument(expr, "arg", 0)
                if isinstance(included, Display) and included.items:
                    included = included.items[0]
                text = _text(included)
                yield from (text,) if text else ()


def _text(expr: Expr | None) -> str:
    is_text = isinstance(expr, Literal) and expr.kind == "str"
    return str(expr.value) if is_text and isinstance(expr, Literal) else ""
