"""HTTP of what is taken along: the bundle for a crossing, its changes, the guide on paper and as one file."""

from __future__ import annotations

from kernel.http import Blueprint, runtime
from services.visitor.schemas import bundle as schema
from services.visitor.views import bundle as view

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
