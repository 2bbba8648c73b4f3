"""When to be back at the ferry, how long that is, and which ship is out there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.web import sailings

NOW = datetime(2018, 8, 19, 8, 0, tzinfo=UTC)


def leaving(id: str, hour: int, **changes: Any) -> dict[str, Any]:
    """A four-hour crossing from Newhaven; ``hour`` in UTC."""
    leaves, lands = (datetime(2018, 8, 19, hour, tzinfo=UTC) + timedelta(hours=more) for more in (0, 4))
    closes = leaves - timedelta(minutes=45)

    def here(instant: datetime, hours: int) -> str:
        return f"{(instant + timedelta(hours=hours)):%Y-%m-%dT%H:%M:%S}+0{hours}:00"

    ends = {
        "departure": {"town": "newhaven", "at": leaves.isoformat(), "local": here(leaves, 1)},
        "arrival": {"town": "dieppe", "at": lands.isoformat(), "local": here(lands, 2)},
    }
    return {"id": id, "status": "scheduled", "checkin_closes_local": here(closes, 1), **ends, **changes}


def test_the_ferry_to_be_back_for_runs_and_can_be_checked_in_for() -> None:
    rows = [
        leaving("closed", 8),
        leaving("cancelled", 9, status="cancelled"),
        leaving("next", 12),
        leaving("later", 15),
    ]
    back = sailings.back(rows, NOW)
    assert back is not None
    assert (back.sailing["id"], back.closes.isoformat(), back.minutes_left) == (
        "next", "2018-08-19T12:15:00+01:00", 195,
    )  # fmt: skip
    assert [row["id"] for row in sailings.off(rows, back)] == ["cancelled"]


def test_check_in_that_closes_this_minute_is_closed() -> None:
    rows = [leaving("next", 12)]
    closes = datetime(2018, 8, 19, 11, 15, tzinfo=UTC)
    assert sailings.back(rows, closes) is None
    almost = sailings.back(rows, closes - timedelta(seconds=59))
    assert almost is not None
    assert almost.minutes_left == 0


def test_without_check_in_times_the_departure_counts() -> None:
    back = sailings.back([leaving("next", 12, checkin_closes_local=None)], NOW)
    assert back is not None
    assert back.minutes_left == 240


def test_when_nothing_runs_all_that_is_cancelled_is_told() -> None:
    rows = [leaving(str(hour), hour, status="cancelled") for hour in (9, 12)]
    assert sailings.back(rows, NOW) is None
    assert [row["id"] for row in sailings.off(rows, None)] == ["9", "12"]


def test_the_walk_back_is_taken_off() -> None:
    back = sailings.back([leaving("next", 12)], NOW)
    assert back is not None
    leave = back.leave_by(20)
    assert leave is not None
    assert leave.isoformat() == "2018-08-19T11:55:00+01:00"
    assert back.leave_by(None) is None


@pytest.mark.parametrize(("hour", "progress"), [(8, 0.0), (6, 0.5), (5, 0.75)])
def test_a_ship_at_sea_is_where_its_time_says(hour: int, progress: float) -> None:
    rows = [leaving("out", hour), leaving("out", hour), leaving("not yet", 9), leaving("landed", 4)]
    [ship] = sailings.at_sea(rows, NOW)
    assert ship.progress == progress
    assert ship.position("newhaven") == progress
    assert ship.position("dieppe") == 1 - progress


def late(id: str, hour: int, minutes: int) -> dict[str, Any]:
    """The same crossing, expected to leave and to land so many minutes late."""
    row = leaving(id, hour)
    ends = {"departs_local": row["departure"]["local"], "arrives_local": row["arrival"]["local"]}
    told = {name: datetime.fromisoformat(text) + timedelta(minutes=minutes) for name, text in ends.items()}
    return {**row, "delay": {name: at.isoformat() for name, at in told.items()} | {"minutes": minutes}}


def test_a_late_or_early_ship_is_at_sea_when_it_is_expected_to_be() -> None:
    assert sailings.at_sea([late("in port still", 7, 90)], NOW) == []
    assert sailings.at_sea([late("there already", 5, -60)], NOW) == []
    [ship] = sailings.at_sea([late("out", 4, 120)], NOW)
    assert (ship.progress, ship.lands.isoformat()) == (0.5, "2018-08-19T12:00:00+02:00")
    [early] = sailings.at_sea([late("early", 9, -60)], NOW)
    assert early.progress == 0.0


def test_a_cancelled_ship_is_not_at_sea() -> None:
    assert sailings.at_sea([leaving("out", 6, status="cancelled")], NOW) == []


def test_sailings_stand_under_their_own_day() -> None:
    rows = [leaving("a", 9), leaving("b", 21), leaving("c", 22)]
    assert [(day.day, len(those)) for day, those in sailings.by_day(rows, "departure")] == [(19, 3)]
    assert [(day.day, len(those)) for day, those in sailings.by_day(rows, "arrival")] == [(19, 1), (20, 2)]


def test_one_illustrative_sailing_makes_the_list_so() -> None:
    assert sailings.illustrative([leaving("a", 9), leaving("b", 9, illustrative=True)])
    assert not sailings.illustrative([leaving("a", 9)])
