"""Titles, channels, releases and placements of the demo.

Facts as published: the films, their addresses, dates and sources. Made up and marked so: the episodes' titles and
texts, the screens. Where only a month or a year is known, its last day stands for it.
"""

from __future__ import annotations

from typing import Any

from deploy.demo.client import Api

SERIES = "seaside-town"
SERIES_PREMIERE = "2018-11-18"
KEYNOTE = "keynote on the innovation promotion platform, 2018"

CHANNELS: list[dict[str, Any]] = [
    {
        "id": "amazon-prime-video",
        "kind": "streaming",
        "name": "Amazon Prime Video",
        "territory": "WW",
        "url_base": "https://www.amazon.co.uk/",
    },
    {"id": "vimeo", "kind": "streaming", "name": "Vimeo", "territory": "WW", "url_base": "https://vimeo.com/"},
    {"id": "app", "kind": "app", "name": "Living Newhaven / Dieppe Vivant", "territory": "WW"},
    {
        "id": "screen-newhaven",
        "kind": "screen",
        "name": "Screen at the Newhaven centre",
        "territory": "GB",
        "town": "newhaven",
        "synthetic": True,
    },
    {
        "id": "screen-dieppe",
        "kind": "screen",
        "name": "Écran du centre d'accueil de Dieppe",
        "territory": "FR",
        "town": "dieppe",
        "synthetic": True,
    },
    {"id": "screen-aboard", "kind": "screen", "name": "Screen aboard", "territory": "WW", "synthetic": True},
]

SEASIDE_TOWN: dict[str, Any] = {
    "id": SERIES,
    "kind": "series",
    "name": {"en": "Seaside Town"},
    "summary": {
        "en": "A mini-series of six ten-minute episodes about a town and football, made with the people of Newhaven.",
        "fr": "Une mini-série en six épisodes de dix minutes : une ville et son football, "
        "tournée avec les habitants de Newhaven.",
    },
    "towns": ["newhaven", "dieppe"],
    "languages": ["en"],
    "runtime_minutes": 60,
    "premiered_on": SERIES_PREMIERE,
    "source": "Viva Lewes, November 2018; https://www.amazon.co.uk/dp/B07KMPFX5W",
}

EPISODES: list[tuple[dict[str, str], dict[str, str]]] = [
    (
        {"en": "Kick-off", "fr": "Coup d'envoi"},
        {
            "en": "The pitch is under water again, and the season starts on Saturday.",
            "fr": "Le terrain est de nouveau sous l'eau, et la saison commence samedi.",
        },
    ),
    (
        {"en": "Away at the Harbour", "fr": "Match au port"},
        {
            "en": "Half the team works the night ferry. Somebody has to keep goal.",
            "fr": "La moitié de l'équipe travaille sur le ferry de nuit. Il faut bien un gardien.",
        },
    ),
    (
        {"en": "The Old Stand", "fr": "La vieille tribune"},
        {
            "en": "A plan to pull the stand down, and the people who built it.",
            "fr": "On veut démolir la tribune, et ceux qui l'ont bâtie ne sont pas d'accord.",
        },
    ),
    (
        {"en": "Fog", "fr": "Brouillard"},
        {
            "en": "Nobody sees the goal. Everybody saw the foul.",
            "fr": "Personne n'a vu le but. Tout le monde a vu la faute.",
        },
    ),
    (
        {"en": "Extra Time", "fr": "Prolongations"},
        {
            "en": "The shop on the corner closes, and the changing room becomes a shop.",
            "fr": "L'épicerie du coin ferme, et le vestiaire devient épicerie.",
        },
    ),
    (
        {"en": "Home Game", "fr": "À domicile"},
        {
            "en": "The last match, the whole town, and a visitor who missed the boat.",
            "fr": "Le dernier match, toute la ville, et un visiteur qui a raté le bateau.",
        },
    ),
]
"""Made up: names and summaries of the six episodes."""

