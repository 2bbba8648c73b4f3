"""What several commands ask before they change anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts.media import ReleaseOpened, TitlePublished
from kernel.auth import Actor
from kernel.errors import Invalid
from kernel.unit_of_work import UnitOfWork
from services.media.models import Channel, Release, Title
from services.media.policies import must_own

Answer = dict[str, Any]


def hold_own_title(actor: Actor, title_id: str) -> Title:
    """The title, for its producer, and held until the unit of work ends.

    Two commands on one title, its releases or its placements write its revision, so one of them is run again after
    the other: neither decides on what the other is changing.
    """
    must_own(actor, Title.objects(id=title_id).first(), title_id)
    return Title.objects(id=title_id).modify(inc__revision=1, new=True)


def channel_named(channel_id: str) -> Channel:
    """The channel; Invalid naming ``channel_id`` when there is none."""
    channel = Channel.objects(id=channel_id).first()
    if channel is None:
        raise Invalid("There is no such channel.", errors={"channel_id": ["must be one of those in /v1/channels"]})
    return channel


def must_know_towns(uow: UnitOfWork, field: str, towns: Sequence[str]) -> None:
    """Refuse towns that this locality does not have, and an empty list of them."""
    known = [town.slug for town in uow.locality.towns]
    if not towns or set(towns) - set(known):
        raise Invalid("Not a town of this platform.", errors={field: [f"must be of: {', '.join(known)}"]})


def plain(value: Any) -> Any:
    """A date as the ISO 8601 text that is kept; everything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def listing(title: Title) -> TitlePublished:
    """The event that carries the whole listing of a public title."""
    return TitlePublished(
        title_id=title.id,
        kind=title.kind,
        name=dict(title.name),
        summary=dict(title.summary),
        towns=list(title.towns),
        published_on=title.published_on,
        runtime_minutes=title.runtime_minutes,
        series_id=title.series_id,
        episode_number=title.episode_number,
        synthetic=title.synthetic,
    )


def opening(release: Release) -> ReleaseOpened:
    """The event that carries a whole release of a public title."""
    return ReleaseOpened(
        release_id=release.id,
        title_id=release.title_id,
        channel_id=release.channel_id,
        channel_name=release.channel_name,
        url=release.url,
        territory=release.territory,
        starts_on=release.starts_on,
        ends_on=release.ends_on,
    )
