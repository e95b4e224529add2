from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import flowsim
from flowsim.fitting.fit import Fit
from flowsim.sampling.distributions import Gamma, Lognormal
from flowsim.timeline import DAY, HOUR
from tests.fitting.extracts import written

HEADER = (
    "HOSPITAL PROVIDER SPELL NUMBER",
    "ADMISSION DATE",
    "ADMISSION TIME",
    "DISCHARGE READY DATE",
    "DISCHARGE READY TIME",
    "DISCHARGE DATE",
    "DISCHARGE TIME",
    "AGE",
    "ADMISSION METHOD",
    "DISCHARGE METHOD",
    "FRAILTY",
    "DISCHARGE PATHWAY",
)
START = np.datetime64("2016-04-01", "m")
DAYS = 90
PHASE = Lognormal(mean=5 * DAY, cv=1.2)


def spells(
    file: Path,
    *,
    hours_only: float = 0.0,
    with_hours: bool = True,
    ready_known: float = 1.0,
    until: int = DAYS,
    seed: int = 1,
) -> Path:
    """Write 9,000 spells: an acute phase of 5 days, then a wait of a day, or half a week on pathway 1.

    One in ten dies at the end of the acute phase. What happens after `until` days is not written.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(9000):
        came = rng.integers(0, DAYS * 1440)
        short = rng.random() < hours_only
        phase = Gamma(mean=6 * HOUR, cv=0.4) if short else PHASE
        ready = came + int(phase.quantile(rng.random()))
        died = not short and rng.random() < 0.1
        complex_ = not short and rng.random() < 0.2
        left = ready if died or short else ready + int((3.5 if complex_ else 1) * DAY)
        happened = [t if t < until * DAY else None for t in (ready, left)]
        if died or rng.random() > ready_known:
            happened[0] = None
        written_as = [_clock(t, with_hours) for t in (came, *happened)]
        age = ("30", "70", "80")[i % 3]
        ending = "" if happened[1] is None else "4" if died else "1"
        pathway = "" if happened[0] is None else "P1" if complex_ else "P0"
        rows.append(
            (
                i,
                *sum(written_as, ()),
                age,
                "21" if i % 2 else "22",
                ending,
                "6" if age == "80" else "3",
                pathway,
            )
        )
    return written(file, HEADER, rows)


def _clock(minutes: int | None, with_hours: bool) -> tuple[str, ...]:
    if minutes is None:
        return "", ""
    date, time = str(START + np.timedelta64(int(minutes), "m")).split("T")
    return date, time if with_hours else ""


def fitted(file: Path) -> Fit:
    return flowsim.fit(file, end=dt.date(2016, 6, 30))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    return fitted(spells(tmp_path_factory.mktemp("plain") / "x.csv"))


@pytest.fixture(scope="module")
def by_dates(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    return fitted(spells(tmp_path_factory.mktemp("dates") / "x.csv", with_hours=False))


def paths(found: Sequence[object]) -> set[str]:
    return {one.path for one in found}  # type: ignore[attr-defined]


@pytest.mark.parametrize("written_as", ["plain", "by_dates"])
def test_the_acute_phase_of_each_group_is_fitted_by_clocks_and_by_dates(
    request: pytest.FixtureRequest, written_as: str
) -> None:
    found: Fit = request.getfixturevalue(written_as)
    for group in ("under_65", "65_plus_not_frail", "frail"):
        one = found.duration("to_ready", group)
        assert one.path == f"wards.time_to_medically_ready.{group}"
        assert one.durations.by_dates is (written_as == "by_dates")
        assert one.fit is not None
        best = one.fit.best
        assert best.family == "lognormal"
        assert abs(np.log(best.mean / PHASE.average())) < 4 * best.log_mean_error
    # One in ten dies; of those who live one in five needs pathway 1.
    death, complex_ = found.value("wards.death"), found.value("discharge.complex")
    assert all(abs(share - 0.1) < 4 * np.sqrt(0.1 * 0.9 / 2700) for share in death.value.values())
    assert all(abs(share - 0.2) < 4 * np.sqrt(0.2 * 0.8 / 2400) for share in complex_.value.values())
    assert found.value("demand.direct_per_day").value == pytest.approx(4500 / 90, abs=0.1)


def test_those_who_need_a_bed_for_hours_only_are_told_apart(tmp_path: Path) -> None:
    found = fitted(spells(tmp_path / "x.csv", hours_only=0.25))
    low, high = found.value("wards.zero_day").interval["share"]
    assert abs(found.value("wards.zero_day").value - 0.25) < 4 * (high - low) / (2 * 1.96) < 0.1
    for group in ("under_65", "65_plus_not_frail", "frail"):
        one = found.duration("to_ready", group).fit
        assert one is not None and one.best.family == "lognormal"


def test_nobody_needs_a_bed_for_hours_only_where_short_stays_are_those_of_the_phase(plain: Fit) -> None:
    assert plain.value("wards.zero_day").value < 0.03


def test_ready_times_that_are_seldom_filled_in_are_not_used(tmp_path: Path) -> None:
    found = fitted(spells(tmp_path / "x.csv", ready_known=0.7))
    assert not {path for path in paths(found.values) if path.startswith("wards.time_to_medically_ready")}
    assert "wards.time_to_medically_ready.frail" in paths(found.without)
    assert found.duration("length_of_stay", "frail").path == ""


def test_ready_times_that_are_missing_do_not_make_deaths_more(plain: Fit, tmp_path: Path) -> None:
    # The same patients: of those who live a sixth lack the time. Without them 0.1 would be 0.117.
    some = fitted(spells(tmp_path / "x.csv", ready_known=5 / 6)).value("wards.death")
    assert some.value == pytest.approx(plain.value("wards.death").value, abs=0.002)


def test_the_wait_from_ready_to_discharge_is_told_but_not_put_in(plain: Fit) -> None:
    for pathway, days in (("P0", 1.0), ("P1", 3.5)):
        one = plain.duration("ready_to_discharge", pathway)
        assert one.path == ""
        ended = one.durations.low[np.isfinite(one.durations.high)]
        assert set(ended) == {days * DAY}
    assert not any("ready_to_discharge" in path for path in paths(plain.values))


def test_finished_spells_alone_are_noticed(tmp_path: Path) -> None:
    file = spells(tmp_path / "x.csv")
    lines = file.read_text().splitlines()
    left = HEADER.index("DISCHARGE DATE")
    file.write_text("\n".join([lines[0], *(line for line in lines[1:] if line.split(",")[left])]))
    notes = fitted(file).duration("length_of_stay", "frail").notes
    assert "nobody is still in: of finished stays alone the long ones that began late are missing" in notes


@pytest.mark.parametrize("with_hours", [True, False])
def test_an_extract_pulled_later_tells_what_one_pulled_at_its_end_does(
    tmp_path: Path, with_hours: bool
) -> None:
    later = spells(tmp_path / "later.csv", with_hours=with_hours, until=10 * DAYS)
    with later.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for clock in ("DISCHARGE READY", "DISCHARGE"):
            if row[f"{clock} DATE"] >= "2016-06-30":
                row[f"{clock} DATE"] = row[f"{clock} TIME"] = ""
    found = fitted(later)
    same = fitted(written(tmp_path / "then.csv", HEADER, [list(row.values()) for row in rows]))
    assert found.extracts[0].still_in.sum() > 500
    assert found.extracts[0].findings == same.extracts[0].findings
    assert (found.values, found.without) == (same.values, same.without)
    for one, other in zip(found.timed, same.timed, strict=True):
        assert (one.name, one.group, one.notes) == (other.name, other.group, other.notes)
        assert repr(one.fit) == repr(other.fit)
        for field in ("low", "high", "weight"):
            assert np.array_equal(getattr(one.durations, field), getattr(other.durations, field))


def direct_per_day(file: Path, rows: Sequence[Sequence[str]], start: str | None = None) -> float:
    found = flowsim.fit(written(file, HEADER, rows), start=start, end="2016-06-30")
    return float(found.value("demand.direct_per_day").value)


def test_a_slip_of_the_year_does_not_make_direct_admissions_fewer_a_day(tmp_path: Path) -> None:
    rows = [line.split(",") for line in spells(tmp_path / "x.csv").read_text().splitlines()[1:]]
    came = HEADER.index("ADMISSION DATE")
    rows[99][came] = rows[99][came].replace("2016", "2006")
    assert direct_per_day(tmp_path / "slip.csv", rows) == pytest.approx(4500 / DAYS, abs=0.1)


def test_direct_admissions_of_an_extract_by_discharge_are_those_of_its_days(tmp_path: Path) -> None:
    # Of the 31 days before it begins it has the long stays alone: a few days of them pass for whole ones.
    rows = [line.split(",") for line in spells(tmp_path / "x.csv").read_text().splitlines()[1:]]
    came, left, method = map(HEADER.index, ("ADMISSION DATE", "DISCHARGE DATE", "ADMISSION METHOD"))
    rows = [row for row in rows if not row[left] or row[left] >= "2016-05-02"]
    assert direct_per_day(tmp_path / "a.csv", rows) == pytest.approx(4500 / DAYS, rel=0.1)
    asked = direct_per_day(tmp_path / "b.csv", rows, start="2016-05-02")
    direct = sum(row[method] == "22" and row[came] >= "2016-05-02" for row in rows)
    assert asked == pytest.approx(direct / (DAYS - 31), abs=0.1)
