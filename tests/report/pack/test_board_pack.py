"""The board pack: what it says, and in a browser that axe finds nothing and the keyboard reaches the text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.errors import InputError
from flowsim.finance.prices import read_prices
from flowsim.report.document import Grid
from flowsim.report.pack.board_pack import board_pack, document
from flowsim.report.pack.source import read_source
from flowsim.scenario.interventions import read_intervention
from tests.browser import violations
from tests.report.pack.folders import SPACES, compared, priced

LARGEST = 5_000_000


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))


class Tags(HTMLParser):
    """The tags of a page in order, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_first_page_answers_what_a_board_asks(page: str) -> None:
    heads = [
        "What was tested",
        "What changes, and by how much",
        "How sure is that",
        "What it costs",
        "What would change our mind",
        "Which assumptions carry it",
        "The evidence",
        "By locality and council",
        "Methods: the STRESS-DES checklist",
        "Assumptions log",
        "Where it comes from",
    ]
    found = [re.sub("<[^>]*>", "", one) for one in re.findall(r"<h[23][^>]*>.*?</h[23]>", page)]
    assert [head for head in found if head in heads] == heads


def test_the_page_needs_no_other_and_is_small(page: str) -> None:
    tags = Tags(page).found
    assert len(page.encode()) < LARGEST
    assert not {"script", "link", "iframe"} & {tag for tag, _ in tags}
    for _, attributes in tags:
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:image/png;base64,"))


def test_headings_are_in_order_and_pictures_have_words(page: str) -> None:
    tags = Tags(page).found
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(len(attributes.get("alt") or "") > 20 for tag, attributes in tags if tag == "img")
    anchors = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    assert ("html", {"lang": "en-GB"}) in tags
    assert page.count("<caption>") == page.count("<table>")


@pytest.mark.usefixtures("unpainted")
def test_no_figure_in_the_tables_stands_without_its_interval(comparison: Path, appraisal: Path) -> None:
    grids = [
        block for block in document(read_source([comparison, appraisal])).blocks if isinstance(block, Grid)
    ]
    shown = [
        grid for grid in grids if grid.columns[0] in ("Figure", "Headline") and grid.columns[1] == "Baseline"
    ]
    assert len(shown) > 5
    for grid in shown:
        for row in grid.rows:
            for cell in row[1:]:
                assert "(" in cell or cell == "–" or cell == "0", (grid.caption, row)


@pytest.mark.usefixtures("unpainted")
def test_what_is_not_priced_is_said_not_to_be(comparison: Path, page: str) -> None:
    assert "Not priced." in text(board_pack(comparison))
    assert "Not priced." not in text(page)
    assert re.search(r"worth [−£].*? to the system", text(page))


def test_a_year_reckoned_from_fewer_days_is_said_to_be_wherever_money_stands(page: str) -> None:
    warning = "Warning: a year is reckoned from 2 days, as if all others were like them."
    before, after = text(page).split("The evidence Changes")
    assert warning in before.partition("What it costs")[2].partition("What would change")[0]
    assert warning in after.partition("Costs and worth")[2]


@pytest.mark.usefixtures("unpainted")
def test_what_all_arms_are_warned_of_is_said_once(page: str) -> None:
    assert len(re.findall("Warning[^:.]*: a warm-up of ", text(page))) == 1


def test_what_an_intervention_moves_is_read_from_the_scenarios(page: str) -> None:
    assert "More spaces. emergency_department.spaces.majors from 12 to 40" in text(page)
    assert "front_door.assessment_nurses" in text(page)


@pytest.mark.usefixtures("unpainted")
def test_a_package_whose_parts_are_no_arms_says_itself_what_it_moves(tmp_path: Path) -> None:
    package = (SPACES, read_intervention("p1-slots-15"))
    alone = compared(tmp_path / "alone", package, parts=False)
    said = text(board_pack(alone, priced(alone, tmp_path / "priced")))
    first, log = said.split("The evidence Changes")[0], said.rpartition("Assumptions log")[2]
    # The file of the slots says what they are; the spaces have none.
    assert "All of these together" not in said
    assert (
        "152 instead of 132 slots of support at home after discharge. What else is moved is in the" in first
    )
    assert "What “More spaces” costs beyond beds and slots is not priced" in first
    assert "emergency_department.spaces.majors 12 40" in log
    assert re.search(r"Pathway 1 \(home with support\) slots \+15 % cost ", log)
    # The companion: with its parts alone, they say it.
    with_parts = text(board_pack(compared(tmp_path / "parts", package)))
    assert "All of these together" in with_parts
    assert with_parts.count("emergency_department.spaces.majors 12 40") == 1


def test_interventions_are_called_by_their_titles_but_where_files_are_named(page: str) -> None:
    before, _, provenance = text(page).partition(" Where it comes from The same scenario")
    assert "More spaces and More nurses" in before and "More spaces and More nurses" in provenance
    assert "spaces+nurses" not in before
    assert "spaces+nurses" in provenance


