"""CDK apps in Python and TypeScript."""

from __future__ import annotations

import pytest

from lambdalint.source import Span
from templates_project import declared, only, soon, values

FILES: dict[str, str | bytes] = {
    "cdk.json": "{}",
    "functions/app.py": "",
    "functions/sub/main.py": "",
    "layer/x.py": "",
}
PYTHON = """\
import os
from pathlib import Path
import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_, aws_lambda_python_alpha as python
from aws_cdk.aws_lambda import Function as Fn, Code, Runtime

COMMON = {"STAGE": "dev"}
RUNTIME = lambda_.Runtime.PYTHON_3_13


class Stack(cdk.Stack):
    def __init__(self, scope, name):
        layer = lambda_.LayerVersion(self, "L", code=lambda_.Code.from_asset("layer"))
"""


def python(body: str) -> dict[str, str | bytes]:
    lines = "\n".join(f"        {line}" for line in body.splitlines())
    return {**FILES, "stacks/stack.py": PYTHON + lines + "\n"}


def test_an_app_without_a_cdk_json_runs_beside_the_package_of_its_stack() -> None:
    files = python('Fn(self, "Api", runtime=RUNTIME, handler="app.run", code=Code.from_asset("functions"))')
    inner = {name: text for name, text in files.items() if name != "cdk.json"}
    found = only({"apps/one/stacks/__init__.py": "", **{f"apps/one/{name}": text for name, text in inner.items()}})
    assert found.code_dir == "/p/apps/one/functions"


def test_a_function_in_python() -> None:
    found = only(
        python(
            'self.fn = Fn(self, "Api", runtime=RUNTIME, handler="app.run", layers=[layer],\n'
            '    code=Code.from_asset("functions"), environment={**COMMON, "TABLE": table.name, "KEY": "abc"})\n'
            "LambdaRestApi(self, 'a', handler=self.fn, proxy=False)\n"
            "self.fn.add_function_url()"
        )
    )
    assert (found.name, found.handler, found.code_dir, found.runtime) == (
        "Api",
        "app.run",
        "/p/functions",
        "python3.13",
    )
    assert (found.row, found.handler_span) == (14, Span(14, 59, 14, 68))
    assert values(found) == {"STAGE": "dev", "TABLE": None, "KEY": "abc"}
    assert found.is_environment_known
    assert found.layers == ("/p/layer",)
    assert found.events == {"api", "url"}


@pytest.mark.parametrize(
    "path",
    [
        '"functions"',
        'os.path.join(os.path.dirname(__file__), "..", "functions")',
        'os.path.join(os.getcwd(), "functions")',
        'str(Path(__file__).parent.parent / "functions")',
        'str(Path(__file__).resolve().parent.parent.joinpath("functions"))',
        'f"{os.path.dirname(__file__)}/../functions"',
    ],
)
def test_paths_in_python(path: str) -> None:
    text = f'lambda_.Function(self, "F", runtime=RUNTIME, handler="app.run", code=lambda_.Code.from_asset({path}))'
    assert only(python(text)).code_dir == "/p/functions"


def test_a_python_function_and_its_defaults() -> None:
    found = only(python('python.PythonFunction(self, "F", entry="functions", index="sub/main.py", runtime=RUNTIME)'))
    assert (found.handler, found.code_dir) == ("sub.main.handler", "/p/functions")
    assert found.handler_span == Span(14, 66, 14, 79)


def test_inline_code_in_python() -> None:
    text = (
        'lambda_.Function(self, "F", runtime=RUNTIME, handler="index.run", code=Code.from_inline("""\n'
        'def run(event, context):\n    return 1\n"""))'
    )
    inline = only(python(text)).inline
    assert inline is not None
    assert (inline.first_row, inline.indent, inline.is_exact) == (14, 8, True)
    assert "\ndef run(event, context):\n    return 1\n" in inline.text


def test_code_of_a_file_that_is_read() -> None:
    text = (
        'with open("functions/app.py") as file:\n    source = file.read()\n'
        'lambda_.Function(self, "F", runtime=RUNTIME, handler="index.run", code=Code.from_inline(source))'
    )
    found = only(python(text))
    assert (found.handler, found.code_dir) == ("app.run", "/p/functions")


