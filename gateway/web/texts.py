"""One language's words, and its ways to write times, days, money and durations.

Words stand in ``gateway/i18n/<language>.toml`` and in the folders beside it, ways to write come from the CLDR by
Babel. What a service gives as a local time is shown as it is: nothing is converted on the way.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision

from kernel.locality import Locality

FOLDER = Path(__file__).parents[1] / "i18n"
NO_BREAK = "\u00a0"


class Texts:
    """The words of one language: ``t("walk", n=7)``. Raises ``KeyError`` for words that do not exist."""

    def __init__(self, lang: str, country: str | None = None) -> None:
        self.lang = lang
        self.locale = Locale.parse(f"{lang}_{country}" if country else lang)
        self._messages = _messages(lang)

    def __call__(self, key: str, /, **values: Any) -> str:
        """The words called ``key``; with ``n``, in the plural form that the number takes (CLDR)."""
        if key not in self._messages and "n" in values:
            key = self._form(key, values["n"])
            values = {**values, "n": format_decimal(values["n"], locale=self.locale)}
        return self._messages[key].format(**values)

    def _form(self, key: str, number: float) -> str:
        form = f"{key}.{self.locale.plural_form(number)}"
        return form if form in self._messages else f"{key}.other"

    def word(self, group: str, name: str | None) -> str | None:
        """The word for a term of a vocabulary, e.g. ``("event_kind", "MusicEvent")``; None when there is none."""
        return self._messages.get(f"{group}.{name}")

    def vocabulary(self, group: str) -> list[tuple[str, str]]:
        """The terms of a vocabulary with their words, in the order of the file."""
        prefix = f"{group}."
        return [(key.removeprefix(prefix), said) for key, said in self._messages.items() if key.startswith(prefix)]

    def time(self, value: str | datetime) -> str:
        """A time of day as its own clocks show it."""
        return format_time(moment(value).replace(tzinfo=None), self._messages["format.time"], locale=self.locale)

    def second(self, value: datetime) -> str:
        """A time of day to the second."""
        return format_time(value.replace(tzinfo=None), "medium", locale=self.locale)

    def day(self, value: str | date, form: str = "day") -> str:
        """A day: ``day`` in full, ``short_day`` without the year, ``day_year`` without the weekday."""
        return format_date(_day(value), self._messages[f"format.{form}"], locale=self.locale)

    def near_day(self, value: str | date, today: date, form: str = "short_day") -> str:
        """Today, tomorrow, or the day."""
        name = {0: "today", 1: "tomorrow"}.get((_day(value) - today).days)
        return self(f"day.{name}") if name else self.day(value, form)

    def partial_date(self, value: str) -> str:
        """A date as exactly as it is known: ``2018``, ``2018-09`` or ``2018-09-01``."""
        if value.count("-") == 2:
            return self.day(value, "day_year")
        year, *month = (int(part) for part in value.split("-"))
        return format_skeleton("yMMMM", date(year, month[0], 1), locale=self.locale) if month else str(year)

    def day_in(self, value: str, zone: tzinfo) -> str:
        """The day of a date or of an instant, where the clocks show ``zone``."""
        return self.day(moment(value).astimezone(zone).date() if "T" in value else value, "day_year")

    def money(self, value: Mapping[str, Any]) -> str:
        """An amount of money from minor units, e.g. ``£28.00`` or ``28,00 €``."""
        units = Decimal(value["amount"]).scaleb(-get_currency_precision(value["currency"]))
        return format_currency(units, value["currency"], locale=self.locale)

    def duration(self, minutes: int) -> str:
        """Days, hours and minutes, the two largest of them that matter."""
        days, rest = divmod(max(0, minutes), 24 * 60)
        hours, left = divmod(rest, 60)
        shown = [(days, "d"), (hours, "h"), (left, "min")]
        first = next((at for at, (number, _) in enumerate(shown) if number), 2)
        parts = [self(f"unit.{unit}", n=number) for number, unit in shown[first : first + 2] if number or first == 2]
        return NO_BREAK.join(parts)

    def distance(self, metres: int) -> str:
        """A length in kilometres to the nearest hundred metres, in metres below that."""
        if metres < 100:
            return self("unit.m", n=metres)
        return self("unit.km", n=round(metres / 1000, 1))

    def walk(self, minutes: int) -> str:
        """How far something is from the ferry terminal, on foot."""
        return self("walk", n=minutes) if minutes else self("walk_none.text")

    def listed(self, parts: Sequence[str]) -> str:
        """Several things in one sentence: ``a, b and c``."""
        return format_list(list(parts), locale=self.locale)

    def language_name(self, code: str) -> str:
        """What a language is called in this one; its code when it has no name."""
        return str(self.locale.languages.get(code) or code)


def texts_of(locality: Locality, lang: str) -> Texts:
    """The words of a language as the first town that speaks it writes times and money."""
    return Texts(lang, next((town.country for town in locality.towns if town.language == lang), None))


def begin(text: str) -> str:
    """A text as it begins a sentence: nothing but its first letter changes."""
    return text[:1].upper() + text[1:]


def moment(value: str | datetime) -> datetime:
    """An instant, or a local time with its offset, from its text (RFC 3339). A time without offset is UTC."""
    parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _day(value: str | date) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


@cache
def _messages(lang: str) -> dict[str, str]:
    files = [FOLDER / f"{lang}.toml", *sorted(FOLDER.glob(f"*/{lang}.toml"))]
    return {key: said for file in files for key, said in _flat(tomllib.loads(file.read_text(encoding="utf-8")))}


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in table.items():
        rows += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, str(value))]
    return rows


def languages() -> list[str]:
    """The languages that there are words in."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))
