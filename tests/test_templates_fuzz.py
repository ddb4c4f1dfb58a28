"""No template, however mangled, makes a reader fail."""

from __future__ import annotations

import random

import pytest

from templates_project import declared
from test_templates_cdk import PYTHON, TYPESCRIPT
from test_templates_cloudformation import SAM
from test_templates_serverless import SERVICE
from test_templates_terraform import MAIN, OTHER

SEEDS = {
    "template.yaml": SAM,
    "serverless.yml": SERVICE,
    "main.tf": MAIN + OTHER,
    "stack.py": PYTHON
    + '        Fn(self, "F", runtime=RUNTIME, handler="a.b", code=Code.from_asset("x"), environment={"A": 1})',
    "stack.ts": TYPESCRIPT + "new Fn(this, 'F', {...common, handler: 'a.b', code: Code.fromAsset(`x`)}); } }",
    "Dockerfile": 'FROM public.ecr.aws/lambda/python:3.13\nENV A=b\nCOPY a.py ${LAMBDA_TASK_ROOT}\nCMD ["a.b"]\n',
    "zappa_settings.toml": '[dev]\napp_function = "a.b"\nenvironment_variables = {A = "b"}\n',
    ".chalice/config.json": '{"app_name": "x", "stages": {"dev": {"environment_variables": {"A": "b"}}}}',
    "template.json": '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": "x"}}}}',
}
PIECES = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    '"',
    "'",
    "`",
    "${",
    "\n",
    "\t",
    ":",
    "-",
    "&a ",
    "*a",
    "!Sub ",
    "<<EOT\n",
    "=",
    "\0",
    "é",
    ",",
]


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_mangled_templates_are_read_or_refused(name: str) -> None:
    chance = random.Random(name)
    for _ in range(150):
        text = SEEDS[name]
        for _ in range(chance.randint(1, 4)):
            at, length = chance.randrange(len(text) + 1), chance.choice([0, 0, 1, 5, 40])
            text = text[:at] + chance.choice(PIECES) * chance.choice([1, 1, 3]) + text[at + length :]
        found = declared({name: text.encode("utf-8", "replace"), "app.py": "", "a.py": ""})
        for function in found.functions:
            rows = text.count("\n") + 1
            assert 1 <= function.row <= rows
            assert 1 <= function.handler_span.row <= function.handler_span.end_row <= rows + 1


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN"])
def test_numbers_that_json_has_not_are_a_problem_of_the_template(number: str) -> None:
    text = '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "app.f", "X": 7}}}}'
    found = declared({"template.json": text.replace("7", number)})
    assert not found.functions
    assert "is no JSON" in found.problems[0].message
