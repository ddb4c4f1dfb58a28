"""`lambdalint phases`: what a handler makes run at INIT and on every invocation."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from lambdalint import paths as names
from lambdalint.cli_options import (
    ANALYSIS,
    CONFIGURATION,
    PATHS,
    absolute,
    configuration,
    cores,
    options,
    selection,
    targets,
)
from lambdalint.cli_output import wants_color, write
from lambdalint.errors import UsageError

if TYPE_CHECKING:
    from lambdalint.analysis import Analysis
    from lambdalint.phases import HandlerPhases

    Found = tuple[Analysis, HandlerPhases]


@click.command(short_help="Show what a handler runs at INIT and on every invocation.")
@click.argument("handler")
@PATHS
@options(
    (
        click.option(
            "--output-format",
            "--format",
            "output_format",
            type=click.Choice(["text", "json", "mermaid"]),
            default="text",
            show_default=True,
            help="How the tree is printed.",
        ),
        click.option("--costly", is_flag=True, help="Leave out what leads to no costly call."),
        click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True),
    ),
    CONFIGURATION,
    ANALYSIS,
)
def phases(
    handler: str,
    paths: tuple[str, ...],
    output_format: str,
    costly: bool,
    color: str,
    config_file: str | None,
    isolated: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: str | None,
) -> int:
    """Show what a handler makes run at INIT and on every invocation, with the costly calls marked.

    HANDLER is a dotted name (orders.app.lambda_handler, or its end), a function of a template (OrdersFunction), or
    a file with a function (src/orders/app.py:lambda_handler).  Marked are imports, clients that are made, secrets
    that are fetched, and calls over the network.
    """
    found = targets(paths)
    config = configuration(found, config_file, isolated, cache_dir=absolute(cache_dir))
    from lambdalint import engine, phase_tree
    from lambdalint.report import phases as report

    request = engine.Request(found.paths, config, selection(config), found.stdin, cores(jobs), not no_cache, False)
    known = [(analysis, one) for analysis in engine.analyses(request) for one in analysis.program.phases.handlers]
    tree = phase_tree.build(*_choose(handler, known))
    if costly:
        tree = phase_tree.costly(tree)
    cwd = os.getcwd()
    if output_format == "text":
        write(report.text(tree, cwd, color=wants_color(color, sys.stdout, os.environ)))
    else:
        write((report.json_text if output_format == "json" else report.mermaid)(tree, cwd), utf8=True)
    return 0


def _choose(wanted: str, known: list[Found]) -> Found:
    """The handler that a name means.  Raises UsageError, naming those that it may mean or the nearest ones."""
    if not known:
        raise UsageError("no handler found (see `lambdalint handlers`)")
    for is_match in (_is_exactly, _is_end):
        found = [one for one in known if any(is_match(wanted, name) for name in _names(one))]
        if len(found) > 1:
            listed = "".join(f"\n  {_canonical(one)}" for one in found[:20])
            raise UsageError(f"`{wanted}` may mean any of {len(found)} handlers:{listed}")
        if found:
            return found[0]
    raise UsageError(f"no handler is called `{wanted}`{_nearest(wanted, known)}")


def _is_exactly(wanted: str, name: str) -> bool:
    return wanted == name


def _is_end(wanted: str, name: str) -> bool:
    return name.endswith((f".{wanted}", f"/{wanted}"))


def _names(found: Found) -> Iterable[str]:
    """Everything that a handler is called: dotted, by its file, and as templates say."""
    _, phases = found
    handler = phases.handler
    yield handler.name
    yield _canonical(found)
    yield f"{handler.path}:{handler.name.rpartition('.')[2]}"
    for function in handler.declared:
        yield function.name
        yield function.handler


def _canonical(found: Found) -> str:
    """`path:function`, the path relative to the working directory."""
    handler = found[1].handler
    return f"{names.relative(handler.path, os.getcwd())}:{handler.name.rpartition('.')[2]}"


def _nearest(wanted: str, known: list[Found]) -> str:
    every = sorted({name for one in known for name in _names(one) if not os.path.isabs(name)})
    by_last = {name.rpartition(".")[2]: name for name in reversed(every)}
    near = difflib.get_close_matches(wanted, every, 3, 0.5)
    near += [by_last[last] for last in difflib.get_close_matches(wanted, by_last, 3, 0.6) if by_last[last] not in near]
    if near:
        return f": did you mean {' or '.join(f'`{name}`' for name in near[:3])}?"
    return " (`lambdalint handlers` lists them all)"
