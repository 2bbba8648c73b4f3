"""HTTP of the journals that desks without network send."""

from __future__ import annotations

from kernel.auth import require
from kernel.http import Blueprint, execute
from services.visitor import policies
from services.visitor.commands import journals
from services.visitor.schemas import journals as shapes

blp = Blueprint("journals", __name__, url_prefix="/v1", description="Journals of desks that had no network")


@blp.route("/desk-sync", methods=["POST"])
@require(*policies.AT_THE_DESK)
@blp.arguments(shapes.Delivery)
@blp.response(200, shapes.Receipt)
def deliver(body):
    """Merge the next entries of a desk's journal; sending them again changes nothing."""
    return execute(journals.merge, {**body, "entries": [shapes.checked(entry) for entry in body["entries"]]})
