"""Write the generated tables of the catalogue from the installed botocore, and say where those kept by hand are old.

    python scripts/refresh_catalog.py           write catalog/paginators.txt, service_names.txt and s3.py
    python scripts/refresh_catalog.py --check   exit 1 if they differ from what would be written, or others are old

Kept by hand, for their documentation is prose, are the tables of catalog/runtime.py: the attributes of the context are
compared with those of the installed awslambdaric, the runtimes with those that botocore knows.  Their dates and the
reserved variables carry the page that lists them and the day it was read: look there when this names one.  Neither
package is a dependency of the project: install them to run this; without awslambdaric its part is left out.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import botocore  # type: ignore[import-untyped]
import botocore.loaders  # type: ignore[import-untyped]
from botocore import xform_name

from lambdalint.catalog import runtime

# Words in the names of services that tell nothing of them.
_NO_NAMES = frozenset(("amazon", "aws", "and", "for", "of", "the", "service", "services"))

CATALOG = Path(__file__).resolve().parent.parent / "src" / "lambdalint" / "catalog"

S3_MODULE = '''"""S3 operations that can name the bucket's owner (LMB209).

Written by `scripts/refresh_catalog.py` from botocore {version} on {day}.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

OWNER_KEYWORD = "ExpectedBucketOwner"
SOURCE = "https://github.com/boto/botocore/tree/develop/botocore/data/s3"

# The client's transfers take it within their fourth argument.
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/s3-uploading-files.html#the-extraargs-parameter
TRANSFER_KEYWORD = "ExtraArgs"
TRANSFERS: dict[str, int] = dict.fromkeys(
    ("upload_file", "upload_fileobj", "download_file", "download_fileobj", "copy"), 3
)

OWNED_OPERATIONS: frozenset[str] = terms(
{rows}
)


def takes_owner(method: str) -> bool:
    """Whether a method of the S3 client accepts `ExpectedBucketOwner`."""
    return method in OWNED_OPERATIONS
'''


def paginators(loader: Any, day: str) -> str:
    """The text of paginators.txt: a line for each service and way of paging."""
    lines = [f"# botocore {botocore.__version__}, {day}", "# service inputs>outputs>more methods"]
    for service in loader.list_available_services("paginators-1"):
        groups: dict[str, list[str]] = defaultdict(list)
        for operation, row in loader.load_service_model(service, "paginators-1")["pagination"].items():
            shape = (_names(row["input_token"]), _names(row["output_token"]), row.get("more_results", ""))
            groups[">".join(shape)].append(xform_name(operation))
        lines += [f"{service} {shape} {' '.join(sorted(methods))}" for shape, methods in sorted(groups.items())]
    return "\n".join(lines) + "\n"


def _names(token: str | list[str]) -> str:
    """Token names with commas; of an alternative (`NextMarker || Contents[-1].Key`) the first, without blanks."""
    names = [token] if isinstance(token, str) else token
    return ",".join(re.split(r"\s*\|\|\s*", name)[0].replace(" ", "") for name in names)


def service_names(loader: Any, day: str) -> str:
    """The text of service_names.txt: a line for each service, its identifier and the words of its names in prose."""
    lines = [f"# botocore {botocore.__version__}, {day}", "# service words"]
    for service in loader.list_available_services("service-2"):
        metadata = loader.load_service_model(service, "service-2")["metadata"]
        names = " ".join(metadata.get(key, "") for key in ("serviceFullName", "serviceAbbreviation", "serviceId"))
        words = dict.fromkeys(re.findall(r"[a-z0-9]+", names.lower()))
        lines.append(f"{service} {' '.join(word for word in words if word not in _NO_NAMES)}")
    return "\n".join(lines) + "\n"


def s3_module(loader: Any, day: str) -> str:
    """The text of s3.py: the operations whose input takes ExpectedBucketOwner."""
    model = loader.load_service_model("s3", "service-2")
    methods = sorted(
        xform_name(name)
        for name, operation in model["operations"].items()
        if "input" in operation and "ExpectedBucketOwner" in model["shapes"][operation["input"]["shape"]]["members"]
    )
    rows = "\n".join(f'    "{line}",' for line in textwrap.wrap(" ".join(methods), 110, break_on_hyphens=False))
    return S3_MODULE.format(version=botocore.__version__, day=day, rows=rows)


def context_differences() -> Iterator[str]:
    """Attributes and methods of the context that only the table, or only the installed awslambdaric, has."""
    try:
        from awslambdaric.lambda_context import LambdaContext  # type: ignore[import-untyped]
    except ImportError:
        return
    context = LambdaContext("request", None, None, 0)
    yield from _differences(
        "an attribute of the context",
        {name for name in dir(context) if not name.startswith("_")},
        runtime.CONTEXT_ATTRIBUTES | runtime.CONTEXT_METHODS,
    )


def runtime_differences(loader: Any) -> Iterator[str]:
    """Runtimes from Python 3.8 on that only the table, or only the installed botocore, has."""
    known = loader.load_service_model("lambda", "service-2")["shapes"]["Runtime"]["enum"]
    yield from _differences(
        "a runtime",
        {name for name in known if re.fullmatch(r"python3\.([89]|\d\d)", name)},
        runtime.RUNTIMES,
    )


def _differences(what: str, found: Collection[str], table: Collection[str]) -> Iterator[str]:
    yield from (f"{name} is {what}, and not in the table" for name in sorted(set(found) - set(table)))
    yield from (f"{name} is no longer {what}" for name in sorted(set(table) - set(found)))


def main() -> int:
    """Write or compare the tables; the day is that of the table at hand when nothing else changed."""
    parser = argparse.ArgumentParser(description="Write the generated tables of the catalogue.")
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args().check
    loader = botocore.loaders.Loader()
    stale = []
    tables = ("paginators.txt", paginators), ("service_names.txt", service_names), ("s3.py", s3_module)
    for name, make in tables:
        path = CATALOG / name
        current = path.read_text(encoding="utf-8") if path.exists() else ""
        recorded = re.search(r"\d{4}-\d\d-\d\d", current)
        if recorded and make(loader, recorded.group()) == current:
            continue
        stale.append(path.name)
        if not check:
            path.write_text(make(loader, date.today().isoformat()), encoding="utf-8")
    print(f"{'stale' if check else 'written'}: {', '.join(stale) or 'nothing'}")
    old = [*context_differences(), *runtime_differences(loader)]
    print("".join(f"runtime.py: {line}\n" for line in old), end="")
    return 1 if old or (check and stale) else 0


if __name__ == "__main__":
    sys.exit(main())
