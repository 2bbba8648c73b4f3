"""The rules of titles, release windows and subjects. Pure: no Flask, MongoDB or Kafka."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale as Cldr

from kernel.locality import Locality

TITLE_KINDS = ("film", "series", "episode")
CHANNEL_KINDS = ("streaming", "screen", "social", "app")
SUBJECT_STATES = ("proposed", "taken-up", "withdrawn", "cancelled")
SUBJECT_KINDS = ("event", "maker", "place")
LINKED_CHANNELS = frozenset({"streaming", "social"})
"""Channels that have an address of their own: what they release lies under it."""

MOST_EPISODES, MOST_RELEASES, MOST_PLACEMENTS = 500, 100, 200
"""How many a series or a title can have: they are shown with it, so there is an end to them."""

WORLDWIDE = "WW"
URL_LENGTH = 2000

_NOT_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])
"""Two-letter regions that CLDR knows and ISO 3166-1 does not assign officially."""

_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})")
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".test", ".invalid", ".onion")
_SUBJECTS = uuid.UUID("018f3a52-5d1e-7c7e-8b57-2a0f6a0f6d11")


@cache
def territories() -> frozenset[str]:
    """The territories a release can be for: ``WW`` and the 249 country codes of ISO 3166-1."""
    known = Cldr("en").territories
    return frozenset(code for code in known if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES | {WORLDWIDE}


def trouble_with_link(url: str, under: str | None = None) -> str | None:
    """What keeps ``url`` from being a link that people are sent to, or None when nothing does.

    A link is https, of at most ``URL_LENGTH`` characters, on a public host name (no IP address, no port, no user
    name), and lies under the channel's own address when that has one.
    """
    if len(url) > URL_LENGTH or not url.isascii() or any(not " " < char <= "~" for char in url) or "\\" in url:
        return f"must be at most {URL_LENGTH} plain characters without spaces; percent-encode the others"
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError:
        return "must be an address like https://www.example.org/film"
    if parts.scheme != "https":
        return "must begin with https://"
    if parts.netloc.lower() != host or port is not None:
        return "must have no user name and no port"
    if not _HOST.fullmatch(host) or host.endswith(_PRIVATE_NAMES):
        return "must be on a public host name, not an IP address or a private name"
    if under is not None and not lies_under(url, under):
        return f"must lie under the channel's own address, {under}"
    return None


def lies_under(url: str, base: str) -> bool:
    """Whether ``url`` is on the host of ``base`` and its path begins with the path of ``base``, segment by segment."""
    at, root = urlsplit(url), urlsplit(base)
    folder = root.path.rstrip("/") + "/"
    steps_back = any(segment.lower().replace("%2e", ".") == ".." for segment in at.path.split("/"))
    return at.hostname == root.hostname and not steps_back and (at.path.rstrip("/") + "/").startswith(folder)


def today(locality: Locality, town: str | None, now: datetime) -> str:
    """The calendar date of ``now`` in a town, or in the locality's first town; ISO 8601."""
    place = (locality.town(town) if town else None) or locality.towns[0]
    return now.astimezone(place.tz).date().isoformat()


def is_open(starts_on: str, ends_on: str | None, day: str) -> bool:
    """Whether a release window is open on ``day``. Both ends belong to it; no end means it stays open.

    Dates are ISO 8601 text, which sorts as the dates do.
    """
    return starts_on <= day and (ends_on is None or day <= ends_on)


def covers(channel_territory: str, territory: str) -> bool:
    """Whether a channel, or a release, for one territory serves another."""
    return channel_territory in (WORLDWIDE, territory)


def overlap(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
    """Whether two windows share a day. MovieLabs Avails allows one licence for a title, channel and territory a day."""
    return is_open(*one, max(one[0], other[0])) and is_open(*other, max(one[0], other[0]))


def trouble_with_shape(kind: str, series_id: str | None, episode_number: int | None) -> dict[str, list[str]]:
    """What is wrong with the place of a title in a series: field to what would be right; empty when it is right."""
    given = {"series_id": series_id, "episode_number": episode_number}
    if kind == "episode":
        return {name: ["an episode needs it"] for name, value in given.items() if value is None}
    return {name: [f"only an episode has it, not a {kind}"] for name, value in given.items() if value is not None}


def next_number(taken: Iterable[int]) -> int:
    """The lowest episode number after the highest one taken."""
    return max(taken, default=0) + 1


def subject_id(about_kind: str, about_id: str) -> str:
    """The id of the one subject about a thing: the same whenever that thing is heard of (UUID version 5)."""
    return str(uuid.uuid5(_SUBJECTS, f"{about_kind}:{about_id}"))


def subject_state(about_status: str, taken_up_by: str | None) -> str:
    """What a producer sees: ``withdrawn`` and ``cancelled`` follow the thing itself, whoever has taken it up."""
    if about_status in ("withdrawn", "cancelled"):
        return about_status
    return "taken-up" if taken_up_by else "proposed"


def best_placement(placements: Iterable[dict[str, Any]], town: str | None) -> dict[str, Any] | None:
    """The placement whose link a page shows: one for that town or for all, in the app before elsewhere, then oldest.

    A click in one town is never counted for the other's placement. With no town asked, any placement may stand.
    """

    def rank(placement: dict[str, Any]) -> tuple[bool, bool, str]:
        return placement["channel_kind"] != "app", placement.get("town") != town, placement["_id"]

    fitting = (each for each in placements if town is None or each.get("town") in (town, None))
    return min(fitting, key=rank, default=None)
