"""A day between two ferries (row B10): asked for with a form, shown as a line of times, planned anew when it must be.

The address of a plan holds its code: who has it sees the plan, and can plan anew.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, redirect, request, url_for

from gateway.aggregate import cards
from gateway.edge import edge
from gateway.limits import client_address
from gateway.pages.blueprint import known_id, pages, private
from gateway.reader import reader_of
from gateway.web import days, forms, jsonld
from gateway.web.page import address, language, show, texts
from kernel.errors import Conflict, Invalid, Malformed, NotFound
from kernel.http import body_limit, runtime
from kernel.locality import Town

Row = dict[str, Any]
FIELDS = ("town", "date", "arrival", "arrives", "back", "leave", "pace")
FILLED_INTO = {
    "town": "town", "arrival_sailing_id": "arrival", "arrives_at": "arrival", "return_sailing_id": "back",
    "leave_by": "back", "interests": "interests", "pace": "pace",
}  # fmt: skip
"""Fields of the service to those of the form."""
SAILINGS = 20


@pages.route("/plan")
@private
def plan_form() -> Response:
    """The form for a day: which town and day, and then which ferries."""
    at = runtime()
    town = at.locality.town(request.args.get("town", "")) or at.locality.towns[0]
    try:
        day = days.day_of(request.args.get("date"))
    except ValueError:
        day = None
    today = at.clock.now().astimezone(town.tz).date()
    return _form_page(town, day if day and day >= today else today, forms.Filled())


@pages.route("/plan", methods=["POST"])
@body_limit(forms.FORM_BYTES)
@private
def make_plan() -> Any:
    """Plan the day, and go to its page; or show the form again with what is wrong."""
    forms.must_be_ours()
    t, form = texts(), forms.filled(*FIELDS, several=("interests",))
    town = runtime().locality.town(form.value("town"))
    try:
        day = days.day_of(form.value("date"))
    except ValueError:
        day = None
    if town is None or day is None:
        raise Malformed("The form is not whole: open its page again and choose town and day there.")
    body: Row = {"town": town.slug, "interests": form.chosen["interests"], "pace": form.value("pace", "normal")}
    body |= _end(form, "arrival", "arrives", day, town)
    body |= _end(form, "back", "leave", day, town, after=body.get("arrives_at"))
    if form.errors:
        return _form_page(town, day, form, 422)
    status = 422
    try:
        key = forms.key_of(form, "plan")
        made = edge().upstream.post("visitor", "/v1/day-plans", body, key=key, address=client_address())
        return redirect(url_for("pages.plan", plan_id=made["id"], code=made["code"]), 303)
    except Invalid as refused:
        words = {theirs: (ours, t(f"plan.wrong_{ours}")) for theirs, ours in FILLED_INTO.items()}
        form.refused(refused.errors, words, t("form.wrong"))
    except Conflict:
        status, form.whole = 409, t("plan.changed")
    return _form_page(town, day, form, status)


@pages.route("/plans/<plan_id>/<code>")
@private
def plan(plan_id: str, code: str) -> Response:
    """A day as it stands now, with what has come in its way."""
    return _plan_page(plan_id, code)


@pages.route("/plans/<plan_id>/<code>", methods=["POST"])
@body_limit(forms.FORM_BYTES)
@private
def replan(plan_id: str, code: str) -> Any:
    """Plan the rest of the day anew; then show it, whoever was first."""
    forms.must_be_ours()
    form = forms.filled("revision")
    revision = form.value("revision")
    if not (revision.isascii() and revision.isdigit() and len(revision) < 8):
        raise Malformed("The form is not whole: open its page again and send it from there.")
    path, body = f"/v1/day-plans/{known_id(plan_id)}/replan", {"code": known_id(code), "revision": int(revision)}
    try:
        key = forms.key_of(form, "replan", plan_id, code)
        edge().upstream.post("visitor", path, body, key=key, address=client_address())
    except Invalid:
        return _plan_page(plan_id, code, wrong=texts()("plan.no_ferry"), status=422)
    except Conflict:
        return redirect(url_for("pages.plan", plan_id=plan_id, code=code, late="yes"), 303)
    return redirect(url_for("pages.plan", plan_id=plan_id, code=code, done="yes"), 303)


def _end(form: forms.Filled, ferry: str, clock: str, day: date, town: Town, after: str | None = None) -> Row:
    """How one comes or leaves: by the ferry chosen, else at the time of day; what is neither is noted."""
    names = {"arrival": ("arrival_sailing_id", "arrives_at"), "back": ("return_sailing_id", "leave_by")}[ferry]
    if form.value(ferry):
        return {names[0]: form.value(ferry)}
    try:
        at = datetime.combine(day, time.fromisoformat(form.value(clock)).replace(tzinfo=None), tzinfo=town.tz)
    except ValueError:
        form.errors[ferry] = texts()(f"plan.wrong_{ferry}")
        return {}
    if after is not None and at <= datetime.fromisoformat(after):
        at += timedelta(days=1)
    return {names[1]: at.isoformat()}


def _form_page(town: Town, day: date, form: forms.Filled, status: int = 200) -> Response:
    at = runtime()
    asked = {"town": town.slug, "limit": SAILINGS}
    on = {"date": day.isoformat(), "after": (day + timedelta(days=1)).isoformat()}
    found, failed = edge().upstream.gather(
        {
            "arriving": ("visitor", "/v1/sailings", {**asked, "date": on["date"], "direction": "arrival"}),
            "leaving": ("visitor", "/v1/sailings", {**asked, "date": on["date"], "direction": "departure"}),
            "later": ("visitor", "/v1/sailings", {**asked, "date": on["after"], "direction": "departure"}),
        }
    )
    reader = reader_of(at.locality, lang=language().lang)
    ferries = {
        name: [
            cards.sailing(reader, at.locality, row)
            for row in (found.get(name) or {"items": []})["items"]
            if row["status"] != "cancelled"
        ]
        for name in ("arriving", "leaving", "later")
    }
    answer = {"partial": bool(failed), "failed": failed}
    data = jsonld.document(jsonld.web_page(texts()("plan.title"), address("plan_form")))
    return show(
        "plan_form.html",
        status=status,
        data=data,
        answer=answer,
        town=town,
        town_name=reader.shown(town.name) or {"text": town.slug},
        day=day,
        today=at.clock.now().astimezone(town.tz).date(),
        coming=ferries["arriving"],
        going=[*ferries["leaving"], *ferries["later"]],
        last_today=ferries["leaving"][-1]["id"] if ferries["leaving"] else "",
        form=form,
    )


def _plan_page(plan_id: str, code: str, *, wrong: str | None = None, status: int = 200) -> Response:
    at = runtime()
    path, body = f"/v1/day-plans/{known_id(plan_id)}/open", {"code": known_id(code)}
    row = edge().upstream.post("visitor", path, body, key=forms.Filled().once, address=client_address())
    here = at.locality.town(row["town"])
    if here is None:
        raise NotFound("This plan is for a town that is not here.")
    reader, now = reader_of(at.locality, lang=language().lang), at.clock.now()
    closes, back_by = (datetime.fromisoformat(row[name]) for name in ("closes_local", "be_back_by_local"))
    clocks = [(reader.shown(town.name), closes.astimezone(town.tz)) for town in at.locality.towns if town is not here]
    ferries = {name: row[name] and cards.sailing(reader, at.locality, row[name]) for name in FERRIES}
    shown = {
        **row,
        **ferries,
        "town_name": reader.shown(here.name),
        "stops": [reader.with_texts(stop, "name") for stop in row["stops"]],
        "alerts": [reader.with_texts(each, "text", "reason") for each in row["alerts"]],
    }
    data = jsonld.document(jsonld.web_page(texts()("plan.title"), address("plan_form")))
    return show(
        "plan.html",
        status=status,
        data=data,
        plan=shown,
        code=code,
        clocks=clocks,
        wrong=wrong,
        left=int((back_by - now).total_seconds() // 60),
        today=now.astimezone(here.tz).date(),
        form=forms.Filled(),
    )


FERRIES = ("arrival_sailing", "return_sailing")
