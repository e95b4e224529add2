"""Finished replications on disk: each is kept once, under what it follows from, and never trusted unseen.

    STORE/3f/3f0c…/00012    replication 12 of the scenario and seed whose key is 3f0c…

A file holds all figures of a replication with their words, so that it can be read alone. It is written beside
its place and takes it by a rename: it is whole or absent, and two that write the same write the same bytes. A
checksum is tried at each reading; a file that fails is told of and its replication is run again.

The form was chosen by measuring a Portsmouth year of 4,556 figures. Deflated words and float64 values are
27 kB (the words 2 kB of them), written in 4 ms and read in 2 ms; a Parquet file is 29 kB, written in 60 ms
and read in 53 ms, `numpy.savez_compressed` 37 kB and 20 ms.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import warnings
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from flowsim.engine.engines import DEFAULT
from flowsim.errors import ResultsError
from flowsim.experiments.folders.provenance import digest, versions
from flowsim.experiments.folders.writing import PARTIAL, remove_forgotten, write_file
from flowsim.experiments.runs.replication import Replication
from flowsim.outcomes import Growing

MAGIC = b"flowsim replication 1\n"
CHECKSUM = 32
"""Bytes of the SHA-256 that follows; it is of all after it."""
STORE = ".store"
"""Beside the folders of results; no folder of results can have this name."""
DECIDE = ("numpy", "scipy", "numba")
"""Packages whose versions may decide the last bit of a figure."""


def figures_key(
    scenario: str,
    seed: int,
    engine: str = DEFAULT,
    only: Sequence[tuple[str, str]] = (),
    pooled: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the key of a scenario's replications with a seed.

    Parameters
    ----------
    scenario : str
        The key of the scenario, in which its data files and the model's version are.
    seed : int
    engine : str
        Which runs them: one engine's figures are never given for another's, so that the two can be compared.
    only : sequence of (str, str)
        The figures that are wanted, if not all.
    pooled : sequence of (str, str)
        Those of several months together that are wanted besides, if not the scenario's own.
    """
    found = versions()
    parts: dict[str, object] = {"scenario": scenario, "seed": seed, "engine": engine}
    parts["versions"] = {name: found[name] for name in DECIDE}
    if only:
        parts["only"] = list(only)
    if pooled:
        parts["pooled"] = list(pooled)
    return digest(parts)


def store_beside(folder: Path) -> Path:
    """Return where the finished replications of what is written to a folder are kept."""
    return folder.absolute().parent / STORE


def store_in(folder: str | Path | None) -> Store | None:
    """Return the store in a folder, which warns of what is damaged; none if no folder is given."""
    return Store(Path(folder), lambda told: warnings.warn(told, stacklevel=3)) if folder else None


class Store:
    """Finished replications in a folder; it is made when the first is kept.

    Parameters
    ----------
    folder : Path
    told : callable
        Called with a sentence about each file that is not as it was written.
    """

    def __init__(self, folder: Path, told: Callable[[str], None]) -> None:
        self.folder, self.told = folder, told
        self._words: dict[bytes, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        remove_forgotten(folder, f"*/*/.*{PARTIAL}")

    def place(self, key: str, number: int) -> Path:
        """Return the file of a replication."""
        return self.folder / key[:2] / key / f"{number:05}"

    def get(self, key: str, number: int) -> Replication | None:
        """Return a replication, or None if it is not there as it was written."""
        file = self.place(key, number)
        try:
            return self._read(file.read_bytes(), key, number)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            self.told(f"{file} cannot be used ({reason}); its replication is run again")
            return None

    def put(self, key: str, replication: Replication) -> None:
        """Keep a replication.

        Raises
        ------
        ResultsError
            If it cannot be written, with the file's name; all that was kept before is still there.
        """
        file = self.place(key, replication.number)
        try:
            write_file(file, _written(key, replication))
        except ResultsError as error:
            raise ResultsError(
                f"{error}\nwhat is finished is kept in {self.folder}; the same command goes on from there"
            ) from None

    def _read(self, content: bytes, key: str, number: int) -> Replication:
        head = len(MAGIC) + CHECKSUM
        body = content[head:]
        if content[:head] != MAGIC + hashlib.sha256(body).digest():
            raise ValueError("it is not as it was written")
        plain = zlib.decompress(body)
        about, words, values = plain.split(b"\n", 2)
        header = json.loads(about)
        if (header["key"], header["number"]) != (key, number):
            raise ValueError("it is another replication's")
        if words not in self._words:
            found = json.loads(words)
            self._words[words] = tuple(found["metric"]), tuple(found["group"])
        metric, group = self._words[words]
        numbers = np.frombuffer(values, "<f8").astype(np.float64)
        return Replication(
            number=number,
            metric=metric,
            group=group,
            values=numbers[: len(metric)],
            growing=tuple(map(_growing, header["growing"])),
            filling=numbers[len(metric) :],
        )


def _written(key: str, replication: Replication) -> bytes:
    header = {
        "key": key,
        "number": replication.number,
        "growing": [{**asdict(queue), "since": str(queue.since)} for queue in replication.growing],
    }
    words = {"metric": replication.metric, "group": replication.group}
    lines = [json.dumps(one, separators=(",", ":")).encode() for one in (header, words)]
    numbers = np.concatenate([replication.values, replication.filling]).astype("<f8")
    body = zlib.compress(b"\n".join([*lines, numbers.tobytes()]))
    return MAGIC + hashlib.sha256(body).digest() + body


def _growing(row: Mapping[str, Any]) -> Growing:
    return Growing(row["resource"], dt.date.fromisoformat(row["since"]), row["per_day"], row["waiting"])
