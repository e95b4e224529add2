"""Each test has one tier, and in CI a missing package is a failure.

A test outside `tests/oracles` and `tests/golden` is fast; a mark on it says otherwise. A test with two tiers,
or one outside `tests`, is refused at collection. Every log of a run in a test must obey the laws of logs.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Generator, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.blank_pictures import blank_pictures

if TYPE_CHECKING:
    from flowsim.engine.engines import Simulate
    from flowsim.engine.log import Log
    from flowsim.engine.program import Program
    from flowsim.sampling.cohort import Cohort

pytest_plugins = ["pytester"]

TIERS = ("fast", "oracle", "golden", "slow")
TIER_OF_FOLDER = {"oracles": "oracle", "golden": "golden"}
TESTS = Path(__file__).parent
MISSING_PACKAGE = ("could not import", "No module named")

# The same examples each time, on every machine; a deadline would time the machine.
hypothesis.settings.register_profile("flowsim", derandomize=True, deadline=None)
hypothesis.settings.load_profile("flowsim")


# In the background of a script everything is deaf to Ctrl-C; tests stop what they start by it, and would
# wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def every_run_obeys_the_laws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test if a log breaks one of the laws in `flowsim.engine.identities`, whatever else it asks."""
    from flowsim.engine.engines import ENGINES
    from flowsim.engine.identities import check

    def checked(simulate: Simulate) -> Simulate:
        def run(program: Program, cohort: Cohort, end: float) -> Log:
            log = simulate(program, cohort, end)
            broken = [f"{law.name}: {law.violation}" for law in check(log, program) if not law.ok]
            assert not broken, "\n".join(broken)
            return log

        return run

    for name in ENGINES.values():
        engine = import_module(name)
        monkeypatch.setattr(engine, "simulate", checked(engine.simulate))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Return a Chromium; closed after each file, since its event loop would be in other tests' way."""
    playwright = pytest.importorskip("playwright.sync_api")
    pytest.importorskip("axe_playwright_python")
    from tests.browser import CHROMIUM

    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with playwright.sync_playwright() as started:
        # A container has no sandbox of its own to start; the pages are ours.
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def unpainted() -> Iterator[None]:
    """Leave pictures blank."""
    with blank_pictures():
        yield


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.hookimpl(tryfirst=True)  # before -m selects by these marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    refused = []
    for item in items:
        tiers = sorted({mark.name for mark in item.iter_markers() if mark.name in TIERS})
        if not tiers and item.path.is_relative_to(TESTS):
            tiers = [TIER_OF_FOLDER.get(item.path.relative_to(TESTS).parts[0], "fast")]
            item.add_marker(tiers[0])
        if len(tiers) != 1:
            refused.append(
                f"{item.nodeid}: must have one tier of {', '.join(TIERS)}; found {tiers or 'none'}"
            )
    if refused:
        raise pytest.UsageError("\n".join(refused))


def pytest_collection_finish() -> None:
    # All that was imported stays to the end, and tests leave little behind: looking for garbage took a tenth.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_unconfigure() -> None:
    gc.unfreeze()  # else DuckDB tells of leaks


def _fail_if_a_package_is_missing(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") != "true" or not report.skipped or not isinstance(report.longrepr, tuple):
        return
    reason = report.longrepr[2]
    if any(phrase in reason for phrase in MISSING_PACKAGE):
        report.outcome = "failed"
        report.longrepr = f"in CI a skip for a missing package is a failure; {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_a_package_is_missing(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_a_package_is_missing(report)
    return report
