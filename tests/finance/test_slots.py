from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

from flowsim.cli import main
from flowsim.errors import InputError
from flowsim.experiments.runs.replication import Replicator
from flowsim.experiments.runs.results import Results
from flowsim.finance.prices import read_prices
from flowsim.finance.slot_curve import DELAY, Curve, curve
from flowsim.finance.slot_plan import Service, plan_slots, spread
from flowsim.finance.slots import SlotCurves
from flowsim.report.slots_figure import slots_figure
from flowsim.report.slots_json import slots_json
from flowsim.report.slots_table import slots_table, verdict
from tests.finance.written import results, without_ranges

NOW = 100
TRIED = {80: 8.0, 100: 6.0, 120: 5.0, 140: 4.5}
"""Mean delay [days] by slots."""
FREED = {80: -560.0, 100: 0.0, 120: 560.0, 140: 840.0}
"""Core bed days released in four weeks: one and one a slot and night, then a half."""


def with_slots(number: int, freed: float, delay: float, spread: float = 0.0) -> Results:
    """Return results of three replications, `spread` apart in the bed days they free."""
    more = 28 * (number - NOW)
    one = results(
        {
            ("occupied_bed_days", "all"): [-freed - spread, -freed, -freed + spread],
            ("mffd_bed_days", "all"): [-freed - spread, -freed, -freed + spread],
            ("d2a_slot_days", "resource=p1_P"): [more] * 3,
        }
    )
    return replace(
        one,
        metric=(*one.metric, DELAY),
        group=(*one.group, "pathway=P1"),
        values=np.column_stack([one.values, np.full(3, delay)]),
    )


def priced(spread: float = 0.0, **prices: float) -> Curve:
    tried = {
        number: with_slots(number, FREED[number], TRIED[number], spread * (number - NOW) / 20)
        for number in TRIED
    }
    book = without_ranges(read_prices()).with_value("reused_bed_day", 160.0).with_value("p1_slot_day", 100.0)
    for name, value in prices.items():
        book = book.with_value(name, value)
    return curve(Service.of("P1"), NOW, tried, tried[NOW], book, backfill="fill", draws=200)


def test_one_more_slot_costs_what_it_saves_where_a_hand_says_so() -> None:
    # A slot costs £100 a day. Up to 120 slots one more releases a bed day a night, worth £160; from there
    # half of one, £80. The slopes hold at 90, 110 and 130: from £160 at 110 to £80 at 130, £100 is three
    # 20 slots at £36,500 less what they save: £438,000 a year less at 120; at 140 £146,000 of it is lost.
    found = priced()
    assert found.optimum.slots.value == pytest.approx(125)
    assert found.optimum.delay.value == pytest.approx(4.875)
    assert (found.optimum.slots.low, found.optimum.slots.high) == pytest.approx((125, 125))
    assert [step.cost.value for step in found.steps] == pytest.approx([36_500] * 3)
    assert [step.saved.value for step in found.steps] == pytest.approx([58_400, 58_400, 29_200])
    assert [step.released.value for step in found.steps] == pytest.approx([365, 365, 182.5])
    # 20 slots at £36,500 less what they save: £438,000 a year less at 120; at 140 £146,000 of it is lost.
    assert [level.net.value for level in found.levels] == pytest.approx([438_000, 0, -438_000, -292_000])
    assert found.present.delay.value == 6.0


def test_dearer_slots_bear_a_longer_delay() -> None:
    delays = [priced(p1_slot_day=price).optimum.delay.value for price in (85, 100, 130, 159)]
    assert delays == sorted(delays)
    assert delays[0] < delays[-1]


def test_chance_and_prices_widen_the_interval() -> None:
    def width(found: Curve) -> float:
        return found.optimum.slots.high - found.optimum.slots.low

    assert 0 < width(priced(spread=20.0)) < width(priced(spread=40.0))


def test_an_optimum_outside_what_was_tried_is_told_as_such() -> None:
    cheap, dear = priced(p1_slot_day=70), priced(p1_slot_day=170)
    assert (cheap.optimum.slots.value, cheap.optimum.delay.value) == (np.inf, -np.inf)
    assert (dear.optimum.slots.value, dear.optimum.delay.value) == (-np.inf, np.inf)
    assert (cheap.optimum.above, dear.optimum.below) == (1, 1)
    assert "shorter than the 4.5 days" in " ".join(verdict(cheap))
    assert "longer than the 8.0 days" in " ".join(verdict(dear))


