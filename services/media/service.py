"""The media service: its table of contents."""

from contracts.festivals import EventCancelled, EventDisrupted, EventPublished, EventWithdrawn
from contracts.marketplace import MakerJoined
from contracts.media import PlacementClicked, ReleaseOpened, SubjectProposed, TitlePublished
from kernel.service import Service
from services.media import api, handlers, models

service = Service(
    name="media",
    title="Media: titles of the towns, where to watch them, and subjects for new ones",
    api=api.blueprints,
    documents=[models.Title, models.Channel, models.Release, models.Placement, models.Subject],
    publishes=[SubjectProposed, TitlePublished, ReleaseOpened, PlacementClicked],
    reacts={
        EventPublished: handlers.on_event_published,
        EventWithdrawn: handlers.on_event_withdrawn,
        EventCancelled: handlers.on_event_cancelled,
        EventDisrupted: handlers.on_event_disrupted,
        MakerJoined: handlers.on_maker_joined,
    },
)