FILMS: list[dict[str, Any]] = [
    {
        "id": "creative-makers-cluster",
        "kind": "film",
        "name": {
            "en": "Creative Makers' Cluster: the facilitation meeting",
            "fr": "Creative Makers' Cluster : la réunion des créateurs",
        },
        "summary": {
            "en": "Twenty were expected and over 120 came. The makers of Newhaven meet to work out what they can do "
            "together.",
            "fr": "On en attendait vingt, ils sont venus à plus de 120. Les créateurs de Newhaven se retrouvent pour "
            "décider de ce qu'ils feront ensemble.",
        },
        "towns": ["newhaven", "dieppe"],
        "languages": ["en"],
        "source": f"{KEYNOTE}: April 2018; https://vimeo.com/266605131",
    },
    {
        "id": "top-down-plans",
        "kind": "film",
        "name": {
            "en": "Plans from above, 1970–2017",
            "fr": "Des plans venus d'en haut, 1970-2017",
        },
        "summary": {
            "en": "Nearly fifty years of top-down development plans for Newhaven, and why they failed.",
            "fr": "Près de cinquante ans de plans d'aménagement décidés d'en haut pour Newhaven, "
            "et pourquoi ils ont échoué.",
        },
        "towns": ["newhaven"],
        "languages": ["en"],
        "source": f"{KEYNOTE}; https://vimeo.com/309624281",
    },
]

RELEASES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    (
        "producer",
        SERIES_PREMIERE,
        {"title_id": SERIES, "channel_id": "amazon-prime-video", "url": "https://www.amazon.co.uk/dp/B07KMPFX5W"},
        ["app-newhaven", "app-dieppe", "aboard"],
    ),
    (
        "producer-2",
        "2018-04-30",
        {"title_id": "creative-makers-cluster", "channel_id": "vimeo", "url": "https://vimeo.com/266605131"},
        ["app-newhaven", "app-dieppe", "screen-newhaven"],
    ),
    (
        "producer-2",
        "2018-12-31",
        {"title_id": "top-down-plans", "channel_id": "vimeo", "url": "https://vimeo.com/309624281"},
        ["app-newhaven", "screen-newhaven"],
    ),
]
"""Producer, the day the title and its release are public from, the release, and where it is placed."""

PLACES: dict[str, dict[str, Any]] = {
    "app-newhaven": {
        "channel_id": "app",
        "town": "newhaven",
        "label": {"en": "In the app, in Newhaven", "fr": "Dans l'application, à Newhaven"},
    },
    "app-dieppe": {
        "channel_id": "app",
        "town": "dieppe",
        "label": {"en": "In the app, in Dieppe", "fr": "Dans l'application, à Dieppe"},
    },
    "screen-newhaven": {
        "channel_id": "screen-newhaven",
        "town": "newhaven",
        "label": {"en": "QR code on the screen at the centre", "fr": "Code QR sur l'écran du centre"},
        "synthetic": True,
    },
    "aboard": {
        "channel_id": "screen-aboard",
        "label": {"en": "QR code on the screen aboard", "fr": "Code QR sur l'écran à bord"},
        "synthetic": True,
    },
}


def load(api: Api) -> None:
    """Make it all through the public API, as the producers would; repeating it changes nothing."""
    for channel in CHANNELS:
        api.post("/v1/channels", channel, as_="producer", idempotent=f"channel-{channel['id']}")
    api.post("/v1/titles", SEASIDE_TOWN, as_="producer", idempotent=f"title-{SERIES}")
    for number, (name, summary) in enumerate(EPISODES, start=1):
        draft = {
            "id": f"{SERIES}-{number}",
            "kind": "episode",
            "series_id": SERIES,
            "episode_number": number,
            "name": name,
            "summary": summary,
            "languages": ["en"],
            "runtime_minutes": 10,
            "premiered_on": SERIES_PREMIERE,
            "synthetic": True,
        }
        api.post("/v1/titles", draft, as_="producer", idempotent=f"title-{SERIES}-{number}")
    for film in FILMS:
        api.post("/v1/titles", film, as_="producer-2", idempotent=f"title-{film['id']}")
    for producer, day, release, places in RELEASES:
        _release(api, producer, day, release, places)


def _release(api: Api, producer: str, day: str, release: dict[str, Any], places: list[str]) -> None:
    """Open a release, place it, and publish its title with all that belongs to it."""
    title = release["title_id"]
    opened = api.post("/v1/releases", {**release, "starts_on": day}, as_=producer, idempotent=f"release-{title}")
    for place in places:
        body = {**PLACES[place], "release_id": opened["id"]}
        api.post("/v1/placements", body, as_=producer, idempotent=f"placement-{title}-{place}")
    publication = {"published_on": day, "with_episodes": title == SERIES}
    api.post(f"/v1/titles/{title}/publish", publication, as_=producer, idempotent=f"publish-{title}")
