"""Which packages inside a project are other people's: well-known distributions copied into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import linked, write

HANDLER = "def lambda_handler(event, context): ...\n"


@pytest.mark.parametrize(
    ("files", "is_vendored"),
    [
        ({"layer/python/pika/__init__.py": "__version__ = '1.3.2'\n", "layer/python/pika/app.py": HANDLER}, True),
        ({"fn/yaml/__init__.py": "from .version import __version__\n", "fn/yaml/app.py": HANDLER}, True),
        ({"fn/requests/__version__.py": "", "fn/requests/app.py": HANDLER}, True),
        ({"fn/vendor/paho/__init__.py": "", "fn/vendor/paho/app.py": HANDLER}, True),
        ({"fn/vendor/odd/__init__.py": "__version__ = '2'\n", "fn/vendor/odd/app.py": HANDLER}, True),
        ({"fn/redis/__init__.py": "", "fn/redis/app.py": HANDLER}, False),
        ({"fn/vendor/__init__.py": "", "fn/vendor/app.py": HANDLER}, False),
        ({"fn/orders/__init__.py": "__version__ = '1'\n", "fn/orders/app.py": HANDLER}, False),
        ({"pyproject.toml": "", "redis/__init__.py": "__version__ = '1'\n", "redis/app.py": HANDLER}, False),
        ({"setup.py": "", "src/redis/__init__.py": "__version__ = '1'\n", "src/redis/app.py": HANDLER}, False),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_well_known_distributions_are_told_from_own_code(
    files: dict[str, str], is_vendored: bool, tmp_path: Path
) -> None:
    assert (linked(write(tmp_path, files)).handlers == ()) is is_vendored
