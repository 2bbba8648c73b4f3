"""Promise 17: poison is parked with cause, fingerprint and origin within its attempts; the line goes on."""

from __future__ import annotations

import msgspec
import pytest

from tests.support.event_path import EventPath, failing_for, with_handler
from tests.support.eventually import eventually
from tests.support.sample_service import Counted

GOOD_HEADERS = {
    "ce_specversion": "1.0",
    "ce_id": "poison-1",
    "ce_type": Counted.TYPE,
    "ce_source": "/elsewhere/sample",
    "ce_time": "2026-06-01T10:00:00Z",
}
GOOD_DATA = msgspec.json.encode(Counted(counter_id="poison", value=1, by=1))

POISON = {
    "no headers at all": ({}, GOOD_DATA, "undecodable"),
    "not JSON": (GOOD_HEADERS, b"\xff\xfe\x00", "undecodable"),
    "JSON of another shape": (GOOD_HEADERS, b'{"counter_id": 7}', "undecodable"),
    "a time that is none": (GOOD_HEADERS | {"ce_time": "yesterday"}, GOOD_DATA, "undecodable"),
    "no data": (GOOD_HEADERS, None, "undecodable"),
    "a type nobody knows": (GOOD_HEADERS | {"ce_type": "sample.moon.rose.v1"}, GOOD_DATA, "unknown-type"),
    "a major version from the future": (
        GOOD_HEADERS | {"ce_type": "sample.counter.counted.v9"},
        GOOD_DATA,
        "unknown-version",
    ),
}


@pytest.mark.parametrize("what", sorted(POISON))
def test_what_can_never_be_handled_is_parked_at_once(path: EventPath, what: str) -> None:
    headers, data, reason = POISON[what]
    path.start_worker()
    path.count("good", 1)
    path.produce(b"poison", data, [(name, value.encode()) for name, value in headers.items()])
    path.count("good", 2)
    path.wait_seen("good", [1, 2])
    row = eventually(lambda: path.db.parked.find_one({}), describe="the record is parked")
    assert row["reason"] == reason
    assert row["error"]
    assert row["origin"]["topic"] == path.topic
    assert row["value"] == data
    assert path.seen("poison") == []


def test_a_handler_with_a_bug_has_its_attempts_and_no_more(path: EventPath) -> None:
    path.start_worker(with_handler(failing_for("bad", "worse")), retry_attempts=3)
    for counter in ("bad", "good", "worse"):
        path.count(counter, 1)
    path.wait_seen("good", [1])
    eventually(lambda: path.db.parked.count_documents({}) == 2, describe="both are parked")
    bad, worse = path.db.parked.find().sort("key", 1)
    assert bad["attempts"] == worse["attempts"] == 3
    assert bad["reason"] == worse["reason"] == "handler-failed"
    assert bad["fingerprint"] == worse["fingerprint"], "one fault has one fingerprint, whatever the values"
    assert "RuntimeError: bad cannot be handled" in bad["error"]
