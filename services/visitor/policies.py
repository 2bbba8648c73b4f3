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
GIVES_STAMPS = ("ambassador", "maker", "curator")
"""Those who receive visitors: at a centre, in a studio, at an event."""


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


def may_open_point(actor: Actor, kind: str) -> None:
    """A centre's phone belongs to an ambassador, a studio's to a maker, an event's to a curator; ambassadors help both.

    Raises ``Forbidden``. Which account is which maker or curator only their services know: who opened it is kept.
    """
    if not actor.has("ambassador", {"maker": "maker", "event": "curator"}.get(kind, "ambassador")):
        raise Forbidden("Ambassadors open stamp points at centres, makers in studios, curators at events.")


def may_close_point(actor: Actor, point: dict[str, Any]) -> None:
    """Whoever opened a stamp point closes it, or an ambassador or operator. Raises ``Forbidden``."""
    if point["opened_by"] != actor.id and not actor.has("ambassador", "operator"):
        raise Forbidden("Whoever opened this stamp point can close it, or an ambassador.")


def may_redeem(actor: Actor, offer: dict[str, Any]) -> None:
    """Whoever made an offer redeems its vouchers, and ambassadors where it is said so. Raises ``Forbidden``."""
    if offer["made_by"] != actor.id and not (offer["at_centres"] and actor.has("ambassador")):
        raise Forbidden("Whoever made this offer redeems it.")
