"""The pages to look at: each asks for one composed answer and shows it."""

from __future__ import annotations

from datetime import date
from typing import Any

import segno
from flask import Response, jsonify, request, url_for
from markupsafe import Markup

from gateway import aggregate
from gateway.edge import edge
from gateway.failures import ServiceAway, ServiceBroken, UpstreamProblem
from gateway.pages.blueprint import known_id, pages, with_form
from gateway.pages.registering import desk_of
from gateway.web import calendar, days, jsonld, sailings
from gateway.web.forms import Filled
from gateway.web.page import address, asset, brand, language, show, texts, vary_by_language
from gateway.web.texts import moment
from kernel.errors import Invalid, NotFound
from kernel.http import runtime

LONGEST_SEARCH = 100
"""Characters of a search; the API takes as many."""


@pages.route("/")
def home() -> Response:
    """What is worth stopping for today, in all towns, and when to be back at the ferry."""
    at, now = runtime(), runtime().clock.now()
    answer = aggregate.today(edge().upstream, at.locality, lang=language().lang, now=now)
    calls = [each for town in answer["towns"] for each in town["sailings"]["arriving"]]
    data = jsonld.document(
        jsonld.website(answer["app_name"], address),
        *(jsonld.destination(town, at.locality, address) for town in answer["towns"]),
        jsonld.item_list(texts()("today.on"), _links(each for town in answer["towns"] for each in town["events"])),
    )
    return show("home.html", answer=answer, data=data, at_sea=sailings.at_sea(calls, now))


@pages.route("/today/<town>")
def town(town: str) -> Response:
    """A town on a day: today when none is named."""
    at, now = runtime(), runtime().clock.now()
    known = at.locality.town(town)
    if known is None:
        raise NotFound(f"There is no town {town} here.")
    day, wrong = _asked_day("date")
    answer = aggregate.today(edge().upstream, at.locality, town=town, day=day, lang=language().lang, now=now)
    [here] = answer["towns"]
    data = jsonld.document(
        jsonld.destination(here, at.locality, address),
        jsonld.item_list(texts()("today.on"), _links(here["events"])),
        *(jsonld.boat_trip(each) for each in here["sailings"]["next"]),
    )
    return show(
        "town.html",
        status=422 if wrong else 200,
        data=data,
        answer=answer,
        here=here,
        day=date.fromisoformat(here["date"]),
        today=now.astimezone(known.tz).date(),
        wrong_day=wrong,
        at_sea=sailings.at_sea(here["sailings"]["arriving"], now),
    )


@pages.route("/events/<event_id>")
@with_form
def event(event_id: str) -> Response:
    """An event: when, where, how far, when to leave for the ferry, and the form to register where one is needed.

    A page with that form is kept by nobody: what is sent from one look at it is one registration.
    """
    at, now = runtime(), runtime().clock.now()
    answer = aggregate.event_page(edge().upstream, at.locality, known_id(event_id), lang=language().lang, now=now)
    row = answer["event"]
    data = jsonld.document(jsonld.event(row, at.locality, address))
    back = sailings.back(answer["sailings"], now)
    last = max((moment(each["ends_at"]) for each in row["timings"]), default=now)
    desk = _desk_of(answer) if row["status"] != "cancelled" and last > now else None
    form = Filled()
    page = show("event.html", data=data, answer=answer, event=row, back=back, today=_today(row), desk=desk, form=form)
    if desk:
        page.headers["Cache-Control"] = "no-store"
    return page


def _desk_of(answer: Any) -> Any:
    """As ``desk_of``; a service that is away takes no page away: ``answer`` then says what is missing."""
    try:
        return desk_of(answer)
    except UpstreamProblem as away:
        answer |= {"partial": True, "failed": [*answer["failed"], away.service]}
        return None


