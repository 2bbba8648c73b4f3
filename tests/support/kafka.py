"""A real Apache Kafka for tests, ended with the test run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.processes import StartFailed


def start_kafka(directory: Path) -> ApacheKafka:
    """Start one: ``bootstrap``, ``api_version``, ``stop()``, ``kill()``, ``restart()`` on the same data and address.

    Without Java or Maven the test is skipped, saying so; where ``CI`` is set it fails instead.
    """
    try:
        return ApacheKafka(directory).start()
    except StartFailed as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
