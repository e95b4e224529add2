"""What is taken away: the board pack, the workbook and the tables of an answer, as `flowsim` writes them.

The comparison is run again, with who changed, on the replications that the page showed, so its figures are
the same. Everything is written beside its place and renamed into it: it is whole or absent.

    OUT/app/SCENARIO-KEY-8/comparison/      as `flowsim compare` writes it
    OUT/app/SCENARIO-KEY-8/finance/         as `flowsim finance`
    OUT/app/SCENARIO-KEY-8/board-pack.html  as `flowsim report`
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from flowsim.app.question import Asked, Question
from flowsim.errors import FlowsimError, InputError
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.comparisons.comparison import carry_out_comparison
from flowsim.experiments.comparisons.folder import comparison_folder, write_comparison
from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.folders.folder import read_manifest
from flowsim.experiments.folders.writing import write_file
from flowsim.finance.finance import book_of, price
from flowsim.finance.folder import read_source, write_finance
from flowsim.report.finance_files import finance_files
from flowsim.report.gallery import files, of_comparison
from flowsim.report.pack.board_pack import board_pack

LOG = logging.getLogger(__name__)

COMPARISON, FINANCE, PACK = "comparison", "finance", "board-pack.html"


class _Stopped(Exception):
    """The app ends."""


@dataclass(kw_only=True, eq=False)
class Download:
    """What can be taken away of one answer, or how far its making is.

    Parameters
    ----------
    asked : Asked
    count : int
        Replications.
    folder : Path
    done : int
        Replications that are there.
    step : str
        What is being done now.
    failed : str
        Why it could not be made; empty if it could.
    ready : bool
    """

    asked: Asked
    count: int
    folder: Path
    done: int = 0
    step: str = "Waiting for its turn"
    failed: str = ""
    ready: bool = False

    def file(self, name: str) -> Path | None:
        """Return one of the files by the name under which it is offered; None if there is none."""
        arm = "+".join(one.name for one in self.asked.interventions)
        return {
            "board-pack.html": self.folder / PACK,
            "workbook.xlsx": self.folder / FINANCE / f"{arm}.xlsx",
            "differences.csv": self.folder / COMPARISON / "differences.csv",
            "who-changed.csv": self.folder / COMPARISON / "who_changed.csv",
        }.get(name)


class Downloads:
    """All that was made to be taken away, one after the other.

    Parameters
    ----------
    out : Path
        Folder of the results.
    executor : Executor
    jobs : int
    """

    def __init__(self, out: Path, executor: Executor, jobs: int) -> None:
        self.out, self.executor, self.jobs = out, executor, jobs
        self._changed = threading.Condition()
        self._turn = threading.Lock()
        self._downloads: dict[tuple[Question, int], Download] = {}
        self._ended = False

    def of(self, asked: Asked, count: int) -> Download:
        """Return the download of an answer after so many replications; its making begins if it is new."""
        key = (asked.question, count)
        with self._changed:
            download = self._downloads.get(key)
            if download is not None and not download.failed:
                return download
            name = f"{asked.question.scenario}-{asked.question.key}-{count}"
            download = self._downloads[key] = Download(
                asked=asked, count=count, folder=self.out / "app" / name
            )
        threading.Thread(target=self._make, args=(download,), daemon=True).start()
        return download

    def wait(self, download: Download, more_than: int, seconds: float) -> None:
        """Wait until a download has more replications than that, is ready or failed, or the time is over."""
        with self._changed:
            self._changed.wait_for(
                lambda: download.done > more_than or download.ready or bool(download.failed) or self._ended,
                timeout=seconds,
            )

    def stop(self) -> None:
        """Let nobody wait any longer, and nothing new begin."""
        self._ended = True

    def _make(self, download: Download) -> None:
        try:
            with self._turn:
                self._made(download)
        except _Stopped:
            return
        except FlowsimError as error:
            self._now(download, failed=str(error))
        except Exception:
            LOG.exception("papers could not be made")
            self._now(download, failed="flowsim itself failed; the terminal where it runs has the details")

    def _made(self, download: Download) -> None:
        arms = download.asked.arms(download.count)

        def told(done: int, _total: int) -> None:
            if self._ended:
                raise _Stopped
            self._now(download, done=done, step=f"Replication {done} of {download.count} is there")

        if not _is_there(download.folder / PACK, arms):
            began = dt.datetime.now(dt.UTC)
            self._now(download, step="The replications are being run")
            jobs = max(1, self.jobs // 2)
            comparison = carry_out_comparison(arms, executor=self.executor, jobs=jobs, told=told)
            self._now(download, step="The pictures are being drawn and the money worked out")
            self.executor.submit(write, comparison, arms, download.folder, began).result()
        self._now(download, ready=True, done=download.count, step="Ready")

    def _now(self, download: Download, **known: object) -> None:
        with self._changed:
            for name, value in known.items():
                setattr(download, name, value)
            self._changed.notify_all()


def write(comparison: Comparison, arms: Sequence[Arm], folder: Path, began: dt.datetime) -> None:
    """Write all that is taken away of a comparison; the pack last, so that it says that all is there."""
    pictures = files(of_comparison(comparison))
    write_comparison(comparison, arms, folder / COMPARISON, extra=pictures, began=began)
    source, figures = read_source(folder / COMPARISON)
    found = price(*figures, book_of())
    write_finance(found, source, folder / FINANCE, extra=finance_files(found), began=began)
    write_file(folder / PACK, board_pack(folder / COMPARISON, folder / FINANCE))


def _is_there(pack: Path, arms: Sequence[Arm]) -> bool:
    """Return whether all was written before, of the same scenarios by the same model."""
    try:
        manifest = read_manifest(pack.parent / COMPARISON)
    except InputError:
        return False
    return pack.is_file() and comparison_folder(arms, None).is_of(manifest)
