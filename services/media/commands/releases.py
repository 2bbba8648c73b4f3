"""Channels, releases in them, and placements that lead people to a release."""

from __future__ import annotations

from contracts.media import PlacementClicked
from kernel.commands import Command
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.media import domain, views
from services.media.commands.common import Answer, channel_named, hold_own_title, must_know_towns, opening, plain
from services.media.models import Channel, Placement, Release
from services.media.policies import may_see, must_own_release


def register_channel(cmd: Command, uow: UnitOfWork) -> Answer:
    """Register a channel that titles are released in. Its own address keeps its releases on its host."""
    body = dict(cmd.body)
    if body.get("town"):
        must_know_towns(uow, "town", [body["town"]])
    if body["kind"] in domain.LINKED_CHANNELS and not body.get("url_base"):
        raise Invalid("The channel has an address.", errors={"url_base": [f"a {body['kind']} channel needs it"]})
    channel_id = body.pop("id", None) or new_id()
    if Channel.objects(id=channel_id).only("id").first():
        raise Conflict(f"There is a channel {channel_id} already; use it or choose another id.")
    channel = Channel(id=channel_id, owner_id=cmd.actor.id, created_at=uow.now(), **body)
    channel.save(force_insert=True)
    return views.channel_item(channel.to_mongo())


def open_release(cmd: Command, uow: UnitOfWork) -> Answer:
    """Let an own title be watched in a channel for a window of days; said at once, or when the title is published."""
    body = {name: plain(value) for name, value in cmd.body.items()}
    title = hold_own_title(cmd.actor, body["title_id"])
    channel = channel_named(body["channel_id"])
    if not domain.covers(channel.territory, body["territory"]):
        raise Invalid("The channel is not there.", errors={"territory": [f"{channel.name} is for {channel.territory}"]})
    trouble = domain.trouble_with_link(body["url"], channel.url_base)
    if trouble:
        raise Invalid("People cannot be sent there.", errors={"url": [trouble]})
    if Release.objects(title_id=title.id).count() >= domain.MOST_RELEASES:
        raise Conflict(f"A title has at most {domain.MOST_RELEASES} releases.")
    release = Release(
        id=new_id(),
        producer_id=title.producer_id,
        channel_name=channel.name,
        public=title.state == "published",
        created_at=uow.now(),
        **body,
    )
    _window_must_be_right(release)
    release.save(force_insert=True)
    if release.public:
        uow.publish(opening(release))
    return views.release_item(release.to_mongo())


def change_release(cmd: Command, uow: UnitOfWork) -> Answer:
    """Move the last day of an own release, or leave it open ended; said anew when it is public."""
    release_id = cmd.path["release_id"]
    release = must_own_release(cmd.actor, Release.objects(id=release_id).first(), release_id)
    hold_own_title(cmd.actor, release.title_id)
    release.ends_on = plain(cmd.body["ends_on"])
    _window_must_be_right(release)
    release.save()
    if release.public:
        uow.publish(opening(release))
    return views.release_item(release.to_mongo())


def place_title(cmd: Command, uow: UnitOfWork) -> Answer:
    """Place an own title where people meet it, with a link to one of its releases and a counter of its own."""
    body = dict(cmd.body)
    release = Release.objects(id=body["release_id"]).first()
    if release is None or not may_see(cmd.actor, release.producer_id, public=release.public):
        raise Invalid("There is no such release.", errors={"release_id": ["must be the id of a release of your title"]})
    title = hold_own_title(cmd.actor, release.title_id)
    channel = channel_named(body["channel_id"])
    if body.get("town"):
        must_know_towns(uow, "town", [body["town"]])
    if Placement.objects(title_id=title.id).count() >= domain.MOST_PLACEMENTS:
        raise Conflict(f"A title has at most {domain.MOST_PLACEMENTS} placements.")
    placement = Placement(
        id=new_id(),
        title_id=title.id,
        producer_id=title.producer_id,
        channel_kind=channel.kind,
        public=title.state == "published",
        created_at=uow.now(),
        **body,
    )
    placement.save(force_insert=True)
    return views.placement_item(placement.to_mongo())


def click_placement(cmd: Command, uow: UnitOfWork) -> Answer:
    """Count one click and tell where it leads: the stored address of the release, while its window is open.

    The count is exact under any number of simultaneous clicks; who clicked is not known here.
    """
    placement_id = cmd.path["placement_id"]
    url = views.target_of(uow.db, uow.locality, uow.now(), placement_id)
    placement = Placement.objects(id=placement_id).modify(inc__clicks=1, new=True)
    uow.publish(
        PlacementClicked(
            placement_id=placement.id,
            title_id=placement.title_id,
            channel_id=placement.channel_id,
            clicked_at=uow.now(),
            clicks=placement.clicks,
        )
    )
    return {"placement_id": placement.id, "url": url, "clicks": placement.clicks}


def _window_must_be_right(release: Release) -> None:
    """It ends on or after its first day, and no other release of the title serves the same people on the same day."""
    if release.ends_on and release.ends_on < release.starts_on:
        raise Invalid("It ends before it starts.", errors={"ends_on": [f"must be {release.starts_on} or later"]})
    window = (release.starts_on, release.ends_on)
    others = Release.objects(title_id=release.title_id, channel_id=release.channel_id, id__ne=release.id)
    for other in others:
        same_people = domain.covers(other.territory, release.territory) or domain.covers(
            release.territory, other.territory
        )
        if same_people and domain.overlap(window, (other.starts_on, other.ends_on)):
            until = other.ends_on or "further notice"
            raise Conflict(
                f"Release {other.id} of this title in the same channel and territory runs from {other.starts_on} "
                f"until {until}; end that one first or choose other days."
            )
