"""Publishing history again: all of it when a broker lost its log, one partition when a consumer asks, or on demand.

What is under way is kept in the database, so that a relay that dies in the middle, or its successor, goes on there.
"""

from __future__ import annotations

from typing import Any

import structlog
from kafka import TopicPartition

from kernel import telemetry
from kernel.broker import Offsets
from kernel.inflight import check_acknowledged, check_log
from kernel.lease import Lease
from kernel.publications import Fenced, PublicationLog, Window
from kernel.replay import Marker
from kernel.sender import Sender
from kernel.unit_of_work import Store

log = structlog.get_logger()


class Republisher:
    """Publishes windows again in the order in which they were published first."""

    def __init__(self, service: str, store: Store, publications: PublicationLog, lease: Lease) -> None:
        self._service = service
        self._store = store
        self._log = publications
        self._lease = lease

    def all_again(self, reason: str) -> None:
        """Note that everything retained is to be published again, from the oldest window on."""
        first, last = self._log.first_number(), self._log.last()
        if first is not None and last is not None:
            self._log.save_rewind({"next": first, "until": last.number, "reason": reason, "whole": True})

    def begun_anew(self) -> bool:
        """Whether everything is being published again: the newest window tells of the log that was lost until then."""
        rewind = self._log.saved_rewind()
        return rewind is not None and bool(rewind.get("whole"))

    def resume(self, sender: Sender) -> None:
        """Go on with what is noted until it is done, window by window, each noted when it is acknowledged.

        Raises ``LogLost`` when the broker's log was lost meanwhile, ``Fenced`` when another relay has taken over.
        """
        rewind = self._log.saved_rewind()
        last = self._log.last()
        if rewind is None or last is None:
            return
        log.info("publishing_again", first=rewind["next"], until=rewind["until"], reason=rewind.get("reason"))
        only = TopicPartition(rewind["topic"], rewind["partition"]) if "topic" in rewind else None
        if only is not None:
            if not sender.has(only):
                self._not_there(rewind["order"], only)
                self._log.end_rewind(rewind)
                return
            self._must_lead()
            sender.mark(only, Marker(rewind["marker"], rewind["covered"], finished=False))
        ends = self._reached(rewind) if rewind.get("whole") else dict(last.ends)
        check_log(sender, ends)
        published = 0
        for window in self._log.windows_from(rewind["next"], rewind["until"]):
            rows = [row for row in self._log.rows(window.ids) if only is None or sender.goes_to(row, only)]
            self._must_lead()
            reached = sender.acknowledged([sender.send(row) for row in rows])
            check_acknowledged(reached, ends)
            ends |= {partition: end for partition, (_, end) in reached.items()}
            moved = ends if only is None else {only: ends.get(only, 0)}
            self._must_lead()
            self._log.rewrite_ends(window.number, moved if rewind.get("whole") else {**window.ends, **moved})
            published += len(rows)
            rewind = self._log.move_rewind(rewind, window.number + 1)
        self._must_lead()
        if only is not None:
            sender.mark(only, Marker(rewind["marker"], rewind["covered"], finished=True))
            self._must_lead()
        if rewind.get("order"):
            self._log.finish_order(rewind["order"], self._store.clock.now(), published, rewind["covered"])
        self._log.end_rewind(rewind)
        telemetry.count("events_republished_total", published, service=self._service)

    def _reached(self, rewind: dict[str, Any]) -> Offsets:
        """How far the new log reaches behind those windows of a whole ``rewind`` that are done.

        It begins at the oldest window, so the one before ``next``, where there is one, is the last that is done.
        """
        done = next(self._log.windows_from(rewind["next"] - 1, rewind["next"] - 1), None)
        return dict(done.ends) if done else {}

    def carry_out_orders(self, sender: Sender) -> None:
        """Publish again what consumers or an operator have asked for, oldest order first.

        One for a partition that is not there is done with: nothing can be written into it.
        """
        for order in self._log.open_orders():
            only = TopicPartition(order["topic"], order["partition"]) if order.get("topic") else None
            if only is not None and not sender.has(only):
                self._not_there(order["_id"], only)
                continue
            last = self._log.last()
            if last is not None:
                self._must_lead()
                self._log.begin_rewind(self._rewind_for(order, last))
                self.resume(sender)
                continue
            if only is not None:
                for finished in (False, True):
                    self._must_lead()
                    sender.mark(only, Marker(order["_id"], covered=True, finished=finished))
            self._must_lead()
            self._log.finish_order(order["_id"], self._store.clock.now(), 0, covered=True)

    def _must_lead(self) -> None:
        """Raise ``Fenced`` when another relay may have taken over: before each thing that it would then have done."""
        if not self._lease.valid():
            raise Fenced("the lease ran out while publishing again")

    def _not_there(self, order_id: str, partition: TopicPartition) -> None:
        self._must_lead()
        log.warning("replay_of_no_partition", order=order_id, partition=str(partition))
        self._log.finish_order(order_id, self._store.clock.now(), 0, covered=False)

    def _rewind_for(self, order: dict[str, Any], last: Window) -> dict[str, Any]:
        rewind: dict[str, Any] = {"until": last.number, "order": order["_id"], "reason": order["reason"]}
        if order.get("topic"):
            partition = TopicPartition(order["topic"], order["partition"])
            first = self._log.window_holding(partition, order["from_offset"])
            covered = order["from_offset"] >= self._log.purged_ends().get(partition, 0)
            rewind |= {"topic": partition.topic, "partition": partition.partition, "marker": order["_id"]}
        else:
            first = self._log.first_since(order["since"]) if order.get("since") else self._log.first_number()
            covered = True
        return rewind | {"next": first if first is not None else last.number + 1, "covered": covered}
