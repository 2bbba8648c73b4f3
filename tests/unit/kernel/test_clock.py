from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import ManualClock, SystemClock, to_millisecond

instants = st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


@given(instants)
def test_an_instant_is_cut_never_rounded_up(instant: datetime) -> None:
    cut = to_millisecond(instant)
    assert cut.microsecond % 1000 == 0
    assert timedelta(0) <= instant - cut < timedelta(milliseconds=1)
    assert to_millisecond(cut) == cut


def test_the_system_clock_tells_now_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before - timedelta(milliseconds=1) < now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)
    assert now.microsecond % 1000 == 0


@given(instants, st.lists(st.timedeltas(timedelta(days=-1), timedelta(days=1)), max_size=5))
def test_the_manual_clock_moves_only_when_told(start: datetime, moves: list[timedelta]) -> None:
    clock = ManualClock(start)
    assert clock.now() == clock.now() == to_millisecond(start)
    for move in moves:
        before = clock.now()
        try:
            clock.advance(move)
        except OverflowError:
            return
        assert clock.now() == to_millisecond(before + move)
