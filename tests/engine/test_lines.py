"""Long lines of few and of many priorities: whoever is put into them and taken out, both engines agree."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.engine.compiled_state import RANKS
from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Exponential
from flowsim.sampling.laws import Chance, Derived, Draw
from tests.engine.checked import ENGINES

PATIENTS = 600


def crowded(priorities: int) -> Hospital:
    """Return two wards of three beds in front of which hundreds wait, of so many priorities."""
    hospital = Hospital(end=3000)
    near, far = (hospital.resource(name, 3) for name in ("near", "far"))
    patient = hospital.arrivals("patient", at=np.arange(PATIENTS, dtype=np.float64).tolist())
    patient.mark("asked")
    priority = Derived((Draw("priority", Chance()),), lambda u: np.floor(u * priorities) / 4)
    # Some give up and ask again, with the place in line that they had.
    late = patient.seize(
        near,
        far.preferred(1),
        slot="bed",
        priority=priority,
        patience=Draw("patience", Exponential(mean=400)),
    )
    late.seize(near, far, slot="bed", priority=priority, since="asked")
    patient.join(late)
    patient.delay(Draw("stay", Exponential(mean=20)))
    patient.release("bed")
    patient.leave()
    return hospital


@pytest.mark.parametrize("priorities", [1, 3, RANKS - 1, RANKS, RANKS + 1, 50])
def test_the_engines_agree_on_long_lines(priorities: int) -> None:
    pytest.importorskip("numba")
    hospital = crowded(priorities)
    program, cohort = hospital.compiled.program, hospital.sample(seed=3)
    logs = [ENGINES[name](program, cohort, hospital.end) for name in ("compiled", "simpy")]
    waits = logs[0].stays.started - logs[0].stays.requested
    assert np.nanmax(waits) > 1000  # hundreds were passed
    assert np.isnan(logs[0].stays.started).any()
    assert logs[0].first_difference(logs[1]) is None
