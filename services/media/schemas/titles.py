"""Titles: what their producers send and what people see."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate, validates_schema

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, StrictSchema, TextMap, Whole
from services.media import domain
from services.media.schemas.common import Language, Several
from services.media.schemas.releases import OpenRelease


class TitleChange(StrictSchema):
    """Fields of a title that its producer can replace; at least one."""

    name = TextMap(max_length=200)
    summary = TextMap(max_length=2000)
    towns = Several(Identifier(), 1, 10)
    languages = Several(Language(), 0, 10)
    runtime_minutes = Whole(1, 24 * 60, allow_none=True)
    episode_number = Whole(1, 9999)
    premiered_on = DateOnly(allow_none=True)
    subjects = Several(Identifier(), 0, 50)
    source = fields.String(allow_none=True, validate=validate.Length(min=1, max=300))

    @validates_schema
    def _something(self, data: dict[str, Any], **_: Any) -> None:
        if not data:
            raise ma.ValidationError("Name at least one field to replace.")


class TitleDraft(TitleChange):
    """A new title. ``id``: a readable one of your choice, else one is made. An episode takes its series' towns."""

    id = Identifier(slug=True)
    kind = fields.String(required=True, validate=validate.OneOf(domain.TITLE_KINDS))
    name = TextMap(required=True, max_length=200)
    summary = TextMap(required=True, max_length=2000)
    series_id = Identifier()
    synthetic = fields.Boolean(load_default=False)


class TitlePublication(StrictSchema):
    """Since when it is public, today when left out; a series can take its drafted episodes along."""

    published_on = DateOnly(load_default=None)
    with_episodes = fields.Boolean(load_default=False)


class TitleView(StrictSchema):
    """A title without what belongs to it."""

    id = fields.String(required=True)
    producer_id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(domain.TITLE_KINDS))
    name = TextMap(required=True, max_length=200)
    summary = TextMap(required=True, max_length=2000)
    towns = fields.List(fields.String(), required=True)
    languages = fields.List(fields.String())
    runtime_minutes = fields.Integer(allow_none=True)
    series_id = fields.String()
    episode_number = fields.Integer()
    premiered_on = DateOnly(allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(["draft", "published"]))
    published_on = DateOnly()
    subjects = fields.List(fields.String())
    source = fields.String(allow_none=True)
    synthetic = fields.Boolean(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ShownText(StrictSchema):
    """One text picked for a reader, and the language it is in."""

    text = fields.String(required=True)
    lang = fields.String(required=True)


class Shown(StrictSchema):
    """The texts of a title in the language asked for, or in the one there is."""

    name = fields.Nested(ShownText, required=True)
    summary = fields.Nested(ShownText, required=True)


class TitleListed(TitleView):
    """A title with the releases open on the day asked for; ``shown`` when a language was asked for."""

    releases = fields.List(fields.Nested(OpenRelease), required=True)
    shown = fields.Nested(Shown)


class TitleShown(TitleListed):
    """One title; a series with its episodes in order."""

    episodes = fields.List(fields.Nested(TitleView))


class TitleQuery(StrictSchema):
    """The town, the day and the language a title is seen from."""

    town = Identifier()
    as_of = DateOnly()
    lang = Language()


class TitleFilter(PageQuery, TitleQuery):
    """Titles to list; every word of ``q`` begins some word of their texts; ``mine`` lists one's own, drafts too."""

    q = fields.String(validate=validate.Length(min=1, max=200))
    kind = fields.String(validate=validate.OneOf(domain.TITLE_KINDS))
    series_id = Identifier()
    subject_id = Identifier()
    mine = fields.Boolean(load_default=False)


class FeedQuery(StrictSchema):
    """The language of a feed; the town's own when left out."""

    lang = Language()
