"""pydantic's models and settings: the base classes, and the options that decide which variable fills a field.

https://docs.pydantic.dev/latest/concepts/pydantic_settings/ and https://docs.pydantic.dev/1.10/usage/settings/,
behaviour measured with pydantic-settings 2.16 on `CHECKED`.
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

SETTINGS: frozenset[str] = terms("pydantic_settings.BaseSettings pydantic_settings.main.BaseSettings")
# Those of pydantic 1, where aliases are written otherwise.
OLD_SETTINGS: frozenset[str] = terms(
    "pydantic.BaseSettings pydantic.env_settings.BaseSettings pydantic.v1.BaseSettings",
    "pydantic.v1.env_settings.BaseSettings",
)
MODELS: frozenset[str] = terms("pydantic.BaseModel pydantic.main.BaseModel pydantic.v1.BaseModel sqlmodel.SQLModel")
FIELDS: frozenset[str] = terms("pydantic.Field pydantic.fields.Field pydantic.v1.Field pydantic.v1.fields.Field")
CONFIG_MAKERS: frozenset[str] = terms("pydantic_settings.SettingsConfigDict pydantic.ConfigDict dict")

# Lookups of the environment that give None, or a default, where the variable is not set.
LOOKUPS: frozenset[str] = terms("os.getenv os.environ.get")

# Options under which a field without its default means something else, whatever they hold.
DECISIVE: frozenset[str] = terms(
    "case_sensitive env_ignore_empty fields alias_generator env_prefix_target env_parse_none_str env_nested_max_split"
)
# Methods that choose the sources.
SOURCE_METHODS: frozenset[str] = terms("settings_customise_sources customise_sources")

# Types that one variable fills with its text; all others are parsed as JSON.
SCALARS: frozenset[str] = terms(
    "str int float bool bytes decimal.Decimal pathlib.Path uuid.UUID datetime.datetime datetime.date",
    "datetime.timedelta pydantic.SecretStr pydantic.SecretBytes pydantic.HttpUrl pydantic.AnyUrl pydantic.AnyHttpUrl",
    "pydantic.PostgresDsn pydantic.RedisDsn pydantic.EmailStr pydantic.PositiveInt pydantic.NonNegativeInt",
    "pydantic.PositiveFloat",
)
OPTIONALS: frozenset[str] = terms("typing.Optional")
MAY_BE_NONE: frozenset[str] = terms(
    "typing.Optional typing.Union typing.Annotated typing_extensions.Annotated typing.Literal"
)
# Conversions of a variable's text that pydantic does itself.
CASTS: frozenset[str] = terms("int float bool str bytes list set tuple pathlib.Path decimal.Decimal json.loads")
