"""The folder of an appraisal: complete or absent, and enough to price it again without running anything.

    arms/NAME/       each arm and the baseline, as a run's folder that can be read alone
    prices.yaml      the price book as it was used, `--price` in it
    bed_days.csv     arm, metric, group, baseline, value, released, with 95 % intervals
    worth.csv        arm, backfill: net present value, probability that it pays, payback, break-even
    money.csv        arm, backfill, contract, kind or party: GBP a year with intervals
    swings.csv       arm, price: net present value at its low and at its high
    harm.csv         arm: deaths fewer a year, if asked for
    manifest.json    the arms in order, versions, seed, key, hashes of all other files

All but the manifests is the same, byte for byte, whenever the same is asked again. Finished replications are
in `.store` beside the folder.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.comparisons.folder import ARMS, COMPARISON, write_arms
from flowsim.experiments.folders.folder import Content, read_manifest, refuse_if_changed
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.folders.strangers import whoever_wrote_it
from flowsim.experiments.runs.folder import load_results
from flowsim.finance.figures import Figures, Priceable
from flowsim.finance.finance import Finance
from flowsim.finance.prices import PriceBook, written_prices
from flowsim.finance.tables import bed_days_frame, harm_frame, money_frame, swings_frame, worth_frame

FINANCE = "finance"
PRICES = "prices.yaml"
HARM = "harm.csv"
"""Only there if the appraisal asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """Where the figures that are priced came from: arms that were run, or a folder of results.

    Parameters
    ----------
    name : str
        Of the baseline.
    arms : sequence of (name, title, parts, key)
        The baseline first.
    seed : int
    numbers : tuple of int
        Replications.
    run : sequence of Arm
        Those that were run; empty if there is a folder.
    members : sequence of sequence of Arm
        The same arms with each set of parameters of an ensemble.
    folder : Path or None
    """

    arms: Sequence[Mapping[str, Any]]
    seed: int
    numbers: tuple[int, ...]
    run: Sequence[Arm] = ()
    members: Sequence[Sequence[Arm]] = ()
    folder: Path | None = None

    @property
    def name(self) -> str:
        """The baseline's name."""
        return str(self.arms[0]["name"])


def source_of_arms(arms: Sequence[Arm], members: Sequence[Sequence[Arm]] = ()) -> Source:
    """Return arms that are to be run as a source, and the same with each set of parameters."""
    return Source(
        arms=[arm.described() for arm in arms],
        seed=arms[0].seed,
        numbers=arms[0].planned.numbers,
        run=arms,
        members=members,
    )


@whoever_wrote_it
def read_source(folder: Path) -> tuple[Source, Figures]:
    """Return the figures in the folder of a comparison or of an appraisal; nothing is run.

    Raises
    ------
    InputError
        If it is no such folder, or a file was changed since.
    """
    manifest = read_manifest(folder)
    if manifest["kind"] not in (COMPARISON, FINANCE):
        raise InputError(
            f"{folder} must be a folder of a comparison or of an appraisal; found one of a {manifest['kind']}"
        )
    refuse_if_changed(folder, manifest)
    if manifest.get("members"):
        raise InputError(
            f"{folder} has an ensemble's appraisal, whose runs are in the store beside it; "
            "give the command that made it with the other price: nothing is run again"
        )
    baseline, *others = manifest["arms"]
    arms = [
        Priceable(
            name=one["name"],
            title=one["title"],
            parts=tuple(one["parts"]),
            results=load_results(folder / ARMS / one["name"]),
        )
        for one in others
    ]
    source = Source(
        arms=manifest["arms"],
        seed=manifest["seed"],
        numbers=tuple(manifest["replications"]),
        folder=folder,
    )
    return source, (load_results(folder / ARMS / baseline["name"]), arms)


def finance_folder(source: Source, book: PriceBook, backfill: str, draws: int, *, harm: bool) -> KeyedFolder:
    """Return the folder of an appraisal; the same question has the same key."""
    question = {
        "arms": [[arm["name"], arm["key"]] for arm in source.arms],
        "seed": source.seed,
        "replications": list(source.numbers),
        "members": [[arm.key for arm in arms] for arms in source.members],
        "prices": written_prices(book),
        "backfill": backfill,
        "draws": draws,
        "harm": harm,
    }
    return KeyedFolder(kind=FINANCE, key=digest(question), name=source.name)


def write_finance(
    found: Finance,
    source: Source,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write an appraisal of what is in a source, and more files; as `KeyedFolder.write`."""
    files: dict[str, Content] = {
        PRICES: written_prices(found.book).encode(),
        **(extra or {}),
        "bed_days.csv": bed_days_frame(found),
        "worth.csv": worth_frame(found),
        "money.csv": money_frame(found),
        "swings.csv": swings_frame(found),
    }
    if found.harm:
        files[HARM] = harm_frame(found)
    about = {
        "arms": list(source.arms),
        "seed": source.seed,
        "replications": list(source.numbers),
        "prices_of": found.book.prices_of,
        "backfill": found.backfill,
        "contract": found.book.contract,
        "draws": found.draws,
        "members": len(source.members),
    }
    place = finance_folder(source, found.book, found.backfill, found.draws, harm=found.harm)
    with place.written(folder, files, about, began=began) as staging:
        if source.folder is None:
            write_arms(staging, source.run, [found.baseline, *(arm.results for arm in found.arms)], began)
        else:
            shutil.copytree(source.folder / ARMS, staging / ARMS)
