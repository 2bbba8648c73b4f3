"""HTTP of festivals: parse, hand over, answer."""

from __future__ import annotations

from flask import Response, current_app, request

from kernel.auth import current_actor, require
from kernel.commands import Command
from kernel.http import Blueprint, execute, rehearse, runtime
from kernel.request_ids import current_traceparent
from kernel.schemas import page_of
from services.festivals import clashing, commands, contributing, feed, importing, policies, programmes, views
from services.festivals.catalogue import Catalogue
from services.festivals.feed.options import Options
from services.festivals.models import FestivalEvent
from services.festivals.schemas import events as event
from services.festivals.schemas import festivals as festival
from services.festivals.schemas import importing as imported
from services.festivals.schemas import selection
from services.festivals.schemas.clashes import ClashesView

blp = Blueprint("festivals", __name__, url_prefix="/v1", description="Festivals, venues and curated events")


@blp.route("/festivals")
@blp.arguments(festival.FestivalFilter, location="query")
@blp.response(200, page_of(festival.FestivalView))
def list_festivals(query):
    """List festivals in order of their first day."""
    at = runtime()
    return views.list_festivals(at.db, query, at.locality)


@blp.route("/festivals", methods=["POST"])
@require("curator")
@blp.arguments(festival.FestivalDraft)
@blp.response(201, festival.FestivalView)
def announce_festival(body):
    """Announce a festival: public at once, nobody is asked."""
    return execute(commands.announce_festival, body)


@blp.route("/festivals/<festival_id>")
@blp.response(200, festival.FestivalView)
def get_festival(festival_id):
    """One festival, with the size of its programme."""
    return views.get_festival(runtime().db, festival_id)


@blp.route("/festivals/<festival_id>/calendar.ics")
@blp.arguments(selection.FestivalFeedQuery, location="query")
@blp.response(200, {"type": "string"}, content_type=feed.CONTENT_TYPE)
def festival_calendar(query, festival_id):
    """The programme, or what the filters leave of it, as an iCalendar feed to subscribe to."""
    return _calendar({**query, "festival_id": festival_id})


@blp.route("/festivals/<festival_id>/programme", methods=["POST"])
@require("curator")
@blp.arguments(event.Listing)
@blp.response(200, event.EventView)
def list_in_programme(body, festival_id):
    """List a public event in a festival's programme; it stays in its curator's hands."""
    return execute(programmes.list_in, body, festival_id=festival_id)


@blp.route("/festivals/<festival_id>/programme/<event_id>", methods=["DELETE"])
@require("curator")
@blp.response(200, event.EventView)
def take_out_of_programme(festival_id, event_id):
    """Take an event out of a programme that it was listed in."""
    return execute(programmes.take_out, festival_id=festival_id, event_id=event_id)


@blp.route("/venues")
@blp.arguments(festival.VenueFilter, location="query")
@blp.response(200, page_of(festival.VenueView))
def list_venues(query):
    """List venues."""
    at = runtime()
    return views.list_venues(at.db, query, at.locality)


@blp.route("/venues", methods=["POST"])
@require("curator")
@blp.arguments(festival.VenueDraft)
@blp.response(201, festival.VenueView)
def list_venue(body):
    """List a venue for every curator to use."""
    return execute(commands.list_venue, body)


@blp.route("/events")
@blp.arguments(selection.EventFilter, location="query")
@blp.response(200, selection.EventPage)
def list_events(query):
    """List public events, and with one's own curator_id one's own drafts, with counts by facet where asked for."""
    at = runtime()
    return views.list_events(at.db, query, current_actor(), at.locality, at.clock.now(), _catalogue())


def _catalogue():
    """One for each application, filled by the first request that counts."""
    return current_app.extensions.setdefault("catalogue", Catalogue())


@blp.route("/events/calendar.ics")
@blp.arguments(selection.FeedQuery, location="query")
@blp.response(200, {"type": "string"}, content_type=feed.CONTENT_TYPE)
def event_calendar(query):
    """Public events as an iCalendar feed to subscribe to, under the filters of the list."""
    return _calendar(query)


def _calendar(query):
    at, form = runtime(), Options(query.get("lang"), query["all_day"], query["title"])
    ics = feed.of_selection(at.db, query, at.locality, at.clock.now(), form)
    return Response(ics, content_type=feed.CONTENT_TYPE)


