"""Terraform: the language's reader, the resource, the registry's module, folders that are called."""

from __future__ import annotations

import pytest

from lambdalint.source import Span
from lambdalint.templates.hcl import parse_hcl
from lambdalint.templates.tree import Call, Joined, Mapping, Reference, Scalar
from templates_project import declared, only, soon, values

MAIN = """\
    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = local.runtime
      handler       = "app.run" # noqa: LMB708
      filename      = data.archive_file.code.output_path
      layers        = [aws_lambda_layer_version.common.arn]
      environment {
        variables = merge(local.common, { TOKEN = "abc", URL = "https://${var.host}" })
      }
      logging_config { log_format = "JSON" }
    }

    resource "aws_lambda_function_url" "api" {
      function_name = aws_lambda_function.api.function_name
    }
"""
OTHER = """\
    locals {
      runtime = "python3.13"
      common  = { STAGE = "dev" }
    }
    data "archive_file" "code" {
      type        = "zip"
      source_dir  = "${path.module}/../src"
      output_path = "x.zip"
    }
    data "archive_file" "layer" {
      type        = "zip"
      source_dir  = "layer"
      output_path = "layer.zip"
    }
    resource "aws_lambda_layer_version" "common" {
      filename = data.archive_file.layer.output_path
    }
"""


def test_a_function_over_the_files_of_its_folder() -> None:
    found = declared({"infra/main.tf": MAIN, "infra/other.tf": OTHER, "src/app.py": "", "infra/layer/python/x.py": ""})
    (function,) = found.functions
    assert (function.name, function.handler, function.runtime) == ("api", "app.run", "python3.13")
    assert (function.code_dir, function.layers) == ("/p/src", ("/p/infra/layer",))
    assert (function.row, function.handler_span) == (1, Span(4, 18, 4, 27))
    assert values(function) == {"STAGE": "dev", "TOKEN": "abc", "URL": None}
    assert function.is_environment_known
    assert (function.log_format, function.events) == ("JSON", frozenset({"url"}))
    paths = {variable.name: variable.path for variable in function.environment}
    assert paths == {"STAGE": "/p/infra/other.tf", "TOKEN": None, "URL": None}
    assert [(comment.row, comment.text) for comment in found.comments] == [(4, "# noqa: LMB708")]


def resource(body: str, rest: str = "") -> dict[str, str | bytes]:
    text = f'resource "aws_lambda_function" "f" {{\n  runtime = "python3.12"\n{body}\n}}\n{rest}'
    return {"main.tf": text, "src/app.py": "", "src/other.py": ""}


@pytest.mark.parametrize(
    "variables",
    ["var.all", "merge({A = 1}, var.more)", "{ for k in x : k => 1 }", "local.unknown", "cond ? {} : {}", "{(x) = 1}"],
)
def test_an_environment_that_is_not_static(variables: str) -> None:
    assert not only(resource(f'handler = "a.b"\nenvironment {{\n variables = {variables}\n}}')).is_environment_known


@pytest.mark.parametrize(
    "archive",
    [
        'source_file = "${path.module}/src/app.py"',
        'source_dir = join("/", [path.module, "src"])',
        'source_dir = format("%s/src", path.root)',
        'source {\n content = file("src/app.py")\n filename = "app.py"\n }',
    ],
)
def test_ways_to_pack_a_folder(archive: str) -> None:
    rest = f'data "archive_file" "z" {{\n output_path = "z.zip"\n {archive}\n}}'
    for filename in ("data.archive_file.z.output_path", '"z.zip"', '"${path.module}/z.zip"'):
        assert only(resource(f'handler = "app.run"\nfilename = {filename}', rest)).code_dir == "/p/src"


def test_code_that_is_built_elsewhere_has_no_folder() -> None:
    for code in (
        'filename = "dist/x.zip"',
        's3_bucket = "b"\ns3_key = "k"',
        "filename = var.unknown_elsewhere_zip.path",
    ):
        found = declared(resource(f'handler = "app.run"\n{code}')).functions
        assert all(function.code_dir is None for function in found)


