from __future__ import annotations

import pytest

from fixing import Module, Offer, Operations, fixed, module
from lambdalint.fixes import AddDecorator, AddImport, ExtractFunction, HoistAssignment, HoistImport, MemoizeExpression

S3 = 'boto3.client("s3")'


def memoize(*texts: str, name: str = "_s3", after: tuple[str, ...] = (), otherwise: tuple[str, ...] = ()) -> Offer:
    """Every occurrence of some expressions becomes an accessor."""

    def offer(found: Module) -> list[Operations]:
        operations: list[Operations] = []
        for text in texts:
            for nth in range(20):
                try:
                    span = found.expression(text, nth)
                    operations.append((MemoizeExpression(span, name, after, otherwise=otherwise),))
                except IndexError:
                    break
        return operations

    return offer


MEMOIZED = {
    "before the first definition": (
        'import boto3\n\nTABLE = "x"\n\n\ndef f():\n    s3 = boto3.client("s3")\n    return s3\n',
        'import functools\n\nimport boto3\n\nTABLE = "x"\n\n\n@functools.cache\ndef _s3():\n'
        '    return boto3.client("s3")\n\n\ndef f():\n    s3 = _s3()\n    return s3\n',
        memoize(S3),
    ),
    "what had to break for its length alone gets one row": (
        "import functools\n\n\ndef f(name):\n    if name:\n"
        '        boto3.client("a-very-long-service-name", region_name="eu-west-1").delete_it(\n'
        "            Name=name\n        )\n",
        "import functools\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.client("a-very-long-service-name", region_name="eu-west-1")\n\n\n'
        "def f(name):\n    if name:\n        _s3().delete_it(Name=name)\n",
        memoize('boto3.client("a-very-long-service-name", region_name="eu-west-1")'),
    ),
    "a chain that had to break for its length alone gets one row": (
        "import functools\n\n\ndef f(event):\n    found = (\n"
        '        boto3.resource("dynamodb")\n        .Table(TABLE_NAME)\n'
        '        .get_item(Key={"PK": f"A#{event}", "SK": f"B#{event}"})\n    )\n    return found\n',
        "import functools\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.resource("dynamodb").Table(TABLE_NAME)\n\n\n'
        'def f(event):\n    found = _s3().get_item(Key={"PK": f"A#{event}", "SK": f"B#{event}"})\n    return found\n',
        memoize('boto3.resource("dynamodb")\n        .Table(TABLE_NAME)'),
    ),
    "a chain with a comment stays so, and so does one that was broken all the same": (
        "import functools\n\n\ndef f(event):\n"
        '    print(\n        boto3.client("s3")  # first\n        .head(Key=event)\n    )\n'
        '    found = (\n        boto3.client("s3")\n        .find_it(Bucket=event["bucket"], Key=event["key"])\n    )\n'
        '    return (\n        boto3.client("s3").find(Key=event["keys"]["first-of-all"])["Answer"]["Records"]\n'
        "        + found\n    )\n",
        "import functools\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.client("s3")\n\n\ndef f(event):\n'
        "    print(\n        _s3()  # first\n        .head(Key=event)\n    )\n"
        '    found = (\n        _s3()\n        .find_it(Bucket=event["bucket"], Key=event["key"])\n    )\n'
        '    return _s3().find(Key=event["keys"]["first-of-all"])["Answer"]["Records"] + found\n',
        memoize(S3),
    ),
    "what was broken all the same stays so": (
        'import functools\n\n\ndef f(name):\n    boto3.client("s3").delete_it(\n        Name=name\n    )\n',
        'import functools\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n\n\n'
        "def f(name):\n    _s3().delete_it(\n        Name=name\n    )\n",
        memoize(S3),
    ),
    "above the variables that the first definition sets": (
        "import functools\n\nTABLE = 1\n_kept = None\n_more = 2\n\n\n"
        "def kept():\n    global _kept, _more\n    _kept = _kept or _more\n    return _kept\n\n\n"
        'def f():\n    return boto3.client("s3")\n',
        "import functools\n\nTABLE = 1\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.client("s3")\n\n\n_kept = None\n_more = 2\n\n\n'
        "def kept():\n    global _kept, _more\n    _kept = _kept or _more\n    return _kept\n\n\n"
        "def f():\n    return _s3()\n",
        memoize(S3),
    ),
    "above a remark that speaks of the first definition, but below others": (
        "import functools\n\nTABLE = 1\n\n# Which of the tables is meant is told by the caller.\n\n"
        "# The type of the content is determined for each and every event\n\n\n"
        'def content_type(event):\n    return boto3.client("s3")\n',
        "import functools\n\nTABLE = 1\n\n# Which of the tables is meant is told by the caller.\n\n\n@functools.cache\n"
        'def _s3():\n    return boto3.client("s3")\n\n\n'
        "# The type of the content is determined for each and every event\n\n\n"
        "def content_type(event):\n    return _s3()\n",
        memoize(S3),
    ),
    "above a definition that stands below its place": (
        "import functools\n\n\ndef f():\n    return run(Late())\n\n\nclass Late:\n    pass\n",
        "import functools\n\n\n@functools.cache\ndef _run():\n    return run(Late())\n\n\n"
        "def f():\n    return _run()\n\n\nclass Late:\n    pass\n",
        memoize("run(Late())", name="_run", after=("Late",)),
    ),
    "below a definition that stands above its place": (
        "import functools\n\n\nclass Early:\n    pass\n\n\ndef f():\n    return run(Early())\n",
        "import functools\n\n\nclass Early:\n    pass\n\n\n@functools.cache\ndef _run():\n    return run(Early())\n\n\n"
        "def f():\n    return _run()\n",
        memoize("run(Early())", name="_run", after=("Early",)),
    ),
    "above the string that tells of the first definition": (
        'import functools\n\nTABLE = 1\n\n"""\nWhat f does.\n"""\ndef f():\n    return boto3.client("s3")\n',
        "import functools\n\nTABLE = 1\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.client("s3")\n\n\n"""\nWhat f does.\n"""\ndef f():\n    return _s3()\n',
        memoize(S3),
    ),
    "a comment behind it that speaks of its arguments goes along": (
        'import functools\n\n\ndef f():\n    s3 = boto3.client("s3", region_name="us-east-1")  # us-east-1 has it\n'
        '    return s3\n\n\ndef g():\n    s3 = boto3.client("s3", region_name="us-east-1")  # the east again\n'
        '    return s3\n\n\ndef h():\n    s3 = boto3.client("s3", region_name="us-east-1")  # handed on\n'
        "    return s3\n",
        "import functools\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.client("s3", region_name="us-east-1")  # us-east-1 has it\n\n\n'
        "def f():\n    s3 = _s3()\n    return s3\n\n\ndef g():\n    s3 = _s3()  # the east again\n    return s3\n\n\n"
        "def h():\n    s3 = _s3()  # handed on\n    return s3\n",
        memoize('boto3.client("s3", region_name="us-east-1")'),
    ),
    "below a banner that heads the code": (
        'import functools\n\nLIMIT = 1\n\n\n######\n# Main Code\n######\ndef f():\n    return boto3.client("s3")\n',
        "import functools\n\nLIMIT = 1\n\n\n######\n# Main Code\n######\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.client("s3")\n\n\ndef f():\n    return _s3()\n',
        memoize(S3),
    ),
    "a bracket that had to break for its length alone gets one row, one that was broken all the same keeps its rows": (
        "import functools\n\n\ndef f(event):\n    return run(\n        more=Signer(\n"
        '            boto3.client("s3").list_objects(Bucket=event["the-bucket"], Key=1), 1\n        ),\n'
        '        other=Signer(\n            boto3.client("s3"), 2\n        ),\n    )\n',
        "import functools\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.client("s3")\n\n\ndef f(event):\n    return run(\n'
        '        more=Signer(_s3().list_objects(Bucket=event["the-bucket"], Key=1), 1),\n'
        "        other=Signer(\n            _s3(), 2\n        ),\n    )\n",
        memoize(S3),
    ),
    "above the section of the first definition": (
        "import functools\n\nTABLE = 1\n\n\n# ------\n# Metrics\n# ------\n\n_count = None\n\n\n"
        'def f():\n    global _count\n    _count = 1\n\n\ndef g():\n    return boto3.client("s3")\n',
        "import functools\n\nTABLE = 1\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.client("s3")\n\n\n# ------\n# Metrics\n# ------\n\n_count = None\n\n\n'
        "def f():\n    global _count\n    _count = 1\n\n\ndef g():\n    return _s3()\n",
        memoize(S3),
    ),
    "below a section that is everybody's": (
        "import functools\n\nTABLE = 1\n\n\n# ------\n# Settings\n# ------\nLIMIT = 2\n\n\n"
        'def g():\n    return boto3.client("s3"), TABLE\n',
        "import functools\n\nTABLE = 1\n\n\n# ------\n# Settings\n# ------\nLIMIT = 2\n\n\n@functools.cache\n"
        'def _s3():\n    return boto3.client("s3")\n\n\ndef g():\n    return _s3(), TABLE\n',
        memoize(S3),
    ),
    "equal texts share one": (
        'import functools\nimport boto3\n\n\ndef f():\n    return boto3.client("s3")\n\n\n'
        "def g():\n    return boto3.client( 's3', ).x\n",
        'import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n\n\n'
        "def f():\n    return _s3()\n\n\ndef g():\n    return _s3().x\n",
        memoize(S3, "boto3.client( 's3', )"),
    ),
    "one that is there is used": (
        'from functools import cache\nimport boto3\n\n\n@cache\ndef _storage():\n    return (boto3.client("s3"))\n\n\n'
        'def f():\n    return boto3.client("s3")\n',
        'from functools import cache\nimport boto3\n\n\n@cache\ndef _storage():\n    return (boto3.client("s3"))\n\n\n'
        "def f():\n    return _storage()\n",
        lambda found: [(MemoizeExpression(found.expression(S3, 1), "_s3"),)],
    ),
    "a name that is taken": (
        'import functools as ft\nimport boto3\n\n\ndef f():\n    _s3 = boto3.client("s3")\n    return _s3\n',
        'import functools as ft\nimport boto3\n\n\n@ft.cache\ndef _s3_2():\n    return boto3.client("s3")\n\n\n'
        "def f():\n    _s3 = _s3_2()\n    return _s3\n",
        memoize(S3),
    ),
    "below all that is set up with what it reads": (
        "import functools\nimport boto3\n\n\nclass A:\n    pass\n\n\nREGION = 1\n\nNAME = 2\nlog = g()\n\n"
        "MADE = A()\n\n\ndef f():\n    return boto3.x(REGION)\n",
        "import functools\nimport boto3\n\n\nclass A:\n    pass\n\n\nREGION = 1\n\nNAME = 2\nlog = g()\n\n"
        "MADE = A()\n\n\n@functools.cache\ndef _s3():\n    return boto3.x(REGION)\n\n\ndef f():\n"
        "    return _s3()\n",
        memoize("boto3.x(REGION)", after=("REGION",)),
    ),
    "above what runs the caller when the module is loaded": (
        "import functools\nimport boto3\n\n\nclass A:\n    def __init__(self):\n        self.made = f()\n\n\n"
        "def make():\n    return A()\n\n\nREGION = 1\n\nMADE = [make() for _ in range(2)]\n\n\ndef f():\n"
        "    return boto3.x(REGION)\n",
        "import functools\nimport boto3\n\n\nclass A:\n    def __init__(self):\n        self.made = f()\n\n\n"
        "def make():\n    return A()\n\n\nREGION = 1\n\n\n@functools.cache\ndef _s3():\n"
        "    return boto3.x(REGION)\n\n\nMADE = [make() for _ in range(2)]\n\n\ndef f():\n    return _s3()\n",
        memoize("boto3.x(REGION)", after=("REGION",)),
    ),
    "with the comment that excuses it": (
        'import functools\nimport boto3\n\n\ndef f():\n    s3 = boto3.client("s3")  # type: ignore[x]  # noqa: E1\n'
        '    s4 = boto3.client("s3")  # type: ignore[x]\n    s5 = boto3.client("s3")  # why\n    return s3, s4, s5\n',
        "import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n"
        '    return boto3.client("s3")  # type: ignore[x]  # noqa: E1\n\n\ndef f():\n    s3 = _s3()\n    s4 = _s3()\n'
        "    s5 = _s3()  # why\n    return s3, s4, s5\n",
        memoize(S3),
    ),
    "below what it reads": (
        "import functools\nimport boto3\n\n\ndef g():\n    pass\n\n\nREGION = g()\n\n\ndef f():\n"
        "    return boto3.x(REGION)\n",
        "import functools\nimport boto3\n\n\ndef g():\n    pass\n\n\nREGION = g()\n\n\n@functools.cache\ndef _s3():\n"
        "    return boto3.x(REGION)\n\n\ndef f():\n    return _s3()\n",
        memoize("boto3.x(REGION)", after=("REGION",)),
    ),
    "rows of its own": (
        "import functools\nimport boto3\n\n\ndef f():\n    if 1:\n        s3 = boto3.client(\n"
        "            's3',  # one\n"
        "            b='''x\ny''',\n        )\n        return s3\n",
        "import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n    return boto3.client(\n"
        "        's3',  # one\n"
        "        b='''x\ny''',\n    )\n\n\ndef f():\n    if 1:\n        s3 = _s3()\n        return s3\n",
        memoize("boto3.client(\n            's3',  # one\n            b='''x\ny''',\n        )"),
    ),
    "aligned rows": (
        "import functools\nimport boto3\n\n\ndef f():\n    s3 = boto3.client('s3',\n"
        "                      b=2)\n    return s3\n",
        "import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n    return boto3.client('s3',\n"
        "                        b=2)\n\n\ndef f():\n    s3 = _s3()\n    return s3\n",
        memoize("boto3.client('s3',\n                      b=2)"),
    ),
    "rows outside of its brackets": (
        "import functools\nimport boto3\n\n\ndef f():\n    s3 = (\n        boto3\n        .client('s3')\n"
        "    )\n    return s3\n",
        "import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n    return boto3.client('s3')\n\n\n"
        "def f():\n    s3 = _s3()\n    return s3\n",
        memoize("boto3\n        .client('s3')"),
    ),
    "one blank row between definitions": (
        'import functools\nimport boto3\n\ndef f():\n    return boto3.client("s3")\n',
        'import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n\n\n'
        "def f():\n    return _s3()\n",
        memoize(S3),
    ),
    "under another name than one of the module with an underscore": (
        'import functools\nimport boto3\ns3 = 1\n\n\ndef f():\n    return boto3.client("s3")\n',
        "import functools\nimport boto3\ns3 = 1\n\n\n@functools.cache\ndef _s3_client():\n"
        '    return boto3.client("s3")\n\n\ndef f():\n    return _s3_client()\n',
        memoize(S3, otherwise=("_s3_client",)),
    ),
    "below code that is commented out": (
        'import functools\nimport boto3\n\n# old = boto3.client("s3")\n\n# This one.\ndef f():\n'
        '    return boto3.client("s3")\n',
        'import functools\nimport boto3\n\n# old = boto3.client("s3")\n\n\n@functools.cache\ndef _s3():\n'
        '    return boto3.client("s3")\n'
        "\n\n# This one.\ndef f():\n    return _s3()\n",
        memoize(S3),
    ),
    "above a heading": (
        'import functools\nimport boto3\n\n# Handlers\n\n# This one.\n@deco\ndef f():\n    return boto3.client("s3")\n',
        'import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n'
        "\n\n# Handlers\n\n# This one.\n@deco\ndef f():\n    return _s3()\n",
        memoize(S3),
    ),
    "above a banner": (
        "import functools\nimport boto3\n# --------\n# Models: what is kept\n# --------\n\nclass C:\n"
        '    x = boto3.client("s3")\n',
        'import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n'
        "\n\n# --------\n# Models: what is kept\n# --------\n\nclass C:\n    x = _s3()\n",
        memoize(S3),
    ),
    "blank rows above it stay there": (
        'import functools\nimport boto3\n\n\n\n\ndef f():\n    return boto3.client("s3")\n',
        'import functools\nimport boto3\n\n\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n'
        "\n\ndef f():\n    return _s3()\n",
        memoize(S3),
    ),
    "functools bound to something else": (
        'import boto3\n\nfunctools = 1\n\n\ndef f():\n    return boto3.client("s3")\n',
        "from functools import cache\n\nimport boto3\n\nfunctools = 1\n\n\n@cache\ndef _s3():\n"
        '    return boto3.client("s3")\n\n\ndef f():\n    return _s3()\n',
        memoize(S3),
    ),
    "a word before it": (
        'import functools\nimport boto3\n\n\ndef f():\n    return(boto3.client("s3"))if 1else 2\n',
        'import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n\n\n'
        "def f():\n    return(_s3())if 1else 2\n",
        memoize(S3),
    ),
    "tabs": (
        'import functools\nimport boto3\n\n\ndef f():\n\treturn boto3.client("s3")\n',
        'import functools\nimport boto3\n\n\n@functools.cache\ndef _s3():\n\treturn boto3.client("s3")\n\n\n'
        "def f():\n\treturn _s3()\n",
        memoize(S3),
    ),
    "no import yet": (
        '"""Doc."""\n\ndef f(boto3):\n    return boto3.client("s3")\n',
        '"""Doc."""\n\nimport functools\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n\n\n'
        "def f(boto3):\n    return _s3()\n",
        memoize(S3),
    ),
    "nothing above": (
        'def f(boto3):\n    return boto3.client("s3")\n',
        'import functools\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n\n\n'
        "def f(boto3):\n    return _s3()\n",
        memoize(S3),
    ),
    "with the import that it needs": (
        'def f():\n    import boto3\n    return boto3.client("s3")\n',
        'import functools\n\nimport boto3\n\n\n@functools.cache\ndef _s3():\n    return boto3.client("s3")\n\n\n'
        "def f():\n    return _s3()\n",
        lambda found: [(HoistImport(found.statement("import boto3")), MemoizeExpression(found.expression(S3), "_s3"))],
    ),
    "another decorator": (
        'import boto3\n\n\ndef f():\n    return boto3.client("s3")\n',
        "import functools\n\nimport boto3\n\n\n@functools.lru_cache(maxsize=None)\ndef _s3():\n"
        '    return boto3.client("s3")\n\n\ndef f():\n    return _s3()\n',
        lambda found: [
            (MemoizeExpression(found.expression(S3), "_s3", decorator="functools.lru_cache", arguments="maxsize=None"),)
        ],
    ),
}


@pytest.mark.parametrize(("before", "after", "offer"), MEMOIZED.values(), ids=MEMOIZED.keys())
def test_expressions_become_accessors(before: str, after: str, offer: Offer) -> None:
    result = fixed(before, offer)
    assert result.text == after
    assert not result.skipped


def test_accessors_are_sorted_whatever_the_rounds() -> None:
    before = (
        'import boto3\n\n\ndef f():\n    return boto3.client("sqs")\n\n\n'
        'def g():\n    return boto3.client("s3")\n\n\ndef h():\n    return boto3.client("sns")\n'
    )

    def offer(found: Module, *services: str) -> list[Operations]:
        return [
            (MemoizeExpression(found.expression(f'boto3.client("{service}")'), f"_{service}"),) for service in services
        ]

    at_once = fixed(before, lambda found: offer(found, "s3", "sns", "sqs")).text
    text = before
    for service in ("sns", "sqs", "s3"):
        text = fixed(text, lambda found, service=service: offer(found, service)).text  # type: ignore[misc]
    assert text == at_once
    assert at_once.index("def _s3") < at_once.index("def _sns") < at_once.index("def _sqs") < at_once.index("def f")


BLOCKS = {
    "in one block below what the last needs": (
        "import functools\nimport boto3\n\n\ndef options():\n    return 1\n\n\nREGION = 2\n\n"
        'ssm = boto3.client("ssm", options())\n\n\ndef f():\n    return boto3.x(REGION), boto3.y()\n',
        "import functools\nimport boto3\n\n\ndef options():\n    return 1\n\n\nREGION = 2\n\n"
        'ssm = boto3.client("ssm", options())\n\n\n@functools.cache\ndef _x():\n    return boto3.x(REGION)\n\n\n'
        "@functools.cache\ndef _y():\n    return boto3.y()\n\n\ndef f():\n    return _x(), _y()\n",
    ),
    "above a definition that calls it": (
        "import functools\nimport boto3\n\n\ndef options():\n    return boto3.y()\n\n\nREGION = 2\n\n"
        'ssm = boto3.client("ssm", options())\n\n\ndef f():\n    return boto3.x(REGION), boto3.y()\n',
        "import functools\nimport boto3\n\n\n@functools.cache\ndef _y():\n    return boto3.y()\n\n\n"
        'def options():\n    return _y()\n\n\nREGION = 2\n\nssm = boto3.client("ssm", options())\n\n\n'
        "@functools.cache\ndef _x():\n    return boto3.x(REGION)\n\n\ndef f():\n    return _x(), _y()\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), BLOCKS.values(), ids=BLOCKS.keys())
def test_accessors_stand_in_one_block_where_they_can(before: str, after: str) -> None:
    def offer(found: Module) -> list[Operations]:
        made = [span for span, text in found.spans() if text == "boto3.y()"]
        operations = [MemoizeExpression(found.expression("boto3.x(REGION)"), "_x", after=("REGION",))]
        return [(one,) for one in (*operations, *(MemoizeExpression(span, "_y") for span in made))]

    assert fixed(before, offer).text == after


def test_two_values_of_one_name_get_two_names() -> None:
    before = 'import boto3\n\n\ndef f():\n    return boto3.client("a"), boto3.client("b")\n'
    result = fixed(before, memoize('boto3.client("a")', 'boto3.client("b")'))
    assert "return _s3(), _s3_2()" in result.text


HOISTED = {
    "below the constants": (
        'import boto3\n\nTABLE = "x"\n\n\ndef f():\n    s3 = boto3.client("s3")  # storage\n    return s3\n',
        'import boto3\n\nTABLE = "x"\ns3 = boto3.client("s3")  # storage\n\n\ndef f():\n    return s3\n',
        ("s3 =",),
        (),
    ),
    "below the imports": (
        'import boto3\n\n\ndef f():\n    # storage\n    s3 = boto3.client("s3")\n\n    return s3\n',
        'import boto3\n\n# storage\ns3 = boto3.client("s3")\n\n\ndef f():\n    return s3\n',
        ("s3 =",),
        (),
    ),
    "below what they read": (
        "import boto3\n\n\ndef g():\n    pass\n\n\nR = g()\nQ = 1\n\n\ndef f():\n    a = R\n    b = a\n    return b\n",
        "import boto3\n\n\ndef g():\n    pass\n\n\nR = g()\na = R\nb = a\nQ = 1\n\n\ndef f():\n    return b\n",
        ("a =", "b ="),
        ("R",),
    ),
    "rows of their own": (
        "import boto3\n\n\ndef f():\n    if 1:\n        s3 = boto3.client(\n            's3',\n        )\n"
        "        return s3\n",
        "import boto3\n\ns3 = boto3.client(\n    's3',\n)\n\n\ndef f():\n    if 1:\n        return s3\n",
        ("s3 =",),
        (),
    ),
    "below a compound statement": (
        "import boto3\n\nif boto3:\n    R = 1\n\n\ndef f():\n    a = 1\n    return a\n",
        "import boto3\n\nif boto3:\n    R = 1\n\na = 1\n\n\ndef f():\n    return a\n",
        ("a =",),
        (),
    ),
    "nothing above": ("def f():\n    a = 1\n    return a\n", "a = 1\n\n\ndef f():\n    return a\n", ("a =",), ()),
    "equal ones once": (
        "import x\n\n\ndef f():\n    a = x.y\n    return a\n\n\ndef g():\n    a = x.y\n    return a\n",
        "import x\n\na = x.y\n\n\ndef f():\n    return a\n\n\ndef g():\n    return a\n",
        ("a =", "a ="),
        (),
    ),
    "emptied": ("import x\n\n\ndef f():\n    a = x.y\n", "import x\n\na = x.y\n\n\ndef f():\n    pass\n", ("a =",), ()),
}


@pytest.mark.parametrize(("before", "after", "texts", "reads"), HOISTED.values(), ids=HOISTED.keys())
def test_assignments_move_to_module_level(
    before: str, after: str, texts: tuple[str, ...], reads: tuple[str, ...]
) -> None:
    def offer(found: Module) -> list[Operations]:
        spans = tuple(found.statement(text, texts[:nth].count(text)) for nth, text in enumerate(texts))
        return [(HoistAssignment(spans, reads),)]

    result = fixed(before, offer)
    assert result.text == after
    assert result.applied == (0,)


def test_an_assignment_with_the_import_and_accessor_beside_it() -> None:
    before = '"""Doc."""\n\n\ndef f():\n    import boto3\n    a = boto3.x\n    return a, boto3.client("s3")\n'

    def offer(found: Module) -> list[Operations]:
        return [
            (HoistImport(found.statement("import boto3")),),
            (HoistAssignment((found.statement("a ="),)),),
            (MemoizeExpression(found.expression(S3), "_s3"),),
        ]

    assert fixed(before, offer).text == (
        '"""Doc."""\n\nimport functools\n\nimport boto3\n\na = boto3.x\n\n\n@functools.cache\ndef _s3():\n'
        '    return boto3.client("s3")\n\n\ndef f():\n    return a, _s3()\n'
    )


def test_one_name_is_not_hoisted_for_two_values() -> None:
    before = "import x\n\n\ndef f():\n    a = x.y\n    return a\n\n\ndef g():\n    a = x.z\n    return a\n"
    result = fixed(before, lambda m: [(HoistAssignment((m.statement("a =", nth),)),) for nth in (0, 1)])
    assert result.applied == (0,)
    assert result.skipped == ((1, "`a` is bound to another value at module level"),)


def test_statements_become_a_function() -> None:
    before = (
        "import json\nimport boto3\n\n\ndef handler(event, context):\n"
        '    client = boto3.client("secretsmanager")\n'
        '    raw = client.get_secret_value(SecretId="x")  # fetch\n'
        '    secret = json.loads(raw["SecretString"])\n'
        "    return client, secret\n"
    )

    def offer(found: Module) -> list[Operations]:
        return [
            (
                ExtractFunction(
                    (found.statement("raw ="), found.statement("secret =")),
                    "_secret",
                    returns=("secret",),
                    copied=(found.statement("client ="),),
                    decorator="functools.lru_cache",
                    arguments="",
                ),
            )
        ]

    assert fixed(before, offer).text == (
        "import functools\nimport json\nimport boto3\n\n\n@functools.lru_cache()\ndef _secret():\n"
        '    client = boto3.client("secretsmanager")\n'
        '    raw = client.get_secret_value(SecretId="x")  # fetch\n'
        '    secret = json.loads(raw["SecretString"])\n'
        "    return secret\n\n\ndef handler(event, context):\n"
        '    client = boto3.client("secretsmanager")\n'
        "    secret = _secret()\n"
        "    return client, secret\n"
    )


def test_a_return_becomes_a_function() -> None:
    before = "import functools\n\n\ndef f():\n    a = g()\n    return a.b\n"
    offer: Offer = lambda m: [(ExtractFunction((m.statement("a ="), m.statement("return")), "_a"),)]  # noqa: E731
    assert fixed(before, offer).text == (
        "import functools\n\n\n@functools.cache\ndef _a():\n    a = g()\n    return a.b\n\n\ndef f():\n"
        "    return _a()\n"
    )


def test_a_decorator_is_spelt_as_the_module_imports_it() -> None:
    def offer(found: Module) -> list[Operations]:
        definition = found.statement("def f")
        return [(AddDecorator(definition, "functools.lru_cache()", "functools.lru_cache"),)] * 2

    assert fixed("class C:\n    @a\n    def f(): pass\n", offer).text == (
        "import functools\n\n\nclass C:\n    @a\n    @functools.lru_cache()\n    def f(): pass\n"
    )
    assert fixed("from functools import lru_cache as lc\n\n\ndef f(): pass\n", offer).text == (
        "from functools import lru_cache as lc\n\n\n@lc()\ndef f(): pass\n"
    )
    assert fixed("from functools import lru_cache as lc\n\n\n@lc()\ndef f(): pass\n", offer).text == (
        "from functools import lru_cache as lc\n\n\n@lc()\ndef f(): pass\n"
    )


def test_an_added_import_shares_the_row_of_a_hoisted_one() -> None:
    before = "from functools import wraps\n\n\ndef f():\n    from functools import partial\n    return partial\n"
    offer: Offer = lambda m: [  # noqa: E731
        (HoistImport(m.statement("from functools import partial")), AddImport("functools", "cache")),
    ]
    assert fixed(before, offer).text.startswith("from functools import cache, partial, wraps\n")
    assert module(before)
