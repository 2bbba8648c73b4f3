"""HTTP of what is taken along: the bundle for a crossing, its changes, the guide on paper and as one file."""

from __future__ import annotations

from flask import Response, request

from kernel.http import Blueprint, runtime
from services.visitor import printed
from services.visitor.printed.contents import gather
from services.visitor.schemas import bundle as schema
from services.visitor.views import bundle as view

FRESH = "public, max-age=60"
OWN_STYLE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""The file carries its style inside, so that it needs nothing else."""

blp = Blueprint("taken_along", __name__, url_prefix="/v1", description="The guide where there is no network")


@blp.route("/guide/bundle")
@blp.arguments(schema.BundleQuery, location="query")
@blp.response(200, schema.Bundle)
def get_bundle(query):
    """All about the town ahead, in every language, for a crossing without network."""
    at = runtime()
    return view.bundle(at.db, at.locality, at.clock.now(), query["town"])


@blp.route("/guide/bundle/delta", methods=["POST"])
@blp.arguments(schema.DeltaQuery)
@blp.response(200, schema.Delta)
def get_delta(body):
    """What has changed since the bundle that the caller has; changes nothing here."""
    at = runtime()
    return view.delta(at.db, at.locality, at.clock.now(), body)


@blp.route("/guide/pdf")
@blp.arguments(schema.DocumentQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def get_pdf(query):
    """The guide of a town to print: A5, with map and codes."""
    return _answer(printed.pdf(printed.html(_guide(query))), "application/pdf", f"guide-{query['town']}.pdf")


@blp.route("/guide/map")
@blp.arguments(schema.DocumentQuery, location="query")
@blp.response(200, {"type": "string"}, content_type="image/svg+xml")
def get_map(query):
    """The map of a town: its places numbered by their way from the ferry."""
    return _answer(str(_guide(query).chart), "image/svg+xml", f"map-{query['town']}.svg")


@blp.route("/guide/offline")
@blp.arguments(schema.DocumentQuery, location="query")
@blp.response(200, {"type": "string"}, content_type="text/html")
def get_offline(query):
    """The guide of a town as one file to keep on a phone: it needs no network."""
    answer = _answer(printed.html(_guide(query)), "text/html; charset=utf-8", f"guide-{query['town']}.html")
    answer.headers["Content-Security-Policy"] = OWN_STYLE
    return answer


def _guide(query):
    at = runtime()
    return gather(at.db, at.locality, at.clock.now(), query["town"], query.get("lang"), request.url_root)


def _answer(body, content_type, name):
    answer = Response(body, content_type=content_type)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = FRESH
    return answer
