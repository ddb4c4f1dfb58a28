"""Environment variables that libraries and tools read by themselves (LMB802): no code of the project names them."""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# The last part of what fills the environment from a file.  https://pypi.org/project/python-dotenv/ and
# https://pypi.org/project/django-environ/
ENVIRONMENT_LOADERS = ("load_dotenv", "read_dotenv", "read_env")

# https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html (AWS_), https://docs.python.org/3/using/cmdline.html
# (PYTHON), https://docs.powertools.aws.dev/lambda/python/latest/environment_variables/ (POWERTOOLS_, LOG_LEVEL),
# https://www.postgresql.org/docs/current/libpq-envars.html (PG) and the libraries' own pages.
_PREFIXES = (
    "AWS_ BOTO_ PYTHON POWERTOOLS_ OTEL_ OPENTELEMETRY_ DD_ NEW_RELIC_ LUMIGO_ SENTRY_ DT_ ELASTIC_APM_ EPSAGON_ "
    "THUNDRA_ PARAMETERS_SECRETS_EXTENSION_ SSM_PARAMETER_STORE_ SECRETS_MANAGER_ PG LD_ SSL_ CURL_ REQUESTS_ GIT_ "
    "DJANGO_ FLASK_ CELERY_ UVICORN_ GUNICORN_ HF_ HUGGINGFACE_ TRANSFORMERS_ TORCH_ OMP_ MKL_ OPENBLAS_ NUMBA_ "
    "NLTK_ LANGCHAIN_ LANGSMITH_ LANGFUSE_ OPENAI_ ANTHROPIC_ GOOGLE_ AZURE_ GDAL_ PROJ_ CPL_ VSI_ RASTERIO_ TITILER_ "
    "GRPC_ PRISMA_ PLAYWRIGHT_ SELENIUM_ CHROME_ FONTCONFIG_ XDG_ LC_ STRIPE_ SLACK_ REDIS_OM_ DYNACONF_ ASGI_ MANGUM_ "
    "STRANDS_"
)
_NAMES = terms(
    "HOME PATH TZ LANG LANGUAGE USER TMPDIR TEMP TMP EDITOR TERM DEBUG LOG_LEVEL NO_PROXY HTTP_PROXY HTTPS_PROXY",
    "no_proxy http_proxy https_proxy MPLCONFIGDIR NODE_OPTIONS NODE_ENV DISPLAY PORT READINESS_CHECK_PATH",
    "MALLOC_ARENA_MAX KNOWLEDGE_BASE_ID MIN_SCORE",
)
_STARTS = tuple(_PREFIXES.split())


def is_read_by_library(name: str) -> bool:
    """Whether a variable is one that an SDK, a library, the interpreter or an extension reads."""
    return name in _NAMES or name.startswith(_STARTS)
