"""One command or one batch of events: everything it writes and everything it says, or nothing.

A unit of work is one MongoDB transaction (snapshot reads, majority, journalled). mongoengine's ``save()`` and
``update()`` and raw collection calls inside it take part without being told, because the session is bound to the
context (pymongo ``ClientSession.bind``). Publishing is possible only here, so a write to the database and to Kafka
side by side cannot be expressed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import pymongo
from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.client_session_shared import TransactionOptions
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from contracts.base import Event
from kernel import outbox
from kernel.clock import Clock
from kernel.config import Settings
from kernel.crash import crash_point
from kernel.envelope import Envelope
from kernel.ids import new_id
from kernel.locality import Locality
from kernel.mongo import RawDatabase

T = TypeVar("T")
WriteOperation = InsertOne[Any] | UpdateOne | UpdateMany | ReplaceOne[Any] | DeleteOne | DeleteMany

DURABLE = TransactionOptions(
    read_concern=ReadConcern("snapshot"),
    write_concern=WriteConcern("majority", j=True),
    read_preference=ReadPreference.PRIMARY,
)


@dataclass
class UnitOfWork:
    """What a command or handler is given: the database inside the transaction, the time, and ``publish``."""

    db: RawDatabase
    locality: Locality
    clock: Clock
    traceparent: str | None = None
    cause: Envelope | None = None
    """The event being handled, or None in a command."""
    _rows: list[outbox.Row] = field(default_factory=list)
    _deferred: dict[str, list[WriteOperation]] = field(default_factory=dict)

    def now(self) -> datetime:
        """The current instant in UTC, to the millisecond."""
        return self.clock.now()

    def publish(self, event: Event) -> str:
        """Say ``event`` when, and only when, this unit of work commits. Returns the event's id."""
        envelope = outbox.envelope_of(
            event,
            event_id=new_id(),
            time=self.now(),
            locality=self.locality.slug,
            traceparent=self.cause.traceparent if self.cause else self.traceparent,
            causationid=self.cause.id if self.cause else None,
        )
        self._rows.append(outbox.row_of(envelope, outbox.topic_for(event, self.locality.slug)))
        return envelope.id

    def defer(self, collection: str, operation: WriteOperation) -> None:
        """Write at the end of this unit of work, together with all that is deferred for ``collection``, in that order.

        For effects that nothing in the same unit of work reads: a batch of events then takes one round trip to the
        database instead of one for each event. An operation that fails fails the whole unit of work; the consumer
        finds the event that is to blame by trying smaller batches.
        """
        self._deferred.setdefault(collection, []).append(operation)

    def handling(self, cause: Envelope) -> UnitOfWork:
        """The same unit of work as one of the events in its batch sees it: what it publishes names ``cause``."""
        # Not ``dataclasses.replace``, which would cost more than many a handler.
        return UnitOfWork(self.db, self.locality, self.clock, self.traceparent, cause, self._rows, self._deferred)

    def unsay(self) -> None:
        """Drop what was published: events that are handled again to rebuild were answered the first time."""
        self._rows.clear()

    def flush(self, session: ClientSession) -> None:
        """Write what was deferred, then what was published: one insert into the outbox, the last of the transaction.

        ``stamp`` is the server's logical clock as this transaction saw it. Two transactions that touched a common
        document have stamps in the order of their commits, whatever their wall clocks said: the order to publish in
        when the change stream cannot tell it any more.
        """
        for collection, operations in self._deferred.items():
            self.db[collection].bulk_write(operations, ordered=True)
        if not self._rows:
            return
        if session.operation_time is None:
            self.db[outbox.COLLECTION].find_one({"_id": ""}, {"_id": 1})
        stamp = session.operation_time
        for index, row in enumerate(self._rows):
            row["stamp"] = stamp
            row["n"] = index
        self.db[outbox.COLLECTION].insert_many(self._rows, ordered=True)


class Store:
    """Opens units of work on one service's database."""

    def __init__(self, db: RawDatabase, locality: Locality, clock: Clock, settings: Settings) -> None:
        self.db = db
        self.locality = locality
        self.clock = clock
        self._timeout = settings.transaction_timeout.total_seconds()

    def transact(self, work: Callable[[UnitOfWork], T], *, traceparent: str | None = None) -> T:
        """Run ``work`` in one transaction and return what it returns, after the commit is durable.

        ``work`` may be run several times (write conflicts, elections, an unknown commit result are retried until the
        transaction timeout), so it must do nothing that a rollback does not undo. Whatever it raises rolls
        everything back and is raised to the caller.
        """

        def attempt(session: ClientSession) -> T:
            uow = UnitOfWork(db=self.db, locality=self.locality, clock=self.clock, traceparent=traceparent)
            try:
                result = work(uow)
                uow.flush(session)
                crash_point("work.flushed")
            except PyMongoError:
                raise
            except Exception as error:
                behind = _transient_error_behind(error)
                if behind is not None:
                    raise behind from error
                raise
            return result

        with (
            pymongo.timeout(self._timeout),
            self.db.client.start_session(default_transaction_options=DURABLE) as session,
            session.bind(end_session=False),
        ):
            result: T = session.with_transaction(attempt)
            crash_point("work.committed")
            return result


def _transient_error_behind(error: BaseException) -> PyMongoError | None:
    """The driver's error that mongoengine wrapped: the driver retries only errors it knows as its own."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, PyMongoError):
            return seen if seen.has_error_label("TransientTransactionError") else None
        seen = seen.__cause__ or seen.__context__
    return None
