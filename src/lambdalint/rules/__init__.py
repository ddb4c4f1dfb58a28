"""The registry of rules: each module of this package that holds a `Rule` declares one, and nothing lists them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from lambdalint.rules.base import Rule


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """All rules, sorted by code.  Raises TypeError when a module declares several, or two share a code or a name."""
    rules = sorted((rule for name in _module_names() for rule in _declared_in(name)), key=lambda rule: rule.code)
    for identities in ([rule.code for rule in rules], [rule.name for rule in rules]):
        if twice := sorted({identity for identity in identities if identities.count(identity) > 1}):
            raise TypeError(f"several rules are called {', '.join(twice)}")
    return tuple(rules)


def find(code_or_name: str) -> Rule | None:
    """The rule of that code (in either case) or name."""
    wanted = code_or_name.strip()
    for rule in all_rules():
        if wanted.upper() == rule.code or wanted.lower() == rule.name:
            return rule
    return None


def _module_names() -> list[str]:
    """The modules of this package that may declare a rule, in a fixed order."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if name != "base" and not name.startswith("_"))


def _declared_in(name: str) -> tuple[Rule, ...]:
    module = importlib.import_module(f"{__name__}.{name}")
    rules = tuple(value for value in vars(module).values() if isinstance(value, Rule))
    if len(rules) > 1:
        raise TypeError(f"{module.__name__} declares {len(rules)} rules, one is allowed")
    return rules
