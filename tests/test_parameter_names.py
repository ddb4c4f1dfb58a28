"""The parameters that a project writes, found in bytes."""

import pytest

from lambdalint.parameter_names import may_be_below, may_be_same, rotated, somewhere, written_names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('ssm.put_parameter(Name="/shop/mode", Value=v)', "/shop/mode"),
        ("self.ssm.put_parameter(Value=str(v), Name='/shop/mode')", "/shop/mode"),
        ('ssm.put_parameter(\n    Name=f"/{stage}/mode/{n}",\n    Value=json.dumps(f(v)),\n)', "/*/mode/*"),
        ("ssm.put_parameter(Name=os.environ['MODE'], Value=v)", "$MODE"),
        ('ssm.put_parameter(Name=os.environ.get("MODE", ""), Value=v)', "$MODE"),
        ('MODE = "/shop/mode"\nssm.put_parameter(Name=MODE, Value=v)', "/shop/mode"),
        ('MODE: str = os.getenv("MODE")\nssm.put_parameter(Name=MODE)', "$MODE"),
    ],
)
def test_a_written_name_is_seen(text: str, name: str) -> None:
    assert written_names(text.encode(), "src", may_hold_handler=True) == {name}


@pytest.mark.parametrize(
    "text",
    [
        "ssm.put_parameter(Name=name, Value=v)",
        "ssm.put_parameter(**given)",
        'ssm.put_parameter(Name=f"/{stage}/{name}", Value=v)',
    ],
)
def test_an_unknown_name_is_one_of_the_folder(text: str) -> None:
    assert written_names(text.encode(), "src", may_hold_handler=True) == {somewhere("src")}


@pytest.mark.parametrize(
    "text",
    [
        'ssm.get_parameter(Name="/shop/mode")',
        'if event["RequestType"] == "Create":\n    ssm.put_parameter(Name="/shop/mode")',
    ],
)
def test_what_tells_no_name(text: str) -> None:
    assert written_names(text.encode(), "src", may_hold_handler=True) == frozenset()


def test_a_script_writes_what_it_names() -> None:
    text = b'ssm.put_parameter(Name="/shop/mode")\nssm.put_parameter(Name=n)\nif __name__ == "__main__":\n    main()\n'
    assert written_names(text, "src", may_hold_handler=False) == {"/shop/mode"}
    assert written_names(text, "src", may_hold_handler=True) == {"/shop/mode", somewhere("src")}


def test_a_written_secret_is_rotated() -> None:
    text = b"secrets.put_secret_value(SecretId=arn, SecretString=v)"
    assert written_names(text, "src", may_hold_handler=True) == {rotated("src")}


@pytest.mark.parametrize(
    ("name", "written", "is_same"),
    [
        ("/shop/mode", "/shop/mode", True),
        ("/shop/mode", "/shop/model", False),
        ("/shop/mode", "/*/mode", True),
        ("/*/mode", "/shop/*", True),
        ("/*/limits/orders", "/*/autonomy/*", False),
        ("*/switches/dark", "/shop/prod/switches/*", True),
        ("$MODE", "$MODE", True),
        ("$MODE", "$MODEL", False),
        ("$MODE", "/shop/mode", False),
        ("*", "/shop/mode", False),
        ("", "/shop/mode", False),
    ],
)
def test_names_that_may_be_the_same(name: str, written: str, is_same: bool) -> None:
    assert may_be_same(name, [written]) is is_same


@pytest.mark.parametrize(
    ("path", "written", "is_below"),
    [
        ("/shop/prod", "/shop/*/switches/*", True),
        ("/shop/prod/", "/shop/prod/mode", True),
        ("/shop/prod", "/shop/product/mode", False),
        ("/shop/prod/mode", "/shop/prod/mode", False),
        ("/", "/shop/prod/mode", False),
    ],
)
def test_what_stands_below_a_path(path: str, written: str, is_below: bool) -> None:
    assert may_be_below(path, [written]) is is_below