@pages.route("/events/<event_id>/calendar.ics")
def event_calendar(event_id: str) -> Response:
    """The event's occurrences as an iCalendar file."""
    upstream = edge().upstream
    row = upstream.get("festivals", f"/v1/events/{known_id(event_id)}")
    if not row.get("calendar_url"):
        raise NotFound(f"The festival of {event_id} has no calendar.")
    path = f"{row['calendar_url']}?lang={language().lang}&event_id={row['id']}"
    feed = upstream.send("festivals", "GET", path, headers={"Accept": "text/calendar"})
    if feed.status == 404:
        raise NotFound(f"The festival of {event_id} has no calendar.")
    if feed.status == 503:
        raise ServiceAway("festivals", "The festivals service does not answer at the moment.")
    if feed.status != 200:
        raise ServiceBroken("festivals", "The festivals service answered no calendar.")
    try:
        entry = calendar.only_event(feed.body, row["id"], row["timings"])
    except ValueError as error:
        raise ServiceBroken("festivals", "The festivals service answered no calendar.") from error
    response = Response(entry, content_type=calendar.CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{event_id}.ics"'
    return vary_by_language(response)


@pages.route("/guide")
def guide_index() -> Response:
    """The guides of the towns: to read, to print and to keep."""
    at = runtime()
    towns = [aggregate.guide(edge().upstream, at.locality, town, lang=language().lang) for town in at.locality.towns]
    failed = sorted({name for town in towns for name in town["failed"]})
    answer = {"partial": bool(failed), "failed": failed}
    links = [(address("guide", town=town["town"]), town["name"]["text"]) for town in towns]
    data = jsonld.document(jsonld.item_list(texts()("guide.title"), links))
    return show("guide_index.html", data=data, answer=answer, guides=towns)


@pages.route("/guide/<town>")
def guide(town: str) -> Response:
    """The guide of a town: places on a map, makers, what is on, films."""
    at = runtime()
    known = at.locality.town(town)
    if known is None:
        raise NotFound(f"There is no town {town} here.")
    answer = aggregate.guide(edge().upstream, at.locality, known, lang=language().lang)
    here = address("guide", town=town)
    links = [(f"{here}#{each['id']}", each["title"]["text"]) for each in answer["places"]]
    data = jsonld.document(jsonld.item_list(texts()("guide.places"), links))
    return show("guide.html", data=data, answer=answer, here=answer, today=at.clock.now().astimezone(known.tz).date())


@pages.route("/makers/<maker_id>")
def maker(maker_id: str) -> Response:
    """A maker, what they offer, and when to leave for the ferry."""
    at, now = runtime(), runtime().clock.now()
    answer = aggregate.maker_page(edge().upstream, at.locality, known_id(maker_id), lang=language().lang, now=now)
    row = answer["maker"]
    data = jsonld.document(jsonld.maker(row, answer["offerings"], at.locality, address))
    back = sailings.back(answer["sailings"], now)
    return show("maker.html", data=data, answer=answer, maker=row, back=back, today=_today(row))


@pages.route("/passports/<item_id>")
def passport(item_id: str) -> Response:
    """An item's passport: who made it, where, of what, and through whose hands it went. Made to be printed."""
    at = runtime()
    answer = aggregate.passport_page(edge().upstream, at.locality, known_id(item_id), lang=language().lang)
    row = answer["passport"]
    here = at.locality.town(row["town"] or "") or at.locality.towns[0]
    code = segno.make(address("passport", item_id=item_id), error="m").svg_inline(
        border=3, dark="#0a2440", light="#ffffff", omitsize=True, svgclass="qr", lineclass=None
    )
    data = jsonld.document(jsonld.product(row, at.locality, address))
    return show("passport.html", data=data, answer=answer, passport=row, zone=here.tz, code=Markup(code))  # noqa: S704


@pages.route("/titles/<title_id>")
def title(title_id: str) -> Response:
    """A film, a series with its episodes, or an episode, and where to watch it."""
    answer = aggregate.title_page(edge().upstream, runtime().locality, known_id(title_id), lang=language().lang)
    data = jsonld.document(jsonld.title(answer["title"], answer["episodes"], answer["series"], address))
    spoken = [texts().language_name(code) for code in answer["title"]["languages"] or []]
    return show("title.html", data=data, answer=answer, title=answer["title"], spoken=spoken)


@pages.route("/timeline")
def timeline() -> Response:
    """The platform's own history, as seen from a day."""
    at = runtime()
    day, wrong = _asked_day("as_of")
    answer = aggregate.timeline(at.locality, as_of=day, lang=language().lang, now=at.clock.now())
    links = [(each["link"] or f"{address('timeline')}#{each['id']}", each["text"]["text"]) for each in answer["items"]]
    data = jsonld.document(jsonld.item_list(texts()("timeline.title"), links))
    return show("timeline.html", status=422 if wrong else 200, data=data, answer=answer, wrong_day=wrong)


@pages.route("/search")
def search() -> Response:
    """Events, makers, things to buy, places and films that words find, in all towns."""
    t, asked = texts(), _asked_words("q")
    answer, wrong = None, None
    if len(asked) > LONGEST_SEARCH:
        wrong = t("search.too_long", n=LONGEST_SEARCH)
    elif asked:
        try:
            answer = aggregate.search(edge().upstream, runtime().locality, asked, lang=language().lang)
        except Invalid:
            wrong = t("search.no_word")
    found = [each for town in answer["towns"] for each in town["events"]] if answer else []
    results = {"@type": "SearchResultsPage", "name": t("search.title"), "url": address("search")}
    data = jsonld.document(results, jsonld.item_list(t("search.title"), _links(found)))
    return show("search.html", status=422 if wrong else 200, data=data, q=asked, answer=answer, wrong=wrong)


@pages.route("/manifest.webmanifest")
def manifest() -> Response:
    """What a phone needs to keep the pages on its first screen."""
    response = jsonify(
        name=brand(),
        short_name=brand(),
        description=texts()("home.lead"),
        lang=language().lang,
        start_url=url_for("pages.home"),
        display="minimal-ui",
        background_color="#0a2440",
        theme_color="#0a2440",
        icons=[{"src": asset("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )
    response.mimetype = "application/manifest+json"
    return vary_by_language(response)


def _asked_day(name: str) -> tuple[date | None, bool]:
    """The day asked for, and whether it is none that can be shown: then the page says so and shows today."""
    try:
        return days.day_of(request.args.get(name)), False
    except ValueError:
        return None, True


def _asked_words(name: str) -> str:
    """What was typed, on one line."""
    typed = "".join(char if char.isprintable() else " " for char in request.args.get(name, ""))
    return " ".join(typed.split())


def _today(row: dict[str, Any]) -> date:
    at = runtime()
    town = at.locality.town(row["town"]) or at.locality.towns[0]
    return at.clock.now().astimezone(town.tz).date()


def _links(events: Any) -> list[tuple[str, str | None]]:
    return [(address("event", event_id=each["id"]), each["title"] and each["title"]["text"]) for each in events]
