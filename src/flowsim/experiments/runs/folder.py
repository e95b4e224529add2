"""The folder of a run's results: complete or absent, and enough to make it again.

    scenario.resolved.yaml  every default written out; its data files are beside it in data/
    metrics.parquet         scenario, replication, metric, group, value
    summary.csv             metric, group, mean, sd, ci_low, ci_high, unit, published
    manifest.json           versions, seed, key, hashes of all other files, timings, warnings

All but the manifest is the same, byte for byte, whenever the same run is made again.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from flowsim.experiments.folders.folder import (
    FORMAT,
    METRICS_FILE,
    RUN,
    SUMMARY,
    Content,
    read_manifest,
    refuse_if_changed,
    write_files,
    write_manifest,
)
from flowsim.experiments.folders.place import choose_place, replaced
from flowsim.experiments.folders.provenance import key_of, model_version, versions
from flowsim.experiments.folders.resolved import RESOLVED, resolved
from flowsim.experiments.folders.strangers import whoever_wrote_it
from flowsim.experiments.folders.writing import SETTINGS
from flowsim.experiments.runs.record import Published
from flowsim.experiments.runs.replication import Timing
from flowsim.experiments.runs.results import About, Results
from flowsim.experiments.runs.run import Plan
from flowsim.experiments.runs.trajectory import Milestone
from flowsim.experiments.runs.warm_up import WarmUp
from flowsim.experiments.statistics.precision import Precision
from flowsim.outcomes import Growing
from flowsim.scenario.names import file_sha256
from flowsim.scenario.shipped import shipped_folder
from flowsim.scenario.yaml_file import shown


def place_for(planned: Plan, out: Path | None, told: Callable[[str], object] = lambda _: None) -> Path:
    """Return the folder to write a run's results to, after trying that it can be written.

    Parameters
    ----------
    planned : Plan
    out : Path, optional
        A folder that is not there, is empty or holds the same run and nothing else. If not given,
        `results/NAME` or, with other results there, `results/NAME-2` and so on.
    told : callable, optional
        Called with a sentence if there is such a number.

    Raises
    ------
    InputError
        If it holds something else.
    ResultsError
        If nothing can be written there.
    """
    text, files = resolved(planned.loaded)
    key = key_of(text, [file_sha256(file) for file in files.values()])
    return choose_place(out, planned.about.name, lambda manifest: _same(manifest, planned, key), told)


def write_results(
    results: Results,
    planned: Plan,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write results as a whole, in the place of an older folder of the same run.

    Parameters
    ----------
    results : Results
    planned : Plan
    folder : Path
        From `place_for`.
    extra : Mapping[str, bytes], optional
        More files, such as figures, by name.
    began : datetime, optional
        When the run began, for the manifest.

    Raises
    ------
    ResultsError
        If the disk is full, the folder cannot be written, or something was added to the older one or changed
        in it meanwhile; nothing half-written is left.
    """
    with replaced(folder) as staging:
        fill(staging, results, planned, extra or {}, began)


@whoever_wrote_it
def load_results(folder: str | Path) -> Results:
    """Return the results in a folder, each file checked against the hash in the manifest.

    Parameters
    ----------
    folder : str or Path
        As `flowsim run` leaves it.

    Returns
    -------
    Results
        As they were written: m figures of n replications.

    Raises
    ------
    InputError
        If it is not a complete folder of results, or a file was changed since.
    """
    folder = Path(folder)
    manifest = read_manifest(folder, RUN)
    refuse_if_changed(folder, manifest)
    with duckdb.connect(config=SETTINGS) as database:
        columns = database.execute(
            'SELECT replication, metric, "group", value FROM read_parquet(?)', [str(folder / METRICS_FILE)]
        ).fetchnumpy()
    numbers = tuple(manifest["replications"])
    metric, group, values = figures_of(columns, len(numbers))
    about, run = manifest["scenario"], manifest["run"]
    return Results(
        about=About(
            name=about["name"],
            title=about["title"],
            start=dt.date.fromisoformat(about["start"]),
            days=about["days"],
            engine=run["engine"],
            seed=run["seed"],
            published=tuple(Published(**one) for one in manifest["published"]),
            trajectory=tuple(Milestone(**one) for one in manifest.get("trajectory", ())),
            warnings=tuple(manifest["warnings"]),
            warm_up_days=about["warm_up_days"],
            precision=Precision.of(run["precision"]) if run["precision"] else None,
            caveats=about["caveats"],
        ),
        numbers=numbers,
        metric=metric,
        group=group,
        values=values,
        growing=tuple(_growing(one) for one in manifest["overload"]),
        timing=Timing(**{name: manifest["timing"][name] for name in ("sample_s", "simulate_s", "measure_s")}),
        warm_up=_warm_up(manifest["warm_up"]) if manifest["warm_up"] else None,
    )


