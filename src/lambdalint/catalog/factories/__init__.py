"""The rows behind `catalog.clients`: constructors by library.

Re-exports of the same object are listed, so that a path is found however it was imported.
"""

from __future__ import annotations

from lambdalint.catalog.factories.aws import AWS, POWERTOOLS
from lambdalint.catalog.factories.group import Group
from lambdalint.catalog.factories.http import HTTP
from lambdalint.catalog.factories.key_value import KEY_VALUE
from lambdalint.catalog.factories.services import SERVICES
from lambdalint.catalog.factories.sql import SQL

GROUPS: tuple[Group, ...] = (*AWS, *POWERTOOLS, *HTTP, *KEY_VALUE, *SQL, *SERVICES)

__all__ = ["GROUPS", "Group"]
