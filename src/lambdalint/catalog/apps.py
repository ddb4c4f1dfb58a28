"""Web frameworks and the adapters that put them behind Lambda: applications, routes, hooks, lifespans.

Names were read in the installed libraries on `CHECKED`; each framework's row carries the URL of its documentation.
"""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"


class Framework(NamedTuple):
    """The classes of one framework whose objects register functions, and how they do it.

    `classes` make an application or a part of one, `constructors` those of them that are worth making once (LMB303).
    `routes` are methods used as decorators that make a function run when a request comes, `hooks` the same for code
    around each request, `startup` for code that runs when the application starts or stops.  `adders` are methods
    that take the function as an argument: method name to (position, keyword).  `is_handler` marks applications whose
    object, or whose `resolve`, is itself the Lambda handler.
    """

    name: str
    classes: frozenset[str]
    constructors: frozenset[str]
    routes: frozenset[str]
    hooks: frozenset[str]
    startup: frozenset[str]
    adders: dict[str, tuple[int, str]]
    is_handler: bool
    source: str


_VERBS = "get post put patch delete head options"
MIDDLEWARES = "middlewares"
"""The keyword by which Powertools' `use` and its routes take a list of middleware."""
REQUEST_METHODS: tuple[str, ...] = (*_VERBS.split(), "trace", "on_connect", "on_receive", "dispatch_request")
"""The methods of class-based views that answer a request.

https://www.starlette.io/endpoints/, https://flask.palletsprojects.com/en/stable/views/ and
https://docs.djangoproject.com/en/stable/ref/class-based-views/base/
"""
_RESOLVERS = "aws_lambda_powertools.event_handler."
_POWERTOOLS = "https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/"
_HTTP_RESOLVERS = """APIGatewayRestResolver APIGatewayHttpResolver ApiGatewayResolver ALBResolver
    LambdaFunctionUrlResolver VPCLatticeResolver VPCLatticeV2Resolver HttpResolver HttpResolverLocal
    BedrockAgentResolver"""


def _below(prefix: str, names: str) -> frozenset[str]:
    return frozenset(prefix + name for name in names.split())


_HTTP_RESOLVER_PATHS = (
    _below(_RESOLVERS, _HTTP_RESOLVERS)
    | _below(
        _RESOLVERS + "api_gateway.",
        "APIGatewayRestResolver APIGatewayHttpResolver ApiGatewayResolver ALBResolver",
    )
    | _below(_RESOLVERS + "vpc_lattice.", "VPCLatticeResolver VPCLatticeV2Resolver")
    | _below(_RESOLVERS, "lambda_function_url.LambdaFunctionUrlResolver bedrock_agent.BedrockAgentResolver")
)
_GRAPHQL_PATHS = _below(_RESOLVERS, "AppSyncResolver appsync.AppSyncResolver")
_EVENTS_PATHS = _below(_RESOLVERS, "AppSyncEventsResolver events_appsync.appsync_events.AppSyncEventsResolver")
_TOOL_PATHS = _below(_RESOLVERS, "BedrockAgentFunctionResolver bedrock_agent_function.BedrockAgentFunctionResolver")
_FASTAPI = terms("fastapi.FastAPI fastapi.applications.FastAPI")
_STARLETTE = terms("starlette.applications.Starlette")
_FLASK = terms("flask.Flask flask.app.Flask")
_QUART = terms("quart.Quart quart.app.Quart")
_CHALICE = terms("chalice.Chalice chalice.app.Chalice")
_BOTTLE = terms("bottle.Bottle")
_FALCON = terms("falcon.App falcon.app.App falcon.asgi.App falcon.asgi.app.App falcon.API")
_LITESTAR = terms("litestar.Litestar litestar.app.Litestar")
_SLACK = terms("slack_bolt.App slack_bolt.app.App slack_bolt.app.app.App")

