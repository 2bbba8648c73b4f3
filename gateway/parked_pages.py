"""The operator's page of parked events: what could not be handled, service by service, and what to do about it.

An operator signs in with the browser's own dialogue (HTTP Basic, RFC 7617): the page needs no script and no cookie. The
browser repeats those credentials with every request, so a change is taken only from a form of this page itself.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, redirect, request, url_for

from gateway import views
from gateway.commands import email_key
from gateway.edge import edge
from gateway.failures import UpstreamProblem
from gateway.limits import client_address
from gateway.models import Account
from gateway.routes import SERVICES
from gateway.web.forms import must_be_ours
from gateway.web.page import show
from kernel.errors import Forbidden, Malformed, NotFound
from kernel.http import runtime
from kernel.ids import new_id

ROLE = "operator"
CHALLENGE = {"WWW-Authenticate": 'Basic realm="operate", charset="UTF-8"'}
SHOWN = 50
"""Parked events of a service on one page; those that follow come into sight as the first ones leave."""

operate = Blueprint("operate", "gateway", template_folder="templates")


@operate.route("/operate/parked")
def parked() -> Response:
    """What is parked, in all services, or one event in full."""
    token = _token()
    if token is None:
        return _page("parked.html", status=401, lots=None, record=None, service=None)
    service, parked_id = request.args.get("service"), request.args.get("id")
    if service and parked_id:
        record = _ask(_known(service), f"record?{urlencode({'id': parked_id})}", token)
        return _page("parked.html", lots=None, record=record, service=service)
    return _page("parked.html", lots={name: _lot(name, token) for name in SERVICES}, record=None, service=None)


@operate.route("/operate/parked", methods=["POST"])
def act() -> Any:
    """Redrive or discard, then show the page again."""
    token = _token()
    if token is None:
        return _page("parked.html", status=401, lots=None, record=None, service=None)
    must_be_ours()
    form = request.form
    service, asked = _known(form.get("service", "")), form.get("act")
    if asked == "redrive":
        order = {"fingerprint": form["fingerprint"]} if form.get("fingerprint") else {}
        outcome = _ask(service, "redrive", token, order)
        said = {"done": "redriven", "applied": outcome["applied"], "left": outcome["left"]}
    elif asked == "discard":
        _ask(service, "discard", token, {"id": form.get("id", ""), "reason": form.get("reason", "")})
        said = {"done": "discarded"}
    else:
        raise Malformed("The form's act is redrive or discard.")
    return redirect(url_for("operate.parked", **said), 303)


for _view in (parked, act):
    _view.signs_in_itself = True


def _token() -> str | None:
    """An access token for the operator who signed in, or None for nobody. Raises Forbidden for another account."""
    given = request.authorization
    if given is None or given.type != "basic":
        return None
    key, address = email_key(given.username or ""), client_address()
    edge().limits.check_login(key, address)
    row = views.credentials_of(runtime().db, key)
    if not edge().passwords.matches(row["password_hash"] if row else None, given.password or ""):
        edge().limits.count_failed_login(key, address)
        return None
    if ROLE not in row["roles"]:
        raise Forbidden("This page is for operators.")
    return str(edge().issuer.issue(Account._from_son(row))["access_token"])


def _known(service: str) -> str:
    if service not in SERVICES:
        raise NotFound("There is no such service.")
    return service


def _lot(service: str, token: str) -> list[dict[str, Any]] | None:
    """The first events that a service has parked; None when it does not answer."""
    try:
        return list(_ask(service, f"?limit={SHOWN}", token)["items"])
    except UpstreamProblem:
        return None


def _ask(service: str, what: str, token: str, order: dict[str, Any] | None = None) -> Any:
    """What a service answers about its parked events. Raises NotFound, Malformed or an UpstreamProblem."""
    path = f"/v1/parked/{service}{'' if what.startswith('?') else '/'}{what}"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    if order is None:
        answer = edge().upstream.send(service, "GET", path, headers=headers)
    else:
        headers |= {"Content-Type": "application/json", "Idempotency-Key": new_id()}
        answer = edge().upstream.send(service, "POST", path, headers=headers, body=orjson.dumps(order))
    if answer.status == 404:
        raise NotFound("Nothing is parked under this id any more.")
    if answer.status in (400, 422):
        raise Malformed("The service did not take this: give a reason of 3 to 500 characters.")
    if answer.status != 200:
        raise UpstreamProblem(service, f"The {service} service answered {answer.status}.")
    return orjson.loads(answer.body)


def _page(template: str, *, status: int = 200, **content: Any) -> Response:
    response = show(template, status=status, **content)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    if status == 401:
        response.headers.update(CHALLENGE)
    return response
