from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.warm_up import WarmUp
from flowsim.outcomes import METRICS
from flowsim.report.run_table import SECTIONS, run_table
from flowsim.report.terminal import WIDTH
from flowsim.scenario.levers import Change
from tests.report.results import by_hand


def shown(results: Results, *changes: Change) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=WIDTH).print(run_table(results, changes))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_the_table_says_below_the_title_what_was_changed_as_it_was_typed() -> None:
    changes = (
        Change("acute_medicine.amu_beds", "add", 6),
        Change("integrated_discharge.brokerage.P3", "times", 0.8),
        Change("emergency_department.patience", "set", "3 h"),
        Change("frailty.fit_hours", "set", {"Mon-Sun": "closed"}),
    )
    assert shown(by_hand(), *changes)[2:7] == [
        "Changed: acute_medicine.amu_beds+=6",
        "Changed: integrated_discharge.brokerage.P3*=0.8",
        "Changed: emergency_department.patience=3 h",
        'Changed: frailty.fit_hours={"Mon-Sun": "closed"}',
        "",
    ]


def test_every_row_is_a_metric_and_stands_once() -> None:
    rows = [name for names in SECTIONS.values() for name in names]
    assert set(rows) <= set(METRICS)
    assert len(rows) == len(set(rows))


def test_the_table_says_what_was_run_and_gives_means_intervals_and_the_record() -> None:
    # Two replications: 0.80 and 0.81, sd 0.00707, half-width 12.706 * 0.00707 / sqrt(2) = 0.0635.
    assert shown(by_hand()) == [
        "A hospital",
        "1 August 2016 to 31 October 2016, 2 replications, seed 7",
        "",
        "                                            Mean    95% interval     Single runs",
        "Emergency department",
        " Within four hours, all types              80.5%       74.1–86.9       80.0–81.0",
        " Within four hours, type 1                 70.5%       64.1–76.9       70.0–71.0",
        "",
        "By month",
        "                                                        Within four",
        "                                                   hours, all types 95% interval",
        " August 2016                                                  80.5%    74.1–86.9",
        " September 2016                                               80.5%    74.1–86.9",
        " October 2016                                                 80.5%    74.1–86.9",
        "",
        "Beside the published record, August to September 2016",
        "                                           Model    95% interval       Published",
        " Within four hours, all types              80.5%       74.1–86.9           79.0%",
        "Published: The publisher.",
        "",
        "The interval is of the mean over replications (Student t). Single runs: the",
        "lowest and the highest replication.",
        "",
        "Overload: in 2 of 2 replications the queue for pathway 2 places in FG was still",
        "growing at the end, from 1 September 2016 on by about 0.45 patients a day to 41",
        "waiting. A longer run would give longer waits: read them as getting worse, not",
        "as a level.",
    ]


def test_one_replication_has_no_interval_and_says_why() -> None:
    lines = shown(by_hand(1))
    assert " Within four hours, all types              80.0%               –               –" in lines
    assert "One replication gives no interval; ask for more with --replications." in lines


def test_without_a_record_there_is_no_second_table() -> None:
    assert not any("published" in line.lower() for line in shown(by_hand(published=())))


def test_what_the_compiler_warns_of_is_told() -> None:
    lines = shown(by_hand(warnings=("a and b are held while waiting for one another",)))
    assert "Warning: a and b are held while waiting for one another" in lines


def test_a_warm_up_that_is_too_short_is_warned_of() -> None:
    short = WarmUp(days=100.0, judged_days=100, settled_after_days=70)
    lines = shown(replace(by_hand(), warm_up=short))
    assert any(line.startswith("Warning: the warm-up of 100 days seems too short") for line in lines)
    assert not any("warm-up" in line for line in shown(by_hand()))


def test_a_part_of_a_month_is_no_month() -> None:
    lines = shown(by_hand(days=91))
    assert " September 2016                                               80.5%    74.1–86.9" in lines
    assert not any(line.startswith(" October") for line in lines)
    assert "By month" not in shown(by_hand(days=60))


def test_a_title_is_text_and_not_markup() -> None:
    assert shown(by_hand(title="[bold]A[/] \x1b[31mhospital"))[0] == "[bold]A[/] [31mhospital"