@pytest.mark.parametrize(
    "environment",
    ["make()", "{**more, 'A': 'b'}", "{key: 'b'}", "given", "{**COMMON, **self.more}"],
)
def test_an_environment_that_is_not_static(environment: str) -> None:
    text = f'Fn(self, "F", runtime=RUNTIME, handler="app.run", code=Code.from_asset("x"), environment={environment})'
    assert not only(python(text)).is_environment_known


def test_variables_that_are_added_later_in_another_file() -> None:
    files = python('self.fn = Fn(self, "F", runtime=RUNTIME, handler="app.run", code=Code.from_asset("functions"))')
    assert only(files).is_environment_known
    files["stacks/other.py"] = "import aws_cdk\nstack.fn.add_environment(name, value)\n"
    assert not only(files).is_environment_known


@pytest.mark.parametrize(
    "text",
    [
        'lambda_.Function(self, "F", runtime=lambda_.Runtime.NODEJS_22_X, handler="app.run")',
        'lambda_.Function.from_function_arn(self, "F", "arn")',
        'other.Function(self, "F", runtime=RUNTIME, handler="app.run")',
        'lambda_.Function(self, "F")',
    ],
)
def test_what_is_no_python_function(text: str) -> None:
    assert declared(python(text)).functions == ()


TYPESCRIPT = """\
import { aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { PythonFunction } from '@aws-cdk/aws-lambda-python-alpha';
import { Function as Fn, Code, Runtime } from "aws-cdk-lib/aws-lambda";
import * as path from 'path';
const pattern = /['"`{]/g;
export class S extends Stack {
  private readonly fn: lambda.Function;
  constructor(scope: Construct, id: string) {
    const env: Record<string, string> = { STAGE: 'dev' };
    const common = { runtime: Runtime.PYTHON_3_13, environment: { ...env, TABLE: table.tableName, X: `a${b}` } };
"""


def typescript(body: str) -> dict[str, str | bytes]:
    return {**FILES, "lib/stack.ts": TYPESCRIPT + body + "\n  }\n}\n"}


def test_a_function_in_typescript() -> None:
    found = declared(
        typescript(
            "this.fn = new Fn(this, 'Api', {\n"
            "  ...common,\n"
            "  handler: 'app.run', // noqa: LMB708\n"
            "  code: Code.fromAsset(path.join(__dirname, '..', 'functions')),\n"
            "  loggingFormat: lambda.LoggingFormat.JSON,\n"
            "});\n"
            "new LambdaRestApi(this, 'a', { handler: this.fn });"
        )
    )
    (function,) = found.functions
    assert (function.name, function.handler, function.code_dir) == ("Api", "app.run", "/p/functions")
    assert (function.runtime, function.row, function.handler_span) == ("python3.13", 11, Span(13, 11, 13, 20))
    assert values(function) == {"STAGE": "dev", "TABLE": None, "X": None}
    assert function.is_environment_known
    assert (function.log_format, function.events) == ("JSON", frozenset({"api"}))
    assert [(comment.row, comment.text) for comment in found.comments] == [(13, "// noqa: LMB708")]


def test_python_function_and_inline_code_in_typescript() -> None:
    found = declared(
        typescript(
            "const py = new PythonFunction(this, 'Py', { entry: 'functions', index: 'app.py', "
            "runtime: Runtime.PYTHON_3_12 });\n"
            "new lambda.Function(this, 'In', { runtime: Runtime.PYTHON_3_12, handler: 'index.run',\n"
            "  code: Code.fromInline(`\ndef run(event, context):\n    return 1\n`) });\n"
            "new lambda.Function(this, 'No', { runtime: Runtime.NODEJS_22_X, handler: 'index.run' });"
        )
    )
    py, inline = found.functions
    assert (py.handler, py.code_dir) == ("app.handler", "/p/functions")
    assert inline.inline is not None
    assert (inline.inline.first_row, inline.inline.is_exact) == (13, True)


