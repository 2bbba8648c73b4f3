"""What nobody can read on a topic is parked by those who met it, and what comes after it goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from kafka import KafkaProducer
from pymongo import MongoClient

from deploy.demo.client import Api
from kernel.ids import new_id
from tests.support.eventually import eventually
from tests.support.platform import Platform


def headers(type: str, **changes: str | bytes | None) -> list[tuple[str, bytes]]:
    """The headers of an event of the marketplace; None leaves one out."""
    values: dict[str, Any] = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": new_id(),
        "ce_type": type,
        "ce_source": "/somewhere/marketplace",
        "ce_time": datetime.now(UTC).isoformat(),
        **changes,
    }
    kept = {name: value for name, value in values.items() if value is not None}
    return [(name, value if isinstance(value, bytes) else value.encode()) for name, value in kept.items()]


JOINED = "marketplace.maker.joined.v1"

BAD: dict[str, tuple[list[tuple[str, bytes]], bytes | None, str]] = {
    "no JSON": (headers(JOINED), b"\xff\x00 not json", "undecodable"),
    "no headers": ([], b"{}", "undecodable"),
    "no data": (headers(JOINED), None, "undecodable"),
    "a header that is no text": (headers(JOINED, ce_source=b"\xff\xfe"), b"{}", "undecodable"),
    "another specification": (headers(JOINED, ce_specversion="9.9"), b"{}", "undecodable"),
    "fields missing": (headers(JOINED), b'{"maker_id": "x"}', "undecodable"),
    "a type nobody declared": (headers("marketplace.maker.abducted.v1"), b"{}", "unknown-type"),
    "a version of the future": (headers("marketplace.maker.joined.v9"), b"{}", "unknown-version"),
}


@pytest.fixture
def producer(platform: Platform) -> Any:
    """Writes to the platform's topics without anyone's leave."""
    producer = KafkaProducer(bootstrap_servers=platform.broker.bootstrap)
    yield producer
    producer.close()


@pytest.mark.kafka
def test_bad_events_are_parked_with_their_reason_and_later_ones_are_applied(
    platform: Platform, demo: Api, producer: Any
) -> None:
    sent = {}
    for what, (event_headers, value, reason) in BAD.items():
        key = f"bad-{new_id()}".encode()
        topic = f"{platform.slug}.marketplace"
        record = producer.send(topic, key=key, value=value, headers=event_headers).get(10)
        sent[(record.partition, record.offset)] = (what, reason)
    draft = {"town": "newhaven", "name": "After the noise", "craft": {"en": "T"}, "summary": {"en": "T"}}
    made = demo.post("/v1/makers", {**draft, "synthetic": True}, as_="maker-7", idempotent=f"after-{new_id()}")
    client: MongoClient[dict[str, Any]] = MongoClient(platform.mongod.uri)
    parked = client[platform.database("visitor")]["parked"]
    try:
        eventually(lambda: found(parked, sent) == sent, within=30, describe="all of them are parked")
        for row in parked.find():
            assert row["error"]
            assert row["fingerprint"]
            assert row["origin"]["topic"] == f"{platform.slug}.marketplace"
    finally:
        client.close()
    eventually(lambda: knows(demo, made["id"]), within=30, describe="what came after is applied")
    assert platform.ready("visitor.worker")


def found(parked: Any, sent: dict[tuple[int, int], tuple[str, str]]) -> dict[tuple[int, int], tuple[str, str]]:
    """Which of the sent records are parked, and why."""
    rows = {(row["origin"]["partition"], row["origin"]["offset"]): row["reason"] for row in parked.find()}
    return {place: (what, rows[place]) for place, (what, _) in sent.items() if place in rows}


def knows(demo: Api, maker_id: str) -> bool:
    """Whether the guide lists a maker."""
    makers = demo.get("/v1/guide", town="newhaven", kind="makers", limit=200)["makers"]["items"]
    return any(each["id"] == maker_id for each in makers)
