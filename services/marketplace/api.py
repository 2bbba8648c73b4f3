"""HTTP of the marketplace: parse, hand over, answer."""

from __future__ import annotations

from kernel.auth import current_actor, require
from kernel.http import Blueprint, execute, runtime
from kernel.schemas import page_of
from services.marketplace import commands, passports, statements, views
from services.marketplace.keys import key_ring
from services.marketplace.schemas import common, makers, trade
from services.marketplace.schemas import passports as passport_schemas

blp = Blueprint("marketplace", __name__, url_prefix="/v1", description="Makers, what they offer, and where it goes")
blueprints = [blp]


@blp.route("/makers")
@blp.arguments(makers.MakerFilter, location="query")
@blp.response(200, page_of(makers.MakerView))
def list_makers(query):
    """List makers by name; find them by words."""
    at = runtime()
    return views.list_makers(at.db, at.locality, query, current_actor())


@blp.route("/makers", methods=["POST"])
@require("maker")
@blp.arguments(makers.MakerDraft)
@blp.response(201, makers.MakerView)
def join(body):
    """Join as a maker."""
    return execute(commands.join, body)


@blp.route("/makers/<maker_id>")
@blp.response(200, makers.MakerView)
def get_maker(maker_id):
    """One maker, with the walk from the ferry."""
    at = runtime()
    return views.maker(views.found(at.db, "makers", maker_id, "maker"), at.locality)


@blp.route("/makers/<maker_id>", methods=["PATCH"])
@require("maker")
@blp.arguments(makers.MakerChange)
@blp.response(200, makers.MakerView)
def change_maker(body, maker_id):
    """Change how an own maker is listed."""
    return execute(commands.change_maker, body, maker_id=maker_id)


@blp.route("/makers/<maker_id>/members")
@require("maker")
@blp.response(200, common.MembersView)
def list_members(maker_id):
    """The accounts that act for an own maker."""
    return views.members_of(runtime().db, maker_id, current_actor())


@blp.route("/makers/<maker_id>/members", methods=["POST"])
@require("maker")
@blp.arguments(common.MemberAdded)
@blp.response(200, common.MembersView)
def add_member(body, maker_id):
    """Let another account act for an own maker."""
    return execute(commands.add_member, body, maker_id=maker_id)


@blp.route("/makers/<maker_id>/members/<account_id>", methods=["DELETE"])
@require("maker")
@blp.response(200, common.MembersView)
def remove_member(maker_id, account_id):
    """Take an account off an own maker."""
    return execute(commands.remove_member, maker_id=maker_id, account_id=account_id)


@blp.route("/offerings")
@blp.arguments(makers.OfferingFilter, location="query")
@blp.response(200, page_of(makers.OfferingView))
def list_offerings(query):
    """List what can be bought or booked, newest first; find it by words."""
    at = runtime()
    return views.list_offerings(at.db, at.locality, query)


@blp.route("/offerings", methods=["POST"])
@require("maker")
@blp.arguments(makers.OfferingDraft)
@blp.response(201, makers.OfferingView)
def list_offering(body):
    """List a product, a service or a class of an own maker."""
    return execute(commands.list_offering, body)


@blp.route("/offerings/<offering_id>")
@blp.response(200, makers.OfferingView)
def get_offering(offering_id):
    """One offering, with where its units are."""
    return views.offering(views.found(runtime().db, "offerings", offering_id, "offering"))


@blp.route("/offerings/<offering_id>", methods=["PATCH"])
@require("maker")
@blp.arguments(makers.OfferingChange)
@blp.response(200, makers.OfferingView)
def change_offering(body, offering_id):
    """Change texts, prices or materials of an own offering."""
    return execute(commands.change_offering, body, offering_id=offering_id)


@blp.route("/offerings/<offering_id>/stock", methods=["POST"])
@require("maker")
@blp.arguments(makers.StockAdded)
@blp.response(200, makers.StockView)
def add_stock(body, offering_id):
    """Add units that were made, or places in a class."""
    return execute(commands.add_stock, body, offering_id=offering_id)


@blp.route("/offerings/<offering_id>/withdraw", methods=["POST"])
@require("maker")
@blp.response(200, makers.OfferingView)
def withdraw_offering(offering_id):
    """Take an own offering off the list."""
    return execute(commands.withdraw_offering, offering_id=offering_id)


@blp.route("/offerings/<offering_id>/relist", methods=["POST"])
@require("maker")
@blp.response(200, makers.OfferingView)
def relist_offering(offering_id):
    """Put a withdrawn offering of one's own back on the list."""
    return execute(commands.relist_offering, offering_id=offering_id)