def test_inline_python_in_a_here_document() -> None:
    content = "<<-EOT\n    def run(e, c):\n        return 1\n  EOT"
    rest = f'data "archive_file" "z" {{\n source {{\n  filename = "app.py"\n  content = {content}\n }}\n}}'
    function = only(resource('handler = "app.run"\nfilename = data.archive_file.z.output_path', rest))
    assert function.inline is not None
    assert (function.inline.first_row, function.inline.indent, function.inline.is_exact) == (10, 4, True)
    assert function.inline.text == "def run(e, c):\n    return 1\n"


def test_each_item_of_a_literal_map_is_a_function() -> None:
    functions = declared(
        resource('for_each = { a = "app.one", b = "app.two" }\nhandler = each.value\nfunction_name = each.key')
    ).functions
    assert [(function.name, function.handler) for function in functions] == [("f[a]", "app.one"), ("f[b]", "app.two")]


@pytest.mark.parametrize(
    "source",
    ['"../src"', '["../src"]', '[{ path = "../src", pip_requirements = true }]', '"${path.module}/../src/app.py"'],
)
def test_the_module_of_the_registry(source: str) -> None:
    text = f"""\
    module "resize" {{
      source      = "terraform-aws-modules/lambda/aws"
      handler     = "app.run"
      runtime     = "python3.12"
      source_path = {source}
      environment_variables = {{ BUCKET = "b" }}
    }}
    """
    function = only({"infra/main.tf": text, "src/app.py": ""})
    assert (function.name, function.code_dir, values(function)) == ("resize", "/p/src", {"BUCKET": "b"})
    assert function.is_environment_known


def test_a_folder_that_is_called_declares_its_functions_at_the_calls() -> None:
    module = """\
    variable "handler" {}
    variable "dir" {}
    data "archive_file" "z" {
      source_dir  = var.dir
      output_path = "z.zip"
    }
    resource "aws_lambda_function" "this" {
      handler  = var.handler
      runtime  = "python3.12"
      filename = data.archive_file.z.output_path
    }
    """
    call = 'module "orders" {\n  source  = "./fn"\n  handler = "app.run"\n  dir     = "${path.module}/src"\n}\n'
    function = only({"main.tf": call, "fn/main.tf": module, "src/app.py": ""})
    assert (function.template, function.name, function.handler) == ("/p/main.tf", "orders", "app.run")
    assert (function.row, function.handler_span, function.code_dir) == (1, Span(3, 12, 3, 21), "/p/src")


def test_what_is_no_python_function() -> None:
    assert declared(resource('handler = "a.b"').copy() | {"main.tf": "# aws_lambda_function handler\n"}).functions == ()
    node = 'resource "aws_lambda_function" "f" {\n runtime = "nodejs22.x"\n handler = "a.b"\n}'
    assert declared({"main.tf": node}).functions == ()
    other = 'module "x" {\n source = "terraform-aws-modules/vpc/aws"\n handler = "a.b"\n}'
    assert declared({"main.tf": other}).functions == ()


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('resource "aws_lambda_function" "f" {\n', 1),
        ('resource "aws_lambda_function" "f" {\n handler = "a\n}\n', 2),
        ('resource "aws_lambda_function" "f" {\n a = <<EOT\n x\n}\n', 2),
        ('resource "aws_lambda_function" "f" {\n}\n}\n', 3),
        ('resource "aws_lambda_function" "f" {\n a = [1\n}\n', 3),
        ('resource "aws_lambda_function" "f" {\n a = ' + "[" * 50_000 + "\n}\n", 2),
        ('resource "aws_lambda_function" "f" {\n a = [' + "1," * 50_000 + "]\n}\n", 2),
        ('resource "aws_lambda_function" "f" {\n a = ' + '"${' * 9_999 + "\n}\n", 2),
        ('resource "aws_lambda_function" "f" {\n a = ' + '"${' * 70_000 + "1" + '}"' * 70_000 + "\n}\n", 2),
        ('resource "aws_lambda_function" "f" {\n a = "' + "${a}" * 100_000 + '"\n}\n', 2),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_with_its_row(text: str, row: int) -> None:
    with soon():
        found = declared({"main.tf": text})
    assert [problem.row for problem in found.problems] == [row]


