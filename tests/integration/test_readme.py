"""The README's new consumer, as it stands there: it hears a service that knows nothing of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from contracts.marketplace import MakerJoined
from deploy.embedded.broker import EmbeddedBroker
from deploy.embedded.mongod import MongoServer
from services.marketplace.service import service as marketplace
from tests.support.event_path import event_path
from tests.support.eventually import eventually
from tests.support.promises import README


def joined(maker_id: str, name: str) -> MakerJoined:
    return MakerJoined(
        maker_id=maker_id,
        name=name,
        town="newhaven",
        craft={"en": "Pottery"},
        summary={"en": "Cups."},
        joined_at=datetime(2019, 6, 1, tzinfo=UTC),
    )


def test_a_new_consumer_is_one_file(mongod: MongoServer, embedded_broker: EmbeddedBroker) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    example: dict[str, Any] = {"__name__": "services.welcome.service"}
    exec(code, example)
    with event_path(mongod.uri, embedded_broker, marketplace) as producing:
        producing.publish(joined("potter", "Potter"), joined("weaver", "Weaver"))
        producing.start_worker()
        locality = producing.runtime.locality
        with event_path(mongod.uri, embedded_broker, example["service"], locality=locality) as consuming:
            consuming.start_worker()
            producing.publish(joined("potter", "The Potter"))
            expected = {"potter": "The Potter", "weaver": "Weaver"}
            eventually(
                lambda: {row["_id"]: row["name"] for row in consuming.db.newcomers.find()} == expected,
                within=30,
                describe="both makers are welcomed under their latest names",
            )
