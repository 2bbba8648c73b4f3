"""HTTP of accounts and of the answers composed from the services: parse, hand over, answer."""

from __future__ import annotations

from functools import partial

from flask import Response, jsonify

from gateway import aggregate, commands, schemas, views
from gateway import composed_schemas as shapes
from gateway.edge import edge
from gateway.limits import client_address
from gateway.models import Account
from kernel.auth import current_actor, require
from kernel.errors import Unauthenticated
from kernel.http import Blueprint, execute, runtime
from kernel.schemas import page_of

accounts = Blueprint("accounts", __name__, url_prefix="/v1", description="Accounts and access tokens")
composed = Blueprint("composed", __name__, url_prefix="/v1", description="Answers composed from all services")
keys = Blueprint("keys", __name__, description="The keys that access tokens are verified with")


@accounts.route("/accounts", methods=["POST"])
@accounts.arguments(schemas.Registration)
@accounts.response(201, schemas.AccountView)
def register(body):
    """Make an account; it can be used at once."""
    edge().limits.count_registration(client_address())
    password_hash = edge().passwords.hash(body.pop("password"))
    return execute(partial(commands.register, password_hash=password_hash), body)


@accounts.route("/accounts")
@require("operator")
@accounts.arguments(schemas.AccountFilter, location="query")
@accounts.response(200, page_of(schemas.AccountView))
def list_accounts(query):
    """List accounts, or find the one of an e-mail address."""
    email = query.get("email")
    return views.list_accounts(runtime().db, query, commands.email_key(email) if email else None)


@accounts.route("/accounts/me")
@require()
@accounts.response(200, schemas.AccountView)
@accounts.alt_response(404, "NOT_FOUND")
def own_account():
    """The account of the token."""
    return views.get_account(runtime().db, current_actor().id)


@accounts.route("/accounts/<account_id>/roles", methods=["POST"])
@require("operator")
@accounts.arguments(schemas.RoleChange)
@accounts.response(200, schemas.AccountView)
def change_roles(body, account_id):
    """Give roles to an account or take them away; in effect with its next token."""
    return execute(commands.change_roles, body, account_id=account_id)


@accounts.route("/auth/token", methods=["POST"])
@accounts.arguments(schemas.Credentials)
@accounts.response(200, schemas.Token)
def sign_in(body):
    """Exchange e-mail address and password for an access token."""
    limits, key, address = edge().limits, commands.email_key(body["email"]), client_address()
    limits.check_login(key, address)
    row = views.credentials_of(runtime().db, key)
    if not edge().passwords.matches(row["password_hash"] if row else None, body["password"]):
        limits.count_failed_login(key, address)
        raise Unauthenticated("E-mail address or password is not right.")
    limits.forget_failed_logins(key, address)
    return edge().issuer.issue(Account._from_son(row))


@keys.route("/.well-known/jwks.json")
@keys.response(200, description="A JSON Web Key Set (RFC 7517).")
def key_set() -> Response:
    """The public keys of the platform."""
    return jsonify(edge().issuer.key_set())


@composed.route("/today")
@composed.arguments(schemas.TodayQuery, location="query")
@composed.response(200, shapes.TODAY, description="What an arriving visitor can do, town by town.")
def today(query) -> Response:
    """What is worth stopping for: next sailings, events of the day, makers and films."""
    at = runtime()
    answer = aggregate.today(
        edge().upstream,
        at.locality,
        town=query.get("town"),
        day=query.get("date"),
        lang=query.get("lang"),
        app=query.get("app"),
        now=at.clock.now(),
    )
    return jsonify(answer)


@composed.route("/search")
@composed.arguments(schemas.SearchQuery, location="query")
@composed.response(200, shapes.SEARCH, description="What was found, town by town.")
def search(query) -> Response:
    """Find events, makers, offerings, places and titles in both towns."""
    lang, app = query.get("lang"), query.get("app")
    return jsonify(aggregate.search(edge().upstream, runtime().locality, query["q"], lang=lang, app=app))


@composed.route("/timeline")
@composed.arguments(schemas.TimelineQuery, location="query")
@composed.response(200, shapes.TIMELINE, description="The platform's history, oldest first.")
def timeline(query) -> Response:
    """The platform's own history as seen from a day."""
    at = runtime()
    lang, app = query.get("lang"), query.get("app")
    answer = aggregate.timeline(at.locality, as_of=query.get("as_of"), lang=lang, app=app, now=at.clock.now())
    return jsonify(answer)