@blp.route("/events/feed.rss")
@blp.arguments(selection.NewsQuery, location="query")
@blp.response(200, {"type": "string"}, content_type=feed.RSS_TYPE)
def event_news(query):
    """Public events as RSS, those changed last first, under the filters of the list."""
    at, lang = runtime(), query.get("lang")
    rss = feed.news(at.db, query, at.locality, at.clock.now(), lang or at.locality.languages[0], request.url_root)
    return Response(rss, content_type=feed.RSS_TYPE)


@blp.route("/events", methods=["POST"])
@require("curator")
@blp.arguments(event.DryRun, location="query")
@blp.arguments(event.EventDraft)
@blp.response(201, event.EventView)
@blp.alt_response(200, schema=event.EventView, description="What a dry run would have made")
def draft_event(query, body):
    """Draft an event in a festival, or publish it in the same request."""
    if query["dry_run"]:
        return rehearse(commands.draft_event, body), 200
    return execute(commands.draft_event, body)


@blp.route("/events/external/<external_id>", methods=["PUT"])
@require("curator")
@blp.arguments(event.DryRun, location="query")
@blp.arguments(event.EventPut)
@blp.response(200, event.PutView)
def put_event(query, body, external_id):
    """Draft the event that has this id in one's own system, or bring it up to date; the same again changes nothing."""
    return _run(query)(contributing.put_event, body, external_id=external_id)


@blp.route("/events/import", methods=["POST"])
@require("curator")
@blp.arguments(imported.CalendarUpload, location="files")
@blp.arguments(imported.ImportForm, location="form")
@blp.response(200, imported.ImportView)
def import_calendar(files, form):
    """Take the events of an iCalendar file as one's own; importing again brings them up to date."""
    cmd = Command(actor=current_actor(), body=form)
    return importing.import_calendar(runtime().store, cmd, files["calendar"].read(), current_traceparent())


@blp.route("/events/import/address", methods=["POST"])
@require("curator")
@blp.arguments(imported.CalendarAddress)
@blp.response(200, imported.ImportView)
def import_calendar_from(body):
    """Take the events of a calendar from where it is published; importing again brings them up to date."""
    content = importing.fetch_calendar(body["url"])
    cmd = Command(actor=current_actor(), body=body)
    return importing.import_calendar(runtime().store, cmd, content, current_traceparent())


def _run(query):
    return rehearse if query["dry_run"] else execute


@blp.route("/events/<event_id>")
@blp.arguments(selection.EventQuery, location="query")
@blp.response(200, event.EventView)
def get_event(query, event_id):
    """One event."""
    at = runtime()
    return views.get_event(at.db, event_id, current_actor(), at.locality, at.clock.now(), query)


@blp.route("/events/<event_id>/clashes")
@require("curator")
@blp.response(200, ClashesView)
def get_clashes(event_id):
    """What one's own event clashes with in venue or audience: to know, not to be stopped."""
    own = policies.own_event(current_actor(), FestivalEvent.objects(id=event_id).first())
    return {"event_id": own.id, "items": clashing.clashes_of(runtime().db, own.to_mongo())}


@blp.route("/events/<event_id>", methods=["PATCH"])
@require("curator")
@blp.arguments(event.DryRun, location="query")
@blp.arguments(event.EventChange)
@blp.response(200, event.EventView)
def change_event(query, body, event_id):
    """Replace fields of one's own event; a public one is announced again."""
    return _run(query)(commands.change_event, body, event_id=event_id)


@blp.route("/events/<event_id>/publish", methods=["POST"])
@require("curator")
@blp.response(200, event.EventView)
def publish_event(event_id):
    """Make one's own event public: nobody approves from above."""
    return execute(commands.publish_event, event_id=event_id)


@blp.route("/events/<event_id>/withdraw", methods=["POST"])
@require("curator")
@blp.response(200, event.EventView)
def withdraw_event(event_id):
    """Take one's own event back out of the programme."""
    return execute(commands.withdraw_event, event_id=event_id)


@blp.route("/events/<event_id>/cancel", methods=["POST"])
@require("curator")
@blp.arguments(event.Cancellation)
@blp.response(200, event.EventView)
def cancel_event(body, event_id):
    """Say that one's own event will not take place; it stays listed as cancelled."""
    return execute(commands.cancel_event, body, event_id=event_id)