FRAMEWORKS: tuple[Framework, ...] = (
    Framework(
        "FastAPI",
        _FASTAPI | terms("fastapi.APIRouter fastapi.routing.APIRouter"),
        _FASTAPI,
        terms(_VERBS, "trace route api_route"),
        terms("middleware exception_handler"),
        terms("on_event"),
        {
            "add_api_route": (1, "endpoint"),
            "add_route": (1, "endpoint"),
            "add_exception_handler": (1, "handler"),
        },
        False,
        "https://fastapi.tiangolo.com/reference/fastapi/",
    ),
    Framework(
        "Starlette",
        _STARLETTE | terms("starlette.routing.Router"),
        _STARLETTE,
        terms("route"),
        terms("middleware exception_handler"),
        terms("on_event"),
        {
            "add_route": (1, "route"),
            "add_exception_handler": (1, "handler"),
        },
        False,
        "https://www.starlette.io/applications/",
    ),
    Framework(
        "Flask",
        _FLASK | terms("flask.Blueprint flask.blueprints.Blueprint"),
        _FLASK,
        terms(_VERBS, "route endpoint"),
        terms(
            "before_request after_request teardown_request errorhandler context_processor url_value_preprocessor",
            "url_defaults teardown_appcontext template_filter template_global template_test",
            "before_app_request after_app_request teardown_app_request app_context_processor app_errorhandler",
        ),
        terms("before_first_request record record_once"),
        {"add_url_rule": (2, "view_func"), "register_error_handler": (1, "f")},
        False,
        "https://flask.palletsprojects.com/en/stable/api/",
    ),
    Framework(
        "Quart",
        _QUART | terms("quart.Blueprint quart.blueprints.Blueprint"),
        _QUART,
        terms(_VERBS, "route endpoint websocket"),
        terms("before_request after_request teardown_request errorhandler before_websocket after_websocket"),
        terms("before_serving after_serving while_serving"),
        {"add_url_rule": (2, "view_func"), "add_websocket": (2, "view_func")},
        False,
        "https://quart.palletsprojects.com/en/latest/reference/",
    ),
    Framework(
        "Chalice",
        _CHALICE | terms("chalice.Blueprint chalice.app.Blueprint"),
        _CHALICE,
        terms(
            "route authorizer schedule lambda_function on_s3_event on_sns_message on_sqs_message on_kinesis_record",
            "on_dynamodb_record on_cw_event on_ws_connect on_ws_message on_ws_disconnect",
        ),
        terms("middleware"),
        frozenset(),
        {"register_middleware": (0, "func")},
        True,
        "https://aws.github.io/chalice/api.html",
    ),
    Framework(
        "Powertools resolver",
        _HTTP_RESOLVER_PATHS
        | _below(_RESOLVERS, "api_gateway.Router router.Router router.APIGatewayRouter router.APIGatewayHttpRouter")
        | _below(_RESOLVERS, "router.LambdaFunctionUrlRouter router.ALBRouter"),
        _HTTP_RESOLVER_PATHS,
        terms(_VERBS, "route"),
        terms("exception_handler not_found"),
        frozenset(),
        {"use": (0, MIDDLEWARES)},
        True,
        _POWERTOOLS + "api_gateway/",
    ),
    Framework(
        "Powertools AppSync resolver",
        _GRAPHQL_PATHS | _below(_RESOLVERS, "appsync.Router graphql_appsync.router.Router"),
        _GRAPHQL_PATHS,
        terms("resolver batch_resolver async_batch_resolver"),
        terms("exception_handler"),
        frozenset(),
        {},
        True,
        _POWERTOOLS + "appsync/",
    ),
    Framework(
        "Powertools AppSync Events resolver",
        _EVENTS_PATHS | _below(_RESOLVERS, "events_appsync.router.Router"),
        _EVENTS_PATHS,
        terms("on_publish async_on_publish on_subscribe"),
        frozenset(),
        frozenset(),
        {},
        True,
        _POWERTOOLS + "appsync_events/",
    ),
    Framework(
        "Powertools Bedrock agent resolver",
        _TOOL_PATHS,
        _TOOL_PATHS,
        terms("tool"),
        frozenset(),
        frozenset(),
        {},
        True,
        _POWERTOOLS + "bedrock_agents/",
    ),
    Framework(
        "Bottle",
        _BOTTLE | {"bottle"},
        _BOTTLE,
        terms("get post put patch delete route"),
        terms("error hook"),
        frozenset(),
        {"route": (2, "callback"), "add_hook": (1, "func")},
        False,
        "https://bottlepy.org/docs/stable/api.html",
    ),
    Framework(
        "Litestar",
        _LITESTAR | {"litestar"},
        _LITESTAR,
        terms(_VERBS, "route websocket"),
        frozenset(),
        frozenset(),
        {},
        False,
        "https://docs.litestar.dev/latest/usage/routing/handlers.html",
    ),
    Framework(
        "Falcon",
        _FALCON,
        _FALCON,
        frozenset(),
        frozenset(),
        frozenset(),
        {"add_sink": (0, "sink"), "add_error_handler": (1, "handler")},
        False,
        "https://falcon.readthedocs.io/en/stable/api/app.html",
    ),
    Framework(
        "Slack Bolt",
        _SLACK,
        _SLACK,
        terms(
            "event message command action shortcut global_shortcut message_shortcut view view_submission view_closed",
            "options block_action block_suggestion dialog_submission dialog_suggestion function step",
        ),
        terms("middleware error"),
        frozenset(),
        {"use": (0, "args")},
        False,
        "https://docs.slack.dev/tools/bolt-python",
    ),
)

