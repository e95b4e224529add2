"""The folder of a sweep's results: complete or absent, and enough to make it again.

    sweep.yaml           the file as it was
    arms.csv             arm, title, key, file, and what was set in it, a column for each axis
    arms/000.yaml        the baseline with every default written out, then each arm; data files in arms/data/
    metrics.parquet      scenario (the arm), replication, metric, group, value
    summary.csv          arm, metric, mean, sd, ci_low, ci_high, unit: figures of all patients
    differences.parquet  every figure's paired difference from the baseline; differences.csv those of all
    expectations.csv     what was expected, and what became of it in each arm
    surface-*.png, .svg  where two levers were varied: what each combination changes
    manifest.json        versions, seed, key, hashes of all other files, how much was run

All but the manifest is the same, byte for byte, whenever the same sweep is made again, however often it was
stopped. Finished replications are in `.store` beside the folder, where other sweeps find them, too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from flowsim.experiments.folders.folder import (
    FORMAT,
    METRICS_FILE,
    SUMMARY,
    Content,
    came_about,
    hashes_of,
    read_manifest,
    refuse_if_changed,
    write_files,
    write_manifest,
)
from flowsim.experiments.folders.place import choose_place, replaced
from flowsim.experiments.folders.resolved import resolved
from flowsim.experiments.folders.strangers import whoever_wrote_it
from flowsim.experiments.folders.writing import SETTINGS
from flowsim.experiments.runs.folder import figures_of
from flowsim.experiments.runs.results import About, Results
from flowsim.experiments.sweeps.plan import SweepPlan
from flowsim.experiments.sweeps.results import Choice, Sweep, SweptArm
from flowsim.outcomes.measurement import ALL

SWEEP = "sweep"


def place_for_sweep(
    planned: SweepPlan, out: Path | None, told: Callable[[str], object] = lambda _: None
) -> Path:
    """Return the folder to write a sweep's results to, after trying that it can be written.

    Parameters
    ----------
    planned : SweepPlan
    out : Path, optional
        A folder that is not there, is empty or holds results of a sweep of this name, which are replaced, and
        nothing else. If not given, `results/NAME` or, with other results there, `results/NAME-2` and so on.
    told : callable, optional
        Called with a sentence if there is such a number.

    Raises
    ------
    InputError
        If it holds something else.
    ResultsError
        If nothing can be written there.
    """
    name = planned.form.name
    return choose_place(out, name, lambda found: (found["kind"], found.get("name")) == (SWEEP, name), told)


def write_sweep(
    swept: Sweep,
    planned: SweepPlan,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
    run: int | None = None,
) -> None:
    """Write results as a whole, in the place of older ones.

    Parameters
    ----------
    swept : Sweep
    planned : SweepPlan
    folder : Path
        From `place_for_sweep`.
    extra : Mapping[str, bytes], optional
        More files, such as figures, by name.
    began : datetime, optional
        When it began, for the manifest.
    run : int, optional
        Replications that were run, the others being there already; for the manifest.

    Raises
    ------
    ResultsError
        If the disk is full, the folder cannot be written, or something was added to the older one or changed
        in it meanwhile; nothing half-written is left.
    """
    with replaced(folder) as staging:
        names = [_write_arm(staging / "arms", i, arm.loaded) for i, arm in enumerate(planned.arms)]
        varied = swept.varied()
        varied.insert(3, "file", names)
        every = swept.differences()
        files: dict[str, Content] = {
            "sweep.yaml": planned.read.file.read_bytes(),
            "arms.csv": varied,
            SUMMARY: swept.summary(),
            "differences.csv": every[every["group"] == ALL].drop(columns="group"),
            **({"expectations.csv": swept.judged()} if swept.expect else {}),
            "differences.parquet": every,
            METRICS_FILE: swept.to_frame(),
            **(extra or {}),
        }
        write_files(staging, files)
        write_manifest(staging, _manifest(swept, planned, hashes_of(staging), began, run))


@whoever_wrote_it
def load_sweep(folder: str | Path) -> Sweep:
    """Return the figures of a sweep's folder, each file checked against the hash in its manifest.

    What was expected is not read: it is judged anew by who reads the sweep's file.

    Parameters
    ----------
    folder : str or Path
        As `flowsim sweep` leaves it.

    Returns
    -------
    Sweep
        As it was written, but for what was expected.

    Raises
    ------
    InputError
        If it is not a complete folder of a sweep, or a file was changed since.
    """
    folder = Path(folder)
    manifest = read_manifest(folder, SWEEP)
    refuse_if_changed(folder, manifest)
    with duckdb.connect(config=SETTINGS) as database:
        arms = [
            SweptArm(
                name=one["name"],
                title=one["title"],
                key=one["key"],
                varied=one["varied"],
                results=_results(database, folder / METRICS_FILE, manifest, one),
            )
            for one in manifest["arms"]
        ]
    return Sweep(
        name=manifest["name"],
        title=manifest["title"],
        arms=tuple(arms),
        rank_by=manifest["rank_by"],
        choice=Choice(**manifest["choice"]) if manifest["choice"] else None,
    )


def _results(
    database: duckdb.DuckDBPyConnection, file: Path, manifest: dict[str, Any], arm: dict[str, Any]
) -> Results:
    """Return the figures of an arm."""
    columns = database.execute(
        'SELECT metric, "group", value FROM read_parquet(?) WHERE scenario = ?', [str(file), arm["name"]]
    ).fetchnumpy()
    numbers = tuple(arm["replications"])
    metric, group, values = figures_of(columns, len(numbers))
    return Results(
        about=About(
            name=arm["name"],
            title=arm["title"],
            start=dt.date.fromisoformat(arm["start"]),
            days=arm["days"],
            engine=manifest["engine"],
            seed=manifest["seed"],
            warnings=tuple(arm["warnings"]),
            caveats=arm["caveats"],
        ),
        numbers=numbers,
        metric=metric,
        group=group,
        values=values,
    )


def _write_arm(folder: Path, i: int, loaded: Any) -> str:
    """Write a scenario, and its data files unless another arm has the same; return its name."""
    text, files = resolved(loaded)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, file in files.items():
        content, target = file.read_bytes(), folder / name
        if target.exists() and target.read_bytes() != content:
            other = f"data/{hashlib.sha256(content).hexdigest()[:8]}-{target.name}"
            text, target = text.replace(name, other), folder / other
        target.write_bytes(content)
    (folder / f"{i:03}.yaml").write_bytes(text.encode())
    return f"arms/{i:03}.yaml"


def _manifest(
    swept: Sweep, planned: SweepPlan, files: dict[str, str], began: dt.datetime | None, run: int | None
) -> dict[str, Any]:
    base = planned.arms[0]
    return {
        "format": FORMAT,
        "kind": SWEEP,
        "name": swept.name,
        "title": swept.title,
        "key": planned.key,
        "rank_by": swept.rank_by,
        "arms": [
            {
                "name": arm.name,
                "title": arm.title,
                "key": arm.key,
                "varied": dict(arm.varied),
                "replications": list(arm.results.numbers),
                "start": str(arm.results.about.start),
                "days": arm.results.about.days,
                "warnings": list(arm.results.warnings),
                "caveats": dict(arm.results.about.caveats),
            }
            for arm in swept.arms
        ],
        "seed": base.seed,
        "engine": base.engine,
        "replications": list(swept.numbers),
        "precision": planned.precision.as_json() if planned.precision else None,
        "choice": asdict(swept.choice) if swept.choice else None,
        "ok": swept.ok,
        "run": run,
        **came_about(began),
        "inputs": {"sweep": planned.read.sha256},
        "files": files,
    }
