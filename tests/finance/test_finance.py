from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from numpy.testing import assert_allclose
from rich.console import Console

from flowsim.cli import main
from flowsim.errors import InputError
from flowsim.experiments.runs.replication import Replicator
from flowsim.experiments.runs.results import Results
from flowsim.finance.appraised import Range
from flowsim.finance.figures import Priceable
from flowsim.finance.finance import Finance, book_of, price
from flowsim.finance.ledger import CONTRACTS
from flowsim.finance.prices import read_prices, written_prices
from flowsim.finance.tables import bed_days_frame, money_frame, worth_frame
from flowsim.report.finance_json import finance_json
from flowsim.report.finance_table import finance_table
from flowsim.report.finance_words import deaths, less, pounds
from flowsim.scenario.interventions import read_intervention
from flowsim.scenario.shipped import shipped_interventions
from tests.finance.written import fewer_beds, results

SMALL = ["--change", "run.days=2", "--change", "run.warm_up=0 days"]


@pytest.fixture(scope="module")
def found() -> Finance:
    changes = fewer_beds(6, 30, 31, 32) | {
        ("escalation_bed_days", "all"): [-30, -20, -40],
        ("four_hour_performance", "all"): [0.01, 0.02, 0.03],
    }
    arms = [
        Priceable(name="fit-12x7", title="Longer hours", parts=(), results=results(changes)),
        Priceable(name="plan", title="Ours", parts=(), results=results()),
    ]
    return price(results(), arms, read_prices(), draws=200)


def test_every_figure_lies_in_its_interval(found: Finance) -> None:
    arm = found.arm("fit-12x7")
    assert arm.unpriced == ()
    assert found.arm("plan").unpriced == ("plan",)
    for one in arm.worths.values():
        assert one.value.low <= one.value.value <= one.value.high
        assert 0 <= one.pays <= 1
    assert arm.per_bed_day and arm.per_bed_day.low < arm.per_bed_day.value < arm.per_bed_day.high
    assert found.arm("plan").per_bed_day is None


def test_kinds_and_parties_add_up_to_one_system(found: Finance) -> None:
    arm = found.arm("fit-12x7")
    for way, kinds in arm.kinds.items():
        sums = [sum(one.value for one in parties.values()) for parties in arm.parties[way].values()]
        assert_allclose(sums[0], sums[1])
        assert kinds["income"].value == 0
        if way != "electives":
            in_kind = kinds["opportunity"].value
            assert sum(one.value for one in kinds.values()) - in_kind == pytest.approx(sums[0])


def test_an_unknown_way_to_use_beds_is_refused() -> None:
    arm = Priceable(name="plan", title="Ours", parts=(), results=results())
    with pytest.raises(InputError, match='did you mean "fill"'):
        price(results(), [arm], read_prices(), backfill="fil")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least 2 replications"):
        price(results(n=1), [arm], read_prices())


def test_the_table_fits_80_columns(found: Finance) -> None:
    console = Console(width=80, highlight=False)
    with console.capture() as captured:
        console.print(finance_table(replace(found, harm=True)))
    text = captured.get()
    assert max(map(len, text.splitlines())) <= 80
    assert "Midnights" in text and "KH03, April to June 2016" in text
    assert "the price book does not say what plan costs" in " ".join(text.split())


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "£0"), (-499, "−£499"), (1500, "£2k"), (-999_400, "−£999k"), (999_500, "£1.00m"), (2.5e6, "£2.50m")],
)
def test_money_is_told_in_thousands_and_millions(value: float, text: str) -> None:
    assert pounds(value) == text


def test_deaths_have_a_minus_and_nought_has_none() -> None:
    assert deaths(Range(-0.04, -1.26, 0.5)) == "0.0 (−1.3 to 0.5)"


def test_what_is_not_saved_is_paid_more() -> None:
    assert (less(7000), less(-7000)) == ("£7k less", "£7k more")


def test_tables_have_every_arm_and_way(found: Finance) -> None:
    assert set(worth_frame(found).groupby("arm").size()) == {3}
    money = money_frame(found)
    assert set(money.contract) == {"", "payment_by_results", "block"}
    days = bed_days_frame(found)
    row = days[(days.arm == "fit-12x7") & (days.metric == "occupied_bed_days") & (days.group == "all")]
    assert row.released.item() == 7 * (6 + 30 + 31 + 32)


