"""The gateway in front of the real visitor and festivals services, and someone with a browser without script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from lxml import html

from deploy.embedded.mongod import MongoServer
from gateway.app import create_gateway
from gateway.routes import SERVICES
from gateway.service import service as gateway_service
from kernel.clock import ManualClock
from kernel.http import create_app
from kernel.runtime import Runtime
from services.festivals.service import service as festivals
from services.visitor.service import service as visitor
from tests.support.gateway import gateway_settings, served
from tests.support.services import running, token

NOW = datetime(2018, 8, 19, 11, tzinfo=UTC)
HERE = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Front:
    """The pages, the services behind them, and the time that all of them go by."""

    app: Any
    clock: ManualClock
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    runtimes: dict[str, Runtime] = field(default_factory=dict)

    def done(self, service: str, method: str, path: str, body: Any = None, *, as_: str = "cora", role: str) -> Any:
        """What somebody with an account does at a service itself, which must work."""
        headers = token([role], id=as_, name=as_.title(), at=self.clock.now())
        answer = self.clients[service].open(path, method=method, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def visitor(self, lang: str = "en") -> Visitor:
        """Someone with a browser of their own."""
        return Visitor(self.app.test_client(), lang)


class Visitor:
    """Someone who reads pages and sends the forms that stand on them."""

    def __init__(self, client: FlaskClient, lang: str) -> None:
        self.client, self.lang = client, lang
        self.at, self.text, self.status = "", "", 0
        self.headers: Any = {}

    def go(self, path: str) -> str:
        """Open a page; its words."""
        return self._keep(self.client.get(path, headers=HERE | {"Accept-Language": self.lang}), path)

    def send(self, path: str, form: dict[str, Any], **headers: str) -> str:
        """Send a form and go where it leads; the words that stand there."""
        answer = self.client.post(path, data=form, headers=HERE | {"Accept-Language": self.lang} | headers)
        return self.go(answer.headers["Location"]) if answer.status_code == 303 else self._keep(answer, path)

    def form(self, action: str, **filled: Any) -> tuple[str, dict[str, Any]]:
        """A form of the page by the beginning of its address: where it goes, and what it sends filled in so."""
        [form] = self.page.xpath(f"//form[@method='post' and starts-with(@action, '{action}')]")
        sent = {each.name: each.value for each in form.xpath(".//input|.//select|.//textarea") if each.value}
        return form.get("action"), sent | filled

    def fill(self, action: str, **filled: Any) -> str:
        """Fill a form of the page in, send it, and go where it leads."""
        where, sent = self.form(action, **filled)
        return self.send(where, sent)

    @property
    def page(self) -> Any:
        """The page as a tree."""
        return html.fromstring(self.text)

    def _keep(self, answer: Any, path: str) -> str:
        self.at, self.text, self.status, self.headers = path, answer.text, answer.status_code, answer.headers
        return " ".join(self.page.xpath("string(//main)").split())


@contextmanager
def opened(mongod: MongoServer, directory: Path) -> Iterator[Front]:
    """The gateway and the two services, on empty databases."""
    clock = ManualClock(NOW)
    urls = dict.fromkeys(SERVICES, "http://127.0.0.1:9")
    with ExitStack() as stack:
        front = Front(None, clock)
        for service in (visitor, festivals):
            runtime = stack.enter_context(running(service, mongod.uri, clock=clock))
            app = create_app(service, runtime)
            urls[service.name] = stack.enter_context(served(app))
            front.clients[service.name], front.runtimes[service.name] = app.test_client(), runtime
        gateway = stack.enter_context(running(gateway_service, mongod.uri, clock=clock))
        front.app = create_gateway(gateway, gateway_settings(directory, urls))
        stack.callback(front.app.extensions["edge"].upstream.close)
        yield front