@blp.route("/offerings/<offering_id>/items")
@blp.arguments(makers.ItemFilter, location="query")
@blp.response(200, page_of(makers.ItemView))
def list_items(query, offering_id):
    """The unsold items of a product; each has a passport."""
    return views.list_items(runtime().db, offering_id, query)


@blp.route("/popups")
@blp.arguments(trade.PopupFilter, location="query")
@blp.response(200, page_of(trade.PopupView))
def list_popups(query):
    """List pop-up shops, the latest first."""
    at = runtime()
    return views.list_popups(at.db, at.locality, query, current_actor())


@blp.route("/popups", methods=["POST"])
@require("maker", "curator", "ambassador")
@blp.arguments(trade.PopupDraft)
@blp.response(201, trade.PopupView)
def open_popup(body):
    """Open a pop-up shop and keep it."""
    return execute(commands.open_popup, body)


@blp.route("/popups/<popup_id>")
@blp.response(200, trade.PopupView)
def get_popup(popup_id):
    """One pop-up shop."""
    at = runtime()
    return views.popup(views.found(at.db, "popups", popup_id, "pop-up shop"), at.locality)


@blp.route("/consignments")
@require()
@blp.arguments(trade.PartyFilter, location="query")
@blp.response(200, page_of(trade.ConsignmentView))
def list_consignments(query):
    """What an own maker handed out, or an own shop was handed."""
    return views.list_consignments(runtime().db, query, current_actor())


@blp.route("/consignments", methods=["POST"])
@require("maker")
@blp.arguments(trade.ConsignmentDraft)
@blp.response(201, trade.ConsignmentView)
def consign(body):
    """Hand units of an own product to a pop-up shop."""
    return execute(commands.consign, body)


@blp.route("/consignments/<consignment_id>/return", methods=["POST"])
@require("maker", "curator", "ambassador")
@blp.arguments(trade.ReturnDraft)
@blp.response(200, trade.ReturnView)
def take_back(body, consignment_id):
    """Bring unsold units back to the studio."""
    return execute(commands.take_back, body, consignment_id=consignment_id)


@blp.route("/sales")
@require("maker", "curator", "ambassador")
@blp.arguments(trade.PartyFilter, location="query")
@blp.response(200, page_of(trade.SaleView))
def list_sales(query):
    """What was sold of an own maker's, or in an own shop."""
    return views.list_sales(runtime().db, query, current_actor())


@blp.route("/sales", methods=["POST"])
@require("maker", "curator", "ambassador")
@blp.arguments(trade.SaleDraft)
@blp.response(201, trade.SaleView)
def sell(body):
    """Sell from an own studio, or in a shop one keeps."""
    return execute(commands.sell, body)


@blp.route("/statements")
@require("maker", "operator")
@blp.arguments(trade.StatementQuery, location="query")
@blp.response(200, trade.StatementView)
def get_statement(query):
    """An own maker's income by currency and source, from day one."""
    at = runtime()
    return statements.statement(at.db, at.locality, query, current_actor())


@blp.route("/orders")
@require()
@blp.arguments(trade.OrderFilter, location="query")
@blp.response(200, page_of(trade.OrderView))
def list_orders(query):
    """One's own orders, or those placed with an own maker."""
    return views.list_orders(runtime().db, query, current_actor())


@blp.route("/orders", methods=["POST"])
@require()
@blp.arguments(trade.OrderDraft)
@blp.response(201, trade.OrderView)
def place_order(body):
    """Order ahead."""
    return execute(commands.place_order, body)


@blp.route("/orders/<order_id>")
@require()
@blp.response(200, trade.OrderView)
def get_order(order_id):
    """One order, for who placed it and for its maker."""
    return views.get_order(runtime().db, order_id, current_actor())


@blp.route("/orders/<order_id>/collect", methods=["POST"])
@require("maker")
@blp.response(200, trade.CollectedView)
def collect_order(order_id):
    """Hand an order over: it becomes a sale."""
    return execute(commands.collect_order, order_id=order_id)


@blp.route("/orders/<order_id>/cancel", methods=["POST"])
@require()
@blp.response(200, trade.OrderView)
def cancel_order(order_id):
    """Cancel an order: its units are for sale again."""
    return execute(commands.cancel_order, order_id=order_id)


@blp.route("/passports/keys")
@blp.response(200, passport_schemas.KeysView)
def passport_keys():
    """The public keys that passports are or were signed with."""
    return {"keys": key_ring().jwks()}


@blp.route("/passports/<item_id>")
@blp.response(200, passport_schemas.PassportView)
def get_passport(item_id):
    """Who made an item, of what, and through whose hands it went; signed and hash-chained."""
    at = runtime()
    return passports.passport(at.db, at.locality, item_id)
