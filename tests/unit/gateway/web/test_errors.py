"""What went wrong, told to people as a page in both languages and to programs as a problem document."""

from __future__ import annotations

import pytest
from flask import Flask
from lxml import html
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from kernel.errors import Conflict, Forbidden, TooMany, Unauthenticated
from tests.unit.gateway.web.conftest import PageServices, Reader


def test_what_is_not_there_is_told_in_both_languages(reader: Reader) -> None:
    answer = reader.get("/no/such/page", "fr")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    tree = html.fromstring(answer.text)
    assert tree.get("lang") == "fr"
    [english] = tree.xpath("//section[@lang='en']")
    assert "Not on this shore" in english.text_content()
    assert "Pas sur cette rive" in tree.xpath("//h1")[0].text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Cache-Control" not in answer.headers


@pytest.mark.parametrize("path", ["/events/gone", "/makers/gone", "/passports/gone", "/titles/gone", "/today/brighton"])
def test_each_kind_of_page_can_be_missing(reader: Reader, path: str) -> None:
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize(
    "accept", ["application/json", "application/problem+json", "*/*", "", "text/html;q=0.5,application/json"]
)
def test_programs_get_a_problem_document(reader: Reader, accept: str) -> None:
    answer = reader.client.get("/events/gone", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json["type"] == "urn:problem:not-found"


@pytest.mark.parametrize("path", ["/v1/nothing", "/health/nothing", "/.well-known/nothing", "/static/nothing.css"])
def test_paths_of_programs_answer_problems_to_browsers_too(reader: Reader, path: str) -> None:
    assert reader.get(path).mimetype == "application/problem+json"


@pytest.mark.parametrize(("down", "path"), [("festivals", "/events/e-1"), ("media", "/titles/t-1")])
def test_an_outage_says_that_nothing_is_lost_and_what_to_do(
    reader: Reader, services: PageServices, down: str, path: str
) -> None:
    services.down = (down,)
    answer = reader.get(path)
    assert answer.status_code == 503
    tree = html.fromstring(answer.text)
    assert "Nothing is lost" in tree.text_content()
    [again] = tree.xpath("//a[text()='Try again']/@href")
    assert again.endswith(path)


@pytest.mark.parametrize(
    ("refused", "title"),
    [
        (Forbidden("x"), "Not with this key"),
        (Unauthenticated("x"), "Not with this key"),
        (Conflict("x"), "We could not read that"),
        (RequestEntityTooLarge(), "We could not read that"),
    ],
)
def test_what_was_refused_is_not_called_our_fault(app: Flask, refused: Exception, title: str) -> None:
    def refuse() -> None:
        raise refused

    app.before_request(refuse)
    for lang in ("en", "fr"):
        page = Reader(app.test_client()).get("/timeline", lang).text
        assert title in page
        assert "That was our fault" not in page


def test_when_to_come_back_stays_with_the_page(app: Flask) -> None:
    app.before_request(_refuse)
    answer = Reader(app.test_client()).get("/timeline")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert "A moment, please" in answer.text


def _refuse() -> None:
    raise TooMany("Come back later.", headers={"Retry-After": "7"})


def test_a_mistake_of_ours_is_told_without_its_details(app: Flask, services: PageServices) -> None:
    services.answers["/v1/events/e-1"] = lambda _: {"secret": "details"}
    answer = Reader(app.test_client()).get("/events/e-1")
    assert answer.status_code == 500
    assert "That was our fault" in answer.text
    assert "secret" not in answer.text
    assert "KeyError" not in answer.text


def test_a_path_that_looks_like_another_host_is_no_link_to_it(app: Flask) -> None:
    app.before_request(_overloaded)
    tree = html.fromstring(Reader(app.test_client()).get("//evil.example/x").text)
    assert not [href for href in tree.xpath("//@href") if href.startswith("//")]


def _overloaded() -> None:
    raise TooManyRequests
