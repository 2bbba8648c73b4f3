"""Row A14: a list of events in a frame of somebody else's site, without script and cookie, under any filter."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from kernel.errors import Invalid
from tests.unit.gateway.web.conftest import HOSTILE, PageServices, Reader

PATH = "/embed/events?town=newhaven&when=upcoming"


def test_a_frame_may_stand_anywhere_and_runs_and_keeps_nothing(reader: Reader) -> None:
    answer = reader.get(f"{PATH}&lang=fr")
    assert answer.status_code == 200
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert "frame-ancestors 'none'" in reader.get("/").headers["Content-Security-Policy"], "other pages may not"


def test_a_frame_shows_the_events_in_its_language_and_leads_to_their_pages(reader: Reader) -> None:
    tree = html.fromstring(reader.read(f"{PATH}&lang=fr"))
    assert tree.get("lang") == "fr"
    links = {(link.text_content().strip(), link.get("href")) for link in tree.xpath("//h2/a")}
    assert ("Une balade", "/events/e-1?lang=fr") in links
    assert {link.get("target") for link in tree.xpath("//a")} == {"_blank"}
    assert {link.get("rel") for link in tree.xpath("//a")} == {"noopener"}
    assert (f"Seulement {HOSTILE}", "/events/e-odd?lang=fr") in links
    assert "Annulé" in tree.text_content()


def test_the_filters_go_to_the_service_and_what_it_refuses_is_said(reader: Reader, services: PageServices) -> None:
    reader.read(f"{PATH}&limit=3&accessibility=motor&fields=id")
    [(_, _, asked)] = [call for call in services.asked if call[1] == "/v1/events"]
    assert asked == {"town": "newhaven", "when": "upcoming", "limit": "3", "accessibility": "motor"}

    def refuse(params: Any) -> Any:
        raise Invalid("Not right.", errors={"kind": ["No."]})

    services.answers["/v1/events"] = refuse
    answer = reader.get("/embed/events?kind=Party")
    assert answer.status_code == 422
    assert "Check: kind." in answer.text
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("lang", "said"), [("en", "Nothing is listed"), ("fr", "Rien d’annoncé")])
def test_an_empty_frame_says_so(reader: Reader, lang: str, said: str) -> None:
    assert said in reader.read("/embed/events?town=dieppe", lang)
