"""Who may see or change which object. Whoever made an event decides about it, and nobody above them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.auth import Actor
from kernel.errors import Conflict, Forbidden, NotFound
from services.festivals.models import FestivalEvent


def may_see(actor: Actor, event: Mapping[str, Any]) -> bool:
    """A public event is everyone's to see; a draft or a withdrawn one its curator's alone."""
    return event["state"] == "published" or (not actor.anonymous and event["curator"]["id"] == actor.id)


def own_event(actor: Actor, event: FestivalEvent | None) -> FestivalEvent:
    """The event, for its curator to change.

    Raises NotFound when this actor may not even know of it, Forbidden when it is another curator's,
    Conflict when it was merged into another listing.
    """
    if event is None or (event.state != "published" and event.curator.id != actor.id):
        raise NotFound("There is no such event, or it is not public.")
    if event.curator.id != actor.id:
        raise Forbidden("Only the curator of an event can change it.")
    if event.merged_into:
        raise Conflict(f"This listing was merged into the event {event.merged_into}, which takes its place.")
    return event
