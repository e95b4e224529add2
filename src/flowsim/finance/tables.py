"""The tables of an appraisal, as its folder has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.experiments.statistics.intervals import interval
from flowsim.finance.appraised import Worth
from flowsim.finance.finance import Finance

if TYPE_CHECKING:
    import pandas as pd

BED_DAYS = (
    "occupied_bed_days",
    "bed_days_by_the_hour",
    "bed_days_started",
    "bed_days_by_night",
    "mffd_bed_days",
    "delayed_transfer_days",
    "escalation_bed_days",
    "open_bed_days",
    "open_escalation_bed_days",
    "closed_bed_days",
    "d2a_slot_days",
    "d2a_slot_days_used",
)
"""Metrics of the table of bed days."""


def bed_days_frame(found: Finance) -> pd.DataFrame:
    """Return bed days of the run on every basis, by ward, pathway, locality, council and month."""
    import pandas as pd

    rows = []
    for arm in found.arms:
        for metric, group in zip(found.baseline.metric, found.baseline.group, strict=True):
            if metric not in BED_DAYS or (metric, group) not in arm.results:
                continue
            before, after = (one.by_replication(metric, group) for one in (found.baseline, arm.results))
            rows.append((arm.name, metric, group, before.mean(), after.mean(), *interval(before - after)))
    columns = ["arm", "metric", "group", "baseline", "value", "released", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=columns)


def worth_frame(found: Finance) -> pd.DataFrame:
    """Return what each arm is worth by what the freed beds are used for, in GBP over the horizon.

    A break-even is empty if the effect costs money. `unpriced` has the interventions of the arm whose cost is
    not known, so that none of them looks free.
    """
    import pandas as pd

    return pd.DataFrame(
        [
            {"arm": arm.name, **_flat(one), "unpriced": ", ".join(arm.unpriced)}
            for arm in found.arms
            for one in arm.worths.values()
        ]
    )


def _flat(one: Worth) -> dict[str, object]:
    return {
        "backfill": one.backfill,
        "npv_gbp": one.value.value,
        "npv_low_gbp": one.value.low,
        "npv_high_gbp": one.value.high,
        "pays": one.pays,
        "cash_npv_gbp": one.cash.value,
        "cash_npv_low_gbp": one.cash.low,
        "cash_npv_high_gbp": one.cash.high,
        "pays_in_cash": one.pays_cash,
        "payback_years": one.payback,
        "payback_cash_years": one.payback_cash,
        "break_even_effect": one.break_even,
        "break_even_effect_cash": one.break_even_cash,
    }


def money_frame(found: Finance) -> pd.DataFrame:
    """Return money a year at full effect: by kind to the system, and in cash by party and contract."""
    import pandas as pd

    rows: list[dict[str, object]] = []
    for arm in found.arms:
        for way, kinds in arm.kinds.items():
            named = {("", "kind", kind): one for kind, one in kinds.items()}
            for contract, parties in arm.parties[way].items():
                named |= {(contract, "party", party): one for party, one in parties.items()}
            for (contract, what, name), one in named.items():
                rows.append(
                    {
                        "arm": arm.name,
                        "backfill": way,
                        "contract": contract,
                        "of": what,
                        "name": name,
                        "gbp_a_year": one.value,
                        "low": one.low,
                        "high": one.high,
                    }
                )
    return pd.DataFrame(rows)


def swings_frame(found: Finance) -> pd.DataFrame:
    """Return the net present value with each price at its low and at its high."""
    import pandas as pd

    rows = [(arm.name, name, low, high) for arm in found.arms for name, (low, high) in arm.swings.items()]
    return pd.DataFrame(rows, columns=["arm", "price", "npv_at_low_gbp", "npv_at_high_gbp"])


def harm_frame(found: Finance) -> pd.DataFrame:
    """Return deaths within 30 days that go with late admissions, fewer a year."""
    import pandas as pd

    rows = [(arm.name, arm.harm.value, arm.harm.low, arm.harm.high) for arm in found.arms]
    return pd.DataFrame(rows, columns=["arm", "deaths_fewer_a_year", "low", "high"])
