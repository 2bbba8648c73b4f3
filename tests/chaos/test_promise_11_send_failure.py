"""Promise 11: a record that Kafka refuses is seen to be refused; the checkpoint stays before it."""

from __future__ import annotations

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from kernel.broker import closing
from tests.support.event_path import EventPath
from tests.support.eventually import eventually


def limit_messages(path: EventPath, most: int) -> None:
    """Let the topic take messages up to ``most`` bytes."""
    with closing(KafkaAdminClient(bootstrap_servers=path.runtime.settings.kafka_bootstrap)) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, path.topic, {"max.message.bytes": str(most)})])


def test_the_checkpoint_does_not_pass_a_refused_record(path: EventPath) -> None:
    path.broker.ensure_topics([path.topic])
    limit_messages(path, 100)
    worker = path.start_worker()
    for value in range(5):
        path.count("a", value)
    reason = eventually(worker.relay.health, within=20, describe="the relay says what is wrong")
    assert "relay" in reason
    assert path.db.outbox_windows.count_documents({}) == 0
    assert path.records() == []
    limit_messages(path, 1_000_000)
    path.wait_seen("a", [0, 1, 2, 3, 4], within=30)
    eventually(lambda: worker.relay.health() is None, within=10, describe="the relay is well again")
    assert path.db.outbox_windows.count_documents({}) >= 1
