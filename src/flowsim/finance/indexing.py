"""Prices of one year in those of another, by a named index."""

from __future__ import annotations

from flowsim.finance.price_forms import Index, Price
from flowsim.finance.prices import PriceBook


def factor(index: Index, of: str, to: str) -> float:
    """Return what a price of one financial year is multiplied by to be one of another.

    Parameters
    ----------
    index : Index
        Its rise is taken to be the same every year.
    of, to : str
        Financial years such as `2016-17`.
    """
    return float((1 + index.yearly) ** (int(to[:4]) - int(of[:4])))


def factor_of(price: Price, book: PriceBook) -> float:
    """Return what a price is multiplied by to be in the prices of its book."""
    return factor(book.indices[price.index], price.year, book.prices_of)
