"""The documentation of rules as text, Markdown and JSON, rendered from their declarations."""

from __future__ import annotations

import json
from typing import Any

from lambdalint.rules.base import Rule


def render(rules: tuple[Rule, ...], output_format: str) -> str:
    """The pages of some rules, in the format `text`, `markdown` or `json`; the last is always an array."""
    if output_format == "json":
        return json.dumps([encode(rule) for rule in rules], indent=2, ensure_ascii=False) + "\n"
    page = _text if output_format == "text" else markdown
    return "\n".join(page(rule) for rule in rules)


def table(rules: tuple[Rule, ...]) -> str:
    """One line a rule: code, name, severity, whether it is on by default, its fixes, and what it reports."""
    width = max((len(rule.name) for rule in rules), default=0)
    lines = (
        f"{rule.code}  {rule.name:{width}}  {rule.severity.value:7}  {_on(rule):6}  {_fix(rule):9}  {rule.summary}"
        for rule in rules
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def encode(rule: Rule) -> dict[str, Any]:
    """A rule as plain data."""
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "fix": rule.fix.value,
        "default": rule.default,
        "always": rule.always,
        "since": rule.since,
        "references": list(rule.references),
        "url": rule.url,
        "documentation": rule.documentation,
    }


def markdown(rule: Rule) -> str:
    """A rule's page, with headings of the first and second level."""
    facts = f"Severity **{rule.severity.value}**, on by default: **{_on(rule)}**, fix: **{_fix(rule)}**"
    lines = [f"# {rule.name} ({rule.code})", "", f"{facts}, since {rule.since}.", "", rule.documentation, ""]
    if rule.references:
        lines += ["## References", "", *(f"- <{reference}>" for reference in rule.references), ""]
    return "\n".join(lines)


def _text(rule: Rule) -> str:
    facts = f"severity: {rule.severity.value}; on by default: {_on(rule)}; fix: {_fix(rule)}; since {rule.since}"
    lines = [f"{rule.code} {rule.name}", facts, "", rule.documentation, ""]
    if rule.references:
        lines += ["## References", *rule.references, ""]
    return "\n".join(lines)


def _on(rule: Rule) -> str:
    return "always" if rule.always else "yes" if rule.default else "no"


def _fix(rule: Rule) -> str:
    return rule.fix.value
