"""The gateway's table of contents. It keeps accounts, publishes no events and reacts to none."""

from __future__ import annotations

from gateway.api import accounts, composed, keys
from gateway.models import SERVICE, Account
from kernel.service import Service

service = Service(
    name=SERVICE,
    title="Gateway",
    api=[accounts, composed, keys],
    documents=[Account],
    publishes=[],
    reacts={},
)
