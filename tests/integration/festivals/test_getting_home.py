"""GA2: "can I still get home?": 200 pairs of event and sailing, both clock-change Sundays among them, 0 wrong.

The oracle counts minutes on a clock of its own: it knows the dates of the clock changes and uses no time zone library.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.visitor import Call, SailingCancelled, SailingDelayed, SailingReinstated, SailingScheduled
from tests.integration.festivals.conftest import opened

SUMMER_BEGINS = {2018: datetime.fromisoformat("2018-03-25T01:00"), 2019: datetime.fromisoformat("2019-03-31T01:00")}
SUMMER_ENDS = {2018: datetime.fromisoformat("2018-10-28T01:00"), 2019: datetime.fromisoformat("2019-10-27T01:00")}
"""In UTC: all of Europe changes at the same instant."""
SUNDAYS = {date(2018, 3, 25), date(2018, 10, 28), date(2019, 3, 31)}
WINTER_HOURS = {"newhaven": 0, "dieppe": 1}
OTHER = {"newhaven": "dieppe", "dieppe": "newhaven"}
ZONES = {"newhaven": "Europe/London", "dieppe": "Europe/Paris"}
DAYS = [
    *(date(2018, 3, 24) + timedelta(days=n) for n in range(3)),
    *(date(2018, 10, 27) + timedelta(days=n) for n in range(3)),
    *(date(2019, 3, 30) + timedelta(days=n) for n in range(3)),
    date(2018, 8, 19),
]


def on_the_clock(utc, town):
    """A naive UTC time as the clock in ``town`` shows it, with the offset in hours."""
    summer = SUMMER_BEGINS[utc.year] <= utc < SUMMER_ENDS[utc.year]
    hours = WINTER_HOURS[town] + summer
    return utc + timedelta(hours=hours), hours


def written(utc, town):
    local, hours = on_the_clock(utc, town)
    return f"{local.isoformat()}+{hours:02}:00"


def made_up(seed):
    """200 events in two towns, and the sailings of their days, some cancelled: naive UTC throughout."""
    dice = random.Random(seed)
    sailings, events = [], []
    for n, day in enumerate(DAYS):
        for town in OTHER:
            for m in range(dice.randint(0, 4)):
                departs = datetime.combine(day, datetime.min.time()) + timedelta(minutes=5 * dice.randint(0, 350))
                checkin = dice.choice([30, 45, 60, 90])
                runs = dice.random() > 0.2
                sailings.append((f"s-{n}-{town}-{m}", town, departs, checkin, runs))
    for n, day in enumerate(sorted(SUNDAYS)):
        for town in OTHER:
            for half in range(3, 9):
                departs = datetime.combine(day, datetime.min.time()) + timedelta(minutes=30 * half)
                sailings.append((f"night-{n}-{town}-{half}", town, departs, 30, half % 4 != 3))
            evening = datetime.combine(day, datetime.min.time()) - timedelta(hours=2)
            events += [(f"night-{n}-{town}-{hour}", town, evening + timedelta(hours=hour)) for hour in range(6)]
    for n in range(200 - len(events)):
        town, sailing = dice.choice(["newhaven", "dieppe"]), dice.choice(sailings)
        near = sailing[2] - timedelta(minutes=sailing[3]) + timedelta(minutes=dice.choice([-300, -1, 0, 1, 5, 400]))
        events.append((f"e-{n}", dice.choice([sailing[1], town]), near))
    return sailings, events


def expected(event, sailings):
    """What the answer must be: for the way to the other town."""
    _, town, ends = event
    local, _ = on_the_clock(ends, town)
    four = local.replace(hour=4, minute=0, second=0)
    if local.hour >= 4:
        four += timedelta(days=1)
    over = next(
        four - timedelta(hours=h)
        for h in (WINTER_HOURS[town] + 1, WINTER_HOURS[town])
        if on_the_clock(four - timedelta(hours=h), town)[0] == four
    )
    takes = [
        (departs, name, checkin)
        for name, port, departs, checkin, runs in sailings
        if runs and port == town and ends + timedelta(minutes=checkin) <= departs <= ends + timedelta(days=3)
    ]
    tonight = [one for one in takes if one[0] < over]
    answer = "tonight" if tonight else "later" if takes else "unknown"
    return answer, max(tonight, default=None), min(takes, default=None)


@pytest.fixture(scope="module")
def people(mongod):
    with opened(mongod) as people:
        people.festival()
        yield people


def hear_of(people, sailings):
    for name, town, departs, checkin, runs in sailings:
        at = departs.replace(tzinfo=UTC)
        ends = {
            "departure": Call(town=town, at=at, zone=ZONES[town]),
            "arrival": Call(town=OTHER[town], at=at + timedelta(hours=4), zone=ZONES[OTHER[town]]),
        }
        people.hear(SailingScheduled(sailing_id=name, service_date="2018-01-01", checkin_minutes=checkin, **ends))
        if not runs:
            people.hear(SailingCancelled(sailing_id=name, cancelled_at=at, reason={"en": "Gale"}, **ends))


def test_two_hundred_pairs_are_right(people):
    sailings, events = made_up(seed=2018)
    hear_of(people, sailings)
    row = people.runtime.db.events.find_one({"_id": people.event("Seed")["id"]})
    people.runtime.db.events.delete_many({})
    for name, town, ends in events:
        end = ends.replace(tzinfo=UTC)
        timing = {"id": "t1", "starts_at": end - timedelta(hours=1), "ends_at": end, "zone": ZONES[town]}
        people.runtime.db.events.insert_one(
            row | {"_id": name, "town": town, "timings": [timing], "first_start": timing["starts_at"], "last_end": end}
        )
    listed = {item["id"]: item for item in people.get("/v1/events?limit=200").json["items"]}
    assert len(listed) == 200
    wrong, seen, on_change_days = [], {"tonight": 0, "later": 0, "unknown": 0}, 0
    for event in events:
        name, town, ends = event
        answer, last, following = expected(event, sailings)
        seen[answer] += 1
        on_change_days += on_the_clock(ends, town)[0].date() in {
            date(2018, 3, 25),
            date(2018, 10, 28),
            date(2019, 3, 31),
        }
        home = listed[name]["getting_home"]
        [way] = home["ways"]
        right = home["ends_at"] == written(ends, town) and (way["to"], way["answer"]) == (OTHER[town], answer)
        for shown, wanted in ((way["last"], last), (way["next"], following)):
            right = right and (shown is None) == (wanted is None)
            if right and wanted:
                departs, sailing_id, checkin = wanted
                instants = (departs - timedelta(minutes=checkin), departs, departs + timedelta(hours=4))
                clocks = [{port: written(instant, port) for port in OTHER} for instant in instants]
                right = shown["sailing_id"] == sailing_id
                right = right and [shown[key] for key in ("checkin_closes", "departs", "arrives")] == clocks
                right = right and shown["minutes_to_checkin"] == (instants[0] - ends).total_seconds() // 60
        if not right:
            wrong.append((event, answer, last, following, home))
    assert wrong == []
    assert min(seen.values()) >= 5, seen
    assert on_change_days >= 40


def test_a_sailing_that_is_cancelled_is_no_way_home_any_more(people):
    people.runtime.db.sailings.delete_many({})
    event = people.event("Evening", at="2018-08-19T18:00")
    departs = datetime.fromisoformat("2018-08-19T22:00")
    hear_of(
        people,
        [("last", "newhaven", departs, 45, True), ("before", "newhaven", departs - timedelta(hours=3), 45, True)],
    )

    def last():
        [way] = people.get(f"/v1/events/{event['id']}").json["getting_home"]["ways"]
        return way["last"] and way["last"]["sailing_id"]

    assert last() == "last"
    hear_of(people, [("last", "newhaven", departs, 45, False)])
    assert last() == "before"
    hear_of(people, [("before", "newhaven", departs - timedelta(hours=3), 45, False)])
    assert last() is None


def test_a_ship_that_leaves_early_takes_nobody_who_would_come_at_the_planned_time(people):
    people.runtime.db.sailings.delete_many({})
    event = people.event("Evening", at="2018-08-19T18:00")
    departs = datetime.fromisoformat("2018-08-19T22:00")
    hear_of(people, [("last", "newhaven", departs, 45, True)])
    ends = {
        "departure": Call(town="newhaven", at=departs.replace(tzinfo=UTC), zone=ZONES["newhaven"]),
        "arrival": Call(town="dieppe", at=departs.replace(tzinfo=UTC) + timedelta(hours=4), zone=ZONES["dieppe"]),
    }

    def expect(minutes):
        leaves, lands = (call.at + timedelta(minutes=minutes) for call in ends.values())
        told = {"reason": {"en": "Tide"}, "told_at": people.runtime.clock.now()}
        people.hear(
            SailingDelayed(sailing_id="last", expected_departure_at=leaves, expected_arrival_at=lands, **told, **ends)
        )

    def checkin_closes():
        [way] = people.get(f"/v1/events/{event['id']}").json["getting_home"]["ways"]
        return way["last"]["checkin_closes"]["newhaven"]

    planned = written(departs - timedelta(minutes=45), "newhaven")
    assert checkin_closes() == planned
    expect(-40)
    assert checkin_closes() == written(departs - timedelta(minutes=85), "newhaven")
    expect(+90)
    assert checkin_closes() == planned, "time may be made up"
    expect(-10)
    people.hear(SailingReinstated(sailing_id="last", reinstated_at=people.runtime.clock.now(), **ends))
    assert checkin_closes() == planned


def test_an_event_of_many_days_tells_of_the_timing_that_comes_next(people):
    days = [
        {"starts_at": f"2018-08-{day}T10:00:00+01:00", "ends_at": f"2018-08-{day}T17:00:00+01:00"} for day in (18, 20)
    ]
    event = people.event("Exhibition", timings=days)
    assert event["getting_home"]["ends_at"] == "2018-08-18T17:00:00+01:00"
    people.runtime.clock.advance(timedelta(days=2))
    shown = people.get(f"/v1/events/{event['id']}").json["getting_home"]
    assert shown["ends_at"] == "2018-08-20T17:00:00+01:00"
    people.runtime.clock.advance(timedelta(days=9))
    assert people.get(f"/v1/events/{event['id']}").json["getting_home"] == shown


def test_a_draft_without_a_time_has_no_way_home(people):
    draft = people.post(
        "/v1/events", {"festival_id": "newhaven-festival-2018", "town": "newhaven", "title": {"en": "T"}}, as_="ada"
    )
    assert draft.json["getting_home"] is None


def test_the_index_answers(people):
    found = people.runtime.db.sailings.find(
        {"$or": [{"departure.town": "newhaven", "departure.at": {"$gte": datetime(2018, 8, 19, tzinfo=UTC)}}]}
    )
    assert "IXSCAN" in str(found.explain()["queryPlanner"]["winningPlan"])
