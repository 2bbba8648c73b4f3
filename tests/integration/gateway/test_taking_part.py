"""Rows A13, A17 and A20 on the pages: people propose, register and join tours, without script, through the service."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.web.forms import ONCE
from tests.integration.gateway.front import Front, Visitor

WEEK = {"first_day": "2018-08-18", "last_day": "2018-08-24"}
WALK = {"starts_at": "2018-08-20T10:00:00+01:00", "ends_at": "2018-08-20T11:30:00+01:00"}
ANNA = {"name": "Anna", "email": "anna@example.org"}


@pytest.fixture(scope="module")
def festival(front: Front) -> str:
    """A festival of both towns, at which any curator may put something on."""
    text = {"en": "The festival", "fr": "Le festival"}
    body = {"kind": "cultural", "name": text, "summary": text, "towns": ["newhaven", "dieppe"], **WEEK}
    festival: str = front.done("festivals", "POST", "/v1/festivals", body, role="curator")["id"]
    return festival


def event(front: Front, festival: str, **desk: Any) -> str:
    """A walk for which people register; its id."""
    where = {"name": {"en": "The Fort", "fr": "Le fort"}}
    body = {"festival_id": festival, "title": {"en": "A walk", "fr": "Une balade"}, "town": "newhaven"}
    body |= {"where": where, "timings": [WALK], "publish": True}
    made: str = front.done("festivals", "POST", "/v1/events", body, role="curator")["id"]
    if desk:
        front.done("festivals", "PUT", f"/v1/events/{made}/registration", desk, role="curator")
    return made


def registered(front: Front, walk: str, name: str, lang: str = "en") -> Visitor:
    """Someone who has filled in the form on the page of an event."""
    someone = front.visitor(lang)
    someone.go(f"/events/{walk}")
    someone.fill(f"/events/{walk}/register", name=name, email=f"{name.lower()}@example.org")
    return someone


def rows(front: Front) -> int:
    return front.runtimes["festivals"].db.registrations.count_documents({})


def test_a17_somebody_registers_on_the_page_of_the_event_and_sees_it(front: Front, festival: str) -> None:
    walk = event(front, festival, capacity=2, max_party=2)
    anna = front.visitor("fr")
    assert "2 places libres." in anna.go(f"/events/{walk}")
    assert anna.headers["Cache-Control"] == "no-store", "what is sent from it must be one person's"
    seen = anna.fill(f"/events/{walk}/register", **ANNA, party="2")
    assert anna.at.startswith("/registrations/")
    assert "Une balade" in seen
    assert "Vous avez une place" in seen
    assert "2 personnes, Anna" in seen
    assert "Lun. 20 août 2018, 10 h 00" in seen.replace("\xa0", " ")
    assert (anna.headers["Cache-Control"], anna.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "Every place is taken" in front.visitor().go(f"/events/{walk}")


def test_a17_who_waits_is_offered_the_place_that_is_given_back(front: Front, festival: str) -> None:
    walk = event(front, festival, capacity=1, offer_minutes=90)
    first, second, third = (registered(front, walk, name) for name in ("First", "Second", "Third"))
    assert "You have a place" in first.go(first.at)
    assert "You are in line 0 groups are before you." in second.go(second.at)
    assert "You are in line 1 group is before you." in third.go(third.at)
    assert "Cancelled" in first.fill("/registrations/", act="cancel")
    assert "Register again" in first.text
    offered = second.go(second.at)
    assert "A place is yours to take Accept today by 13:30: 1 h 30 min left." in offered
    [accepting, leaving] = second.page.xpath("//form[@method='post']")
    assert accepting.xpath(".//button/@value") == ["accept"]
    assert leaving.xpath(".//button/@value") == ["cancel"]
    sent = {ONCE: accepting.xpath(".//input[@name='once']/@value")[0], "act": "accept"}
    assert "You have a place" in second.send(accepting.get("action"), sent)
    assert "You have a place" in second.send(accepting.get("action"), sent), "taken twice is taken once"
    too_late = third.send(third.at, {**sent, ONCE: "x" * 32})
    assert "That came too late" in too_late
    assert "You are in line" in too_late


def test_a17_a_double_tap_is_one_registration(front: Front, festival: str) -> None:
    walk = event(front, festival, capacity=9)
    anna = front.visitor()
    anna.go(f"/events/{walk}")
    where, sent = anna.form(f"/events/{walk}/register", **ANNA)
    before, led = rows(front), []

    def tap() -> None:
        again = front.visitor()
        again.send(where, sent)
        led.append(again.at)

    taps = [threading.Thread(target=tap) for _ in range(6)]
    for each in taps:
        each.start()
    for each in taps:
        each.join()
    assert rows(front) == before + 1
    assert len(led) == 6
    assert len(set(led)) == 1, "all lead to the same page"
    assert led[0].startswith("/registrations/")


def test_a17_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(front: Front, festival: str) -> None:
    walk = event(front, festival, capacity=9, max_party=3)
    anna = front.visitor("fr")
    anna.go(f"/events/{walk}/register")
    before = rows(front)
    anna.fill("/events", name="Anna", email="no address", party="3")
    assert anna.status == 422
    [field] = anna.page.xpath("//input[@name='email']")
    assert field.get("aria-invalid") == "true"
    [said] = anna.page.xpath(f"//*[@id='{field.get('aria-describedby').split()[-1]}']")
    assert said.text_content().strip() == "Écrivez une adresse comme anna@example.org."
    assert anna.page.xpath("//input[@name='name']/@value") == ["Anna"]
    assert anna.page.xpath("//*[@role='alert']//a/@href") == ["#email"]
    anna.fill("/events", email="anna@example.org", party="4")
    assert anna.page.xpath("//p[@id='party-wrong']")
    anna.fill("/events", name="  ")
    assert anna.page.xpath("//p[@id='name-wrong']")
    assert rows(front) == before
    anna.fill("/events", name="Anna", party="3")
    assert anna.at.startswith("/registrations/")
    assert "Cette adresse est déjà inscrite" in (registered(front, walk, "Anna", "fr").page.text_content())


def test_a17_an_event_that_takes_none_has_no_form_and_a_closed_one_says_so(front: Front, festival: str) -> None:
    open_to_all = event(front, festival)
    someone = front.visitor()
    assert "Register" not in someone.go(f"/events/{open_to_all}")
    someone.go(f"/events/{open_to_all}/register")
    assert someone.status == 404
    later = event(front, festival, capacity=3, opens_at="2018-08-19T12:00:00Z")
    assert "Registration opens on Sunday 19 August 2018 at 13:00." in someone.go(f"/events/{later}")
    over = event(front, festival, capacity=3, closes_at="2018-08-19T10:00:00Z")
    assert "Registration is over." in someone.go(f"/events/{over}")
    assert not someone.page.xpath("//form[@method='post']")


@pytest.mark.parametrize(
    "origin",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_of_another_site_does_nothing(front: Front, festival: str, origin: dict[str, str]) -> None:
    walk = event(front, festival, capacity=9)
    anna = registered(front, walk, "Anna")
    before, form = rows(front), {ONCE: "y" * 32, **ANNA, "email": "other@example.org", "act": "cancel"}
    for path in (f"/events/{walk}/register", anna.at):
        answer = front.app.test_client().post(path, data=form, headers={"Accept": "text/html", **origin})
        assert answer.status_code == 403
    assert rows(front) == before
    assert "You have a place" in anna.go(anna.at)


def test_a_form_is_bounded_and_whole_or_refused(front: Front, festival: str) -> None:
    walk = event(front, festival, capacity=9)
    before, someone = rows(front), front.visitor()
    for form, status in (
        (ANNA, 400),
        ({**ANNA, ONCE: "short"}, 400),
        ({**ANNA, ONCE: "z" * 32, "name": "x" * 6_000}, 400),
        ({**ANNA, ONCE: "z" * 32, "name": "x" * 40_000}, 413),
    ):
        someone.send(f"/events/{walk}/register", form)
        assert someone.status == status
    assert rows(front) == before
    for path in ("/registrations/no-such-code", "/registrations/..", f"/registrations/{'x' * 300}"):
        someone.go(path)
        assert someone.status == 404


IDEA = {
    "title": "Chansons de marins", "town": "dieppe", "kind": "MusicEvent", "place": "Le Café du Port",
    "day": "2018-08-21", "starts": "21:00", "ends": "00:30", "summary": "Venez chanter.", "name": "Yves",
    "email": "yves@example.org",
}  # fmt: skip


def proposals(front: Front) -> int:
    return front.runtimes["festivals"].db.proposals.count_documents({})


def test_a13_somebody_proposes_an_event_and_sees_what_becomes_of_it(front: Front, festival: str) -> None:
    yves = front.visitor("fr")
    assert "Le festival" in yves.go("/propose")
    yves.go(yves.page.xpath("//h3/a/@href")[0])
    seen = yves.fill("/festivals/", **IDEA)
    assert yves.at.startswith("/proposals/")
    for words in ("Chansons de marins", "Chez l’équipe", "Et maintenant", "L’équipe du festival lit votre proposition"):
        assert words in seen
    own = front.runtimes["festivals"].db.proposals.find_one({"name": "Yves"})
    kept = front.runtimes["festivals"].db.events.find_one({"_id": own["_id"]})
    assert kept["title"] == {"fr": "Chansons de marins"}
    [timing] = kept["timings"]
    assert timing["starts_at"].isoformat() == "2018-08-21T19:00:00+00:00", "on the clocks of Dieppe"
    assert timing["ends_at"].isoformat() == "2018-08-21T22:30:00+00:00", "past midnight is the next day"
    front.done("festivals", "POST", f"/v1/events/{own['_id']}/accept", role="curator")
    assert "Au programme" in yves.go(yves.at)
    yves.go(yves.page.xpath("//p[@class='actions']/a/@href")[0])
    assert "Chansons de marins" in yves.page.xpath("string(//h1)")


def test_a13_a_proposal_that_is_not_taken_says_why(front: Front, festival: str) -> None:
    ann = front.visitor()
    ann.go(f"/festivals/{festival}/propose")
    ann.fill("/festivals/", **IDEA | {"name": "Refused", "town": "newhaven", "email": "ann@example.org"})
    own = front.runtimes["festivals"].db.proposals.find_one({"name": "Refused"})
    reason = {"reason": {"en": "That evening is full.", "fr": "La soirée est complète."}}
    front.done("festivals", "POST", f"/v1/events/{own['_id']}/refuse", reason, role="curator")
    assert "Not taken" in ann.go(ann.at)
    assert "Why: That evening is full." in " ".join(ann.page.xpath("string(//main)").split())


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"day": "2018-09-30"}, "day", "Choose a day on which this festival takes place."),
        ({"day": "someday"}, "day", "Choose a day on which this festival takes place."),
        ({"starts": "late"}, "starts", "Write a time like 14:30."),
        ({"town": "atlantis"}, "town", "Choose one of the towns of this festival."),
        ({"kind": "Party"}, "kind", "Choose one of the list."),
        ({"website": "javascript:alert(1)"}, "website", "Write a whole address, like https://example.org."),
        ({"email": "nobody"}, "email", "Write an e-mail address like anna@example.org."),
        ({"title": "x" * 121}, "title", "Write a name of up to 120 characters."),
        ({"place": ""}, "place", "This is needed."),
    ],
)
def test_a13_what_is_wrong_with_a_proposal_stands_beside_its_field(
    front: Front, festival: str, changes: dict[str, str], field: str, said: str
) -> None:
    before, ann = proposals(front), front.visitor()
    ann.client.environ_base["REMOTE_ADDR"] = "127.0.0.2"
    ann.go(f"/festivals/{festival}/propose")
    ann.fill("/festivals/", **IDEA | changes)
    assert ann.status == 422
    assert ann.page.xpath(f"string(//*[@id='{field}-wrong'])").strip() == said
    assert ann.page.xpath("//textarea/text()")[0].strip() == "Venez chanter."
    assert ann.page.xpath("//input[@name='starts']/@value") == [changes.get("starts", "21:00")]
    assert proposals(front) == before


def test_a13_a_double_tap_is_one_proposal_and_an_address_has_ten_a_day(front: Front, festival: str) -> None:
    before, eve = proposals(front), front.visitor()
    eve.client.environ_base["REMOTE_ADDR"] = "127.0.0.3"
    eve.go(f"/festivals/{festival}/propose")
    where, sent = eve.form("/festivals/", **IDEA)
    eve.send(where, sent)
    first = eve.at
    eve.send(where, sent)
    assert (eve.at, proposals(front)) == (first, before + 1)
    for number in range(9):
        eve.send(where, sent | {"title": f"Another {number}"})
    eve.send(where, sent | {"title": "One too many"})
    assert (eve.status, proposals(front)) == (429, before + 10)
    assert "Ten events were proposed to this festival from here today." in eve.page.xpath("string(//main)")


def test_a20_a_tour_shows_route_leader_meeting_point_dates_and_the_ferry_it_fits(front: Front, festival: str) -> None:
    walk = event(front, festival, capacity=5)
    tour = {
        "leader": "Dr Chalk", "length_m": 3400, "meeting_point": {"name": {"en": "The station", "fr": "La gare"}},
        "route": [{"name": {"en": "West Quay"}, "minutes": 0}, {"name": {"en": "Castle Hill"}, "minutes": 50}],
    }  # fmt: skip
    front.done("festivals", "PUT", f"/v1/tours/{walk}", tour, role="curator")
    lands = datetime(2018, 8, 20, 8, tzinfo=UTC)
    front.runtimes["festivals"].db.sailings.insert_one(
        {
            "_id": "s-tour", "illustrative": True, "cancelled_at": None,
            "departure": {"town": "dieppe", "at": lands - timedelta(hours=4), "zone": "Europe/Paris"},
            "arrival": {"town": "newhaven", "at": lands, "zone": "Europe/London"},
        }
    )  # fmt: skip
    someone = front.visitor("fr")
    listed = someone.go("/tours?town=newhaven")
    assert "Une balade" in listed
    assert "Le ferry de 6 h 00 à Dieppe arrive à temps." in listed.replace("\xa0", " ")
    assert "Une balade" not in someone.go("/tours?town=dieppe")
    shown = someone.go(f"/tours/{walk}").replace("\xa0", " ")
    for words in ("Dr Chalk", "La gare", "3,4 km", "Castle Hill", "50 min après le départ", "Lundi 20 août"):
        assert words in shown
    assert "Prenez le ferry de 6 h 00 à Dieppe : 9 h 00 à Newhaven." in shown
    assert someone.page.xpath("//p[@class='actions']/a/@href") == [f"/events/{walk}"]
    someone.go("/tours/no-such-tour")
    assert someone.status == 404
