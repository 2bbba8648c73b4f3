"""Parts of several schemas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from kernel.schemas import DateOnly, Identifier, Instant, StrictSchema
from services.visitor.domain.desk import names_someone

TARGETS = ("maker", "event", "place")


class ClientId(fields.String):
    """An id that the sender makes (UUIDv7), so that sending again changes nothing; left out, one is made here."""

    def __init__(self, **kwargs: Any) -> None:
        rule = validate.Regexp(
            r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
            error="Use a UUID version 7 in lower case, or leave it out.",
        )
        super().__init__(validate=[validate.Length(equal=36), rule], **kwargs)


class Day(DateOnly):
    """A calendar day that a timetable can reach: in the years 1970 to 2199."""

    def __init__(self, **kwargs: Any) -> None:
        reach = validate.Range(date(1970, 1, 1), date(2199, 12, 31), error="Use a day in the years 1970 to 2199.")
        super().__init__(validate=reach, **kwargs)


class Moment(Instant):
    """An instant that a timetable can reach: in the years 1970 to 2199."""

    def __init__(self, **kwargs: Any) -> None:
        first, last = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
        reach = validate.Range(first, last, max_inclusive=False, error="Use an instant in the years 1970 to 2199.")
        super().__init__(validate=reach, **kwargs)


class Language(fields.String):
    """A two-letter language code (ISO 639-1)."""

    def __init__(self, **kwargs: Any) -> None:
        rule = validate.Regexp(r"^[a-z]{2}\Z", error="Use a two-letter code such as en or fr.")
        super().__init__(validate=[validate.Length(equal=2), rule], **kwargs)


def about_nobody(text: str) -> None:
    """Refuse a text with an e-mail address or a telephone number: the desk keeps nothing about a person."""
    if names_someone(text):
        raise ValidationError("Leave out e-mail addresses and telephone numbers: nothing about a person is kept.")


class CallView(StrictSchema):
    """One end of a crossing, with the time people there read."""

    town = fields.String(required=True)
    at = Instant(required=True)
    local = fields.String(required=True, metadata={"description": "Local time with its offset, ISO 8601."})
    zone = fields.String(required=True)


class TargetSchema(StrictSchema):
    """What someone is sent to."""

    target_kind = fields.String(required=True, validate=validate.OneOf(TARGETS))
    target_id = Identifier(required=True)


class TextView(StrictSchema):
    """A text as it is shown, with the language it is really in; ``und`` is a name of no language."""

    text = fields.String(required=True)
    lang = fields.String(required=True)
