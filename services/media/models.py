"""What media keeps. Dates without a time are ISO 8601 text; instants are UTC."""

from __future__ import annotations

from mongoengine import (
    BooleanField,
    DateTimeField,
    Document,
    IntField,
    ListField,
    LongField,
    MapField,
    StringField,
)

from kernel.mongo import document_meta
from kernel.words import words_of
from services.media.domain import CHANNEL_KINDS, SUBJECT_KINDS, SUBJECT_STATES, TITLE_KINDS


class Title(Document):
    """A film, a series or an episode. Only its producer changes it."""

    meta = document_meta(
        "media",
        "titles",
        indexes=[
            ("state", "towns", "-published_on", "_id"),
            ("producer_id", "_id"),
            "subjects",
            "words",
            {
                "fields": ["series_id", "episode_number"],
                "unique": True,
                "partialFilterExpression": {"series_id": {"$exists": True}},
            },
        ],
    )

    id = StringField(primary_key=True)
    producer_id = StringField(required=True)
    kind = StringField(required=True, choices=TITLE_KINDS)
    name = MapField(StringField(), required=True)
    summary = MapField(StringField(), required=True)
    towns = ListField(StringField(), required=True)
    languages = ListField(StringField())
    """Languages spoken in it, ISO 639-1."""
    runtime_minutes = IntField(min_value=1)
    series_id = StringField()
    episode_number = IntField(min_value=1)
    premiered_on = StringField()
    state = StringField(required=True, choices=("draft", "published"), default="draft")
    published_on = StringField()
    subjects = ListField(StringField())
    source = StringField()
    """Where the facts of this listing were published."""
    synthetic = BooleanField(default=False)
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)
    words = ListField(StringField())
    """The words of its texts, folded, to find it by."""
    revision = LongField(required=True, default=0)
    """Rises with every command on the title, its releases or its placements, so that two of them never interleave."""

    def clean(self) -> None:
        """Called before each save: the words follow the texts."""
        self.words = words_of([self.name, self.summary])


class Channel(Document):
    """A way to an audience: a streaming service, a screen at a centre or aboard, a social network, the app."""

    meta = document_meta("media", "channels", indexes=[("kind", "_id")])

    id = StringField(primary_key=True)
    owner_id = StringField(required=True)
    kind = StringField(required=True, choices=CHANNEL_KINDS)
    name = StringField(required=True)
    territory = StringField(required=True)
    town = StringField()
    """The town of a screen; absent for a channel that is not in one."""
    url_base = StringField()
    """The channel's own address: every release in it lies under it."""
    synthetic = BooleanField(default=False)
    created_at = DateTimeField(required=True)


class Release(Document):
    """A title in a channel, in a territory, from a day on (MovieLabs Avails)."""

    meta = document_meta("media", "releases", indexes=["title_id", ("public", "_id")])

    id = StringField(primary_key=True)
    title_id = StringField(required=True)
    producer_id = StringField(required=True)
    channel_id = StringField(required=True)
    channel_name = StringField(required=True)
    url = StringField(required=True)
    territory = StringField(required=True)
    starts_on = StringField(required=True)
    ends_on = StringField()
    """The last day it can be watched; absent while that is not known."""
    public = BooleanField(required=True, default=False)
    """Whether its title is published."""
    synthetic = BooleanField(default=False)
    created_at = DateTimeField(required=True)


class Placement(Document):
    """Where people meet a title: its link leads to a release, and the clicks on it are counted, nothing about who."""

    meta = document_meta("media", "placements", indexes=["release_id", "title_id", ("public", "_id")])

    id = StringField(primary_key=True)
    title_id = StringField(required=True)
    release_id = StringField(required=True)
    producer_id = StringField(required=True)
    channel_id = StringField(required=True)
    channel_kind = StringField(required=True, choices=CHANNEL_KINDS)
    town = StringField()
    """The town it is shown in; absent when in all."""
    label = MapField(StringField(), required=True)
    clicks = LongField(required=True, default=0)
    public = BooleanField(required=True, default=False)
    """Whether its title is published."""
    synthetic = BooleanField(default=False)
    created_at = DateTimeField(required=True)


class Subject(Document):
    """Something in a town that a film could be about, put forward by its own event; a producer can take it up."""

    meta = document_meta("media", "subjects", indexes=[("town", "about_kind", "state", "_id"), ("state", "_id")])

    id = StringField(primary_key=True)
    """Follows from what it is about: one subject for one thing."""
    about_kind = StringField(required=True, choices=SUBJECT_KINDS)
    about_id = StringField(required=True)
    about_status = StringField(required=True)
    """What its own service says of the thing: ``scheduled``, ``disrupted``, ``cancelled`` or ``withdrawn``."""
    town = StringField(required=True)
    title = MapField(StringField(), required=True)
    summary = MapField(StringField())
    synthetic = BooleanField(default=False)
    proposed_at = DateTimeField(required=True)
    changed_at = DateTimeField(required=True)
    taken_up_by = StringField()
    taken_up_at = DateTimeField()
    state = StringField(required=True, choices=SUBJECT_STATES)
