"""HTTP of places collected from files, and of places as GeoJSON."""

from __future__ import annotations

from typing import Any

from flask import make_response
from marshmallow import ValidationError

from kernel.auth import current_actor, require
from kernel.http import Blueprint, runtime
from kernel.request_ids import current_traceparent
from services.visitor import policies
from services.visitor.commands import collected
from services.visitor.domain.place_files import rows_of
from services.visitor.schemas import collected as schema
from services.visitor.schemas.listings import PlaceFilter
from services.visitor.views import listings

blp = Blueprint("collected", __name__, url_prefix="/v1", description="Places from files, and as GeoJSON")

_ROW = schema.PlaceRow()


@blp.route("/places/geojson")
@blp.arguments(PlaceFilter, location="query")
@blp.response(200, schema.FeatureCollection, content_type="application/geo+json")
def list_places_geojson(query):
    """Places as GeoJSON, for a map."""
    at = runtime()
    answer = make_response(listings.geojson(at.db, at.locality, at.clock.now(), query))
    answer.content_type = "application/geo+json"
    return answer


@blp.route("/places/import", methods=["POST"])
@require(*policies.RUNS_THE_LINE)
@blp.arguments(schema.PlacesUpload, location="files")
@blp.arguments(schema.SourceForm, location="form")
@blp.response(200, schema.CollectedReport)
def import_places(files, form):
    """Take a file of places, GeoJSON or CSV; every row is reported, and taking it again changes nothing."""
    rows = rows_of(files["places"].read())
    by = current_actor().id
    return collected.import_places(runtime().store, rows, _check, form, by, current_traceparent())


def _check(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A row as its schema gives it, or what is wrong with it by field."""
    try:
        return _ROW.load(values), {}
    except ValidationError as error:
        return {}, {str(name): _said(wrong) for name, wrong in error.messages_dict.items()}


def _said(wrong: Any) -> str:
    if isinstance(wrong, dict):
        return "; ".join(f"{name}: {_said(each)}" for name, each in wrong.items())
    return " ".join(str(each) if not isinstance(each, dict) else _said(each) for each in wrong)
