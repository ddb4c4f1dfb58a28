"""Which rules are on, for which files, how severe, and which of their fixes count as safe."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from lambdalint import paths
from lambdalint.diagnostic import Applicability, Severity
from lambdalint.errors import UsageError

if TYPE_CHECKING:
    from lambdalint.config import Config
    from lambdalint.rules.base import Rule

_T = TypeVar("_T")

ALL = "ALL"
_PREFIX = re.compile(r"LMB\d{0,3}\Z", re.IGNORECASE)


class UnknownSelector(UsageError):
    """A selector that names no rule; `hint` holds `: did you mean …?` with the nearest one, or nothing."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.args[0]}{self.hint}"


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of selectors: the configuration, or the command line; `select` None leaves the set as it is."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome: plain data, every set of rules expanded to codes.

    `per_file` pairs a glob, relative to `root`, with the codes that it turns off; `severities` and
    `applicabilities` hold only what the configuration overrides.
    """

    codes: frozenset[str]
    always: frozenset[str] = frozenset()
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()
    applicabilities: tuple[tuple[str, Applicability], ...] = ()
    root: str | None = None

    def is_on(self, code: str, path: str | None = None) -> bool:
        """Whether a rule is on, for an absolute path when one is given."""
        return code in self.codes and (path is None or code not in self.ignored(path))

    def judged(self, path: str) -> frozenset[str]:
        """The codes that are on for an absolute path."""
        return self.codes - self.ignored(path)

    def ignored(self, path: str) -> frozenset[str]:
        """The codes that `per-file-ignores` turns off for an absolute path; never a rule that is always on."""
        if not self.per_file:
            return frozenset()
        name = paths.relative(path, self.root) if self.root else path
        hits = (codes for pattern, codes in self.per_file if paths.matches((pattern,), name))
        return frozenset().union(*hits) - self.always

    def severity(self, code: str, own: Severity) -> Severity:
        """The configured severity of a rule, else its own."""
        return next((severity for known, severity in self.severities if known == code), own)

    def applicability(self, code: str, own: Applicability) -> Applicability:
        """The configured applicability of a rule's fixes, else their own."""
        return next((found for known, found in self.applicabilities if known == code), own)


def expand(selector: str, rules: tuple[Rule, ...]) -> frozenset[str]:
    """The codes that a selector stands for: a code, a prefix such as LMB4, a name, or ALL.

    Raises UnknownSelector when it stands for none.
    """
    wanted = selector.strip()
    if wanted.upper() == ALL:
        return frozenset(rule.code for rule in rules)
    if _PREFIX.match(wanted):
        codes = frozenset(rule.code for rule in rules if rule.code.startswith(wanted.upper()))
    else:
        codes = frozenset(rule.code for rule in rules if rule.name == wanted.lower())
    if not codes:
        raise UnknownSelector(f"unknown rule `{selector}`", suggest(wanted, rules))
    return codes


def suggest(wanted: str, rules: tuple[Rule, ...]) -> str:
    """`: did you mean …?` with the nearest code or name, or nothing."""
    names = [name for rule in rules for name in (rule.code, rule.name)]
    for spelt in (wanted.upper(), wanted.lower()):
        near = difflib.get_close_matches(spelt, names, 5, 0.6)
        if near:
            return f": did you mean `{max(near, key=lambda name: _likeness(spelt, name))}`?"
    return ""


def _likeness(wanted: str, name: str) -> tuple[float, int]:
    """How alike two names are: of those as alike as each other, the one that differs in the fewest places."""
    same = sum(one == other for one, other in zip(wanted, name, strict=False))
    return difflib.SequenceMatcher(None, name, wanted).ratio(), same


def resolve(config: Config, rules: tuple[Rule, ...], command_line: Layer | None = None) -> Selection:
    """Join the configuration and the command line.

    The command line wins: its `select` replaces the configured set, its `ignore` and `extend_select` change it.
    Within one layer the more specific selector wins, and `ignore` over `select` where both are as specific.
    Raises UnknownSelector.
    """
    always = frozenset(rule.code for rule in rules if rule.always)
    codes = frozenset(rule.code for rule in rules if rule.default)
    for layer in (Layer(config.select, config.ignore, config.extend_select), command_line or Layer()):
        codes = _apply(layer, codes, rules)
    return Selection(
        codes | always,
        always,
        tuple((pattern, _union(selectors, rules)) for pattern, selectors in config.per_file_ignores),
        _most_specific(((selector, Severity(severity)) for selector, severity in config.severity), rules),
        _most_specific(
            [(selector, Applicability.SAFE) for selector in config.extend_safe_fixes]
            + [(selector, Applicability.UNSAFE) for selector in config.extend_unsafe_fixes],
            rules,
        ),
        config.root,
    )


def _apply(layer: Layer, codes: frozenset[str], rules: tuple[Rule, ...]) -> frozenset[str]:
    turned = dict(
        _most_specific(
            [(selector, True) for selector in (*(layer.select or ()), *layer.extend_select)]
            + [(selector, False) for selector in layer.ignore],
            rules,
        )
    )
    start = frozenset() if layer.select is not None else codes
    on = frozenset(code for code, is_on in turned.items() if is_on)
    return (start | on) - (turned.keys() - on)


def _most_specific(pairs: Iterable[tuple[str, _T]], rules: tuple[Rule, ...]) -> tuple[tuple[str, _T], ...]:
    """The value of each code by its most specific selector, the last of equals."""
    found: dict[str, _T] = {}
    for selector, value in sorted(pairs, key=lambda pair: _specificity(pair[0])):
        found.update(dict.fromkeys(expand(selector, rules), value))
    return tuple(sorted(found.items(), key=lambda item: item[0]))


def _specificity(selector: str) -> int:
    wanted = selector.strip().upper()
    if wanted == ALL:
        return 0
    return len(wanted) if _PREFIX.match(wanted) else len("LMB000")


def _union(selectors: tuple[str, ...], rules: tuple[Rule, ...]) -> frozenset[str]:
    return frozenset().union(*(expand(selector, rules) for selector in selectors))
