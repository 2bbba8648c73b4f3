"""Commission and income: whole pence, nothing lost, nothing made."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.marketplace.domain.money import MAX_PRICE, SOURCES, commission_on, split, with_zeros

prices = st.integers(0, MAX_PRICE * 100)
rates = st.integers(0, 10_000)


@given(prices, rates)
def test_price_is_commission_and_income(price, rate):
    shares = split(price, rate)
    assert shares.price == price == shares.commission + shares.income
    assert 0 <= shares.commission <= price
    assert 0 <= shares.income <= price


@given(prices, rates)
def test_commission_is_rounded_half_up_to_the_minor_unit(price, rate):
    exact = Decimal(price) * Decimal(rate) / Decimal(10_000)
    assert commission_on(price, rate) == exact.quantize(Decimal(1), ROUND_HALF_UP)


@given(prices, prices, rates)
def test_a_higher_price_never_means_less_income(one, other, rate):
    low, high = sorted((one, other))
    assert split(low, rate).income <= split(high, rate).income


@pytest.mark.parametrize(
    ("price", "rate", "commission"),
    [
        (0, 1500, 0),
        (3250, 1500, 488),
        (1, 5000, 1),
        (1, 4999, 0),
        (10, 500, 1),
        (9, 500, 0),
        (100, 10_000, 100),
        (3, 0, 0),
    ],
)
def test_known_commissions(price, rate, commission):
    assert commission_on(price, rate) == commission


@pytest.mark.parametrize(("price", "rate"), [(-1, 100), (1, -1), (1, 10_001)])
def test_what_cannot_be_is_refused(price, rate):
    with pytest.raises(ValueError, match=r"price|rate"):
        commission_on(price, rate)


def test_a_statement_shows_zeros_for_every_currency_and_source():
    totals = with_zeros([], ["GBP", "EUR"])
    assert [(row["currency"], row["source"]) for row in totals] == [(c, s) for c in ("EUR", "GBP") for s in SOURCES]
    assert {row[name] for row in totals for name in ("sales", "units", "price", "commission", "income")} == {0}


def test_a_statement_keeps_sums_and_currencies_no_longer_used():
    row = {"currency": "DEM", "source": "studio", "sales": 1, "units": 2, "price": 5, "commission": 0, "income": 5}
    totals = with_zeros([row], ["EUR"])
    assert row in totals
    assert len(totals) == 8
