"""What the gateway needs of the services' answers before it composes anything of them.

A service is believed no more than a user: an answer that does not fit is that service's failure, and a composed answer
goes on without its part. Only what is used is named; whatever else a service answers is no concern of this, but for how
deep it is nested.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import orjson

from gateway import acting_shapes
from gateway.answer_shapes import (
    Document,
    Event,
    EventShown,
    Guide,
    Maker,
    MakerShown,
    Offering,
    Page,
    Passport,
    Place,
    Sailing,
    Title,
)
from kernel.json import MAX_DEPTH, nested_deeper_than

_SHAPES: list[tuple[re.Pattern[str], msgspec.json.Decoder[Any]]] = [
    (re.compile(pattern), msgspec.json.Decoder(shape))
    for pattern, shape in {
        r"/v1/sailings": Page[Sailing],
        r"/v1/guide": Guide,
        r"/v1/events": Page[Event],
        r"/v1/events/[^/]+": EventShown,
        r"/v1/makers": Page[Maker],
        r"/v1/makers/[^/]+": MakerShown,
        r"/v1/offerings": Page[Offering],
        r"/v1/offerings/[^/]+": Offering,
        r"/v1/places": Page[Place],
        r"/v1/titles": Page[Title],
        r"/v1/titles/[^/]+": Title,
        r"/v1/passports/[^/]+": Passport,
        r"/openapi\.json": Document,
        **acting_shapes.SHAPES,
    }.items()
]


class Refusal(msgspec.Struct):
    """What a service says of a request that it does not take."""

    detail: str
    errors: dict[str, Any] | None = None


_REFUSAL = msgspec.json.Decoder(Refusal)
_ANY_OBJECT = msgspec.json.Decoder(dict[str, Any])


def read(path: str, content_type: str, body: bytes) -> Any:
    """The JSON that a service answered to a GET of ``path``; raises ``ValueError`` that says what about it is wrong.

    It is an object of no more than ``MAX_DEPTH`` levels (the OpenAPI document, which is made of schemas, twice that)
    and holds what is needed of such a path, in the right types.
    """
    if content_type.split(";")[0].strip().lower() != "application/json":
        raise ValueError(f"not JSON but {content_type[:100] or 'nothing said'}")
    if nested_deeper_than(body, MAX_DEPTH * 2 if path == "/openapi.json" else MAX_DEPTH):
        raise ValueError("nested too deep")
    shape = next((shape for pattern, shape in _SHAPES if pattern.fullmatch(path)), _ANY_OBJECT)
    try:
        shape.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return orjson.loads(body)


def read_refusal(body: bytes) -> Refusal:
    """The problem document of a 422; raises ``ValueError`` for anything else."""
    try:
        return _REFUSAL.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