def test_no_price_is_called_by_its_key(page: str) -> None:
    keys = [*read_prices().every_price(), *read_prices().every_assumption()]
    assert [key for key in keys if "_" in key and key in text(page)] == []
    assert "What carries the worth most" in text(page)


def test_whose_cash_is_said_for_both_contracts_and_which_holds(page: str) -> None:
    assert "payment by results, taken to hold" in text(page) and "block contract, if that held" in text(page)


@pytest.mark.usefixtures("unpainted")
def test_deaths_are_told_only_if_the_appraisal_asked_for_them(comparison: Path, page: str) -> None:
    assert "Deaths within 30 days" not in text(page)
    asked = priced(comparison, comparison.parent / "with-harm", harm=True)
    said = text(board_pack(comparison, asked))
    assert re.search(r"Deaths within 30 days .* More spaces −?[\d.]+ \(", said)
    assert "It is an association, not a proof that waiting is the cause" in said


def test_the_assumptions_log_has_the_authors_remarks(page: str) -> None:
    assert "D: management acts before 12 h from the decision to admit" in text(page)


def test_the_checklist_has_every_item_of_stress(page: str) -> None:
    items = re.findall(r"<th scope=\"row\">([1-6](?:\.\d)+) [A-Z]", page)
    assert items == [
        *("1.1", "1.2", "1.3"),
        *("2.1", "2.2", "2.3", "2.4", *(f"2.5.{n}" for n in range(1, 6))),
        *("3.1", "3.2", "3.3", "3.4"),
        *("4.1", "4.2", "4.3"),
        *("5.1", "5.2", "5.3", "5.4"),
        "6.1",
    ]


@pytest.mark.usefixtures("unpainted")
def test_an_appraisal_alone_makes_a_pack_without_who_changed(appraisal: Path) -> None:
    said = text(board_pack(appraisal))
    assert "Who changed" not in said and "to the system" in said


@pytest.mark.usefixtures("unpainted")
def test_a_run_alone_makes_a_pack_that_compares_nothing(comparison: Path) -> None:
    said = text(board_pack(comparison / "arms" / "portsmouth-2016"))
    assert "No intervention was compared" in said and "nothing is priced" in said


@pytest.mark.usefixtures("unpainted")
def test_an_appraisal_of_other_runs_is_refused(comparison: Path, appraisal: Path) -> None:
    other = compared(comparison.parent / "other", seed=2)
    with pytest.raises(InputError, match="must be the appraisal of"):
        board_pack(other, appraisal)
    with pytest.raises(InputError, match=r"found .*, a comparison and .*, a comparison"):
        board_pack(other, comparison)


def test_equal_folders_give_equal_bytes(comparison: Path, appraisal: Path, page: str) -> None:
    assert board_pack(comparison, appraisal) == page


@pytest.mark.usefixtures("unpainted")
def test_the_verb_writes_beside_the_results(comparison: Path, page: str) -> None:
    done = CliRunner().invoke(main, ["report", str(comparison)])
    assert done.exit_code == 0, done.output
    written = comparison.parent / "compared-report.html"
    assert str(written) in done.output
    assert written.read_text(encoding="utf-8") == board_pack(comparison)


def test_a_folder_of_something_else_is_refused_in_words(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["report", str(tmp_path)])
    assert done.exit_code == 2
    assert "must be a folder of results" in done.output and "Traceback" not in done.output


# In a real browser; here, since the page takes long to make


def violations_of(browser: Any, page: str) -> list[str]:
    # axe itself is a script, which the page forbids.
    opened = browser.new_page(bypass_csp=True)
    opened.set_content(page)
    found = violations(opened)
    opened.close()
    return found


def test_axe_finds_nothing(browser: Any, page: str) -> None:
    assert violations_of(browser, page) == []


def test_a_telephone_scrolls_one_way_only(browser: Any, page: str) -> None:
    opened = browser.new_page(viewport={"width": 390, "height": 800})
    opened.set_content(page)
    assert opened.evaluate("document.documentElement.scrollWidth") == 390
    opened.close()


def test_axe_would_find_what_is_missing(browser: Any, page: str) -> None:
    before, _, after = page.replace(' lang="en-GB"', "").partition("<img alt=")
    without = f"{before}<img data-alt={after.partition('</figure>')[0]}"
    assert {"html-has-lang", "image-alt"} <= set(violations_of(browser, without))


def test_the_page_asks_for_nothing_and_the_first_tab_leads_to_the_text(
    browser: Any, page: str, tmp_path: Path
) -> None:
    file = tmp_path / "pack.html"
    file.write_text(page, encoding="utf-8")
    opened = browser.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(file.as_uri())
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "main"
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    opened.close()
