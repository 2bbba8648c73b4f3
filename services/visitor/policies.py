"""Who may see or change which object; that an account has a fitting role at all is asked at the route."""

from __future__ import annotations

from typing import Any

from kernel.auth import Actor
from kernel.errors import Forbidden

LISTS_PLACES = ("ambassador", "curator", "maker", "operator")
"""Places are listed from below: whoever works for the towns may add one, nobody approves it."""

AT_THE_DESK = ("ambassador",)
RUNS_THE_LINE = ("ambassador", "operator")
SEES_STOPS = ("ambassador", "maker")


def may_record(actor: Actor, target_kind: str | None) -> None:
    """An ambassador records any visit; a maker only one to a maker.

    Raises ``Forbidden``. Which account is which maker only the marketplace knows, so the visit keeps who recorded it.
    """
    if not actor.has("ambassador") and target_kind != "maker":
        raise Forbidden("A maker records visits to a maker: name the maker as the target.")


def sees_who_is_on_duty(actor: Actor) -> bool:
    """Names of volunteers are for those who work with them; everybody sees how many there are."""
    return actor.has("ambassador", "operator")


def may_change_place(actor: Actor, place: dict[str, Any]) -> None:
    """Whoever listed a place corrects it, and the ambassadors who send people there. Raises ``Forbidden``."""
    if place["listed_by"] != actor.id and not actor.has("ambassador", "operator"):
        raise Forbidden("Whoever listed this place can change it, or an ambassador.")
