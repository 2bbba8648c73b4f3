"""The marketplace on a real MongoDB, and short ways to say what makers, keepers and buyers do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.visitor import Call, SailingCancelled, SailingReinstated, SailingScheduled
from deploy.embedded.mongod import MongoServer
from kernel.clock import Clock, ManualClock
from kernel.runtime import Runtime
from services.marketplace.service import service
from tests.support.services import consume, published, service_app, token

MAKER, OTHER, KEEPER, BUYER, OPERATOR = "maker-1", "maker-2", "keeper-1", "buyer-1", "operator-1"
ROLES = {
    MAKER: ["maker"],
    OTHER: ["maker"],
    KEEPER: ["curator"],
    BUYER: ["visitor"],
    OPERATOR: ["operator"],
}
NOW = datetime(2018, 9, 15, 10, tzinfo=UTC)


@dataclass
class Market:
    """Requests of accounts to the service; a request without ``by`` is anonymous."""

    client: FlaskClient
    runtime: Runtime
    clock: Clock

    def send(self, method: str, path: str, json: Any = None, by: str = "", **options: Any) -> TestResponse:
        headers = options.pop("headers", {})
        if by:
            headers = token(ROLES.get(by, ["visitor"]), by, at=self.clock.now()) | headers
        return self.client.open(f"/v1{path}", method=method, json=json, headers=headers, **options)

    def get(self, path: str, by: str = "") -> TestResponse:
        return self.send("GET", path, by=by)

    def post(self, path: str, json: Any = None, by: str = MAKER, **options: Any) -> TestResponse:
        return self.send("POST", path, json, by, **options)

    def shown(self, path: str, by: str = "") -> dict[str, Any]:
        """What a GET answers, which must have worked."""
        answer = self.get(path, by)
        assert answer.status_code == 200, answer.json
        return answer.json

    def made(self, path: str, json: Any = None, by: str = MAKER) -> dict[str, Any]:
        """What a POST answers, which must have worked."""
        answer = self.post(path, json, by)
        assert answer.status_code in (200, 201), answer.json
        return answer.json

    def refused(
        self, status: int, path: str, json: Any = None, by: str = MAKER, method: str = "POST"
    ) -> dict[str, Any]:
        """The problem document of a request that must be refused, and must change nothing."""
        before = self.state()
        answer = self.send(method, path, json, by)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
        assert self.state() == before, "something was half-written"
        return answer.json

    def state(self) -> dict[str, list[Any]]:
        """Everything in the database."""
        return {
            name: list(self.runtime.db[name].find().sort("_id")) for name in self.runtime.db.list_collection_names()
        }

    def said(self, event: type) -> list[Any]:
        """The events of a class that the service has published."""
        return published(self.runtime, event)

    def hears(self, *events: Any) -> None:
        """Apply events in one transaction, as the consumer does."""
        consume(service, self.runtime, *events)

    def maker(self, by: str = MAKER, **changes: Any) -> dict[str, Any]:
        """A maker that ``by`` joined as."""
        return self.made("/makers", maker_body(**changes), by)

    def product(self, maker: dict[str, Any], by: str = MAKER, **changes: Any) -> dict[str, Any]:
        """A listed product, three in the studio."""
        return self.made("/offerings", product_body(maker["id"], **changes), by)

    def popup(self, by: str = KEEPER, **changes: Any) -> dict[str, Any]:
        """The pop-up shop in Dieppe, open today."""
        return self.made("/popups", popup_body(**changes), by)

    def consigned(self, product: dict[str, Any], popup: dict[str, Any], quantity: int = 1) -> dict[str, Any]:
        """Units handed to the shop."""
        body = {"offering_id": product["id"], "popup_id": popup["id"], "quantity": quantity}
        return self.made("/consignments", body)

    def income(self, maker: dict[str, Any], by: str = MAKER) -> dict[tuple[str, str], int]:
        """Income by currency and source, as the statement shows it."""
        statement = self.shown(f"/statements?maker_id={maker['id']}", by)
        return {(row["currency"], row["source"]): row["income"] for row in statement["totals"]}


def maker_body(**changes: Any) -> dict[str, Any]:
    """The body of a person who joins as a maker."""
    return {
        "name": "Salt & Slip",
        "town": "newhaven",
        "craft": {"en": "Ceramics", "fr": "Céramique"},
        "summary": {"en": "Bowls glazed with chalk.", "fr": "Des bols émaillés à la craie."},
        "point": {"lat": 50.792, "lon": 0.047},
        "visitors_welcome": True,
        **changes,
    }


def product_body(maker_id: str, **changes: Any) -> dict[str, Any]:
    """The body that lists a product."""
    return {
        "maker_id": maker_id,
        "kind": "product",
        "title": {"en": "Tide bowl", "fr": "Bol de marée"},
        "summary": {"en": "A bowl.", "fr": "Un bol."},
        "prices": [{"amount": 2800, "currency": "GBP"}, {"amount": 3250, "currency": "EUR"}],
        "materials": [{"name": {"en": "Stoneware clay", "fr": "Grès"}, "origin": "Stoke-on-Trent"}],
        "made_on": "2018-08-20",
        "stock": 3,
        **changes,
    }


def popup_body(**changes: Any) -> dict[str, Any]:
    """The body that opens a pop-up shop."""
    return {
        "id": "dieppe-2018-09",
        "town": "dieppe",
        "name": {"en": "Newhaven in Dieppe", "fr": "Newhaven à Dieppe"},
        "summary": {"en": "A month of makers.", "fr": "Un mois d'artisans."},
        "first_day": "2018-09-01",
        "last_day": "2018-09-30",
        "commission_basis_points": 1500,
        **changes,
    }


def sailing(identity: str = "s-1", **changes: Any) -> SailingScheduled:
    """A crossing from Newhaven to Dieppe."""
    fields = {
        "sailing_id": identity,
        "service_date": "2018-09-16",
        "departure": Call(town="newhaven", at=datetime(2018, 9, 16, 9, tzinfo=UTC), zone="Europe/London"),
        "arrival": Call(town="dieppe", at=datetime(2018, 9, 16, 13, tzinfo=UTC), zone="Europe/Paris"),
        "checkin_minutes": 45,
    }
    return SailingScheduled(**fields | changes)


def cancellation(identity: str = "s-1") -> SailingCancelled:
    """The news that it does not run."""
    known = sailing(identity)
    reason = {"en": "Gale force 9", "fr": "Coup de vent, force 9"}
    return SailingCancelled(
        sailing_id=identity, departure=known.departure, arrival=known.arrival, cancelled_at=NOW, reason=reason
    )


def reinstatement(identity: str = "s-1") -> SailingReinstated:
    """The news that it runs after all."""
    known = sailing(identity)
    return SailingReinstated(sailing_id=identity, departure=known.departure, arrival=known.arrival, reinstated_at=NOW)


@pytest.fixture(scope="session")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key for passports."""
    path = tmp_path_factory.mktemp("keys") / "passports.pem"
    private = Ed25519PrivateKey.generate()
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture
def passport_key(signing_key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a process that signs passports."""
    monkeypatch.setenv("PASSPORT_SIGNING_KEY", str(signing_key))
    monkeypatch.delenv("PASSPORT_RETIRED_KEYS", raising=False)


@pytest.fixture
def market(mongod: MongoServer, passport_key: None) -> Iterator[Market]:
    """The service with an empty database, on 15 September 2018 at 11:00 in Newhaven."""
    clock = ManualClock(NOW)
    with service_app(service, mongod.uri, clock=clock) as (client, runtime):
        yield Market(client, runtime, clock)
