"""Festivals, venues and events of the demo, made by the curators of each.

The programmes stand in ``deploy.demo.programmes``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import cycle
from typing import Any

from deploy.demo.programmes import Listing, coming_weeks, newhaven_2018, newhaven_2019, text

CURATORS = [f"curator-{number}" for number in range(1, 19)]
ALSO = {"tour": "/v1/tours/{}", "registration": "/v1/events/{}/registration"}
"""What a listing may have besides the event itself, and where it goes."""
COORDINATES = "Coordinates rounded to 0.001 degree."

VENUES: list[tuple[str, str, dict[str, str], float, float, str | None]] = [
    (
        "newhaven-ferry-terminal",
        "newhaven",
        text("Newhaven ferry terminal", "Gare maritime de Newhaven"),
        50.794,
        0.056,
        "Railway Approach, Newhaven",
    ),
    (
        "newhaven-town-station",
        "newhaven",
        text("Newhaven Town station", "Gare de Newhaven Town"),
        50.795,
        0.055,
        None,
    ),
    ("newhaven-fort", "newhaven", text("Newhaven Fort", "Fort de Newhaven"), 50.783, 0.053, None),
    ("hillcrest-centre", "newhaven", text("Hillcrest Centre", "Centre Hillcrest"), 50.794, 0.043, None),
    ("st-michaels-church", "newhaven", text("St Michael's Church", "Église St Michael"), 50.792, 0.047, None),
    (
        "rnli-west-quay",
        "newhaven",
        text("RNLI building, West Quay", "Station de sauvetage RNLI, West Quay"),
        50.788,
        0.055,
        "West Quay, Newhaven BN9 9BX",
    ),
    (
        "denton-island-bandstand",
        "newhaven",
        text("The bandstand, Denton Island", "Le kiosque de Denton Island"),
        50.797,
        0.053,
        None,
    ),
    (
        "castle-hill",
        "newhaven",
        text("Castle Hill nature reserve", "Réserve naturelle de Castle Hill"),
        50.781,
        0.048,
        None,
    ),
    ("chateau-de-dieppe", "dieppe", text("Dieppe Castle", "Château de Dieppe"), 49.924, 1.070, None),
    ("eglise-saint-jacques", "dieppe", text("Church of Saint-Jacques", "Église Saint-Jacques"), 49.925, 1.077, None),
    ("grande-rue-dieppe", "dieppe", text("Grande Rue, Dieppe", "Grande Rue, Dieppe"), 49.926, 1.078, None),
]
"""Id (the one the guide knows the place by), town, name, latitude, longitude, address."""


def load(api: Any) -> None:
    """Make it all through the public API, as the curators would; repeating it in the same week changes nothing."""
    load_published(api)
    load_coming(api)


def load_coming(api: Any) -> None:
    """The programmes of the coming weeks: those of this week are there already when they were loaded in it."""
    for festival, events in coming_weeks.festivals(datetime.now(UTC).date()):
        _hold(api, festival, events)


def load_published(api: Any) -> None:
    """The venues and the programmes of 2018 and 2019."""
    for venue_id, town, name, lat, lon, address in VENUES:
        venue: Listing = {"id": venue_id, "town": town, "name": name, "point": {"lat": lat, "lon": lon}}
        if address:
            venue["address"] = address
        api.post("/v1/venues", {**venue, "source": COORDINATES}, as_=CURATORS[0], idempotent=f"venue-{venue_id}")
    _hold(api, newhaven_2018.FESTIVAL, newhaven_2018.EVENTS)
    _hold(api, newhaven_2019.FESTIVAL, newhaven_2019.EVENTS)


def _hold(api: Any, festival: Listing, events: list[Listing]) -> None:
    """Announce a festival as its first curator; each event is another curator's, as long as there are any left."""
    api.post("/v1/festivals", festival, as_=CURATORS[0], idempotent=f"festival-{festival['id']}")
    for curator, event in zip(cycle(CURATORS), events, strict=False):
        listed = {name: value for name, value in event.items() if name not in ALSO}
        body = {"town": festival["towns"][0], **listed, "festival_id": festival["id"], "publish": True}
        api.post("/v1/events", body, as_=curator, idempotent=f"event-{event['id']}")
        for name, path in ALSO.items():
            if name in event:
                api.call("PUT", path.format(event["id"]), as_=curator, json=event[name], repeat=True)