def test_an_interval_that_spans_all_is_told_as_such() -> None:
    # Luck of half a bed day a slot and night, either way.
    assert "this cannot tell" in " ".join(verdict(priced(spread=600.0)))


def test_slots_are_spread_in_proportion_and_none_is_lost() -> None:
    # 152 of 46 : 41 : 45 are 52.97, 47.21 and 51.82.
    assert spread({"P": 46, "FG": 41, "SEH": 45}, 152) == {"P": 53, "FG": 47, "SEH": 52}
    for total in range(60):
        assert sum(spread({"P": 7, "FG": 1, "SEH": 3}, total).values()) == total


def told(found: SlotCurves) -> str:
    stream = io.StringIO()
    Console(file=stream, width=80, highlight=False).print(slots_table(found))
    return stream.getvalue()


def test_table_picture_and_json_tell_the_same() -> None:
    every = (priced(spread=20.0), priced(p1_slot_day=70))
    found = SlotCurves(baseline=results(), book=read_prices(), curves=every, backfill="fill", draws=200)
    text = told(found)
    assert max(map(len, text.splitlines())) <= 80 and "…" not in text
    assert "at 125 slots, a mean delay of 4.9 days" in " ".join(text.split())
    printed = json.loads(json.dumps(slots_json(found).model_dump(), allow_nan=False))
    assert printed["services"][0]["optimum_slots"]["value"] == pytest.approx(125)
    assert printed["services"][1]["optimum_slots"]["value"] is None
    titles = [ax.get_title(loc="left") for ax in slots_figure(found).axes]
    assert titles[0] == "P1: mean delay [days]" and len(titles) == 6


def test_every_number_is_a_scenario_of_its_own_and_now_is_the_baseline() -> None:
    planned = plan_slots("portsmouth-2016", ["P1", "P1.Portsmouth"], more=[-2, 20], replications=2)
    both, city = planned.services
    assert [arm is planned.baseline for arm in both.arms] == [False, True, False]
    assert city.service.localities == ("P",)
    first, _, last = (arm.loaded.value.community.P1.places for arm in city.arms)
    assert last["P"] - first["P"] == 22 and last["FG"] == first["FG"]


def slots(*args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["slots", *args])
    return done.exit_code, done.stdout, done.stderr


def test_a_changed_price_runs_no_simulation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    small = ["--change", "run.days=2", "--change", "run.warm_up=0 days", "--replications", "2"]
    asked = [
        "portsmouth-2016",
        "P3",
        "--more",
        "-30",
        "--more",
        "30",
        "--draws",
        "100",
        "--jobs",
        "1",
        *small,
    ]
    code, _, said = slots(*asked)
    assert code == 0, said
    folder = tmp_path / "results" / "portsmouth-2016-slots"
    assert {
        "curve.csv",
        "steps.csv",
        "optimum.csv",
        "prices.yaml",
        "slots.png",
        "slots.svg",
        "manifest.json",
    } <= {file.name for file in folder.iterdir()}

    def refuse(*_: object) -> None:
        raise AssertionError("something was simulated")

    monkeypatch.setattr(Replicator, "simulated", refuse)
    code, text, said = slots(*asked, "--price", "p3_slot_day=0", "--json")
    assert code == 0, said
    assert [step["costs"]["value"] for step in json.loads(text)["services"][0]["steps"]] == [0, 0]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["P4"], 'unknown service "P4"'),
        (["P1", "--more", "3"], "at least 2 other numbers"),
        (["P1", "--more", "-300", "--more", "3"], "none below 0"),
        (["P1", "--replications", "1"], "at least 2 replications"),
        (["P1", "--price", "p1_slot=3"], 'did you mean "p1_slot_day"'),
    ],
)
def test_what_cannot_be_run_is_refused(args: list[str], said: str) -> None:
    code, _, error = slots("portsmouth-2016", *args)
    assert code == 2
    assert said in error and "nothing was run" in error


def test_one_replication_in_python_is_refused_too() -> None:
    with pytest.raises(InputError, match="at least 2 replications"):
        plan_slots("portsmouth-2016", ["P1"], replications=1)
