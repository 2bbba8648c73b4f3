"""The issuer's keys over HTTP: whatever another server answers, tokens are checked against keys or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc.jwk import KeySet

from kernel.errors import Unavailable
from kernel.tokens import MAX_KEY_SET_BYTES, KeySource
from tests.support.services import signing_key


class Issuer(ThreadingHTTPServer):
    """Answers every request with the status, headers and body it is told; counts them."""

    answer: tuple[int, dict[str, str], bytes]
    asked = 0


class _Handler(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        self.server.asked += 1
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    server = Issuer(("127.0.0.1", 0), _Handler)
    server.answer = (200, {}, json.dumps(KeySet([signing_key()]).as_dict(private=False)).encode())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url(issuer: Issuer) -> str:
    return f"http://127.0.0.1:{issuer.server_port}/.well-known/jwks.json"


def test_keys_are_fetched_once_when_first_needed(issuer: Issuer) -> None:
    source = KeySource(url(issuer))
    assert issuer.asked == 0
    for _ in range(5):
        assert source.key("test") is not None
        assert source.key("unknown") is None
    assert issuer.asked == 1


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b"{}"),
        (404, {}, b"{}"),
        (302, {"Location": "/elsewhere"}, b""),
        (200, {}, b"<html>"),
        (200, {}, b'{"keys": [], "padding": "' + b"x" * MAX_KEY_SET_BYTES + b'"}'),
        (204, {}, b""),
    ],
    ids=lambda answer: f"{answer[0]}-{len(answer[2])}",
)
def test_an_answer_that_is_no_key_set_is_an_outage(issuer: Issuer, answer: tuple[int, dict[str, str], bytes]) -> None:
    issuer.answer = answer
    source = KeySource(url(issuer))
    for _ in range(3):
        with pytest.raises(Unavailable):
            source.key("test")
    assert issuer.asked == 1


def test_an_issuer_that_is_not_there_is_an_outage(issuer: Issuer) -> None:
    with pytest.raises(Unavailable):
        KeySource("http://127.0.0.1:9/jwks.json").key("test")
