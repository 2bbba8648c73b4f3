"""The operator's page of parked events, in front of a real service whose handler once failed."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from werkzeug.serving import make_server

from contracts.marketplace import OfferingWithdrawn
from deploy.embedded.mongod import MongoServer
from gateway.commands import install_operator
from gateway.passwords import HASHER
from gateway.routes import SERVICES
from kernel.http import create_app
from kernel.runtime import Runtime
from services.visitor.service import service as visitor
from tests.integration.gateway.conftest import PASSWORD, Backend, Gateway
from tests.support.parked import park
from tests.support.services import running

URL = "/operate/parked"
OPERATOR = "olga@example.org"
BROWSER = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}


def basic(email: str = OPERATOR, password: str = PASSWORD) -> dict[str, str]:
    return {**BROWSER, "Authorization": "Basic " + b64encode(f"{email}:{password}".encode()).decode()}


@pytest.fixture
def lot(gateway: Gateway, mongod: MongoServer, tmp_path: Path) -> Iterator[Runtime]:
    """The visitor service with its parking lot; it believes the keys of the gateway under test."""
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(gateway.app.extensions["edge"].issuer.key_set()))
    with running(visitor, mongod.uri, auth_jwks=str(keys)) as runtime:
        server = make_server("127.0.0.1", 0, create_app(visitor, runtime), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        gateway.settings.service_urls["visitor"] = f"http://127.0.0.1:{server.server_port}"
        yield runtime
        server.shutdown()
        server.server_close()


@pytest.fixture
def operated(gateway: Gateway, backend: Backend) -> Gateway:
    """A gateway with an operator, in front of services that have nothing parked."""
    gateway.runtime.store.transact(lambda uow: install_operator(OPERATOR, HASHER.hash(PASSWORD), "en", uow))
    for name in SERVICES:
        backend.answer_nothing(f"/v1/parked/{name}")
    return gateway


def withdrawn(offering: str) -> OfferingWithdrawn:
    return OfferingWithdrawn(offering_id=offering, maker_id="m-1", withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC))


def words(answer: Any) -> str:
    return " ".join(html.fromstring(answer.text).text_content().split())


def send(gateway: Gateway, form: dict[str, str], headers: dict[str, str] | None = None) -> Any:
    return gateway.client.post(URL, data=form, headers=headers or basic())


@pytest.mark.parametrize(("lang", "nothing"), [("en", "Nothing is parked."), ("fr", "Rien n’est en attente.")])
def test_an_operator_sees_what_is_parked_in_each_service(
    operated: Gateway, lot: Runtime, lang: str, nothing: str
) -> None:
    park(lot, 1, withdrawn("<script>o-1"))
    answer = operated.client.get(f"{URL}?lang={lang}", headers=basic())
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script>o-1" not in answer.text
    assert "<script>o-1" in words(answer)
    assert "RuntimeError: broken" in words(answer)
    assert words(answer).count(nothing) == len(SERVICES) - 1


def test_one_is_shown_in_full(operated: Gateway, lot: Runtime) -> None:
    park(lot, 1, withdrawn("o-1"))
    page = html.fromstring(operated.client.get(URL, headers=basic()).text)
    [link] = page.xpath("//li//h3/a/@href")
    shown = operated.client.get(link, headers=basic())
    assert '"offering_id":"o-1"' in words(shown)
    assert "marketplace.offering.withdrawn.v1" in words(shown)


def test_the_forms_of_the_page_redrive_and_discard(operated: Gateway, lot: Runtime) -> None:
    park(lot, 1, withdrawn("o-1"), "f1")
    second = park(lot, 2, withdrawn("o-2"), "f2")
    done = send(operated, {"service": "visitor", "act": "redrive", "fingerprint": "f1"})
    assert done.status_code == 303
    told = operated.client.get(done.headers["Location"], headers=basic())
    assert "1 event was applied. 0 are left." in words(told)
    assert lot.db.known_offerings.find_one({"_id": "o-1"})["withdrawn"] is True
    assert lot.db.known_offerings.find_one({"_id": "o-2"}) is None
    assert send(operated, {"service": "visitor", "act": "discard", "id": second, "reason": ""}).status_code == 400
    gone = send(operated, {"service": "visitor", "act": "discard", "id": second, "reason": "of a test"})
    assert gone.status_code == 303
    assert lot.db.parked.count_documents({}) == 0
    account = operated.runtime.db.accounts.find_one({"email": OPERATOR})["_id"]
    acts = list(lot.db.parked_acts.find().sort("_id", 1))
    assert [(act["act"], act["operator"]) for act in acts] == [("redrive", account), ("discard", account)]
    assert acts[1]["reason"] == "of a test"


def test_nobody_else_sees_or_does_anything(operated: Gateway, lot: Runtime) -> None:
    park(lot, 1, withdrawn("o-1"))
    form = {"service": "visitor", "act": "redrive"}
    operated.register("anna@example.org")
    for headers, status in [
        (BROWSER, 401),
        (basic(password="a wrong password"), 401),
        (basic("anna@example.org"), 403),
        ({**BROWSER, **operated.header_of(OPERATOR)}, 401),
    ]:
        for answer in (operated.client.get(URL, headers=headers), send(operated, form, headers)):
            assert answer.status_code == status
            assert "o-1" not in answer.text
            assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert lot.db.parked.count_documents({}) == 1


@pytest.mark.parametrize(
    "origin",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://elsewhere.example"},
        {},
    ],
)
def test_a_form_of_another_site_does_nothing(operated: Gateway, lot: Runtime, origin: dict[str, str]) -> None:
    park(lot, 1, withdrawn("o-1"))
    headers = {name: value for name, value in basic().items() if name != "Sec-Fetch-Site"} | origin
    assert send(operated, {"service": "visitor", "act": "redrive"}, headers).status_code == 403
    assert lot.db.parked.count_documents({}) == 1


def test_guessing_passwords_is_stopped(operated: Gateway) -> None:
    statuses = [operated.client.get(URL, headers=basic(password=f"wrong-{n}")).status_code for n in range(7)]
    assert statuses == [401] * 5 + [429] * 2


def test_a_service_that_is_away_is_said_to_be(operated: Gateway, refusing_port: int) -> None:
    away = operated.settings.service_urls | {"media": f"http://127.0.0.1:{refusing_port}"}
    answer = operated.with_settings(service_urls=away).client.get(f"{URL}?lang=en", headers=basic())
    assert answer.status_code == 200
    assert "Not to be had just now" in words(answer)
