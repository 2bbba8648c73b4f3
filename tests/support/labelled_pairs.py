"""450 labelled pairs of listings, for row GA4: made up, by the hand-written rules below, and the same every time.

``python -m tests.support.labelled_pairs`` writes them to ``tests/unit/festivals/labelled_pairs.json``, from the 75
events in ``labelled_events.txt`` beside it. Each has a *sister*: another event that is easily taken for it. Every event
gives three pairs that are one event listed twice and three that are not, by rules taken in turn. The 300 pairs of the
first 50 events are for setting weights (``tuning``), the 150 of the other 25 are ``held-out``; the two have no event,
title or place in common.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FILE = Path(__file__).parent.parent / "unit" / "festivals" / "labelled_pairs.json"
ZONES = {"newhaven": ZoneInfo("Europe/London"), "dieppe": ZoneInfo("Europe/Paris")}
OTHER = {"newhaven": "dieppe", "dieppe": "newhaven"}
POINTS = {"newhaven": (50.790, 0.050), "dieppe": (49.926, 1.078)}
FOUND_IN = {"newhaven": "https://harbour-diary.example/", "dieppe": "https://agenda-du-port.example/"}

EVENTS = FILE.with_name("labelled_events.txt")
"""Town, title, place, kind and local start of each event, and its sister's title; English before French."""

TUNED = 50
"""Events whose pairs the weights were set on."""

