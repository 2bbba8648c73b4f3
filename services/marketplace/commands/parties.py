"""Makers and shops as passports name them."""

from __future__ import annotations

from typing import Any

from kernel.locality import Locality
from services.marketplace.domain.epcis import Party

Row = dict[str, Any]


def studio_of(maker: Row, locality: Locality) -> Party:
    """A maker in their studio."""
    town = locality.town(maker["town"])
    language = town.language if town else locality.languages[0]
    return _party("maker", maker, {language: maker["name"]}, locality)


def shop(popup: Row, locality: Locality) -> Party:
    """A pop-up shop."""
    return _party("popup", popup, popup["name"], locality)


def _party(kind: str, row: Row, name: dict[str, str], locality: Locality) -> Party:
    town = locality.town(row["town"])
    zone = town.zone if town else "UTC"
    return Party(kind=kind, id=row["_id"], name=name, town=row["town"], zone=zone, locality=locality.slug)
