"""Runs a Lambda function before and after a fix and says in what the two differ.

    with Harness() as harness:
        differences = compare(harness.run(before), harness.run(after))

On the command line: `python -m tests.equivalence BEFORE AFTER --handler app.lambda_handler`.
"""

from __future__ import annotations

from .compare import Difference, Kind, Run, compare
from .harness import Harness, HarnessError, equivalent, why_unavailable
from .plan import Plan, Scenario, list_scenarios, read_plan
from .record import Call, Creation, InitError, Json, Post, Record

__all__ = [
    "Call",
    "Creation",
    "Difference",
    "Harness",
    "HarnessError",
    "InitError",
    "Json",
    "Kind",
    "Plan",
    "Post",
    "Record",
    "Run",
    "Scenario",
    "compare",
    "equivalent",
    "list_scenarios",
    "read_plan",
    "why_unavailable",
]
