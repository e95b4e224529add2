"""Admitted spells: how long patients need their bed, how they leave, how long they wait to leave."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from flowsim.fitting.arrivals import FEWEST_IN_A_GROUP
from flowsim.fitting.duration_fit import Z95
from flowsim.fitting.quality import Checked
from flowsim.fitting.small_numbers import disclosed
from flowsim.fitting.timed import Timed, timed, whole_days
from flowsim.fitting.values import DIGITS, Value, Without, chi2_quantile, law_of, share_of, shares_of
from flowsim.scenario.sections.section import PATHWAYS, STAY_GROUPS
from flowsim.timeline import DAY, HOUR

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LONGEST_FOR_HOURS = 18 * HOUR
"""Adult emergencies up to this long are a mixture of those who need a bed for hours only and of short acute
phases; of stays by dates, those of no night or one. The longer ones are fitted as such. An assumption."""
OVERNIGHT = 12 * HOUR
"""From which on a stay counts as overnight; of stays by dates, from one night on. An assumption."""
MOST_NOT_READY = 0.2
"""Share of those discharged alive that may lack the time from which they were ready, so that it is used; an
assumption."""
OLD = 65.0


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """What an extract of spells tells.

    Parameters
    ----------
    timed : tuple of Timed
    values : tuple of Value
    without : tuple of Without
    """

    timed: tuple[Timed, ...]
    values: tuple[Value, ...]
    without: tuple[Without, ...]


def spells_of(checked: Checked) -> Spells:
    """Return what an extract of spells tells."""
    extract = checked.extract
    groups = _groups(checked)
    if extract.kind.begins not in extract.clocks:
        some = tuple(one for group, who in groups.items() if (one := whole_days(checked, group, who)))
        why = Without("wards.time_to_medically_ready", "there are no clocks of being ready")
        return Spells(some, (), (why,))
    ready = _ready(checked)
    durations = tuple(_durations(checked, groups, ready))
    found = [*_laws(durations), *_shares(checked, groups, ready, durations)]
    return Spells(
        durations,
        tuple(one for one in found if isinstance(one, Value)),
        tuple(one for one in found if isinstance(one, Without)),
    )


def _emergency(checked: Checked) -> Bools:
    extract = checked.extract
    if "method" not in extract.codes:
        return np.ones(len(extract), dtype=np.bool_)
    return extract.is_code("method", "emergency_via_ed") | extract.is_code("method", "emergency_direct")


def _groups(checked: Checked) -> dict[str, Bools]:
    """Return who is in each group of emergencies; without frailty the old are one group."""
    extract = checked.extract
    age = extract.numbers.get("age", np.full(len(extract), np.nan))
    emergency = _emergency(checked)
    if np.isnan(age).all():
        return {"all_ages": emergency}
    adult, old = emergency & (age >= 18), age >= OLD
    found = {"children": emergency & (age < 18)}
    if "frailty" in extract.codes:
        frail = extract.is_code("frailty", "frail")
        known = frail | extract.is_code("frailty", "not_frail") | ~old
        each = (adult & ~old & ~frail, adult & old & ~frail & known, adult & frail)
        found |= dict(zip(STAY_GROUPS, each, strict=True))
    else:
        found |= {"under_65": adult & ~old, "65_plus": adult & old}
    return found


def _ready(checked: Checked) -> Floats | None:
    """Return when each was ready to leave, or died; None if it is recorded too seldom."""
    extract = checked.extract
    if "ready" not in extract.clocks:
        return None
    died = extract.is_code("ending", "died")
    ready, left = extract.clock("ready"), extract.clock("discharge")
    alive = _emergency(checked) & ~np.isnan(left) & ~died
    if not alive.any() or np.isnan(ready[alive]).mean() > MOST_NOT_READY:
        return None
    return np.where(died & np.isnan(ready), left, ready)


def _durations(checked: Checked, groups: dict[str, Bools], ready: Floats | None) -> Iterator[Timed]:
    extract, still_in = checked.extract, checked.still_in
    has_frailty = "frailty" in extract.codes
    stay = partial(timed, checked, "length_of_stay", begins="admission", ends="discharge", waits=still_in)
    for group, who in groups.items():
        above = 0.0 if group == "children" else LONGEST_FOR_HOURS
        path = "wards.children_stay" if group == "children" else ""
        found = [stay(group, who, above=above, path=path)]
        if ready is not None and group != "children":
            path = f"wards.time_to_medically_ready.{group}" if has_frailty and group in STAY_GROUPS else ""
            found.append(
                timed(
                    checked,
                    "to_ready",
                    group,
                    who,
                    begins="admission",
                    ends="ready",
                    ended_at=ready,
                    waits=still_in,
                    above=above,
                    path=path,
                )
            )
        yield from (one for one in found if one)
    elective = extract.is_code("method", "elective")
    if one := stay("elective", elective, above=LONGEST_FOR_HOURS):
        yield one
    if ready is not None:
        alive = _emergency(checked) & ~extract.is_code("ending", "died")
        for pathway in ("P0", *PATHWAYS):
            who = alive & extract.is_code("pathway", pathway)
            if one := timed(
                checked, "ready_to_discharge", pathway, who, begins="ready", ends="discharge", waits=still_in
            ):
                yield one


def _laws(durations: tuple[Timed, ...]) -> Iterator[Value | Without]:
    for one in durations:
        if not one.path:
            continue
        if one.fit is None:
            yield Without(one.path, "too few stays have ended")
        else:
            words = f"{one.words}, {one.fit.how_near} fit"
            yield law_of(one.path, one.fit.best, words, one.durations.patients)
    for group in STAY_GROUPS:
        path = f"wards.time_to_medically_ready.{group}"
        if not any(one.path == path for one in durations):
            yield Without(path, "needs age, frailty, and a time of being ready in most spells")


def _shares(
    checked: Checked, groups: dict[str, Bools], ready: Floats | None, durations: tuple[Timed, ...]
) -> Iterator[Value | Without]:
    extract = checked.extract
    adults = {group: who for group, who in groups.items() if group != "children"}
    yield _zero_day(checked, adults, ready, durations)
    yield from _leaving(checked, adults, ready)
    direct = extract.is_code("method", "emergency_direct")
    if direct.any():
        yield _direct(checked, direct)


def _zero_day(
    checked: Checked, adults: dict[str, Bools], ready: Floats | None, durations: tuple[Timed, ...]
) -> Value | Without:
    """Return the share of adult emergencies who needed a bed for hours only.

    Of each group as many of the longer stays are put below the limit as its fit has there.
    """
    path = "wards.zero_day"
    name = "to_ready" if ready is not None else "length_of_stay"
    longer, variance, everybody = 0.0, 0.0, 0
    left = checked.extract.clock("discharge") if ready is None else ready
    for group, who in adults.items():
        known = int((who & (~np.isnan(left) | checked.still_in)).sum())
        if not known:
            continue
        found = [one for one in durations if one.name == name and one.group == group]
        if not found or found[0].fit is None:
            return Without(path, "some group has too few stays")
        best, longer_ones = found[0].fit.best, found[0].durations
        of_group = longer_ones.patients / best.share_beyond(longer_ones)
        longer += of_group
        variance += (of_group * best.log_share_error(longer_ones)) ** 2
        everybody += known
    if everybody < FEWEST_IN_A_GROUP:
        return Without(path, "too few adult emergencies")
    share = float(disclosed(max(everybody - longer, 0.0)) / disclosed(everybody))
    error = math.sqrt(variance / everybody**2 + share * (1 - share) / everybody)
    low, high = max(share - Z95 * error, 0.0), min(share + Z95 * error, 1.0)
    words = (
        f"adult emergencies of up to {LONGEST_FOR_HOURS / HOUR:g} h, less those whom the fits have there; "
        f"95% interval {low:.3f} to {high:.3f}"
    )
    return Value(path, round(share, DIGITS), words, everybody, {"share": (low, high)})


def _leaving(checked: Checked, adults: dict[str, Bools], ready: Floats | None) -> Iterator[Value | Without]:
    """Yield deaths and complex discharges of overnight emergencies, by group, and the pathways."""
    extract = checked.extract
    if set(adults) != set(STAY_GROUPS) or ready is None:
        yield Without("discharge.complex", "needs age, frailty, and a time of being ready in most spells")
        return
    # Of those who live some lack the time of being ready; without them deaths would be too many.
    ended_at = np.where(np.isnan(ready), extract.clock("discharge"), ready)
    over = _overnight(checked, ended_at)
    was_ready = over & ~np.isnan(ready)
    died = extract.is_code("ending", "died")
    complex_ = np.any([extract.is_code("pathway", one) for one in PATHWAYS], axis=0)
    simple = extract.is_code("pathway", "P0")
    deaths, needs = {}, {}
    for group, who in adults.items():
        deaths[group] = (int((who & over & died).sum()), int((who & over).sum()))
        alive = who & was_ready & ~died & (complex_ | simple)
        needs[group] = (int((alive & complex_).sum()), int(alive.sum()))
    if "ending" in extract.codes:
        yield _by_group("wards.death", deaths, "died, of overnight emergencies")
    if "pathway" in extract.codes:
        yield _by_group("discharge.complex", needs, "pathways 1 to 3, of overnight emergencies who live")
        of = was_ready & ~died & np.any(list(adults.values()), axis=0)
        counts = [int((of & extract.is_code("pathway", one)).sum()) for one in PATHWAYS]
        if sum(counts) >= FEWEST_IN_A_GROUP:
            yield shares_of("discharge.pathway", PATHWAYS, counts, "pathways of complex discharges")
        else:
            yield Without("discharge.pathway", "too few complex discharges")


def _overnight(checked: Checked, ended_at: Floats) -> Bools:
    """Return who ended, and not before the night; dates are compared if any of the clocks is one."""
    admitted = checked.extract.clock("admission")
    if all(checked.extract.has_hours.values()):
        return np.asarray(ended_at - admitted > OVERNIGHT)
    return np.asarray(np.floor(ended_at / DAY) > np.floor(admitted / DAY))


def _by_group(path: str, counts: dict[str, tuple[int, int]], words: str) -> Value | Without:
    if min(of for _, of in counts.values()) < FEWEST_IN_A_GROUP:
        return Without(path, f"fewer than {FEWEST_IN_A_GROUP} patients in some group")
    each = {group: share_of("", count, of, "") for group, (count, of) in counts.items()}
    return Value(
        path,
        {group: one.value for group, one in each.items()},
        words,
        sum(of for _, of in counts.values()),
        {group: one.interval["share"] for group, one in each.items()},
    )


def _direct(checked: Checked, direct: Bools) -> Value | Without:
    path, count = "demand.direct_per_day", int(direct.sum())
    if count < FEWEST_IN_A_GROUP:
        return Without(path, "too few emergencies that did not come through the ED")
    days = (checked.end - checked.start) / DAY
    n = float(disclosed(count))
    low, high = chi2_quantile(2 * n, 0.025) / 2 / days, chi2_quantile(2 * n + 2, 0.975) / 2 / days
    words = (
        f"emergency admissions not through the ED, over {days:.0f} days; 95% interval {low:.2f} to {high:.2f}"
    )
    return Value(path, round(n / days, 2), words, count, {"per_day": (low, high)})
