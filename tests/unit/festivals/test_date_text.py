"""Row A5: dates as people write them, in both languages, over midnight and over clock changes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from kernel.locality import load_locality
from services.festivals.domain.date_text import date_texts
from services.festivals.domain.timings import Timing
from tests.support.services import LOCALITY_FILE

LOCALITY = load_locality(LOCALITY_FILE)


def texts(*spans, zone="Europe/London"):
    """The texts of spans on the clocks of a zone, whose timings are in UTC as they are kept."""
    return texts_at(*(tuple(at_clock(at, zone) for at in span.split("/")) for span in spans), zone=zone)


def texts_at(*spans, zone):
    found = date_texts([Timing("t", *span, zone) for span in spans], LOCALITY.languages, LOCALITY.towns)
    return {language: text.replace("\u2009", " ").replace("\u202f", " ") for language, text in found.items()}


def at_clock(text, zone):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("spans", "english", "french"),
    [
        (["2018-08-19T11:00/2018-08-19T12:30"], "Sunday, 19 August 2018, 11:00–12:30",
         "dimanche 19 août 2018, 11:00 – 12:30"),
        (["2018-08-18T22:00/2018-08-19T01:00"], "Saturday, 18 August 2018, 22:00–01:00",
         "samedi 18 août 2018, 22:00 – 01:00"),
        (["2018-08-18T10:00/2018-08-20T16:00"], "Sat, 18 Aug – Mon, 20 Aug 2018", "sam. 18 – lun. 20 août 2018"),
        (["2018-08-18T10:00/2018-08-18T11:00", "2018-08-19T14:00/2018-08-19T15:00"], "Sat, 18 Aug – Sun, 19 Aug 2018",
         "sam. 18 – dim. 19 août 2018"),
        (["2018-08-18T10:00/2018-08-18T11:00", "2018-08-18T14:00/2018-08-18T15:00"], "Saturday, 18 August 2018",
         "samedi 18 août 2018"),
        (["2018-12-31T10:00/2018-12-31T11:00", "2019-01-01T10:00/2019-01-01T11:00"],
         "Mon, 31 Dec 2018 – Tue, 1 Jan 2019, 10:00–11:00", "lun. 31 déc. 2018 – mar. 1 janv. 2019, 10:00 – 11:00"),
        (["2019-10-26T10:00/2019-10-26T11:00", "2019-10-27T10:00/2019-10-27T11:00"],
         "Sat, 26 Oct – Sun, 27 Oct 2019, 10:00–11:00", "sam. 26 – dim. 27 oct. 2019, 10:00 – 11:00"),
        (["2018-11-10T00:00/2018-11-11T00:00"], "Saturday, 10 November 2018", "samedi 10 novembre 2018"),
        (["2018-11-10T00:00/2018-11-12T00:00"], "Sat, 10 Nov – Sun, 11 Nov 2018", "sam. 10 – dim. 11 nov. 2018"),
        (["2018-11-10T00:00/2018-11-11T00:00", "2018-11-11T00:00/2018-11-12T00:00"], "Sat, 10 Nov – Sun, 11 Nov 2018",
         "sam. 10 – dim. 11 nov. 2018"),
        (["2018-08-18T10:00/2018-08-20T00:00"], "Sat, 18 Aug – Sun, 19 Aug 2018", "sam. 18 – dim. 19 août 2018"),
        (["2018-08-18T20:00/2018-08-19T00:00"], "Saturday, 18 August 2018, 20:00–00:00",
         "samedi 18 août 2018, 20:00 – 00:00"),
        (["2018-08-17T00:00/2018-08-19T00:00", "2018-08-18T22:00/2018-08-19T02:00"], "Fri, 17 Aug – Sat, 18 Aug 2018",
         "ven. 17 – sam. 18 août 2018"),
        (["2019-03-31T00:00/2019-04-01T00:00"], "Sunday, 31 March 2019", "dimanche 31 mars 2019"),
        (["2019-10-27T00:00/2019-10-28T00:00"], "Sunday, 27 October 2019", "dimanche 27 octobre 2019"),
    ],
)  # fmt: skip
def test_days_and_hours_are_those_of_the_town(spans, english, french):
    assert texts(*spans) == texts(*spans, zone="Europe/Paris")
    assert texts(*spans) == {"en": english, "fr": french}


@pytest.mark.parametrize(
    ("month", "zones", "told"),
    [
        (6, ["Europe/London", "Europe/Paris"], ["sam. 9 – lun. 11 juin 2018", "dim. 10 – mar. 12 juin 2018"]),
        (7, ["Europe/Paris", "Europe/London"], ["mar. 10 – jeu. 12 juil. 2018", "lun. 9 – mer. 11 juil. 2018"]),
    ],
)
def test_the_same_instants_are_other_days_in_the_other_town_whichever_is_asked_first(month, zones, told):
    span = (datetime(2018, month, 9, 22, 30, tzinfo=UTC), datetime(2018, month, 11, 22, 30, tzinfo=UTC))
    assert [texts_at(span, zone=zone)["fr"] for zone in zones] == told


def test_without_a_timing_there_is_no_text():
    assert date_texts([], LOCALITY.languages, LOCALITY.towns) == {}
