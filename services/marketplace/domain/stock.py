"""Where units are. A unit is in exactly one place: the studio, a pop-up shop, set aside for an order, or sold."""

from __future__ import annotations

from collections.abc import Mapping

STUDIO = "studio"
ORDERED = "ordered"
"""Set aside for an order: still in the studio's hands, no longer for sale."""
SOLD = "sold"

RESERVED = frozenset({STUDIO, ORDERED, SOLD})
"""Names of places that no pop-up shop may take as its id."""

MAX_UNITS = 10_000
"""The most units of one offering in all places together."""


def for_sale(stock: Mapping[str, int] | None) -> int | None:
    """Units that can be bought now, in whatever place; None for what is not counted."""
    if stock is None:
        return None
    return sum(units for place, units in stock.items() if place != ORDERED)


def shown(stock: Mapping[str, int] | None) -> dict[str, int] | None:
    """The places where units can be bought, with how many; the studio always, others only while they have any."""
    if stock is None:
        return None
    return {place: units for place, units in stock.items() if place == STUDIO or (place != ORDERED and units > 0)}


def change_of_available(source: str | None, target: str | None, quantity: int) -> int:
    """By how much the number of units for sale changes when ``quantity`` units go from ``source`` to ``target``.

    ``None`` is outside: newly made as a source, sold as a target.
    """
    counted = {None, ORDERED}
    return quantity * ((target not in counted) - (source not in counted))


def problem_with_popup_id(popup_id: str) -> str | None:
    """What is wrong with an id that someone chose for a pop-up shop, or None."""
    if popup_id in RESERVED:
        return f"{popup_id} is the name of another place; choose a different id, e.g. dieppe-{popup_id}"
    return None
