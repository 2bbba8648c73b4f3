"""A list of events to stand in a frame on somebody else's site: no script, no cookie, nothing from elsewhere.

``<iframe src="https://.../embed/events?town=newhaven&when=upcoming&lang=en" title="..."></iframe>`` takes the filters
of ``/v1/events``.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from gateway import aggregate
from gateway.edge import edge
from gateway.web.page import POLICY, language, show
from kernel.errors import Invalid
from kernel.http import runtime

ANYWHERE = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
SHOWN = "20"
"""Events in a frame unless ``limit`` says otherwise."""

blueprint = Blueprint("embed", "gateway")


@blueprint.route("/embed/events")
def events() -> Response:
    """The events that the filters in the query find; what is wrong with a filter is said in the frame."""
    asked = {name: value for name, value in request.args.items() if name not in ("lang", "fields", "facets")}
    answer, wrong = None, None
    try:
        answer = aggregate.listing(edge().upstream, runtime().locality, {"limit": SHOWN, **asked}, lang=language().lang)
    except Invalid as refused:
        wrong = sorted(refused.errors)
    response = show("embed.html", status=422 if wrong else 200, answer=answer, wrong=wrong)
    response.headers["Content-Security-Policy"] = ANYWHERE
    response.headers.pop("Set-Cookie", None)
    if not wrong and answer:
        response.headers["Cache-Control"] = "public, max-age=60"
    return response
