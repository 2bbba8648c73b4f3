"""Who may see or change which object. A maker's trade belongs to its members, a shop's till to its keeper."""

from __future__ import annotations

from typing import Any

from kernel.auth import Actor
from kernel.errors import Forbidden, NotFound, Unauthenticated

Row = dict[str, Any]


def is_member(actor: Actor, maker: Row) -> bool:
    """Whether this account acts for the maker."""
    return not actor.anonymous and actor.id in maker["members"]


def keeps(actor: Actor, popup: Row) -> bool:
    """Whether this account keeps the shop."""
    return not actor.anonymous and actor.id == popup["keeper_id"]


def must_be_member(actor: Actor, maker: Row | None, maker_id: str) -> Row:
    """The maker, for its members; 404 when there is none, 403 for everybody else."""
    if maker is None:
        raise NotFound(f"There is no maker {maker_id}.")
    if not is_member(actor, maker):
        raise Forbidden("Only the members of this maker may do this.")
    return maker


def must_keep(actor: Actor, popup: Row | None, popup_id: str) -> Row:
    """The pop-up shop, for its keeper."""
    if popup is None:
        raise NotFound(f"There is no pop-up shop {popup_id}.")
    if not keeps(actor, popup):
        raise Forbidden("Only the keeper of this pop-up shop may do this.")
    return popup


def may_see_statement(actor: Actor, maker: Row | None, maker_id: str) -> Row:
    """The maker, for its members and for operators: income is nobody else's business."""
    if actor.anonymous:
        raise Unauthenticated("Sign in to see a statement of income.")
    if maker is not None and actor.has("operator"):
        return maker
    return must_be_member(actor, maker, maker_id)


def may_sell(actor: Actor, maker: Row, popup: Row | None) -> None:
    """A studio sells through its members; a pop-up shop through its keeper, or through the owner of the goods."""
    if is_member(actor, maker) or (popup is not None and keeps(actor, popup)):
        return
    raise Forbidden(
        "Only the maker's members and the keeper of this shop sell these goods."
        if popup
        else "Only the maker's members sell from the studio."
    )


def may_change_order(actor: Actor, order: Row, maker: Row) -> None:
    """An order belongs to who placed it and to its maker."""
    if actor.id != order["buyer_id"] and not is_member(actor, maker):
        raise NotFound(f"There is no order {order['_id']}.")
