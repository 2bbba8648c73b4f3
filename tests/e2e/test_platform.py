"""The platform that tests run: every process by name, killed, paused and brought back."""

from __future__ import annotations

import pytest
import requests

from tests.support.eventually import eventually
from tests.support.platform import Platform

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


def test_all_processes_are_ready_and_the_operator_can_sign_in(platform: Platform) -> None:
    assert all(platform.ready(name) for name in platform.fleet.roles)
    answer = requests.post(f"{platform.url}/v1/auth/token", json=platform.operator, timeout=10)
    assert answer.status_code == 200, answer.text


def test_a_paused_process_does_not_answer_until_it_is_resumed(platform: Platform) -> None:
    platform.pause("media.api")
    try:
        assert not platform.ready("media.api")
    finally:
        platform.resume("media.api")
    eventually(lambda: platform.ready("media.api"), within=10)


def test_a_killed_process_stays_away_until_it_is_restarted(platform: Platform) -> None:
    platform.kill("visitor.worker")
    assert not platform.ready("visitor.worker")
    assert platform.ready("visitor.api")
    platform.restart("visitor.worker")
    assert platform.ready("visitor.worker")
