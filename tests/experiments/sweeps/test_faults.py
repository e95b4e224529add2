"""A sweep under faults: killed, damaged, on a full disk, twice at once; it loses nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flowsim.cli import main
from tests.experiments.folders.full_disk import full_disk
from tests.experiments.sweeps.small_sweep import TEXT, files, write

FLOWSIM = [sys.executable, "-m", "flowsim"]
ENTRIES = 12
"""Replications of the small sweep: four arms, three of each."""
PATIENCE = 300.0
"""Seconds after which something hangs."""


@pytest.fixture(scope="session")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a sweep that nothing happened to."""
    folder = tmp_path_factory.mktemp("unbroken")
    assert sweep(folder).exit_code == 0
    return folder / "results"


def sweep(folder: Path, text: str = TEXT, *more: str) -> Result:
    """Carry out a sweep in this process, in a folder of its own."""
    file = write(folder, text)
    arguments = ["sweep", str(file), "--jobs", "1", "--out", str(folder / "results"), *more]
    return CliRunner().invoke(main, arguments)


def begin(folder: Path, text: str = TEXT, jobs: int = 1, hash_seed: str = "0") -> subprocess.Popen[bytes]:
    """Begin a sweep in another process."""
    file = write(folder, text)
    return subprocess.Popen(
        [*FLOWSIM, "sweep", file, "--jobs", str(jobs), "--out", folder / "results"],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for a sweep that goes well."""
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told.decode()


def entries(folder: Path) -> dict[str, tuple[int, int]]:
    """Return each finished replication in the store, by what would change if it were written again."""
    store = folder / ".store"
    found = [file for file in store.rglob("[!.]*") if file.is_file()]
    return {str(file.relative_to(store)): (file.stat().st_ino, file.stat().st_mtime_ns) for file in found}


# Killed


def kill(folder: Path, text: str, *, jobs: int, after: int, seconds: float) -> dict[str, tuple[int, int]]:
    """Kill a sweep some time after it has some replications, and return those it has."""
    process = begin(folder, text, jobs)
    ends = time.monotonic() + PATIENCE
    while len(entries(folder)) < after and process.poll() is None and time.monotonic() < ends:
        time.sleep(0.002)
    time.sleep(seconds)
    process.kill()
    process.communicate()
    return entries(folder)


def nothing_is_run_again(folder: Path, before: dict[str, tuple[int, int]]) -> bool:
    """Return whether what was finished was left as it was."""
    return {name: entries(folder)[name] for name in before} == before


def test_a_killed_sweep_goes_on_and_runs_nothing_twice(tmp_path: Path, unbroken: Path) -> None:
    before = kill(tmp_path, TEXT, jobs=1, after=5, seconds=0)
    assert 5 <= len(before) < ENTRIES
    assert sweep(tmp_path).exit_code == 0
    assert nothing_is_run_again(tmp_path, before)
    assert files(tmp_path / "results") == files(unbroken)
    assert len(entries(tmp_path)) == ENTRIES
    assert sorted(os.listdir(tmp_path)) == [".store", "results", "small.yaml"]


@pytest.mark.slow
def test_ten_kills_at_random_moments_leave_no_trace_with_more_processes_and_another_hash_seed(
    tmp_path: Path,
) -> None:
    text, whole = TEXT.replace("replications: 3", "replications: 15"), tmp_path / "whole"
    finish(begin(whole, text, jobs=2))
    moments = random.Random(20160401)
    had = []
    for i in range(10):
        after, seconds = moments.randrange(5 * ENTRIES), moments.uniform(0.0, 0.2)
        folder = tmp_path / str(i)
        before = kill(folder, text, jobs=1 + i % 2, after=after, seconds=seconds)
        finish(begin(folder, text, jobs=2, hash_seed="1"))
        assert nothing_is_run_again(folder, before)
        assert files(folder / "results") == files(whole / "results")
        had.append(len(before))
    assert sum(0 < count < 5 * ENTRIES for count in had) >= 5, "kills fell in the middle"


def test_ctrl_c_says_where_it_goes_on(tmp_path: Path) -> None:
    process = begin(tmp_path, TEXT.replace("replications: 3", "replications: 400"))
    while len(entries(tmp_path)) < 2:
        assert process.poll() is None
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert (
        f"stopped; finished replications are in {tmp_path / '.store'}: the same command goes on"
        in told.decode()
    )
    assert not (tmp_path / "results").exists()


# Damaged


def test_every_damaged_file_is_said_and_made_good(tmp_path: Path, unbroken: Path) -> None:
    assert sweep(tmp_path).exit_code == 0
    before = entries(tmp_path)
    chosen = list(before)[::4]
    for i, name in enumerate(chosen):
        file = tmp_path / ".store" / name
        content = bytearray(file.read_bytes())
        content[len(content) * (i + 1) // (len(chosen) + 1)] ^= 1
        file.write_bytes(content)
    again = sweep(tmp_path)
    assert again.exit_code == 0
    told = again.stderr.replace("\n", "")
    for name in chosen:
        assert f"{Path(name).name} cannot be used (it is not as it was written)" in told
    kept = {name: known for name, known in before.items() if name not in chosen}
    assert {name: entries(tmp_path)[name] for name in kept} == kept
    assert files(tmp_path / "results") == files(unbroken)


# No room, no right


def test_on_a_full_disk_it_names_the_file_and_goes_on_when_there_is_room(
    tmp_path: Path, unbroken: Path
) -> None:
    largest = max(file.stat().st_size for file in (unbroken.parent / ".store").rglob("0*") if file.is_file())
    with full_disk(room=1000):
        refused = sweep(tmp_path)
    assert refused.exit_code == 1
    assert "00000 cannot be written: File too large" in refused.stderr.replace("\n", " ")
    assert "the same command goes on from there" in refused.stderr.replace("\n", " ")
    assert entries(tmp_path) == {}
    with full_disk(room=largest):
        refused = sweep(tmp_path)
    assert refused.exit_code == 1
    assert f"results cannot be written to {tmp_path / 'results'}: " in refused.stderr
    before = entries(tmp_path)
    assert len(before) == ENTRIES
    assert sweep(tmp_path).exit_code == 0
    assert entries(tmp_path) == before
    assert files(tmp_path / "results") == files(unbroken)


def test_where_nothing_can_be_written_nothing_is_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = write(tmp_path)
    result = CliRunner().invoke(main, ["sweep", str(file), "--out", str(tmp_path / "file" / "results")])
    assert result.exit_code == 1
    assert "results cannot be written to" in result.stderr and "Not a directory" in result.stderr
    assert sorted(os.listdir(tmp_path)) == ["file", "small.yaml"]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "letter.txt").write_text("dear")
    result = sweep(tmp_path)
    assert result.exit_code == 2
    assert "found other files in" in result.stderr
    assert os.listdir(tmp_path / "results") == ["letter.txt"]


# Twice at once


@pytest.mark.slow
def test_two_sweeps_at_once_lose_nothing(tmp_path: Path, unbroken: Path) -> None:
    both = [begin(tmp_path, hash_seed=seed) for seed in ("0", "1")]
    for process in both:
        finish(process)
    assert len(entries(tmp_path)) == ENTRIES
    assert files(tmp_path / "results") == files(unbroken)
    assert sorted(os.listdir(tmp_path)) == [".store", "results", "small.yaml"]
