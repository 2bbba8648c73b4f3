"""Registering for an event (row A17): the form, the page that one's code opens, the offer to accept, the way out.

The address of that page is the secret: it is told once, and nothing but it leads back.
"""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for

from gateway import aggregate
from gateway.edge import edge
from gateway.limits import client_address
from gateway.pages.blueprint import known_id, pages, private
from gateway.reader import reader_of
from gateway.web import forms, jsonld
from gateway.web.page import address, language, show, texts
from gateway.web.texts import moment
from kernel.errors import Conflict, Invalid, Malformed, NotFound, TooMany
from kernel.http import body_limit, runtime

Row = dict[str, Any]
FIELDS = ("name", "email", "party")


def desk_of(answer: Row) -> Row | None:
    """How full the event of ``answer`` is, with ``says``, whether it takes registrations now, and ``opens_local``.

    None for one that takes none. Raises ``UpstreamProblem``.
    """
    event = answer["event"]
    try:
        desk: Row = edge().upstream.get("festivals", f"/v1/events/{event['id']}/registration")
    except NotFound:
        return None
    town = runtime().locality.town(event["town"]) or runtime().locality.towns[0]
    opens = moment(desk["opens_at"]).astimezone(town.tz) if desk["opens_at"] else None
    desk["opens_local"] = opens
    desk["says"] = "open" if desk["open"] else "not_yet" if opens and opens > runtime().clock.now() else "closed"
    return desk


@pages.route("/events/<event_id>/register")
@private
def register_form(event_id: str) -> Response:
    """The form by itself, for whoever opens its address."""
    return _form_page(event_id, forms.Filled())


@pages.route("/events/<event_id>/register", methods=["POST"])
@body_limit(forms.FORM_BYTES)
@private
def register(event_id: str) -> Any:
    """Register, and go to the page of the registration; or show the form again with what is wrong."""
    forms.must_be_ours()
    t, form = texts(), forms.filled(*FIELDS)
    form.need("name", "email")
    party = form.value("party", "1") or "1"
    if not (party.isascii() and party.isdigit() and len(party) < 5 and int(party)):
        form.errors["party"] = t("register.wrong_party")
    if form.errors:
        return _form_page(event_id, form, 422)
    body = {"name": form.value("name"), "email": form.value("email"), "party": int(party), "language": language().lang}
    path, status = f"/v1/events/{known_id(event_id)}/registrations", 422
    try:
        key = forms.key_of(form, "register", event_id)
        made = edge().upstream.post("festivals", path, body, key=key, address=client_address())
        return redirect(url_for("pages.registration", code=made["code"]), 303)
    except Invalid as refused:
        words = {name: (name, t(f"register.wrong_{name}")) for name in FIELDS}
        form.refused(refused.errors, words, t("form.wrong"))
    except Conflict as refused:
        status = 409
        form.refused(refused.errors, {"email": ("email", t("register.already"))}, t("register.not_now"))
    except TooMany:
        status, form.whole = 429, t("register.too_many")
    return _form_page(event_id, form, status)


def _form_page(event_id: str, form: forms.Filled, status: int = 200) -> Response:
    at, now = runtime(), runtime().clock.now()
    answer = aggregate.event_page(edge().upstream, at.locality, known_id(event_id), lang=language().lang, now=now)
    row, desk = answer["event"], desk_of(answer)
    if desk is None:
        raise NotFound("This event takes no registrations: just come.")
    data = jsonld.document(jsonld.event(row, at.locality, address))
    return show("register.html", status=status, data=data, answer=answer, event=row, desk=desk, form=form)


@pages.route("/registrations/<code>")
@private
def registration(code: str) -> Response:
    """How one's registration stands, and what can be done about it."""
    at, upstream = runtime(), edge().upstream
    mine = upstream.get("festivals", f"/v1/registrations/{known_id(code)}")
    reader = reader_of(at.locality, lang=language().lang)
    title = reader.shown(mine["event"]["title"]) or {"text": texts()("embed.title"), "lang": language().lang}
    found, failed = upstream.gather({"event": ("festivals", f"/v1/events/{mine['event_id']}", None)})
    event = found.get("event")
    zone = (at.locality.town(event["town"]) if event else None) or at.locality.towns[0]
    answer = {"partial": bool(failed), "failed": failed}
    data = jsonld.document(jsonld.web_page(texts()("registration.title"), address("home")))
    return show(
        "registration.html",
        data=data,
        answer=answer,
        mine=mine,
        code=code,
        says=reader.shown(mine["says"]),
        title=title,
        event=event,
        where=reader.shown(((event or {}).get("where") or {}).get("name")),
        zone=zone,
        form=forms.Filled(),
    )


@pages.route("/registrations/<code>", methods=["POST"])
@body_limit(forms.FORM_BYTES)
@private
def change_registration(code: str) -> Any:
    """Accept an offer, or give the place back; then show how the registration stands, whatever became of it."""
    forms.must_be_ours()
    form, act = forms.filled(), request.form.get("act")
    if act not in ("accept", "cancel"):
        raise Malformed("The form's act is accept or cancel.")
    key = forms.key_of(form, act, code)
    path = f"/v1/registrations/{known_id(code)}/{act}"
    try:
        edge().upstream.post("festivals", path, None, key=key, address=client_address())
    except Conflict:
        return redirect(url_for("pages.registration", code=code, late="yes"), 303)
    return redirect(url_for("pages.registration", code=code), 303)
