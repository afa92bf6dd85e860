"""What this part keeps. Written only by `service`, `places` and `outbox`."""

from gongkai_site.disclosures.channels.models.channel import (
    Channel,
    ChannelKind,
    Mode,
    WeChatAccount,
)
from gongkai_site.disclosures.channels.models.delivery import Delivery, DeliveryState
from gongkai_site.disclosures.channels.models.places import PlaceKind, ReadingPlace, Transfer

__all__ = [
    "Channel",
    "ChannelKind",
    "Delivery",
    "DeliveryState",
    "Mode",
    "PlaceKind",
    "ReadingPlace",
    "Transfer",
    "WeChatAccount",
]
