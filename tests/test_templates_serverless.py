"""Services of the Serverless Framework: includes, variables, modules, events."""

from __future__ import annotations

import pytest

from lambdalint.source import Span
from templates_project import declared, only, soon, values

SERVICE = """\
    service: shop
    plugins: [serverless-python-requirements]
    custom:
      names: {dev: {TABLE: shop-dev}}
      log: INFO
    provider:
      name: aws
      runtime: python3.13
      stage: ${opt:stage, 'dev'}
      environment:
        LOG: ${self:custom.log}
        KEY: ${env:KEY}
        MODE: fast
    functions:
      get:
        handler: ./src/app.get  # noqa: LMB708
        environment:
          MODE: slow
        events:
          - httpApi: GET /
          - http: {path: x, method: get, integration: lambda}
          - stream: {type: dynamodb, arn: x}
        layers:
          - !Ref CommonDashlibsLambdaLayer
    layers:
      common-libs: {path: layers/common}
"""


def test_a_service() -> None:
    found = declared({"serverless.yml": SERVICE, "src/app.py": "", "layers/common/python/x.py": ""})
    (function,) = found.functions
    assert (function.handler, function.code_dir, function.runtime) == ("src/app.get", "/p", "python3.13")
    assert (function.row, function.handler_span) == (15, Span(16, 13, 16, 26))
    assert values(function) == {"LOG": None, "KEY": None, "MODE": "slow"}
    assert function.is_environment_known
    assert function.events == {"httpapi", "http-lambda", "stream", "dynamodb"}
    assert function.layers == ("/p/layers/common",)
    assert [comment.row for comment in found.comments] == [16]


def service(functions: str, provider: str = "", rest: str = "") -> str:
    return f"provider:\n  name: aws\n  runtime: python3.12\n{provider}functions: {functions}\n{rest}"


def test_functions_in_included_files() -> None:
    files = {
        "serverless.yml": service("\n  - ${file(fns/a.yml)}\n  - ${file(fns/b.json):functions}"),
        "fns/a.yml": "one:\n  handler: app.one\n",
        "fns/b.json": '{"functions": {"two": {"handler": "app.two"}}}',
        "app.py": "",
    }
    one, two = declared(files).functions
    assert (one.template, one.row, one.handler_span.row) == ("/p/fns/a.yml", 1, 2)
    assert (two.template, two.handler, two.code_dir) == ("/p/fns/b.json", "app.two", "/p")


def test_the_worker_of_a_queue_construct() -> None:
    text = service("{f: {handler: app.f}}", "", "constructs: {jobs: {type: queue, worker: {handler: app.work}}}")
    assert [(f.name, f.handler) for f in declared({"serverless.yml": text, "app.py": ""}).functions] == [
        ("f", "app.f"),
        ("jobsWorker", "app.work"),
    ]


@pytest.mark.parametrize(
    ("provider", "is_known"),
    [
        ("  environment: ${file(env.yml)}\n", True),
        ("  environment: ${file(${sls:stage}.yml)}\n", False),
        ("  environment: ${file(none.yml)}\n", False),
        ("  environment: ${ssm:/x}\n", False),
        ("  environment:\n    ${self:custom.key}: x\n", False),
        ("  environment: {A: '${cf:stack.Out}'}\n", True),
    ],
)
def test_when_the_environment_is_known(provider: str, is_known: bool) -> None:
    files = {"serverless.yml": service("{f: {handler: app.f}}", provider), "env.yml": "A: b", "dev.yml": "A: b"}
    assert only(files).is_environment_known is is_known


def test_variables_of_an_included_file_say_where_they_are() -> None:
    text = service("{f: {handler: app.f}}", "  environment: ${file(env.yml)}\n")
    (variable,) = only({"serverless.yml": text, "env.yml": "\nTOKEN: abc\n"}).environment
    assert (variable.path, variable.row, variable.value) == ("/p/env.yml", 2, "abc")


def test_module_and_service_deployed_from_above() -> None:
    below = {"serverless.yml": service("{f: {handler: app.f, module: fn}}"), "fn/app.py": ""}
    assert only(below).code_dir == "/p/fn"
    above = {"svc/serverless.yml": service("{f: {handler: svc.app.f}}"), "svc/app.py": ""}
    assert only(above).code_dir == "/p"


