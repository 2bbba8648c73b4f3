"""Newhaven Festival 2019, after Viva Brighton of 25 July 2019.

What, where and how much are as published there; the days and hours are made up, so each event is marked so.
"""

from __future__ import annotations

from datetime import date

from deploy.demo.programmes import Listing, running, text

MAGAZINE = "Viva Brighton, 25 July 2019"
PROGRAMME = f"{MAGAZINE}: what and where as published; days and hours are made up."
LOCAL_PRICE = text(
    "Many tickets of the festival are half price for local people.",
    "Beaucoup de billets du festival sont à moitié prix pour les habitants.",
)

FESTIVAL: Listing = {
    "id": "newhaven-festival-2019",
    "kind": "cultural",
    "name": text("Newhaven Festival 2019", "Festival de Newhaven 2019"),
    "summary": text(
        "From the launch at the new bandstand to shanties at the lifeboat station. Many tickets are half price for "
        "local people.",
        "De l'ouverture au nouveau kiosque aux chants de marins chez les sauveteurs. Beaucoup de billets à moitié "
        "prix pour les habitants.",
    ),
    "towns": ["newhaven"],
    "first_day": "2019-08-17",
    "last_day": "2019-08-25",
    "synthetic": True,
    "source": PROGRAMME,
}


def _august(day: int, start: str, end: str) -> list[dict[str, str]]:
    return running("newhaven", [date(2019, 8, day)], start, end)


_LISTED: list[Listing] = [
    {
        "id": "festival-launch-2019",
        "title": text("Festival launch at the new bandstand", "Ouverture du festival au nouveau kiosque"),
        "summary": text(
            "The festival opens where the music is: at the new bandstand on Denton Island.",
            "Le festival s'ouvre là où l'on joue : au nouveau kiosque de Denton Island.",
        ),
        "venue_id": "denton-island-bandstand",
        "timings": _august(17, "14:00", "17:00"),
        "kind": "MusicEvent",
        "keywords": ["music", "launch"],
    },
    {
        "id": "learn-shanties-2019",
        "admission": "ticketed",
        "title": text("Learn to sing shanties", "Apprenez les chants de marins"),
        "summary": text(
            "Four hours at the lifeboat station, £5, and you leave with a voice you did not know you had.",
            "Quatre heures à la station de sauvetage, 5 £, et vous repartez avec une voix que vous ignoriez.",
        ),
        "venue_id": "rnli-west-quay",
        "timings": _august(18, "12:00", "16:00"),
        "kind": "CourseInstance",
        "keywords": ["music", "singing", "workshop"],
    },
    {
        "id": "make-your-own-opera-2019",
        "ages": {"min": 9, "max": 19},
        "title": text("Make Your Own Opera", "Fabriquez votre opéra"),
        "summary": text(
            "A workshop at the Hillcrest Centre for ages 9 to 19: write it, stage it, sing it.",
            "Un atelier au Centre Hillcrest, de 9 à 19 ans : écrire, mettre en scène, chanter.",
        ),
        "venue_id": "hillcrest-centre",
        "timings": _august(20, "10:00", "16:00"),
        "kind": "ChildrensEvent",
        "keywords": ["children", "music", "workshop"],
    },
    {
        "id": "thrift-fashion-show-2019",
        "admission": "ticketed",
        "title": text("Thrift Fashion Show", "Défilé de mode de seconde main"),
        "summary": text(
            "Second-hand finds on the catwalk of the Hillcrest Centre. £3 at the door.",
            "Des trouvailles d'occasion sur le podium du Centre Hillcrest. 3 £ à l'entrée.",
        ),
        "venue_id": "hillcrest-centre",
        "timings": _august(22, "19:00", "21:00"),
        "kind": "SocialEvent",
        "keywords": ["fashion", "reuse"],
    },
    {
        "id": "secret-downland-walk-2019",
        "admission": "ticketed",
        "title": text("Charleston Secret Downland Walk", "La marche secrète de Charleston"),
        "summary": text(
            "From Denton over the Downs towards Charleston. £20, or £10 if you live in BN9.",
            "De Denton à travers les Downs vers Charleston. 20 £, ou 10 £ si vous habitez BN9.",
        ),
        "where": {"name": text("Denton, Newhaven", "Denton, Newhaven")},
        "timings": _august(24, "10:00", "16:00"),
        "kind": "Event",
        "keywords": ["walk", "nature"],
    },
]

EVENTS: list[Listing] = [
    {**event, "synthetic": True, "source": PROGRAMME, "description": LOCAL_PRICE} for event in _LISTED
]
