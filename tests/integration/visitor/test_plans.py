"""Day plans, and what a cancelled sailing does to them (story S9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.festivals import EventWithdrawn
from kernel.ids import new_id
from tests.integration.visitor.conftest import BACK, NOW, event, maker

PLAN = {
    "town": "newhaven",
    "date": "2018-08-19",
    "stops": [{"kind": "place", "id": "newhaven-fort"}, {"kind": "maker", "id": "maker-1"}],
    "return_sailing_id": BACK,
}
GALE = {"reason": {"en": "Gale", "fr": "Tempête"}}


@pytest.fixture
def town(sailing):
    sailing.place()
    sailing.hears(maker(), event())
    return sailing


def test_a_plan_says_when_to_be_back_and_holds_nobody_s_name(town):
    plan = town.done("/plans", PLAN, as_=None)
    assert (plan["status"], plan["be_back_by"]) == ("planned", "2018-08-19T22:15:00+01:00")
    assert [stop["name"] for stop in plan["stops"]] == [
        {"en": "Newhaven Fort", "fr": "Fort de Newhaven"},
        {"und": "Clay & Co"},
    ]
    assert town.shown(f"/plans/{plan['id']}") == plan
    mine = town.done("/plans", PLAN, as_="vic")
    assert "vic" not in str(town.runtime.db.plans.find_one({"_id": mine["id"]}))


def test_a_cancelled_sailing_disrupts_the_plans_that_end_with_it_and_only_those(town):
    hit = town.done("/plans", PLAN, as_=None)
    other = town.done("/plans", {**PLAN, "return_sailing_id": "newhaven-1000-2018-08-20"}, as_=None)
    town.done(f"/sailings/{BACK}/cancel", GALE)
    now = town.shown(f"/plans/{hit['id']}")
    assert (now["status"], now["reason"], now["return_sailing"]["status"]) == ("disrupted", GALE["reason"], "cancelled")
    assert town.shown(f"/plans/{other['id']}") == other


def test_a_stop_that_was_withdrawn_says_so(town):
    plan = town.done("/plans", {**PLAN, "stops": [{"kind": "event", "id": "birdsong"}]}, as_=None)
    assert plan["stops"][0]["status"] == "scheduled"
    town.hears(EventWithdrawn(event_id="birdsong", festival_id="festival", withdrawn_at=NOW))
    assert town.shown(f"/plans/{plan['id']}")["stops"][0]["status"] == "withdrawn"


def test_a_plan_sent_again_is_saved_once_also_when_its_sailing_is_cancelled_meanwhile(town):
    body = {**PLAN, "id": new_id()}
    town.done("/plans", body, as_=None)
    town.done(f"/sailings/{BACK}/cancel", GALE)
    assert town.done("/plans", body, as_=None)["status"] == "disrupted"
    assert town.post("/plans", {**body, "stops": []}).status_code == 409
    assert town.runtime.db.plans.count_documents({}) == 1


def test_a_plan_leaves_some_weeks_after_its_day(town):
    plan = town.done("/plans", PLAN, as_=None)
    assert plan["expires_at"] == "2018-10-18T23:00:00Z"
    indexes = town.runtime.db.plans.index_information().values()
    assert [index["key"] for index in indexes if "expireAfterSeconds" in index] == [[("expires_at", 1)]]
    town.clock.advance(timedelta(days=400))
    assert town.done("/plans", PLAN, as_=None)["expires_at"] == "2019-11-22T11:00:00Z"


WRONG = [
    ({"town": "atlantis"}, "town"),
    ({"date": "soon"}, "date"),
    ({"date": "9999-12-31"}, "date"),
    ({"date": "0001-01-01"}, "date"),
    ({"stops": [{"kind": "place", "id": "nowhere"}]}, "stops.0.id"),
    ({"stops": [{"kind": "film", "id": "x"}]}, "stops"),
    ({"stops": [{"kind": "place", "id": "newhaven-fort"}] * 21}, "stops"),
    ({"stops": "all"}, "stops"),
    ({"return_sailing_id": "nowhere"}, "return_sailing_id"),
    ({"return_sailing_id": "dieppe-1230-2018-08-19"}, "return_sailing_id"),
    ({"return_sailing_id": "newhaven-2300-2018-08-18"}, "return_sailing_id"),
    ({"name": "Ann"}, "name"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_a_wrong_plan_names_its_field(town, change, field):
    answer = town.post("/plans", {**PLAN, **change})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert town.runtime.db.plans.count_documents({}) == 0


def test_nobody_plans_to_return_with_a_cancelled_sailing(town):
    town.done(f"/sailings/{BACK}/cancel", GALE)
    answer = town.post("/plans", PLAN)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["return_sailing_id"])
    assert town.get("/plans/nowhere").status_code == 404