def test_an_application_behind_serverless_wsgi() -> None:
    text = service(
        "{api: {handler: wsgi_handler.handler}}", "", "plugins: [serverless-wsgi]\ncustom: {wsgi: {app: web.app}}"
    )
    assert only({"serverless.yml": text, "web.py": ""}).handler == "web.app"


@pytest.mark.parametrize(
    "text",
    [
        service("{f: {handler: app.f, runtime: nodejs22.x}}"),
        service("{f: {handler: app.f}}").replace("aws", "google"),
        service("{f: {handler: app.f}}").replace("  runtime: python3.12\n", ""),
        service("[1, [a], x]"),
        service("text"),
        "functions: {f: {handler: a.b}}\n",
        "- a list\n- functions\n",
    ],
)
def test_services_without_a_python_function_on_lambda(text: str) -> None:
    assert declared({"serverless.yml": text, "app.py": ""}).functions == ()


def test_a_plugin_that_puts_a_folder_before_handlers() -> None:
    text = service("{f: {handler: app.run}}", "", "plugins: [serverless-functions-base-path]\n")
    text += "custom: {functionsBasePath: src/fn}\n"
    (function,) = declared({"serverless.yml": text, "src/fn/app.py": ""}).functions
    assert (function.handler, function.code_dir) == ("src/fn/app.run", "/p")


def test_problems_have_the_row_and_the_file() -> None:
    found = declared({"serverless.yml": "provider:\n\tname: aws\nfunctions: {}\n"})
    assert [(problem.path, problem.row) for problem in found.problems] == [("/p/serverless.yml", 2)]
    found = declared({"serverless.yml": service("${file(a.yml)}"), "a.yml": "x: [\n"})
    assert [problem.path for problem in found.problems] == ["/p/a.yml"]


HOSTILE = {
    "files in a cycle": {
        "serverless.yml": service("${file(a.yml)}"),
        "a.yml": "${file(b.yml)}",
        "b.yml": "${file(a.yml)}",
    },
    "self in a cycle": {
        "serverless.yml": service("${self:custom.a}", "", "custom: {a: '${self:custom.b}', b: '${self:custom.a}'}")
    },
    "itself": {"serverless.yml": service("${file(serverless.yml):functions}")},
    "fan": {
        "serverless.yml": service(
            "{f: {handler: '${self:custom.a0}'}}",
            "",
            "custom:\n" + "".join(f"  a{n}: '${{self:custom.a{n + 1}}}${{self:custom.a{n + 1}}}'\n" for n in range(40)),
        )
    },
    "open": {"serverless.yml": service("{f: {handler: '${self:custom.${x'}}")},
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_variables_end_soon(name: str) -> None:
    with soon():
        declared(HOSTILE[name])


@pytest.mark.parametrize("head", ["const config: AWS = ", "module.exports = ", "export default "])
def test_a_service_that_is_a_program(head: str) -> None:
    text = (
        "import type { AWS } from '@serverless/typescript';\n"
        "const shared = { TABLE: 'orders', STAGE: process.env.STAGE };\n"
        "const runtime = 'python3.12';\n" + head + "{\n"
        "  service: 'orders',\n"
        "  provider: { name: 'aws', runtime, environment: { ...shared } },\n"
        "  functions: {\n"
        "    read: { handler: 'src/app.run', events: [{ http: { path: 'x', method: 'get' } }] },\n"
        "    other: { handler: handlers.other },\n"
        "    ...more,\n"
        "  },\n"
        "};\n"
    )
    found = declared({"serverless.ts": text, "src/app.py": ""}).functions
    assert [(f.name, f.handler, f.code_dir, f.row) for f in found if f.handler] == [("read", "src/app.run", "/p", 8)]
    (function,) = (f for f in found if f.handler)
    assert (function.runtime, function.events) == ("python3.12", frozenset({"api"}))
    assert values(function) == {"TABLE": "orders", "STAGE": None}


def test_programs_that_are_no_service_or_hostile() -> None:
    assert declared({"serverless.js": "module.exports.functions = require('x');\n"}).functions == ()
    names = "".join(f"const a{n} = [{', '.join([f'a{n + 1}'] * 8)}];\n" for n in range(30)) + "const a30 = 'x';\n"
    with soon():
        declared({"serverless.ts": names + "const c = { provider: a0, functions: { f: { handler: a0 } } };\n"})
