"""The recall measurement: seeds are found where they stand, and a defect that is none is missed."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from checkout import ROOT
from rule_table import TABLE

sys.path.insert(0, str(ROOT / "scripts"))

import seed_defects
from seeding.defect import Defect
from seeding.defects import DEFECTS
from seeding.modules import HandlerModule, modules
from seeding.variants import VARIANTS, written

HANDLER = '''"""Serves orders."""

import json

import boto3

TABLE = boto3.resource("dynamodb").Table("orders")


def lambda_handler(event, context):
    """Stores an order."""
    TABLE.put_item(Item=json.loads(event["body"]))
    return {"statusCode": 200, "body": "{}"}
'''


@pytest.fixture
def module(tmp_path: Path) -> HandlerModule:
    folder = tmp_path / "repository" / "orders"
    folder.mkdir(parents=True)
    (folder / "app.py").write_text(HANDLER)
    (folder / "notes.py").write_text("def handler(event):\n    return event\n")
    (found,) = modules([folder.parent], random.Random(1), 10, 10)
    return found


def tried(module: HandlerModule, defect: Defect, variant: str) -> list[seed_defects.Trial]:
    pairs = [(defect, next(v for v in VARIANTS if v.name == variant))]
    return list(seed_defects.run(seed_defects.batches([module], pairs, 1), 1, None))


def named(identity: str) -> Defect:
    return next(defect for defect in DEFECTS if defect.id == identity)


@pytest.mark.parametrize(
    ("identity", "variant"),
    [
        ("LMB101 standard library", "imported helper"),
        ("LMB201 boto3.client", "comprehension"),
        ("LMB402 printed variable", "value: helper in another module"),
        ("LMB705 dict", "function"),
        ("LMB708 typing error", "name: import"),
    ],
)
def test_seeds_are_found(module: HandlerModule, identity: str, variant: str) -> None:
    (trial,) = tried(module, named(identity), variant)
    assert trial.found
    assert (module.repository / module.path).read_text() == HANDLER


def test_what_is_no_defect_counts_as_missed(module: HandlerModule) -> None:
    harmless = Defect("LMB201", "no client", "MEMBER('a')", "json", "dumps")
    (trial,) = tried(module, harmless, "assigned")
    assert not trial.found
    assert "| LMB201 | 1 | 0 | 0.000 |" in seed_defects.table([trial], "Rule", 0)


def test_every_default_rule_has_a_defect_and_every_defect_a_variant() -> None:
    assert {defect.code for defect in DEFECTS} == {row.code for row in TABLE if row.on == "yes"}
    for defect in DEFECTS:
        assert any(written(defect, variant, random.Random(1)) for variant in VARIANTS), defect.id


def test_names_that_clash_keep_a_seed_out(module: HandlerModule) -> None:
    clashing = Defect("LMB201", "other json", "MEMBER('s3')", "boto3", "json")
    assert tried(module, clashing, "name: from import") == []
