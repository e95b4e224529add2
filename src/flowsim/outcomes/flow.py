"""Who comes, who is admitted, and the first days: attendances, conversion, FIT, AMU."""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

import numpy as np

from flowsim.outcomes.observations import Observations, at_eight, marked_per_day, of_patients
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import midnight_before
from flowsim.outcomes.registry import TIME, Pool, metric
from flowsim.outcomes.standards import CLINICAL, MONTHLY_RETURN
from flowsim.timeline import DAY, HOUR

ADMISSION_METHOD = "NHS Data Dictionary, method of admission (21, from this provider's A&E)"
SDEC = "NHS England, same-day emergency care; AEC is the older name"
ADMISSIONS = (*TIME, "locality", "specialty", "age_band", "care_home")


@metric(
    label="Attendances, all types",
    unit="patients",
    direction="neutral",
    definition="Closed attendances of all types in the period; the denominator of the four-hour figure.",
    source=MONTHLY_RETURN,
    pool=Pool.TOTAL,
    groups=(*TIME, "locality"),
    needs=("departed",),
)
def attendances(observed: Observed) -> Observations:
    return of_patients(1.0, observed.attendance, observed.attendances)


@metric(
    label="Attendances, type 1",
    unit="patients",
    direction="neutral",
    definition="Closed attendances of the type 1 department in the period.",
    source=MONTHLY_RETURN,
    pool=Pool.TOTAL,
    groups=CLINICAL,
    needs=("ed_arrival", "departed"),
)
def attendances_type1(observed: Observed) -> Observations:
    return of_patients(1.0, observed.attendance, observed.attendances_type1)


@metric(
    label="Emergency admissions via type 1",
    unit="patients",
    direction="neutral",
    definition=(
        "Closed type 1 attendances that ended in an admission; AEC counts if the period counts it "
        "(as in 2016)."
    ),
    source=ADMISSION_METHOD,
    pool=Pool.TOTAL,
    groups=ADMISSIONS,
    needs=("ed_arrival", "departed", "admitted"),
)
def emergency_admissions(observed: Observed) -> Observations:
    rows = observed.attendances_type1
    return of_patients(1.0, observed.attendance, rows[observed.emergency[rows]])


@metric(
    label="Emergency admissions not via ED",
    unit="patients",
    direction="neutral",
    definition="Emergency spells begun in the period without a type 1 attendance.",
    source=ADMISSION_METHOD,
    pool=Pool.TOTAL,
    groups=ADMISSIONS,
    needs=("admitted",),
)
def direct_emergency_admissions(observed: Observed) -> Observations:
    admitted = observed.mark("admitted")
    return of_patients(1.0, admitted, observed.rows(admitted, observed.emergency, ~observed.type1))


@metric(
    label="Emergency decisions not via ED before 14:00",
    unit="share",
    direction="higher",
    definition="Of the decisions to admit without a type 1 attendance, those made from 00:00 to 14:00.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality", "age_band"),
    needs=("decision_to_admit",),
)
def direct_before_14_share(observed: Observed) -> Observations:
    decided = observed.mark("decision_to_admit")
    rows = observed.rows(decided, ~observed.type1)
    clock = (decided[rows] + midnight_before(observed.period.origin)) % DAY
    return Observations((clock < 14 * HOUR).astype(np.float64), decided[rows], rows)


@metric(
    label="Conversion rate",
    unit="share",
    direction="neutral",
    definition="Emergency admissions via type 1 / type 1 attendances, of the same patients.",
    source="ours; of the same department and cohort",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed", "admitted"),
)
def conversion_rate(observed: Observed) -> Observations:
    return of_patients(observed.emergency, observed.attendance, observed.attendances_type1)


