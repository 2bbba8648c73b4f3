"""Opening hours as people say them, in English and French, and the way back.

``told`` and ``read`` are each other's inverse: what is told of any hours is read as the same hours. So the text is
always that of the structure, and an import may bring hours as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from services.visitor.domain.hours import DAY, Hours, MonthDay, Otherwise, Season, Span, Spans, Week, grouped

_NO_BREAK = "\u00a0"
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_FRENCH_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


@dataclass(frozen=True)
class Language:
    """The words of one language."""

    open: str
    closed: str
    every_day: str
    all_day: str
    days: Sequence[str]
    months: Sequence[str]
    run: tuple[str, str]
    """What stands before the first and the last of several days in a row."""
    times: tuple[str, str]
    """What stands before opening and closing."""
    both: str
    on: str
    period: tuple[str, str]
    next_day: str
    first_of_month: str
    part: str
    """Between the days that have the same times and the next ones."""
    hour: str
    """Between hours and minutes: ``:`` or ``h``."""

    @cached_property
    def day_of(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.days)}

    @cached_property
    def month_of(self) -> dict[str, int]:
        return {name: index + 1 for index, name in enumerate(self.months)}


ENGLISH = Language(
    open="open",
    closed="closed",
    every_day="every day",
    all_day="at all hours",
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=_ENGLISH_MONTHS,
    run=("", " to "),
    times=("", " to "),
    both=" and ",
    on="on ",
    period=("from ", " to "),
    next_day=" the next day",
    first_of_month="1",
    part="; ",
    hour=":",
)
FRENCH = Language(
    open="ouvert",
    closed="fermé",
    every_day="tous les jours",
    all_day="à toute heure",
    days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=_FRENCH_MONTHS,
    run=("du ", " au "),
    times=("de ", " à "),
    both=" et ",
    on="le ",
    period=("du ", " au "),
    next_day=" le lendemain",
    first_of_month="1er",
    part=" ; ",
    hour="h",
)
LANGUAGES = {"en": ENGLISH, "fr": FRENCH}


class NotHours(ValueError):
    """A text that does not tell opening hours; says which part of it."""


def told(hours: Hours, lang: str) -> str:
    """The hours in sentences of that language; empty for none."""
    words = LANGUAGES[lang]
    sentences = [_season(each, words) for each in hours.seasons] + [
        _exception(each, words) for each in hours.exceptions
    ]
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def texts(hours: Hours) -> dict[str, str]:
    """The hours in every language."""
    return {lang: told(hours, lang) for lang in LANGUAGES}


def read(text: str, lang: str) -> Hours:
    """The hours that a text told in that language tells. Raises ``NotHours``."""
    words = LANGUAGES[lang]
    seasons: list[Season] = []
    exceptions: list[Otherwise] = []
    for sentence in filter(None, (part.strip() for part in re.split(r"\.(?:\s+|$)", text))):
        plain = sentence[0].lower() + sentence[1:]
        when, separator, what = plain.partition(" : " if lang == "fr" else ": ")
        if not separator:
            seasons.append(Season(_read_week(plain, words)))
        elif (days := _read_dates(when, words)) is not None:
            exceptions.append(Otherwise(*days, _read_spans_of_day(what, words)))
        else:
            seasons.append(Season(_read_week(what, words), *_read_period(when, words)))
    return Hours(tuple(seasons), tuple(exceptions))


def _season(season: Season, words: Language) -> str:
    week = _week(season.week, words)
    if season.first is None or season.last is None:
        return week
    begin, end = words.period
    when = f"{begin}{_month_day(season.first, words)}{end}{_month_day(season.last, words)}"
    return f"{when}{_colon(words)}{week}"


def _exception(each: Otherwise, words: Language) -> str:
    begin, end = words.period
    when = f"{words.on}{_date(each.first, words)}"
    if each.last != each.first:
        when = f"{begin}{_date(each.first, words)}{end}{_date(each.last, words)}"
    what = f"{words.open} {_spans(each.spans, words)}" if each.spans else words.closed
    return f"{when}{_colon(words)}{what}"


def _colon(words: Language) -> str:
    return " : " if words is FRENCH else ": "


def _week(week: Week, words: Language) -> str:
    groups = grouped(week)
    if not any(week):
        return words.closed
    parts = [
        f"{_days(days, words)}, {_spans(spans, words)}" if spans else f"{words.closed} {_days(days, words)}"
        for spans, days in groups
    ]
    return f"{words.open} " + words.part.join(parts)


def _days(days: tuple[int, ...], words: Language) -> str:
    if len(days) == 7:
        return words.every_day
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        first, last = words.run
        return f"{first}{words.days[days[0]]}{last}{words.days[days[-1]]}"
    return _listed([words.days[day] for day in days], words)


def _spans(spans: Spans, words: Language) -> str:
    if spans == (Span(0, DAY),):
        return words.all_day
    begin, end = words.times
    return _listed([f"{begin}{_clock(each.opens, words)}{end}{_closing(each, words)}" for each in spans], words)


def _closing(span: Span, words: Language) -> str:
    if span.closes <= DAY:
        return _clock(span.closes, words)
    return _clock(span.closes - DAY, words) + words.next_day


def _clock(minutes: int, words: Language) -> str:
    hour, minute = divmod(minutes, 60)
    if words.hour == ":":
        return f"{hour}:{minute:02}"
    return f"{hour}{_NO_BREAK}h" + (f"{_NO_BREAK}{minute:02}" if minute else "")


def _listed(items: Sequence[str], words: Language) -> str:
    return words.both.join(filter(None, (", ".join(items[:-1]), items[-1])))


def _month_day(at: MonthDay, words: Language) -> str:
    month, day = at
    return f"{words.first_of_month if day == 1 else day} {words.months[month - 1]}"


def _date(day: date, words: Language) -> str:
    return f"{_month_day((day.month, day.day), words)} {day.year}"


def _read_week(text: str, words: Language) -> Week:
    if text == words.closed:
        return ((),) * 7  # type: ignore[return-value]
    if not text.startswith(f"{words.open} "):
        raise NotHours(text)
    week: list[Spans] = [()] * 7
    for part in text[len(words.open) + 1 :].split(words.part):
        if part.startswith(f"{words.closed} "):
            _read_days(part[len(words.closed) + 1 :], words)
            continue
        days, spans = _split_days(part, words)
        for day in days:
            week[day] = spans
    return tuple(week)  # type: ignore[return-value]


def _split_days(part: str, words: Language) -> tuple[list[int], Spans]:
    """Days and spans of a part: the last comma behind a day's name divides them."""
    for match in reversed(list(re.finditer(", ", part))):
        try:
            return _read_days(part[: match.start()], words), _read_spans(part[match.end() :], words)
        except NotHours:
            continue
    raise NotHours(part)


