"""A folder of results known by its kind and its key: where it may stand, and how it is written as a whole.

A verb's own module says which files it has and what its manifest adds. The folders of a run and of a sweep
are recognised otherwise and have manifests of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.experiments.folders.folder import (
    FORMAT,
    Content,
    came_about,
    hashes_of,
    write_files,
    write_manifest,
)
from flowsim.experiments.folders.place import choose_place, replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedFolder:
    """A folder with the answer to one question.

    Parameters
    ----------
    kind : str
        Such as `seek`.
    key : str
        What identifies the question: equal keys have equal results.
    name : str
        Of the scenario.
    title : str, optional
        Of the scenario; name and title are in the manifest if it is given.
    """

    kind: str
    key: str
    name: str
    title: str | None = None

    def place(self, out: Path | None, told: Callable[[str], object] = lambda _: None) -> Path:
        """Return the folder to write to, after trying that it can be written.

        Parameters
        ----------
        out : Path, optional
            A folder that is not there, is empty or holds the answer to the same question and nothing else. If
            not given, `results/NAME-KIND` or, with others there, the same with `-2` and so on.
        told : callable, optional
            Called with a sentence if there is such a number.

        Raises
        ------
        InputError
            If it holds something else.
        ResultsError
            If nothing can be written there.
        """
        return choose_place(out, f"{self.name}-{self.kind}", self.is_of, told)

    def is_of(self, manifest: Mapping[str, Any]) -> bool:
        """Return whether a manifest is that of the same results."""
        return (manifest["kind"], manifest.get("key")) == (self.kind, self.key)

    @contextmanager
    def written(
        self,
        folder: Path,
        files: Mapping[str, Content],
        about: Mapping[str, Any],
        *,
        began: dt.datetime | None = None,
    ) -> Iterator[Path]:
        """Give a folder with files in it, for what else is written or tried there; then write its manifest.

        It takes its place, and that of an older one, as a whole or not at all.

        Parameters
        ----------
        folder : Path
            From `place`.
        files : Mapping[str, Content]
            As for `write_files`.
        about : Mapping[str, Any]
            What the manifest adds.
        began : datetime, optional
            When it began, for the manifest.

        Raises
        ------
        ResultsError
            If the disk is full, the folder cannot be written, or something was added to the older one or
            changed in it meanwhile; nothing half-written is left.
        """
        scenario = {} if self.title is None else {"name": self.name, "title": self.title}
        with replaced(folder) as staging:
            write_files(staging, files)
            yield staging
            manifest = {"format": FORMAT, "kind": self.kind, **scenario, "key": self.key, **about}
            write_manifest(staging, {**manifest, **came_about(began), "files": hashes_of(staging)})

    def write(
        self,
        folder: Path,
        files: Mapping[str, Content],
        about: Mapping[str, Any],
        *,
        began: dt.datetime | None = None,
    ) -> None:
        """Write files and the manifest; the parameters are those of `written`."""
        with self.written(folder, files, about, began=began):
            pass
