"""Places, access centres, shifts and the timetable of the demo.

Facts as published: the places and where they are, the departures that travellers report, the ships. Estimated: the
walking times, over the bridges and rounded to five minutes. Made up and marked so: the timetable as a whole
and the opening hours (illustrative), the shifts, and the visits of one day in 2018 (synthetic). The timetable and what
belongs to the present season stand in ``timetable`` and ``season``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from deploy.demo import season

FESTIVAL_SUNDAY = date(2018, 8, 19)
CENTRES = ("newhaven", "dieppe", "aboard")
COORDINATES = "Coordinates rounded to 0.001 degree; walking time estimated."

PLACES: list[dict[str, Any]] = [
    {
        "id": "newhaven-ferry-terminal",
        "town": "newhaven",
        "kind": "BoatTerminal",
        "name": {"en": "Newhaven ferry terminal", "fr": "Gare maritime de Newhaven"},
        "summary": {
            "en": "Where the ferries from Dieppe land. The town begins just outside.",
            "fr": "C'est ici qu'accostent les ferries de Dieppe. La ville commence juste devant.",
        },
        "point": {"lat": 50.794, "lon": 0.056},
        "address": "Railway Approach, Newhaven",
        "walk_minutes": 0,
    },
    {
        "id": "newhaven-town-station",
        "town": "newhaven",
        "kind": "TrainStation",
        "name": {"en": "Newhaven Town station", "fr": "Gare de Newhaven Town"},
        "summary": {
            "en": "The nearest station to the ferry: trains every half hour on the line from Brighton to Seaford.",
            "fr": "La gare la plus proche du ferry : un train toutes les demi-heures, sur la ligne Brighton-Seaford.",
        },
        "point": {"lat": 50.795, "lon": 0.055},
        "walk_minutes": 5,
    },
    {
        "id": "newhaven-fort",
        "town": "newhaven",
        "kind": "Museum",
        "name": {"en": "Newhaven Fort", "fr": "Fort de Newhaven"},
        "summary": {
            "en": "A Victorian fort in the cliff above the harbour mouth: tunnels and guns.",
            "fr": "Un fort victorien dans la falaise, au-dessus de l'entrée du port : galeries et canons.",
        },
        "point": {"lat": 50.783, "lon": 0.053},
        "walk_minutes": 30,
    },
    {
        "id": "hillcrest-centre",
        "town": "newhaven",
        "kind": "CivicStructure",
        "name": {"en": "Hillcrest Centre", "fr": "Centre Hillcrest"},
        "summary": {
            "en": "The town's community centre since 1998: workshops, evenings out and makers' goods.",
            "fr": "La maison commune de la ville depuis 1998 : ateliers, soirées et produits des créateurs.",
        },
        "point": {"lat": 50.794, "lon": 0.043},
        "walk_minutes": 20,
    },
    {
        "id": "st-michaels-church",
        "town": "newhaven",
        "kind": "Church",
        "name": {"en": "St Michael's Church", "fr": "Église St Michael"},
        "summary": {
            "en": "The old parish church on the hill above the town, quiet and open to the sound of birds.",
            "fr": "La vieille église paroissiale, sur la colline au-dessus de la ville, au calme parmi les oiseaux.",
        },
        "point": {"lat": 50.792, "lon": 0.047},
        "walk_minutes": 15,
    },
    {
        "id": "rnli-west-quay",
        "town": "newhaven",
        "kind": "CivicStructure",
        "name": {"en": "RNLI building, West Quay", "fr": "Station de sauvetage RNLI, West Quay"},
        "summary": {
            "en": "The lifeboat station on the west bank, with the harbour at its door.",
            "fr": "La station de sauvetage en mer, sur la rive ouest, le port devant la porte.",
        },
        "point": {"lat": 50.788, "lon": 0.055},
        "address": "West Quay, Newhaven BN9 9BX",
        "walk_minutes": 15,
    },
    {
        "id": "denton-island-bandstand",
        "town": "newhaven",
        "kind": "PerformingArtsTheater",
        "name": {"en": "The bandstand, Denton Island", "fr": "Le kiosque de Denton Island"},
        "summary": {
            "en": "Music in the open air on the island in the river, a short walk from the ferry.",
            "fr": "De la musique en plein air sur l'île de la rivière, à deux pas du ferry.",
        },
        "point": {"lat": 50.797, "lon": 0.053},
        "walk_minutes": 10,
    },
    {
        "id": "castle-hill",
        "town": "newhaven",
        "kind": "Park",
        "name": {"en": "Castle Hill nature reserve", "fr": "Réserve naturelle de Castle Hill"},
        "summary": {
            "en": "Cliff-top paths through scrub and grassland, with the whole bay below.",
            "fr": "Des sentiers au sommet des falaises, entre buissons et prairies, toute la baie à vos pieds.",
        },
        "point": {"lat": 50.781, "lon": 0.048},
        "walk_minutes": 35,
    },
    {
        "id": "dieppe-ferry-terminal",
        "town": "dieppe",
        "kind": "BoatTerminal",
        "name": {"en": "Dieppe ferry terminal", "fr": "Gare maritime de Dieppe"},
        "summary": {
            "en": "Where the ferries from Newhaven land, below the eastern cliff.",
            "fr": "C'est ici qu'accostent les ferries de Newhaven, au pied de la falaise est.",
        },
        "point": {"lat": 49.934, "lon": 1.091},
        "walk_minutes": 0,
    },
    {
        "id": "dieppe-station",
        "town": "dieppe",
        "kind": "TrainStation",
        "name": {"en": "Dieppe station", "fr": "Gare de Dieppe"},
        "summary": {
            "en": "Trains to Rouen, and from there to Paris, at the inner end of the harbour.",
            "fr": "Des trains pour Rouen, et de là pour Paris, au fond du port.",
        },
        "point": {"lat": 49.922, "lon": 1.079},
        "walk_minutes": 30,
    },
    {
        "id": "chateau-de-dieppe",
        "town": "dieppe",
        "kind": "Museum",
        "name": {"en": "Dieppe Castle (museum)", "fr": "Château de Dieppe (musée)"},
        "summary": {
            "en": "The castle on the western cliff is the town's museum: carved ivory and paintings.",
            "fr": "Le château sur la falaise ouest est le musée de la ville : ivoires sculptés et peintures.",
        },
        "point": {"lat": 49.924, "lon": 1.070},
        "walk_minutes": 35,
    },
    {
        "id": "eglise-saint-jacques",
        "town": "dieppe",
        "kind": "Church",
        "name": {"en": "Church of Saint-Jacques", "fr": "Église Saint-Jacques"},
        "summary": {
            "en": "The great Gothic church of the sailors, in the middle of the old town.",
            "fr": "La grande église gothique des marins, au cœur de la vieille ville.",
        },
        "point": {"lat": 49.925, "lon": 1.077},
        "walk_minutes": 25,
    },
    {
        "id": "grande-rue-dieppe",
        "town": "dieppe",
        "kind": "ShoppingCenter",
        "name": {"en": "Grande Rue, Dieppe", "fr": "Grande Rue, Dieppe"},
        "summary": {
            "en": "The town's long shopping street; on Saturdays the market fills it.",
            "fr": "La longue rue commerçante de la ville ; le samedi, le marché la remplit.",
        },
        "point": {"lat": 49.926, "lon": 1.078},
        "walk_minutes": 25,
    },
]

EVERY_DAY = ["mo", "tu", "we", "th", "fr", "sa", "su"]
CHRISTMAS = [{"date": "2026-12-25", "times": []}, {"date": "2027-01-01", "times": []}]


def _open(days: list[str], *times: str, **season: str) -> dict[str, Any]:
    weekly = [dict(zip(("opens", "closes"), each.split("-"), strict=True)) | {"days": days} for each in times]
    return {"weekly": weekly, **season}


HOURS: dict[str, dict[str, Any]] = {
    "newhaven-fort": {
        "seasons": [
            _open(EVERY_DAY, "10:00-17:00", first="03-01", last="10-31"),
            _open(EVERY_DAY[5:], "10:00-16:00", first="11-01", last="02-29"),
        ],
        "exceptions": CHRISTMAS,
    },
    "hillcrest-centre": {"seasons": [_open(EVERY_DAY[:6], "09:00-21:00")], "exceptions": CHRISTMAS},
    "st-michaels-church": {"seasons": [_open(EVERY_DAY, "10:00-16:00")]},
    "denton-island-bandstand": {"seasons": [_open(EVERY_DAY, "00:00-24:00")]},
    "castle-hill": {"seasons": [_open(EVERY_DAY, "00:00-24:00")]},
    "chateau-de-dieppe": {
        "seasons": [
            _open(["we", "th", "fr", "sa", "su"], "10:00-18:00", first="06-01", last="09-30"),
            _open(["we", "th", "fr", "sa", "su"], "10:00-12:00", "14:00-17:00", first="10-01", last="05-31"),
        ],
        "exceptions": CHRISTMAS,
    },
    "eglise-saint-jacques": {"seasons": [_open(EVERY_DAY, "09:00-18:30")]},
    "grande-rue-dieppe": {"seasons": [_open(EVERY_DAY[:6], "09:30-12:30", "14:00-19:00")]},
}
"""Opening hours of the demo: made up, and said to be in the source of each place."""
ILLUSTRATIVE_HOURS = "Opening hours illustrative (horaires fictifs)."

SHIFTS = [("newhaven", 7, 11), ("newhaven", 14, 18), ("dieppe", 13, 18)]
"""Centre, first and last hour in UTC. The late landings are left without cover, as happens with volunteers."""

VISITS = [("dieppe-0530", 2), ("dieppe-0530", 3), ("dieppe-1230", 1)]
"""Sailing and party of the made-up visits to Newhaven on the festival's Sunday."""


