"""Promise 32: what all its modules share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.embedded.mongod import MongoServer
from tests.security.story import tell
from tests.security.world import World, opened, private_key


@contextmanager
def told(mongod: MongoServer, directory: Path) -> Iterator[World]:
    """The platform in this process with the demonstration data, and what the story adds."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PASSPORT_SIGNING_KEY", str(private_key(directory / "passports.pem")))
        environment.setenv("CHECKIN_SIGNING_KEY", str(private_key(directory / "checkin.pem")))
        environment.delenv("PASSPORT_RETIRED_KEYS", raising=False)
        with opened(mongod, directory) as world:
            tell(world)
            yield world


@pytest.fixture(scope="session")
def world(mongod: MongoServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Shared by all security tests."""
    with told(mongod, tmp_path_factory.mktemp("world")) as world:
        yield world
