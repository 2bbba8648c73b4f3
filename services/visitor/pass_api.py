"""HTTP of visitor passes, stamps, offers and vouchers."""

from __future__ import annotations

from flask import Response

from kernel.auth import require
from kernel.http import Blueprint, execute, runtime
from kernel.schemas import page_of
from services.visitor import policies
from services.visitor.commands import offers, passes
from services.visitor.schemas import offers as offered
from services.visitor.schemas import passes as shapes
from services.visitor.views import passes as view

blp = Blueprint("passes", __name__, url_prefix="/v1", description="Visitor passes, stamps, offers and vouchers")

SVG = "image/svg+xml"


@blp.route("/passes", methods=["POST"])
@blp.arguments(shapes.PassDraft)
@blp.response(201, shapes.PassView)
def make_pass(body):
    """Register a pass: anonymous, known by a key on the visitor's own phone."""
    return execute(passes.make_pass, body)


@blp.route("/passes/<pass_id>/open", methods=["POST"])
@blp.arguments(shapes.PassCode)
@blp.response(200, shapes.PassView)
def show_pass(body, pass_id):
    """A pass and its stamps, for the phone that shows its code."""
    return execute(passes.show_pass, body, pass_id=pass_id)


@blp.route("/passes/<pass_id>/qr.svg")
@blp.response(200, {"type": "string"}, content_type=SVG)
def pass_qr(pass_id) -> Response:
    """The id of a pass as a QR code, for print."""
    return Response(view.qr(runtime().db, pass_id), content_type=SVG)


@blp.route("/passes/<pass_id>/stamps", methods=["POST"])
@blp.arguments(shapes.Collected)
@blp.response(200, shapes.Merged)
def merge_stamps(body, pass_id):
    """Merge the stamps that a phone collected; sending them again changes nothing."""
    return execute(passes.merge_stamps, body, pass_id=pass_id)


@blp.route("/stamp-points")
@blp.arguments(shapes.PointFilter, location="query")
@blp.response(200, page_of(shapes.PointView))
def list_points(query):
    """Where stamps are given, with the keys to check them without network."""
    return view.list_points(runtime().db, runtime().locality, query)


@blp.route("/stamp-points", methods=["POST"])
@require(*policies.GIVES_STAMPS)
@blp.arguments(shapes.PointDraft)
@blp.response(201, shapes.PointView)
def open_point(body):
    """Let a phone give stamps at a centre, a studio or an event."""
    return execute(passes.open_point, body)


@blp.route("/stamp-points/<point_id>/close", methods=["POST"])
@require(*policies.GIVES_STAMPS, "operator")
@blp.response(200, shapes.PointView)
def close_point(point_id):
    """Let a phone give no more stamps, e.g. one that was lost."""
    return execute(passes.close_point, point_id=point_id)


@blp.route("/offers")
@blp.arguments(offered.OfferFilter, location="query")
@blp.response(200, page_of(offered.OfferView))
def list_offers(query):
    """What visitors with a pass are offered."""
    at = runtime()
    return view.list_offers(at.db, at.locality, at.clock.now(), query)


@blp.route("/offers", methods=["POST"])
@require(*policies.GIVES_STAMPS)
@blp.arguments(offered.OfferDraft)
@blp.response(201, offered.OfferView)
def make_offer(body):
    """Offer something to visitors with a pass."""
    return execute(offers.make_offer, body)


@blp.route("/offers/<offer_id>")
@blp.response(200, offered.OfferView)
def get_offer(offer_id):
    """One offer."""
    return view.get_offer(runtime().db, offer_id)


@blp.route("/offers/<offer_id>/vouchers", methods=["POST"])
@blp.arguments(offered.VoucherRequest)
@blp.response(201, offered.VoucherView)
def issue_voucher(body, offer_id):
    """Get the voucher of a pass; asking again gives the same one."""
    return execute(offers.issue_voucher, body, offer_id=offer_id)


@blp.route("/vouchers/<voucher_id>/redemptions", methods=["POST"])
@require(*policies.GIVES_STAMPS)
@blp.arguments(offered.RedemptionDraft)
@blp.response(201, offered.RedemptionView)
def redeem(body, voucher_id):
    """Use a voucher once; the same id is the same use."""
    return execute(offers.redeem, body, voucher_id=voucher_id)