BY_CLASS: dict[str, Framework] = {path: framework for framework in FRAMEWORKS for path in framework.classes}
CONSTRUCTORS: dict[str, Framework] = {path: framework for framework in FRAMEWORKS for path in framework.constructors}

# Calls that return the application of a Django project.
# https://docs.djangoproject.com/en/stable/howto/deployment/asgi/ and .../wsgi/
DJANGO_APPLICATIONS: frozenset[str] = terms(
    "django.core.asgi.get_asgi_application django.core.wsgi.get_wsgi_application"
)

# What Django calls of each middleware on a request.  https://docs.djangoproject.com/en/stable/topics/http/middleware/
DJANGO_MIDDLEWARE: tuple[str, ...] = (
    "__call__",
    "__acall__",
    "process_request",
    "process_view",
    "process_response",
    "process_exception",
    "process_template_response",
)

# Parameters whose default says which function fills them on each request.
# https://fastapi.tiangolo.com/reference/dependencies/ and the Powertools page on dependency injection
DEPENDENCY_MARKERS: frozenset[str] = terms(
    "fastapi.Depends fastapi.Security fastapi.param_functions.Depends fastapi.params.Depends",
    "aws_lambda_powertools.event_handler.Depends aws_lambda_powertools.event_handler.depends.Depends",
)

# Routes written as objects: path to the (position, keyword) of the function.
# https://www.starlette.io/routing/ and https://docs.djangoproject.com/en/stable/ref/urls/
ROUTE_OBJECTS: dict[str, tuple[int, str]] = {
    "starlette.routing.Route": (1, "endpoint"),
    "starlette.routing.WebSocketRoute": (1, "endpoint"),
    "fastapi.routing.APIRoute": (1, "endpoint"),
    "django.urls.path": (1, "view"),
    "django.urls.re_path": (1, "view"),
    "django.conf.urls.url": (1, "view"),
}

# Middleware written as objects: path to the (position, keyword) of the class.  https://www.starlette.io/middleware/
MIDDLEWARE_OBJECTS: dict[str, tuple[int, str]] = {
    "starlette.middleware.Middleware": (0, "cls"),
    "fastapi.middleware.Middleware": (0, "cls"),
}

# Parts of an application that may bring startup code of their own.
# https://fastapi.tiangolo.com/reference/apirouter/
ROUTERS: frozenset[str] = terms("fastapi.APIRouter fastapi.routing.APIRouter starlette.routing.Router")

# Keywords of an application's constructor whose value runs when it starts or stops.
# https://www.starlette.io/lifespan/ and https://docs.litestar.dev/latest/usage/applications.html
LIFESPAN_KEYWORDS: dict[str, frozenset[str]] = {
    path: terms("lifespan on_startup on_shutdown") for path in sorted(_FASTAPI | _STARLETTE | _LITESTAR | ROUTERS)
}
STARTUP_EVENTS: frozenset[str] = terms("startup shutdown")
# The method that registers a startup or shutdown function: (event, function).
ADD_EVENT_HANDLER = "add_event_handler"


class Adapter(NamedTuple):
    """What puts an ASGI or WSGI application behind Lambda.

    `form`: object (the result is the handler), call (called by a handler with the event and the context).
    `app` is the (position, keyword) of the application, `protocol` asgi or wsgi.
    """

    path: str
    form: str
    protocol: str
    app: tuple[int, str]
    source: str


