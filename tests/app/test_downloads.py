"""What is taken away: by clicks from the first page on, whole, with the figures of the page, to be rerun."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import flowsim
from flowsim.experiments.comparisons.folder import load_comparison
from flowsim.experiments.comparisons.results import Comparison
from flowsim.outcomes import METRICS
from flowsim.report.pack.sentences import change, headlines
from tests.app.conftest import Page, Site
from tests.browser import pictured

ASKED = (("scenario", "tiny"), ("with", "fewer-spaces"), ("more.front_door.assessment_nurses", "2"))
COUNT = ("replications", "4")
"""As many as the last look has."""


def last(site: Site, path: str, *fields: tuple[str, str]) -> Page:
    """Return a page when nothing more will come."""
    page = site.get(path, *fields, ("seen", "0"))
    while 'data-more="yes"' in page.text:
        seen = re.search(r'data-seen="(\d+)"', page.text)
        assert seen is not None
        page = site.get(path, *fields, ("seen", seen[1]))
    return page


@pytest.fixture(scope="module")
def ready(site: Site) -> Page:
    return last(site, "/papers", *ASKED, COUNT)


@pytest.fixture(scope="module")
def comparison(site: Site, ready: Page) -> Comparison:
    (folder,) = (site.out / "app").glob("tiny-*-4")
    return load_comparison(folder / "comparison")


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_clicks_lead_from_the_first_page_to_the_pack(
    site: Site, ready: Page, browser: Any, tmp_path: Path, script: bool
) -> None:
    page = browser.new_page(java_script_enabled=script)

    def shown(name: str) -> None:
        if script:
            pictured(page, name)

    page.goto(site.address)
    shown("1-start")
    page.get_by_role("link", name="Two days of").click()
    page.get_by_label("Fewer cubicles", exact=True).check()
    page.locator("summary", has_text="Front door:").first.click()
    page.get_by_label("Nurses who do initial assessments", exact=True).fill("2")
    shown("2-plan")
    page.get_by_role("button", name="Compare").click()
    while not page.get_by_text("After 4 replications. No more are run.").is_visible():
        if script:
            page.wait_for_timeout(50)
        else:
            with page.expect_navigation():
                page.get_by_role("link", name="Look again").click()
    shown("3-answer")
    page.get_by_role("link", name="Where patients are").click()
    page.get_by_role("link", name="An hour later").click()
    shown("4-day")
    page.get_by_role("link", name="Back to the answer").click()
    page.get_by_role("link", name="Board pack and workbook").click()
    page.get_by_text("Four files to keep.").wait_for()  # of the last look, made before
    shown("5-papers")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Board pack", exact=True).click()
    kept = tmp_path / coming.value.suggested_filename
    coming.value.save_as(kept)
    page.goto(kept.as_uri())
    assert page.get_by_role("heading", name="What was tested").is_visible()
    assert page.get_by_text("fewer-spaces+levers-").first.is_visible()
    page.close()


def test_all_files_are_offered_and_each_is_whole(site: Site, ready: Page) -> None:
    offered = re.findall(r'href="(/papers/[^"]+)"', ready.text)
    files = {path.partition("?")[0]: site.get(path.replace("&amp;", "&")) for path in offered}
    assert [page.status for page in files.values()] == [200] * 4
    assert "What was tested</h3>" in files["/papers/board-pack.html"].text
    assert files["/papers/board-pack.html"].text.rstrip().endswith("</html>")
    assert zipfile.ZipFile(BytesIO(files["/papers/workbook.xlsx"].content)).testzip() is None
    assert files["/papers/differences.csv"].text.startswith("arm,metric,group,baseline,value,difference,")
    assert "breaches,all" in files["/papers/who-changed.csv"].text
    assert "attachment" in files["/papers/workbook.xlsx"].headers["Content-Disposition"]


def test_the_files_have_the_figures_of_the_page(site: Site, comparison: Comparison) -> None:
    page = last(site, "/answer", *ASKED).text
    (arm,) = comparison.arms
    for metric in headlines(comparison):
        assert change(comparison.difference(arm.name, metric), METRICS[metric].unit) in page


def test_the_scenario_reruns_to_the_same_figures_by_the_command_in_it(
    site: Site, comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = site.get("/scenario.yaml", *ASKED)
    file = re.search(r'filename="([^"]+)"', page.headers["Content-Disposition"])
    command = r"flowsim compare (\S+) (\S+) --replications 4$"
    said = re.search(command, page.text, re.MULTILINE)
    assert file and said and said[2] == file[1]
    (tmp_path / file[1]).write_bytes(page.content)
    (tmp_path / said[1]).write_bytes((site.library / "tiny.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    again = flowsim.compare(said[1], said[2], replications=4)
    np.testing.assert_array_equal(again.baseline.values, comparison.baseline.values)
    np.testing.assert_array_equal(again.arms[0].results.values, comparison.arms[0].results.values)


def test_what_was_made_is_not_made_again_and_what_was_not_asked_is_not_there(site: Site, ready: Page) -> None:
    (folder,) = (site.out / "app").glob("tiny-*-4")
    assert not list(site.out.rglob("*.partial"))
    assert str(folder) in ready.text
    assert site.get("/papers/passwd", *ASKED, COUNT).status == 404
    assert site.get("/papers", *ASKED, ("replications", "5")).status == 422
    assert site.get("/papers", ("scenario", "tiny"), COUNT).status == 422
