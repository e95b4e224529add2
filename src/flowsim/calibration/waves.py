"""History matching: runs in waves, each where the runs before have not ruled it out; then what is plausible.

A wave runs the model at points that fill what is left, fits emulators to all runs so far, and rules out
where they miss what was observed by more than chance, the model's own error and their own doubt allow. After
the last wave a sample is drawn from the posterior by those emulators (a synthetic likelihood). No two points
have a replication in common: a level is then known from all runs together, and so is the spread by chance.

References
----------
Vernon, Goldstein and Bower, "Galaxy formation: a Bayesian uncertainty analysis", Bayesian Analysis 5 (2010).
Wood, "Statistical inference for noisy nonlinear ecological dynamic systems", Nature 466 (2010).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from flowsim.calibration.emulator import Emulator, fit_emulator
from flowsim.calibration.observations import Observation
from flowsim.calibration.parameters import cube
from flowsim.calibration.plausible import CUT, Observed, drift, sample_plausible
from flowsim.experiments.statistics.intervals import Floats

Model = Callable[[Floats, Sequence[Sequence[int]]], Floats]
"""Called with points, shape (n, d), and the numbers of the replications at each; gives figures, (n, r, m)."""

LOOKED_AT = 2**14
"""Points at which the emulators say what is ruled out."""

CANDIDATES = 8
"""For each point of a wave that is taken from a sample, to spread them out."""

SHARES = (0.4, 0.3, 0.3)
"""Of the runs, for each wave: half of them where it matters, once that is known."""

CENTRAL = 0.05
"""Share of the sample, the most likely of it, whose mean stands for all. The mean of the whole sample agrees
less well, since what is plausible is bent; the single most likely point is the emulators' luck."""

REPLICATIONS = 2
"""At each point: the fewest that show the spread by chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """One wave of runs.

    Parameters
    ----------
    points : NDArray[np.float64]
        Shape (n, d).
    figures : NDArray[np.float64]
        Shape (n, r, m).
    within : float
        Share of the figures that lay within two standard deviations of what the emulators of the waves before
        had foretold; NaN for the first wave.
    left : float
        Share of the cube that is not ruled out after this wave.
    """

    points: Floats
    figures: Floats
    within: float
    left: float


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """What the waves came to; d parameters, m figures.

    Parameters
    ----------
    waves : tuple of Wave
    observed : Observed
    emulator : Emulator
        Of all runs.
    sample : NDArray[np.float64]
        Points drawn from what is plausible, shape (k, d).
    drift : float
        By how many standard errors their mean log-likelihood still changed when they were moved on.
    agreeing : float
        Share of them that are not ruled out.
    central : NDArray[np.float64]
        The mean of the twentieth of them with the highest likelihood, shape (d,).
    """

    waves: tuple[Wave, ...]
    observed: Observed
    emulator: Emulator
    sample: Floats
    drift: float
    agreeing: float
    central: Floats


def match(
    model: Model,
    figures: Sequence[Observation],
    start: Floats,
    *,
    snapped: Callable[[Floats], Floats] = lambda points: points,
    runs: int,
    sample: int,
    seed: int,
    told: Callable[[Wave], None] | None = None,
) -> Matched:
    """Return what is plausible of a model's parameters.

    Parameters
    ----------
    model : callable
    figures : sequence of Observation
        What was observed of what the model gives.
    start : NDArray[np.float64]
        A point that is run first, such as the scenario as it stands, shape (d,).
    snapped : callable, optional
        Of points: those that the model can take.
    runs : int
        Of the model in all, at most.
    sample : int
        Points to draw from what is plausible.
    seed : int
    told : callable, optional
        Called after each wave.
    """
    sides = len(start)
    points, found = np.empty((0, sides)), np.empty((0, REPLICATIONS, len(figures)))
    waves: list[Wave] = []
    emulator: Emulator | None = None
    observed = Observed(figures, np.eye(len(figures)))
    left = looked_at = cube(LOOKED_AT, sides, seed)
    kept = np.ones(LOOKED_AT, dtype=np.bool_)
    for number, share in enumerate(SHARES):
        count = max(2, int(runs * share) // REPLICATIONS)
        new = _spread_out(left, points, count)
        if number == 0:
            new[0] = start
        new = snapped(new)
        first = len(points) * REPLICATIONS
        numbers = first + np.arange(len(new) * REPLICATIONS).reshape(-1, REPLICATIONS)
        figures_found = model(new, numbers.tolist())
        given = observed.scaled(figures_found)
        before = emulator(new) if emulator else None
        points, found = np.concatenate([points, new]), np.concatenate([found, given])
        # Chance is taken where it matters: at the wave's own points.
        off = given - given.mean(axis=1, keepdims=True)
        chance = np.einsum("irj,irk->jk", off, off) / (len(given) * (REPLICATIONS - 1))
        observed = Observed(figures, chance)
        emulator = fit_emulator(points, found.mean(axis=1), np.diag(chance) / REPLICATIONS)
        worst = observed.implausibility(*emulator(looked_at)).max(axis=1)
        kept &= worst <= CUT  # what a wave has ruled out stays so
        left = looked_at[kept]
        if len(left) < count:
            # What is left is too small to be met by chance, or nothing is: then where agreement is best.
            left = sample_plausible(emulator, observed, sides, CANDIDATES * count, seed + number)
        within = _within(given.mean(axis=1), np.diag(chance) / REPLICATIONS, before)
        waves.append(Wave(new, figures_found, within, float(kept.mean())))
        if told:
            told(waves[-1])
    assert emulator is not None
    drawn = sample_plausible(emulator, observed, sides, sample, seed)
    likely = np.argsort(-observed.log_likelihood(*emulator(drawn)), kind="stable")
    central = drawn[likely[: max(1, int(CENTRAL * sample))]].mean(axis=0)
    agreeing = float((observed.implausibility(*emulator(drawn)).max(axis=1) <= CUT).mean())
    return Matched(
        waves=tuple(waves),
        observed=observed,
        emulator=emulator,
        sample=snapped(drawn),
        drift=drift(emulator, observed, drawn, seed),
        agreeing=agreeing,
        central=snapped(central[None])[0],
    )


def _within(means: Floats, chance: Floats, foretold: tuple[Floats, Floats] | None) -> float:
    """Return the share of figures within two standard deviations of what was foretold."""
    if foretold is None:
        return float("nan")
    expected, doubt = foretold
    return float((np.abs(means - expected) < 2 * np.sqrt(doubt + chance)).mean())


def _spread_out(candidates: Floats, taken: Floats, count: int) -> Floats:
    """Return candidates far from one another and from the points taken, one after the other the farthest."""
    if not len(taken):
        return candidates[:count].copy()
    nearest = cdist(candidates, taken).min(axis=1)
    chosen = []
    for _ in range(count):
        farthest = int(nearest.argmax())
        chosen.append(farthest)
        nearest = np.minimum(nearest, cdist(candidates, candidates[[farthest]])[:, 0])
    return candidates[chosen]
