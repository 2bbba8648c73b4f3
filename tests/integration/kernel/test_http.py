"""The HTTP edge on a real database: commands, reads, errors."""

from __future__ import annotations

from tests.support.sample_service import Counted
from tests.support.services import published, token


def test_a_command_changes_the_state_and_says_so(sample):
    client, runtime = sample
    answer = client.post("/v1/counters/boats/count", json={"by": 3})
    assert (answer.status_code, answer.json) == (201, {"id": "boats", "value": 3, "actor": ""})
    assert client.get("/v1/counters/boats").json == {"id": "boats", "value": 3}
    assert published(runtime, Counted) == [Counted(counter_id="boats", value=3, by=3)]
