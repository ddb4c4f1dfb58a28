"""`lambdalint rule`: the documentation of rules."""

from __future__ import annotations

import click

from lambdalint.cli_output import write
from lambdalint.errors import UsageError


@click.command(short_help="Explain rules.")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--all", "is_all", is_flag=True, help="Document every rule.")
@click.option("--output-format", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
def rule(codes: tuple[str, ...], is_all: bool, output_format: str) -> int:
    """Explain rules, given by code or name; without any, list them all."""
    from lambdalint import rules
    from lambdalint.report import documentation
    from lambdalint.selection import suggest

    known = rules.all_rules()
    if codes and is_all:
        raise UsageError("--all cannot be combined with codes")
    chosen = []
    for code in codes:
        found = rules.find(code)
        if found is None:
            raise UsageError(f"unknown rule `{code}`{suggest(code, known)}")
        chosen.append(found)
    if not codes and not is_all and output_format == "text":
        write(documentation.table(known))
        return 0
    write(documentation.render(tuple(chosen) or known, output_format), utf8=output_format != "text")
    return 0