def test_a_function_of_no_known_runtime_in_typescript_is_declared_beside_one_of_another() -> None:
    found = declared(
        typescript(
            "new lambda.Function(this, 'No', { runtime: Runtime.NODEJS_22_X, handler: 'index.run' });\n"
            "new lambda.Function(this, 'Own', { runtime: props.runtime, handler: 'app.run',\n"
            "  code: Code.fromAsset('functions') });"
        )
    )
    assert [function.handler for function in found.functions] == ["app.run"]


@pytest.mark.parametrize(
    "text",
    [
        "new " * 50_000,
        "(" * 50_000,
        "`${" * 50_000,
        "/* ",
        "'",
        "new Fn(this, 'x', {" * 3000,
        "a.b(" * 20_000,
        "x = " * 9999,
        "this.x = this.y + " * 12_000,
        "a" + ".b" * 30_000,
        "=/[a" * 200_000,
        "'\\" * 200_000,
        "".join(f"const a{n} = path.join({', '.join([f'a{n + 1}'] * 8)});" for n in range(40)) + "f(a0);",
        "".join(f"const f{n} = new Fn(this, 'x', {{}}); f{n}.addEventSource(q);\n" for n in range(3000)),
    ],
)
def test_hostile_typescript_ends_soon(text: str) -> None:
    with soon():
        declared(typescript(text))


def test_a_text_with_expressions_is_inline_code_that_cannot_be_fixed() -> None:
    code = "Code.fromInline(`\nTABLE = '${table.name}'\ndef run(event, context):\n    return TABLE\n`)"
    make = "new Fn(this, 'x', { handler: 'index.run', runtime: Runtime.PYTHON_3_12, code: " + code + " });\n"
    (function,) = declared(typescript(make)).functions
    assert function.inline is not None
    assert (function.inline.is_exact, "def run" in function.inline.text) == (False, True)


def test_a_zip_beside_the_file_of_the_handler() -> None:
    make = "new Fn(this, 'x', { handler: 'app.run', runtime: Runtime.PYTHON_3_12, code: Code.fromAsset('%s') });\n"
    assert declared(typescript(make % "functions/app.zip")).functions[0].code_dir == "/p/functions"
    assert declared(typescript(make % "elsewhere/app.zip")).functions[0].code_dir is None


def test_functions_made_by_a_method_of_the_app() -> None:
    stack = """\
    from aws_cdk import Stack, aws_lambda as lambda_
    import os


    class Api(Stack):
        def __init__(self, scope, id):
            super().__init__(scope, id)
            self.one = self.make("One", "one", {"A": "a"})
            self.two = self.make("Two", name="two")
            self.three = self.make("Three", scope.name)

        def make(self, id, name, environment=None, runtime=lambda_.Runtime.PYTHON_3_12):
            return lambda_.Function(
                self,
                id,
                runtime=runtime,
                handler=f"{name}.run",
                code=lambda_.Code.from_asset(os.path.join("src", name)),
                environment=environment,
            )
    """
    found = declared({"cdk.json": "{}", "stack.py": stack, "src/one/one.py": "", "src/two/two.py": ""}).functions
    assert [(f.name, f.handler, f.code_dir, f.row, f.runtime) for f in found] == [
        ("One", "one.run", "/p/src/one", 8, "python3.12"),
        ("Two", "two.run", "/p/src/two", 9, "python3.12"),
    ]
    assert values(found[0]) == {"A": "a"}


def test_names_that_hang_on_many_others_are_no_path() -> None:
    names = (
        "".join(f"const a{n} = path.join({', '.join([f'a{n + 1}'] * 8)});\n" for n in range(12)) + "const a12 = 'x';\n"
    )
    code = "new Fn(this, 'x', { handler: 'app.run', runtime: Runtime.PYTHON_3_12, code: Code.fromAsset(a0) });\n"
    with soon():
        (function,) = declared(typescript(names + code)).functions
    assert function.code_dir is None


def test_a_member_that_is_set_makes_a_map_unknown() -> None:
    make = "new Fn(this, 'x', { handler: 'app.run', runtime: Runtime.PYTHON_3_12, environment: this.env });\n"
    assert declared(typescript("this.env = { A: 'a' };\n" + make)).functions[0].is_environment_known
    assert (
        not declared(typescript("this.env = { A: 'a' };\nthis.env.B = 'b';\n" + make)).functions[0].is_environment_known
    )
