"""A sweep: its arms, their figures and differences; nothing is run twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import flowsim
from flowsim.errors import InputError
from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.run import run
from flowsim.experiments.runs.store import Store
from flowsim.experiments.sweeps.folder import load_sweep, write_sweep
from flowsim.experiments.sweeps.plan import plan_sweep
from flowsim.experiments.sweeps.results import Sweep, SweptArm, changed
from flowsim.experiments.sweeps.sweep import carry_out_sweep
from flowsim.report.sweep_table import chosen
from tests.experiments.small import SMALL
from tests.experiments.sweeps.small_sweep import ARMS, TEXT, small_sweep, small_sweep_plan, write
from tests.report.results import by_hand


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweep")


@pytest.fixture
def swept(folder: Path) -> Sweep:
    return small_sweep(folder)


def refusal(folder: Path, *changes: tuple[str, str]) -> str:
    text = TEXT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    with pytest.raises(InputError) as caught:
        plan_sweep(write(folder, text))
    return str(caught.value).replace(f"{folder}/", "")


def test_mistakes_of_all_kinds_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    told = refusal(
        tmp_path,
        ("interventions: [fit-12x7]", "interventions: [fit-12x77]"),
        ("acute_medicine.amu_beds", "acute_medicine.amu_bedz"),
        ("    amu_beds:", "    wrong: {lever: acute_medicine.amu_beds, ad: [1]}\n    amu_beds:"),
        ("performance >= 10%\n", "performance[month=2017-01] >= 10%\nrank_by: four_hours\n"),
    )
    for place, words in (
        ("small.yaml:9", 'unknown intervention "fit-12x77"; did you mean "fit-12x7"?'),
        ("small.yaml:11  vary.grid.wrong", 'unknown key "ad"; did you mean "add"?'),
        ("small.yaml:12  acute_medicine.amu_bedz", 'did you mean "acute_medicine.amu_beds"?'),
        ("small.yaml:14  expect.0", 'unknown month of the run "2017-01"; did you mean "2016-04"?'),
        ("small.yaml:15  rank_by", 'unknown metric "four_hours"'),
    ):
        assert told.count(f"{place}\n") == 1
        assert words in told.split(f"{place}\n")[1].splitlines()[0]


def test_a_lever_of_every_arm_is_refused_once_and_at_its_own_line(tmp_path: Path) -> None:
    told = refusal(tmp_path, ("{run.days: {set: 2}", "{run.dayz: {set: 2}"))
    assert told.startswith(
        'small.yaml:5  changes.run.dayz\n  unknown path "run.dayz"; did you mean "run.days"?'
    )
    assert told.count("run.dayz") == 2


# Arms and figures


def test_every_arm_is_run_as_it_would_be_alone(swept: Sweep) -> None:
    assert [arm.name for arm in swept.arms] == ARMS
    alone = run(
        "portsmouth-2016", changes={**SMALL, "acute_medicine.amu_beds": {"add": -20}}, seed=1, replications=3
    )
    np.testing.assert_array_equal(swept.arm("amu_beds-20").results.values, alone.values)


def test_a_difference_is_that_of_the_same_replications(swept: Sweep) -> None:
    base, arm = swept.baseline.results, swept.arm("amu_beds-20").results
    found = swept.difference("amu_beds-20", "bed_occupancy")
    each = arm.by_replication("bed_occupancy") - base.by_replication("bed_occupancy")
    assert found.mean == pytest.approx(each.mean())
    assert found.mean > 0


def test_what_was_set_stands_beside_each_arm(swept: Sweep) -> None:
    table = swept.varied()
    assert list(table.columns) == ["arm", "title", "key", "interventions", "amu_beds"]
    assert list(table["amu_beds"]) == ["", "", "-20", "6"]
    assert table["key"].nunique() == 4


def test_tables_are_tidy(swept: Sweep) -> None:
    m = len(swept.baseline.results.metric)
    assert len(swept.to_frame()) == 4 * 3 * m
    assert list(swept.to_frame()["scenario"].unique()) == ARMS
    assert len(swept.differences()) == 3 * m
    summary = swept.summary().set_index(["arm", "metric"])
    figure = swept.figure("fit-12x7", "attendances")
    assert summary.loc[("fit-12x7", "attendances"), "mean"] == figure.mean


def test_arms_that_are_the_same_scenario_are_run_once(tmp_path: Path) -> None:
    text = TEXT.replace("[-20, 6]", "[0, 6]").replace("[fit-12x7]", "[amu-beds-12]")
    planned = plan_sweep(write(tmp_path, text), replications=1)
    counted: list[tuple[int, int]] = []
    swept = carry_out_sweep(planned, told=lambda *each: counted.append(each))
    assert counted[-1] == (3, 3)
    assert swept.difference("amu_beds+0", "attendances").mean == 0


# Ranking


def arm(name: str, shift: float, replications: int = 4) -> SweptArm:
    results = by_hand(replications)
    results = Results(
        about=results.about,
        numbers=results.numbers,
        metric=results.metric,
        group=results.group,
        values=results.values + shift * (1 + np.arange(replications)[:, None] / 100),
    )
    return SweptArm(name=name, title=name.title(), key=name, varied={}, results=results)


def test_arms_are_ranked_from_the_best_and_holm_adjusts_for_their_number() -> None:
    swept = Sweep(
        name="s",
        title="S",
        arms=(arm("base", 0.0), arm("worse", -0.02), arm("same", 0.0), arm("better", 0.01)),
        rank_by="four_hour_performance",
    )
    ranking = swept.ranking()
    assert [row.arm.name for row in ranking] == ["better", "same", "worse"]
    assert ranking[1].p == 1.0
    assert ranking[0].p == pytest.approx(3 * swept._differences_of(swept.arm("better")).p[0], rel=1e-6)
    assert list(swept.ranked()["rank"]) == [1, 2, 3]


def test_where_less_is_better_the_least_is_first() -> None:
    arms = [arm("base", 0.0), arm("less", -0.02), arm("more", 0.02)]
    arms = [
        SweptArm(
            name=one.name,
            title=one.title,
            key=one.key,
            varied={},
            results=Results(
                about=one.results.about,
                numbers=one.results.numbers,
                metric=("bed_occupancy",),
                group=("all",),
                values=one.results.values[:, :1],
            ),
        )
        for one in arms
    ]
    swept = Sweep(name="s", title="S", arms=tuple(arms), rank_by="bed_occupancy")
    assert flowsim.METRICS["bed_occupancy"].direction == "lower"
    assert [row.arm.name for row in swept.ranking()] == ["less", "more"]


def test_what_a_change_moved_is_paired_by_arm_and_replication() -> None:
    before = Sweep(
        name="s", title="S", arms=(arm("a", 0.0), arm("gone", 0.0)), rank_by="four_hour_performance"
    )
    after = Sweep(
        name="s", title="S", arms=(arm("a", 0.01, 6), arm("new", 0.0, 6)), rank_by="four_hour_performance"
    )
    (pair,) = changed(before, after)
    assert (pair.name, len(pair.numbers), pair.same) == ("a", 4, False)
    assert pair.difference("after", "four_hour_performance").mean == pytest.approx(0.01 * 1.015)
    assert changed(before, before)[0].same


# Expectations


@pytest.mark.parametrize(
    ("clause", "ok"),
    [
        ("four_hour_performance >= 10%", True),
        ("four_hour_performance >= 100%", False),
        ("difference(bed_occupancy) <= 50pp", True),
        ("{that: difference(bed_occupancy) > 0, on: mean, arms: [amu_beds-20]}", True),
        ("{that: difference(bed_occupancy) > 0, on: mean, arms: [amu_beds+6]}", False),
        ("{that: four_hour_performance >= 10%, arms: [portsmouth-2016]}", True),
    ],
)
def test_expectations_decide(folder: Path, tmp_path: Path, clause: str, ok: bool) -> None:
    text = TEXT.replace("- four_hour_performance >= 10%", f"- {clause}")
    planned = plan_sweep(write(tmp_path, text))
    swept = small_sweep(folder)
    judged = Sweep(name="s", title="S", arms=swept.arms, rank_by=swept.rank_by, expect=planned.form.expect)
    assert judged.ok is ok
    assert len(judged.verdicts) == (1 if "arms" in clause else 3)


def test_a_figure_that_the_hospital_has_not_is_refused_at_the_first_replication(tmp_path: Path) -> None:
    text = TEXT.replace("performance >= 10%", "performance[locality=Z] >= 10%")
    told: list[int] = []
    with pytest.raises(InputError, match='unknown group of four_hour_performance "locality=Z"'):
        carry_out_sweep(plan_sweep(write(tmp_path, text)), told=lambda done, _: told.append(done))
    assert told == [0]


# Few figures of many arms


def test_the_figures_that_are_named_are_kept_and_are_those_of_the_whole(tmp_path: Path, swept: Sweep) -> None:
    text = TEXT + "  - mffd_patients >= 0\nrank_by: attendances\nfigures: [bed_occupancy, attendances]\n"
    few = carry_out_sweep(plan_sweep(write(tmp_path, text)))
    kept = ("attendances", "bed_occupancy", "four_hour_performance", "mffd_patients")
    for arm in few.arms:
        assert arm.results.metric == kept
        assert set(arm.results.group) == {"all"}
        whole = swept.arm(arm.name).results
        for name in kept:
            np.testing.assert_array_equal(arm.results.by_replication(name), whole.by_replication(name))
    assert few.ok


def test_what_was_kept_of_a_whole_sweep_is_not_taken_for_that_of_few_figures(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", pytest.fail)
    told: list[int] = []
    for text in (TEXT, TEXT + "figures: [bed_occupancy]\n", TEXT + "figures: [attendances]\n"):
        carry_out_sweep(plan_sweep(write(tmp_path, text)), store, told=lambda done, _: told.append(done))
    assert [done for done in told if done in (0, 12)] == [0, 12] * 3


def test_a_group_that_the_hospital_has_not_is_refused_among_few_figures(tmp_path: Path) -> None:
    text = TEXT.replace("performance >= 10%", "performance[locality=Z] >= 10%") + "figures: [attendances]\n"
    with pytest.raises(InputError, match='unknown group of four_hour_performance "locality=Z"'):
        carry_out_sweep(plan_sweep(write(tmp_path, text)))


# What is refused


def test_all_scenarios_are_checked_before_anything_is_run(tmp_path: Path) -> None:
    message = refusal(
        tmp_path, ("[fit-12x7]", "[fit-12x8, p1-slots-16]"), ("expect:", "rank_by: attendances\nexpect:")
    )
    assert 'small.yaml:9  \n  unknown intervention "fit-12x8"; did you mean "fit-12x7"?' in message.replace(
        "small.yaml:9\n", "small.yaml:9  \n"
    )
    assert 'unknown intervention "p1-slots-16"; did you mean "p1-slots-15"?' in message


def test_a_lever_that_is_none_is_told_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    message = refusal(tmp_path, ("amu_beds, add", "amu_bed, add"))
    assert "small.yaml:11  acute_medicine.amu_bed\n" in message
    assert 'did you mean "acute_medicine.amu_beds"?' in message
    assert message.count("small.yaml:11") == 1


def test_a_value_that_cannot_be_is_told_with_its_line(tmp_path: Path) -> None:
    message = refusal(tmp_path, ("add: [-20, 6]", "set: [60, -3]"))
    assert message == "small.yaml:11  acute_medicine.amu_beds\n  must be a whole number >= 1; found -3"


def test_an_unknown_baseline_is_told_with_its_line(tmp_path: Path) -> None:
    message = refusal(tmp_path, ("baseline: portsmouth-2016", "baseline: portsmouth-2015"))
    assert message.startswith(
        'small.yaml:4  baseline\n  unknown scenario "portsmouth-2015"; did you mean "portsmouth-2016"'
    )


def test_an_arm_that_something_is_expected_of_must_be_one(tmp_path: Path) -> None:
    message = refusal(
        tmp_path, ("- four_hour_performance >= 10%", "- {that: attendances > 0, arms: [fit-12x8]}")
    )
    assert message.startswith(
        'small.yaml:13  expect.0.arms\n  unknown arm "fit-12x8"; did you mean "fit-12x7"?'
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("precision: 0.5pp", "small.yaml:7  precision\n  must stand alone; found replications, too"),
        (
            "max_replications: 30",
            "max_replications\n  must go with a precision, or with select; found neither",
        ),
    ],
)
def test_a_precision_stands_in_the_place_of_a_number(tmp_path: Path, line: str, message: str) -> None:
    assert message in refusal(tmp_path, ("seed: 1", line))


def test_a_width_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    message = refusal(tmp_path, ("replications: 3", "precision: [narrow]"))
    assert message.startswith("small.yaml:6  precision\n  precision must be a width > 0")


# Doing it


@pytest.mark.slow
def test_a_precision_is_reached_in_every_arm(tmp_path: Path) -> None:
    text = TEXT.replace("replications: 3", "precision: [bed_occupancy=0.3pp]\nmax_replications: 12")
    swept = carry_out_sweep(plan_sweep(write(tmp_path, text.replace("[-20, 6]", "[-20]"))))
    assert 10 <= len(swept.numbers) <= 12
    for one in swept.arms:
        figure = one.results.figure("bed_occupancy")
        assert (figure.high - figure.low) / 2 <= 0.003 or len(swept.numbers) == 12


def test_a_sweep_from_python_keeps_what_it_ran(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path)
    first = flowsim.sweep(file, store=tmp_path / "store")
    monkeypatch.setattr(Store, "put", lambda *_: pytest.fail("it was run again"))
    again = flowsim.sweep(file, store=tmp_path / "store")
    for one, other, alone in zip(first.arms, again.arms, small_sweep(folder).arms, strict=True):
        assert one.results.values.tobytes() == other.results.values.tobytes()
        assert one.results.values.tobytes() == alone.results.values.tobytes()
        assert one.results.warnings == other.results.warnings
        assert one.results.growing == other.results.growing


def test_a_changed_sweep_runs_only_what_changed(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", pytest.fail)
    counted: list[tuple[int, ...]] = []

    def told(*each: int) -> None:
        counted.append(each)

    first = TEXT.replace("replications: 3", "replications: 1")
    carry_out_sweep(plan_sweep(write(tmp_path, first)), store, told=told)
    assert (counted[0], counted[-1]) == ((0, 4), (4, 4))
    counted.clear()
    more = TEXT.replace("[-20, 6]", "[-20, 8]").replace("replications: 3", "replications: 2")
    carry_out_sweep(plan_sweep(write(tmp_path / "more", more)), store, told=told)
    assert (counted[0], counted[-1]) == ((3, 8), (8, 8))


def test_another_executor_gives_the_same(swept: Sweep, folder: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        other = carry_out_sweep(small_sweep_plan(folder), executor=threads)
    for one, same in zip(swept.arms, other.arms, strict=True):
        assert one.results.values.tobytes() == same.results.values.tobytes()


@pytest.mark.slow
def test_a_damaged_file_is_warned_of_and_made_good(tmp_path: Path) -> None:
    file = write(tmp_path, TEXT.replace("replications: 3", "replications: 1"))
    first = flowsim.sweep(file, store=tmp_path / "store")
    damaged = next(one for one in sorted((tmp_path / "store").rglob("*")) if one.is_file())
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.warns(UserWarning, match="cannot be used .* is run again"):
        again = flowsim.sweep(file, store=tmp_path / "store")
    flowsim.sweep(file, store=tmp_path / "store")
    for one, other in zip(first.arms, again.arms, strict=True):
        assert one.results.values.tobytes() == other.results.values.tobytes()


# Questions in SQL, notebooks


def test_a_question_in_sql_is_answered(swept: Sweep) -> None:
    found = swept.query(
        "SELECT arm, difference FROM differences WHERE metric = 'bed_occupancy' AND \"group\" = 'all'"
    )
    assert list(found["arm"]) == ARMS[1:]
    assert found["difference"][1] == swept.difference("amu_beds-20", "bed_occupancy").mean
    assert swept.query("SELECT count(*) AS n FROM metrics")["n"][0] == len(swept.to_frame())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "COPY metrics TO 'stolen.csv'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SELECT * FROM tables",
        "SELEC 1",
    ],
)
def test_a_question_in_sql_can_read_nothing_else(
    swept: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="must be a question in DuckDB's SQL; "):
        swept.query(sql)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_shows_the_ranking_and_no_markup_of_a_title() -> None:
    swept = Sweep(
        name="s",
        title="<b>S</b>",
        arms=(arm("base", 0.0), arm("<i>x</i>", 0.01)),
        rank_by="four_hour_performance",
    )
    shown = swept._repr_html_()
    assert "&lt;b&gt;S&lt;/b&gt;" in shown and "<b>" not in shown and "<i>" not in shown


def test_an_arm_that_is_none_is_refused(swept: Sweep) -> None:
    with pytest.raises(InputError, match='unknown arm "fit-12x8"; did you mean "fit-12x7"'):
        swept.figure("fit-12x8", "attendances")


# Choosing the best

SELECTING = """
name: choosing
title: Clinicians and walk-ins
baseline: portsmouth-2016
changes: {run.days: {set: 2}, run.warm_up: {set: 0 days}}
seed: 1
rank_by: four_hour_performance_type1
select: ZONE
max_replications: 20
vary:
  list:
    - {name: two-clinicians, changes: {emergency_department.clinicians: {set: 2}}}
    - {name: as-it-was, changes: {emergency_department.clinicians: {set: 8}}}
    - name: fewer-walk-ins
      changes: {emergency_department.clinicians: {set: 8}, demand.volume.walk_in: {times: 0.9}}
