"""The platform's public API as the people of the demo use it: each signed in with an account of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential

PATIENCE = 30.0
"""Seconds that a platform which is starting, healing or busy is asked again."""
TIMEOUT = (3, 60)
"""Seconds to connect and to answer; an import takes a while."""
RENEW_BEFORE = 60.0
"""Seconds before a token expires that a new one is fetched."""


class CallFailed(Exception):
    """A request was refused; the message says which, and what the platform said about it."""

    def __init__(self, method: str, path: str, status: int, body: Any) -> None:
        super().__init__(f"{method} {path} answered {status}: {_said(body)}")
        self.status = status
        self.body = body


class _Busy(Exception):
    """Worth asking again."""


@dataclass
class Credentials:
    """What an account signs in with, and its token while it is good."""

    email: str
    password: str
    token: str | None = field(default=None, repr=False)
    expires_at: float = 0.0


class Api:
    """Calls the gateway. Thread-safe: each thread has a connection of its own."""

    def __init__(self, url: str, accounts: Mapping[str, Credentials] | None = None) -> None:
        self.url = url.rstrip("/")
        self.accounts = dict(accounts or {})
        self._local = threading.local()

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        as_: str | None = None,
        idempotent: str | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Any:
        """What a POST answers. ``idempotent`` names the request: repeated under that name it happens once.

        Asked again while the platform cannot answer, when that does no harm. Raises ``CallFailed``.
        """
        headers = {"Idempotency-Key": f"demo-{idempotent}"} if idempotent else {}
        return self.call("POST", path, as_=as_, json=body, headers=headers, files=files, repeat=bool(idempotent))

    def get(self, path: str, *, as_: str | None = None, **params: Any) -> Any:
        """What a GET answers. Raises ``CallFailed``."""
        return self.call("GET", path, as_=as_, params=params, repeat=True)

    def items(self, path: str, *, as_: str | None = None, **params: Any) -> list[Any]:
        """All items of a list, page by page. Raises ``CallFailed``."""
        found: list[Any] = []
        cursor: str | None = None
        while True:
            page = self.get(path, as_=as_, limit=200, **params, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def account_id(self, name: str) -> str:
        """The id of an account."""
        return str(self.get("/v1/accounts/me", as_=name)["id"])

    def call(self, method: str, path: str, *, as_: str | None = None, repeat: bool = False, **request: Any) -> Any:
        """The JSON that any request answers, or None for an empty answer. Raises ``CallFailed``."""
        retrying = Retrying(
            retry=retry_if_exception_type(_Busy),
            wait=wait_exponential(multiplier=0.1, max=2),
            stop=stop_after_delay(PATIENCE if repeat else 0),
            reraise=True,
        )
        try:
            return retrying(self._once, method, path, as_, request)
        except _Busy as error:
            raise error.__cause__ or error from None

    def _once(self, method: str, path: str, as_: str | None, request: dict[str, Any]) -> Any:
        headers = {**(request.get("headers") or {}), **(self._authorization(as_) if as_ else {})}
        try:
            answer = self._session().request(
                method, self.url + path, **{**request, "headers": headers}, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.ConnectionError as error:
            raise _Busy from CallFailed(method, path, 0, f"no answer from {self.url}: {error}")
        body = _body_of(answer)
        if answer.status_code in (429, 502, 503, 504):
            raise _Busy from CallFailed(method, path, answer.status_code, body)
        if answer.status_code >= 400:
            raise CallFailed(method, path, answer.status_code, body)
        return body

    def _authorization(self, name: str) -> dict[str, str]:
        account = self.accounts.get(name)
        if account is None:
            raise KeyError(f"there is no demo account named {name}")
        if account.token is None or time.monotonic() > account.expires_at:
            signing_in = {"email": account.email, "password": account.password}
            token = self.call("POST", "/v1/auth/token", json=signing_in, repeat=True)
            account.token, account.expires_at = (
                token["access_token"],
                time.monotonic() + token["expires_in"] - RENEW_BEFORE,
            )
        return {"Authorization": f"Bearer {account.token}"}

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        return self._local.session  # type: ignore[no-any-return]


def _body_of(answer: requests.Response) -> Any:
    if not answer.content:
        return None
    return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer.text


def _said(body: Any) -> str:
    if not isinstance(body, dict):
        return str(body)[:300]
    errors = f" {body['errors']}" if body.get("errors") else ""
    return f"{body.get('detail') or body.get('title')}{errors} (request {body.get('request_id')})"