def _read_days(text: str, words: Language) -> list[int]:
    if text == words.every_day:
        return list(range(7))
    first, last = words.run
    begin, separator, end = text.removeprefix(first).partition(last)
    if separator and text.startswith(first) and begin in words.day_of and end in words.day_of:
        return list(range(words.day_of[begin], words.day_of[end] + 1))
    names = re.split(f", |{re.escape(words.both)}", text)
    if any(name not in words.day_of for name in names):
        raise NotHours(text)
    return [words.day_of[name] for name in names]


def _read_spans_of_day(text: str, words: Language) -> Spans:
    if text == words.closed:
        return ()
    if not text.startswith(f"{words.open} "):
        raise NotHours(text)
    return _read_spans(text[len(words.open) + 1 :], words)


def _read_spans(text: str, words: Language) -> Spans:
    if text == words.all_day:
        return (Span(0, DAY),)
    return tuple(_read_span(each, words) for each in re.split(f", |{re.escape(words.both)}", text))


def _read_span(text: str, words: Language) -> Span:
    begin, end = words.times
    clock = r"(\d{1,2}):(\d{2})" if words.hour == ":" else r"(\d{1,2})[\u00a0 ]h(?:[\u00a0 ](\d{2}))?"
    match = re.fullmatch(f"{begin}{clock}{end}{clock}({re.escape(words.next_day)})?", text)
    if match is None:
        raise NotHours(text)
    opens = int(match[1]) * 60 + int(match[2] or 0)
    closes = int(match[3]) * 60 + int(match[4] or 0)
    return Span(opens, closes + DAY if match[5] else closes)


def _read_period(text: str, words: Language) -> tuple[MonthDay, MonthDay]:
    begin, end = words.period
    first, separator, last = text.removeprefix(begin).partition(end)
    if not separator or not text.startswith(begin):
        raise NotHours(text)
    return _read_month_day(first, words), _read_month_day(last, words)


def _read_month_day(text: str, words: Language) -> MonthDay:
    day, _, month = text.partition(" ")
    number = "1" if day == words.first_of_month else day
    if month not in words.month_of or not number.isdecimal():
        raise NotHours(text)
    return words.month_of[month], int(number)


def _read_dates(text: str, words: Language) -> tuple[date, date] | None:
    """The days of an exception; None for a period of every year."""
    if text.startswith(words.on) and not text.startswith(words.period[0]):
        day = _read_date(text[len(words.on) :], words)
        return day, day
    begin, end = words.period
    first, separator, last = text.removeprefix(begin).partition(end)
    if not separator or not re.search(r" \d{4}$", first):
        return None
    return _read_date(first, words), _read_date(last, words)


def _read_date(text: str, words: Language) -> date:
    rest, _, year = text.rpartition(" ")
    month, day = _read_month_day(rest, words)
    try:
        return date(int(year), month, day)
    except ValueError as error:
        raise NotHours(text) from error
