"""Finished replications on disk: each once, whole or absent, a damaged one noticed."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from flowsim.errors import ResultsError
from flowsim.experiments.runs import store as module
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.store import Store, figures_key
from flowsim.outcomes import Growing
from tests.experiments.folders.full_disk import full_disk

KEY = figures_key("a hospital", 1)


def replication(number: int = 3, *values: float) -> Replication:
    return Replication(
        number=number,
        metric=("attendances", "four_hour_performance", "bed_occupancy"),
        group=("all", "month=2016-01", "all"),
        values=np.array(values or (0.1 + 0.2, np.nan, -0.0)),
        growing=(Growing("amu", dt.date(2016, 1, 5), 2.5, 40),),
        filling=np.array([0.0, 7.0]),
    )


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, told: list[str]) -> Store:
    return Store(tmp_path / "store", told.append)


def files(store: Store) -> list[Path]:
    return [file for file in store.folder.rglob("*") if file.is_file()]


def test_what_was_kept_comes_back_bit_for_bit(store: Store, told: list[str]) -> None:
    store.put(KEY, replication())
    found = store.get(KEY, 3)
    assert found is not None
    assert (found.number, found.metric, found.group, found.growing) == (
        3,
        replication().metric,
        replication().group,
        replication().growing,
    )
    assert found.values.tobytes() == replication().values.tobytes()
    assert found.filling.tobytes() == replication().filling.tobytes()
    assert told == []


def test_what_was_not_kept_is_not_there_and_nothing_is_said(store: Store, told: list[str]) -> None:
    store.put(KEY, replication())
    assert store.get(KEY, 4) is None
    assert store.get(figures_key("a hospital", 2), 3) is None
    assert told == []


def test_reading_makes_no_folder(store: Store) -> None:
    assert store.get(KEY, 3) is None
    assert not store.folder.exists()


def test_keys_tell_scenarios_seeds_and_versions_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {figures_key("a", 1), figures_key("a", 2), figures_key("b", 1)}
    monkeypatch.setattr(module, "versions", lambda: dict.fromkeys(module.DECIDE, "0"))
    assert len(keys | {figures_key("a", 1)}) == 4


def test_the_same_replication_is_the_same_bytes(store: Store) -> None:
    store.put(KEY, replication())
    first = store.place(KEY, 3).read_bytes()
    store.put(KEY, replication())
    assert store.place(KEY, 3).read_bytes() == first
    assert len(files(store)) == 1


def test_every_flipped_byte_is_noticed_said_and_made_good(store: Store, told: list[str]) -> None:
    store.put(KEY, replication())
    file = store.place(KEY, 3)
    whole = file.read_bytes()
    for i in range(len(whole)):
        file.write_bytes(whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :])
        assert store.get(KEY, 3) is None
    assert len(told) == len(whole)
    assert str(file) in told[0] and "is run again" in told[0]
    store.put(KEY, replication())
    assert store.get(KEY, 3) is not None


def test_a_file_cut_short_at_any_byte_is_noticed(store: Store, told: list[str]) -> None:
    store.put(KEY, replication())
    file = store.place(KEY, 3)
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert store.get(KEY, 3) is None
    assert len(told) == len(whole)


def test_a_file_in_anothers_place_is_noticed(store: Store, told: list[str]) -> None:
    store.put(KEY, replication())
    store.place(KEY, 3).rename(store.place(KEY, 4))
    assert store.get(KEY, 4) is None
    assert "it is another replication's" in told[0]


def test_a_folder_in_a_files_place_is_told(store: Store, told: list[str]) -> None:
    store.place(KEY, 3).mkdir(parents=True)
    assert store.get(KEY, 3) is None
    assert "Is a directory" in told[0]
    with pytest.raises(ResultsError, match="00003 cannot be written: Is a directory"):
        store.put(KEY, replication())


def test_a_full_disk_is_told_with_the_file_and_leaves_nothing_half_written(store: Store) -> None:
    found = replication()
    message = r"00003 cannot be written: .*\n.*goes on from there"
    with pytest.raises(ResultsError, match=message) as caught, full_disk(room=100):
        store.put(KEY, found)
    assert caught.value.exit_code == 1
    assert files(store) == []


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[None]:
    """Be somebody who may not write to the folder; root may write anywhere."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store").chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


def test_a_read_only_folder_is_told_with_the_file(store: Store, nobody: None) -> None:
    with pytest.raises(ResultsError, match="00003 cannot be written: Permission denied"):
        store.put(KEY, replication())


def test_a_file_that_was_never_finished_is_removed_when_it_is_old(store: Store, told: list[str]) -> None:
    store.put(KEY, replication())
    old, new = (store.place(KEY, 3).with_name(f".{name}.partial") for name in ("old", "new"))
    for file in (old, new):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    Store(store.folder, told.append)
    assert (old.exists(), new.exists()) == (False, True)
    assert store.get(KEY, 3) is not None
