"""What every test of the gateway needs: its settings, and services that answer over HTTP in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from deploy.embedded.keys import signing_key
from gateway.settings import GatewaySettings


def gateway_settings(directory: Path, urls: Mapping[str, str], **changes: Any) -> GatewaySettings:
    """Settings of a gateway under test; limits that no test reaches by accident."""
    settings: dict[str, Any] = {
        "service_urls": urls,
        "signing_key": str(signing_key(directory / "auth.pem")),
        "rate_limit": "1000000/minute",
        "account_rate_limit": "1000000/minute",
        "login_rate_limit": "5/minute",
        "registration_rate_limit": "1000000/minute",
        "trusted_proxies": (),
        "connect_seconds": 1.0,
        "read_seconds": 5.0,
        "part_seconds": 5.0,
        "response_bytes": 1_000_000,
        "hashing_at_once": 2,
    }
    return GatewaySettings(**{**settings, **changes})


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which an application answers, each request in a thread of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