def test_names_that_hang_on_many_others_are_no_path() -> None:
    names = "".join(f' a{n} = "' + f"${{local.a{n + 1}}}" * 8 + '"\n' for n in range(30))
    with soon():
        function = only(resource('handler = "app.run"\nfilename = local.a0', "locals {\n" + names + ' a30 = "x"\n}'))
    assert function.code_dir is None


def test_values_that_hang_on_themselves() -> None:
    rest = "locals {\n a = local.b\n b = local.a\n}"
    assert only(resource("handler = local.a", rest)).handler == ""


def test_expressions() -> None:
    text = """\
a = "x"
b = "${path.module}/x"
c = var.list[0].name
d = { "k" = 1, other: [1, 2] }
e = f("x", { y = 1 }...)
g = x ? "a" : "b"
h = 1 + 2 * 3
i = <<EOT
raw ${"$"}{x}
EOT
k = "\\"q\\" $${x}"
l = [for x in y : x]
m = (
  1
)
n = a.b[*].c
"""
    attributes = {
        entry.key.value: entry.value for entry in parse_hcl(f"x {{\n{text}}}\n", "f").blocks[0].attributes.entries
    }
    assert isinstance(attributes["b"], Joined)
    assert isinstance(attributes["c"], Reference) and attributes["c"].name == "var.list.0.name"
    assert isinstance(attributes["d"], Mapping) and [e.key.value for e in attributes["d"].entries] == ["k", "other"]
    assert isinstance(attributes["e"], Call) and attributes["e"].name == "f"
    assert isinstance(attributes["g"], Call) and attributes["g"].name == "?:"
    assert isinstance(attributes["k"], Scalar) and attributes["k"].value == '"q" ${x}'
    assert isinstance(attributes["m"], Scalar) and attributes["m"].value == "1"
    assert list(attributes) == list("abcdeghiklmn")


@pytest.mark.parametrize(
    ("expression", "handler"),
    [
        ('replace(local.name, "-", "_")', "my_app.run"),
        ('replace(local.name, "/-/", "_")', ""),
        ('lower("MY_APP")', "my_app.run"),
        ('trimsuffix("my_app.zip", ".zip")', "my_app.run"),
        ('trimprefix("x_my_app", "x_")', "my_app.run"),
        ('basename("a/my_app")', "my_app.run"),
        ("substr(local.name, 0, 2)", ""),
    ],
)
def test_functions_of_texts_in_a_handler(expression: str, handler: str) -> None:
    rest = 'locals {\n name = "my-app"\n source = ' + expression + "\n}"
    assert only(resource('handler = "${local.source}.run"', rest)).handler == handler


def test_variables_have_the_values_that_terraform_loads_by_itself() -> None:
    main = """\
        variable "runtime" { default = "python3.13" }
        variable "name" {}
        variable "token" { default = "a" }
        resource "aws_lambda_function" "api" {
          function_name = var.name
          runtime       = var.runtime
          handler       = "${var.name}.run"
          environment { variables = { TOKEN = var.token } }
        }
    """
    given = {
        "main.tf": main,
        "terraform.tfvars": 'runtime = "python2.7"\nname = "first"\ntoken = "abc"\n',
        "b.auto.tfvars": 'name = "second"\n',
        "prod.tfvars": 'name = "third"\nruntime = "python3.9"\n',
    }
    function = only(given)
    assert (function.handler, function.runtime) == ("second.run", "python2.7")
    assert values(function) == {"TOKEN": None}
    broken = only({**given, "terraform.tfvars": "runtime = ["})
    assert broken.runtime == "python3.13"
