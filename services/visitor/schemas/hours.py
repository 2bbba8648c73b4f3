"""Schemas of opening hours: seasons with a week each, and the days on which it is otherwise."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from kernel.schemas import Pattern, StrictSchema
from services.visitor.domain.hours import DAYS, Span, problem_with, span_of
from services.visitor.schemas.common import Day

MAX_SEASONS = 4
MAX_EXCEPTIONS = 60


def _clock(**options: Any) -> fields.String:
    rule = Pattern(r"^(?:[01]\d|2[0-3]):[0-5]\d|24:00$", error="A time of day such as 09:30, at the latest 24:00.")
    return fields.String(validate=[validate.Length(equal=5), rule], **options)


def _month_day() -> fields.String:
    rule = Pattern(
        r"^(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))$",
        error="A day of the year as month and day, such as 04-01.",
    )
    return fields.String(validate=[validate.Length(equal=5), rule])


class TimesSchema(StrictSchema):
    """From when till when; a time to close that is not later is one of the next day."""

    opens = _clock(required=True)
    closes = _clock(required=True)


class WeekdayTimes(TimesSchema):
    """Times of some days of the week."""

    days = fields.List(
        fields.String(validate=validate.OneOf(DAYS)), required=True, validate=validate.Length(min=1, max=7)
    )


class SeasonSchema(StrictSchema):
    """A week; all year, or between two days of the year. A weekday that is not named is closed."""

    first = _month_day()
    last = _month_day()
    weekly = fields.List(fields.Nested(WeekdayTimes), required=True, validate=validate.Length(max=28))

    @validates_schema(skip_on_field_errors=True)
    def fits(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Both ends of a season or none; the times of each day follow each other."""
        del kwargs
        if ("first" in data) != ("last" in data):
            raise ValidationError("Give both days or none.", field_name="last" if "first" in data else "first")
        days: dict[str, list[Span]] = defaultdict(list)
        for each in data["weekly"]:
            for day in each["days"]:
                days[day].append(span_of(each["opens"], each["closes"]))
        for day, spans in days.items():
            if problem := problem_with(sorted(spans)):
                raise ValidationError(f"{day}: {problem}", field_name="weekly")


class ExceptionSchema(StrictSchema):
    """A day, or days, on which it is otherwise; without times it is closed."""

    date = Day(required=True)
    until = Day()
    times = fields.List(fields.Nested(TimesSchema), validate=validate.Length(max=4))

    @validates_schema(skip_on_field_errors=True)
    def fits(self, data: dict[str, Any], **kwargs: Any) -> None:
        """In order."""
        del kwargs
        if data.get("until") and not 0 <= (data["until"] - data["date"]).days <= 366:
            raise ValidationError("From the first day on, at most 366 days later.", field_name="until")
        spans = sorted(span_of(each["opens"], each["closes"]) for each in data.get("times", []))
        if problem := problem_with(spans):
            raise ValidationError(problem, field_name="times")


class HoursSchema(StrictSchema):
    """Opening hours in the town's own time. The first season that holds a day counts, exceptions before all."""

    seasons = fields.List(fields.Nested(SeasonSchema), required=True, validate=validate.Length(min=1, max=MAX_SEASONS))
    exceptions = fields.List(
        fields.Nested(ExceptionSchema), load_default=list, validate=validate.Length(max=MAX_EXCEPTIONS)
    )
