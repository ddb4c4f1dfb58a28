"""`python -m tests.equivalence BEFORE AFTER`: exit 0 no difference, 1 differences, 2 could not run."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

from .compare import Run, compare
from .harness import Harness, HarnessError, why_unavailable
from .plan import read_plan


def main(arguments: list[str] | None = None) -> int:
    """Compare two folders of code as the arguments say; returns the exit code."""
    options = _parse(arguments)
    reason = why_unavailable()
    if reason is not None:
        print(f"error: {reason}", file=sys.stderr)
        return 2
    try:
        plan = read_plan(options.before)
        if options.handler:
            plan = dataclasses.replace(plan, handler=options.handler)
        with Harness() as harness:
            before, after = harness.run_all([(options.before, plan), (options.after, plan)])
    except (HarnessError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.verbose:
        _print_counts(before, after)
    differences = compare(before, after, reads_may_fall=options.reads_may_fall or True)
    for difference in differences:
        print(difference)
    print(f"{len(before)} scenarios, {len(differences)} differences")
    return 1 if differences else 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.equivalence", description=__doc__)
    parser.add_argument("before", type=Path, help="folder of the code before the fix, with its scenario.json if any")
    parser.add_argument("after", type=Path, help="folder of the code after the fix")
    parser.add_argument("--handler", help="module.function; by default that of scenario.json, or app.lambda_handler")
    parser.add_argument(
        "--reads-may-fall",
        metavar="OPERATION",
        action="append",
        help="operation that may be called less often; may be repeated; by default all that read",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="print clients and reads by phase")
    return parser.parse_args(arguments)


def _print_counts(before: Run, after: Run) -> None:
    for old, new in zip(before, after, strict=True):
        for title, record in (("before", old), ("after", new)):
            clients = "/".join(str(record.count_clients(phase)) for phase in record.phases())
            reads = "/".join(
                str(sum(call.is_read and call.phase == phase for call in record.calls)) for phase in record.phases()
            )
            print(f"{record.scenario}, {title}: clients {clients}, reads {reads}")


if __name__ == "__main__":
    sys.exit(main())
