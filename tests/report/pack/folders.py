"""Folders of results of a small hospital: a comparison of two interventions, and its appraisal."""

from __future__ import annotations

from pathlib import Path

from flowsim.experiments.arms.arms import read_arms
from flowsim.experiments.comparisons.comparison import carry_out_comparison
from flowsim.experiments.comparisons.folder import write_comparison
from flowsim.finance.finance import book_of, price
from flowsim.finance.folder import read_source, write_finance
from flowsim.scenario.interventions import Intervention
from tests.experiments.small import SMALL

SPACES = Intervention.of("spaces", "More spaces", {"emergency_department.spaces.majors": {"set": 40}})
# Nurses alone hardly move a bed day of two days; what frees beds for certain has a worth to be carried.
NURSES = Intervention.of(
    "nurses", "More nurses", {"front_door.assessment_nurses": {"set": 9}, "wards.zero_day": {"set": 0.7}}
)
DRAWS = 100


def compared(
    folder: Path,
    package: tuple[Intervention, ...] = (SPACES, NURSES),
    *,
    seed: int = 1,
    parts: bool = True,
) -> Path:
    """Write a comparison of the small hospital with a package, and with its parts alone if asked."""
    changes = {**SMALL, "emergency_department.spaces.majors": {"set": 12}}
    arms = read_arms("portsmouth-2016", [package], changes=changes, parts=parts, replications=2, seed=seed)
    write_comparison(carry_out_comparison(arms), arms, folder)
    return folder


def priced(comparison: Path, folder: Path, *, harm: bool = False) -> Path:
    """Write the appraisal of a comparison."""
    source, figures = read_source(comparison)
    write_finance(price(*figures, book_of(), draws=DRAWS, harm=harm), source, folder)
    return folder
