"""The embedded broker for tests, the one that the one-machine start uses."""

from __future__ import annotations

from pathlib import Path

from deploy.embedded.broker import EmbeddedBroker


def start_embedded_broker(directory: Path) -> EmbeddedBroker:
    """Start one: ``bootstrap``, ``api_version``, ``stop()``, ``kill()``; ``restart()`` gives an empty one elsewhere."""
    return EmbeddedBroker(directory).start()
