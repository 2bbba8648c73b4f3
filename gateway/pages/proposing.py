"""Proposing an event to a festival without an account (row A13): which festival, the form, and what became of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Response, redirect, url_for

from gateway.edge import edge
from gateway.limits import client_address
from gateway.pages.blueprint import known_id, pages, private
from gateway.reader import reader_of
from gateway.web import days, forms, jsonld
from gateway.web.page import address, language, show, texts
from kernel.errors import Conflict, Invalid, TooMany
from kernel.http import body_limit, runtime
from kernel.locality import Town

Row = dict[str, Any]
FESTIVALS = 100
"""Festivals that are looked at for those not yet over."""
NEEDED = ("title", "town", "kind", "place", "day", "starts", "ends", "name", "email")
FIELDS = (*NEEDED, "summary", "address", "website")
FILLED_INTO = {
    "title": "title", "summary": "summary", "town": "town", "kind": "kind", "where": "place", "timings": "day",
    "website": "website", "name": "name", "email": "email",
}  # fmt: skip
"""Fields of the service to those of the form, which go by shorter names."""


@pages.route("/propose")
def propose_where() -> Response:
    """The festivals that are on or to come, to propose something to."""
    at, t = runtime(), texts()
    found = edge().upstream.get("festivals", "/v1/festivals", {"limit": FESTIVALS})
    today = at.clock.now().date().isoformat()
    shown = [_festival(row) for row in found["items"] if row["last_day"] >= today]
    links = [(address("propose_form", festival_id=each["id"]), each["name"]["text"]) for each in shown]
    data = jsonld.document(jsonld.item_list(t("propose.title"), links))
    return show("propose_where.html", data=data, festivals=shown)


@pages.route("/festivals/<festival_id>/propose")
@private
def propose_form(festival_id: str) -> Response:
    """The form for an event of that festival."""
    return _form_page(festival_id, forms.Filled())


@pages.route("/festivals/<festival_id>/propose", methods=["POST"])
@body_limit(forms.FORM_BYTES)
@private
def propose(festival_id: str) -> Any:
    """Propose it, and go to the page that tells what becomes of it; or show the form again with what is wrong."""
    forms.must_be_ours()
    t, form = texts(), forms.filled(*FIELDS)
    form.need(*NEEDED)
    town = runtime().locality.town(form.value("town"))
    timing = _timing(form, town) if town and not form.errors else None
    if town is None:
        form.errors.setdefault("town", t("propose.wrong_town"))
    if form.errors or timing is None:
        return _form_page(festival_id, form, 422)
    path, status = f"/v1/festivals/{known_id(festival_id)}/proposals", 422
    body = {"event": _event(form, timing), "name": form.value("name"), "email": form.value("email")}
    try:
        key = forms.key_of(form, "propose", festival_id)
        made = edge().upstream.post("festivals", path, body, key=key, address=client_address())
        return redirect(url_for("pages.proposal", code=made["code"]), 303)
    except Invalid as refused:
        words = {theirs: (ours, t(f"propose.wrong_{ours}")) for theirs, ours in FILLED_INTO.items()}
        form.refused(refused.errors, words, t("form.wrong"))
    except Conflict:
        status, form.whole = 409, t("propose.no_more")
    except TooMany:
        status, form.whole = 429, t("propose.too_many")
    return _form_page(festival_id, form, status)


@pages.route("/proposals/<code>")
@private
def proposal(code: str) -> Response:
    """What became of one's proposal, and what happens next."""
    at = runtime()
    mine = edge().upstream.get("festivals", f"/v1/events/proposals/{known_id(code)}")
    reader = reader_of(at.locality, lang=language().lang)
    data = jsonld.document(jsonld.web_page(texts()("proposal.title"), address("home")))
    shown = {name: reader.shown(mine.get(name)) for name in ("title", "says", "reason")}
    return show("proposal.html", data=data, mine={**mine, **shown})


def _form_page(festival_id: str, form: forms.Filled, status: int = 200) -> Response:
    festival = _festival(edge().upstream.get("festivals", f"/v1/festivals/{known_id(festival_id)}"))
    data = jsonld.document(jsonld.web_page(texts()("propose.title"), address("propose_form", festival_id=festival_id)))
    return show("propose.html", status=status, data=data, festival=festival, form=form)


def _festival(row: Row) -> Row:
    at = runtime()
    reader = reader_of(at.locality, lang=language().lang)
    there = [town for town in at.locality.towns if town.slug in row["towns"]]
    named = [(town.slug, (reader.shown(town.name) or {"text": town.slug})["text"]) for town in there]
    first, last = (date.fromisoformat(row[name]) for name in ("first_day", "last_day"))
    return {**reader.with_texts(row, "name", "summary"), "towns": named, "first_day": first, "last_day": last}


def _timing(form: forms.Filled, town: Town) -> Row | None:
    """When it takes place, from the day and the hours on the clocks of the town; what ends before it starts ends on the
    next day. None when that is no time, which is then noted.
    """
    try:
        day = days.day_of(form.value("day"))
    except ValueError:
        day = None
    if day is None:
        form.errors["day"] = texts()("propose.wrong_day")
    found: dict[str, datetime] = {}
    for name in ("starts", "ends"):
        try:
            clock = time.fromisoformat(form.value(name)).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            form.errors[name] = texts()("propose.wrong_time")
            continue
        if day is not None:
            later = timedelta(days=1 if name == "ends" and "starts" in found and clock <= found["starts"].time() else 0)
            found[name] = datetime.combine(day + later, clock, tzinfo=town.tz)
            if found[name].astimezone(UTC).astimezone(town.tz).time() != clock:
                form.errors[name] = texts()("propose.no_such_time")
    return None if form.errors else {f"{name}_at": at.isoformat() for name, at in found.items()}


def _event(form: forms.Filled, timing: Row) -> Row:
    lang = language().lang
    where: Row = {"name": {lang: form.value("place")}}
    if form.value("address"):
        where["address"] = form.value("address")
    event = {"title": {lang: form.value("title")}, "town": form.value("town"), "kind": form.value("kind")}
    more = {"where": where, "timings": [timing]}
    if form.value("summary"):
        more["summary"] = {lang: form.value("summary")}
    if form.value("website"):
        more["website"] = form.value("website")
    return {**event, **more}
