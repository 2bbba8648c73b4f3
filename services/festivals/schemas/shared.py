"""Fields that several schemas of this service use, with this service's bounds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from kernel.schemas import DateOnly, Instant, StrictSchema, followable

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_YEARS = f"Must be in the years {_FIRST_YEAR} to {_LAST_YEAR}."


def day(**options: Any) -> DateOnly:
    """A day of a year that a festival can be in."""
    years = validate.Range(date(_FIRST_YEAR, 1, 1), date(_LAST_YEAR, 12, 31), error=_YEARS)
    return DateOnly(validate=years, **options)


def instant(**options: Any) -> Instant:
    """An instant of a year that a festival can be in."""
    first, behind = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(_LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    return Instant(validate=validate.Range(first, behind, max_inclusive=False, error=_YEARS), **options)


def website() -> fields.Url:
    """An address that people can follow, or null."""
    return fields.Url(schemes={"https", "http"}, validate=[validate.Length(max=500), followable], allow_none=True)


def line(longest: int, *, required: bool = False) -> fields.String:
    """A line of plain text; null unless it is required."""
    return fields.String(
        validate=[validate.Length(max=longest), _not_blank], allow_none=not required, required=required
    )


def _not_blank(text: str) -> None:
    if not text.strip():
        raise ValidationError("A blank text; leave it out instead.")


def language(**options: Any) -> fields.String:
    """A two-letter language code."""
    wrong = "Not a two-letter language code such as en or fr."
    return fields.String(validate=[validate.Length(equal=2), validate.Regexp(r"[a-z]{2}\Z", error=wrong)], **options)


class PersonView(StrictSchema):
    """An account, by the name it goes by."""

    id = fields.String()
    name = fields.String()
