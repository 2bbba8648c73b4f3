"""The festivals service at a glance."""

from datetime import timedelta

from contracts.festivals import (
    EventCancelled,
    EventDisrupted,
    EventPublished,
    EventWithdrawn,
    FestivalAnnounced,
)
from contracts.visitor import SailingCancelled, SailingDelayed, SailingReinstated, SailingScheduled
from kernel.chores import Chore
from kernel.service import Service
from services.festivals import handlers, models
from services.festivals.api import blp
from services.festivals.checkin import api as checkin
from services.festivals.checkin.models import Admission, KeptScan, Scanner
from services.festivals.desk import api as desk
from services.festivals.desk import settling
from services.festivals.desk.models import Desk, Quota, Registration
from services.festivals.duplicates import api as duplicates
from services.festivals.duplicates.models import DuplicatePair
from services.festivals.team import api as team
from services.festivals.team import proposing
from services.festivals.team.models import Membership, Proposal
from services.festivals.tours import api as tours

service = Service(
    name="festivals",
    title="Festivals",
    api=[blp, desk.blp, checkin.blp, team.blp, tours.blp, duplicates.blp],
    documents=[
        models.Festival,
        models.Venue,
        models.FestivalEvent,
        models.SailingGuard,
        models.Word,
        Desk,
        Registration,
        Quota,
        Scanner,
        KeptScan,
        Admission,
        Membership,
        Proposal,
        DuplicatePair,
    ],
    projections=[models.KnownSailing],
    publishes=[FestivalAnnounced, EventPublished, EventWithdrawn, EventCancelled, EventDisrupted],
    reacts={
        SailingScheduled: handlers.on_sailing_scheduled,
        SailingDelayed: handlers.on_sailing_delayed,
        SailingCancelled: handlers.on_sailing_cancelled,
        SailingReinstated: handlers.on_sailing_reinstated,
    },
    chores=[*settling.CHORES, Chore("forget_proposers", timedelta(minutes=10), proposing.forget_proposers)],
)
