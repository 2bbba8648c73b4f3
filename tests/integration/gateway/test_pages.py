"""The pages behind the kernel's HTTP edge: entity tags, security headers, errors in the form that was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from tests.integration.gateway.conftest import Gateway

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "fr"}


def see(gateway: Gateway, path: str, **headers: str) -> Any:
    return gateway.client.get(path, headers=BROWSER | headers, buffered=True)


def test_a_page_that_did_not_change_is_not_sent_again(gateway: Gateway) -> None:
    first = see(gateway, "/timeline?as_of=2018-09-10")
    assert (first.status_code, first.mimetype) == (200, "text/html")
    again = see(gateway, "/timeline?as_of=2018-09-10", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = see(gateway, "/timeline?as_of=2018-09-11", **{"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    english = see(gateway, "/timeline?as_of=2018-09-10", **{"Accept-Language": "en"})
    assert english.headers["ETag"] != first.headers["ETag"]


def test_a_page_has_its_own_policy_and_the_headers_of_every_answer(gateway: Gateway) -> None:
    headers = see(gateway, "/timeline").headers
    assert "style-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Request-ID"]
    assert headers["RateLimit-Limit"]
    assert {"Accept-Language", "Cookie"} <= set(headers["Vary"].replace(" ", "").split(","))
    api = gateway.client.get("/v1/timeline").headers["Content-Security-Policy"]
    assert api == "default-src 'none'; frame-ancestors 'none'"


def test_static_files_cost_nothing_of_the_limit(gateway: Gateway) -> None:
    sheet = see(gateway, "/static/site.css")
    assert sheet.mimetype == "text/css"
    assert "RateLimit-Limit" not in sheet.headers
    assert sheet.headers["Cache-Control"].endswith("max-age=31536000")


def test_with_every_service_away_there_is_a_page_that_says_what_is_missing(
    gateway: Gateway, refusing_port: int
) -> None:
    away = dict.fromkeys(gateway.settings.service_urls, f"http://127.0.0.1:{refusing_port}")
    answer = see(gateway.with_settings(service_urls=away), "/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    [notice] = html.fromstring(answer.text).xpath("//p[@role='status']")
    assert "les ferries et les lieux" in notice.text_content()


@pytest.mark.parametrize(("path", "status"), [("/no/such/page", 404), ("/events/e-1", 503)])
def test_an_error_is_a_page_for_people_and_a_problem_for_programs(
    gateway: Gateway, refusing_port: int, path: str, status: int
) -> None:
    away = dict.fromkeys(gateway.settings.service_urls, f"http://127.0.0.1:{refusing_port}")
    broken = gateway.with_settings(service_urls=away)
    page = see(broken, path)
    assert (page.status_code, page.mimetype, page.headers["Cache-Control"]) == (status, "text/html", "no-store")
    assert page.headers["X-Request-ID"] in page.text
    problem = broken.client.get(path, headers={"Accept": "application/json"})
    assert (problem.status_code, problem.mimetype) == (status, "application/problem+json")
    assert problem.json["request_id"] == problem.headers["X-Request-ID"]
    if status == 503:
        assert page.headers["Retry-After"] == problem.headers["Retry-After"]


def test_too_many_requests_are_told_as_a_page(gateway: Gateway) -> None:
    strict = gateway.with_settings(rate_limit="1/hour")
    see(strict, "/timeline")
    answer = see(strict, "/timeline")
    assert (answer.status_code, answer.mimetype) == (429, "text/html")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_page_is_read_not_written_to(gateway: Gateway) -> None:
    answer = gateway.client.post("/timeline", headers=BROWSER, buffered=True)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