Pair = tuple[dict[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class Made:
    """One of the events, and what its listings are made of."""

    n: int
    town: str
    title: dict[str, str]
    place: dict[str, str]
    kind: str
    start: datetime
    sister: dict[str, str]

    @property
    def point(self) -> tuple[float, float]:
        """Some hundred metres from the point of the event before."""
        lat, lon = POINTS[self.town]
        return round(lat + self.n % 7 * 0.004, 4), round(lon + self.n % 5 * 0.005, 4)

    def listed(self, langs: str = "en fr", *, later: int = 0, **more: Any) -> dict[str, Any]:
        """A listing in those languages, so many minutes later."""
        start = self.start + timedelta(minutes=later)
        listing = {
            "title": {lang: self.title[lang] for lang in langs.split()},
            "town": self.town,
            "place": {lang: self.place[lang] for lang in langs.split()},
            "point": self.point,
            "kind": self.kind,
            "timings": [[start.isoformat(), (start + timedelta(hours=2)).isoformat()]],
            "website": None,
            "who": "one",
            "their_id": None,
        }
        return {**listing, **more}


def events() -> list[Made]:
    """The 75 events."""
    found = []
    for n, line in enumerate(EVENTS.read_text(encoding="utf-8").splitlines()):
        town, en, fr, place, place_fr, kind, start, sister, sister_fr = line.split("|")
        town = {"n": "newhaven", "d": "dieppe"}[town]
        at = datetime.fromisoformat(f"2019-08-{10 + n % 15}T{start}").replace(tzinfo=ZONES[town])
        place_map = {"en": place, "fr": place_fr}
        found.append(Made(n, town, {"en": en, "fr": fr}, place_map, kind, at, {"en": sister, "fr": sister_fr}))
    return found


def slip(text: str) -> str:
    """The text as somebody types it in a hurry: two letters swapped in its longest word, in capitals."""
    longest = max(text.split(), key=len)
    middle = len(longest) // 2
    swapped = longest[: middle - 1] + longest[middle] + longest[middle - 1] + longest[middle + 1 :]
    return text.replace(longest, swapped).upper()


def only(made: Made, lang: str, title: str, **more: Any) -> dict[str, Any]:
    """A listing in one language under another title."""
    return made.listed(lang, **{"title": {lang: title}, "who": "two", **more})


def translated(made: Made) -> Pair:
    """In English here, in French there."""
    return made.listed("en"), made.listed("fr", who="two")


def across(made: Made) -> Pair:
    """In the other town's calendar too, in its language, without coordinates and with another kind."""
    theirs = {"newhaven": "fr", "dieppe": "en"}[made.town]
    return made.listed(), made.listed(theirs, town=OTHER[made.town], point=None, kind="Event", who="two")


def reworded(made: Made) -> Pair:
    """With what somebody adds to a title, and doors half an hour before."""
    lang = ("en", "fr")[made.n % 2]
    added = {"en": "{} (free, all welcome)", "fr": "Gratuit ! {} - venez nombreux"}[lang]
    return made.listed(lang), only(made, lang, added.format(made.title[lang]), later=-30)


def mistyped(made: Made) -> Pair:
    """In capitals with a slip, the place without its last word, a quarter of an hour off."""
    lang = ("fr", "en")[made.n % 2]
    short = " ".join(made.place[lang].split()[:-1]) or made.place[lang]
    return made.listed(), only(made, lang, slip(made.title[lang]), place={lang: short}, point=None, later=15)


def on_the_wrong_clock(made: Made) -> Pair:
    """An hour off, as by the clocks of the other town."""
    lang = ("en", "fr")[made.n % 2]
    return made.listed(), made.listed(lang, later=60 if made.town == "newhaven" else -60, who="two")


def whole_day(made: Made) -> Pair:
    """From a calendar that knows only the day."""
    midnight = made.start.replace(hour=0, minute=0)
    day = [[midnight.isoformat(), (midnight + timedelta(days=1)).isoformat()]]
    lang = ("en", "fr")[made.n % 2]
    return made.listed(), made.listed(lang, timings=day, point=None, kind="Event", who="two")


def linked(made: Made) -> Pair:
    """Shortened and without a place, with the page of the event."""
    page = f"{FOUND_IN[made.town]}{made.n}-{made.title['en'].split()[-1].lower()}"
    short = {"fr": " ".join(made.title["fr"].split()[:3])}
    theirs = made.listed("fr", title=short, place={}, point=None, website=f"{page}/?utm_source=news", who="two")
    return made.listed("en", website=page), theirs


def one_of_a_run(made: Made) -> Pair:
    """One occurrence of what is listed as a run of three days."""
    days = [made.start + timedelta(days=n) for n in range(3)]
    run = [[day.isoformat(), (day + timedelta(hours=2)).isoformat()] for day in days]
    lang = ("fr", "en")[made.n % 2]
    return made.listed(timings=run), made.listed(lang, later=24 * 60, who="two")


def other_day(made: Made) -> Pair:
    """The same series on another day."""
    return made.listed(), made.listed(later=24 * 60 * (1, 7)[made.n % 2], who="two")


def same_venue(made: Made) -> Pair:
    """Another event in the same place at the same time."""
    other = events()[(made.n + 3) % 25 + made.n // 25 * 25]
    return made.listed(), made.listed(title=other.title, kind=other.kind, who="two")


def other_town(made: Made) -> Pair:
    """An event of the same name in the other town at the same time."""
    there = next(one for one in events()[made.n // 25 * 25 :] if one.town != made.town)
    town = there.town
    return made.listed(), made.listed(town=town, place=there.place, point=there.point, who="two")


def second_part(made: Made) -> Pair:
    """The first and the second part, one right after the other."""
    parts = [{lang: f"{text}, {n}" for lang, text in made.title.items()} for n in (1, 2)]
    return made.listed(title=parts[0]), made.listed(title=parts[1], later=60, who="two")


def sister_event(made: Made) -> Pair:
    """What is easily taken for it, in the same place an hour and a half later."""
    return made.listed(), made.listed(title=made.sister, later=90, who="two")


def matinee(made: Made) -> Pair:
    """Two performances on one day, listed one by one."""
    return made.listed("en"), made.listed("en", later=300, who="two")


def sister_in_french(made: Made) -> Pair:
    """What is easily taken for it, at the same time in the same place, and in the other language."""
    return made.listed("en"), made.listed("fr", title={"fr": made.sister["fr"]}, later=30, who="two")


def sister_elsewhere(made: Made) -> Pair:
    """What is easily taken for it, at the same time in another place of the town."""
    there = next(one for one in events()[made.n // 25 * 25 :] if one.town == made.town and one.point != made.point)
    return made.listed(), made.listed(title=made.sister, place=there.place, point=there.point, who="two")


Rule = Callable[[Made], Pair]
SAME: list[Rule] = [translated, across, reworded, mistyped, on_the_wrong_clock, whole_day, linked, one_of_a_run]
DIFFERENT: list[Rule] = [
    other_day, same_venue, other_town, second_part, sister_event, matinee, sister_in_french, sister_elsewhere,
]  # fmt: skip


def pairs() -> list[dict[str, Any]]:
    """The 450 pairs."""
    found = []
    for made in events():
        for rules, same in ((SAME, True), (DIFFERENT, False)):
            for step in (0, 3, 5):
                rule = rules[(made.n + step) % len(rules)]
                one, other = rule(made)
                part = "tuning" if made.n < TUNED else "held-out"
                found.append({"part": part, "rule": rule.__name__, "same": same, "one": one, "other": other})
    return found


def text() -> str:
    """The data file, a pair on a line."""
    lines = ",\n".join(json.dumps(pair, ensure_ascii=False) for pair in pairs())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
