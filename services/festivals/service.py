"""The festivals service at a glance."""

from contracts.festivals import (
    EventCancelled,
    EventDisrupted,
    EventPublished,
    EventWithdrawn,
    FestivalAnnounced,
)
from contracts.visitor import SailingCancelled, SailingReinstated, SailingScheduled
from kernel.service import Service
from services.festivals import handlers, models
from services.festivals.api import blp

service = Service(
    name="festivals",
    title="Festivals",
    api=[blp],
    documents=[models.Festival, models.Venue, models.FestivalEvent, models.SailingGuard],
    projections=[models.KnownSailing],
    publishes=[FestivalAnnounced, EventPublished, EventWithdrawn, EventCancelled, EventDisrupted],
    reacts={
        SailingScheduled: handlers.on_sailing_scheduled,
        SailingCancelled: handlers.on_sailing_cancelled,
        SailingReinstated: handlers.on_sailing_reinstated,
    },
)
