"""What makes a function run once per execution environment: memoizing decorators, cached properties, singletons.

Paths were resolved in the installed libraries on `CHECKED` (methodtools, memoization, flask_caching, dogpile, toolz,
funcy, cached_property and asyncache by their documentation only).
"""

from __future__ import annotations

from typing import NamedTuple

CHECKED = "2026-11-25"


class Memo(NamedTuple):
    """A decorator that keeps what the function returned.

    `expires` is never, always, or the keyword whose presence makes it ("ttl"), or "cache" when the object given as
    the cache decides.  `on_instance` marks one that keeps its values on the object of the method: worth as much as
    the object lives.  `for_async` marks what awaits a coroutine before it keeps the result.
    """

    path: str
    expires: str
    on_instance: bool
    for_async: bool
    source: str


_FUNCTOOLS = "https://docs.python.org/3/library/functools.html"
_CACHETOOLS = "https://cachetools.readthedocs.io/en/stable/"
_DOGPILE = "https://dogpilecache.sqlalchemy.org/en/latest/"

_DECORATORS = (
    Memo("functools.lru_cache", "never", False, False, _FUNCTOOLS + "#functools.lru_cache"),
    Memo("functools.cache", "never", False, False, _FUNCTOOLS + "#functools.cache"),
    Memo("cachetools.cached", "cache", False, False, _CACHETOOLS),
    Memo("cachetools.cachedmethod", "cache", True, False, _CACHETOOLS),
    Memo("cachetools.func.lru_cache", "never", False, False, _CACHETOOLS),
    Memo("cachetools.func.lfu_cache", "never", False, False, _CACHETOOLS),
    Memo("cachetools.func.fifo_cache", "never", False, False, _CACHETOOLS),
    Memo("cachetools.func.rr_cache", "never", False, False, _CACHETOOLS),
    Memo("cachetools.func.mru_cache", "never", False, False, _CACHETOOLS),
    Memo("cachetools.func.ttl_cache", "always", False, False, _CACHETOOLS),
    Memo("asyncache.cached", "cache", False, True, "https://pypi.org/project/asyncache/"),
    Memo("async_lru.alru_cache", "ttl", False, True, "https://github.com/aio-libs/async-lru"),
    Memo("aiocache.cached", "ttl", False, True, "https://aiocache.aio-libs.org/en/latest/decorators.html"),
    Memo("aiocache.cached_stampede", "ttl", False, True, "https://aiocache.aio-libs.org/en/latest/decorators.html"),
    Memo(
        "boltons.cacheutils.cached", "never", False, False, "https://boltons.readthedocs.io/en/latest/cacheutils.html"
    ),
    Memo(
        "boltons.cacheutils.cachedmethod",
        "never",
        True,
        False,
        "https://boltons.readthedocs.io/en/latest/cacheutils.html",
    ),
    Memo("methodtools.lru_cache", "never", True, False, "https://pypi.org/project/methodtools/"),
    Memo("memoization.cached", "ttl", False, False, "https://pypi.org/project/memoization/"),
    Memo("toolz.memoize", "never", False, False, "https://toolz.readthedocs.io/en/latest/api.html"),
    Memo("toolz.functoolz.memoize", "never", False, False, "https://toolz.readthedocs.io/en/latest/api.html"),
    Memo("cytoolz.memoize", "never", False, False, "https://toolz.readthedocs.io/en/latest/api.html"),
    Memo("funcy.memoize", "never", False, False, "https://funcy.readthedocs.io/en/stable/calc.html"),
    Memo("funcy.cache", "always", False, False, "https://funcy.readthedocs.io/en/stable/calc.html"),
    Memo("flask_caching.Cache().memoize", "timeout", False, False, "https://flask-caching.readthedocs.io/en/latest/"),
    Memo("flask_caching.Cache().cached", "timeout", False, False, "https://flask-caching.readthedocs.io/en/latest/"),
    Memo("diskcache.Cache().memoize", "expire", False, False, "https://grantjenks.com/docs/diskcache/"),
    Memo("dogpile.cache.make_region().cache_on_arguments", "expiration_time", False, False, _DOGPILE),
)

_PROPERTIES = (
    Memo("functools.cached_property", "never", True, False, _FUNCTOOLS + "#functools.cached_property"),
    Memo(
        "django.utils.functional.cached_property",
        "never",
        True,
        False,
        "https://docs.djangoproject.com/en/stable/ref/utils/#django.utils.functional.cached_property",
    ),
    Memo(
        "werkzeug.utils.cached_property", "never", True, False, "https://werkzeug.palletsprojects.com/en/stable/utils/"
    ),
    Memo(
        "boltons.cacheutils.cachedproperty",
        "never",
        True,
        False,
        "https://boltons.readthedocs.io/en/latest/cacheutils.html",
    ),
    Memo("cached_property.cached_property", "never", True, False, "https://pypi.org/project/cached-property/"),
    Memo(
        "cached_property.cached_property_with_ttl", "always", True, False, "https://pypi.org/project/cached-property/"
    ),
    Memo("backports.cached_property.cached_property", "never", True, False, _FUNCTOOLS + "#functools.cached_property"),
    Memo("async_property.async_cached_property", "never", True, True, "https://pypi.org/project/async-property/"),
)

