"""Opening hours of every shape for Hypothesis: seasons, exceptions, closed days, times past midnight."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from services.visitor.domain.hours import DAY, LATEST, Hours, Otherwise, Season, Span, problem_with


@st.composite
def spans(draw):
    """The spans of a day: in order and apart, the last maybe past midnight, to the minute."""
    times = sorted(draw(st.lists(st.integers(0, DAY - 1), max_size=7, unique=True)))
    found = [Span(*pair) for pair in zip(times[::2], times[1::2], strict=False)]
    if len(times) % 2:
        found.append(Span(times[-1], draw(st.integers(times[-1] + 1, LATEST))))
    found = found[-4:]
    return tuple(found) if problem_with(found) is None else ()


weeks = st.one_of(
    st.tuples(*[spans()] * 7),
    st.lists(spans(), min_size=2, max_size=2).flatmap(lambda two: st.tuples(*[st.sampled_from([*two, ()])] * 7)),
    st.just(((Span(0, DAY),),) * 7),
)
month_days = st.dates(date(2020, 1, 1), date(2020, 12, 31)).map(lambda day: (day.month, day.day))
seasons = st.one_of(st.builds(Season, weeks), st.builds(Season, weeks, month_days, month_days))
days = st.dates(date(2018, 1, 1), date(2030, 12, 31))
exceptions = st.builds(
    lambda first, length, spans: Otherwise(first, first + timedelta(days=length), spans),
    days,
    st.integers(0, 40),
    spans(),
)
hours = st.builds(
    Hours,
    st.lists(seasons, min_size=1, max_size=4).map(tuple),
    st.lists(exceptions, max_size=5).map(tuple),
)
