"""What passport entries tell, as EPCIS 2.0 object events (GS1 EPCIS 2.0, JSON binding; CBV 2.0 vocabulary).

An entry is ``{event, by, holder?, place, about?}``: the EPCIS event for machines and, beside it, the same in names
that people read. Ids in events are URIs: ``urn:uuid:<item>`` and ``urn:<locality>:<maker|popup>:<id>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.marketplace.domain.passport import moment

Happened = dict[str, Any]


@dataclass(frozen=True)
class Party:
    """A maker in the studio, or a pop-up shop: who holds an item, and where that is."""

    kind: str
    """``maker`` or ``popup``."""
    id: str
    name: dict[str, str]
    town: str
    zone: str
    locality: str

    @property
    def uri(self) -> str:
        """Its id as EPCIS wants it."""
        return f"urn:{self.locality}:{self.kind}:{self.id}"

    def as_dict(self) -> dict[str, Any]:
        """What an entry says of it."""
        return {"kind": self.kind, "id": self.id, "name": self.name, "town": self.town}


def made(item_id: str, maker: Party, at: datetime, about: Mapping[str, Any]) -> Happened:
    """The item exists: ``about`` says what it is, of what and where it was made, as it was then."""
    event = _event(item_id, maker, at, action="ADD", step="commissioning", disposition="active")
    event["bizLocation"] = {"id": maker.uri}
    return {"event": event, "by": maker.as_dict(), "holder": maker.as_dict(), "about": dict(about)}


def handed_over(item_id: str, giver: Party, taker: Party, at: datetime) -> Happened:
    """The item went from a maker to a shop, or back. Its owner stays the maker: only possession moves."""
    event = _event(item_id, taker, at, action="OBSERVE", step="receiving", disposition="sellable_accessible")
    event["bizLocation"] = {"id": taker.uri}
    event["sourceList"] = [{"type": "possessing_party", "source": giver.uri}]
    event["destinationList"] = [{"type": "possessing_party", "destination": taker.uri}]
    return {"event": event, "by": giver.as_dict(), "holder": taker.as_dict()}


def sold(item_id: str, owner: Party, seller: Party, at: datetime) -> Happened:
    """The item left with a buyer, of whom nothing is said."""
    event = _event(item_id, seller, at, action="OBSERVE", step="retail_selling", disposition="retail_sold")
    event["sourceList"] = [
        {"type": "owning_party", "source": owner.uri},
        {"type": "possessing_party", "source": seller.uri},
    ]
    return {"event": event, "by": seller.as_dict(), "holder": {"kind": "buyer"}}


def _event(item_id: str, where: Party, at: datetime, *, action: str, step: str, disposition: str) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        **moment(at, where.zone),
        "epcList": [f"urn:uuid:{item_id}"],
        "action": action,
        "bizStep": step,
        "disposition": disposition,
        "readPoint": {"id": where.uri},
    }


def made_in(name: Mapping[str, str]) -> dict[str, str]:
    """ "Made in <town>" in English and French, from the town's name by language.

    French joins "à" with the article of a town's name: "au Havre", "aux Sables-d'Olonne" (Le bon usage, 1050).
    """
    english = name.get("en") or next(iter(name.values()))
    french = name.get("fr") or english
    for article, joined in (("Le ", "au "), ("Les ", "aux ")):
        if french.startswith(article):
            return {"en": f"Made in {english}", "fr": f"Fabriqué {joined}{french.removeprefix(article)}"}
    return {"en": f"Made in {english}", "fr": f"Fabriqué à {french}"}