"""


@cache
def choosing(folder: Path, zone: str, most: int = 20) -> Sweep:
    # The arms are the same whatever the zone, so one store serves all.
    text = SELECTING.replace("ZONE", zone).replace("max_replications: 20", f"max_replications: {most}")
    planned = plan_sweep(write(folder, text))
    return carry_out_sweep(planned, Store(folder / "chosen", pytest.fail))


@pytest.mark.slow
def test_an_arm_that_is_clearly_worse_is_given_up_while_the_others_go_on(folder: Path) -> None:
    swept = choosing(folder, "0.4pp")
    given = {arm.name: len(arm.results.numbers) for arm in swept.arms}
    assert given["two-clinicians"] < min(given["as-it-was"], given["fewer-walk-ins"])
    assert given["portsmouth-2016"] == max(given.values())
    assert swept.choice is not None
    assert [swept.choice.confidence, swept.choice.indifference] == pytest.approx([0.95, 0.004])
    assert swept.choice.arm != "two-clinicians"


def test_a_choice_that_the_most_replications_do_not_make_is_told_as_such(folder: Path) -> None:
    swept = choosing(folder, "0.01pp", most=12)
    assert swept.choice is not None and swept.choice.arm is None
    assert "Undecided after 12 replications" in chosen(swept)


def test_arms_no_farther_apart_than_the_zone_are_decided_between(folder: Path) -> None:
    swept = choosing(folder, "20pp")
    assert swept.choice is not None
    assert swept.choice.arm in ("as-it-was", "fewer-walk-ins")
    assert {len(arm.results.numbers) for arm in swept.arms} == {10}
    assert f"Chosen: {swept.choice.arm}" in chosen(swept)


def test_differences_of_an_arm_given_up_are_those_of_the_replications_it_had(folder: Path) -> None:
    swept = choosing(folder, "0.4pp")
    arm = swept.arm("two-clinicians").results
    metric = "four_hour_performance_type1"
    each = arm.by_replication(metric) - swept.baseline.results.by_replication(metric)[: len(arm.numbers)]
    assert swept.difference("two-clinicians", metric).mean == pytest.approx(each.mean())


def test_each_row_of_differences_is_of_the_replications_that_both_have() -> None:
    # The arm had the two replications in which the baseline is at its worst, 80 and 81 %: better in both.
    base, given_up = arm("base", 0.0, 4), arm("given-up", 0.005, 2)
    swept = Sweep(name="s", title="S", arms=(base, given_up), rank_by="four_hour_performance")
    row = swept.differences().set_index(["arm", "metric", "group"])
    found = row.sort_index().loc[("given-up", "four_hour_performance", "all")]
    assert found["baseline"] == pytest.approx(0.805)
    assert found["mean"] - found["baseline"] == pytest.approx(found["difference"]) == pytest.approx(0.005025)
    # The mean of all the baseline's would have the arm seem worse.
    assert found["mean"] < swept.figure("base", "four_hour_performance").mean


def test_a_selection_is_kept_and_read_again(folder: Path, tmp_path: Path) -> None:
    swept = choosing(folder, "0.4pp")
    planned = plan_sweep(write(tmp_path, SELECTING.replace("ZONE", "0.4pp")))
    write_sweep(swept, planned, tmp_path / "out")
    again = load_sweep(tmp_path / "out")
    assert again.choice == swept.choice
    assert [arm.results.numbers for arm in again.arms] == [arm.results.numbers for arm in swept.arms]
    for one, other in zip(again.arms, swept.arms, strict=True):
        np.testing.assert_array_equal(one.results.values, other.results.values)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("replications: 3\nselect: 0.5pp", "must stand alone; found replications, too"),
        ("select: 5 apples", "select"),
        ("select: 0.5pp\nconfidence: 1.5", "confidence"),
    ],
)
def test_a_selection_that_cannot_be_is_refused(folder: Path, line: str, message: str) -> None:
    assert message in refusal(folder, ("replications: 3", line))
