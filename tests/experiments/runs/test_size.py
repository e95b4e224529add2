from __future__ import annotations

import pytest

from flowsim.errors import InputError
from flowsim.experiments.runs.run import plan
from flowsim.experiments.runs.size import patients_drawn
from flowsim.pathways.builder import Hospital
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.timeline import StepFunction
from tests.experiments.small import small


def test_the_whole_superset_counts_and_what_comes_after_the_end_does_not() -> None:
    hospital = Hospital(end=100.0)
    arrivals = PoissonArrivals(rate=StepFunction.constant(0.5), multiple=1.25)
    hospital.arrivals("walk_in", arrivals=arrivals).leave()
    hospital.arrivals("given", at=[1.0, 99.0, 100.0]).leave()
    assert patients_drawn(hospital) == 0.5 * 100 * 1.25 + 2


def test_a_run_far_too_large_is_refused_before_it_starts() -> None:
    with pytest.raises(InputError, match=r"must draw at most 500 patients; this one would draw about [0-9]+"):
        plan(small(), most_patients=500)


def test_a_hundred_times_the_patients_are_refused_unless_they_are_allowed() -> None:
    crowded = small(demand__direct_per_day=3_400_000)
    with pytest.raises(InputError, match=r"need .* GB in each process"):
        plan(crowded)
    assert plan(crowded, most_patients=100_000_000).patients > 2_000_000
