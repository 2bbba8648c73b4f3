"""The servers that tests and the one-machine start run: real ones, safe to kill, never left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.broker import EmbeddedBroker
from deploy.embedded.mongod import MongoServer
from tests.support.eventually import eventually
from tests.support.mongod import start_mongod
from tests.support.starter import gone


def test_mongod_refuses_clients_without_credentials(mongod: MongoServer) -> None:
    stranger = MongoClient(f"mongodb://127.0.0.1:{mongod.port}/?directConnection=true")
    with stranger, pytest.raises(OperationFailure, match="requires authentication"):
        stranger.some.thing.find_one()


def test_mongod_commits_transactions_and_keeps_them_when_killed_and_moved_to_another_port(tmp_path: Path) -> None:
    first = start_mongod(tmp_path)
    try:
        with MongoClient(first.uri) as client, client.start_session() as session, session.start_transaction():
            client.town.makers.insert_one({"_id": "potter"}, session=session)
    finally:
        first.kill()
    second = start_mongod(tmp_path)
    try:
        assert second.port != first.port
        with MongoClient(second.uri) as client:
            assert client.town.makers.find_one() == {"_id": "potter"}
    finally:
        second.stop()


def test_mongod_keeps_its_secrets_to_its_owner(mongod: MongoServer) -> None:
    for name in ("keyfile", "credentials.json"):
        assert (mongod.directory / name).stat().st_mode & 0o077 == 0


def test_apache_kafka_keeps_records_and_address_when_killed(tmp_path: Path) -> None:
    server = ApacheKafka(tmp_path).start()
    try:
        admin = KafkaAdminClient(bootstrap_servers=server.bootstrap)
        admin.create_topics([NewTopic("sailings", 1, 1)])
        admin.close()
        before = server.bootstrap
        send(server, "sailings", b"10:00")
        server.kill()
        server.restart()
        assert server.bootstrap == before
        assert received(server, "sailings") == [b"10:00"]
    finally:
        server.stop()


def test_embedded_broker_is_empty_after_a_restart(tmp_path: Path) -> None:
    server = EmbeddedBroker(tmp_path).start()
    try:
        send(server, "sailings", b"10:00")
        assert received(server, "sailings") == [b"10:00"]
        server.kill()
        server.restart()
        send(server, "sailings", b"17:30")
        assert received(server, "sailings") == [b"17:30"]
    finally:
        server.stop()
    assert server.process.tail() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_servers_end_when_whoever_started_them_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from deploy.embedded.broker import EmbeddedBroker\n"
        "server = EmbeddedBroker(pathlib.Path(sys.argv[1])).start()\n"
        "print(server.process.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    )
    with starter:
        child = psutil.Process(int(starter.stdout.readline()))
        assert child.is_running()
        starter.kill()
    eventually(lambda: gone(child), within=5, describe="the broker ends with its starter")


def client_options(server: ApacheKafka | EmbeddedBroker) -> dict:
    version = tuple(int(part) for part in server.api_version.split(".")) if server.api_version else None
    return {"bootstrap_servers": server.bootstrap, "api_version": version}


def send(server: ApacheKafka | EmbeddedBroker, topic: str, value: bytes) -> None:
    producer = KafkaProducer(**client_options(server))
    try:
        producer.send(topic, value).get(timeout=10)
    finally:
        producer.close()


def received(server: ApacheKafka | EmbeddedBroker, topic: str) -> list[bytes]:
    consumer = KafkaConsumer(**client_options(server), group_id=None)
    try:
        partitions = eventually(lambda: consumer.partitions_for_topic(topic), within=15, describe=f"{topic} is known")
        consumer.assign([TopicPartition(topic, number) for number in partitions])
        consumer.seek_to_beginning()
        polled = eventually(lambda: consumer.poll(500), within=15, describe=f"a record in {topic}")
        return [record.value for records in polled.values() for record in records]
    finally:
        consumer.close()
