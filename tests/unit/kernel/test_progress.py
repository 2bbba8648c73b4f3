"""A position is the first offset that is not done, whatever the order in which records become done."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition

from kernel.broker import Offsets
from kernel.mongo import RawDatabase
from kernel.positions import share_of
from kernel.progress import Progress

ONE, TWO = TopicPartition("t", 0), TopicPartition("t", 1)


@dataclass(frozen=True)
class Record:
    partition: TopicPartition
    offset: int


@dataclass
class Kept:
    """Positions as they were saved, instead of the database."""

    saves: list[Offsets] = field(default_factory=list)
    advances: list[Offsets] = field(default_factory=list)

    def save(self, offsets: Offsets) -> None:
        self.saves.append(offsets)

    def advance(self, db: RawDatabase | None, offsets: Offsets) -> None:
        self.advances.append(offsets)


def progress() -> tuple[Progress, Kept]:
    kept = Kept()
    return Progress(kept), kept


@given(st.integers(1, 30).flatmap(lambda count: st.tuples(st.just(count), st.permutations(range(count)))))
def test_the_position_never_passes_a_record_that_is_not_done(drawn: tuple[int, list[int]]) -> None:
    count, order = drawn
    tracked, kept = progress()
    for offset in range(count):
        tracked.polled(ONE, offset)
    left = set(range(count))
    for offset in order:
        tracked.advance(None, [Record(ONE, offset)])  # type: ignore[arg-type]
        left.discard(offset)
        assert kept.advances[-1] == {ONE: min(left, default=count)}
        tracked.applied([Record(ONE, offset)])
        assert tracked.position(ONE) == min(left, default=count)
    tracked.save()
    assert kept.saves == [{}], "what was kept in transactions is not kept again"


def test_what_needs_no_effect_is_saved_by_and_by_and_once() -> None:
    tracked, kept = progress()
    for offset in (5, 6):
        tracked.polled(ONE, offset)
        tracked.passed(ONE, offset)
    tracked.polled(TWO, 9)
    tracked.save()
    tracked.save()
    assert kept.saves == [{ONE: 7, TWO: 9}, {}]


def test_a_rolled_back_transaction_leaves_the_position() -> None:
    tracked, _ = progress()
    tracked.polled(ONE, 3)
    tracked.advance(None, [Record(ONE, 3)])  # type: ignore[arg-type]
    assert tracked.position(ONE) == 3


def test_a_forgotten_partition_has_no_position_and_the_others_keep_theirs() -> None:
    tracked, kept = progress()
    tracked.polled(ONE, 3)
    tracked.polled(TWO, 4)
    tracked.forget([ONE])
    assert tracked.position(ONE) is None
    tracked.save()
    assert kept.saves == [{TWO: 4}]


@given(st.sets(st.text(min_size=1), min_size=1, max_size=9), st.integers(0, 40))
def test_the_shares_of_all_members_are_all_partitions_and_differ_by_one_at_most(names: set[str], count: int) -> None:
    shares = [share_of(name, names, count) for name in names]
    assert sum(shares) == count
    assert max(shares) - min(shares) <= 1


def test_a_worker_that_nobody_sees_yet_counts_itself() -> None:
    assert share_of("b", ["a"], 4) == 2
