"""What visitors with a pass are offered in the demo, year by year. Made up, and marked so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

OFFERS: list[dict[str, Any]] = [
    {
        "town": "newhaven",
        "title": {"en": "The hand-drawn harbour map", "fr": "Le plan du port dessiné à la main"},
        "terms": {
            "en": "One for each pass, at the access centre in Newhaven or aboard. No stamp is needed.",
            "fr": "Un par pass, à l'accueil de Newhaven ou à bord. Aucun tampon n'est nécessaire.",
        },
        "stamps_needed": 0,
        "vouchers": 2_000,
    },
    {
        "town": "newhaven",
        "title": {"en": "A cup of tea for your first stamp", "fr": "Un thé pour votre premier tampon"},
        "terms": {
            "en": "Collect one stamp in either town, and have a cup of tea at the access centre in Newhaven.",
            "fr": "Un tampon dans l'une des deux villes, et un thé vous attend à l'accueil de Newhaven.",
        },
        "stamps_needed": 1,
        "vouchers": 5_000,
    },
    {
        "town": "dieppe",
        "title": {"en": "Two postcards of both shores", "fr": "Deux cartes postales des deux rives"},
        "terms": {
            "en": "For three stamps (makers, events, centres), at the access centre in Dieppe. Good for two visits.",
            "fr": "Pour trois tampons (ateliers, événements, accueils), à l'accueil de Dieppe. Vaut deux visites.",
        },
        "uses": 2,
        "stamps_needed": 3,
        "vouchers": 1_000,
    },
]


def load(api: Any, today: date) -> None:
    """Make the offers of the year, which hold into the next, unless there are such offers already."""
    begins, ends = (datetime(year, month, 1, tzinfo=UTC) for year, month in ((today.year, 1), (today.year + 1, 2)))
    holds = {"starts_at": begins.isoformat(), "ends_at": ends.isoformat(), "at_centres": True, "synthetic": True}
    made = {offer["title"]["en"] for offer in api.items("/v1/offers")}
    for number, offer in enumerate(OFFERS):
        if offer["title"]["en"] not in made:
            api.post("/v1/offers", {**offer, **holds}, as_="ambassador", idempotent=f"offer-{number}-{today.year}")
