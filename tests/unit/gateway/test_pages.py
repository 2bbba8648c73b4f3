"""What the pages are made of: the one thing they are about must be there, the rest may be missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.aggregate import event_page, maker_page, passport_page, title_page
from gateway.failures import ServiceAway
from kernel.errors import NotFound
from kernel.locality import load_locality
from tests.support.services import LOCALITY_FILE
from tests.unit.gateway.fakes import FakeServices, event, maker, page, place, sailing, title

LOCALITY = load_locality(LOCALITY_FILE)
NOW = datetime(2018, 8, 19, 8, 0, tzinfo=UTC)

OFFERING: dict[str, Any] = {
    "id": "o-1", "maker_id": "m-1", "town": "newhaven", "kind": "product", "status": "listed", "synthetic": True,
    "title": {"en": "Bowl", "fr": "Bol"}, "summary": {"en": "A bowl."}, "price": {"amount": 2800, "currency": "GBP"},
    "materials": [{"name": {"en": "Clay", "fr": "Grès"}, "origin": "Stoke"}],
}  # fmt: skip

PASSPORT: dict[str, Any] = {
    "item_id": "i-1", "offering_id": "o-1", "title": {"en": "Bowl", "fr": "Bol"}, "town": "newhaven",
    "maker": {"kind": "maker", "id": "m-1", "name": {"und": "Chalk & Tide"}, "town": "newhaven"},
    "town_name": {"en": "Newhaven"}, "made_in": {"en": "Made in Newhaven", "fr": "Fabriqué à Newhaven"},
    "materials": [], "intact": True, "problems": [], "synthetic": True,
    "hands": [
        {"kind": "maker", "id": "m-1", "name": {"und": "Chalk & Tide"}, "town": "newhaven", "since": "2018-09-01"},
        {"kind": "popup", "id": "p", "name": {"en": "Here", "fr": "À Dieppe"}, "town": "dieppe", "since": "2018-09-05"},
        {"kind": "buyer", "since": "2018-09-12"},
    ],
}  # fmt: skip


@pytest.fixture
def services() -> FakeServices:
    return FakeServices(
        {
            "/v1/events/e-1": event(description={"en": "Long."}, sailings=[{"id": "s-9", "known": False}]),
            "/v1/events/gone": None,
            "/v1/events": page(event(), event("e-2")),
            "/v1/places": page(place(kind="BoatTerminal")),
            "/v1/makers": page(maker()),
            "/v1/makers/m-1": maker(),
            "/v1/sailings": page(sailing()),
            "/v1/offerings": page(OFFERING),
            "/v1/offerings/o-1": OFFERING,
            "/v1/passports/i-1": PASSPORT,
            "/v1/titles/t-1": title(kind="series", episodes=[title("t-1-1", kind="episode", series_id="t-1")]),
            "/v1/titles/t-1-1": title("t-1-1", kind="episode", series_id="t-1"),
            "/v1/titles": page(title(), title("t-3")),
        }
    )


def test_an_event_with_what_is_near(services: FakeServices) -> None:
    answer = event_page(services, LOCALITY, "e-1", lang="fr", now=NOW)
    assert answer["event"]["title"] == {"text": "Une balade", "lang": "fr"}
    assert answer["event"]["description"] == {"text": "Long.", "lang": "en"}
    assert answer["event"]["sailings"] == [{"id": "s-9", "known": False}]
    assert answer["event"]["walk_minutes"] == 22
    assert [each["id"] for each in answer["others"]] == ["e-2"]
    assert [each["id"] for each in answer["sailings"]] == ["s-1"]


def test_a_maker_with_what_they_offer(services: FakeServices) -> None:
    answer = maker_page(services, LOCALITY, "m-1", app="dieppe-vivant", now=NOW)
    assert answer["maker"]["craft"] == {"text": "Céramique", "lang": "fr"}
    [offering] = answer["offerings"]
    assert offering["materials"] == [{"name": {"text": "Grès", "lang": "fr"}, "origin": "Stoke"}]


def test_a_passport_says_whose_hands_and_nothing_of_the_buyer(services: FakeServices) -> None:
    passport = passport_page(services, LOCALITY, "i-1", lang="fr")["passport"]
    assert passport["made_in"] == {"text": "Fabriqué à Newhaven", "lang": "fr"}
    assert [hand["kind"] for hand in passport["hands"]] == ["maker", "popup", "buyer"]
    assert passport["hands"][1]["name"] == {"text": "À Dieppe", "lang": "fr"}
    assert passport["hands"][2] == {"kind": "buyer", "since": "2018-09-12", "name": None, "town_name": None}


def test_a_series_and_one_of_its_episodes(services: FakeServices) -> None:
    series = title_page(services, LOCALITY, "t-1")
    assert [each["id"] for each in series["episodes"]] == ["t-1-1"]
    assert [each["id"] for each in series["others"]] == ["t-3"]
    episode = title_page(services, LOCALITY, "t-1-1")
    assert episode["series"]["id"] == "t-1"


def test_what_does_not_exist_has_no_page(services: FakeServices) -> None:
    with pytest.raises(NotFound):
        event_page(services, LOCALITY, "gone", now=NOW)


def test_without_the_owner_there_is_no_page_and_without_another_service_there_is(services: FakeServices) -> None:
    services.down = ("festivals",)
    with pytest.raises(ServiceAway):
        event_page(services, LOCALITY, "e-1", now=NOW)
    services.down = ("visitor", "marketplace")
    answer = event_page(services, LOCALITY, "e-1", now=NOW)
    assert (answer["failed"], answer["event"]["walk_minutes"]) == (["visitor", "marketplace"], None)
