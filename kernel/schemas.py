"""marshmallow schemas and fields that every HTTP edge shares. Nothing that a client sends is unbounded.

Use: ``class EventDraft(StrictSchema): title = TextMap(required=True, max_length=200)``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import marshmallow as ma
from marshmallow import fields, validate

from kernel.clock import to_millisecond
from kernel.json import MAX_INTEGER
from kernel.outbound import trouble_with
from kernel.pagination import DEFAULT_LIMIT, MAX_CURSOR, MAX_LIMIT

MAX_STRING = 2000
"""Longest text of a field that states no length of its own."""
MAX_LIST = 200
"""Most items of a list that states no length of its own."""
MAX_MINOR_UNITS = 100_000_000_00
"""Largest amount of money in one field: a hundred million pounds in pence."""

_LANGUAGE = re.compile(r"^[a-z]{2}$")
_SLUG = r"^[a-z0-9][a-z0-9-]{1,78}[a-z0-9]$"


class Pattern(validate.Regexp):
    """A regular expression for the whole text: ``$`` alone would let a line break through at the end."""

    def __call__(self, value: Any) -> Any:
        """``value``, or a ``ValidationError`` when it does not match from its first character to its last."""
        if self.regex.fullmatch(value) is None:
            raise ma.ValidationError(self._format_error(value))
        return value


class StrictSchema(ma.Schema):
    """A schema that refuses fields it does not know, and bounds texts, lists and whole numbers that state no bound."""

    class Meta:
        unknown = ma.RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Give every text and list a bound, also when its author thought of none."""
        del field_name
        bound_field(field_obj)


def bound_field(field: fields.Field[Any]) -> None:
    """Add the general limit to a text, list or whole number without one; looks into lists.

    The field belongs to one schema instance, its list of validators to the class: a new list, not a longer one.
    """
    if isinstance(field, fields.List):
        _add_unless_bounded(field, validate.Length(max=MAX_LIST))
        bound_field(field.inner)
    elif isinstance(field, fields.Integer):
        field.validators = [*field.validators, validate.Range(min=-MAX_INTEGER, max=MAX_INTEGER)]
    elif isinstance(field, fields.String) and not isinstance(field, fields.UUID):
        _add_unless_bounded(field, validate.Length(max=MAX_STRING))


def _add_unless_bounded(field: fields.Field[Any], limit: validate.Length) -> None:
    known = [check for each in field.validators for check in getattr(each, "validators", [each])]
    if not any(_bounds_length(check) for check in known):
        field.validators = [*field.validators, limit]


def _bounds_length(check: Any) -> bool:
    if isinstance(check, validate.Length):
        return check.max is not None or check.equal is not None
    return isinstance(check, (validate.OneOf, validate.Equal))


class Identifier(fields.String):
    """An id: 1 to 200 printable characters without spaces. ``slug=True``: one that people choose and read."""

    def __init__(self, *, slug: bool = False, **kwargs: Any) -> None:
        rules: list[Any] = (
            [Pattern(_SLUG, error="Use 3 to 80 lower-case letters, digits and hyphens.")]
            if slug
            else [validate.Length(min=1, max=200), Pattern(r"^[!-~]+$", error="Not an identifier.")]
        )
        if slug:
            rules.append(validate.Length(min=3, max=80))
        super().__init__(validate=rules, **kwargs)


class TextMap(fields.Field[dict[str, str]]):
    """Text in one or more languages: ``{"en": "...", "fr": "..."}``; languages are ISO 639-1 codes.

    At least one language, no empty text, each at most ``max_length`` characters. ``allow_empty`` lets the map be
    empty, never a text in it.
    """

    def __init__(self, *, max_length: int = MAX_STRING, allow_empty: bool = False, **kwargs: Any) -> None:
        self.max_length = max_length
        self.allow_empty = allow_empty
        metadata = {
            "type": "object",
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": max_length, "pattern": r"\S"},
            "minProperties": 0 if allow_empty else 1,
            "maxProperties": 10,
            **kwargs.pop("metadata", {}),
        }
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        del attr, data, kwargs
        if not isinstance(value, dict):
            raise ma.ValidationError('Not a text by language, e.g. {"en": "Open studio", "fr": "Atelier ouvert"}.')
        if not value and not self.allow_empty:
            raise ma.ValidationError("At least one language is needed.")
        if len(value) > 10:
            raise ma.ValidationError("At most 10 languages.")
        errors = {code: [wrong] for code, text in value.items() if (wrong := self._wrong_with(code, text))}
        if errors:
            raise ma.ValidationError(errors)
        return {code: text.strip() for code, text in value.items()}

    def _wrong_with(self, code: Any, text: Any) -> str | None:
        if not isinstance(code, str) or not _LANGUAGE.fullmatch(code):
            return "Not a two-letter language code such as en or fr."
        if not isinstance(text, str):
            return "Not a text."
        if not text.strip():
            return "An empty text; leave the language out instead."
        if len(text) > self.max_length:
            return f"Longer than {self.max_length} characters."
        return None

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return None if value is None else dict(value)


