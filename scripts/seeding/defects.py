"""The defects that are seeded: for each default rule the shapes that its page calls bad."""

from __future__ import annotations

from seeding.defect import Defect

CORE = ("LMB101", "LMB201", "LMB401", "LMB402", "LMB403")


_LAZY = "a conditional import is a lazy load of a rarely used dependency"
_LAZY_IMPORT = {"if": _LAZY, "else": _LAZY, "except": _LAZY, "match": _LAZY}
_OTHER_FUNCTION = "the rule looks at displays that are returned or bound in the same function"
_ONE_FUNCTION = {
    "value: helper's return": _OTHER_FUNCTION,
    "value: helper in another module": _OTHER_FUNCTION,
    "value: method's return": _OTHER_FUNCTION,
    "value: helper's parameter": _OTHER_FUNCTION,
}

_THREAD = {"thread pool": "in a thread of its own the loop leaves the main thread's policy alone"}

_SAM = """Resources:
  Seeded:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: .
      Handler: HANDLER
"""

DEFECTS: tuple[Defect, ...] = (
    # --- imports ---
    Defect("LMB101", "standard library", "import csv", statement=True, silent=_LAZY_IMPORT),
    Defect("LMB101", "third party", "import yaml as seed_yaml", statement=True, silent=_LAZY_IMPORT),
    Defect("LMB101", "from", "from decimal import Decimal as SeedDecimal", statement=True, silent=_LAZY_IMPORT),
    Defect("LMB101", "dotted", "import xml.etree.ElementTree as seed_tree", statement=True, silent=_LAZY_IMPORT),
    Defect(
        "LMB101",
        "several",
        "from itertools import chain as seed_a, count as seed_b",
        statement=True,
        silent=_LAZY_IMPORT,
    ),
    Defect(
        "LMB102",
        "check_call",
        "MEMBER(['pip', 'install', '-t', '/tmp/deps', 'rapidfuzz'])",
        "subprocess",
        "check_call",
        keywords="MEMBER(args=['pip', 'install', '-t', '/tmp/deps', 'rapidfuzz'])",
    ),
    Defect("LMB102", "os.system", "MEMBER('pip install rapidfuzz -t /tmp/deps')", "os", "system"),
    # --- clients ---
    Defect("LMB201", "boto3.client", "MEMBER('s3')", "boto3", "client", keywords="MEMBER(service_name='s3')"),
    Defect(
        "LMB201",
        "boto3.resource",
        "MEMBER('dynamodb').Table('orders').scan()",
        "boto3",
        "resource",
        keywords="MEMBER(service_name='dynamodb').Table(name='orders').scan()",
    ),
    Defect(
        "LMB201",
        "session's client",
        "MEMBER().client('sqs')",
        "boto3",
        "Session",
        keywords="MEMBER(region_name='eu-west-1').client(service_name='sqs')",
    ),
    Defect("LMB201", "requests.Session", "MEMBER()", "requests", "Session"),
    Defect(
        "LMB201",
        "redis.Redis",
        "MEMBER('cache.internal', socket_timeout=2)",
        "redis",
        "Redis",
        keywords="MEMBER(host='cache.internal', socket_timeout=2)",
    ),
    Defect(
        "LMB201",
        "pymongo.MongoClient",
        "MEMBER('mongodb://db.internal')",
        "pymongo",
        "MongoClient",
        keywords="MEMBER(host='mongodb://db.internal')",
    ),
    Defect(
        "LMB201",
        "create_engine",
        "MEMBER('sqlite://')",
        "sqlalchemy",
        "create_engine",
        keywords="MEMBER(url='sqlite://')",
    ),
    Defect(
        "LMB203",
        "requests.get",
        "MEMBER('https://rates.example.com')",
        "requests",
        "get",
        keywords="MEMBER(url='https://rates.example.com')",
    ),
    Defect(
        "LMB203",
        "urlopen",
        "MEMBER('https://rates.example.com')",
        "urllib.request",
        "urlopen",
        keywords="MEMBER(url='https://rates.example.com')",
    ),
    Defect(
        "LMB203",
        "create_connection",
        "MEMBER(('db.internal', 5432))",
        "socket",
        "create_connection",
        keywords="MEMBER(address=('db.internal', 5432))",
    ),
    Defect(
        "LMB204",
        "AsyncClient",
        "asyncio.run(seed_price('a'))",
        "httpx",
        "AsyncClient",
        "import asyncio\nseed_client = MEMBER(timeout=5)@@\n"
        "async def seed_price(sku):\n    return await seed_client.get('https://prices.example.com/' + sku)",
    ),
    Defect(
        "LMB205",
        "invoke",
        "seed_functions.invoke(FunctionName='invoices', Payload=b'{}')",
        "boto3",
        "client",
        "seed_functions = MEMBER('lambda')",
        keywords="seed_functions.invoke(FunctionName='invoices', InvocationType='RequestResponse')",
    ),
    # --- adapters ---
    Defect(
        "LMB301",
        "no lifespan",
        "",
        "mangum",
        "Mangum",
        "import fastapi\nseed_app = fastapi.FastAPI()\nseed_adapter = MEMBER(seed_app)@@",
        tail="if EVENT.get('seed'):\n    return seed_adapter(EVENT, CONTEXT)",
        keywords="seed_adapter = MEMBER(app=seed_app, lifespan='auto')@@",
    ),
    Defect(
        "LMB302",
        "lifespan off",
        "",
        "mangum",
        "Mangum",
        "import contextlib\nimport fastapi\n@contextlib.asynccontextmanager\n"
        "async def seed_lifespan(app):@@\n    app.state.rates = 1\n    yield\n"
        "seed_app = fastapi.FastAPI(lifespan=seed_lifespan)\nseed_adapter = MEMBER(seed_app, lifespan='off')",
        tail="if EVENT.get('seed'):\n    return seed_adapter(EVENT, CONTEXT)",
    ),
    Defect(
        "LMB303",
        "Mangum",
        "MEMBER(seed_app, lifespan='off')",
        "mangum",
        "Mangum",
        "import fastapi\nseed_app = fastapi.FastAPI()",
        keywords="MEMBER(app=seed_app, lifespan='off')",
    ),
    Defect("LMB303", "resolver", "MEMBER()", "aws_lambda_powertools.event_handler", "APIGatewayRestResolver"),
    Defect(
        "LMB304",
        "run beside adapter",
        "asyncio.run(seed_refresh())",
        "mangum",
        "Mangum",
        "import asyncio\nimport fastapi\nseed_app = fastapi.FastAPI()\n"
        "seed_adapter = MEMBER(seed_app, lifespan='off')\nasync def seed_refresh():\n    return 12",
        silent=_THREAD,
        tail="if EVENT.get('seed'):\n    return seed_adapter(EVENT, CONTEXT)",
    ),
    # --- secrets ---
    Defect(
        "LMB401",
        "get_secret_value",
        "seed_store.get_secret_value(SecretId='partner')['SecretString']",
        "boto3",
        "client",
        "seed_store = MEMBER('secretsmanager')",
    ),
    Defect(
        "LMB401",
        "get_parameter",
        "seed_store.get_parameter(Name='/partner/key', WithDecryption=True)",
        "boto3",
        "client",
        "seed_store = MEMBER('ssm')",
    ),
    Defect(
        "LMB401",
        "plain parameter",
        "seed_store.get_parameters(Names=['/partner/url'])['Parameters'][0]",
        "boto3",
        "client",
        "seed_store = MEMBER('ssm')",
    ),
    Defect(
        "LMB401",
        "client made inline",
        "MEMBER('secretsmanager').get_secret_value(SecretId='partner')",
        "boto3",
        "client",
        keywords="MEMBER(service_name='secretsmanager').get_secret_value(SecretId='partner')",
    ),
    Defect("LMB402", "printed variable", "print('key', VALUE)", "os", "environ", value="MEMBER['SEED_API_TOKEN']"),
    Defect(
        "LMB402",
        "logged getenv",
        "seed_log.info('key %s', VALUE)",
        "os",
        "getenv",
        "import logging\nseed_log = logging.getLogger()",
        value="MEMBER('SEED_DB_PASSWORD')",
    ),
    Defect(
        "LMB402",
        "logged secret",
        "seed_log.warning('got %s', VALUE)",
        "boto3",
        "client",
        "import logging\nseed_log = logging.getLogger(__name__)\nseed_store = MEMBER('secretsmanager')",
        value="seed_store.get_secret_value(SecretId='partner')['SecretString']",
    ),
    Defect(
        "LMB402",
        "Powertools",
        "seed_log.info('got', extra={'seed': VALUE})",
        "aws_lambda_powertools.utilities.parameters",
        "get_secret",
        "from aws_lambda_powertools import Logger as SeedLogger\nseed_log = SeedLogger()",
        value="MEMBER('partner')",
    ),
    Defect(
        "LMB403",
        "logger",
        "seed_log.info('got %s', VALUE)",
        "logging",
        "getLogger",
        "seed_log = MEMBER()",
        value="EVENT",
        keywords="seed_log.info(msg=VALUE)",
    ),
    Defect("LMB403", "print", "print(VALUE)", value="EVENT"),
    Defect("LMB403", "logging", "MEMBER('seeded %s', VALUE)", "logging", "info", value="EVENT"),
    Defect("LMB403", "body", "print('body', VALUE)", value="EVENT['body']"),
    Defect("LMB403", "headers", "print('headers', VALUE)", value="EVENT.get('headers')"),
    Defect(
        "LMB404",
        "body",
        "return {'statusCode': 200, 'body': VALUE}",
        "os",
        "environ",
        value="MEMBER['SEED_DB_PASSWORD']",
        statement=True,
        returns=True,
    ),
    Defect("LMB405", "name", "str(SEED_API_KEY)", before="SEED_API_KEY = 'mk-live-77f0c1b2a9'@@"),
    Defect(
        "LMB405",
        "keyword",
        "MEMBER('s3', aws_secret_access_key='wJalrXUtnFEMIK7MDENGbPxRfiCYzzAbCdEfGhIj')",
        "boto3",
        "client",
    ),
    Defect(
        "LMB407",
        "SAM",
        template=_SAM + "      Environment:\n        Variables:\n          SEED_API_KEY: mk-live-77b0e1c4d9@@\n",
    ),
    # --- logging ---
    Defect(
        "LMB503",
        "basicConfig",
        "",
        "logging",
        "basicConfig",
        "MEMBER(level='INFO')@@",
        keywords="MEMBER(level=20, format='%(message)s')@@",
    ),
    Defect("LMB503", "in INVOKE code", "MEMBER(level='INFO')", "logging", "basicConfig"),
    Defect(
        "LMB504",
        "StreamHandler",
        "seed_log.addHandler(MEMBER())",
        "logging",
        "StreamHandler",
        "import logging as seed_logging\nseed_log = seed_logging.getLogger('seeded')",
        keywords="seed_log.addHandler(hdlr=MEMBER(stream=None))",
    ),
    # --- execution environment ---
    Defect("LMB601", "append", "SEED_SEEN.append(1)", before="SEED_SEEN = []"),
    Defect("LMB601", "item", "SEED_SEEN[EVENT['id']] = EVENT", before="SEED_SEEN = {}", statement=True),
    Defect("LMB602", "open", "open('report.csv', 'w').write('a')", keywords="open(file='report.csv', mode='w')"),
    Defect(
        "LMB602",
        "write_text",
        "MEMBER('out/report.csv').write_text('a')",
        "pathlib",
        "Path",
        keywords="MEMBER('out/report.csv').write_text(data='a')",
    ),
    Defect("LMB604", "thread", "MEMBER(target=print).start()", "threading", "Thread"),
    Defect("LMB605", "Pool", "MEMBER(2)", "multiprocessing", "Pool", keywords="MEMBER(processes=2)"),
    Defect(
        "LMB605",
        "ProcessPoolExecutor",
        "MEMBER()",
        "concurrent.futures",
        "ProcessPoolExecutor",
        keywords="MEMBER(max_workers=2)",
    ),
    Defect(
        "LMB606",
        "event",
        "seed_tenant(EVENT)",
        "functools",
        "lru_cache",
        "@MEMBER(maxsize=None)\ndef seed_tenant(event):\n    return len(event)",
        keywords="seed_tenant(event=EVENT)",
    ),
    Defect("LMB607", "uuid4", "str(SEED_ID)", "uuid", "uuid4", "SEED_ID = str(MEMBER())@@"),
    Defect("LMB607", "now", "SEED_NOW.isoformat()", "datetime", "datetime", "SEED_NOW = MEMBER.now()@@"),
    Defect("LMB609", "exit", "MEMBER(1)", "sys", "exit"),
    Defect(
        "LMB610",
        "lru_cache",
        "asyncio.run(seed_rate('EUR'))",
        "functools",
        "lru_cache",
        "import asyncio\n@MEMBER@@\nasync def seed_rate(currency):@@\n    return 1",
    ),
    # --- the handler's contract ---
    Defect("LMB701", "async def", signature="async "),
    Defect("LMB702", "one parameter", signature="one parameter", template=_SAM),
    Defect("LMB703", "request_id", "str(CONTEXT.request_id)"),
    Defect("LMB704", "set", "return {'id': 1, 'seen': VALUE}", value="{1, 2}", statement=True, returns=True),
    Defect(
        "LMB704",
        "datetime",
        "return {'id': 1, 'at': VALUE}",
        "datetime",
        "datetime",
        value="MEMBER.now()",
        statement=True,
        returns=True,
    ),
    Defect(
        "LMB705",
        "dict",
        "return {'statusCode': 200, 'body': VALUE}",
        value="{'id': 1}",
        statement=True,
        returns=True,
        silent=_ONE_FUNCTION,
    ),
    Defect(
        "LMB706",
        "pass",
        "try:\n    seed_store()\nexcept Exception:@@\n    pass",
        statement=True,
        before="def seed_store():\n    raise RuntimeError('full')",
    ),
    Defect(
        "LMB706",
        "bare",
        "try:\n    seed_store()\nexcept:@@\n    pass",
        statement=True,
        before="def seed_store():\n    raise RuntimeError('full')",
    ),
    Defect("LMB707", "item", "MEMBER['AWS_REGION'] = 'eu-west-1'", "os", "environ", statement=True),
    Defect("LMB707", "setdefault", "MEMBER.setdefault('AWS_REGION', 'eu-west-1')", "os", "environ"),
    Defect("LMB708", "typing error", template=_SAM.replace("HANDLER", "HANDLER_typo@@")),
    Defect(
        "LMB709",
        "put_metric_data",
        "seed_watch.put_metric_data(Namespace='AWS/Orders', MetricData=[])",
        "boto3",
        "client",
        "seed_watch = MEMBER('cloudwatch')",
    ),
    # --- configuration ---
    Defect("LMB801", "environ", "MEMBER['SEED_UNDECLARED']", "os", "environ", template=_SAM),
    Defect(
        "LMB803",
        "getenv",
        "",
        "os",
        "getenv",
        "import pydantic_settings\nclass SeedSettings(pydantic_settings.BaseSettings):\n"
        "    seed_key: str = MEMBER('SEED_KEY')@@\n    stage: str = 'dev'",
    ),
    Defect("LMB904", "not YAML", template="{% set stage = 'dev' %}@@\n" + _SAM),
)
