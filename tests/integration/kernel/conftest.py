"""The sample service on a real MongoDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from deploy.embedded.mongod import MongoServer
from kernel.runtime import Runtime
from tests.support.sample_service import service
from tests.support.services import service_app


@pytest.fixture
def sample(mongod: MongoServer) -> Iterator[tuple[FlaskClient, Runtime]]:
    """A client of the sample service and its runtime, on an empty database."""
    with service_app(service, mongod.uri) as app:
        yield app
