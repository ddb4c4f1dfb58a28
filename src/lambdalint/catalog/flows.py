"""What passes a value on, and what ends its flow.

Sources: https://docs.python.org/3/library/ (the page of each module) and the libraries' own pages (2026-11-25).
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

SOURCE = "https://docs.python.org/3/library/"
CHECKED = "2026-11-25"

# Functions whose result holds what any of their arguments held.
PROPAGATORS: frozenset[str] = terms(
    "str repr ascii format bytes bytearray memoryview dict list tuple set frozenset sorted reversed iter next",
    "enumerate zip max min vars getattr filter map sum",
    "copy.copy copy.deepcopy typing.cast ast.literal_eval dataclasses.asdict dataclasses.astuple dataclasses.replace",
    "json.dumps json.loads json.load simplejson.dumps simplejson.loads ujson.dumps ujson.loads",
    "orjson.dumps orjson.loads",
    "yaml.dump yaml.safe_dump yaml.safe_load yaml.load tomllib.loads",
    "base64.b64encode base64.b64decode base64.standard_b64encode base64.standard_b64decode base64.urlsafe_b64encode",
    "base64.urlsafe_b64decode base64.b32encode base64.b32decode base64.b16encode base64.b16decode base64.b85encode",
    "base64.b85decode base64.a85encode base64.a85decode base64.encodebytes base64.decodebytes",
    "binascii.hexlify binascii.unhexlify binascii.b2a_base64 binascii.a2b_base64 codecs.encode codecs.decode",
    "gzip.compress gzip.decompress zlib.compress zlib.decompress bz2.compress bz2.decompress",
    "urllib.parse.quote urllib.parse.quote_plus urllib.parse.unquote urllib.parse.unquote_plus urllib.parse.urlencode",
    "urllib.parse.parse_qs urllib.parse.parse_qsl urllib.parse.urljoin urllib.parse.urlparse urllib.parse.urlsplit",
    "urllib.parse.urlunparse urllib.parse.urlunsplit html.unescape",
    "pprint.pformat textwrap.dedent textwrap.indent textwrap.fill textwrap.shorten textwrap.wrap string.Template",
    "io.StringIO io.BytesIO os.path.join os.path.normpath os.path.abspath os.path.expanduser os.fspath pathlib.Path",
    "pathlib.PurePath itertools.chain itertools.islice itertools.chain.from_iterable dict.fromkeys",
    "types.SimpleNamespace",
    "collections.OrderedDict collections.defaultdict collections.ChainMap collections.deque collections.Counter",
    "operator.itemgetter functools.reduce re.split re.findall asyncio.gather asyncio.wait_for asyncio.to_thread",
    "dict.get str.format str.join bytes.fromhex bytearray.fromhex",
)

# Those of them whose result is no text that was put together any more, but what that text stood for: the claims of a
# token that was padded, say.  https://docs.python.org/3/library/base64.html
DECODERS: frozenset[str] = frozenset(name for name in PROPAGATORS if name.startswith("base64.") and "decode" in name)

# Classes and functions that make an answer: it holds what they are given.
# https://www.starlette.io/responses/, https://flask.palletsprojects.com/en/stable/api/#flask.Flask.make_response,
# https://aws.github.io/chalice/api.html#response and
# https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/api_gateway/#fine-grained-responses
ANSWERS: frozenset[str] = terms(
    *(
        f"{owner}.{name}"
        for owner in ("fastapi.responses", "starlette.responses")
        for name in ["Response", "JSONResponse", "HTMLResponse", "PlainTextResponse", "ORJSONResponse", "UJSONResponse"]
    ),
    "fastapi.Response flask.Response flask.jsonify flask.make_response quart.Response quart.jsonify",
    "quart.make_response chalice.Response chalice.app.Response bottle.HTTPResponse",
    "aws_lambda_powertools.event_handler.Response aws_lambda_powertools.event_handler.api_gateway.Response",
)

# Methods whose result holds what their object, or an argument, held.
# https://docs.python.org/3/library/stdtypes.html; model_dump and its kin: https://docs.pydantic.dev/latest/api/base_model/
PROPAGATING_METHODS: frozenset[str] = terms(
    # str and bytes
    "capitalize casefold center decode encode expandtabs format format_map hex join ljust lower lstrip partition",
    "removeprefix removesuffix replace rjust rpartition rsplit rstrip split splitlines strip swapcase title",
    "upper zfill substitute safe_substitute tobytes",
    # dictionaries and sequences
    "copy get items pop popitem setdefault values union intersection difference symmetric_difference",
    # models, files, answers, matches
    "model_dump model_dump_json dict json as_dict to_dict asdict to_json getvalue read readline readlines text",
    "get_secret_value group groups groupdict result",
)

# Functions whose result tells nothing of the value, or binds it to a form that cannot carry an attack.
ENDERS: frozenset[str] = terms(
    "len bool type isinstance issubclass callable hasattr id hash any all int float complex ord abs round range",
    "uuid.UUID decimal.Decimal fractions.Fraction datetime.datetime.fromisoformat datetime.date.fromisoformat",
    "datetime.datetime.strptime datetime.datetime.fromtimestamp datetime.timedelta ipaddress.ip_address",
    "ipaddress.ip_network",
    "hmac.compare_digest hmac.new hmac.digest hmac.HMAC secrets.compare_digest zlib.crc32 zlib.adler32 binascii.crc32",
    "sys.getsizeof operator.length_hint re.match re.fullmatch re.search re.compile().match re.compile().fullmatch",
    "bcrypt.hashpw bcrypt.checkpw argon2.PasswordHasher().hash argon2.PasswordHasher().verify",
    "passlib.hash.bcrypt.hash werkzeug.security.generate_password_hash werkzeug.security.check_password_hash",
    "aws_lambda_powertools.utilities.data_masking.DataMasking().erase",
    "aws_lambda_powertools.utilities.data_masking.DataMasking().encrypt",
)
# Every function of these modules is an ender: digests and ciphers.
ENDER_MODULES: tuple[str, ...] = ("hashlib.", "passlib.", "cryptography.", "Crypto.", "nacl.")

# Methods whose result tells nothing of the value.  `keys` are names: those of an event or of a secret are harmless.
ENDING_METHODS: frozenset[str] = terms(
    "count endswith find index isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable",
    "isspace istitle isupper rfind rindex startswith keys bit_length digest hexdigest is_integer timestamp",
    "issubset issuperset isdisjoint",
)


def ends_flow(path: str) -> bool:
    """Whether a function's result no longer carries what it was given."""
    return path in ENDERS or path.startswith(ENDER_MODULES)


