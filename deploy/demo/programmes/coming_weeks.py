"""Two festivals of both towns in the weeks around today, made up, so that there is always something on.

They are counted from the Monday of this week and run for six: loading again within the week gives the same.
"""

from __future__ import annotations

from datetime import date, timedelta

from deploy.demo.programmes import MADE_UP, Listing, keywords, running, text

WEEKS = 6
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)


def monday_of(today: date) -> date:
    """The first day of the week that ``today`` is in."""
    return today - timedelta(days=today.weekday())


def festivals(today: date) -> list[tuple[Listing, list[Listing]]]:
    """The two festivals of these weeks with their events."""
    monday = monday_of(today)
    days = [monday + timedelta(days=n) for n in range(7 * WEEKS)]
    season = f"{monday:%G-w%V}"
    span = {"first_day": str(days[0]), "last_day": str(days[-1]), "towns": ["newhaven", "dieppe"], "synthetic": True}
    return [
        (
            {**span, **announced, "id": f"{announced['id']}-{season}", "source": MADE_UP},
            [{**event, "id": f"{event['id']}-{season}", "synthetic": True, "source": MADE_UP} for event in events],
        )
        for announced, events in ((TWO_SHORES, _two_shores(days)), (CLEAN_GREEN_MARINE, _clean_green_marine(days)))
    ]


def _each(days: list[date], *weekdays: int) -> list[date]:
    return [day for day in days if day.weekday() in weekdays]


TWO_SHORES: Listing = {
    "id": "two-shores",
    "kind": "cross-channel",
    "name": text("Two Shores: films and music of the Channel", "Deux Rives : films et musiques de la Manche"),
    "summary": text(
        "Six weeks, two towns, one crossing. See a film on one shore and the concert on the other.",
        "Six semaines, deux villes, une traversée. Un film sur une rive, le concert sur l'autre.",
    ),
}


def _two_shores(days: list[date]) -> list[Listing]:
    landing = _each(days, SATURDAY)[2]
    return [
        {
            "id": "line-sketches-newhaven",
            "town": "newhaven",
            "title": text("The Line: a hundred sketches of the crossing", "La Ligne : cent croquis de la traversée"),
            "summary": text(
                "Drawn at the rail, in the queue and half asleep. Open every day, free, ten minutes are enough.",
                "Dessinés au bastingage, dans la file, à moitié endormi. Chaque jour, gratuit, dix minutes suffisent.",
            ),
            "venue_id": "newhaven-ferry-terminal",
            "timings": running("newhaven", days, "08:30", "21:00"),
            "kind": "ExhibitionEvent",
            "keywords_by_language": keywords("art", "drawing", "cross-channel"),
        },
        {
            "id": "harbour-portraits-dieppe",
            "town": "dieppe",
            "title": text("Faces of the two harbours", "Visages des deux ports"),
            "summary": text(
                "Forty portraits of people who work on the quays of Dieppe and Newhaven. Free, every day.",
                "Quarante portraits de ceux qui travaillent sur les quais de Dieppe et de Newhaven. Entrée libre.",
            ),
            "venue_id": "eglise-saint-jacques",
            "timings": running("dieppe", days, "10:00", "18:30"),
            "kind": "ExhibitionEvent",
            "keywords_by_language": keywords("photography", "cross-channel"),
        },
        {
            "id": "seaside-town-newhaven",
            "town": "newhaven",
            "title": text("Seaside Town on the big screen", "« Seaside Town » sur grand écran"),
            "summary": text(
                "All six episodes in one hour, French subtitles, and tea afterwards with people who were in it.",
                "Les six épisodes en une heure, sous-titrés en français, puis le thé avec ceux qui y ont joué.",
            ),
            "venue_id": "hillcrest-centre",
            "timings": running("newhaven", _each(days, FRIDAY), "19:30", "21:00"),
            "kind": "ScreeningEvent",
            "keywords_by_language": keywords("film", "cross-channel"),
        },
        {
            "id": "seaside-town-dieppe",
            "town": "dieppe",
            "title": text("Seaside Town comes to Dieppe", "« Seaside Town » débarque à Dieppe"),
            "summary": text(
                "The football series from across the water, with French subtitles, under the castle vaults.",
                "La série de football venue d'en face, sous-titrée, sous les voûtes du château.",
            ),
            "venue_id": "chateau-de-dieppe",
            "timings": running("dieppe", _each(days, SATURDAY), "18:00", "19:30"),
            "kind": "ScreeningEvent",
            "keywords_by_language": keywords("film", "cross-channel"),
        },
        {
            "id": "short-films-children-dieppe",
            "town": "dieppe",
            "title": text("Short films for short people", "Petits films pour petites personnes"),
            "summary": text(
                "Animated films of the sea without a word in them, for ages four and up and whoever brings them.",
                "Des films d'animation sur la mer, sans un mot, dès quatre ans et pour qui les accompagne.",
            ),
            "venue_id": "chateau-de-dieppe",
            "timings": running("dieppe", _each(days, WEDNESDAY), "14:30", "15:30"),
            "kind": "ScreeningEvent",
            "keywords_by_language": keywords("film", "children"),
        },
        {
            "id": "landing-concert-newhaven",
            "town": "newhaven",
            "title": text("Off the boat: a concert an hour after landing", "Sitôt débarqués : concert à l'arrivée"),
            "summary": text(
                "A brass band from Dieppe comes off the afternoon ferry and starts to play. It needs that ferry.",
                "Une fanfare de Dieppe descend du ferry de l'après-midi et se met à jouer. Sans ferry, pas de fanfare.",
            ),
            "venue_id": "denton-island-bandstand",
            "timings": running("newhaven", [landing], "16:30", "18:00"),
            "kind": "MusicEvent",
            "keywords_by_language": keywords("music", "cross-channel"),
            "sailing_ids": [f"dieppe-1230-{landing}"],
        },
    ]