@metric(
    label="Conversion rate, without same-day care",
    unit="share",
    direction="neutral",
    definition=(
        "As the conversion rate, AEC never counted as an admission: the same before and after a "
        "recording change."
    ),
    source="ours; of the same department and cohort",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed", "admitted"),
)
def conversion_rate_without_sdec(observed: Observed) -> Observations:
    into_a_bed = observed.has("admitted") & ~observed.same_day_only
    return of_patients(into_a_bed, observed.attendance, observed.attendances_type1)


@metric(
    label="Same-day emergency care",
    unit="share",
    direction="higher",
    definition=(
        "Emergency patients begun in the period who had AEC and no bed / those and the emergency in-patients."
    ),
    source=SDEC,
    pool=Pool.MEAN,
    groups=ADMISSIONS,
    needs=("ambulatory_care", "admitted"),
)
def sdec_share(observed: Observed) -> Observations:
    begun = np.fmin(observed.mark("admitted"), observed.mark("ambulatory_care"))
    return of_patients(observed.same_day_only, begun, observed.rows(begun, ~observed.elective))


@metric(
    label="Admissions the FIT avoided",
    unit="patients a day",
    direction="higher",
    definition=(
        "Frail patients sent home by the FIT who would otherwise have been admitted, per day of the period."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality"),
    needs=("fit_avoided",),
)
def fit_admissions_avoided_per_day(observed: Observed) -> Observations:
    return marked_per_day(observed, "fit_avoided")


@metric(
    label="Seen by the FIT",
    unit="patients a day",
    direction="higher",
    definition="Patients first seen by the frailty intervention team, per day of the period.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality"),
    needs=("fit_seen",),
)
def fit_seen_per_day(observed: Observed) -> Observations:
    return marked_per_day(observed, "fit_seen")


@metric(
    label="Children's admissions that COAST avoided",
    unit="patients a day",
    direction="higher",
    definition=(
        "Children sent home with the community nurses' support who would otherwise have been admitted, per "
        "day of the period."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality"),
    needs=("coast_avoided",),
)
def coast_admissions_avoided_per_day(observed: Observed) -> Observations:
    return marked_per_day(observed, "coast_avoided")


@metric(
    label="Children's observation stays",
    unit="patients a day",
    direction="neutral",
    definition="Children admitted to the observation unit, per day of the period.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality"),
    needs=("observed",),
)
def observation_stays_per_day(observed: Observed) -> Observations:
    return marked_per_day(observed, "observed")


@metric(
    label="Short stay",
    unit="share",
    direction="higher",
    definition="Spells ended in the period that took an AMU bed: at most 72 h from admission to discharge.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality", "frailty"),
    needs=("amu", "admitted", "discharged"),
)
def short_stay_share(observed: Observed) -> Observations:
    assert observed.period.amu is not None
    taken = np.zeros(len(observed.is_patient), dtype=np.bool_)
    taken[observed.ward(observed.period.amu).patient] = True
    discharged = observed.mark("discharged")
    within = discharged - observed.mark("admitted") <= 72 * HOUR
    return of_patients(within, discharged, observed.rows(discharged, taken))


@metric(
    label="AMU stays over 24 h",
    unit="share",
    direction="lower",
    definition="Stays in an AMU bed ended in the period: strictly more than 24 h.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality", "frailty"),
    needs=("amu",),
)
def amu_stays_over_24h(observed: Observed) -> Observations:
    assert observed.period.amu is not None
    stays = observed.ward(observed.period.amu)
    rows = np.flatnonzero(observed.within(stays.ended))
    over = stays.ended[rows] - stays.started[rows] > DAY
    return Observations(over.astype(np.float64), stays.ended[rows], stays.patient[rows])


@metric(
    label="Boarding at 08:00",
    unit="patients",
    direction="lower",
    definition="In the type 1 department at 08:00 after the decision to admit, mean; open patients count.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "specialty"),
    needs=("decision_to_admit", "departed"),
)
def boarding_patients(observed: Observed) -> Observations:
    decided = np.where(observed.type1, observed.mark("decision_to_admit"), np.nan)
    return at_eight(observed, decided, observed.mark("departed"))
