"""The media service on a real MongoDB, and short ways to say what producers do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from deploy.embedded.mongod import MongoServer
from kernel.clock import ManualClock
from kernel.runtime import Runtime
from services.media.service import service
from tests.support.services import consume, published, service_app, token

PRODUCER, OTHER = "producer-1", "producer-2"
NOW = datetime(2019, 6, 1, 12, tzinfo=UTC)


@dataclass
class Media:
    """Requests of accounts to the service; a request without ``by`` is anonymous."""

    client: FlaskClient
    runtime: Runtime
    clock: ManualClock

    def send(
        self, method: str, path: str, json: Any = None, by: str = "", role: str = "producer", **options: Any
    ) -> TestResponse:
        headers = (token([role], by, at=NOW) if by else {}) | options.pop("headers", {})
        return self.client.open(f"/v1{path}", method=method, json=json, headers=headers, **options)

    def get(self, path: str, by: str = "", **options: Any) -> TestResponse:
        return self.send("GET", path, by=by, **options)

    def post(self, path: str, json: Any = None, by: str = PRODUCER, **options: Any) -> TestResponse:
        return self.send("POST", path, json, by, **options)

    def patch(self, path: str, json: Any, by: str = PRODUCER) -> TestResponse:
        return self.send("PATCH", path, json, by)

    def made(self, path: str, json: Any = None, by: str = PRODUCER) -> dict[str, Any]:
        """What a POST answers, which must have worked."""
        answer = self.post(path, json, by)
        assert answer.status_code in (200, 201), answer.json
        return answer.json

    def items(self, path: str, by: str = "") -> list[dict[str, Any]]:
        """The items of a list."""
        answer = self.get(path, by)
        assert answer.status_code == 200, answer.json
        return answer.json["items"]

    def said(self, event: type) -> list[Any]:
        """The events of a class that the service has published."""
        return published(self.runtime, event)

    def hears(self, *events: Any) -> None:
        """Apply events in one transaction, as the consumer does."""
        consume(service, self.runtime, *events)

    def film(self, **changes: Any) -> dict[str, Any]:
        """A drafted film."""
        return self.made("/titles", film(**changes))

    def channel(self, **changes: Any) -> dict[str, Any]:
        """A streaming channel."""
        body = {"kind": "streaming", "name": "Vimeo", "territory": "WW", "url_base": "https://vimeo.com/"}
        return self.made("/channels", body | changes)

    def app_channel(self) -> dict[str, Any]:
        """The app as a channel."""
        return self.made("/channels", {"kind": "app", "name": "The app", "territory": "WW"})

    def release(self, title_id: str, channel_id: str, **changes: Any) -> dict[str, Any]:
        """A release of a title from 2018 on."""
        body = {"url": "https://vimeo.com/1", "starts_on": "2018-04-01", **changes}
        return self.made("/releases", {"title_id": title_id, "channel_id": channel_id, **body})

    def placement(self, release_id: str, channel_id: str, **changes: Any) -> dict[str, Any]:
        """A placement that links to a release."""
        body = {"release_id": release_id, "channel_id": channel_id, "label": {"en": "Watch", "fr": "Regarder"}}
        return self.made("/placements", body | changes)


def film(**changes: Any) -> dict[str, Any]:
    """The body that drafts a film."""
    return {
        "kind": "film",
        "name": {"en": "The Quay", "fr": "Le quai"},
        "summary": {"en": "A day on the quay.", "fr": "Une journée sur le quai."},
        "towns": ["newhaven"],
        "runtime_minutes": 12,
        **changes,
    }


@pytest.fixture
def media(mongod: MongoServer) -> Iterator[Media]:
    """The service with an empty database, at noon (UTC) on 1 June 2019."""
    clock = ManualClock(NOW)
    with service_app(service, mongod.uri, clock=clock) as (client, runtime):
        yield Media(client, runtime, clock)


@pytest.fixture
def placed(media: Media) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A public film on Vimeo, with one placement in the app: ``(title, release, placement)``."""
    title, vimeo, app = media.film(), media.channel(), media.app_channel()
    release = media.release(title["id"], vimeo["id"])
    placement = media.placement(release["id"], app["id"])
    media.made(f"/titles/{title['id']}/publish", {"published_on": "2018-04-01"})
    return title, release, placement