DECORATORS: dict[str, Memo] = {memo.path: memo for memo in _DECORATORS}
# Those of functools: a coroutine is kept, not what it returns.  https://docs.python.org/3/library/functools.html
SYNCHRONOUS_CACHES: frozenset[str] = frozenset({"functools.lru_cache", "functools.cache"})
CACHED_PROPERTIES: dict[str, Memo] = {memo.path: memo for memo in _PROPERTIES}

# Objects that, given to a decorator as its cache or used as a dictionary, forget by age.
EXPIRING_CACHES: frozenset[str] = frozenset(
    {
        "cachetools.TTLCache",  # https://cachetools.readthedocs.io/en/stable/
        "cachetools.TLRUCache",
        "cachetools.ttl.TTLCache",
        "expiringdict.ExpiringDict",  # https://pypi.org/project/expiringdict/
    }
)
# Objects that keep values like a dictionary.
CACHES: frozenset[str] = EXPIRING_CACHES | {
    "cachetools.Cache",
    "cachetools.FIFOCache",
    "cachetools.LFUCache",
    "cachetools.LRUCache",
    "cachetools.MRUCache",
    "cachetools.RRCache",
    "boltons.cacheutils.LRU",  # https://boltons.readthedocs.io/en/latest/cacheutils.html
    "boltons.cacheutils.LRI",
}


def find(path: str, extra: frozenset[str] = frozenset()) -> Memo | None:
    """The memoizing decorator at a dotted path, or among `extra` (the configuration's cache-decorators)."""
    found = DECORATORS.get(path)
    if found is None and path in extra:
        return Memo(path, "never", False, False, "configuration")
    return found


def find_property(path: str) -> Memo | None:
    """The cached property at a dotted path."""
    return CACHED_PROPERTIES.get(path)


def expires(memo: Memo, keywords: frozenset[str], cache: str | None = None) -> bool:
    """Whether what a decorator keeps grows old; `keywords` are those of its call, `cache` the path of its cache."""
    if memo.expires == "cache":
        return cache in EXPIRING_CACHES
    return memo.expires == "always" or memo.expires in keywords


# --- dependency injection ------------------------------------------------------------------------

# Providers that make their object once for the process.
# https://python-dependency-injector.ets-labs.org/providers/singleton.html and .../resource.html
SINGLETON_PROVIDERS: frozenset[str] = frozenset(
    f"dependency_injector.providers.{name}"
    for name in ("Singleton", "ThreadSafeSingleton", "ThreadLocalSingleton", "Resource", "Object")
)
# Providers that make a new object at each call.  https://python-dependency-injector.ets-labs.org/providers/factory.html
FACTORY_PROVIDERS: frozenset[str] = frozenset(
    f"dependency_injector.providers.{name}" for name in ("Factory", "Callable")
)
# Scopes and decorators that mean a singleton.  https://injector.readthedocs.io/en/latest/api.html
SINGLETON_DECORATORS: frozenset[str] = frozenset({"injector.singleton", "injector.SingletonScope"})


# --- durable execution ---------------------------------------------------------------------------

# Functions that these wrap are replayed: their bodies get no finding about what runs how often.
# https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html, resolved in release 3.0.0 of the SDK
DURABLE_DECORATORS: frozenset[str] = frozenset(
    {
        f"aws_durable_execution_sdk_python.{name}"
        for name in (
            "durable_execution",
            "durable_step",
            "durable_with_child_context",
            "durable_parallel_branch",
            "durable_wait_for_callback",
            "execution.durable_execution",
            "context.durable_step",
            "context.durable_with_child_context",
            "context.durable_parallel_branch",
            "context.durable_wait_for_callback",
        )
    }
)
# The one that marks a handler; its second parameter is a DurableContext.
DURABLE_HANDLER_DECORATORS: frozenset[str] = frozenset(
    path for path in DURABLE_DECORATORS if path.endswith(".durable_execution")
)
# Methods of the context that run a function given to them as a step of their own, with its position.
DURABLE_CONTEXT_CONSUMERS: dict[str, int] = {
    "step": 0,
    "run_in_child_context": 0,
    "wait_for_callback": 0,
    "wait_for_condition": 0,
    "map": 1,
    "parallel": 0,
}
