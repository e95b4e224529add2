"""The price book: every price with its unit, year, payer, source and range; nothing is priced without them.

The shipped book is `data/prices.yaml`. It is no part of a scenario: a changed price runs nothing again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from flowsim.errors import InputError, Problem
from flowsim.finance.ledger import CONTRACTS, Contract
from flowsim.finance.price_forms import (
    INDICES,
    Assumption,
    Assumptions,
    Cost,
    FinancialYear,
    Harm,
    Index,
    IndexName,
    Price,
    Prices,
    Rules,
)
from flowsim.scenario.complaints import by_line, complaints
from flowsim.scenario.names import Identifier
from flowsim.scenario.sections.section import section
from flowsim.scenario.shipped import shipped_folder
from flowsim.scenario.yaml_file import IN_PYTHON, read_yaml, write_yaml
from flowsim.wording import known, quoted

Entry = TypeVar("Entry", bound=Price | Assumption)


@section
class PriceBook:
    """A price book that was checked whole."""

    prices_of: FinancialYear
    """The year whose prices all results are in."""
    indices: dict[IndexName, Index]
    """What moves prices between years."""
    prices: Prices
    assumptions: Assumptions
    rules: Rules
    harm: Harm
    contract: Contract = CONTRACTS[0]
    """Whose cash the headlines follow; it is shown under both."""
    interventions: dict[Identifier, Cost] = field(default_factory=dict)
    """What interventions cost beyond beds and slots, by name."""

    def price(self, name: str) -> Price:
        """Return a price by its name, that of an intervention as `fit-12x7.running`.

        Raises
        ------
        InputError
            If there is none, with those there are.
        """
        return known("price", name, self.every_price())

    def every_price(self) -> dict[str, Price]:
        """Return all prices by name, those of interventions behind."""
        found: dict[str, Price] = {one.name: getattr(self.prices, one.name) for one in fields(self.prices)}
        for name, cost in self.interventions.items():
            kinds = {"running": cost.running, "investment": cost.investment}
            found |= {f"{name}.{kind}": price for kind, price in kinds.items() if price is not None}
        return found

    def called(self, name: str, titles: Mapping[str, str]) -> str:
        """Return what a price or an assumption is, in words; interventions by name with their titles.

        Raises
        ------
        InputError
            If there is none, with those there are.
        """
        known("price", name, {**self.every_price(), **self.every_assumption()})
        owner, _, kind = name.rpartition(".")
        if owner:
            words = {"running": "the running cost of", "investment": "the investment in"}
            return f"{words[kind]} {titles.get(owner, owner)}"
        return described()[name]

    def every_assumption(self) -> dict[str, Assumption]:
        """Return all assumptions by name."""
        return {one.name: getattr(self.assumptions, one.name) for one in fields(self.assumptions)}

    def with_value(self, name: str, value: float) -> PriceBook:
        """Return the book with another value of a price or an assumption, its range in proportion.

        Raises
        ------
        InputError
            If there is no such name, or the value is below 0.
        """
        both: dict[str, Price | Assumption] = {**self.every_price(), **self.every_assumption()}
        old = known("price", name, both)
        least = f"{name} must be {'more than 0' if name == 'elective_stay' else '0 or more'}"
        if not 0 <= value < float("inf") or (not value and name == "elective_stay"):
            raise InputError(f"{least}; found {quoted(value)}")
        new = _moved(old, value)
        owner, _, kind = name.rpartition(".")
        if isinstance(new, Assumption):
            return replace(self, assumptions=replace(self.assumptions, **{name: new}))
        if not owner:
            return replace(self, prices=replace(self.prices, **{name: new}))
        old_cost = self.interventions[owner]
        cost = replace(old_cost, running=new) if kind == "running" else replace(old_cost, investment=new)
        return replace(self, interventions={**self.interventions, owner: cost})


def _moved(old: Entry, value: float) -> Entry:
    """Return an entry with another value, its range in proportion."""
    low, high = (old.low * value / old.value, old.high * value / old.value) if old.value else (value, value)
    source = f"{old.source}; changed"
    return replace(old, value=value, low=min(low, value), high=max(high, value), source=source)


def shipped_prices() -> Path:
    """Return the file of the shipped price book."""
    return shipped_folder() / "data" / "prices.yaml"


def read_prices(file: str | Path | None = None) -> PriceBook:
    """Return a price book, checked whole; the shipped one if no file is given.

    Raises
    ------
    InputError
        With every problem of the file, each with its line.
    """
    file = Path(file) if file is not None else shipped_prices()
    document = read_yaml(file)
    try:
        book = _adapter().validate_json(json.dumps(document.tree))
    except ValidationError as error:
        schema = _adapter().json_schema()
        problems = complaints(error, document.tree, document.places, schema, file)
        raise InputError(sorted(problems, key=by_line)) from None
    missing = [name for name in INDICES if name not in book.indices]
    if missing:
        place = str(document.places.get(("indices",), IN_PYTHON))
        message = f"must have {' and '.join(INDICES)}; {' and '.join(missing)} missing"
        raise InputError([Problem(place, "indices", message)])
    return book


def prices_schema() -> dict[str, Any]:
    """Return the JSON Schema of price books, for editors."""
    tree = dict(_adapter().json_schema())
    tree["title"] = "Price book"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **tree}


@cache
def described() -> dict[str, str]:
    """Return what each price and assumption is, by name: its description as far as the first comma."""
    forms = _adapter().json_schema()["$defs"]
    return {
        name: re.split("[,;.]", (text := one["description"])[0].lower() + text[1:])[0]
        for form in ("Prices", "Assumptions")
        for name, one in forms[form]["properties"].items()
    }


def written_prices(book: PriceBook) -> str:
    """Return a price book as YAML that reads back to the same."""
    return write_yaml(_adapter().dump_python(book, mode="json", exclude_none=True))


@cache
def _adapter() -> TypeAdapter[PriceBook]:
    return TypeAdapter(PriceBook)
