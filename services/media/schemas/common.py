"""Fields that several resources share."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from services.media import domain


class Territory(fields.String):
    """An ISO 3166-1 country code, or ``WW`` for the world."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=[validate.Length(equal=2), _known_territory], **kwargs)


class Language(fields.String):
    """An ISO 639-1 language code."""

    def __init__(self, **kwargs: Any) -> None:
        known = validate.Regexp("^[a-z]{2}$", error="Not a two-letter language code.")
        super().__init__(validate=[validate.Length(equal=2), known], **kwargs)


class Several(fields.List):
    """Between ``low`` and ``high`` different values."""

    def __init__(self, item: fields.Field[Any], low: int, high: int, **kwargs: Any) -> None:
        super().__init__(item, validate=[validate.Length(min=low, max=high), _no_repeats], **kwargs)


def _known_territory(value: str) -> None:
    if value not in domain.territories():
        raise ma.ValidationError("Use an ISO 3166-1 country code such as GB or FR, or WW for the world.")


def _no_repeats(values: list[str]) -> None:
    if len(set(values)) != len(values):
        raise ma.ValidationError("Each at most once.")
