"""Subjects put forward by what happens in the towns, and producers who take them up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.festivals import EventCancelled, EventDisrupted, EventPublished, EventWithdrawn, Timing, Where
from contracts.marketplace import MakerJoined
from contracts.media import SubjectProposed
from kernel.outbox import headers_of
from tests.integration.media.conftest import NOW, OTHER, PRODUCER, film

START = datetime(2018, 8, 19, 10, tzinfo=UTC)
REASON = {"en": "Storm"}


def event(event_id="birdsong", **changes):
    told = {
        "event_id": event_id,
        "festival_id": "festival-2018",
        "curator_id": "curator-1",
        "title": {"en": "Birdsong", "fr": "Chants d'oiseaux"},
        "summary": {"en": "To listen to in the church."},
        "town": "newhaven",
        "where": Where(name={"en": "St Michael's Church"}, town="newhaven"),
        "timings": [Timing(starts_at=START, ends_at=START + timedelta(hours=7), zone="Europe/London")],
        "kind": "ExhibitionEvent",
    }
    return EventPublished(**(told | changes))


def maker(**changes):
    told = {
        "maker_id": "potter",
        "town": "dieppe",
        "name": "Atelier du Pollet",
        "craft": {"en": "Pottery", "fr": "Poterie"},
        "summary": {"en": "Cups."},
        "joined_at": NOW,
        "synthetic": True,
    }
    return MakerJoined(**(told | changes))


def withdrawn(event_id="birdsong"):
    return EventWithdrawn(event_id=event_id, festival_id="festival-2018", withdrawn_at=NOW)


def cancelled(event_id="birdsong"):
    return EventCancelled(event_id=event_id, festival_id="festival-2018", cancelled_at=NOW, reason=REASON)


def only(media, query=""):
    [subject] = media.items(f"/productions{query}")
    return subject


def test_an_event_is_proposed_once_and_kept_up_to_date(media):
    media.hears(event())
    first = only(media)
    assert (first["about_kind"], first["about_id"], first["state"]) == ("event", "birdsong", "proposed")
    assert first["title"]["fr"] == "Chants d'oiseaux"
    media.clock.advance(timedelta(hours=1))
    media.hears(event(), event(title={"en": "Birdsong at dawn"}))
    second = only(media)
    assert (second["id"], second["title"]) == (first["id"], {"en": "Birdsong at dawn"})
    assert second["proposed_at"] == first["proposed_at"]
    assert second["changed_at"] > first["changed_at"]
    said = media.said(SubjectProposed)
    assert [(each.subject_id, each.title["en"]) for each in said] == [
        (first["id"], "Birdsong"),
        (first["id"], "Birdsong at dawn"),
    ]


def test_what_is_said_names_the_event_that_caused_it(media):
    media.hears(event())
    row = media.runtime.db.outbox.find_one({"type": SubjectProposed.TYPE})
    assert dict(headers_of(row)).get("ce_causationid")


def test_a_maker_is_proposed_under_their_name(media):
    media.hears(maker())
    subject = only(media, "?about_kind=maker&town=dieppe")
    assert subject["title"] == {"en": "Atelier du Pollet", "fr": "Atelier du Pollet"}
    assert subject["summary"]["fr"] == "Poterie"
    assert subject["synthetic"] is True
    assert media.items("/productions?about_kind=event") == media.items("/productions?town=newhaven") == []


def test_a_withdrawn_event_is_no_subject_until_it_comes_back(media):
    media.hears(event(), event("ramble"), withdrawn())
    assert only(media)["about_id"] == "ramble"
    assert only(media, "?state=withdrawn")["about_id"] == "birdsong"
    media.hears(event())
    assert len(media.items("/productions")) == 2
    assert [each.about_id for each in media.said(SubjectProposed)] == ["birdsong", "ramble", "birdsong"]


def test_a_cancelled_event_says_so_and_a_disrupted_one_stays_open(media):
    disrupted = EventDisrupted(event_id="ramble", festival_id="festival-2018", sailing_id="s1", reason=REASON)
    media.hears(event(), event("ramble"), cancelled(), disrupted)
    assert only(media, "?state=cancelled")["about_id"] == "birdsong"
    ramble = only(media, "?state=proposed")
    assert (ramble["about_id"], ramble["about_status"]) == ("ramble", "disrupted")
    media.hears(event("ramble"))
    assert only(media, "?state=proposed")["about_status"] == "scheduled"


@pytest.mark.parametrize("unknown", [withdrawn("never-heard-of"), cancelled("never-heard-of")])
def test_the_end_of_an_unknown_event_changes_nothing(media, unknown):
    media.hears(unknown)
    assert media.runtime.db.subjects.count_documents({}) == 0


def test_one_producer_takes_a_subject_up_and_can_hand_it_back(media):
    media.hears(event())
    path = f"/productions/{only(media)['id']}"
    taken = media.made(f"{path}/take-up")
    assert (taken["state"], taken["taken_up_by"]) == ("taken-up", PRODUCER)
    assert media.made(f"{path}/take-up")["taken_up_at"] == taken["taken_up_at"]
    assert media.post(f"{path}/take-up", by=OTHER).status_code == 409
    assert media.post(f"{path}/hand-back", by=OTHER).status_code == 403
    assert only(media, "?state=taken-up")["id"] == taken["id"]
    back = media.made(f"{path}/hand-back")
    assert back["state"] == "proposed"
    assert "taken_up_by" not in back
    assert media.made(f"{path}/take-up", by=OTHER)["taken_up_by"] == OTHER


def test_an_update_of_the_event_leaves_the_producer_in_place(media):
    media.hears(event())
    path = f"/productions/{only(media)['id']}"
    media.made(f"{path}/take-up")
    media.hears(event(title={"en": "Birdsong again"}))
    assert media.get(path).json["taken_up_by"] == PRODUCER
    media.hears(cancelled())
    assert media.get(path).json["state"] == "cancelled"
    assert media.post(f"{path}/take-up", by=OTHER).status_code == 409


def test_only_producers_take_up_what_there_is(media):
    media.hears(event())
    path = f"/productions/{only(media)['id']}"
    assert media.post(f"{path}/take-up", by="c1", role="curator").status_code == 403
    assert media.send("POST", f"{path}/take-up").status_code == 401
    assert media.post("/productions/none/take-up").status_code == 404
    assert media.get("/productions/none").status_code == 404
    assert media.get("/productions?state=lost").status_code == 422
    assert media.get("/productions?about_kind=ship").status_code == 422
    assert only(media)["state"] == "proposed"


def test_a_title_names_the_subjects_it_is_about(media):
    media.hears(event(), maker())
    ids = [each["id"] for each in media.items("/productions")]
    title = media.made("/titles", film(subjects=ids))
    media.made(f"/titles/{title['id']}/publish", {})
    assert [each["id"] for each in media.items(f"/titles?subject_id={ids[0]}")] == [title["id"]]
    assert media.items("/titles?subject_id=none") == []
