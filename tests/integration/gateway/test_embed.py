"""Row A14: a frame of events through the gateway's own edge: filters pass, refusals are told in the frame."""

from __future__ import annotations

import json

from tests.integration.gateway.conftest import Backend, Gateway, Scripted

EVENTS = "/v1/events"
BROWSER = {"Accept": "text/html"}


def test_a_filter_the_service_refuses_is_told_in_the_frame(gateway: Gateway, backend: Backend) -> None:
    refusal = json.dumps({"status": 422, "detail": "Not right.", "errors": {"kind": ["No such kind."]}}).encode()
    backend.answers[EVENTS] = Scripted(refusal, 422)
    answer = gateway.client.get("/embed/events?kind=Party&lang=en", buffered=True)
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "Check: kind." in answer.text
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


def test_a_frame_can_be_kept_for_a_minute_and_is_not_sent_twice(gateway: Gateway, backend: Backend) -> None:
    backend.answers[EVENTS] = Scripted(b'{"items": [], "next_cursor": null}')
    first = gateway.client.get("/embed/events?town=dieppe&lang=fr", buffered=True)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, max-age=60")
    assert backend.asked[-1]["target"] == "/v1/events?limit=20&town=dieppe"
    again = gateway.client.get(
        "/embed/events?town=dieppe&lang=fr", headers={"If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert again.status_code == 304


def test_no_header_forbids_the_frame_that_another_allows(gateway: Gateway, backend: Backend) -> None:
    backend.answer_nothing(EVENTS)
    framed = gateway.client.get("/embed/events?lang=en", buffered=True)
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    backend.answers[EVENTS] = Scripted(b"{}", 500)
    for answer in (gateway.client.get("/embed/events?lang=en", headers=BROWSER), gateway.client.get("/timeline")):
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
