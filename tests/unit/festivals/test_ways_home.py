"""GA2, the rule: the last sailing of the night that can be taken after an event's end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.festivals.domain.ways_home import Crossing, night_end, ways_home

EVENING = datetime(2018, 8, 19, 20, 0, tzinfo=UTC)


def crossing(id: str, departs: datetime, *, origin: str = "newhaven", checkin: int = 45) -> Crossing:
    destination = "dieppe" if origin == "newhaven" else "newhaven"
    return Crossing(
        id, origin, destination, departs, departs + timedelta(hours=4), departs - timedelta(minutes=checkin)
    )


def way(*crossings: Crossing, ends_at: datetime = EVENING):
    [found] = ways_home(ends_at, town="newhaven", zone="Europe/London", homes=["dieppe"], crossings=crossings)
    return found


def test_the_last_one_of_the_night_and_the_next_one() -> None:
    early, late = crossing("early", EVENING + timedelta(hours=1)), crossing("late", EVENING + timedelta(hours=2))
    morning = crossing("morning", EVENING + timedelta(hours=13))
    found = way(late, morning, early)
    assert (found.answer, found.last, found.next) == ("tonight", late, early)


@pytest.mark.parametrize(("before", "answer"), [(45, "tonight"), (44, "unknown")])
def test_check_in_must_be_open_when_the_event_ends(before: int, answer: str) -> None:
    assert way(crossing("s", EVENING + timedelta(minutes=before))).answer == answer


def test_one_of_the_next_morning_is_later_and_one_of_next_week_is_unknown() -> None:
    morning = crossing("morning", datetime(2018, 8, 20, 9, 0, tzinfo=UTC))
    assert (way(morning).answer, way(morning).last, way(morning).next) == ("later", None, morning)
    assert way(crossing("week", EVENING + timedelta(days=7))).answer == "unknown"


def test_ships_that_come_are_no_way_home() -> None:
    assert way(crossing("s", EVENING + timedelta(hours=2), origin="dieppe")).answer == "unknown"


@pytest.mark.parametrize(
    ("ends_at", "zone", "over"),
    [
        (datetime(2018, 8, 19, 20, 0, tzinfo=UTC), "Europe/London", datetime(2018, 8, 20, 3, 0, tzinfo=UTC)),
        (datetime(2018, 8, 20, 2, 59, tzinfo=UTC), "Europe/London", datetime(2018, 8, 20, 3, 0, tzinfo=UTC)),
        (datetime(2018, 8, 20, 3, 0, tzinfo=UTC), "Europe/London", datetime(2018, 8, 21, 3, 0, tzinfo=UTC)),
        (datetime(2019, 3, 30, 22, 0, tzinfo=UTC), "Europe/London", datetime(2019, 3, 31, 3, 0, tzinfo=UTC)),
        (datetime(2019, 3, 30, 22, 0, tzinfo=UTC), "Europe/Paris", datetime(2019, 3, 31, 2, 0, tzinfo=UTC)),
        (datetime(2018, 10, 27, 22, 0, tzinfo=UTC), "Europe/London", datetime(2018, 10, 28, 4, 0, tzinfo=UTC)),
        (datetime(2018, 10, 27, 22, 0, tzinfo=UTC), "Europe/Paris", datetime(2018, 10, 28, 3, 0, tzinfo=UTC)),
    ],
)
def test_a_night_ends_at_four_on_the_clock(ends_at: datetime, zone: str, over: datetime) -> None:
    assert night_end(ends_at, zone) == over
