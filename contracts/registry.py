"""The list of all events: what is in it exists, what is not does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import ModuleType

from contracts import festivals, marketplace, media, replays, visitor
from contracts.base import Event

PRODUCERS: tuple[ModuleType, ...] = (visitor, festivals, marketplace, media)
"""One contract module for each producing service."""

MODULES: tuple[ModuleType, ...] = (*PRODUCERS, replays)
"""All contract modules: those of the services, and what every service may say. Each has a topic of its name."""


def events_of(module: ModuleType) -> Iterator[type[Event]]:
    """The events that ``module`` itself declares, in the order they stand there."""
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Event) and value.__module__ == module.__name__:
            yield value


class Registry:
    """Event classes by type name. Two classes of one name are refused."""

    def __init__(self, events: Iterable[type[Event]]) -> None:
        self._by_type: dict[str, type[Event]] = {}
        for event in events:
            if event.TYPE in self._by_type:
                raise ValueError(f"two events are named {event.TYPE}")
            self._by_type[event.TYPE] = event

    def __iter__(self) -> Iterator[type[Event]]:
        return iter(self._by_type.values())

    def __len__(self) -> int:
        return len(self._by_type)

    def get(self, type_name: str) -> type[Event] | None:
        """The event class of that type name, or None when this release does not know it."""
        return self._by_type.get(type_name)

    def majors_of(self, type_name: str) -> list[int]:
        """The major versions known of ``type_name``, whatever its own: empty when the name itself is unknown."""
        stem = type_name.rsplit(".v", 1)[0]
        return sorted(event.major() for event in self if event.TYPE.rsplit(".v", 1)[0] == stem)


REGISTRY = Registry(event for module in MODULES for event in events_of(module))
"""Every event of the platform."""


def topic_of(locality: str, service: str) -> str:
    """The topic a service publishes to in a locality: ``<locality>.<service>``."""
    return f"{locality}.{service}"


def topics(locality: str) -> list[str]:
    """All topics of a locality."""
    return sorted({topic_of(locality, event.service()) for event in REGISTRY})
