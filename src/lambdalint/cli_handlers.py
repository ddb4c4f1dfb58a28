"""`lambdalint handlers`: the functions that were found, and how."""

from __future__ import annotations

import os

import click

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
from lambdalint.cli_output import say, write

_FORMAT = click.option(
    "--output-format", "--format", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.command(short_help="List the handlers that were found.")
@PATHS
@options(
    (_FORMAT,),
    CONFIGURATION,
    ANALYSIS,
)
def handlers(
    paths: tuple[str, ...],
    output_format: str,
    config_file: str | None,
    isolated: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: str | None,
) -> int:
    """List the Lambda handlers that were found, where they are declared, and how they were found."""
    found = targets(paths)
    config = configuration(found, config_file, isolated, cache_dir=absolute(cache_dir))
    from lambdalint.engine import Request
    from lambdalint.engine import handlers as find
    from lambdalint.report import handlers as report

    request = Request(found.paths, config, selection(config), found.stdin, cores(jobs), not no_cache, False)
    rows = find(request)
    render = report.json_text if output_format == "json" else report.table
    write(render(rows, os.getcwd()), utf8=output_format == "json")
    if not rows:
        say("warning: no handler found")
    return 2 if not rows and config.require_handlers else 0
