"""The marketplace service: its table of contents."""

from contracts.marketplace import (
    ItemsConsigned,
    ItemSold,
    MakerJoined,
    OfferingListed,
    OfferingWithdrawn,
    OrderDisrupted,
    OrderPlaced,
    PopupOpened,
)
from contracts.visitor import SailingCancelled, SailingReinstated, SailingScheduled
from kernel.service import Service
from services.marketplace import api, handlers, models
from services.marketplace.commands import expiring

service = Service(
    name="marketplace",
    title="Marketplace: makers, what they offer, where it is sold, what they earn, where each item has been",
    api=api.blueprints,
    documents=[
        models.Maker,
        models.Offering,
        models.Item,
        models.PassportEntry,
        models.Popup,
        models.Consignment,
        models.LedgerEntry,
        models.Order,
        models.Buyer,
        models.Pickup,
    ],
    publishes=[
        MakerJoined,
        OfferingListed,
        OfferingWithdrawn,
        PopupOpened,
        ItemsConsigned,
        ItemSold,
        OrderPlaced,
        OrderDisrupted,
    ],
    reacts={
        SailingScheduled: handlers.on_sailing_scheduled,
        SailingCancelled: handlers.on_sailing_cancelled,
        SailingReinstated: handlers.on_sailing_reinstated,
    },
    projections=[models.Sailing],
    chores=expiring.CHORES,
)
