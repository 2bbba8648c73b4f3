"""What today's answer shows, and what it says when a part of the platform is away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from gateway.aggregate import today
from kernel.errors import Invalid
from kernel.locality import Locality, load_locality
from tests.support.services import LOCALITY_FILE
from tests.unit.gateway.fakes import FakeServices, event, maker, page, place, sailing, title

NOW = datetime(2018, 8, 19, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def locality() -> Locality:
    return load_locality(LOCALITY_FILE)


def of_town(answer: Any) -> Any:
    def by_town(params: dict[str, Any]) -> Any:
        return answer if params.get("town") == "newhaven" else page()

    return by_town


@pytest.fixture
def services() -> FakeServices:
    return FakeServices(
        {
            "/v1/sailings": of_town(page(sailing(), sailing("s-2", "arrival"))),
            "/v1/events": of_town(page(event())),
            "/v1/makers": of_town(
                page(maker("far", walk_minutes=30), maker("unknown", walk_minutes=None), maker("near"))
            ),
            "/v1/titles": page(title()),
            "/v1/places": of_town(page(place("terminal", kind="BoatTerminal"), place())),
        }
    )


def test_each_part_is_where_it_belongs(services: FakeServices, locality: Locality) -> None:
    answer = today(services, locality, town="newhaven", now=NOW)
    [town] = answer["towns"]
    assert (answer["app"], answer["lang"], answer["partial"], answer["failed"]) == ("living-newhaven", "en", False, [])
    assert (town["date"], town["is_today"], town["local_time"]) == ("2018-08-19", True, "2018-08-19T09:00:00+01:00")
    assert [each["id"] for each in town["sailings"]["next"]] == ["s-1"]
    assert [each["id"] for each in town["sailings"]["arriving"]] == ["s-2"]
    assert [each["id"] for each in town["titles"]] == ["t-1"]
    assert town["events"][0]["walk_minutes"] == 22


def test_makers_are_ranked_by_the_walk_and_nothing_else(services: FakeServices, locality: Locality) -> None:
    [town] = today(services, locality, town="newhaven", now=NOW)["towns"]
    assert [each["id"] for each in town["makers"]] == ["near", "far", "unknown"]


def test_without_a_town_all_answer_each_on_its_own_day(services: FakeServices, locality: Locality) -> None:
    late = datetime(2018, 8, 19, 22, 30, tzinfo=UTC)
    towns = today(services, locality, now=late)["towns"]
    assert [(town["town"], town["date"]) for town in towns] == [("newhaven", "2018-08-19"), ("dieppe", "2018-08-20")]


def test_today_asks_for_sailings_from_now_and_another_day_for_those_of_that_day(
    services: FakeServices, locality: Locality
) -> None:
    today(services, locality, town="newhaven", now=NOW)
    today(services, locality, town="newhaven", day=date(2018, 8, 20), now=NOW)
    first, second = (params for _, path, params in services.asked if path == "/v1/sailings")
    assert (first["from"], "date" in first) == (NOW.isoformat(), False)
    assert (second["date"], "from" in second) == ("2018-08-20", False)


def test_a_text_missing_in_one_language_is_shown_in_the_other_and_says_so(
    services: FakeServices, locality: Locality
) -> None:
    [town] = today(services, locality, town="newhaven", lang="fr", now=NOW)["towns"]
    assert town["events"][0]["title"] == {"text": "Une balade", "lang": "fr"}
    assert town["events"][0]["summary"] == {"text": "Up the hill.", "lang": "en"}
    assert town["titles"][0]["name"] == {"text": "Seaside Town", "lang": "en"}


def test_each_name_of_the_platform_speaks_its_language_unless_told(services: FakeServices, locality: Locality) -> None:
    def reader(**asked: str) -> tuple[str, str]:
        answer = today(services, locality, now=NOW, **asked)
        return answer["app"], answer["lang"]

    assert reader() == ("living-newhaven", "en")
    assert reader(app="dieppe-vivant") == ("dieppe-vivant", "fr")
    assert reader(lang="fr") == ("dieppe-vivant", "fr")
    assert reader(app="living-newhaven", lang="fr") == ("living-newhaven", "fr")


@pytest.mark.parametrize("down", ["visitor", "festivals", "marketplace", "media"])
def test_one_service_away_costs_its_own_part_only(services: FakeServices, locality: Locality, down: str) -> None:
    whole = today(services, locality, now=NOW)
    services.down = (down,)
    answer = today(services, locality, now=NOW)
    assert (answer["partial"], answer["failed"]) == (True, [down])
    mine = {
        "visitor": ("sailings", "places"),
        "festivals": ("events",),
        "marketplace": ("makers",),
        "media": ("titles",),
    }
    for before, after in zip(whole["towns"], answer["towns"], strict=True):
        for part in ("events", "makers", "titles", "places"):
            if part in mine[down]:
                assert after[part] == []
            else:
                assert [each["id"] for each in after[part]] == [each["id"] for each in before[part]]


def test_everything_away_is_still_an_answer(locality: Locality) -> None:
    answer = today(FakeServices(down=("visitor", "festivals", "marketplace", "media")), locality, now=NOW)
    assert answer["failed"] == ["visitor", "festivals", "marketplace", "media"]
    assert [town["sailings"] for town in answer["towns"]] == [{"next": [], "arriving": []}] * 2


def test_only_the_timings_of_the_day_are_shown(services: FakeServices, locality: Locality) -> None:
    timings = [
        {"id": str(day), "starts_at": f"2018-08-{day}T23:00:00+01:00", "ends_at": f"2018-08-{day + 1}T00:00:00+01:00"}
        for day in (18, 19, 20)
    ]
    services.answers["/v1/events"] = of_town(page(event(timings=timings)))
    [town] = today(services, locality, town="newhaven", now=NOW)["towns"]
    assert [timing["id"] for timing in town["events"][0]["timings"]] == ["19"]
    assert town["events"][0]["timings_total"] == 3


def test_events_come_in_the_order_of_the_day(services: FakeServices, locality: Locality) -> None:
    def at(id: str, day: int, hour: int) -> dict[str, Any]:
        starts, ends = f"2018-08-{day}T{hour}:00:00+01:00", "2018-08-19T20:00:00+01:00"
        return event(id, timings=[{"id": "1", "starts_at": starts, "ends_at": ends}])

    services.answers["/v1/events"] = of_town(page(at("b", 19, 14), at("a", 19, 11), at("since-yesterday", 18, 18)))
    [town] = today(services, locality, town="newhaven", now=NOW)["towns"]
    assert [each["id"] for each in town["events"]] == ["since-yesterday", "a", "b"]


def test_a_disrupted_event_says_why(services: FakeServices, locality: Locality) -> None:
    disruption = {"sailing_id": "s-1", "reason": {"en": "Storm", "fr": "Tempête"}}
    services.answers["/v1/events"] = of_town(page(event(status="disrupted", disruptions=[disruption])))
    [town] = today(services, locality, town="newhaven", lang="fr", now=NOW)["towns"]
    assert (town["events"][0]["status"], town["events"][0]["reason"]["text"]) == ("disrupted", "Tempête")


@pytest.mark.parametrize(("asked", "field"), [({"town": "brighton"}, "town"), ({"app": "other"}, "app")])
def test_an_unknown_town_or_name_is_refused_with_those_there_are(
    services: FakeServices, locality: Locality, asked: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        today(services, locality, now=NOW, **asked)
    assert "newhaven" in str(refused.value.errors[field])
