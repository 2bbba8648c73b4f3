"""What people do in the marketplace: one function for each use case, all or nothing."""

from services.marketplace.commands.makers import add_member, change_maker, join, remove_member
from services.marketplace.commands.offerings import (
    add_stock,
    change_offering,
    list_offering,
    relist_offering,
    withdraw_offering,
)
from services.marketplace.commands.orders import cancel_order, collect_order, place_order
from services.marketplace.commands.popups import consign, open_popup, take_back
from services.marketplace.commands.sales import sell

__all__ = [
    "add_member",
    "add_stock",
    "cancel_order",
    "change_maker",
    "change_offering",
    "collect_order",
    "consign",
    "join",
    "list_offering",
    "open_popup",
    "place_order",
    "relist_offering",
    "remove_member",
    "sell",
    "take_back",
    "withdraw_offering",
]