def load(api: Any) -> None:
    """Make it all through the public API, as ambassadors and the operator would; repeating it changes nothing."""
    today = datetime.now(UTC).date()
    season.load_timetable(api, today)
    for place in PLACES:
        body = {**place, "source": COORDINATES}
        if place["id"] in HOURS:
            body |= {"hours": HOURS[place["id"]], "source": f"{COORDINATES} {ILLUSTRATIVE_HOURS}"}
        api.post("/v1/places", body, as_="ambassador", idempotent=f"place-{place['id']}")
    for centre in CENTRES:
        api.post(f"/v1/centres/{centre}/open", None, as_="operator", idempotent=f"open-{centre}")
    _staff(api, FESTIVAL_SUNDAY)
    for number, (trip, party_size) in enumerate(VISITS):
        visit = {"town": "newhaven", "date": str(FESTIVAL_SUNDAY), "party_size": party_size, "synthetic": True}
        visit["sailing_id"] = f"{trip}-{FESTIVAL_SUNDAY}"
        api.post("/v1/visits", visit, as_="ambassador", idempotent=f"visit-{number}")


def _staff(api: Any, day: date) -> None:
    """Plan the shifts of a day, one aboard the first ship from Dieppe, and have the ambassador sign up for them."""
    shifts: list[dict[str, Any]] = [
        {
            "centre_id": centre,
            "starts_at": f"{day}T{first:02}:00:00Z",
            "ends_at": f"{day}T{last:02}:00:00Z",
        }
        for centre, first, last in SHIFTS
    ]
    shifts.append({"centre_id": "aboard", "sailing_id": f"dieppe-0530-{day}"})
    for number, shift in enumerate(shifts):
        body = {**shift, "capacity": 2, "synthetic": True}
        planned = api.post("/v1/shifts", body, as_="ambassador", idempotent=f"shift-{day}-{number}")
        if number != 1:
            path = f"/v1/shifts/{planned['id']}/signup"
            api.post(path, None, as_="ambassador", idempotent=f"signup-{day}-{number}")
