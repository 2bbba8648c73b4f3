"""The signed bundle that a device takes to the door: made here, and read back as a device reads it.

A compact JWS (RFC 7515) with the algorithm Ed25519 (RFC 9864) over UTF-8 JSON: ``event_id``, ``title``, ``issued_at``,
``valid_until``, ``timings`` (``id``, ``starts_at``, ``opens_at``, ``closes_at``), ``guests`` (``code``, ``places``,
``name``) and ``others``. ``code`` is the SHA-256 of a guest's secret code in hexadecimal, so that no list lets anybody
in. Instants are RFC 3339 in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from kernel.errors import Invalid
from kernel.json import dumps
from services.festivals.domain.checkin import DOORS_OPEN_BEFORE, VALID_FOR, Bundle, Window

ALGORITHM = "Ed25519"
TYPE = "checkin-bundle+json"

Row = Mapping[str, Any]


def content_of(event: Row, registrations: Sequence[Row], issued_at: datetime) -> dict[str, Any]:
    """What a bundle says of an event and its registrations."""
    known = [row for row in registrations if row.get("code_digest")]
    return {
        "event_id": event["_id"],
        "title": event["title"],
        "issued_at": issued_at,
        "valid_until": issued_at + VALID_FOR,
        "timings": [
            {
                "id": one["id"],
                "starts_at": one["starts_at"],
                "opens_at": one["starts_at"] - DOORS_OPEN_BEFORE,
                "closes_at": one["ends_at"],
            }
            for one in event.get("timings", [])
        ],
        "guests": [
            {"code": row["code_digest"], "places": row["party"], "name": row.get("name")}
            for row in known
            if row["state"] == "registered"
        ],
        "others": sorted(row["code_digest"] for row in known if row["state"] != "registered"),
    }


def sign(content: Row, key: OKPKey) -> str:
    """The bundle as it travels."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": TYPE}
    return jws.serialize_compact(header, dumps(content, sort_keys=True), key, algorithms=[ALGORITHM])


def read(text: str, keys: Sequence[Row]) -> Bundle:
    """The rules in a bundle, as a device takes them that got ``keys`` (JWKs) while it had a network.

    Raises ``Invalid`` when none of the keys signed it.
    """
    try:
        signed = jws.deserialize_compact(text, KeySet.import_key_set({"keys": list(keys)}), algorithms=[ALGORITHM])
    except (JoseError, ValueError) as error:
        wrong = {"bundle": ["Fetch it anew from the platform."]}
        raise Invalid("This bundle was not signed by the platform, or it was changed.", errors=wrong) from error
    return rules_in(orjson.loads(signed.payload or b""))


def rules_in(content: Row) -> Bundle:
    """The rules that the content of a bundle holds, with instants as they are or as text."""
    return Bundle(
        event_id=content["event_id"],
        issued_at=_instant(content["issued_at"]),
        windows={one["id"]: _window(one) for one in content["timings"]},
        places={one["code"]: one["places"] for one in content["guests"]},
        others=frozenset(content["others"]),
    )


def _window(timing: Row) -> Window:
    return Window(_instant(timing["opens_at"]), _instant(timing["closes_at"]))


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
