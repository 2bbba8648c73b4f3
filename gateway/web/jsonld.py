"""What the pages tell machines: schema.org descriptions as JSON-LD, from the same answers that the pages show.

Names and properties are those of schema.org 29; addresses are absolute; what is not known is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from kernel.locality import Locality, Town

Row = Mapping[str, Any]
Thing = dict[str, Any]
Address = Callable[..., str]
"""The absolute address of a page: ``address("event", event_id="e-1")``."""

CONTEXT = "https://schema.org"

EVENT_KINDS = frozenset(
    {
        "BusinessEvent", "ChildrensEvent", "ComedyEvent", "CourseInstance", "DanceEvent", "EducationEvent", "Event",
        "ExhibitionEvent", "Festival", "FoodEvent", "Hackathon", "LiteraryEvent", "MusicEvent", "SaleEvent",
        "ScreeningEvent", "SocialEvent", "SportsEvent", "TheaterEvent", "VisualArtsEvent",
    }
)  # fmt: skip
"""The types of schema.org that an event may be of."""

EVENT_STATUS = {
    "cancelled": "EventCancelled",
    "rescheduled": "EventRescheduled",
    "moved-online": "EventMovedOnline",
    "postponed": "EventPostponed",
}
"""A disrupted event takes place still, as far as is known: schema.org has no word for what one may not reach."""

ATTENDANCE = {
    "offline": "OfflineEventAttendanceMode",
    "online": "OnlineEventAttendanceMode",
    "mixed": "MixedEventAttendanceMode",
}

TITLE_KINDS = {"film": "Movie", "series": "TVSeries", "episode": "TVEpisode"}
ITEM_KINDS = {"product": "Product", "service": "Service", "class": "Course"}


def document(*things: Thing) -> Thing:
    """One JSON-LD document of one thing or of several."""
    if len(things) == 1:
        return {"@context": CONTEXT, **things[0]}
    return {"@context": CONTEXT, "@graph": list(things)}


def _known(**values: Any) -> Thing:
    return {name.replace("at_", "@"): value for name, value in values.items() if value not in (None, [], {}, "")}


def _text(shown: Row | None) -> Any:
    """A text in the language it really is in."""
    return shown["text"] if shown else None


def _geo(point: Row | None) -> Thing | None:
    return {"@type": "GeoCoordinates", "latitude": point["lat"], "longitude": point["lon"]} if point else None


def _postal(town: Town | None, street: str | None) -> Thing | None:
    if town is None:
        return None
    name = town.name.get(town.language) or next(iter(town.name.values()))
    return _known(at_type="PostalAddress", streetAddress=street, addressLocality=name, addressCountry=town.country)


def _money(price: Row) -> Thing:
    amount = Decimal(price["amount"]).scaleb(-get_currency_precision(price["currency"]))
    return {"price": f"{amount:f}", "priceCurrency": price["currency"]}


def website(name: str, address: Address) -> Thing:
    """The site itself, and how it is searched."""
    target = {"@type": "EntryPoint", "urlTemplate": f"{address('search')}?q={{q}}"}
    search = {"@type": "SearchAction", "target": target, "query-input": "required name=q"}
    return {"@type": "WebSite", "name": name, "url": address("home"), "potentialAction": search}


def destination(town: Row, locality: Locality, address: Address) -> Thing:
    """A town with what there is to see in it."""
    known = locality.town(town["town"])
    sights = [
        _known(
            at_type="TouristAttraction",
            name=_text(each["name"]),
            description=_text(each["summary"]),
            geo=_geo(each["point"]),
            address=_postal(known, each["address"]),
        )
        for each in town["places"]
        if each["name"]
    ]
    return _known(
        at_type="TouristDestination",
        name=_text(town["name"]),
        url=address("town", town=town["town"]),
        address=_postal(known, None),
        includesAttraction=sights,
    )


def item_list(name: str, links: Iterable[tuple[str, str | None]]) -> Thing:
    """A list of pages, by address and name."""
    items = [
        _known(at_type="ListItem", position=position, url=url, name=title)
        for position, (url, title) in enumerate(links, start=1)
    ]
    return {"@type": "ItemList", "name": name, "numberOfItems": len(items), "itemListElement": items}


def boat_trip(sailing: Row) -> Thing:
    """A crossing with the local times of both sides."""
    ends = {}
    for end in ("departure", "arrival"):
        terminal = {"@type": "BoatTerminal", "name": _text(sailing[end]["town_name"])}
        ends |= {f"{end}BoatTerminal": terminal, f"{end}Time": sailing[end]["local"]}
    return {"@type": "BoatTrip", "identifier": sailing["id"], **ends}


def event(row: Row, locality: Locality, address: Address) -> Thing:
    """An event; one with several occurrences spans them all and has each as a part."""
    kind = row["kind"] if row["kind"] in EVENT_KINDS else "Event"
    status = f"{CONTEXT}/{EVENT_STATUS.get(row['status'], 'EventScheduled')}"
    place = _places(row, locality)
    title, timings = _text(row["title"]), row["timings"]
    parts = [
        _known(
            at_type=kind,
            name=title,
            startDate=each["starts_at"],
            endDate=each["ends_at"],
            previousStartDate=_previous_start(row, [each]),
            eventStatus=status,
            location=place,
        )
        for each in timings
    ]
    festival = row["festival"]
    return _known(
        at_type=kind,
        name=title,
        description=_text(row.get("description")) or _text(row["summary"]),
        url=address("event", event_id=row["id"]),
        startDate=min((each["starts_at"] for each in timings), default=None),
        endDate=max((each["ends_at"] for each in timings), default=None),
        previousStartDate=_previous_start(row, timings),
        eventStatus=status,
        eventAttendanceMode=f"{CONTEXT}/{ATTENDANCE[row['attendance'] or 'offline']}",
        isAccessibleForFree={"free": True, "ticketed": False}.get(row["admission"]),
        offers={"@type": "Offer", "availability": f"{CONTEXT}/SoldOut"} if row["status"] == "full" else None,
        typicalAgeRange=_ages(row["ages"]),
        location=place,
        organizer=_known(at_type="Person", name=row["curator"]["name"]) if row.get("curator") else None,
        superEvent=_known(at_type="Festival", name=_text(festival["name"])) if festival["name"] else None,
        keywords=", ".join(row["keywords"] or []),
        subEvent=parts if len(parts) > 1 else None,
    )


def _previous_start(row: Row, timings: Iterable[Row]) -> Any:
    """When a rescheduled event was to start before; several for one that was moved again, the latest first."""
    first = min(timings, key=lambda each: each["starts_at"], default=None)
    if first is None or row["status"] != "rescheduled":
        return None
    told = first.get("previous_starts") or []
    return told[0] if len(told) == 1 else list(told)


def _ages(ages: Row | None) -> str | None:
    """``9-19``, ``9-`` or ``-19``, as schema.org writes a range of ages."""
    if not ages:
        return None
    low, high = ("" if ages[end] is None else str(ages[end]) for end in ("min", "max"))
    return f"{low}-{high}" if low or high else None


def _places(row: Row, locality: Locality) -> Any:
    """Where one goes, and where one looks: an event online has both, as the ones it is made for gather somewhere."""
    if not row["online_url"] or row["attendance"] not in ("online", "mixed"):
        return _venue(row, locality)
    return [_venue(row, locality), {"@type": "VirtualLocation", "url": row["online_url"]}]


def _venue(row: Row, locality: Locality) -> Thing:
    where, town = row["where"] or {}, locality.town(row["town"])
    return _known(
        at_type="Place",
        name=_text(where.get("name")) or _text(row["town_name"]),
        address=_postal(town, where.get("address")),
        geo=_geo(where.get("point")),
    )


def maker(row: Row, offerings: Iterable[Row], locality: Locality, address: Address) -> Thing:
    """A maker with what they offer: a person, or a business where visitors are welcome or a firm stands behind it."""
    business = row["visitors_welcome"] or row["kind"] != "individual"
    return _known(
        at_type="LocalBusiness" if business else "Person",
        name=row["name"],
        description=_text(row["summary"]),
        url=address("maker", maker_id=row["id"]),
        address=_postal(locality.town(row["town"]), row["address"]),
        geo=_geo(row["point"]) if business else None,
        makesOffer=[offer(each) for each in offerings],
    )


def offer(row: Row) -> Thing:
    """Something for sale, at its first price."""
    gone = row["available"] == 0
    kind = ITEM_KINDS.get(row["kind"], "Product")
    materials = [_text(each["name"]) for each in row["materials"] if each["name"]]
    item = _known(
        at_type=kind,
        name=_text(row["title"]),
        description=_text(row["summary"]),
        material=materials if kind == "Product" else None,
    )
    return {
        "@type": "Offer",
        **(_money(row["price"]) if row["price"] else {}),
        "availability": f"{CONTEXT}/{'SoldOut' if gone else 'InStock'}",
        "itemOffered": item,
    }


def product(passport: Row, locality: Locality, address: Address) -> Thing:
    """An item with a passport."""
    town = locality.town(passport["town"]) if passport["town"] else None
    return _known(
        at_type="Product",
        name=_text(passport["title"]),
        url=address("passport", item_id=passport["item_id"]),
        productID=passport["item_id"],
        description=_text(passport["made_in"]),
        material=[_text(each["name"]) for each in passport["materials"] if each["name"]],
        productionDate=passport.get("made_on"),
        countryOfOrigin=_known(at_type="Country", name=town.country) if town else None,
        manufacturer=_known(
            at_type="Organization",
            name=_text(passport["maker"]["name"]),
            address=_postal(town, None),
            url=address("maker", maker_id=passport["maker"]["id"]) if passport["maker"].get("id") else None,
        ),
    )


def title(row: Row, episodes: Iterable[Row], series: Row | None, address: Address) -> Thing:
    """A film, a series with its episodes, or an episode with its series."""
    return _title(row, address) | _known(
        episode=[_title(each, address) for each in episodes],
        partOfSeries=_title(series, address) if series else None,
    )


def _title(row: Row, address: Address) -> Thing:
    kind = TITLE_KINDS.get(row["kind"], "CreativeWork")
    minutes = row["runtime_minutes"]
    watch = [
        {"@type": "WatchAction", "target": address("home").rstrip("/") + each["out"]}
        for each in row["releases"]
        if each.get("out")
    ]
    return _known(
        at_type=kind,
        name=_text(row["name"]),
        description=_text(row["summary"]),
        url=address("title", title_id=row["id"]),
        inLanguage=row["languages"],
        datePublished=row["premiered_on"] or row["published_on"],
        duration=f"PT{minutes}M" if minutes and kind != "TVSeries" else None,
        episodeNumber=row["episode_number"] if kind == "TVEpisode" else None,
        potentialAction=watch,
    )


def web_page(name: str, url: str) -> Thing:
    """A page about nothing that machines need to know more of, e.g. somebody's own; ``url`` tells no secret."""
    return {"@type": "WebPage", "name": name, "url": url}


def tour(row: Row, address: Address) -> Thing:
    """A tour as a trip past its stops, in order; its dates are those of the event."""
    stops = [_known(at_type="Place", name=_text(stop["name"]), geo=_geo(stop["point"])) for stop in row["route"]]
    listed = [{"@type": "ListItem", "position": at, "item": stop} for at, stop in enumerate(stops, start=1)]
    return _known(
        at_type="TouristTrip",
        name=_text(row["title"]),
        description=_text(row["summary"]),
        url=address("tour", event_id=row["id"]),
        provider={"@type": "Person", "name": row["leader"]},
        itinerary={"@type": "ItemList", "numberOfItems": len(listed), "itemListElement": listed},
        subjectOf={"@type": "WebPage", "url": address("event", event_id=row["id"])},
    )
