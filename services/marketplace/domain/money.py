"""Prices, commission and income, in integer minor units (pence, cents)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

WHOLE = 10_000
"""Basis points in a whole: a commission of 1500 basis points is 15 %."""

MAX_PRICE = 100_000_000
"""The highest price of one unit, in minor units: a million pounds or euros."""

SOURCES = ("studio", "popup", "online", "order")
"""The streams that a maker's income comes from."""


@dataclass(frozen=True)
class Split:
    """How a takings amount is shared out; ``price == commission + income``, always."""

    price: int
    commission: int
    income: int


def commission_on(price: int, basis_points: int) -> int:
    """The commission on ``price``: ``price x basis_points / 10 000``, rounded half up to the minor unit.

    Integers only, so no binary fraction ever decides a penny. The rounding is done once for a whole sale, not for each
    unit of it. Raises ``ValueError`` for a negative price or a rate outside 0 to 10 000.
    """
    if price < 0:
        raise ValueError("a price is not negative")
    if not 0 <= basis_points <= WHOLE:
        raise ValueError(f"a commission rate lies between 0 and {WHOLE} basis points")
    return (2 * price * basis_points + WHOLE) // (2 * WHOLE)


def split(price: int, basis_points: int) -> Split:
    """Share out ``price`` between the shop (commission) and the maker (income: the rest, never rounded itself)."""
    commission = commission_on(price, basis_points)
    return Split(price=price, commission=commission, income=price - commission)


def with_zeros(rows: Iterable[dict[str, Any]], currencies: Iterable[str]) -> list[dict[str, Any]]:
    """Totals for every currency and every source, zeros where nothing was sold yet: a statement from day one.

    ``rows`` are ``{currency, source, sales, units, price, commission, income}``. A currency that was sold in and is
    not in ``currencies`` (any more) is kept. Sorted by currency, then in the order of ``SOURCES``.
    """
    known = {(row["currency"], row["source"]): row for row in rows}
    shown = sorted({*currencies, *(currency for currency, _ in known)})
    zero = {"sales": 0, "units": 0, "price": 0, "commission": 0, "income": 0}
    return [
        {"currency": currency, "source": source, **zero, **known.get((currency, source), {})}
        for currency in shown
        for source in SOURCES
    ]