def test_what_is_printed_for_machines_has_no_infinities(found: Finance) -> None:
    text = json.dumps(finance_json(found).model_dump(), allow_nan=False)
    assert json.loads(text)["arms"][0]["arm"] == "fit-12x7"


def test_a_written_price_book_reads_back_to_the_same(tmp_path: Path) -> None:
    book = read_prices().with_value("p1_slot_day", 140)
    file = tmp_path / "prices.yaml"
    file.write_text(written_prices(book), encoding="utf-8")
    assert written_prices(read_prices(file)) == written_prices(book)


def test_sets_of_parameters_take_the_place_of_the_scenario_as_it_stands() -> None:
    # No bed day less in one set, 400 in the other: 200 on the mean, brought to a year.
    def figures(fewer: float) -> tuple[Results, list[Priceable]]:
        changes = {("occupied_bed_days", "all"): [-fewer] * 3}
        return results(), [Priceable(name="plan", title="Ours", parts=(), results=results(changes))]

    found = price(*figures(0), read_prices(), members=[figures(0), figures(400)], draws=400)
    arm = found.arm("plan")
    assert found.members == 2
    core = arm.released["core_days"]
    assert (core.low, core.high) == pytest.approx((0, 400 * 365 / 28))
    assert core.value == pytest.approx(200 * 365 / 28)
    assert set(arm.uncertain) == {"chance", "prices", "parameters"}


def test_deaths_go_with_late_admissions_in_no_pound() -> None:
    # 28, 56 and 84 patients fewer wait over six hours in four weeks, 730 a year on the mean; at 0.0122 of
    # them 8.906 deaths.
    late = results({("admitted_over_6h_from_arrival", "all"): [-28, -56, -84]})
    arm = Priceable(name="fit-12x7", title="Longer hours", parts=(), results=late)
    found = price(results(), [arm], read_prices(), harm=True, draws=2000)
    harm = found.arms[0].harm
    assert harm.value == pytest.approx(730 * 0.0122)
    # Student's interval of 730 +- 365 with three replications is 730 +- 907, so it may be none; and the rate
    # lies between 0.007 and 0.0174.
    assert harm.low < 0 < harm.high < 0.0174 * (730 + 3 * 907)
    nothing = price(results(), [replace(arm, results=results())], read_prices(), draws=2000).arms[0]
    assert found.arms[0].worths == nothing.worths
    assert nothing.harm.value == nothing.harm.low == nothing.harm.high == 0


def told(found: Finance) -> str:
    console = Console(width=80, highlight=False)
    with console.capture() as captured:
        console.print(finance_table(found))
    return " ".join(captured.get().split())


def test_deaths_are_no_headline_unless_asked_for(found: Finance) -> None:
    assert "Deaths" not in told(found)
    assert finance_json(found).arms[0].deaths_fewer_a_year is None
    asked = replace(found, harm=True)
    assert "It is an association, not a proof that waiting is the cause" in told(asked)
    assert finance_json(asked).arms[0].deaths_fewer_a_year


def test_the_contract_says_whose_cash_headlines_follow_and_the_worth_is_the_same() -> None:
    # 20 slots of Portsmouth for 28 days, and attendances that do not come.
    changes = {("d2a_slot_days", "resource=p1_P"): [560] * 3, ("attendances", "locality=P"): [-3, -4, -5]}
    arm = Priceable(name="p1-slots-15", title="Slots", parts=(), results=results(changes))
    both = {c: price(results(), [arm], book_of(contract=c), draws=200) for c in CONTRACTS}
    by_results, block = (told(both[contract]) for contract in CONTRACTS)
    # Commissioners pay half a slot by results; under a block contract the provider bears it.
    assert "Whose cash, payment by results, a year: acute trust" in by_results
    headline = block.partition("Whose cash, block contract, a year: ")[2].partition(".")[0]
    assert "community provider −£447k" in headline and "CCG P" not in headline
    assert both["block"].arms[0].worths == both["payment_by_results"].arms[0].worths
    with pytest.raises(InputError, match='did you mean "block"'):
        book_of(contract="blok")  # type: ignore[arg-type]