def figures_of(
    columns: Mapping[str, Any], count: int
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.float64]]:
    """Return metrics, groups and values, shape (count, m), of the rows of replications one after another."""
    m = len(columns["metric"]) // count
    values = np.ma.filled(np.ma.asarray(columns["value"], np.float64), np.nan).reshape(count, m)
    return tuple(map(str, columns["metric"][:m])), tuple(map(str, columns["group"][:m])), values


def fill(
    staging: Path, results: Results, planned: Plan, extra: Mapping[str, bytes], began: dt.datetime | None
) -> None:
    """Write every file of a run's results, the manifest last; the parameters are those of `write_results`."""
    text, data = resolved(planned.loaded)
    files: dict[str, Content] = {RESOLVED: text.encode(), SUMMARY: results.summary(), **extra}
    files |= {name: file.read_bytes() for name, file in data.items()}
    files[METRICS_FILE] = results.to_frame()
    write_files(staging, files)
    written = {name: file_sha256(staging / name) for name in sorted(files)}
    manifest = _manifest(results, planned, written, began)
    manifest["scenario"]["key"] = key_of(text, [written[name] for name in data])
    manifest["run"]["key"] = key_of(
        text, [written[name] for name in data], planned.setup.seed, results.numbers
    )
    write_manifest(staging, manifest)


def _manifest(
    results: Results, planned: Plan, written: dict[str, str], began: dt.datetime | None
) -> dict[str, Any]:
    about, timing, now = results.about, results.timing, dt.datetime.now(dt.UTC)
    return {
        "format": FORMAT,
        "kind": RUN,
        "scenario": {
            "name": about.name,
            "title": about.title,
            "start": str(about.start),
            "days": about.days,
            "warm_up_days": about.warm_up_days,
            "caveats": dict(about.caveats),
        },
        "run": {
            "engine": about.engine,
            "seed": about.seed,
            "precision": about.precision.as_json() if about.precision else None,
        },
        "replications": list(results.numbers),
        "versions": versions(),
        "model_version": model_version(),
        "platform": platform.platform(),
        "inputs": {_input(source.file): source.sha256 for source in planned.loaded.files},
        "files": written,
        "began": began.isoformat(timespec="seconds") if began else None,
        "written": now.isoformat(timespec="seconds"),
        "timing": {
            **{name: round(seconds, 3) for name, seconds in asdict(timing).items()},
            "total_s": round(timing.total_s, 3),
            "elapsed_s": round((now - began).total_seconds(), 3) if began else None,
        },
        "precision": [one.as_json() for one in results.precision],
        "warm_up": results.warm_up.as_json() if results.warm_up else None,
        "warnings": list(about.warnings),
        "overload": [
            {"replication": number, **asdict(queue), "since": str(queue.since)}
            for number, queue in results.growing
        ],
        "published": [asdict(one) for one in about.published],
        # A scenario without one has no key.
        **({"trajectory": [asdict(one) for one in about.trajectory]} if about.trajectory else {}),
    }


def _growing(row: dict[str, Any]) -> tuple[int, Growing]:
    since = dt.date.fromisoformat(row["since"])
    return row["replication"], Growing(row["resource"], since, row["per_day"], row["waiting"])


def _warm_up(told: dict[str, Any]) -> WarmUp:
    return WarmUp(**{field.name: told[field.name] for field in fields(WarmUp)})


def _input(file: Path) -> str:
    shipped = shipped_folder()
    return file.relative_to(shipped).as_posix() if file.is_relative_to(shipped) else shown(file)


def _same(found: Mapping[str, Any], planned: Plan, key: str) -> bool:
    """Return whether a manifest is that of a run, its scenario's key given."""
    if found["kind"] != RUN or (found["scenario"]["key"], found["run"]["seed"]) != (key, planned.setup.seed):
        return False
    if planned.about.precision is None:
        return bool(found["replications"] == list(planned.numbers))
    # How many replications there will be is not known yet; the same question gets the same number.
    return bool(found["run"]["precision"] == planned.about.precision.as_json())
