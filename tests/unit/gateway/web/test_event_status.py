"""Rows A4 and A11 on the page: what stands, for whom, and the same for machines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html

from tests.unit.gateway.web.conftest import PageServices, Reader


def machine(text: str) -> dict[str, Any]:
    """The page's JSON-LD."""
    [data] = html.fromstring(text).xpath("//script[@type='application/ld+json']/text()")
    found: dict[str, Any] = json.loads(data)
    return found


@pytest.mark.parametrize(
    ("status", "english", "french", "schema"),
    [
        ("rescheduled", "New date", "Nouvelle date", "EventRescheduled"),
        ("moved-online", "Moved online", "En ligne", "EventMovedOnline"),
        ("postponed", "Postponed", "Reporté", "EventPostponed"),
        ("full", "Full", "Complet", "EventScheduled"),
        ("scheduled", None, None, "EventScheduled"),
        ("a-new-one", None, None, "EventScheduled"),
    ],
)
def test_a_page_says_what_stands_in_words_and_in_schema_org(
    reader: Reader, services: PageServices, status: str, english: str | None, french: str | None, schema: str
) -> None:
    services.answers["/v1/events/e-1"] |= {"status": status}
    pages = reader.read("/events/e-1"), reader.read("/events/e-1", "fr")
    for page, said in zip(pages, (english, french), strict=True):
        notes = html.fromstring(page).xpath("//article//p[@role='note']/strong/text()")
        assert notes == ([f"{said}."] if said else [])
    data = machine(pages[0])
    assert data["eventStatus"] == f"https://schema.org/{schema}"
    assert data.get("offers") == (
        {"@type": "Offer", "availability": "https://schema.org/SoldOut"} if status == "full" else None
    )


def test_a_page_says_for_whom_it_is_and_where_to_look(reader: Reader, services: PageServices) -> None:
    services.answers["/v1/events/e-1"] |= {
        "attendance": "mixed", "online_url": "https://example.org/live", "admission": "free",
        "ages": {"min": 9, "max": 19}, "accessibility": ["hearing"], "conditions": {"en": "Bring a coat"},
    }  # fmt: skip
    page = html.fromstring(reader.read("/events/e-1")).text_content()
    for said in ("Free, no ticket", "Ages 9 to 19", "hard of hearing", "Bring a coat", "https://example.org/live"):
        assert said in page
    page = html.fromstring(reader.read("/events/e-1", "fr")).text_content()
    for said in ("Entrée libre", "De 9 à 19 ans", "malentendantes", "Bring a coat"):
        assert said in page
    data = machine(reader.read("/events/e-1"))
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert data["location"][1] == {"@type": "VirtualLocation", "url": "https://example.org/live"}
    assert (data["isAccessibleForFree"], data["typicalAgeRange"]) == (True, "9-19")