class Instant(fields.AwareDateTime):
    """A point in time with its offset, ISO 8601; kept in UTC to the millisecond. One without offset is refused."""

    default_error_messages = {
        "invalid": "Not an instant, e.g. 2018-08-19T14:00:00+01:00.",
        "invalid_awareness": "Say the offset from UTC, e.g. 2018-08-19T14:00:00+01:00.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise self.make_error("invalid", input=value, obj_type="datetime")
        try:
            return to_millisecond(super()._deserialize(value, attr, data, **kwargs).astimezone(UTC))
        except OverflowError as error:
            raise self.make_error("invalid", input=value, obj_type="datetime") from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | float | None:
        if value is None:
            return None
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        text = super()._serialize(aware.astimezone(UTC), attr, obj, **kwargs)
        return str(text).replace("+00:00", "Z")


class DateOnly(fields.Date):
    """A calendar day, ``2018-08-19``: a ``datetime.date`` in Python. Shown from a date or from its ISO text."""

    default_error_messages = {"invalid": "Not a day, e.g. 2018-08-19."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise self.make_error("invalid", input=value, obj_type="date")
        return super()._deserialize(value, attr, data, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            return value
        if isinstance(value, datetime):
            value = value.date()
        return date.isoformat(value) if value is not None else super()._serialize(value, attr, obj, **kwargs)


class ZoneName(fields.String):
    """An IANA time zone name, e.g. ``Europe/Paris``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=[validate.Length(min=1, max=64), _known_zone], **kwargs)


def _known_zone(name: str) -> None:
    if name not in _zones():
        raise ma.ValidationError("Not an IANA time zone such as Europe/London or Europe/Paris.")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class Whole(fields.Integer):
    """A whole number between ``minimum`` and ``maximum``. In JSON it is a number: neither ``"3"`` nor ``3.5``.

    ``3.0`` is 3, as JSON Schema reads it: not every language can write the one without the other.
    """

    def __init__(self, minimum: int, maximum: int, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=minimum, max=maximum), **kwargs)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class MoneySchema(StrictSchema):
    """An amount in integer minor units (pence, cents) of an ISO 4217 currency; never negative."""

    amount = Whole(0, MAX_MINOR_UNITS, required=True)
    currency = fields.String(
        required=True,
        validate=[validate.Length(equal=3), Pattern(r"^[A-Z]{3}$", error="Not an ISO 4217 code such as EUR.")],
    )


class PointSchema(StrictSchema):
    """A WGS 84 position in decimal degrees."""

    lat = fields.Float(required=True, validate=validate.Range(min=-90, max=90))
    lon = fields.Float(required=True, validate=validate.Range(min=-180, max=180))


def followable(url: str) -> None:
    """Refuse an address that is none of the web, or that carries a user name: people will be sent there."""
    wrong = trouble_with(url)
    if wrong:
        raise ma.ValidationError(wrong)


class PageQuery(StrictSchema):
    """The page asked for; a filter inherits from this and adds its own fields."""

    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=MAX_LIMIT))
    cursor = fields.String(load_default=None, validate=validate.Length(min=1, max=MAX_CURSOR))


@cache
def page_of(item: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of a page of ``item``: ``{"items": [...], "next_cursor": "..." or null}``."""
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next_cursor": fields.String(required=True, allow_none=True),
    }
    return type(f"{item.__name__.removesuffix('Schema')}Page", (StrictSchema,), members)
