"""The festivals service at a glance."""

from contracts.festivals import (
    EventCancelled,
    EventDisrupted,
    EventPublished,
    EventWithdrawn,
    FestivalAnnounced,
)
from contracts.visitor import SailingCancelled, SailingScheduled
from kernel.service import Service
from services.festivals import handlers, models
from services.festivals.api import blp
from services.festivals.checkin import api as checkin
from services.festivals.checkin.models import Admission, KeptScan, Scanner
from services.festivals.desk import api as desk
from services.festivals.desk import settling
from services.festivals.desk.models import Desk, Quota, Registration

service = Service(
    name="festivals",
    title="Festivals",
    api=[blp, desk.blp, checkin.blp],
    documents=[
        models.Festival,
        models.Venue,
        models.FestivalEvent,
        models.SailingGuard,
        Desk,
        Registration,
        Quota,
        Scanner,
        KeptScan,
        Admission,
    ],
    projections=[models.KnownSailing],
    publishes=[FestivalAnnounced, EventPublished, EventWithdrawn, EventCancelled, EventDisrupted],
    reacts={
        SailingScheduled: handlers.on_sailing_scheduled,
        SailingCancelled: handlers.on_sailing_cancelled,
    },
    chores=settling.CHORES,
)
