"""What the gateway's own routes take and give."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, StrictSchema

SELF_SERVICE_ROLES = ("visitor", "maker", "curator", "producer")
"""Roles that anyone takes on for themselves; nobody approves."""

GRANTED_ROLES = ("ambassador", "catalyst", "sponsor", "operator")
"""Roles that an operator grants."""

ROLES = SELF_SERVICE_ROLES + GRANTED_ROLES
PASSWORD = validate.Length(min=12, max=200)


class Language(fields.String):
    """A language as ISO 639-1 writes it."""

    def __init__(self, **kwargs: Any) -> None:
        code = validate.Regexp("^[a-z]{2}$", error="Not a two-letter language code such as en or fr.")
        super().__init__(validate=[validate.Length(equal=2), code], **kwargs)


class Roles(fields.List):
    """Some of ``choices``, each at most once."""

    def __init__(self, choices: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(
            fields.String(validate=validate.OneOf(choices)), validate=validate.Length(max=len(choices)), **kwargs
        )


class Registration(StrictSchema):
    """A new account. Its roles are one's own choice; ``visitor`` is always among them."""

    email = fields.Email(required=True, validate=validate.Length(max=254))
    password = fields.String(required=True, validate=PASSWORD, load_only=True)
    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    roles = Roles(SELF_SERVICE_ROLES, load_default=list)
    language = Language(load_default="en")


class AccountView(StrictSchema):
    """An account as its owner and operators see it."""

    id = fields.String(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    language = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    created_at = Instant(required=True)


class AccountFilter(PageQuery):
    """Which accounts an operator looks for."""

    email = fields.String(validate=validate.Length(min=3, max=254))


class RoleChange(StrictSchema):
    """Roles to give to an account and to take from it."""

    add = Roles(ROLES, load_default=list)
    remove = Roles(ROLES, load_default=list)

    @ma.validates_schema
    def _says_something(self, data: dict[str, Any], **_: Any) -> None:
        if not data["add"] and not data["remove"]:
            raise ma.ValidationError("Name at least one role to add or to remove.", "add")
        if both := set(data["add"]) & set(data["remove"]):
            raise ma.ValidationError(f"Also to be added: {', '.join(sorted(both))}.", "remove")


class Credentials(StrictSchema):
    """What someone signs in with."""

    email = fields.String(required=True, validate=validate.Length(min=1, max=254))
    password = fields.String(required=True, validate=validate.Length(min=1, max=200), load_only=True)


class Token(StrictSchema):
    """A signed access token (RFC 6750): send it as ``Authorization: Bearer <access_token>``."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})


class ReaderQuery(StrictSchema):
    """Who reads: under which of the platform's names, and in which language; the name's own when left out."""

    app = Identifier()
    lang = Language()


class TodayQuery(ReaderQuery):
    """Which town and day; both towns and today when left out."""

    town = Identifier()
    date = DateOnly()


class SearchQuery(ReaderQuery):
    """What to look for."""

    q = fields.String(required=True, validate=validate.Length(min=2, max=100))


class TimelineQuery(ReaderQuery):
    """The day from which the history is seen; today when left out."""

    as_of = DateOnly(validate=validate.Range(min=date(1900, 1, 1), max=date(2200, 1, 1)))
