from __future__ import annotations

import pytest

from fixing import Module, Operations, fixed, module
from lambdalint.fixes import AddImport, HoistImport
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.pragmas import without_local_pragmas
from lambdalint.summary import FunctionDef, Import


def local_imports(found: Module) -> list[Operations]:
    """Every import in a function, present names found as a rule would."""
    top = {name.bound for s in found.summary.body if isinstance(s, Import) for name in s.names}
    functions = [f.span for f in found.summary.functions]
    located = [
        place
        for span, place in Layout(found.source, found.summary).located.items()
        if any(outer.contains(span) for outer in functions)
    ]
    statements = sorted(
        (place.statement for place in located if isinstance(place.statement, Import)),
        key=lambda statement: statement.span,
    )
    return [
        (HoistImport(s.span, tuple(name.bound for name in s.names if name.bound in top)),)
        for s in statements
        if isinstance(s, Import)
    ]


CASES = {
    "into a sorted group of the standard library": (
        "import json\nimport time\n\nimport boto3\n\n\ndef f():\n    import os\n    return os.name\n",
        "import json\nimport os\nimport time\n\nimport boto3\n\n\ndef f():\n    return os.name\n",
    ),
    "at the end of an unsorted group": (
        "import time\nimport json\n\n\ndef f():\n    import uuid\n    return uuid\n",
        "import time\nimport json\nimport uuid\n\n\ndef f():\n    return uuid\n",
    ),
    "beside those of its category in an unsorted group": (
        "from b import c\n\nfrom z.y import x\nfrom a import b\nfrom os import environ\n\n\n"
        "def f():\n    import functools\n    return functools\n",
        "import functools\n\nfrom b import c\n\nfrom z.y import x\nfrom a import b\nfrom os import environ\n\n\n"
        "def f():\n    return functools\n",
    ),
    "above what comes later in an unsorted group": (
        "import time\nimport json\n\n\ndef f():\n    import os\n    import csv\n    return os.name, csv\n",
        "import csv\nimport os\nimport time\nimport json\n\n\ndef f():\n    return os.name, csv\n",
    ),
    "a group of its own below": (
        "import json\nimport os\n\n\ndef f():\n    import boto3\n\n    return boto3\n",
        "import json\nimport os\n\nimport boto3\n\n\ndef f():\n    return boto3\n",
    ),
    "a group of its own above": (
        "import boto3\n\n\ndef f():\n    import json\n    return json\n",
        "import json\n\nimport boto3\n\n\ndef f():\n    return json\n",
    ),
    "groups between groups": (
        "import json\n\nfrom . import db\n\n\ndef f():\n    import requests\n    import boto3\n"
        "    return requests, boto3\n",
        "import json\n\nimport boto3\nimport requests\n\nfrom . import db\n\n\ndef f():\n    return requests, boto3\n",
    ),
    "mixed in one group": (
        "import json\nimport boto3\n\n\ndef f():\n    from . import db\n    import os\n    return db, os\n",
        "import json\nimport os\nimport boto3\nfrom . import db\n\n\ndef f():\n    return db, os\n",
    ),
    "the group of the same package": (
        "import boto3\n\nfrom shop import a\n\n\ndef f():\n    from shop.db import b\n    return b\n",
        "import boto3\n\nfrom shop import a\nfrom shop.db import b\n\n\ndef f():\n    return b\n",
    ),
    "relative levels stay": (
        "from . import a\n\n\ndef f():\n    from ..b import c\n    return c\n",
        "from . import a\nfrom ..b import c\n\n\ndef f():\n    return c\n",
    ),
    "extends a from import": (
        "from m import a, c\n\n\ndef f():\n    from m import b\n    return b\n",
        "from m import a, b, c\n\n\ndef f():\n    return b\n",
    ),
    "extends an unsorted from import": (
        "from m import c, a  # noqa: F401\n\n\ndef f():\n    from m import b as d\n    return d\n",
        "from m import c, a  # noqa: F401\nfrom m import b as d\n\n\ndef f():\n    return d\n",
    ),
    "extends before the first name": (
        "from m import b\n\n\ndef f():\n    from m import a\n    return a\n",
        "from m import a, b\n\n\ndef f():\n    return a\n",
    ),
    "extends rows with a trailing comma": (
        "from m import (\n    a,  # one\n    c,\n)\n\n\ndef f():\n    from m import b, d\n    return b, d\n",
        "from m import (\n    a,  # one\n    b,\n    c,\n    d,\n)\n\n\ndef f():\n    return b, d\n",
    ),
    "extends rows without a trailing comma": (
        "from m import (\n    a,\n    b  # last\n)\n\n\ndef f():\n    from m import c\n    return c\n",
        "from m import (\n    a,\n    b,  # last\n    c\n)\n\n\ndef f():\n    return c\n",
    ),
    "extends aligned rows": (
        "from m import (a,\n               b)\n\n\ndef f():\n    from m import c\n    return c\n",
        "from m import (a,\n               b,\n               c)\n\n\ndef f():\n    return c\n",
    ),
    "extends parentheses on one row": (
        "from m import (a, b)\n\n\ndef f():\n    from m import c\n    return c\n",
        "from m import (a, b, c)\n\n\ndef f():\n    return c\n",
    ),
    "extends rows of several names": (
        "from m import (\n    a, b,\n    d, e,\n)\n\n\ndef f():\n    from m import c\n    return c\n",
        "from m import (\n    a, b, c,\n    d, e,\n)\n\n\ndef f():\n    return c\n",
    ),
    "extends over a backslash": (
        "from m import a, \\\n    c\n\n\ndef f():\n    from m import b\n    return b\n",
        "from m import a, b, \\\n    c\n\n\ndef f():\n    return b\n",
    ),
    "wraps a row that would be too long": (
        f"from m import {'a' * 40}, {'b' * 30}\n\n\ndef f():\n    from m import {'c' * 20}\n    return {'c' * 20}\n",
        f"from m import (\n    {'a' * 40},\n    {'b' * 30},\n    {'c' * 20},\n)\n\n\ndef f():\n    return {'c' * 20}\n",
    ),
    "constants and classes first": (
        "from m import LIMIT, Thing, run\n\n\ndef f():\n    from m import MAX, Other, act\n"
        "    return MAX, Other, act\n",
        "from m import LIMIT, MAX, Other, Thing, act, run\n\n\ndef f():\n    return MAX, Other, act\n",
    ),
    "a statement for each name": (
        "from m import a\nfrom m import d\n\n\ndef f():\n    from m import b, c\n    return b, c\n",
        "from m import a\nfrom m import b\nfrom m import c\nfrom m import d\n\n\ndef f():\n    return b, c\n",
    ),
    "the group that is most of its kind": (
        "import os\nimport x\n\nimport boto3\n\n\ndef f():\n    import requests\n    return requests\n",
        "import os\nimport x\n\nimport boto3\nimport requests\n\n\ndef f():\n    return requests\n",
    ),
    "two of one module make one": (
        "import os\n\n\ndef f():\n    from m import b\n    return b\n\n\ndef g():\n    from m import a\n    return a\n",
        "import os\n\nfrom m import a, b\n\n\ndef f():\n    return b\n\n\ndef g():\n    return a\n",
    ),
    "the same twice is one": (
        "import os\n\n\ndef f():\n    import json\n    return json\n\n\ndef g():\n    import json\n    return json\n",
        "import json\nimport os\n\n\ndef f():\n    return json\n\n\ndef g():\n    return json\n",
    ),
    "only the missing names": (
        "import os\n\n\ndef f():\n    import os, json as j\n    return os, j\n",
        "import json as j\nimport os\n\n\ndef f():\n    return os, j\n",
    ),
    "only deleted": (
        "import os\n\n\ndef f():\n    import os\n    return os\n",
        "import os\n\n\ndef f():\n    return os\n",
    ),
    "below the docstring": (
        '"""Doc."""\n\n\ndef f():\n    import os\n    return os\n',
        '"""Doc."""\n\nimport os\n\n\ndef f():\n    return os\n',
    ),
    "below a docstring with the code close by": (
        '"""Doc."""\ndef f():\n    import os\n    return os\n',
        '"""Doc."""\n\nimport os\n\n\ndef f():\n    return os\n',
    ),
    "below the future": (
        "from __future__ import annotations\n\n\ndef f():\n    import os\n    return os\n",
        "from __future__ import annotations\n\nimport os\n\n\ndef f():\n    return os\n",
    ),
    "below the header": (
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\ndef f():\n    import os\n    return os\n",
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n\nimport os\n\n\ndef f():\n    return os\n",
    ),
    "above a comment that belongs to the def": (
        "#!/usr/bin/env python\n\n# Does it.\ndef f():\n    import os\n    return os\n",
        "#!/usr/bin/env python\n\nimport os\n\n\n# Does it.\ndef f():\n    return os\n",
    ),
    "at the very top": (
        "def f():\n    import os\n    return os\n",
        "import os\n\n\ndef f():\n    return os\n",
    ),
    "above the constants when there is no import": (
        'TABLE = "x"\n\n\ndef f():\n    import os\n    return os\n',
        'import os\n\nTABLE = "x"\n\n\ndef f():\n    return os\n',
    ),
    "below a change of the search path": (
        'import sys\nsys.path.insert(0, "lib")\nimport shop\n\n\ndef f():\n    import basket\n    return basket\n',
        'import sys\nsys.path.insert(0, "lib")\nimport basket\nimport shop\n\n\ndef f():\n    return basket\n',
    ),
    "below a change of the search path that ends the imports": (
        'import sys\n\nsys.path.append("lib")\n\n\ndef f():\n    import basket\n    import json\n'
        "    return basket, json\n",
        'import json\nimport sys\n\nsys.path.append("lib")\n\nimport basket\n\n\ndef f():\n    return basket, json\n',
    ),
    "below a change of the environment between imports": (
        'import os\nos.environ["A"] = "b"\nimport time\n\n\ndef f():\n    import json\n    return json\n',
        'import os\nos.environ["A"] = "b"\nimport json\nimport time\n\n\ndef f():\n    return json\n',
    ),
    "above a change of the environment that is for others": (
        'import os\n\n# Must be done before.\nos.environ["A"] = "b"\nimport shop\n\n\ndef f():\n    import pprint\n'
        "    import basket\n    return pprint, basket\n",
        'import os\nimport pprint\n\n# Must be done before.\nos.environ["A"] = "b"\nimport basket\nimport shop\n\n\n'
        "def f():\n    return pprint, basket\n",
    ),
    "below one that the standard library may read": (
        'import os\n\nos.environ.setdefault("PYTHONTZPATH", "/opt")\nimport shop\n\n\ndef f():\n    import zoneinfo\n'
        "    return zoneinfo\n",
        'import os\n\nos.environ.setdefault("PYTHONTZPATH", "/opt")\nimport zoneinfo\n\nimport shop\n\n\ndef f():\n'
        "    return zoneinfo\n",
    ),
    "below one whose variable is not known": (
        "import os\n\nos.environ.update(shop.variables)\nimport shop\n\n\ndef f():\n    import json\n    return json\n",
        "import os\n\nos.environ.update(shop.variables)\nimport json\n\nimport shop\n\n\ndef f():\n    return json\n",
    ),
    "below one that no import of the standard library stands above": (
        'from shop import os\n\nos.environ["A"] = "b"\nimport basket\n\n\ndef f():\n    import json\n    return json\n',
        'from shop import os\n\nos.environ["A"] = "b"\nimport json\n\nimport basket\n\n\ndef f():\n    return json\n',
    ),
    "imports in between constants": (
        'import os\nA = os.environ["A"]\nimport time\n\n\ndef f():\n    import json\n    return json\n',
        'import json\nimport os\nA = os.environ["A"]\nimport time\n\n\ndef f():\n    return json\n',
    ),
    "comments move along": (
        "import os\n\n\ndef f():\n    # needed for b\n    import boto3  # the SDK\n\n    return boto3\n",
        "import os\n\n# needed for b\nimport boto3  # the SDK\n\n\ndef f():\n    return boto3\n",
    ),
    "a comment that tells of the code below the import stays": (
        "import os\n\n\ndef f():\n    # Ask for the latest\n    import boto3\n\n    return boto3\n",
        "import os\n\nimport boto3\n\n\ndef f():\n    # Ask for the latest\n    return boto3\n",
    ),
    "a comment of several rows that needs one word for it stays": (
        "import os\n\n\ndef f(x):\n    # Leave out what holds nothing but\n    # instructions: no answer is needed.\n"
        "    from m import is_empty\n\n    if is_empty(x):\n        return\n",
        "import os\n\nfrom m import is_empty\n\n\ndef f(x):\n    # Leave out what holds nothing but\n"
        "    # instructions: no answer is needed.\n    if is_empty(x):\n        return\n",
    ),
    "a comment that only tells why an import stands where it does goes": (
        "import os\n\n\ndef f(x):\n    # Import here to avoid circular imports\n    from m import a\n\n"
        "    # Lazy import: this\n    # keeps m out of the tests.\n    from m import b\n    return a, b\n",
        "import os\n\nfrom m import a, b\n\n\ndef f(x):\n    return a, b\n",
    ),
    "so does one behind it": (
        "import os\n\n\ndef f(x):\n    import boto3  # imported lazily\n"
        "    import json  # noqa: PLC0415  # Local import.\n",
        "import json\nimport os\n\nimport boto3\n\n\ndef f(x):\n    pass\n",
    ),
    "one that tells of what is imported moves along": (
        "import os\n\n\ndef f(x):\n    import boto3  # imports urllib3\n\n"
        "    # Imports all that is needed.\n    import json\n\n"
        "    return x\n",
        "# Imports all that is needed.\nimport json\nimport os\n\nimport boto3  # imports urllib3\n\n\n"
        "def f(x):\n    return x\n",
    ),
    "a comment that names what is imported tells of the code and stays": (
        "import os\n\n\ndef f(x):\n    # How it is kept is told in m.Keeper alone.\n    from m import Keeper\n\n"
        "    log(x)\n    return Keeper(x)\n",
        "import os\n\nfrom m import Keeper\n\n\n"
        "def f(x):\n    # How it is kept is told in m.Keeper alone.\n    log(x)\n    return Keeper(x)\n",
    ),
    "a comment that names what is read next stays": (
        "import os\n\n\ndef f(x):\n    # Have the Keeper keep it.\n    from m import Keeper\n\n"
        "    y = Keeper(x)\n    return y\n",
        "import os\n\nfrom m import Keeper\n\n\ndef f(x):\n    # Have the Keeper keep it.\n"
        "    y = Keeper(x)\n    return y\n",
    ),
    "a comment that names what is imported above a paragraph stays": (
        "import os\n\n\ndef f(x):\n    # Have the Keeper keep it.\n    from m import Keeper\n"
        "    log(x)\n    return Keeper(x)\n",
        "import os\n\nfrom m import Keeper\n\n\ndef f(x):\n    # Have the Keeper keep it.\n"
        "    log(x)\n    return Keeper(x)\n",
    ),
    "a comment of several rows that comes to speak of imports stays": (
        "import os\n\n\ndef f(x):\n    # Compare both.  The flags come from\n    # m, the metrics too, so\n"
        "    # no import of the library is here.\n    from m import flags\n\n    x.compare(flags)\n",
        "import os\n\nfrom m import flags\n\n\ndef f(x):\n    # Compare both.  The flags come from\n"
        "    # m, the metrics too, so\n    # no import of the library is here.\n    x.compare(flags)\n",
    ),
    "a comment of several rows that begins with the import moves along": (
        "import os\n\n\ndef f(x):\n    # The flags, known to a third module:\n    # imported where they are\n"
        "    # read, as before.\n    from m import flags\n    x.compare(flags)\n",
        "import os\n\n# The flags, known to a third module:\n# imported where they are\n# read, as before.\n"
        "from m import flags\n\n\ndef f(x):\n    x.compare(flags)\n",
    ),
    "a comment of several rows on a slow dependency moves along": (
        "import os\n\n\ndef f(x):\n    # A heavy dependency, and slow:\n    # needed for tables, so loaded here.\n"
        "    import pandas\n\n    return pandas.read(x)\n",
        "import os\n\n# A heavy dependency, and slow:\n# needed for tables, so loaded here.\nimport pandas\n\n\n"
        "def f(x):\n    return pandas.read(x)\n",
    ),
    "a paragraph's comment stays": (
        "import os\n\n\ndef f():\n    # Step one\n    import boto3\n    boto3.client()\n",
        "import os\n\nimport boto3\n\n\ndef f():\n    # Step one\n    boto3.client()\n",
    ),
    "pragmas for the place are dropped": (
        "import os\n\n\ndef f():\n    # pylint: disable=import-outside-toplevel\n"
        "    import boto3  # noqa: PLC0415\n    return boto3\n",
        "import os\n\nimport boto3\n\n\ndef f():\n    return boto3\n",
    ),
    "a comment on a merged import": (
        "from m import a\n\n\ndef f():\n    from m import b  # why\n    return b\n",
        "from m import a, b  # why\n\n\ndef f():\n    return b\n",
    ),
    "a comment on a merged import that has one": (
        "from m import a  # first\n\n\ndef f():\n    from m import b  # why\n    return b\n",
        "# why\nfrom m import a, b  # first\n\n\ndef f():\n    return b\n",
    ),
    "an emptied body": (
        "import os\n\n\ndef f():\n    import json\n\n\ndef g():\n    import json\n    import time\n",
        "import json\nimport os\nimport time\n\n\ndef f():\n    pass\n\n\ndef g():\n    pass\n",
    ),
    "a docstring is left": (
        'import os\n\n\ndef f():\n    """Doc."""\n\n    import json\n\n    return json\n',
        'import json\nimport os\n\n\ndef f():\n    """Doc."""\n\n    return json\n',
    ),
    "an emptied branch": (
        "import os\n\n\ndef f(x):\n    if x:\n        import json\n    else:\n        import time\n"
        "        time.time()\n",
        "import json\nimport os\nimport time\n\n\ndef f(x):\n    if x:\n        pass\n    else:\n        time.time()\n",
    ),
    "on the row of its header": (
        "import os\n\n\ndef f(x):\n    if x: import json\n    if x: import time; time.time()\n",
        "import json\nimport os\nimport time\n\n\ndef f(x):\n    if x: pass\n    if x: time.time()\n",
    ),
    "several on one row": (
        "import os\n\n\ndef f():\n    import json; x = 1\n    y = 2; import time  # stays\n    return x, y\n",
        "import json\nimport os\nimport time\n\n\ndef f():\n    x = 1\n    y = 2  # stays\n    return x, y\n",
    ),
    "all of one row": (
        "import os\n\n\ndef f():\n    import json; import time;\n    return 1\n",
        "import json\nimport os\nimport time\n\n\ndef f():\n    return 1\n",
    ),
    "existing imports on one row": (
        "import os; import sys\n\n\ndef f():\n    import json\n    return json\n",
        "import json\nimport os; import sys\n\n\ndef f():\n    return json\n",
    ),
    "from in parentheses": (
        "import os\n\n\ndef f():\n    from m import (\n        a,\n        b as c,\n    )\n\n    return a, c\n",
        "import os\n\nfrom m import a, b as c\n\n\ndef f():\n    return a, c\n",
    ),
    "a method in a class": (
        "import os\n\n\nclass C:\n    def f(self):\n        import json\n        return json\n",
        "import json\nimport os\n\n\nclass C:\n    def f(self):\n        return json\n",
    ),
    "a guarded import is no anchor": (
        "import os\n\ntry:\n    import x\nexcept ImportError:\n    x = None\n\n\ndef f():\n    import json\n"
        "    return json\n",
        "import json\nimport os\n\ntry:\n    import x\nexcept ImportError:\n    x = None\n\n\ndef f():\n"
        "    return json\n",
    ),
    "blank rows are not doubled": (
        "import os\n\n\ndef f():\n    x = 1\n\n    import json\n\n    return x\n",
        "import json\nimport os\n\n\ndef f():\n    x = 1\n\n    return x\n",
    ),
    "from imports below those of the other form in an unsorted group": (
        "import os\nimport base64\nimport boto3\n\n\ndef f():\n    from datetime import date\n    return date\n",
        "import os\nimport base64\nfrom datetime import date\nimport boto3\n\n\ndef f():\n    return date\n",
    ),
    "the standard library first in an unsorted group without it": (
        "from chalice import C\nfrom .b import b\nfrom . import a\n\n\ndef f():\n    import uuid\n    return uuid\n",
        "import uuid\nfrom chalice import C\nfrom .b import b\nfrom . import a\n\n\ndef f():\n    return uuid\n",
    ),
    "a comment that says that imports are some goes": (
        "import os\n\n\ndef f(x):\n# import package\n    import pandas as pd\n    return pd, x\n",
        "import os\n\nimport pandas as pd\n\n\ndef f(x):\n    return pd, x\n",
    ),
    "above the banner of the first part": (
        "\n# ----\n#   ERRORS\n# ----\n\n\nclass E(Error):\n    pass\n\n\ndef f():\n    import os\n    return os\n",
        "\nimport os\n\n\n# ----\n#   ERRORS\n# ----\n\n\nclass E(Error):\n    pass\n\n\ndef f():\n    return os\n",
    ),
    "the standard library in the first group that is mostly of it": (
        "import boto3\nimport json\nimport os\n\nfrom . import a\n\nimport logging\n\n\n"
        "def f():\n    import functools\n    return functools\n",
        "import boto3\nimport functools\nimport json\nimport os\n\nfrom . import a\n\nimport logging\n\n\n"
        "def f():\n    return functools\n",
    ),
    "above a guarded import": (
        "import os\n\nfrom . import db\n\ntry:\n    import x\nexcept ImportError:\n    x = None\nimport zstd\n\n\n"
        "def f():\n    import attrs\n    return attrs\n",
        "import os\n\nimport attrs\n\nfrom . import db\n\ntry:\n    import x\nexcept ImportError:\n    x = None\n"
        "import zstd\n\n\ndef f():\n    return attrs\n",
    ),
    "beside its like below a call between imports": (
        "import os\n\nfrom . import db\n\ndb.patch()\nimport zstd\n\n\ndef f():\n    import attrs\n    return attrs\n",
        "import os\n\nfrom . import db\n\ndb.patch()\nimport attrs\nimport zstd\n\n\ndef f():\n    return attrs\n",
    ),
    "not below a comment on another import": (
        '"""Doc."""\n\n# Needed for the graph\nimport networkx\n\n\ndef f():\n    import attrs\n    return attrs\n',
        '"""Doc."""\n\nimport attrs\n\n# Needed for the graph\nimport networkx\n\n\ndef f():\n    return attrs\n',
    ),
    "above an import that is commented out": (
        "import os\n\n# import numpy\nimport zstd\n\n\ndef f():\n    import attrs\n    return attrs\n",
        "import os\n\nimport attrs\n# import numpy\nimport zstd\n\n\ndef f():\n    return attrs\n",
    ),
    "below the heading that names its package": (
        "import os\n\n# Shared modules\nfrom shared.log import logger\n\n\ndef f():\n"
        "    from shared.aws import client\n    from apart import b\n    return b, client\n",
        "import os\n\nfrom apart import b\n\n# Shared modules\nfrom shared.aws import client\n"
        "from shared.log import logger\n\n\ndef f():\n    return b, client\n",
    ),
    "below the heading that names its category": (
        "#!/bin/python\n\n# Standard library\nimport os\n# AWS SDK\nimport boto3\n# Third party\nimport requests\n"
        "\n\ndef f():\n    import json\n    import httpx\n    import botocore\n    return json, httpx, botocore\n",
        "#!/bin/python\n\n# Standard library\nimport json\nimport os\n# AWS SDK\nimport boto3\nimport botocore\n"
        "# Third party\nimport httpx\nimport requests\n\n\ndef f():\n    return json, httpx, botocore\n",
    ),
    "the standard library above a change of the search path between imports": (
        'import sys\n\nsys.path.insert(0, "lib")\n\nimport shop\n\n\ndef f():\n    import json\n    return json\n',
        'import json\nimport sys\n\nsys.path.insert(0, "lib")\n\nimport shop\n\n\ndef f():\n    return json\n',
    ),
    "the comment of a group stays above it": (
        "# AWS\nimport boto3\n\n\ndef f():\n    import attrs\n    return attrs\n",
        "# AWS\nimport attrs\nimport boto3\n\n\ndef f():\n    return attrs\n",
    ),
}


