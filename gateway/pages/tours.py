"""Tours (row A20): where they go, who leads them, where one meets, and the ferry that lands in time."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from gateway.edge import edge
from gateway.pages.blueprint import known_id, pages
from gateway.reader import reader_of
from gateway.web import jsonld
from gateway.web.page import address, language, show, texts
from gateway.web.texts import moment
from kernel.http import runtime

Row = dict[str, Any]
SHOWN = 50
"""Tours on one page; those that follow are behind a link."""
CURSOR = 500
"""Characters of where a page goes on; longer ones no service has given out."""


@pages.route("/tours")
def tours() -> Response:
    """The tours of both towns, or of the one asked for: those with a date to come first."""
    at, now = runtime(), runtime().clock.now()
    town = at.locality.town(request.args.get("town", ""))
    asked = {"limit": SHOWN, "town": town and town.slug, "cursor": request.args.get("cursor", "")[:CURSOR] or None}
    page = edge().upstream.get("festivals", "/v1/tours", asked)
    shown = [_tour(row) for row in page["items"]]
    ahead = [each for each in shown if _next(each) is not None]
    over = [each for each in shown if _next(each) is None]
    links = [(address("tour", event_id=each["id"]), each["title"]["text"]) for each in shown]
    data = jsonld.document(jsonld.item_list(texts()("tour.all"), links))
    listed = [(each, _next(each)) for each in sorted(ahead, key=lambda each: moment((_next(each) or {})["starts_at"]))]
    return show(
        "tours.html",
        data=data,
        tours=[*listed, *((each, None) for each in over)],
        town=town,
        today=now.astimezone((town or at.locality.towns[0]).tz).date(),
        following=page.get("next_cursor"),
    )


@pages.route("/tours/<event_id>")
def tour(event_id: str) -> Response:
    """One tour: its route, stop by stop, its dates and the ferries they fit."""
    at = runtime()
    row = _tour(edge().upstream.get("festivals", f"/v1/tours/{known_id(event_id)}"))
    now = at.clock.now()
    known = at.locality.town(row["town"]) or at.locality.towns[0]
    dates = [each for each in row["timings"] if moment(each["ends_at"]) > now]
    data = jsonld.document(jsonld.tour(row, address))
    return show("tour.html", data=data, tour=row, dates=dates, today=now.astimezone(known.tz).date())


def _next(row: Row) -> Row | None:
    now = runtime().clock.now()
    return next((each for each in row["timings"] if moment(each["ends_at"]) > now), None)


def _tour(raw: Row) -> Row:
    """A tour with its texts picked, and the names of the towns its ferries call at."""
    at = runtime()
    reader = reader_of(at.locality, lang=language().lang)

    def town_name(slug: str) -> Any:
        town = at.locality.town(slug)
        return reader.shown(town.name) if town else {"text": slug, "lang": "und"}

    def ship(raw: Row | None) -> Row | None:
        ends = ("departure", "arrival")
        return raw and {**raw, **{end: {**raw[end], "town_name": town_name(raw[end]["town"])} for end in ends}}

    return {
        **reader.with_texts(raw, "title", "summary", "reason"),
        "town_name": town_name(raw["town"]),
        "meeting_point": reader.with_texts(raw["meeting_point"], "name"),
        "route": [reader.with_texts(stop, "name") for stop in raw["route"]],
        "timings": [{**each, "fits": ship(each["fits"])} for each in raw["timings"]],
    }
