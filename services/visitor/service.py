"""The visitor service: its table of contents."""

from contracts.festivals import EventCancelled, EventDisrupted, EventPublished, EventWithdrawn
from contracts.marketplace import MakerJoined, OfferingListed, OfferingWithdrawn
from contracts.media import ReleaseOpened, TitlePublished
from contracts.visitor import (
    CentreOpened,
    PlaceListed,
    ReferralMade,
    SailingCancelled,
    SailingDelayed,
    SailingReinstated,
    SailingScheduled,
    VisitRecorded,
)
from kernel.service import Service
from services.visitor import api, day_api, handlers, journal_api, models, pass_api
from services.visitor.api import collected, rota, running, taken_along
from services.visitor.day_models import DayPlan
from services.visitor.journal_models import DeskEntry, DeskJournal
from services.visitor.pass_models import ALL as PASSES

service = Service(
    name="visitor",
    title="Visitor: sailings, desks, places and the guide",
    api=[
        *(api.blp, running.blp, rota.blp, collected.blp, taken_along.blp),
        *(journal_api.blp, pass_api.blp, day_api.blp),
    ],
    documents=[
        *(models.Place, models.PlaceRecord, models.Opening, models.Sailing, models.LiveFeed, models.Shift),
        *(models.Enquiry, models.Referral, models.Visit, models.Plan),
        *(DeskJournal, DeskEntry, *PASSES, DayPlan),
    ],
    publishes=[
        *(PlaceListed, CentreOpened, ReferralMade, VisitRecorded),
        *(SailingScheduled, SailingCancelled, SailingDelayed, SailingReinstated),
    ],
    reacts={
        SailingScheduled: handlers.on_sailing_scheduled,
        SailingCancelled: handlers.on_sailing_cancelled,
        SailingDelayed: handlers.on_sailing_delayed,
        SailingReinstated: handlers.on_sailing_reinstated,
        EventPublished: handlers.on_event_published,
        EventWithdrawn: handlers.on_event_withdrawn,
        EventCancelled: handlers.on_event_cancelled,
        EventDisrupted: handlers.on_event_disrupted,
        MakerJoined: handlers.on_maker_joined,
        OfferingListed: handlers.on_offering_listed,
        OfferingWithdrawn: handlers.on_offering_withdrawn,
        TitlePublished: handlers.on_title_published,
        ReleaseOpened: handlers.on_release_opened,
    },
    projections=[
        *(models.KnownEvent, models.KnownMaker, models.KnownOffering),
        *(models.KnownTitle, models.KnownRelease),
    ],
)