def test_slots_that_are_cut_do_not_pay_for_want_of_an_effect() -> None:
    # Twenty slots fewer save £0.9m a year, and 24 beds more are taken: less of that would be better.
    changes = fewer_beds(-24, -24, -24, -24) | {("d2a_slot_days", "resource=p1_P"): [-560] * 3}
    arm = Priceable(name="p1-slots-15", title="Slots", parts=(), results=results(changes))
    cut = price(results(), [arm], read_prices(), backfill="fill", draws=100)
    assert cut.arms[0].worths["fill"].break_even is None
    assert "its effect costs money: with less of it the change would be worth more." in told(cut)
    assert finance_json(cut).arms[0].worth["fill"].break_even_effect is None


def test_what_is_priced_of_an_intervention_is_said_and_what_is_not() -> None:
    names = ("fit-12x7", "safer-midday", "plan")
    arms = [Priceable(name=name, title="Ours", parts=(), results=results()) for name in names]
    text = told(price(results(), arms, read_prices(), draws=100))
    assert "Priced: fit-12x7, £590k (£413k to £767k) a year to run, by assumption" in text
    assert "safer-midday: ward time is not priced." in text
    assert "Warning: the price book does not say what plan costs" in text


def test_every_shipped_intervention_has_a_cost_or_a_note_on_what_is_not_priced() -> None:
    book = read_prices()
    named = {part.name for name in shipped_interventions() for part in read_intervention(name).steps()}
    assert named == set(book.interventions)
    for cost in book.interventions.values():
        assert cost.running or cost.investment or cost.note


def finance(*args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["finance", *args])
    return done.exit_code, done.stdout, done.stderr


def test_a_changed_price_runs_no_simulation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    few = ["--json", "--draws", "100"]
    asked = ["portsmouth-2016", "p1-slots-15", "--replications", "2", "--jobs", "1", *few, *SMALL]
    code, first, said = finance(*asked)
    assert code == 0, said
    folder = tmp_path / "results" / "portsmouth-2016-finance"
    assert {file.name for file in folder.iterdir()} == {
        *("arms", "prices.yaml", "bed_days.csv", "worth.csv", "money.csv", "swings.csv", "manifest.json"),
        *("p1-slots-15.xlsx", "sign-off-p1-slots-15.md", "sign-off-p1-slots-15.html"),
    }

    def refuse(*_: object) -> None:
        raise AssertionError("something was simulated")

    monkeypatch.setattr(Replicator, "simulated", refuse)
    code, other, said = finance(*asked, "--price", "p1_slot_day=0")
    assert code == 0 and said.rstrip().endswith("portsmouth-2016-finance-2")
    cost = [json.loads(text)["arms"][0]["kinds"]["close"]["cost"]["value"] for text in (first, other)]
    # 20 slots for 365 days at £125 of 2017/18, a year of 2.1 % back: £893,731 less.
    assert cost[1] - cost[0] == pytest.approx(20 * 365 * 125 / 1.021, rel=1e-6)
    # The folder alone is enough, too, and prices to the same.
    code, from_folder, _ = finance(str(folder), "--price", "p1_slot_day=0", *few)
    assert (code, json.loads(from_folder)) == (0, json.loads(other))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["portsmouth-2016"], "at least one intervention"),
        (["results/nothere"], 'there is no folder "results/nothere" of results'),
        (["portsmouth-2016", "fit-12x7", "--replications", "1"], "at least 2 replications"),
        (["portsmouth-2016", "fit-12x7", "--price", "p1_slot=3"], 'did you mean "p1_slot_day"'),
        (["portsmouth-2016", "fit-12x7", "--price", "p1_slot_day"], "--price must be NAME=VALUE"),
        (
            ["portsmouth-2016", "fit-12x7", "--prices", "none.yaml"],
            "none.yaml\n  must be a YAML file; found no file",
        ),
        (["."], "must be a folder of results"),
        ([".", "fit-12x7"], "which is only priced"),
    ],
)
def test_what_cannot_be_priced_is_refused_before_anything_is_run(args: list[str], said: str) -> None:
    code, _, error = finance(*args)
    assert code == 2
    assert said in error and "nothing was run" in error
