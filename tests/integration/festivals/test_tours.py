"""A20: tours with route, leader, meeting point and date, and the sailing that they fit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.visitor import SailingDelayed
from tests.integration.festivals.conftest import NOON, cancelled, crossing, reinstated, scheduled

MEET = {"name": {"en": "Newhaven Town station", "fr": "Gare de Newhaven Town"}, "point": {"lat": 50.795, "lon": 0.055}}
TOUR = {
    "leader": "Ada Chalk (made up)",
    "mode": "walk",
    "length_m": 4200,
    "meeting_point": MEET,
    "route": [{**MEET, "minutes": 0}, {"name": {"en": "Castle Hill"}, "minutes": 40}],
}


@pytest.fixture
def people(afresh):
    afresh.festival("eco", kind="ecological", towns=["newhaven", "dieppe"])
    afresh.hear(scheduled("morning"))
    return afresh


def tour(people, title="Cliffs", **more):
    """The ship lands at 08:30 in Newhaven; a tour of the same day."""
    event = people.event(title, festival_id="eco", **more)
    answer = people.request("PUT", f"/v1/tours/{event['id']}", TOUR, as_="ada")
    assert answer.status_code == 200, answer.text
    return answer.json


def found(people, query=""):
    answer = people.get(f"/v1/tours?{query}")
    assert answer.status_code == 200, answer.text
    return [one["title"]["en"] for one in answer.json["items"]]


def test_a_tour_tells_route_leader_meeting_point_date_and_the_sailing_it_fits(people):
    made = tour(people, at="2018-08-19T11:00")
    assert people.get(f"/v1/events/{made['id']}").json["tour_url"] == made["url"]
    assert people.get(f"/v1/events/{people.event('Fair', festival_id='eco')['id']}").json["tour_url"] is None
    assert made == people.get(made["url"]).json == people.get("/v1/tours").json["items"][0]
    assert {name: made[name] for name in ("leader", "mode", "length_m")} == {
        name: TOUR[name] for name in ("leader", "mode", "length_m")
    }
    assert made["meeting_point"] == {**MEET, "minutes": None}
    assert [(stop["name"]["en"], stop["minutes"]) for stop in made["route"]] == [
        ("Newhaven Town station", 0),
        ("Castle Hill", 40),
    ]
    [timing] = made["timings"]
    assert timing["starts_at"] == "2018-08-19T11:00:00+01:00"
    assert timing["fits"]["sailing_id"] == "morning"
    assert timing["fits"]["departure"]["at"] == "2018-08-19T05:30:00+02:00"
    assert timing["fits"]["arrival"]["at"] == "2018-08-19T08:30:00+01:00"


@pytest.mark.parametrize(
    ("at", "fits"),
    [("2018-08-19T09:15", True), ("2018-08-19T09:14", False), ("2018-08-19T20:30", True), ("2018-08-19T20:31", False)],
)
def test_a_tour_fits_a_sailing_that_lands_in_time_and_not_half_a_day_before(people, at, fits):
    made = tour(people, at=at)
    assert bool(made["timings"][0]["fits"]) == fits
    assert found(people, "sailing_id=morning") == (["Cliffs"] if fits else [])


def test_a_cancelled_sailing_fits_no_tour(people):
    made = tour(people, at="2018-08-19T11:00")
    people.hear(cancelled("morning"))
    assert people.get(made["url"]).json["timings"][0]["fits"] is None
    assert found(people, "sailing_id=morning") == []
    assert people.get("/v1/tours?sailing_id=unknown").status_code == 422


def late(sailing_id, minutes):
    ends, by = crossing(), timedelta(minutes=minutes)
    expected = {f"expected_{end}_at": ends[end].at + by for end in ("departure", "arrival")}
    return SailingDelayed(sailing_id=sailing_id, told_at=NOON, reason={"en": "Fog"}, **ends, **expected)


@pytest.mark.parametrize(("minutes", "fits"), [(105, True), (106, False), (-60, True)])
def test_a_late_sailing_fits_no_tour_that_begins_before_it_lands(people, minutes, fits):
    made = tour(people, at="2018-08-19T11:00")
    people.hear(late("morning", minutes))
    assert bool(people.get(made["url"]).json["timings"][0]["fits"]) == fits
    assert found(people, "sailing_id=morning") == (["Cliffs"] if fits else [])
    people.hear(reinstated("morning"))
    assert people.get(made["url"]).json["timings"][0]["fits"]["sailing_id"] == "morning"
    assert found(people, "sailing_id=morning") == ["Cliffs"]


def test_a_late_sailing_fits_the_tours_after_it_and_of_two_ships_the_one_that_lands_last(people):
    people.hear(scheduled("second"), late("morning", 14 * 60))
    made = tour(people, at="2018-08-20T10:00")
    assert made["timings"][0]["fits"]["sailing_id"] == "morning"
    people.hear(late("second", 15 * 60))
    assert people.get(made["url"]).json["timings"][0]["fits"]["sailing_id"] == "second"
    assert found(people, "sailing_id=morning") == ["Cliffs"]


def test_tours_are_found_by_town_festival_and_date_and_other_events_are_none(people):
    people.festival()
    people.event("No tour")
    tour(people, at="2018-08-19T11:00")
    tour(people, "Later", at="2018-08-20T11:00")
    assert found(people) == ["Cliffs", "Later"]
    assert found(people, "date=2018-08-20") == ["Later"]
    assert found(people, "town=newhaven&festival_id=eco&limit=1") == ["Cliffs"]
    assert found(people, "town=dieppe") == []
    assert found(people, "town=dieppe&sailing_id=morning") == []
    assert found(people, "festival_id=newhaven-festival-2018") == []


def test_a_tour_is_as_public_as_its_event_and_only_its_curator_changes_it(people):
    made = tour(people, at="2018-08-19T11:00")
    assert people.request("PUT", made["url"], TOUR, as_="ben").status_code == 403
    before = people.get(made["event_url"]).json["sequence"]
    people.request("PUT", made["url"], TOUR, as_="ada")
    assert people.get(made["event_url"]).json["sequence"] == before, "the same again is no change"
    people.request("PUT", made["url"], TOUR | {"leader": "Ben (made up)"}, as_="ada")
    assert people.get(made["event_url"]).json["sequence"] == before + 1
    people.post(f"{made['event_url']}/withdraw", as_="ada")
    assert (found(people), people.get(made["url"]).status_code) == ([], 404)
    assert people.get(made["url"], as_="ada").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"route": []}, "route"),
        ({"route": [{**MEET, "minutes": 9}, {**MEET, "minutes": 3}]}, "route"),
        ({"leader": " "}, "leader"),
        ({"length_m": -1}, "length_m"),
        ({"mode": "rocket"}, "mode"),
    ],
)
def test_a_bad_tour_names_its_field(people, changes, field):
    event = people.event(festival_id="eco")
    answer = people.request("PUT", f"/v1/tours/{event['id']}", TOUR | changes, as_="ada")
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_an_index_answers(people):
    tour(people)
    db = people.runtime.db
    selector = {"state": "published", "tour.mode": {"$exists": True}}
    assert "IXSCAN" in str(db.events.find(selector).sort([("first_start", 1), ("_id", 1)]).explain()["queryPlanner"])
    assert "arrival.town" in str(
        db.sailings.find({"arrival.town": "newhaven"}).explain()["queryPlanner"]["winningPlan"]
    )