_ADAPTERS = (
    Adapter("mangum.Mangum", "object", "asgi", (0, "app"), "https://mangum.fastapiexpert.com/adapter/"),
    Adapter("mangum.adapter.Mangum", "object", "asgi", (0, "app"), "https://mangum.fastapiexpert.com/adapter/"),
    Adapter(
        "apig_wsgi.make_lambda_handler", "object", "wsgi", (0, "wsgi_app"), "https://github.com/adamchainz/apig-wsgi"
    ),
    Adapter("serverless_wsgi.handle_request", "call", "wsgi", (0, "app"), "https://github.com/logandk/serverless-wsgi"),
    Adapter("awsgi.response", "call", "wsgi", (0, "app"), "https://github.com/slank/awsgi"),
    Adapter("awsgi2.response", "call", "wsgi", (0, "app"), "https://pypi.org/project/awsgi2/"),
    Adapter("aws_wsgi.response", "call", "wsgi", (0, "app"), "https://github.com/slank/awsgi"),
    Adapter("flask_lambda.FlaskLambda", "object", "wsgi", (0, "import_name"), "https://pypi.org/project/flask-lambda/"),
    Adapter(
        "slack_bolt.adapter.aws_lambda.SlackRequestHandler",
        "call",
        "wsgi",
        (0, "app"),
        "https://docs.slack.dev/tools/bolt-python/concepts/lazy-listeners",
    ),
)
ADAPTERS: dict[str, Adapter] = {adapter.path: adapter for adapter in _ADAPTERS}

# The one whose lifespan matters, and where that argument stands (measured with Mangum 0.22).
MANGUM: frozenset[str] = terms("mangum.Mangum mangum.adapter.Mangum")
LIFESPAN_POSITION = 1
LIFESPAN_KEYWORD = "lifespan"
LIFESPAN_VALUES: frozenset[str] = terms("auto on off")

# Wrappers that turn one protocol's application into the other's.
# https://asgi.readthedocs.io/en/latest/ and https://github.com/abersheeran/a2wsgi
APP_WRAPPERS: frozenset[str] = terms(
    "asgiref.wsgi.WsgiToAsgi a2wsgi.WSGIMiddleware a2wsgi.ASGIMiddleware starlette.middleware.wsgi.WSGIMiddleware",
    "fastapi.middleware.wsgi.WSGIMiddleware",
)

# Applications that take part in the ASGI lifespan protocol, and those that know nothing of it.
# https://asgi.readthedocs.io/en/latest/specs/lifespan.html
ASGI_APPLICATIONS: frozenset[str] = _FASTAPI | _STARLETTE | _QUART | _LITESTAR
WITHOUT_LIFESPAN: frozenset[str] = (
    _FLASK | _BOTTLE | terms("falcon.App falcon.app.App falcon.API") | DJANGO_APPLICATIONS
)

# Packages whose ASGI middleware hands the lifespan on and does nothing with it itself; BaseHTTPMiddleware does so
# for its subclasses.  https://www.starlette.io/middleware/
PASSIVE_MIDDLEWARE = ("starlette.middleware.", "fastapi.middleware.")
HTTP_MIDDLEWARE: frozenset[str] = terms("starlette.middleware.base.BaseHTTPMiddleware")

# What an application may be handed to without a startup or shutdown function being added to it.
# https://uvicorn.dev/ and https://www.starlette.io/testclient/
APP_TAKERS: frozenset[str] = (
    frozenset(ADAPTERS)
    | APP_WRAPPERS
    | terms(
        "uvicorn.run uvicorn.Config uvicorn.Server hypercorn.asyncio.serve starlette.testclient.TestClient",
        "fastapi.testclient.TestClient fastapi.openapi.utils.get_openapi starlette.routing.Mount",
        "starlette.routing.Host print len id repr str type isinstance hasattr getattr",
    )
)

# Applications that may be mounted below another one and bring no startup code: a mounted application's lifespan is
# not run anyway.  https://www.starlette.io/staticfiles/
STATIC_FILES: frozenset[str] = terms("starlette.staticfiles.StaticFiles fastapi.staticfiles.StaticFiles")


def framework(path: str) -> Framework | None:
    """The framework whose application, router or blueprint a constructor's dotted path makes."""
    return BY_CLASS.get(path)


def adapter(path: str) -> Adapter | None:
    """The ASGI or WSGI adapter at a dotted path."""
    return ADAPTERS.get(path)


def is_constructed_once(path: str) -> bool:
    """Whether a dotted path makes an application, a resolver or an adapter, each worth making once (LMB303)."""
    found = ADAPTERS.get(path)
    return path in CONSTRUCTORS or path in DJANGO_APPLICATIONS or (found is not None and found.form == "object")