def test_a_comment_stays_with_an_import_that_it_is_about_as_well() -> None:
    before = "import os\n\n\ndef f():\n    # Import here: cycles\n    import json\n    import shop\n    return shop\n"

    def offer(found: Module) -> list[Operations]:
        return [(HoistImport(found.statement("import json")),)]

    rows = before.splitlines(keepends=True)
    assert fixed(before, offer).text == "import json\n" + "".join(rows[:5] + rows[6:])


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES.keys())
def test_imports_move_to_the_import_block(before: str, after: str) -> None:
    result = fixed(before, local_imports)
    assert result.text == after
    assert not result.skipped


@pytest.mark.parametrize("before", [before for before, _ in CASES.values()], ids=CASES.keys())
def test_one_batch_ends_where_single_fixes_end(before: str) -> None:
    at_once = fixed(before, local_imports).text
    text = before
    for _ in range(10):
        if not local_imports(module(text)):
            break
        text = fixed(text, lambda found: local_imports(found)[:1]).text
    assert text == at_once


def test_an_import_below_a_late_change_of_the_search_path_does_not_move() -> None:
    before = "def f():\n    import shop\n    return shop\n\n\nimport sys\nsys.path.append('x')\n"
    result = fixed(before, local_imports)
    assert result.text == before
    assert result.skipped == ((0, "the module changes its search path or environment below its first definition"),)


