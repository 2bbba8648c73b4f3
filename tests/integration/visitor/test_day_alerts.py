"""Rows B6, B10 and GB2: plans react to ferries that are late, early, retimed or run after all, and no others."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from contracts.base import Event
from contracts.visitor import SailingCancelled, SailingDelayed, SailingReinstated, SailingScheduled
from tests.integration.visitor.conftest import BACK, DAY, GALE, NOW, SAILING, Visitors, when
from tests.support.gtfs import GOOD, feed

TOLD = (SailingScheduled, SailingCancelled, SailingDelayed, SailingReinstated)
LEAVES, LANDS = when("2018-08-19T22:00:00Z"), when("2018-08-19T14:30:00Z")
OFF_THE_BOAT = {"town": "newhaven", "arrival_sailing_id": SAILING, "return_sailing_id": BACK}
FOG = {"reason": {"en": "Fog", "fr": "Brouillard"}}


class Ferries:
    """A town whose own worker hears each event of its ferries once."""

    def __init__(self, town: Visitors) -> None:
        self.town = town
        self.heard = {kind: len(town.said(kind)) for kind in TOLD}

    def hear(self) -> list[Event]:
        """Everything said since, as the worker hears it."""
        new = [event for kind in TOLD for event in self.town.said(kind)[self.heard[kind] :]]
        self.heard = {kind: len(self.town.said(kind)) for kind in TOLD}
        self.town.hears(*new)
        return new

    def expected(self, sailing_id: str, **times: str) -> None:
        """Say when a ferry is expected instead."""
        answer = self.town.send("PUT", f"/sailings/{sailing_id}/delay", {**FOG, **times}, as_="ann")
        assert answer.status_code == 200, answer.text
        assert self.hear()

    def as_planned(self, sailing_id: str, what: str) -> None:
        """Take a delay or a cancellation back."""
        assert self.town.send("DELETE", f"/sailings/{sailing_id}/{what}", as_="ann").status_code == 200
        assert self.hear()

    def cancelled(self, sailing_id: str) -> None:
        self.town.done(f"/sailings/{sailing_id}/cancel", GALE)
        assert self.hear()


@pytest.fixture
def ferries(town):
    return Ferries(town)


def made(town, **change):
    """A day plan, and how to look at it again."""
    return _made(town, {**DAY, **change})


def made_off_the_boat(town):
    """The same for who comes by a ferry."""
    return _made(town, OFF_THE_BOAT)


def _made(town, body):
    plan = town.done("/day-plans", body, as_=None)
    return plan, lambda: town.done(f"/day-plans/{plan['id']}/open", {"code": plan["code"]}, as_=None)


def kinds(plan):
    return [alert["kind"] for alert in plan["alerts"]]


def full_until_the_ferry(town, plan):
    """Make a plan one that is back just in time, as a full day is."""
    latest = when(plan["closes_at"]) - timedelta(minutes=10)
    town.runtime.db.day_plans.update_one({"_id": plan["id"]}, {"$set": {"back_at": latest}})


def test_an_earlier_check_in_alerts_who_would_be_late_and_planning_anew_is_back_in_time(town, ferries):
    plan, now = made(town)
    spare, spare_now = made(town)
    full_until_the_ferry(town, plan)
    ferries.expected(BACK, departs_at="2018-08-19T21:20:00Z")
    late, fine = now(), spare_now()
    assert (kinds(late), late["status"], late["alerts"][0]["reason"]) == (
        ["sailing-earlier"],
        "disrupted",
        FOG["reason"],
    )
    assert set(late["alerts"][0]["text"]) == {"en", "fr"}
    assert (kinds(fine), fine["status"]) == ([], "planned")
    for each in (late, fine):
        assert each["closes_local"] == each["return_sailing"]["checkin_closes_local"] == "2018-08-19T21:35:00+01:00"
    anew = town.done(f"/day-plans/{plan['id']}/replan", {"code": plan["code"], "revision": 1}, as_=None)
    assert (anew["status"], anew["alerts"], anew["return_sailing"]["id"]) == ("planned", [], BACK)
    assert when(anew["back_at"]) <= when("2018-08-19T21:25:00+01:00")
    assert spare["closes_local"] == "2018-08-19T22:15:00+01:00"


def test_a_late_ferry_back_alerts_nobody_for_check_in_closes_as_planned(town, ferries):
    plan, now = made(town)
    full_until_the_ferry(town, plan)
    ferries.expected(BACK, departs_at="2018-08-20T00:00:00Z")
    assert (kinds(now()), now()["closes_at"]) == ([], plan["closes_at"])
    assert now()["return_sailing"]["delay"]["minutes"] == 120


def test_who_waits_for_a_late_ferry_is_told_when_it_is_cancelled(town, ferries):
    plan, now = made(town)
    ferries.expected(BACK, departs_at="2018-08-20T01:00:00Z")
    town.clock.advance(when(plan["closes_at"]) + timedelta(minutes=30) - town.clock.now())
    ferries.cancelled(BACK)
    assert kinds(now()) == ["sailing-cancelled"]


def test_a_cancellation_that_was_taken_back_before_it_was_heard_alerts_nobody(town, ferries):
    _, now = made(town)
    town.done(f"/sailings/{BACK}/cancel", GALE)
    assert town.send("DELETE", f"/sailings/{BACK}/cancel", as_="ann").status_code == 200
    assert ferries.hear()
    assert kinds(now()) == []


def test_a_late_landing_alerts_who_misses_the_first_stop_and_the_day_begins_later(town, ferries):
    plan, now = made_off_the_boat(town)
    spare = {"$set": {"ashore_by": when(plan["starts_at"]) + timedelta(minutes=20)}}
    town.runtime.db.day_plans.update_one({"_id": plan["id"]}, spare)
    sets_out = at(LANDS - timedelta(hours=4))
    ferries.expected(SAILING, departs_at=sets_out, arrives_at=at(LANDS + timedelta(minutes=20)))
    assert kinds(now()) == [], "there was so much time before the first stop"
    ferries.expected(SAILING, departs_at=at(LANDS - timedelta(hours=2)), arrives_at=at(LANDS + timedelta(hours=2)))
    assert (kinds(now()), now()["status"]) == (["sailing-later"], "disrupted")
    anew = town.done(f"/day-plans/{plan['id']}/replan", {"code": plan["code"], "revision": 1}, as_=None)
    assert (anew["starts_local"], kinds(anew), anew["status"]) == ("2018-08-19T18:00:00+01:00", [], "planned")
    assert all(when(stop["arrives_at"]) >= when(anew["starts_at"]) for stop in anew["stops"])
    assert made_off_the_boat(town)[0]["starts_local"] == "2018-08-19T18:00:00+01:00", "new plans know of it"


def at(instant):
    return instant.isoformat()


def test_a_new_timetable_alerts_those_it_leaves_without_their_ferry(town, ferries):
    plan, now = made(town)
    other, other_now = made(town, return_sailing_id="newhaven-1000-2018-08-20")
    full_until_the_ferry(town, plan)
    earlier = GOOD["stop_times.txt"].replace("24:00:00", "21:00:00").replace("28:00:00", "25:00:00")
    town.imported(feed(stop_times=earlier))
    assert len(ferries.hear()) == 3
    assert kinds(now()) == ["sailing-earlier"]
    assert now()["closes_local"] == "2018-08-19T19:15:00+01:00"
    assert other_now() == {name: value for name, value in other.items() if name != "code"}
    town.imported(feed())
    ferries.hear()
    assert (kinds(now()), now()["status"]) == (["sailing-reinstated"], "planned")


@pytest.mark.parametrize("how", ["cancelled", "early"])
def test_who_was_alerted_is_told_when_the_ferry_runs_after_all_and_nobody_else(town, ferries, how):
    plan, now = made(town)
    other, other_now = made(town, return_sailing_id="newhaven-1000-2018-08-20")
    full_until_the_ferry(town, plan)
    for _ in range(2):
        if how == "cancelled":
            ferries.cancelled(BACK)
        else:
            ferries.expected(BACK, departs_at="2018-08-19T21:20:00Z")
        assert (len(kinds(now())), now()["status"]) == (1, "disrupted")
        ferries.as_planned(BACK, "cancel" if how == "cancelled" else "delay")
        told = now()
        assert (kinds(told), told["status"], told["closes_at"]) == (
            ["sailing-reinstated"],
            "planned",
            plan["closes_at"],
        )
        assert set(told["alerts"][0]["text"]) == {"en", "fr"}
    assert other_now()["alerts"] == []
    assert other["return_sailing"]["id"] == other_now()["return_sailing"]["id"]


def test_who_had_to_take_another_ferry_is_told_that_the_first_one_runs_again(town, ferries):
    plan, now = made(town)
    ferries.cancelled(BACK)
    path, code = f"/day-plans/{plan['id']}/replan", {"code": plan["code"]}
    anew = town.done(path, {**code, "revision": 1}, as_=None)
    assert (anew["return_sailing"]["id"], anew["alerts"]) == ("newhaven-1000-2018-08-20", [])
    ferries.as_planned(BACK, "cancel")
    assert (kinds(now()), now()["status"]) == (["sailing-back"], "planned")
    ferries.cancelled(BACK)
    assert kinds(now()) == [], "it is gone again, and the plan does not hold it"
    ferries.as_planned(BACK, "cancel")
    again = town.done(path, {**code, "revision": 2, "return_sailing_id": BACK}, as_=None)
    assert (again["return_sailing"]["id"], again["alerts"]) == (BACK, [])
    ferries.expected(BACK, departs_at="2018-08-19T22:30:00Z")
    assert kinds(now()) == []


def test_gb2_of_1_000_plans_an_early_and_a_late_ferry_alert_only_those_that_cannot_be_kept(town, ferries):
    plan, _ = made_off_the_boat(town)
    row = town.runtime.db.day_plans.find_one({"_id": plan["id"]})
    rng = random.Random(6)
    rows = []
    for number in range(1_000):
        ends = {
            "return_sailing_id": rng.choice((BACK, "newhaven-1000-2018-08-20", None)),
            "arrival_sailing_id": rng.choice((SAILING, None)),
            "back_at": row["closes_at"] - timedelta(minutes=rng.randint(10, 120)),
            "ashore_by": row["starts_at"] + timedelta(minutes=rng.randint(0, 120)),
        }
        rows.append({**row, **ends, "_id": f"plan-{number}"})
    town.runtime.db.day_plans.insert_many(rows)
    early, late = timedelta(minutes=30), timedelta(minutes=60)
    ferries.expected(BACK, departs_at=at(LEAVES - early))
    ferries.expected(SAILING, departs_at=at(LANDS - timedelta(hours=3)), arrives_at=at(LANDS + late))
    wrong = affected = 0
    for each in rows:
        wanted = set()
        if each["return_sailing_id"] == BACK and each["back_at"] > row["closes_at"] - early - timedelta(minutes=10):
            wanted.add("sailing-earlier")
        if each["arrival_sailing_id"] == SAILING and each["ashore_by"] < row["starts_at"] + late:
            wanted.add("sailing-later")
        affected += bool(wanted)
        kept = town.runtime.db.day_plans.find_one({"_id": each["_id"]})
        wrong += sorted(alert["kind"] for alert in kept["alerts"]) != sorted(wanted)
    assert (wrong, 200 < affected < 600) == (0, True)


def test_a_ferry_that_is_gone_or_a_day_that_is_over_disturbs_nobody(town, ferries):
    plan, now = made(town)
    full_until_the_ferry(town, plan)
    town.clock.advance(LEAVES - NOW)
    ferries.expected(BACK, departs_at=at(LEAVES - timedelta(minutes=50)))
    assert kinds(now()) == []
