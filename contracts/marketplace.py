"""Events of the marketplace service: makers, what they offer, and what happens to their goods and orders."""

from __future__ import annotations

from contracts.base import Count, Event, Identifier, Instant, LocalDate, Money, Point, Quantity, Text


class MakerJoined(Event, frozen=True, kw_only=True):
    """A maker can be found, or their listing changed: carries the whole listing."""

    TYPE = "marketplace.maker.joined.v1"
    KEY = "maker_id"

    maker_id: Identifier
    town: Identifier
    name: str
    craft: Text
    summary: Text
    joined_at: Instant
    address: str | None = None
    point: Point | None = None
    visitors_welcome: bool = False
    synthetic: bool = False


class OfferingListed(Event, frozen=True, kw_only=True):
    """A maker offers something, or the offer changed: carries the whole offer."""

    TYPE = "marketplace.offering.listed.v1"
    KEY = "offering_id"

    offering_id: Identifier
    maker_id: Identifier
    town: Identifier
    kind: str
    """``product``, ``service`` or ``class``."""
    title: Text
    summary: Text
    price: Money
    """The price shown first."""
    prices: list[Money] = []
    """The price in each currency it is sold in, ``price`` among them."""
    available: Count | None = None
    """Units that can be bought now; absent for what is not counted."""
    synthetic: bool = False


class OfferingWithdrawn(Event, frozen=True, kw_only=True):
    """A maker no longer offers something."""

    TYPE = "marketplace.offering.withdrawn.v1"
    KEY = "offering_id"

    offering_id: Identifier
    maker_id: Identifier
    withdrawn_at: Instant


class PopupOpened(Event, frozen=True, kw_only=True):
    """A pop-up shop sells makers' goods in a town for some days."""

    TYPE = "marketplace.popup.opened.v1"
    KEY = "popup_id"

    popup_id: Identifier
    town: Identifier
    name: Text
    first_day: LocalDate
    last_day: LocalDate
    synthetic: bool = False


class ItemsConsigned(Event, frozen=True, kw_only=True):
    """A maker handed items to a pop-up shop: the shop holds them, the maker owns them."""

    TYPE = "marketplace.items.consigned.v1"
    KEY = "offering_id"

    consignment_id: Identifier
    offering_id: Identifier
    maker_id: Identifier
    popup_id: Identifier
    quantity: Quantity
    item_ids: list[Identifier]
    consigned_at: Instant


class ItemSold(Event, frozen=True, kw_only=True):
    """A buyer took an item home; the maker's income rose by ``income``."""

    TYPE = "marketplace.item.sold.v1"
    KEY = "offering_id"

    sale_id: Identifier
    offering_id: Identifier
    maker_id: Identifier
    quantity: Quantity
    price: Money
    income: Money
    source: str
    """Which stream the income belongs to: ``studio``, ``popup``, ``online`` or ``order``."""
    sold_at: Instant
    popup_id: Identifier | None = None
    item_ids: list[Identifier] = []


class OrderPlaced(Event, frozen=True, kw_only=True):
    """Someone ordered ahead, to collect when a sailing has landed or at the studio.

    Said again when an order that was disrupted stands after all.
    """

    TYPE = "marketplace.order.placed.v1"
    KEY = "order_id"

    order_id: Identifier
    maker_id: Identifier
    offering_id: Identifier
    quantity: Quantity
    placed_at: Instant
    collect_sailing_id: Identifier | None = None


class OrderDisrupted(Event, frozen=True, kw_only=True):
    """The sailing after which an order was to be collected is cancelled."""

    TYPE = "marketplace.order.disrupted.v1"
    KEY = "order_id"

    order_id: Identifier
    maker_id: Identifier
    sailing_id: Identifier
    reason: Text
