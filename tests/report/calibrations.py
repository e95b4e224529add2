"""A calibration written by hand: three parameters, two figures, an ensemble of four."""

from __future__ import annotations

import datetime as dt

import numpy as np

from flowsim.calibration.emulator import Emulator
from flowsim.calibration.ensemble import Ensemble
from flowsim.calibration.observations import Observation
from flowsim.calibration.parameters import Parameters
from flowsim.calibration.plausible import Observed
from flowsim.calibration.results import Calibration
from flowsim.calibration.waves import Matched, Wave
from flowsim.experiments.runs.run import load_scenario
from flowsim.experiments.statistics.intervals import Floats
from flowsim.scenario.axes import Uncertain

PARAMETERS = Parameters(
    Uncertain.parse(
        {
            "acute_stay": {"lever": "wards.children_stay", "times": {"from": 0.8, "to": 1.2}},
            "majors_spaces": {"lever": "emergency_department.spaces.majors", "add": {"from": -16, "to": 0}},
            "full_capacity_after": {
                "lever": "acute_medicine.full_capacity_after",
                "set": {"from": "8 h", "to": "12 h"},
            },
        }
    ).axes
)
FIGURES = (
    Observation("four_hour_performance_type1", "month=2016-05", 0.74, 0.74, 0.015, "The publisher"),
    Observation("mffd_patients", "months=2016-04 to 2016-10", 130, 257, 0.0, "press"),
)


def by_hand(left: float = 0.04, year: float = 0.75, agreeing: float = 1.0, drift: float = 0.0) -> Calibration:
    """Return it: the first parameter found, the second not identified, the third tied to the first."""
    u = (np.arange(101) / 100)[:, None]
    sample = np.hstack([0.4 + 0.2 * u, np.roll(u, 37), 0.5 + 0.4 * u])
    checked = np.array([[[year + i / 100, 180 + i], [year - i / 100, 200 - i]] for i in range(4)])
    points = np.full((2, 3), 0.5)
    figures = np.array([[[0.7, 190], [0.72, 200]], [[0.8, 210], [0.81, 180]]])
    waves = (
        Wave(points, figures, float("nan"), 0.3),
        Wave(points, figures, 0.75, left),
    )
    emulator = Emulator(np.zeros(2), np.ones(2), ())
    ensemble = Ensemble.of(load_scenario("portsmouth-2016"), PARAMETERS, sample[::30])
    return Calibration(
        name="by-hand",
        title="A hospital",
        key="0" * 64,
        start=dt.date(2016, 4, 1),
        days=214,
        seed=7,
        runs=8,
        parameters=PARAMETERS,
        figures=FIGURES,
        matched=Matched(
            waves=waves,
            observed=Observed(FIGURES, np.eye(2)),
            emulator=emulator,
            sample=_floats(sample),
            drift=drift,
            agreeing=agreeing,
            central=sample.mean(axis=0),
        ),
        ensemble=ensemble,
        checked=_floats(checked),
        central=PARAMETERS.values(sample.mean(axis=0)),
        of_central=_floats(checked[0]),
    )


def _floats(values: Floats) -> Floats:
    return np.asarray(values, dtype=np.float64)
