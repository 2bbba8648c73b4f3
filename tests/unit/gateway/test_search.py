"""One question, both towns."""

from __future__ import annotations

import pytest

from gateway.aggregate import search
from kernel.errors import Invalid
from kernel.locality import load_locality
from tests.support.services import LOCALITY_FILE
from tests.unit.gateway.fakes import FakeServices, event, maker, page, place, title

LOCALITY = load_locality(LOCALITY_FILE)


@pytest.fixture
def services() -> FakeServices:
    return FakeServices(
        {
            "/v1/events": page(event(), event("e-2", town="dieppe")),
            "/v1/makers": page(maker(town="dieppe")),
            "/v1/places": page(place()),
            "/v1/titles": page(title()),
        }
    )


def test_both_towns_answer_under_either_name(services: FakeServices) -> None:
    answers = {app: search(services, LOCALITY, "seaside", app=app) for app in ("living-newhaven", "dieppe-vivant")}
    for app, lang in (("living-newhaven", "en"), ("dieppe-vivant", "fr")):
        newhaven, dieppe = answers[app]["towns"]
        assert answers[app]["lang"] == lang
        assert [each["id"] for each in newhaven["events"]] == ["e-1"]
        assert [each["id"] for each in dieppe["events"]] == ["e-2"]
        assert [each["title"]["lang"] for each in dieppe["events"]] == [lang]
        assert [each["id"] for each in dieppe["makers"]] == ["m-1"]
        assert [each["id"] for each in newhaven["titles"]] == [each["id"] for each in dieppe["titles"]] == ["t-1"]
        assert answers[app]["total"] == 5


def test_every_owner_is_asked_the_question(services: FakeServices) -> None:
    search(services, LOCALITY, "seaside")
    asked = {(service, path) for service, path, params in services.asked if params.get("q") == "seaside"}
    assert asked == {
        ("festivals", "/v1/events"), ("marketplace", "/v1/makers"), ("marketplace", "/v1/offerings"),
        ("visitor", "/v1/places"), ("media", "/v1/titles"),
    }  # fmt: skip


def test_a_service_away_is_named(services: FakeServices) -> None:
    services.down = ("marketplace",)
    answer = search(services, LOCALITY, "seaside")
    assert (answer["partial"], answer["failed"]) == (True, ["marketplace"])
    assert answer["towns"][0]["events"]


@pytest.mark.parametrize("q", ["!!", "a", " - "])
def test_a_question_without_a_word_is_refused(services: FakeServices, q: str) -> None:
    with pytest.raises(Invalid) as refused:
        search(services, LOCALITY, q)
    assert "q" in refused.value.errors
    assert services.asked == []
