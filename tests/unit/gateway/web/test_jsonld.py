"""What the pages tell machines is schema.org, and says what the page says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from lxml import html

from tests.unit.gateway.web.conftest import HOSTILE, PATHS, Reader

THING = {"name", "description", "url", "identifier", "potentialAction"}
PLACE = THING | {"address", "geo"}
EVENT = THING | {
    "startDate", "endDate", "eventStatus", "eventAttendanceMode", "location", "organizer", "superEvent", "subEvent",
    "keywords", "previousStartDate",
}  # fmt: skip
WORK = THING | {"inLanguage", "datePublished", "duration"}
VOCABULARY: dict[str, set[str]] = {
    "BoatTerminal": PLACE,
    "BoatTrip": THING | {"departureBoatTerminal", "arrivalBoatTerminal", "departureTime", "arrivalTime"},
    "Country": THING,
    "Course": THING,
    "EntryPoint": THING | {"urlTemplate"},
    "Event": EVENT,
    "Festival": EVENT,
    "GeoCoordinates": {"latitude", "longitude"},
    "ItemList": THING | {"numberOfItems", "itemListElement"},
    "ListItem": THING | {"position", "item"},
    "LocalBusiness": PLACE | {"makesOffer"},
    "Movie": WORK,
    "Offer": THING | {"price", "priceCurrency", "availability", "itemOffered"},
    "Organization": THING | {"address"},
    "Person": THING | {"address", "makesOffer"},
    "Place": PLACE,
    "PostalAddress": {"streetAddress", "addressLocality", "addressCountry"},
    "Product": THING | {"material", "productID", "productionDate", "countryOfOrigin", "manufacturer"},
    "SearchAction": THING | {"target", "query-input"},
    "SearchResultsPage": WORK,
    "Service": THING,
    "TVEpisode": WORK | {"episodeNumber", "partOfSeries"},
    "TVSeries": WORK | {"episode"},
    "TouristAttraction": PLACE,
    "TouristDestination": PLACE | {"includesAttraction"},
    "TouristTrip": THING | {"itinerary", "provider", "subjectOf"},
    "WatchAction": THING | {"target"},
    "WebPage": THING,
    "WebSite": WORK,
}
"""The types the pages use and, of their properties in schema.org 29, those the pages use."""
REQUIRED = {
    "Event": {"name", "startDate", "endDate", "eventStatus", "location"},
    "Offer": {"availability", "itemOffered"},
    "ListItem": {"position"},
    "Product": {"name"},
    "BoatTrip": {"departureTime", "arrivalTime", "departureBoatTerminal", "arrivalBoatTerminal"},
}
DATES = {"startDate", "endDate", "departureTime", "arrivalTime", "datePublished", "productionDate"}


def data_of(source: str) -> Any:
    [script] = html.fromstring(source).xpath("//script[@type='application/ld+json']")
    return json.loads(script.text)


def things(value: Any) -> Iterator[dict[str, Any]]:
    """Every typed thing of a document."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for inner in value.values():
            yield from things(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from things(inner)


def of_type(data: Any, kind: str) -> list[dict[str, Any]]:
    return [thing for thing in things(data) if thing["@type"] == kind]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("path", PATHS)
def test_every_thing_is_in_the_vocabulary(reader: Reader, path: str, lang: str) -> None:
    data = data_of(reader.read(path, lang))
    assert data["@context"] == "https://schema.org"
    found = list(things(data))
    assert found
    for thing in found:
        properties = thing.keys() - {"@type", "@context", "@graph"}
        assert properties <= VOCABULARY[thing["@type"]], thing["@type"]
        if not (thing["@type"] == "Product" and "productID" in thing):
            assert REQUIRED.get(thing["@type"], set()) <= properties, thing
        assert None not in thing.values()
        assert thing.get("url", "https://").startswith(("http://localhost/", "https://")), thing["url"]
        for name in DATES & thing.keys():
            assert _is_date(thing[name]), (name, thing[name])


def _is_date(text: str) -> bool:
    return bool(date.fromisoformat(text)) if len(text) == 10 else datetime.fromisoformat(text).tzinfo is not None


def test_an_event_says_whether_it_takes_place(reader: Reader) -> None:
    event = data_of(reader.read("/events/e-1"))
    assert (event["@type"], event["name"]) == ("Event", "A walk")
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert (event["startDate"], event["endDate"]) == ("2018-08-19T11:00:00+01:00", "2018-08-19T12:00:00+01:00")
    assert event["location"]["address"] == {
        "@type": "PostalAddress", "addressLocality": "Newhaven", "addressCountry": "GB",
    }  # fmt: skip
    assert event["url"] == "http://localhost/events/e-1"
    assert data_of(reader.read("/events/e-off"))["eventStatus"] == "https://schema.org/EventCancelled"
    assert data_of(reader.read("/events/e-dis"))["eventStatus"] == "https://schema.org/EventScheduled"
    assert data_of(reader.read("/events/e-odd"))["@type"] == "Event"


def test_a4_a_rescheduled_event_says_when_it_was_to_start(reader: Reader, services: Any) -> None:
    told = ["2018-08-18T11:00:00+01:00", "2018-08-17T11:00:00+01:00"]
    shown = services.answers["/v1/events/e-1"]
    shown["timings"] = [{**shown["timings"][0], "previous_starts": told[:1]}]
    assert "previousStartDate" not in data_of(reader.read("/events/e-1"))
    shown["status"] = "rescheduled"
    assert data_of(reader.read("/events/e-1"))["previousStartDate"] == told[0]
    shown["timings"] = [{**shown["timings"][0], "previous_starts": told}]
    assert data_of(reader.read("/events/e-1"))["previousStartDate"] == told


def test_a1_keywords_are_those_of_the_readers_language(reader: Reader, services: Any) -> None:
    services.answers["/v1/events/e-1"]["keywords_by_language"] = {"fr": ["mer", "balade"]}
    services.answers["/v1/events/e-1"]["keywords"] = ["mer", "balade", "sea"]
    assert data_of(reader.read("/events/e-1", "fr"))["keywords"] == "mer, balade"
    assert data_of(reader.read("/events/e-1", "en"))["keywords"] == "mer, balade"
    services.answers["/v1/events/e-1"]["keywords_by_language"]["en"] = ["sea"]
    assert data_of(reader.read("/events/e-1", "en"))["keywords"] == "sea"


def test_an_event_with_several_occurrences_has_each_of_them(reader: Reader, services: Any) -> None:
    again = {"id": "2", "starts_at": "2018-08-26T11:00:00+01:00", "ends_at": "2018-08-26T12:00:00+01:00"}
    services.answers["/v1/events/e-1"]["timings"] = [*services.answers["/v1/events/e-1"]["timings"], again]
    event = data_of(reader.read("/events/e-1"))
    assert (event["startDate"][:10], event["endDate"][:10]) == ("2018-08-19", "2018-08-26")
    assert [part["startDate"][:10] for part in event["subEvent"]] == ["2018-08-19", "2018-08-26"]
    assert {part["@type"] for part in event["subEvent"]} == {"Event"}


def test_a_maker_offers_at_a_price(reader: Reader) -> None:
    maker = data_of(reader.read("/makers/m-1"))
    assert maker["@type"] == "LocalBusiness"
    first, *_, last = maker["makesOffer"]
    assert (first["price"], first["priceCurrency"]) == ("28.50", "GBP")
    assert first["availability"] == "https://schema.org/SoldOut"
    assert first["itemOffered"] == {
        "@type": "Product", "name": f"Bowl {HOSTILE}", "description": "A bowl.", "material": ["Clay"],
    }  # fmt: skip
    assert last["availability"] == "https://schema.org/InStock"
    assert [each["itemOffered"]["@type"] for each in maker["makesOffer"]] == ["Product", "Product", "Course", "Service"]
    assert data_of(reader.read("/makers/m-2"))["@type"] == "Person"


def test_a_passport_is_of_a_product(reader: Reader) -> None:
    product = data_of(reader.read("/passports/i-1", "fr"))
    assert (product["@type"], product["productID"], product["material"]) == ("Product", "i-1", ["Grès"])
    assert product["manufacturer"]["url"] == "http://localhost/makers/m-1"
    assert product["countryOfOrigin"] == {"@type": "Country", "name": "GB"}


def test_a_series_has_its_episodes_and_an_episode_its_series(reader: Reader) -> None:
    series = data_of(reader.read("/titles/t-1"))
    assert (series["@type"], series["datePublished"]) == ("TVSeries", "2018-08-01")
    assert [(each["@type"], each["episodeNumber"], each["duration"]) for each in series["episode"]] == [
        ("TVEpisode", 1, "PT10M"), ("TVEpisode", 2, "PT10M"),
    ]  # fmt: skip
    assert series["potentialAction"] == [{"@type": "WatchAction", "target": "http://localhost/v1/placements/p-1/out"}]
    assert data_of(reader.read("/titles/t-1-1"))["partOfSeries"]["@type"] == "TVSeries"


def test_today_tells_the_towns_their_sights_and_what_is_on(reader: Reader) -> None:
    home = data_of(reader.read("/"))
    assert [each["name"] for each in of_type(home, "TouristDestination")] == ["Newhaven", "Dieppe"]
    [items] = of_type(home, "ItemList")
    assert [each["url"] for each in items["itemListElement"]][:1] == ["http://localhost/events/e-1"]
    assert items["numberOfItems"] == len(items["itemListElement"]) == 4
    [search] = of_type(home, "SearchAction")
    assert search["target"]["urlTemplate"] == "http://localhost/search?q={q}"
    town = data_of(reader.read("/today/newhaven"))
    trip = of_type(town, "BoatTrip")[1]
    assert (trip["departureTime"], trip["arrivalTime"]) == ("2018-08-19T10:00:00+01:00", "2018-08-19T15:00:00+02:00")


def test_text_cannot_end_the_data(reader: Reader) -> None:
    source = reader.read("/makers/m-1")
    assert source.count("</script>") == 1
