"""The gateway on a real MongoDB, in front of one small HTTP server that stands for all four services."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from deploy.embedded.mongod import MongoServer
from gateway.app import create_gateway
from gateway.routes import SERVICES
from gateway.service import service
from gateway.settings import GatewaySettings
from kernel.runtime import Runtime
from tests.integration.gateway.front import Front, opened
from tests.support.gateway import gateway_settings
from tests.support.services import running

PASSWORD = "correct horse battery"


@dataclass
class Scripted:
    """What a service answers to a path."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Backend:
    """The services: what they were asked, and what they answer to a path; anything else is echoed."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Scripted] = field(default_factory=dict)
    hold: threading.Event = field(default_factory=threading.Event)
    """Paths that end in ``slow`` are answered once this is set."""

    def answer_nothing(self, path: str) -> None:
        """Answer ``path`` with an empty list."""
        self.answers[path] = Scripted(b'{"items": [], "next_cursor": null}')


def _handler(backend: Backend) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = {
                "method": self.command,
                "target": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "bytes": len(body),
                "peer": self.client_address[1],
            }
            backend.asked.append(asked)
            path = self.path.split("?")[0]
            if path.endswith("slow"):
                backend.hold.wait(10)
            scripted = backend.answers.get(path) or Scripted(json.dumps(asked).encode())
            self.send_response(scripted.status)
            for name, value in {"Content-Type": "application/json", **scripted.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(scripted.body)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                if self.command != "HEAD":
                    self.wfile.write(scripted.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, format: str, *args: Any) -> None: ...

    return Handler


def _serve(backend: Backend) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(backend))
    server.daemon_threads = True
    backend.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


@pytest.fixture
def backend() -> Iterator[Backend]:
    """A server that stands for every service."""
    backend = Backend()
    server = _serve(backend)
    yield backend
    backend.hold.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def refusing_port() -> Iterator[int]:
    """A port at which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def runtime(mongod: MongoServer) -> Iterator[Runtime]:
    with running(service, mongod.uri) as runtime:
        yield runtime


@pytest.fixture
def settings(backend: Backend, tmp_path: Path) -> GatewaySettings:
    urls = dict.fromkeys(SERVICES, backend.url)
    return gateway_settings(tmp_path, urls, read_seconds=0.5, part_seconds=0.5, response_bytes=100_000)


@dataclass
class Gateway:
    """The gateway's application, with short ways to say what people do."""

    runtime: Runtime
    settings: GatewaySettings

    def __post_init__(self) -> None:
        self.app = create_gateway(self.runtime, self.settings)
        self.client: FlaskClient = self.app.test_client()

    def with_settings(self, **changes: Any) -> Gateway:
        """Another gateway on the same data."""
        return Gateway(self.runtime, replace(self.settings, **changes))

    def register(self, email: str, **changes: Any) -> Any:
        body = {"email": email, "password": PASSWORD, "name": "Anna", **changes}
        return self.client.post("/v1/accounts", json={name: value for name, value in body.items() if value is not None})

    def sign_in(self, email: str, password: str = PASSWORD, **options: Any) -> Any:
        return self.client.post("/v1/auth/token", json={"email": email, "password": password}, **options)

    def header_of(self, email: str) -> dict[str, str]:
        """The authorization of an account that exists."""
        return {"Authorization": f"Bearer {self.sign_in(email).json['access_token']}"}


@pytest.fixture
def gateway(runtime: Runtime, settings: GatewaySettings) -> Iterator[Gateway]:
    gateway = Gateway(runtime, settings)
    yield gateway
    gateway.app.extensions["edge"].upstream.close()


@pytest.fixture(scope="module")
def front(mongod: MongoServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The gateway in front of the real visitor and festivals services; a test uses things of its own in them."""
    with opened(mongod, tmp_path_factory.mktemp("front")) as front:
        yield front
