"""Row A17: what stands on the pages of registering, and who may keep them."""

from __future__ import annotations

import pytest
from lxml import html

from gateway.failures import ServiceAway
from gateway.web.forms import ONCE
from kernel.errors import Conflict, TooMany
from tests.unit.gateway.web.conftest import DESK, PageServices, Reader
from tests.unit.gateway.web.test_pages import text_of

SENT = {ONCE: "o" * 32, "name": "Anna", "email": "anna@example.org"}
HERE = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def send(reader: Reader, path: str = "/events/e-odd/register", **changes: str) -> tuple[int, str]:
    answer = reader.client.post(f"{path}?lang=en", data={**SENT, **changes}, headers=HERE)
    return answer.status_code, text_of(answer.text)


def test_only_a_page_with_a_form_is_kept_by_nobody(reader: Reader) -> None:
    assert reader.get("/events/e-1").headers["Cache-Control"] == "public, max-age=10"
    assert reader.get("/events/e-odd").headers["Cache-Control"] == "no-store"
    first, second = (reader.read("/events/e-odd") for _ in range(2))
    assert first != second, "each look has a form of its own"


@pytest.mark.parametrize(
    ("desk", "said"),
    [
        ({"free": 1}, "1 place is free."),
        ({"free": 0, "waiting": 2}, "Every place is taken; 2 groups wait."),
        ({"open": False}, "Registration is over."),
        ({"open": False, "opens_at": "2018-08-20T08:00:00+00:00"}, "Registration opens on Monday 20 August 2018"),
    ],
)
def test_a_page_says_how_full_an_event_is(
    reader: Reader, services: PageServices, desk: dict[str, object], said: str
) -> None:
    services.answers["/v1/events/e-odd/registration"] = DESK | desk
    assert said in text_of(reader.read("/events/e-odd"))


@pytest.mark.parametrize(
    ("refused", "status", "said"),
    [
        (Conflict("x", errors={"email": ["x"]}), 409, "This address is registered already"),
        (Conflict("x"), 409, "registration has closed, or the waiting list is full too"),
        (TooMany("x"), 429, "all the registrations that can come from here"),
        (ServiceAway("festivals", "x"), 503, "Held up in fog"),
    ],
)
def test_a_refusal_is_told_in_ones_own_words(
    reader: Reader, services: PageServices, refused: Exception, status: int, said: str
) -> None:
    services.outcomes["/v1/events/e-odd/registrations"] = refused
    told, page = send(reader)
    assert (told, said in page) == (status, True)


def test_the_key_is_of_the_form_and_what_stands_in_it(reader: Reader, services: PageServices) -> None:
    services.outcomes["/v1/events/e-odd/registrations"] = {"code": "a-code-of-mine"}
    for changes in ({}, {}, {"name": "Ann"}, {ONCE: "p" * 32}):
        assert send(reader, **changes)[0] == 303
    keys = [key for _, _, key in services.done]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert services.done[0][1] == {"name": "Anna", "email": "anna@example.org", "party": 1, "language": "en"}


def test_what_is_left_empty_is_said_without_asking_anybody(reader: Reader, services: PageServices) -> None:
    status, page = send(reader, name=" ", email="", party="many")
    assert status == 422
    assert page.count("This is needed.") == 4, "once above the form and once beside each field"
    assert services.done == []


def test_what_was_not_answered_is_sent_again_as_it_was(reader: Reader, services: PageServices) -> None:
    """The registration may have been made: whoever filled the form in anew would be told that they have one."""
    path = "/v1/events/e-odd/registrations"
    services.outcomes[path] = ServiceAway("festivals", "x")
    told = reader.client.post("/events/e-odd/register?lang=en", data=SENT | {"name": 'An"na <b>'}, headers=HERE)
    [form] = html.fromstring(told.text).xpath("//form[@method='post']")
    services.outcomes[path] = {"code": "a-code-of-mine"}
    again = reader.client.post(form.get("action"), data=dict(form.form_values()), headers=HERE)
    assert (told.status_code, again.status_code) == (503, 303)
    first, second = services.done
    assert first == second


def test_an_event_whose_desk_is_away_is_shown_without_it(reader: Reader, services: PageServices) -> None:
    def away(params: object) -> None:
        raise ServiceAway("festivals", "x")

    services.answers["/v1/events/e-odd/registration"] = away
    page = text_of(reader.read("/events/e-odd"))
    assert "Register" not in page
    assert "Just now we cannot show events." in page
    assert reader.get("/events/e-odd/register").status_code == 503, "it is not that it takes no registrations"