CLEAN_GREEN_MARINE: Listing = {
    "id": "clean-green-marine",
    "kind": "ecological",
    "name": text("International Clean-Green-Marine eco-festival", "Éco-festival international Clean-Green-Marine"),
    "summary": text(
        "Walks, repairs and clean shores on both sides of the Channel, with the people who know the water.",
        "Balades, réparations et rivages propres des deux côtés de la Manche, avec ceux qui connaissent l'eau.",
    ),
}


CLIFF_TOUR: Listing = {
    "leader": "Chalky Pelham",
    "mode": "walk",
    "length_m": 3400,
    "meeting_point": {
        "name": text("Newhaven Town station, at the timetable", "Gare de Newhaven Town, devant les horaires"),
        "point": {"lat": 50.795, "lon": 0.055},
    },
    "route": [
        {"name": text("Newhaven Town station", "Gare de Newhaven Town"), "minutes": 0},
        {"name": text("West Quay", "West Quay"), "point": {"lat": 50.788, "lon": 0.055}, "minutes": 20},
        {"name": text("Castle Hill", "Castle Hill"), "point": {"lat": 50.781, "lon": 0.048}, "minutes": 50},
    ],
}

BEACH_TOUR: Listing = {
    "leader": "Marine Galet",
    "mode": "walk",
    "length_m": 2100,
    "meeting_point": {
        "name": text("Below the castle, at the steps to the beach", "Sous le château, aux marches de la plage"),
        "point": {"lat": 49.926, "lon": 1.068},
    },
    "route": [
        {"name": text("Steps below the castle", "Marches sous le château"), "minutes": 0},
        {
            "name": text("Low-water line", "Ligne des basses eaux"),
            "point": {"lat": 49.929, "lon": 1.073},
            "minutes": 25,
        },
        {"name": text("Back at the steps", "Retour aux marches"), "minutes": 90},
    ],
}


def _clean_green_marine(days: list[date]) -> list[Listing]:
    return [
        {
            "id": "shore-clean-newhaven",
            "town": "newhaven",
            "title": text("Clean shore, hot tea", "Rivage propre, thé chaud"),
            "summary": text(
                "Two hours of picking up what the tide brought. Gloves and bags are there, and so is the kettle.",
                "Deux heures à ramasser ce que la marée a laissé. Gants et sacs fournis, la bouilloire aussi.",
            ),
            "venue_id": "rnli-west-quay",
            "timings": running("newhaven", _each(days, SATURDAY), "10:00", "12:00"),
            "kind": "Event",
            "keywords_by_language": keywords("nature", "sea"),
        },
        {
            "id": "cliff-tour-newhaven",
            "town": "newhaven",
            "title": text("The cliff, read aloud", "La falaise à voix haute"),
            "summary": text(
                "A geologist reads eighty million years out of the chalk, from the path. An hour and a half, on foot.",
                "Un géologue lit quatre-vingts millions d'années dans la craie, depuis le sentier. Une heure et demie.",
            ),
            "venue_id": "castle-hill",
            "timings": running("newhaven", _each(days, TUESDAY, THURSDAY, SUNDAY), "11:00", "12:30"),
            "kind": "Event",
            "keywords_by_language": keywords("nature", "walk", "tour"),
            "tour": CLIFF_TOUR,
            "registration": {"capacity": 12, "max_party": 4, "offer_minutes": 120},
        },
        {
            "id": "repair-cafe-dieppe",
            "town": "dieppe",
            "title": text("Repair café in the Grande Rue", "Repair café dans la Grande Rue"),
            "summary": text(
                "Bring what does not work: a lamp, a zip, a toaster. Somebody knows how, and shows you.",
                "Apportez ce qui ne marche plus : lampe, fermeture, grille-pain. Quelqu'un sait faire et vous montre.",
            ),
            "venue_id": "grande-rue-dieppe",
            "timings": running("dieppe", _each(days, MONDAY, FRIDAY), "14:00", "17:00"),
            "kind": "SocialEvent",
            "keywords_by_language": keywords("repair", "makers"),
        },
        {
            "id": "beach-tour-dieppe",
            "town": "dieppe",
            "title": text("Pebbles, foam and what lives between", "Galets, écume et ce qui vit entre les deux"),
            "summary": text(
                "A walk along the low-water line with a marine biologist. Boots are lent; children see most.",
                "Une marche au bord des basses eaux avec une biologiste. Bottes prêtées ; les enfants voient mieux.",
            ),
            "where": {
                "name": text("Dieppe beach, below the castle", "Plage de Dieppe, sous le château"),
                "point": {"lat": 49.926, "lon": 1.068},
            },
            "timings": running("dieppe", _each(days, TUESDAY, SUNDAY), "15:00", "16:30"),
            "kind": "Event",
            "keywords_by_language": keywords("nature", "walk", "sea", "tour"),
            "tour": BEACH_TOUR,
        },
    ]
