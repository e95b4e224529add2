"""Compiled code on disk never stops a run: damaged, full, two at once, killed meanwhile, or with no place."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.folders.full_disk import full_disk

numba = pytest.importorskip("numba")

MODULE = """
from flowsim.engine.compilation import compiled

@compiled
def double(x):
    return 2 * x

if __name__ == "__main__":
    print("begun", flush=True)
    print(double(21))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "doubling.py").write_text(MODULE)
    return tmp_path / "doubling.py"


def fresh(file: Path) -> Any:
    """Return the function as a new process would have it."""
    spec = spec_from_file_location("doubling", file)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.double


def kept(file: Path, ending: str) -> list[Path]:
    return sorted((file.parent / "__pycache__").glob(f"*{ending}"))


def test_what_was_compiled_once_is_kept(file: Path) -> None:
    assert fresh(file)(21) == 42
    assert len(kept(file, ".nbc")) == len(kept(file, ".nbi")) == 1
    again = fresh(file)
    assert again(21) == 42
    assert sum(again.stats.cache_hits.values()) == 1


@pytest.mark.parametrize("ending", [".nbc", ".nbi"])
@pytest.mark.parametrize(
    "damage", [lambda b: b[:100], lambda b: b"", lambda b: b"garbage\n", lambda b: b[::-1]]
)
def test_a_damaged_file_is_compiled_again_and_made_good(
    file: Path, ending: str, damage: Callable[[bytes], bytes]
) -> None:
    assert fresh(file)(21) == 42
    for one in kept(file, ending):
        one.write_bytes(damage(one.read_bytes()))
    assert fresh(file)(21) == 42
    again = fresh(file)
    assert again(21) == 42
    assert sum(again.stats.cache_hits.values()) == 1


def test_on_a_full_disk_nothing_is_kept_and_it_runs(file: Path) -> None:
    double = fresh(file)
    with full_disk(room=10):
        assert double(21) == 42
    assert kept(file, ".nbc") == []


def test_without_any_place_for_it_it_runs(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    njit = numba.njit

    def no_locator(*, cache: bool = False, **options: Any) -> Any:
        def refuse(function: Any) -> Any:
            raise RuntimeError("cannot cache function: no locator available")

        return refuse if cache else njit(**options)

    monkeypatch.setattr(numba, "njit", no_locator)
    assert fresh(file)(21) == 42


@pytest.mark.slow
def test_two_that_compile_at_once_and_one_that_is_killed_meanwhile_do_no_harm(file: Path) -> None:
    def begun() -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, file], stdout=subprocess.PIPE, text=True)

    killed = begun()
    assert killed.stdout and killed.stdout.readline() == "begun\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    both = [begun(), begun()]
    assert [one.communicate()[0] for one in both] == ["begun\n42\n"] * 2
    assert fresh(file)(21) == 42
