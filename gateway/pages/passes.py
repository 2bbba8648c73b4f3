"""A visitor's pass (rows B8, B9): its code to be stamped, the stamps on it, what is offered for them, and vouchers.

Nobody signs in: the pass is a key in a cookie, made when its holder asks for one. See ``gateway.web.passes``.
"""

from __future__ import annotations

from typing import Any

import segno
from flask import Response, make_response, redirect, request, url_for
from markupsafe import Markup

from gateway.edge import edge
from gateway.limits import client_address
from gateway.pages.blueprint import known_id, pages, private
from gateway.reader import reader_of
from gateway.web import forms, jsonld, passes
from gateway.web.page import address, language, show, texts
from gateway.web.texts import moment
from kernel.errors import Conflict, Malformed, NotFound
from kernel.http import body_limit, runtime

Row = dict[str, Any]
OFFERS = 50


@pages.route("/pass")
@private
def visitor_pass() -> Response:
    """One's pass with its code, stamps and what is offered for them; without one, how to get it."""
    mine, now = passes.kept_in(request.cookies.get(passes.COOKIE)), runtime().clock.now()
    data = jsonld.document(jsonld.web_page(texts()("pass.title"), address("visitor_pass")))
    found, failed = edge().upstream.gather({"offers": ("visitor", "/v1/offers", {"limit": OFFERS})})
    offers = [_offer(row) for row in (found.get("offers") or {"items": []})["items"]]
    held, code, until = None, None, None
    if mine is not None:
        text, until = mine.shown(now)
        try:
            path, key = f"/v1/passes/{mine.id}/open", forms.Filled().once
            held = _held(edge().upstream.post("visitor", path, {"code": text}, key=key, address=client_address()))
            code = qr(text)
        except NotFound:
            held = None
    answer = {"partial": bool(failed), "failed": failed}
    return show(
        "pass.html",
        data=data,
        answer=answer,
        held=held,
        lost=mine is not None and held is None,
        code=code,
        until=until,
        offers=offers,
        form=forms.Filled(),
    )


@pages.route("/pass", methods=["POST"])
@body_limit(forms.FORM_BYTES)
@private
def make_pass() -> Any:
    """Make a pass, or forget it on this phone; then show what there is."""
    forms.must_be_ours()
    form, act = forms.filled(), request.form.get("act")
    response = make_response(redirect(url_for("pages.visitor_pass"), 303))
    if act == "forget":
        response.delete_cookie(passes.COOKIE, path=passes.PATH, httponly=True, samesite="Lax", secure=request.is_secure)
        return response
    if act != "make":
        raise Malformed("The form's act is make or forget.")
    made = passes.made_of(form.once)
    key, body = forms.key_of(form, "pass"), {"public_key": made.public_key}
    edge().upstream.post("visitor", "/v1/passes", body, key=key, address=client_address())
    response.set_cookie(
        passes.COOKIE,
        made.cookie,
        max_age=passes.KEPT,
        path=passes.PATH,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


@pages.route("/pass/offers/<offer_id>")
@private
def offer(offer_id: str) -> Response:
    """An offer, and the button for its voucher."""
    return _offer_page(offer_id)


@pages.route("/pass/offers/<offer_id>", methods=["POST"])
@body_limit(forms.FORM_BYTES)
@private
def voucher(offer_id: str) -> Response:
    """The voucher of one's pass: asked for again, it is the same one."""
    forms.must_be_ours()
    form, mine, now = forms.filled(), passes.kept_in(request.cookies.get(passes.COOKIE)), runtime().clock.now()
    if mine is None:
        return _offer_page(offer_id, status=409)
    path = f"/v1/offers/{known_id(offer_id)}/vouchers"
    body = {"pass_id": mine.id, "code": mine.shown(now)[0]}
    try:
        got = edge().upstream.post(
            "visitor", path, body, key=forms.key_of(form, body["code"]), address=client_address()
        )
    except Conflict:
        return _offer_page(offer_id, refused=True, status=409)
    return _offer_page(offer_id, voucher=got)


def _offer_page(offer_id: str, *, voucher: Row | None = None, refused: bool = False, status: int = 200) -> Response:
    row = voucher["offer"] if voucher else edge().upstream.get("visitor", f"/v1/offers/{known_id(offer_id)}")
    shown = _offer(row)
    data = jsonld.document(jsonld.web_page(shown["title"]["text"], address("offer", offer_id=row["id"])))
    return show(
        "offer.html",
        status=status,
        data=data,
        offer=shown,
        voucher=voucher,
        code=qr(voucher["id"]) if voucher else None,
        has_pass=passes.kept_in(request.cookies.get(passes.COOKIE)) is not None,
        refused=refused,
        form=forms.Filled(),
    )


def qr(text: str) -> Markup:
    """A text as a QR code, to stand in a page: dark on light in every scheme, so that it can be read."""
    drawn = segno.make(text, error="m").svg_inline(
        border=3, dark="#0a2440", light="#ffffff", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704


def _held(row: Row) -> Row:
    reader = reader_of(runtime().locality, lang=language().lang)
    return {**row, "latest": [reader.with_texts(each, "name") for each in row["latest"]]}


def _offer(row: Row) -> Row:
    at = runtime()
    reader, town = reader_of(at.locality, lang=language().lang), at.locality.town(row["town"]) or at.locality.towns[0]
    ends = moment(row["ends_at"])
    told = {"ends": ends.astimezone(town.tz), "over": ends <= at.clock.now(), "town_name": reader.shown(town.name)}
    return {**reader.with_texts(row, "title", "terms"), **told}
