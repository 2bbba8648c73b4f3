"""Opening hours as structure: a week for each season, and days on which it is otherwise.

After schema.org OpeningHoursSpecification. Times are minutes since midnight on the town's own clocks; a span that
closes past midnight has ``closes`` above 1440.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

DAY = 24 * 60
LATEST = DAY + 12 * 60
"""A span ends at noon of the next day at the latest."""
MAX_SPANS = 4
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


@dataclass(frozen=True, order=True)
class Span:
    """From ``opens`` to ``closes``, in minutes since midnight."""

    opens: int
    closes: int


Spans = tuple[Span, ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
"""Monday first; no spans: closed."""
MonthDay = tuple[int, int]


@dataclass(frozen=True)
class Season:
    """A week, and the part of each year it holds for: both days included, over the new year too; None: all year."""

    week: Week
    first: MonthDay | None = None
    last: MonthDay | None = None

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in it."""
        if self.first is None or self.last is None:
            return True
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@dataclass(frozen=True)
class Otherwise:
    """Days, the last included, on which other spans hold than their week says."""

    first: date
    last: date
    spans: Spans


@dataclass(frozen=True)
class Hours:
    """The first season that holds a day counts, and before it the first exception; a day in no season is closed."""

    seasons: tuple[Season, ...]
    exceptions: tuple[Otherwise, ...] = ()

    def on(self, day: date) -> Spans:
        """The spans that begin on ``day``."""
        for each in self.exceptions:
            if each.first <= day <= each.last:
                return each.spans
        return next((season.week[day.weekday()] for season in self.seasons if season.holds(day)), ())

    def open_at(self, at: datetime) -> bool:
        """Whether it is open at a local time; a span of the day before may reach into this day."""
        minute = at.hour * 60 + at.minute
        today = any(span.opens <= minute < span.closes for span in self.on(at.date()))
        before = self.on(at.date() - timedelta(days=1))
        return today or any(minute + DAY < span.closes for span in before)


def problem_with(spans: Sequence[Span]) -> str | None:
    """What keeps spans from being those of one day; None when they are: in order, apart, and within their bounds."""
    if len(spans) > MAX_SPANS:
        return f"At most {MAX_SPANS} times a day."
    for span in spans:
        if not 0 <= span.opens < DAY or not span.opens < span.closes <= LATEST:
            return "Closing comes after opening, at noon of the next day at the latest."
        if span.closes - span.opens > DAY:
            return "At most 24 hours at a time."
    if any(later.opens <= earlier.closes for earlier, later in pairwise(spans)):
        return "The times of a day follow each other, with a pause between."
    return None


def from_builtins(value: dict[str, list[dict[str, object]]]) -> Hours:
    """The structure of what is kept and sent: ``{"seasons": [...], "exceptions": [...]}``, checked before."""
    return Hours(
        tuple(_season(each) for each in value.get("seasons", [])),
        tuple(_otherwise(each) for each in value.get("exceptions", [])),
    )


def to_builtins(hours: Hours) -> dict[str, list[dict[str, object]]]:
    """The inverse of ``from_builtins``."""
    return {
        "seasons": [_plain_season(season) for season in hours.seasons],
        "exceptions": [
            {
                "date": each.first.isoformat(),
                **({"until": each.last.isoformat()} if each.last != each.first else {}),
                "times": [_plain_span(span) for span in each.spans],
            }
            for each in hours.exceptions
        ],
    }


def _plain_season(season: Season) -> dict[str, object]:
    weekly = [
        {"days": [DAYS[day] for day in days], **_plain_span(span)}
        for spans, days in grouped(season.week)
        for span in spans
    ]
    ends = {"first": season.first, "last": season.last}
    return {**{name: "{:02}-{:02}".format(*at) for name, at in ends.items() if at}, "weekly": weekly}


def _plain_span(span: Span) -> dict[str, str]:
    closes = span.closes if span.closes <= DAY else span.closes - DAY
    return {"opens": "{:02}:{:02}".format(*divmod(span.opens, 60)), "closes": "{:02}:{:02}".format(*divmod(closes, 60))}


def _season(value: dict[str, object]) -> Season:
    days: dict[str, list[Span]] = {day: [] for day in DAYS}
    weekly: list[dict[str, object]] = value["weekly"]  # type: ignore[assignment]
    for each in weekly:
        for day in each["days"]:  # type: ignore[attr-defined]
            days[day].append(span_of(str(each["opens"]), str(each["closes"])))
    week: Week = tuple(tuple(sorted(days[day])) for day in DAYS)  # type: ignore[assignment]
    first, last = value.get("first"), value.get("last")
    return Season(week, month_day(str(first)) if first else None, month_day(str(last)) if last else None)


def _otherwise(value: dict[str, object]) -> Otherwise:
    times: list[dict[str, str]] = value.get("times") or []  # type: ignore[assignment]
    first = date.fromisoformat(str(value["date"]))
    last = date.fromisoformat(str(value.get("until") or value["date"]))
    return Otherwise(first, last, tuple(sorted(span_of(each["opens"], each["closes"]) for each in times)))


def span_of(opens: str, closes: str) -> Span:
    """A span of two times ``10:00``; one that closes no later than it opens closes on the next day."""
    begins, ends = minutes_of(opens), minutes_of(closes)
    return Span(begins, ends if ends > begins else ends + DAY)


def minutes_of(clock: str) -> int:
    """Minutes since midnight of a time ``10:00``."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def month_day(text: str) -> MonthDay:
    """Month and day of ``04-01``."""
    month, day = text.split("-")
    return int(month), int(day)


def grouped(week: Week) -> list[tuple[Spans, tuple[int, ...]]]:
    """The days of a week that have the same spans together, in the order of their first day; closed ones last."""
    groups: dict[Spans, list[int]] = {}
    for index, spans in enumerate(week):
        groups.setdefault(spans, []).append(index)
    found: Iterable[tuple[Spans, tuple[int, ...]]] = ((spans, tuple(days)) for spans, days in groups.items())
    return sorted(found, key=lambda group: (not group[0], group[1]))
