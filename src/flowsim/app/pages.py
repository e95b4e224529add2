"""The app's pages: what stands in each template. Every text in them is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from flowsim.app import answer_page, day_page
from flowsim.app.answers import Answer
from flowsim.app.catalogue import Catalogue, Offered
from flowsim.app.day import Days
from flowsim.app.downloads import Download
from flowsim.app.levers import Kind, Lever, levers_of, number, section_title
from flowsim.app.question import DAYS, QUICK_DAYS, SCENARIO, WITH, Asked, Query
from flowsim.experiments.runs.results import About
from flowsim.report import wording
from flowsim.scenario.interventions import Intervention
from flowsim.scenario.loading import Loaded
from flowsim.scenario.schema import Scenario

FOLDER = Path(__file__).parent / "templates"

SEVERAL = "Several together"

KINDS: tuple[tuple[Kind, str, str], ...] = (
    (
        "capacity",
        "More or fewer places, staff and hours",
        "What is moved here is tested together with what is ticked above. The hospital it is compared with "
        "keeps what it has.",
    ),
    (
        "uncertain",
        "What is not well known",
        "What if the hospital tested had another value, within the range that its description gives? "
        "The hospital it is compared with keeps the value that stands now.",
    ),
)

FILES = (
    ("board-pack.html", "Board pack", "One page to read, print or send; opens in any browser."),
    (
        "workbook.xlsx",
        "Workbook",
        "The money, with live formulas: whoever changes a price sees what follows.",
    ),
    ("differences.csv", "All differences", "Every figure with its 95% interval, as a table."),
    ("who-changed.csv", "Who changed", "Of the same patients, whose day is better and whose is worse."),
)
"""What is offered: name, title, what it is."""


def start(catalogue: Catalogue, problems: Mapping[str, str]) -> str:
    """Return the page on which a scenario is chosen."""
    return _render("start.html", step=1, scenarios=list(catalogue.scenarios.values()), problems=problems)


def plan(
    catalogue: Catalogue,
    offered: Offered,
    loaded: Loaded[Scenario],
    given: Query,
    problems: Mapping[str, str],
) -> str:
    """Return the form of a scenario, filled with what an address holds, right or wrong."""
    values = {name: value for name, value in given if name not in (SCENARIO, WITH, DAYS)}
    levers = levers_of(loaded)
    labels = {one.name: one.label for one in levers}
    now = {one.name: number(one.now) for one in levers}
    run = loaded.value.run
    days = sorted({min(QUICK_DAYS, run.days), run.days})
    asked = next((value for name, value in given if name == DAYS), "")
    return _render(
        "plan.html",
        step=2,
        title=loaded.value.title,
        scenario=offered.name,
        interventions=_by_first_lever(catalogue.interventions.values()),
        chosen={value for name, value in given if name == WITH},
        kinds=[one for one in KINDS if any(lever.kind == one[0] for lever in levers)],
        levers={kind: _by_section(levers, kind) for kind, _, _ in KINDS},
        opened={name for name, value in values.items() if value != now.get(name)},
        values=values,
        problems=problems,
        all_problems={
            name: f"{labels[name]}: {message}" if name in labels else message
            for name, message in problems.items()
        },
        periods=[(one, *_period(loaded.value, one)) for one in days],
        period=int(asked) if asked in map(str, days) else days[0],
        number=number,
    )


def answer(found: Answer) -> str:
    """Return the page of an answer as far as it is known."""
    return _render("answer.html", step=3, **answer_page.context(found))


def day(asked: Asked, about: About, several: Sequence[Days], at: int) -> str:
    """Return the page of an hour."""
    return _render("day.html", step=3, **day_page.context(asked, about, several, at))


def papers(download: Download) -> str:
    """Return the page on which things are fetched, or that says how far their making is."""
    return _render(
        "papers.html",
        step=3,
        heading=answer_page.heading(download.asked),
        query=download.asked.question.query,
        count=download.count,
        done=download.done,
        words=download.step,
        failed=download.failed,
        ready=download.ready,
        folder=str(download.folder),
        files=FILES,
    )


def refused(heading: str, message: str) -> str:
    """Return a page that says why there is nothing else."""
    return _render("refused.html", step=0, heading=heading, message=message)


def file(name: str) -> bytes:
    """Return the stylesheet or the script."""
    return (FOLDER / name).read_bytes()


def _by_first_lever(interventions: Iterable[Intervention]) -> dict[str, list[Intervention]]:
    """Return interventions by the section of the first lever that each moves, packages last."""
    found: dict[str, list[Intervention]] = {}
    for one in sorted(interventions, key=lambda one: bool(one.parts)):
        (change, _), *_ = next(one.steps()).levers
        title = SEVERAL if one.parts else section_title(change.path.partition(".")[0])
        found.setdefault(title, []).append(one)
    return found


def _by_section(levers: Sequence[Lever], kind: Kind) -> dict[str, list[Lever]]:
    found: dict[str, list[Lever]] = {}
    for one in levers:
        if one.kind == kind:
            found.setdefault(section_title(one.section), []).append(one)
    return found


def _period(scenario: Scenario, days: int) -> tuple[str, str]:
    """Return what a period is called, and what is to be said of it."""
    run = scenario.run
    if days == run.days:
        return f"All {wording.how_many(days, 'day')}", "The whole period of the scenario; takes longer."
    return (
        f"The first {wording.how_many(days, 'day')}, for a quick look",
        f"From {wording.date(run.start)}; another part of the year may say something else.",
    )


def _render(template: str, **context: Any) -> str:
    return _environment().get_template(template).render(**context)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["plain"] = wording.plain
    macros: Any = environment.get_template("macros.html").module
    environment.globals["summary"] = macros.summary
    return environment