def test_two_things_of_one_name_do_not_both_move() -> None:
    before = (
        "import os\n\n\ndef f():\n    import json as x\n    return x\n\n\ndef g():\n    import time as x\n"
        "    return x\n"
    )
    result = fixed(before, local_imports)
    assert result.applied == (0,)
    assert result.skipped == ((1, "another fix imports something else as `x`"),)
    assert "import json as x\nimport os\n" in result.text


ADDED = {
    "there already": ("import functools\n", AddImport("functools"), "import functools\n"),
    "by a submodule": ("import os.path\n", AddImport("os"), "import os.path\n"),
    "a name": ("import os\n", AddImport("functools", "cache"), "import os\nfrom functools import cache\n"),
    "no final newline": ("import os", AddImport("sys"), "import os\nimport sys"),
    "an empty file": ("", AddImport("sys"), "import sys\n"),
    "several in one": ("import boto3, json\n", AddImport("functools"), "import boto3, json\nimport functools\n"),
    "twice": ("X = 1\n", AddImport("json"), "import json\n\nX = 1\n"),
}


@pytest.mark.parametrize(("before", "operation", "after"), ADDED.values(), ids=ADDED.keys())
def test_an_import_is_added_once(before: str, operation: AddImport, after: str) -> None:
    assert fixed(before, lambda _: [(operation,), (operation,)]).text == after