def passes_on(path: str) -> bool:
    """Whether a function's result holds what its arguments held."""
    return path in PROPAGATORS or path in ANSWERS


# --- what makes untrusted input harmless for one kind of sink --------------------------------------

# https://docs.python.org/3/library/shlex.html#shlex.quote, .../html.html#html.escape,
# .../os.path.html#os.path.basename, https://markupsafe.palletsprojects.com/en/stable/escaping/,
# https://werkzeug.palletsprojects.com/en/stable/utils/#werkzeug.utils.secure_filename and
# https://www.psycopg.org/psycopg3/docs/api/sql.html
SANITIZERS: dict[str, frozenset[str]] = {
    "sql": terms(
        "psycopg.sql.Identifier psycopg.sql.Literal psycopg2.sql.Identifier psycopg2.sql.Literal",
        "pymysql.converters.escape_string sqlalchemy.bindparam sqlalchemy.literal",
    ),
    "command": terms("shlex.quote shlex.join pipes.quote subprocess.list2cmdline"),
    "html": terms(
        "html.escape markupsafe.escape markupsafe.Markup.escape bleach.clean nh3.clean cgi.escape",
        "xml.sax.saxutils.escape xml.sax.saxutils.quoteattr django.utils.html.escape jinja2.Template().render",
        "urllib.parse.quote urllib.parse.quote_plus",
    ),
    "path": terms(
        "os.path.basename ntpath.basename posixpath.basename werkzeug.utils.secure_filename pathlib.Path().name",
        "tempfile.mkstemp tempfile.mkdtemp tempfile.NamedTemporaryFile urllib.parse.quote urllib.parse.quote_plus",
        "hashlib.sha256 uuid.uuid5",
    ),
    "url": terms("urllib.parse.quote urllib.parse.quote_plus urllib.parse.urlencode"),
}

# The kinds of sinks for which a function makes its arguments harmless.
SANITIZED: dict[str, tuple[str, ...]] = {
    path: tuple(kind for kind, others in SANITIZERS.items() if path in others)
    for path in sorted({path for others in SANITIZERS.values() for path in others})
}

# What doubles or escapes one of these ends a literal of SQL no more.
SQL_QUOTES: frozenset[str] = frozenset("'\"`")
# Who asks where a host of a URL leads, before it is called, does so to refuse some of the answers.
# https://docs.python.org/3/library/socket.html#socket.getaddrinfo (2026-11-29)
HOST_LOOKUPS: frozenset[str] = terms("socket.getaddrinfo socket.gethostbyname socket.gethostbyname_ex")
HOST_MEMBERS: frozenset[str] = terms("hostname netloc")

# Calls that check an event against a model: what they return is trusted.
# https://docs.pydantic.dev/latest/concepts/models/ and
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/parser/ and .../validation/
PARSERS: frozenset[str] = terms(
    "aws_lambda_powertools.utilities.parser.parse aws_lambda_powertools.utilities.parser.parser.parse",
    "aws_lambda_powertools.utilities.validation.validate jsonschema.validate pydantic.parse_obj_as",
    "pydantic.TypeAdapter().validate_python pydantic.TypeAdapter().validate_json",
)
PARSING_METHODS: frozenset[str] = terms(
    "model_validate model_validate_json model_validate_strings parse_obj parse_raw validate_python validate_json"
)
# Words in the name of a function that checks its arguments or raises, and the names of those that run a command
# whose exit code they check.  https://docs.python.org/3/library/subprocess.html#older-high-level-api
CHECKING_WORDS: frozenset[str] = terms("validate check ensure assert verify injection")
# Of them those whose function, where it returns what it was given, has found it good.
RETURNING_WORDS: frozenset[str] = terms("validate ensure assert verify")
CHECKED_RUNNERS: frozenset[str] = terms("check_call check_output")

# Keywords of methods under which a token is handed over that gives no right, as no other name says it: whoever has the
# token of a subscription may confirm it.  https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
# (2026-11-29)
HANDLES: frozenset[tuple[str, str]] = frozenset({("confirm_subscription", "Token")})
