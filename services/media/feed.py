"""The films of a town as Media RSS 1.5 (https://www.rssboard.org/media-rss), one feed for each town and language."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urljoin

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml.etree import SubElement

from kernel.errors import NotFound
from kernel.locality import Locality, Town, pick_text
from kernel.mongo import RawDatabase
from services.media import domain, views

CONTENT_TYPE = "application/rss+xml; charset=utf-8"
MOST_ITEMS = 200

_MEDIA = "http://search.yahoo.com/mrss/"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_HEADINGS = {
    "en": ("Films from {town}", "Films, series and episodes made in and about {town}, and where to watch them."),
    "fr": ("Films de {town}", "Films, séries et épisodes tournés à {town} ou sur la ville, et où les regarder."),
}


class MediaNamespaces(BaseExtension):
    """Declares the namespaces that the items use."""

    def extend_ns(self) -> dict[str, str]:
        """Prefixes for Media RSS and Dublin Core."""
        return {"media": _MEDIA, "dc": _DUBLIN_CORE, "dcterms": _TERMS}


class MediaItem(BaseEntryExtension):
    """What an item says in Media RSS: feedgen's own extension knows no player, title, restriction or window."""

    def __init__(self) -> None:
        self.title: dict[str, Any] = {}
        self.language = ""

    def extend_rss(self, entry: Any) -> Any:
        """Append ``media:group`` with one ``media:content`` for each open release, and the language of the texts."""
        _element(entry, _DUBLIN_CORE, "language", self.language)
        group = SubElement(entry, f"{{{_MEDIA}}}group")
        for release in self.title["releases"]:
            _append_release(group, self.title, release)
        return entry


def of_town(db: RawDatabase, locality: Locality, now: datetime, slug: str, lang: str | None, base: str) -> bytes:
    """The newest public titles of a town that can be watched today, each linking out through its placement.

    ``base`` is the address people reach the platform under. The same titles give the same bytes all day, so an
    ``ETag`` of them holds. Raises NotFound for a town that this locality does not have.
    """
    town = locality.town(slug)
    if town is None:
        raise NotFound(f"There is no town {slug} here; there are {', '.join(each.slug for each in locality.towns)}.")
    day = domain.today(locality, slug, now)
    rows = views.newest_public(db, slug, day, MOST_ITEMS)
    titles = [title for title in views.with_releases(db, locality, rows, day, slug, None) if title["releases"]]
    feed = _channel(town, locality, lang or town.language, base)
    feed.lastBuildDate(max((title["updated_at"] for title in titles), default=datetime(1970, 1, 1, tzinfo=UTC)))
    for title in titles:
        _add(feed, title, lang or town.language, locality, base)
    return bytes(feed.rss_str(pretty=True))


def _channel(town: Town, locality: Locality, lang: str, base: str) -> FeedGenerator:
    feed = FeedGenerator()
    feed.register_extension("media", MediaNamespaces, MediaItem, atom=False, rss=True)
    name, _ = pick_text(town.name, lang, locality.languages)
    (heading, code), (about, _) = (
        pick_text({key: texts[part] for key, texts in _HEADINGS.items()}, lang, locality.languages) for part in (0, 1)
    )
    feed.title(heading.format(town=name))
    feed.description(about.format(town=name))
    feed.language(code)
    feed.link(href=urljoin(base, f"/v1/titles/feed/{town.slug}.rss?lang={code}"), rel="self")
    feed.link(href=base, rel="alternate")
    return feed


def _add(feed: FeedGenerator, title: dict[str, Any], lang: str, locality: Locality, base: str) -> None:
    name, code = pick_text(title["name"], lang, locality.languages)
    summary, _ = pick_text(title["summary"], lang, locality.languages)
    first = title["releases"][0]
    item = feed.add_entry(order="append")
    item.title(name)
    item.description(summary)
    item.guid(f"urn:{locality.slug}:title:{title['id']}", permalink=False)
    item.link(href=urljoin(base, first["out"]) if first["out"] else first["url"])
    item.category({"term": title["kind"]})
    item.pubDate(datetime.combine(datetime.fromisoformat(title["published_on"]), time(), UTC))
    item.media.title = title | {"shown_name": name, "shown_summary": summary}
    item.media.language = code


def _append_release(group: Any, title: dict[str, Any], release: dict[str, Any]) -> None:
    """One way to watch a title. The player is the channel's page: ``media:content`` has no file of its own."""
    content = SubElement(group, f"{{{_MEDIA}}}content", medium="video")
    if title.get("runtime_minutes"):
        content.set("duration", str(title["runtime_minutes"] * 60))
    if title.get("languages"):
        content.set("lang", title["languages"][0])
    SubElement(content, f"{{{_MEDIA}}}player", url=release["url"])
    _element(content, _MEDIA, "title", title["shown_name"], type="plain")
    _element(content, _MEDIA, "description", title["shown_summary"], type="plain")
    _element(content, _MEDIA, "credit", release["channel_name"], role="distributor")
    if release["territory"] != domain.WORLDWIDE:
        country = release["territory"].lower()
        _element(content, _MEDIA, "restriction", country, relationship="allow", type="country")
    until = f" end={release['ends_on']};" if release.get("ends_on") else ""
    _element(content, _TERMS, "valid", f"start={release['starts_on']};{until} scheme=W3C-DTF")


def _element(parent: Any, namespace: str, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, f"{{{namespace}}}{name}", **attributes).text = text