PRAGMAS = {
    "# noqa: PLC0415": "",
    "# noqa: PLC0415,F401": "# noqa: F401",
    "# noqa: F401": "# noqa: F401",
    "# noqa": "# noqa",
    "# pylint: disable=import-outside-toplevel": "",
    "# pylint: disable=import-outside-toplevel,unused-import": "# pylint: disable=unused-import",
    "# lambdalint: ignore": "",
    "# lambdalint: ignore[LMB101]": "",
    "# lambdalint: ignore[LMB101, LMB201]": "# lambdalint: ignore[LMB201]",
    "# noqa: PLC0415  # pylint: disable=C0415": "",
    "# noqa: PLC0415 avoid a cycle": "# avoid a cycle",
    "# heavy  # noqa: PLC0415": "# heavy",
    "# noqa: PLC0415  # heavy": "# heavy",
    "# type: ignore[import]": "# type: ignore[import]",
    "# see #12": "# see #12",
}


@pytest.mark.parametrize(("comment", "left"), PRAGMAS.items())
def test_pragmas_that_excused_the_place_go(comment: str, left: str) -> None:
    assert without_local_pragmas(comment) == left


def test_nothing_but_functions_bounds_the_block() -> None:
    assert isinstance(module("def f(): pass\n").summary.body[0], FunctionDef)
