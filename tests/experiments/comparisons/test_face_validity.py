from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import flowsim
from flowsim.errors import InputError
from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.work.workers import available_cores
from flowsim.scenario.interventions import Intervention, read_intervention
from flowsim.scenario.shipped import shipped_interventions
from tests.experiments.comparisons.face_validity import STAYS, expectations, read_figure, verdicts

REPLICATIONS = 20
FOUR_WEEKS = {"run.days": {"set": 28}, "run.warm_up": {"set": "0 days"}}


@pytest.mark.parametrize("name", shipped_interventions())
def test_each_shipped_intervention_says_what_it_must_move_and_what_not(name: str) -> None:
    intervention = read_intervention(name)
    assert STAYS in [expected for _, _, expected in expectations(intervention)]
    assert intervention.cost and (intervention.source or intervention.parts)


@cache
def four_weeks() -> Comparison:
    """Return every shipped intervention beside the baseline, in weeks that those with dates fall into.

    It begins empty, so there are few beds and places for it to be full enough for what a full hospital does.
    """
    winter = {"run.start": {"set": "2017-01-20"}}
    few = {
        "wards.beds.specialty_medicine": {"set": 128},
        "wards.beds.older_people": {"set": 100},
        **{f"community.P2.places.{locality}": {"set": 1} for locality in ("P", "FG", "SEH")},
    }
    return flowsim.compare(
        "portsmouth-2016",
        *shipped_interventions(),
        changes={**FOUR_WEEKS, **winter, **few},
        replications=1,
        parts=False,
    )


@pytest.mark.parametrize("name", shipped_interventions())
def test_each_shipped_intervention_changes_something_within_four_weeks(name: str) -> None:
    compared = four_weeks()
    assert not np.array_equal(compared.baseline.values, compared.arm(name).results.values, equal_nan=True)


@cache
def catalogue() -> Comparison:
    """Return every shipped intervention beside the baseline, a year each."""
    return flowsim.compare(
        "portsmouth-2016",
        *shipped_interventions(),
        replications=REPLICATIONS,
        parts=False,
        jobs=available_cores(),
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_interventions())
def test_each_shipped_intervention_moves_what_it_must_and_leaves_the_rest(name: str) -> None:
    wrong = [
        f"{one.metric} {one.group}: must be {one.expected}, from {one.difference.baseline:.4g} by "
        f"{one.difference.low:+.4g} to {one.difference.high:+.4g}"
        for one in verdicts(catalogue(), read_intervention(name))
        if not one.as_expected
    ]
    assert not wrong, "\n".join(wrong)


def test_an_intervention_that_does_the_opposite_is_found_out() -> None:
    closing = Intervention.of("closing", "Fewer", {"acute_medicine.amu_beds": {"add": -30}})
    compared = flowsim.compare("portsmouth-2016", closing, changes=FOUR_WEEKS, replications=3)
    right = Intervention(
        name="closing", title="", levers=(), must_move={"four_hour_performance_type1": "down"}
    )
    wrong = Intervention(
        name="closing",
        title="",
        levers=(),
        must_move={"four_hour_performance_type1": "up"},
        must_not_move=("dta_to_bed_median",),
    )
    assert [one.as_expected for one in verdicts(compared, right)] == [True]
    assert [one.as_expected for one in verdicts(compared, wrong)] == [False, False]


def test_what_hardly_moves_stays_and_what_moves_does_not() -> None:
    compared = flowsim.compare(
        "portsmouth-2016",
        Intervention.of("more", "More", {"acute_medicine.amu_beds": {"add": 20}}),
        changes=FOUR_WEEKS,
        replications=4,
    )
    stays = Intervention(name="more", title="", levers=(), must_not_move=("attendances", "bed_occupancy"))
    assert [one.as_expected for one in verdicts(compared, stays)] == [True, False]


def test_a_figure_is_a_metric_or_one_of_its_groups() -> None:
    assert read_figure("mffd_patients") == ("mffd_patients", "all")
    assert read_figure("mffd_patients[pathway=P1]") == ("mffd_patients", "pathway=P1")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("mffd_patient", 'did you mean "mffd_patients"'),
        ("mffd_patients[stream=majors]", "stream"),
        ("mffd_patients[pathway=P1", "METRIC"),
    ],
)
def test_a_figure_that_there_is_not_is_refused(written: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_figure(written)
