"""What the locality file says to the visitor service: the crossing, its ports and its access centres."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kernel.errors import Invalid
from kernel.locality import Locality, Town


class Centre(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A visitor access centre: in one of the towns, or aboard."""

    slug: str
    name: dict[str, str]
    aboard: bool = False
    town: str | None = None


class Ship(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ship of the line."""

    name: str
    passengers: int
    """How many it may carry."""


class Sketch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The water of a town as its map draws it, roughly: rings and lines of latitude and longitude in degrees."""

    town: str
    sea: list[tuple[float, float]] = []
    river: list[tuple[float, float]] = []


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The section ``[sections.visitor]``."""

    checkin_minutes: int = 45
    """How long before departure foot passengers' check-in closes."""
    passengers_per_year: int | None = None
    passengers_arrive_in: str | None = None
    """The town that the yearly figure is about; the other towns have none."""
    centres: list[Centre] = []
    stops: dict[str, str] = {}
    """GTFS stop_id to town, for feeds whose stop ids are not the towns' slugs."""

    ships: list[Ship] = []
    sketches: list[Sketch] = []

    def sketch(self, town: str) -> Sketch:
        """The water of a town; a town without one is all land."""
        return next((each for each in self.sketches if each.town == town), Sketch(town=town))

    def capacity(self, ship: str | None) -> int | None:
        """How many passengers the ship of that name may carry, where the file says so."""
        return next((each.passengers for each in self.ships if each.name == ship), None)

    def centre(self, slug: str) -> Centre | None:
        """The centre of that slug, or None."""
        return next((centre for centre in self.centres if centre.slug == slug), None)

    def base_of(self, town: str) -> int | None:
        """The passengers that arrive in ``town`` in a year, where that is known."""
        return self.passengers_per_year if town == self.passengers_arrive_in else None


def line_of(locality: Locality) -> Line:
    """The locality's line. Raises ``msgspec.ValidationError`` naming the field of the file that is not right."""
    return msgspec.convert(locality.section("visitor"), Line)


def port_finder(locality: Locality) -> Callable[[str], str | None]:
    """Tells the town a GTFS stop is the port of: by the locality's ``stops``, else a stop named like a town."""
    stops = line_of(locality).stops

    def town_of_stop(stop_id: str) -> str | None:
        slug = stops.get(stop_id, stop_id)
        return slug if locality.town(slug) else None

    return town_of_stop


def known_town(locality: Locality, slug: str) -> Town:
    """The town of that slug; raises ``Invalid`` naming the towns there are."""
    town = locality.town(slug)
    if town is None:
        names = ", ".join(each.slug for each in locality.towns)
        raise Invalid("This town is not one of ours.", errors={"town": [f"Use one of: {names}."]})
    return town


def known_centre(locality: Locality, slug: str) -> Centre:
    """The centre of that slug; raises ``Invalid`` naming the centres there are."""
    line = line_of(locality)
    centre = line.centre(slug)
    if centre is None:
        names = ", ".join(each.slug for each in line.centres)
        raise Invalid("There is no such access centre.", errors={"centre_id": [f"Use one of: {names}."]})
    return centre


def zone_at(locality: Locality, centre: Centre) -> str:
    """The zone whose time people at a centre read; aboard it is the first town's."""
    town = locality.town(centre.town) if centre.town else None
    return (town or locality.towns[0]).zone
