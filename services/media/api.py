"""HTTP of media: parse, hand over, answer."""

from __future__ import annotations

from flask import Response, redirect, request

from kernel.auth import current_actor, require
from kernel.http import Blueprint, execute, runtime, show_version
from kernel.schemas import page_of
from services.media import feed, views
from services.media.commands import releases, subjects, titles
from services.media.schemas import releases as release
from services.media.schemas import subjects as subject
from services.media.schemas import titles as title

blp = Blueprint("media", __name__, url_prefix="/v1", description="Titles, where to watch them, and new subjects")
blueprints = [blp]


def versioned(item):
    """The title, with its version in the answer's ETag, so that a later ``If-Match`` finds a change in between."""
    show_version(item["revision"])
    return item


@blp.route("/titles")
@blp.arguments(title.TitleFilter, location="query")
@blp.response(200, page_of(title.TitleListed))
def list_titles(query):
    """List public titles, newest first, with the releases open on a day."""
    at = runtime()
    return views.list_titles(at.db, at.locality, at.clock.now(), query, current_actor())


@blp.route("/titles", methods=["POST"])
@require("producer")
@blp.arguments(title.TitleDraft)
@blp.response(201, title.TitleView)
def draft_title(body):
    """Begin a title as a draft."""
    return versioned(execute(titles.draft_title, body))


@blp.route("/titles/<title_id>")
@blp.arguments(title.TitleQuery, location="query")
@blp.response(200, title.TitleShown)
def get_title(query, title_id):
    """One title; a series with its episodes."""
    at = runtime()
    return versioned(views.get_title(at.db, at.locality, at.clock.now(), title_id, query, current_actor()))


@blp.route("/titles/<title_id>", methods=["PATCH"])
@require("producer")
@blp.arguments(title.TitleChange)
@blp.response(200, title.TitleView)
def change_title(body, title_id):
    """Replace fields of an own title."""
    return versioned(execute(titles.change_title, body, title_id=title_id))


@blp.route("/titles/<title_id>/publish", methods=["POST"])
@require("producer")
@blp.arguments(title.TitlePublication)
@blp.response(200, title.TitleView)
def publish_title(body, title_id):
    """Make an own title public; a series with its episodes if asked."""
    return versioned(execute(titles.publish_title, body, title_id=title_id))


@blp.route("/titles/feed/<town>.rss")
@blp.arguments(title.FeedQuery, location="query")
@blp.response(200, {"type": "string"}, content_type=feed.CONTENT_TYPE)
def town_feed(query, town):
    """The films of a town as Media RSS."""
    at = runtime()
    rss = feed.of_town(at.db, at.locality, at.clock.now(), town, query.get("lang"), request.host_url)
    return Response(rss, content_type=feed.CONTENT_TYPE)


@blp.route("/channels")
@blp.arguments(release.ChannelFilter, location="query")
@blp.response(200, page_of(release.ChannelView))
def list_channels(query):
    """List channels."""
    return views.list_channels(runtime().db, runtime().locality, query)


@blp.route("/channels", methods=["POST"])
@require("producer", "operator")
@blp.arguments(release.ChannelDraft)
@blp.response(201, release.ChannelView)
def register_channel(body):
    """Register a channel."""
    return execute(releases.register_channel, body)


@blp.route("/releases")
@blp.arguments(release.ReleaseFilter, location="query")
@blp.response(200, page_of(release.ReleaseView))
def list_releases(query):
    """List releases of public titles, and one's own."""
    return views.list_releases(runtime().db, query, current_actor())


@blp.route("/releases", methods=["POST"])
@require("producer")
@blp.arguments(release.ReleaseDraft)
@blp.response(201, release.ReleaseView)
def open_release(body):
    """Let an own title be watched in a channel from a day on."""
    return execute(releases.open_release, body)


@blp.route("/releases/<release_id>", methods=["PATCH"])
@require("producer")
@blp.arguments(release.ReleaseChange)
@blp.response(200, release.ReleaseView)
def change_release(body, release_id):
    """Move the last day of an own release."""
    return execute(releases.change_release, body, release_id=release_id)


@blp.route("/placements")
@blp.arguments(release.PlacementFilter, location="query")
@blp.response(200, page_of(release.PlacementView))
def list_placements(query):
    """List placements of public titles, and one's own, with their clicks."""
    return views.list_placements(runtime().db, runtime().locality, query, current_actor())


@blp.route("/placements", methods=["POST"])
@require("producer")
@blp.arguments(release.PlacementDraft)
@blp.response(201, release.PlacementView)
def place_title(body):
    """Place an own title where people meet it."""
    return execute(releases.place_title, body)


@blp.route("/placements/<placement_id>/click", methods=["POST"])
@blp.response(200, release.Click)
def click_placement(placement_id):
    """Count a click and tell where it leads."""
    return execute(releases.click_placement, placement_id=placement_id)


@blp.route("/placements/<placement_id>/out")
@blp.response(302)
def follow_placement(placement_id):
    """Count a click and go where it leads; a link checker (HEAD) or a prefetch is sent there uncounted."""
    if request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        at = runtime()
        url = views.target_of(at.db, at.locality, at.clock.now(), placement_id)
    else:
        url = execute(releases.click_placement, placement_id=placement_id)["url"]
    answer = redirect(url, 302)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blp.route("/productions")
@blp.arguments(subject.SubjectFilter, location="query")
@blp.response(200, page_of(subject.SubjectView))
def list_productions(query):
    """List subjects put forward for films."""
    return views.list_subjects(runtime().db, runtime().locality, query)


@blp.route("/productions/<subject_id>")
@blp.response(200, subject.SubjectView)
def get_production(subject_id):
    """One subject."""
    return views.get_subject(runtime().db, subject_id)


@blp.route("/productions/<subject_id>/take-up", methods=["POST"])
@require("producer")
@blp.response(200, subject.SubjectView)
def take_up(subject_id):
    """Take up a subject as its producer."""
    return execute(subjects.take_up, subject_id=subject_id)


@blp.route("/productions/<subject_id>/hand-back", methods=["POST"])
@require("producer")
@blp.response(200, subject.SubjectView)
def hand_back(subject_id):
    """Give a subject up, so that another producer can take it."""
    return execute(subjects.hand_back, subject_id=subject_id)
