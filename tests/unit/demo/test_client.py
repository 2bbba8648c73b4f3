"""The demo's client: signs in, says each request once however often it is sent, and tells clearly what was refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from deploy.demo.client import Api, CallFailed, Credentials


class FakeSession:
    """Answers requests in the order scripted; keeps what was sent."""

    def __init__(self, *script: tuple[int, Any] | Exception) -> None:
        self.script = list(script)
        self.sent: list[dict[str, Any]] = []

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        self.sent.append({"method": method, "url": url, **options})
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        answer = requests.Response()
        answer.status_code, body = step
        answer._content = b"" if body is None else json.dumps(body).encode()
        answer.headers["Content-Type"] = "application/json"
        return answer


def api_on(session: FakeSession, **accounts: Credentials) -> Api:
    api = Api("http://platform/", accounts)
    api._local.session = session
    return api


TOKEN = {"access_token": "t", "expires_in": 900}


def test_a_post_carries_its_name_as_idempotency_key_and_the_account() -> None:
    session = FakeSession((200, TOKEN), (201, {"id": "1"}), (201, {"id": "2"}))
    api = api_on(session, anna=Credentials("a@example.org", "secret"))
    assert api.post("/v1/makers", {"name": "x"}, as_="anna", idempotent="maker") == {"id": "1"}
    api.post("/v1/makers", {"name": "y"}, as_="anna")
    signing_in, first, second = session.sent
    assert signing_in["json"] == {"email": "a@example.org", "password": "secret"}
    assert first["headers"] == {"Idempotency-Key": "demo-maker", "Authorization": "Bearer t"}
    assert "Idempotency-Key" not in second["headers"]


def test_a_refusal_says_which_request_and_why() -> None:
    problem = {"detail": "Some fields.", "errors": {"town": ["One of: newhaven."]}, "request_id": "r-1"}
    with pytest.raises(CallFailed) as failed:
        api_on(FakeSession((422, problem))).post("/v1/places", {}, idempotent="p")
    assert (
        str(failed.value) == "POST /v1/places answered 422: Some fields. {'town': ['One of: newhaven.']} (request r-1)"
    )


def test_what_may_be_sent_twice_is_until_the_platform_is_back() -> None:
    session = FakeSession(requests.ConnectionError("refused"), (503, {}), (200, {"id": "1"}))
    assert api_on(session).post("/v1/places", {}, idempotent="p") == {"id": "1"}
    assert len(session.sent) == 3


def test_what_may_not_be_sent_twice_is_not() -> None:
    session = FakeSession((503, {"detail": "away"}), (200, {}))
    with pytest.raises(CallFailed, match="answered 503: away"):
        api_on(session).post("/v1/plans", {})
    assert len(session.sent) == 1


def test_a_list_is_read_to_its_end() -> None:
    session = FakeSession((200, {"items": [1, 2], "next_cursor": "c"}), (200, {"items": [3], "next_cursor": None}))
    assert api_on(session).items("/v1/places", town="newhaven") == [1, 2, 3]
    assert [sent["params"].get("cursor") for sent in session.sent] == [None, "c"]


def test_an_account_that_the_demo_lacks_is_named() -> None:
    with pytest.raises(KeyError, match="nobody"):
        api_on(FakeSession()).get("/v1/accounts/me", as_="nobody")
