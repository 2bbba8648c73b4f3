"""What a command is given: who asks, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kernel.auth import ANONYMOUS, Actor


@dataclass(frozen=True)
class Command:
    """One request to change something, already checked against its schema.

    A command function is ``def draft_event(cmd: Command, uow: UnitOfWork) -> dict``. It may be run more than once for
    one request, so it does nothing that a rollback does not undo.
    """

    actor: Actor = ANONYMOUS
    body: dict[str, Any] = field(default_factory=dict)
    """The deserialized body; empty when the route takes none."""
    path: dict[str, str] = field(default_factory=dict)
    """The variables of the route's path."""
