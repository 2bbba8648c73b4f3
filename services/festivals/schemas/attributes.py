"""What an event is found by, as callers send and get it."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from kernel.schemas import Pattern, StrictSchema, TextMap, Whole
from services.festivals.domain import terms
from services.festivals.domain.lifecycle import SAYABLE
from services.festivals.schemas.shared import website

MAX_KEYWORDS = 60
"""Keywords of an event in all its languages."""


def _keywords(**options: Any) -> fields.List:
    """Keywords of one language."""
    word = fields.String(validate=validate.Length(min=1, max=40))
    return fields.List(word, validate=validate.Length(max=20), **options)


def _language_code() -> fields.String:
    wrong = "Not a two-letter language code such as en or fr."
    return fields.String(validate=[validate.Length(equal=2), Pattern("[a-z]{2}", error=wrong)])


class AgesDraft(StrictSchema):
    """Whom an event is for: both ages are included, an absent one is no bound."""

    min = Whole(0, terms.OLDEST, allow_none=True)
    max = Whole(0, terms.OLDEST, allow_none=True)

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """The youngest is not older than the oldest."""
        low, high = data.get("min"), data.get("max")
        if low is not None and high is not None and high < low:
            raise ValidationError("Must not be less than min.", "max")


class AttributesDraft(StrictSchema):
    """What an event is about, whom it is for, what it costs, and how one takes part."""

    status = fields.String(
        validate=validate.OneOf(SAYABLE, error="One of: {choices}. To cancel an event, POST to its cancel address."),
        metadata={"description": "Whether and how it takes place, besides a cancellation."},
    )
    conditions = TextMap(max_length=500, allow_empty=True)
    accessibility = fields.List(
        fields.String(validate=validate.OneOf(terms.ACCESSIBILITY)),
        validate=validate.Length(max=len(terms.ACCESSIBILITY)),
    )
    attendance = fields.String(validate=validate.OneOf(terms.ATTENDANCE))
    online_url = website()
    admission = fields.String(validate=validate.OneOf(terms.ADMISSION), allow_none=True)
    ages = fields.Nested(AgesDraft, allow_none=True)
    keywords = _keywords(metadata={"description": "Of no language in particular; they replace those by language."})
    keywords_by_language = fields.Dict(
        keys=_language_code(),
        values=_keywords(),
        validate=validate.Length(max=10),
        metadata={"description": f"At most {MAX_KEYWORDS} in all; they replace the others.", "maxProperties": 10},
    )

    @validates_schema
    def one_form_of_keywords(self, data: dict[str, Any], **_: Any) -> None:
        """Keywords are by language or of none, and not more than an index bears."""
        several = data.get("keywords_by_language")
        if several is not None and "keywords" in data:
            raise ValidationError("Give either keywords or keywords_by_language, not both.", "keywords")
        if sum(map(len, (several or {}).values())) > MAX_KEYWORDS:
            raise ValidationError(f"At most {MAX_KEYWORDS} in all languages.", "keywords_by_language")


class OriginView(StrictSchema):
    """Another listing of the event, which was merged into this one."""

    event_id = fields.String()
    festival_id = fields.String()
    curator_id = fields.String()
    curator_name = fields.String()
    external_id = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    addresses = fields.List(fields.String())


class AttributesView(StrictSchema):
    """The same, as everyone sees it; ``programmes`` are the festivals it is listed in.

    The first of them is the one it comes from; ``featured_in`` are those whose hosts put it forward.
    """

    date_text = TextMap(allow_empty=True)
    conditions = TextMap(allow_empty=True)
    accessibility = fields.List(fields.String())
    attendance = fields.String()
    online_url = fields.String(allow_none=True)
    admission = fields.String(allow_none=True)
    ages = fields.Nested(AgesDraft, allow_none=True)
    keywords = fields.List(
        fields.String(), metadata={"description": "In the language that lang asks for; without it, of all languages."}
    )
    keywords_by_language = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    programmes = fields.List(fields.String())
    featured_in = fields.List(fields.String())
    external_id = fields.String(allow_none=True)
    imported_from = fields.String(allow_none=True)
    origins = fields.List(fields.Nested(OriginView))
    merged_into = fields.String(
        allow_none=True, metadata={"description": "The event that this listing was merged into, for its curator."}
    )
