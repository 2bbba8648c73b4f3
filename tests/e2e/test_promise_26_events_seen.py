"""Promise 26: every event that the demonstration put on Kafka is in the registry and fits its committed schema."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from jsonschema import Draft202012Validator

from contracts.registry import REGISTRY, topics
from deploy.demo.client import Api
from deploy.embedded.topology import ROOT
from kernel.broker import Broker, closing, partitions_of
from kernel.envelope import decode, read
from tests.support.event_path import broker_settings
from tests.support.eventually import eventually
from tests.support.platform import Platform
from tests.support.services import settings_for


def all_records(platform: Platform) -> list[Any]:
    """Every record on the topics of the platform's services."""
    broker = Broker(settings_for(platform.mongod.uri, **broker_settings(platform.broker)), "test")
    found: list[Any] = []
    with closing(broker.consumer()) as consumer:
        partitions = partitions_of(consumer, topics(platform.slug))
        ends = consumer.end_offsets(partitions)
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)

        def read_all() -> bool:
            for records in consumer.poll(timeout_ms=200).values():
                found.extend(records)
            return all(consumer.position(partition) >= end for partition, end in ends.items())

        eventually(read_all, within=30, describe="all topics are read to their ends")
    return found


def test_every_event_on_the_topics_fits_its_contract(platform: Platform, demo: Api) -> None:
    seen: Counter[str] = Counter()
    own = f"/{platform.slug}/".encode()
    for record in all_records(platform):
        headers = list(record.headers)
        if not dict(headers).get("ce_source", b"").startswith(own):
            continue  # written by a test behind the platform's back, or a marker
        envelope = read(record.key, record.value, headers)
        event_class = REGISTRY.get(envelope.type)
        assert event_class is not None, f"{envelope.type} is not in the registry"
        event = decode(envelope, event_class)
        assert event.key == envelope.key
        assert record.topic == f"{platform.slug}.{event.service()}"
        schema = json.loads((ROOT / "contracts/schemas" / f"{envelope.type}.json").read_text())
        Draft202012Validator(schema).validate(json.loads(record.value))
        seen[envelope.type] += 1
    producers = {type_name.split(".")[0] for type_name in seen}
    assert producers >= {"visitor", "festivals", "marketplace", "media"}
    assert sum(seen.values()) > 500
