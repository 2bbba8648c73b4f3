"""What a service is: the one declaration that ``services/<name>/service.py`` makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.base import Event

if TYPE_CHECKING:
    from flask_smorest import Blueprint
    from mongoengine import Document

    from kernel.chores import Chore
    from kernel.unit_of_work import UnitOfWork

Handler = Callable[[Any, "UnitOfWork"], None]
"""``on_something(event, uow)``: applies one event inside the unit of work it is given; raises to have it retried."""


@dataclass(frozen=True)
class Service:
    """A service's table of contents."""

    name: str
    title: str
    api: Sequence[Blueprint]
    documents: Sequence[type[Document]]
    publishes: Sequence[type[Event]]
    reacts: Mapping[type[Event], Handler]
    projections: Sequence[type[Document]] = field(default_factory=tuple)
    """Documents written by handlers only: ``rebuild`` drops them and makes them anew from the log."""
    chores: Sequence[Chore] = field(default_factory=tuple)
    """What its worker does because time has passed."""

    @property
    def all_documents(self) -> tuple[type[Document], ...]:
        """Its own documents and its projections."""
        return (*self.documents, *self.projections)

    def __post_init__(self) -> None:
        for event in self.publishes:
            if event.service() != self.name:
                raise ValueError(f"{self.name} declares {event.TYPE}, which is not its own")
        for document in self.all_documents:
            alias = document._meta.get("db_alias")
            if alias != self.name:
                raise ValueError(f"{document.__name__} has db_alias {alias!r}, expected {self.name!r}")
