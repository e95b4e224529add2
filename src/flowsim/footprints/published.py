"""What NHS England published of a hospital: attendances by month, beds by quarter.

Of trusts with a major A&E department in 2016/17 it is shipped in `data/`; of a template it is in the files
that its scenario names. A row is kept as it was published, as text.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flowsim.errors import InputError
from flowsim.experiments.runs.record import whole_months
from flowsim.scenario.csv_file import read_csv
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import shipped_folder
from flowsim.wording import nearest, quoted

TRUSTS = "trusts_2016_17.csv"
ATTENDANCES = "ae_attendances_2016_17.csv"
BEDS = "kh03_2016_17.csv"

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """What was published of one hospital, each table by the months or quarters of its rows, as `2016-04`.

    Parameters
    ----------
    code : str
        Of the trust; empty if nothing tells it.
    name : str
    volumes : dict
        Attendances by month and type.
    months : dict
        Attendances, breaches and admissions by month.
    quarters : dict
        General and acute beds open and occupied, by the first month of the quarter.
    """

    code: str
    name: str
    volumes: dict[str, Row]
    months: dict[str, Row]
    quarters: dict[str, Row]


@cache
def trusts() -> dict[str, str]:
    """Return the names of the trusts that can be made, by their codes."""
    return {row["org_code"]: row["org_name"] for row in _shipped(TRUSTS)}


def of_trust(code: str) -> Published:
    """Return what was published of a trust, by its code in capitals or small letters.

    Raises
    ------
    InputError
        If there is no such trust; with the one that may be meant.
    """
    known = trusts()
    if code.upper() not in known:
        raise InputError(_unknown_trust(code, known))
    code = code.upper()
    months = _by_month(row for row in _shipped(ATTENDANCES) if row["org_code"] == code)
    beds = _by_month(row for row in _shipped(BEDS) if row["org_code"] == code)
    return Published(code, known[code], months, months, beds)


def of_template(scenario: Scenario) -> Published:
    """Return what the files that a template names publish of the time that it runs.

    Raises
    ------
    InputError
        If it names no record to scale from.
    """
    run = scenario.run
    if run.record is None or run.record_of_beds is None:
        raise InputError(
            "the template must name run.record and run.record_of_beds, to scale from; "
            f"{scenario.name} does not"
        )
    reported = whole_months(run.start, run.days)
    tables = [_by_month(_rows(file)) for file in (scenario.demand.volumes, run.record, run.record_of_beds)]
    volumes, months, quarters = ({key: t[key] for key in t if key in reported} for t in tables)
    if not (volumes and months and quarters):
        raise InputError(
            f"the template must have a record of the time that it runs; that of {scenario.name} has none"
        )
    code = next(iter(quarters.values())).get("org_code", "")
    return Published(code, scenario.title, volumes, months, quarters)


def _unknown_trust(code: str, known: Mapping[str, str]) -> str:
    in_name = next((one for one, name in known.items() if code and code.lower() in name.lower()), None)
    close = in_name or _like(code.lower(), known)
    hint = f"did you mean {close} ({known[close]})? " if close else ""
    return f"unknown trust {quoted(code)}; {hint}flowsim new --list shows all {len(known)}"


def _like(written: str, known: Mapping[str, str]) -> str | None:
    """Return the trust whose code, or a word of its name alone, is most like what was written."""
    words = [(word, one) for one, name in known.items() for word in set(name.lower().split())]
    often = Counter(word for word, _ in words)
    meant = {one.lower(): one for one in known} | {word: one for word, one in words if often[word] == 1}
    like = nearest(written, meant)
    return meant[like] if like else None


def _by_month(rows: Iterator[Row]) -> dict[str, Row]:
    """Return rows by their month, or the first month of their quarter."""
    found = {}
    for row in rows:
        written = row.get("period") or row.get("period_start", "")
        try:
            first = dt.date.fromisoformat(written)
        except ValueError:
            raise InputError(
                f"a published table must have a date in each period or period_start; found {quoted(written)}"
            ) from None
        found[f"{first:%Y-%m}"] = row
    return found


def _shipped(name: str) -> Iterator[Row]:
    return _rows(shipped_folder() / "data" / name)


def _rows(file: Path) -> Iterator[Row]:
    yield from (row.cells for row in read_csv(file).rows)
