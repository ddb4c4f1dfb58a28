"""What a project's tests put in the place of things, found in their bytes."""

from __future__ import annotations

import pytest

from lambdalint.patches import is_factory_replaced, is_stubbed, replaced_names


@pytest.mark.parametrize(
    "text",
    [
        'with patch("orders.boto3.client"):',
        '@patch("boto3.client")',
        '@mock.patch(target="boto3.client")',
        'patch(f"{MODULE_UNDER_TEST}.boto3.client", fake)',
        'mocker.patch(f"{orders.__name__}.boto3")',
        'mocker.patch(MODULE + ".boto3.client")',
        'patch("{}.boto3.client".format(MODULE))',
        'monkeypatch.setattr(f"{MODULE}.boto3.client", fake)',
        'patch.object(orders.boto3, "client")',
    ],
)
def test_a_replaced_factory_is_seen(text: str) -> None:
    names = replaced_names(text.encode())
    assert is_factory_replaced(names, "/p/orders.py", "boto3.client", "boto3.client"), names


@pytest.mark.parametrize(
    "text",
    [
        'patch(f"{MODULE}.requests.get")',
        'patch(f"{MODULE}.now")',
        'patch(MODULE + ".boto3_version")',
        'print(f"{MODULE}.boto3.client")',
        'patch(f"{MODULE}.table.client")',
    ],
)
def test_another_thing_replaced_is_no_factory(text: str) -> None:
    names = replaced_names(text.encode())
    assert not is_factory_replaced(names, "/p/orders.py", "boto3.client", "boto3.client"), names


@pytest.mark.parametrize(
    "text",
    [
        "stubber = Stubber(orders.storage)",
        "Stubber(client=self.orders.storage).activate()",
        "botocore.stub.Stubber( orders.storage.meta.client )",
        "with patched() as found:\n    stubber = Stubber(orders.storage)",
    ],
)
def test_a_stub_that_stays_is_seen(text: str) -> None:
    assert is_stubbed(replaced_names(text.encode()), "storage")


@pytest.mark.parametrize(
    "text",
    [
        "with Stubber(orders.storage) as stubber:",
        "stubber = Stubber(orders.storage)\nstubber.deactivate()",
        "Stubber(storage)",
        "Stubber(storage.meta.client)",
        "Stubber(orders.storage.client)",
        "FakeStubber(orders.storage)",
    ],
)
def test_another_stub_says_nothing(text: str) -> None:
    assert not is_stubbed(replaced_names(text.encode()), "storage")
