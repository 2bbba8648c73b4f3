"""Row A5: dates as people write them, in both languages, over midnight and over clock changes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kernel.locality import load_locality
from services.festivals.domain.date_text import date_texts
from services.festivals.domain.timings import Timing
from tests.support.services import LOCALITY_FILE

LOCALITY = load_locality(LOCALITY_FILE)


def texts(*spans, zone="Europe/London"):
    clock = ZoneInfo(zone)
    timings = [
        Timing("t", *(datetime.fromisoformat(at).replace(tzinfo=clock) for at in span.split("/")), zone)
        for span in spans
    ]
    return date_texts(timings, LOCALITY.languages, LOCALITY.towns)


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
    ],
)  # fmt: skip
def test_days_and_hours_are_those_of_the_town(spans, english, french):
    assert texts(*spans) == texts(*spans, zone="Europe/Paris")
    found = {language: text.replace("\u2009", " ").replace("\u202f", " ") for language, text in texts(*spans).items()}
    assert found == {"en": english, "fr": french}


def test_without_a_timing_there_is_no_text():
    assert date_texts([], LOCALITY.languages, LOCALITY.towns) == {}
