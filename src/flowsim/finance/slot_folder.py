"""The folder of a curve of slots: complete or absent.

    curve.csv               service, slots: delay, bed days released, what it costs and saves, with intervals
    steps.csv               service, from one number to the next: what one more slot costs, saves and releases
    optimum.csv             service: where one more slot costs what it saves
    prices.yaml             the price book as it was used
    scenario.resolved.yaml  every default written out; its data files are beside it in data/
    manifest.json           versions, seed, key, hashes of all other files

All but the manifest is the same, byte for byte, whenever the same is asked again. Finished replications are
in `.store` beside the folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flowsim.experiments.folders.folder import Content
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.folders.resolved import resolved_files
from flowsim.finance.appraised import Range
from flowsim.finance.folder import PRICES
from flowsim.finance.prices import PriceBook, written_prices
from flowsim.finance.slot_plan import SlotPlan
from flowsim.finance.slots import SlotCurves

if TYPE_CHECKING:
    import pandas as pd

SLOTS = "slots"


def slots_folder(planned: SlotPlan, book: PriceBook, backfill: str, draws: int) -> KeyedFolder:
    """Return the folder of curves of slots; the same question has the same key."""
    base = planned.baseline
    question = {
        "scenario": base.key,
        "seed": base.seed,
        "replications": list(base.planned.numbers),
        "services": [[one.service.name, list(one.slots)] for one in planned.services],
        "prices": written_prices(book),
        "backfill": backfill,
        "draws": draws,
    }
    return KeyedFolder(kind=SLOTS, key=digest(question), name=base.name, title=base.title)


def write_slots(
    found: SlotCurves,
    planned: SlotPlan,
    folder: KeyedFolder,
    place: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write curves, and more files such as pictures; as `KeyedFolder.write`."""
    base = planned.baseline
    about = {
        "seed": base.seed,
        "engine": base.engine,
        "replications": list(found.baseline.numbers),
        "prices_of": found.book.prices_of,
        "backfill": found.backfill,
        "draws": found.draws,
    }
    files: dict[str, Content] = {**resolved_files(base.loaded), **(extra or {})}
    files |= {
        PRICES: written_prices(found.book).encode(),
        "curve.csv": curve_frame(found),
        "steps.csv": steps_frame(found),
        "optimum.csv": optimum_frame(found),
    }
    folder.write(place, files, about, began=began)


def curve_frame(found: SlotCurves) -> pd.DataFrame:
    """Return every number of slots that was tried."""
    import pandas as pd

    return pd.DataFrame(
        {
            "service": one.service.name,
            "slots": level.slots,
            "slots_now": one.now,
            **_wide("delay_days", level.delay),
            **_wide("bed_days_released", level.released),
            **_wide("slots_cost_gbp", level.cost),
            **_wide("saved_gbp", level.saved),
            **_wide("net_cost_gbp", level.net),
        }
        for one in found.curves
        for level in one.levels
    )


def steps_frame(found: SlotCurves) -> pd.DataFrame:
    """Return what one more slot does between each number and the next, a year."""
    import pandas as pd

    return pd.DataFrame(
        {
            "service": one.service.name,
            "slots_from": step.first,
            "slots_to": step.last,
            **_wide("one_more_costs_gbp", step.cost),
            **_wide("one_more_saves_gbp", step.saved),
            **_wide("one_more_releases_bed_days", step.released),
        }
        for one in found.curves
        for step in one.steps
    )


def optimum_frame(found: SlotCurves) -> pd.DataFrame:
    """Return where one more slot costs what it saves; infinite outside what was tried."""
    import pandas as pd

    return pd.DataFrame(
        {
            "service": one.service.name,
            "slots_now": one.now,
            "delay_now_days": one.present.delay.value,
            **_wide("slots", one.optimum.slots),
            **_wide("delay_days", one.optimum.delay),
            "draws_below_tried": one.optimum.below,
            "draws_above_tried": one.optimum.above,
        }
        for one in found.curves
    )


def _wide(name: str, one: Range) -> dict[str, float]:
    return {name: one.value, f"{name}_low": one.low, f"{name}_high": one.high}
