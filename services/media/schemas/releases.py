"""Channels, releases and placements: what producers send and what people see."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate, validates_schema

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, StrictSchema, TextMap
from services.media import domain
from services.media.schemas.common import Territory


class ChannelDraft(StrictSchema):
    """A new channel. ``url_base``: its own address, needed for streaming and social ones; releases lie under it."""

    id = Identifier(slug=True)
    kind = fields.String(required=True, validate=validate.OneOf(domain.CHANNEL_KINDS))
    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    territory = Territory(required=True)
    town = Identifier()
    url_base = fields.String(validate=validate.Length(min=1, max=domain.URL_LENGTH))
    synthetic = fields.Boolean(load_default=False)

    @validates_schema
    def _address(self, data: dict[str, Any], **_: Any) -> None:
        trouble = domain.trouble_with_link(data["url_base"]) if "url_base" in data else None
        if trouble:
            raise ma.ValidationError(trouble, "url_base")


class ChannelView(StrictSchema):
    """A way to an audience."""

    id = fields.String(required=True)
    owner_id = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    territory = fields.String(required=True)
    town = fields.String()
    url_base = fields.String()
    synthetic = fields.Boolean(required=True)
    created_at = Instant(required=True)


class ChannelFilter(PageQuery):
    """Channels to list."""

    kind = fields.String(validate=validate.OneOf(domain.CHANNEL_KINDS))
    town = Identifier()


class ReleaseDraft(StrictSchema):
    """A title in a channel from ``starts_on`` to ``ends_on``, both included; no ``ends_on`` leaves it open."""

    title_id = Identifier(required=True)
    channel_id = Identifier(required=True)
    url = fields.String(required=True, validate=validate.Length(min=1, max=domain.URL_LENGTH))
    territory = Territory(load_default=domain.WORLDWIDE)
    starts_on = DateOnly(required=True)
    ends_on = DateOnly(load_default=None, allow_none=True)
    synthetic = fields.Boolean(load_default=False)


class ReleaseChange(StrictSchema):
    """The last day of a release; null leaves it open."""

    ends_on = DateOnly(required=True, allow_none=True)


class ReleaseView(StrictSchema):
    """A title in a channel, in a territory, from a day on; ``public`` once its title is published."""

    id = fields.String(required=True)
    title_id = fields.String(required=True)
    producer_id = fields.String(required=True)
    channel_id = fields.String(required=True)
    channel_name = fields.String(required=True)
    url = fields.String(required=True)
    territory = fields.String(required=True)
    starts_on = DateOnly(required=True)
    ends_on = DateOnly(allow_none=True)
    public = fields.Boolean(required=True)
    synthetic = fields.Boolean(required=True)
    created_at = Instant(required=True)


class OpenRelease(ReleaseView):
    """A release open on the day asked for, with the link out that is counted; both null where none is placed."""

    placement_id = fields.String(required=True, allow_none=True)
    out = fields.String(required=True, allow_none=True)


class ReleaseFilter(PageQuery):
    """Releases to list; ``open_on`` keeps those that can be watched on that day."""

    title_id = Identifier()
    channel_id = Identifier()
    open_on = DateOnly()


class PlacementDraft(StrictSchema):
    """Where a title is met: in a channel, in one town or in all, with a link to one of its releases."""

    release_id = Identifier(required=True)
    channel_id = Identifier(required=True)
    town = Identifier()
    label = TextMap(required=True, max_length=100)
    synthetic = fields.Boolean(load_default=False)


class PlacementView(StrictSchema):
    """A placement with its clicks; ``out`` counts one and leads to the release."""

    id = fields.String(required=True)
    title_id = fields.String(required=True)
    release_id = fields.String(required=True)
    producer_id = fields.String(required=True)
    channel_id = fields.String(required=True)
    town = fields.String(allow_none=True)
    label = TextMap(required=True, max_length=100)
    clicks = fields.Integer(required=True)
    out = fields.String(required=True)
    public = fields.Boolean(required=True)
    synthetic = fields.Boolean(required=True)
    created_at = Instant(required=True)


class PlacementFilter(PageQuery):
    """Placements to list."""

    title_id = Identifier()
    channel_id = Identifier()
    town = Identifier()


class Click(StrictSchema):
    """A counted click: where it leads, and how many there were, this one included."""

    placement_id = fields.String(required=True)
    url = fields.String(required=True)
    clicks = fields.Integer(required=True)
