from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import InputError
from flowsim.experiments.runs import size
from flowsim.experiments.runs.memory import free_memory
from flowsim.experiments.runs.run import carry_out, plan
from flowsim.experiments.runs.size import BYTES_A_PATIENT, patients_drawn, refuse_if_memory_is_short
from flowsim.pathways.builder import Hospital
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.timeline import StepFunction
from tests.experiments.small import small


def test_the_whole_superset_counts_and_what_comes_after_the_end_does_not() -> None:
    hospital = Hospital(end=100.0)
    arrivals = PoissonArrivals(rate=StepFunction.constant(0.5), multiple=1.25)
    hospital.arrivals("walk_in", arrivals=arrivals).leave()
    hospital.arrivals("given", at=[1.0, 99.0, 100.0]).leave()
    assert patients_drawn(hospital) == 0.5 * 100 * 1.25 + 2


def test_a_run_far_too_large_is_refused_before_it_starts() -> None:
    with pytest.raises(InputError, match=r"must draw at most 500 patients; this one would draw about [0-9]+"):
        plan(small(), most_patients=500)


def test_a_hundred_times_the_patients_are_refused_unless_they_are_allowed() -> None:
    crowded = small(demand__direct_per_day=3_400_000)
    with pytest.raises(InputError, match=r"need .* GB in each process"):
        plan(crowded)
    assert plan(crowded, most_patients=100_000_000).patients > 2_000_000


# Memory


def test_replications_that_do_not_fit_are_refused_with_both_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    # 1,000,000 patients need 2.2 GB a process: two fit into 5 GB, three do not.
    assert BYTES_A_PATIENT == 2200
    monkeypatch.setattr(size, "free_memory", lambda: 5e9)
    refuse_if_memory_is_short(1e6, processes=2)
    with pytest.raises(InputError, match=r"need about 6\.6 GB .* and 5\.0 GB are free\n--jobs 2 would do"):
        refuse_if_memory_is_short(1e6, processes=3)
    with pytest.raises(InputError, match="try fewer days or smaller volumes"):
        refuse_if_memory_is_short(3e6, processes=1)


def test_a_run_that_does_not_fit_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "free_memory", lambda: 1e6)
    with pytest.raises(InputError, match=r"1 at a time need about 0\.0 GB"):
        carry_out(plan(small(), replications=1))


def test_where_nothing_tells_of_memory_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "free_memory", lambda: None)
    refuse_if_memory_is_short(1e12, processes=1000)


def test_the_free_memory_is_that_of_the_container_where_it_has_less(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable: 3000 kB\nSwapFree: 1000 kB\n")
    assert free_memory(meminfo, tmp_path / "no group") == 4000 * 1024
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("500\n")
    assert free_memory(meminfo, tmp_path) == 4000 * 1024
    # Of 2,000 bytes 500 are used, 200 of them pages of files, which are given up: 1,700.
    (tmp_path / "memory.max").write_text("2000\n")
    (tmp_path / "memory.stat").write_text("anon 300\ninactive_file 200\n")
    assert free_memory(meminfo, tmp_path) == 1700
