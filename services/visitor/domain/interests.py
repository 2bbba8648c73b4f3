"""What a listing is worth to someone, and how long people stay there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

PLAIN = 10
"""The worth of a listing that fits no interest in particular."""
FITTING = 40
"""What each interest adds that a listing fits."""
WANTED = 500
"""What being asked for by name adds: more than all that fits one day together."""


@dataclass(frozen=True)
class Interest:
    """Listings fit by what they are (``maker`` or a schema.org type) or by a word, folded, of their texts."""

    kinds: frozenset[str]
    words: frozenset[str]


def _interest(kinds: str, words: str) -> Interest:
    return Interest(frozenset(kinds.split()), frozenset(words.split()))


INTERESTS = {
    "history": _interest(
        "Museum Church LandmarksOrHistoricalBuildings", "history histoire fort victorian victorien chateau"
    ),
    "nature": _interest("Park Beach", "nature cliff falaise birds oiseaux birdsong garden jardin walk balade"),
    "art": _interest(
        "ArtGallery ExhibitionEvent VisualArtsEvent", "art artist artiste artists gallery galerie painting peinture"
    ),
    "craft": _interest("maker", "craft craftsman artisan pottery poterie workshop atelier studio"),
    "music": _interest("MusicEvent MusicVenue", "music musique concert songs shanties opera bandstand kiosque"),
    "film": _interest("ScreeningEvent MovieTheater", "film films cinema screening projection"),
    "food": _interest(
        "Restaurant CafeOrCoffeeShop Bakery FoodEvent", "food cuisine market marche cafe bakery boulanger"
    ),
    "family": _interest("ChildrensEvent Playground", "family famille children enfants play jeu"),
}

STAY = {"Museum": 75, "Park": 45, "Beach": 45, "ArtGallery": 45, "Restaurant": 60, "Church": 20, "maker": 30}
"""Minutes people stay, by what it is."""
USUAL_STAY = 30
DROP_IN = 45
"""Minutes people stay at what goes on for hours."""


def worth(kind: str, words: Collection[str], interests: Iterable[str], *, wanted: bool) -> int:
    """The prize of a listing: for what it is, for each interest it fits, and for being asked for."""
    fits = sum(kind in INTERESTS[each].kinds or not INTERESTS[each].words.isdisjoint(words) for each in set(interests))
    return PLAIN + FITTING * fits + (WANTED if wanted else 0)


def stay_at(kind: str) -> int:
    """Minutes people stay at a place or studio."""
    return STAY.get(kind, USUAL_STAY)
