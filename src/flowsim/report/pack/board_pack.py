"""The board pack, put together: one HTML file that needs no other and prints on A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from flowsim import words
from flowsim.experiments.runs.results import Results
from flowsim.outcomes import METRICS
from flowsim.report import gallery, wording
from flowsim.report.comparison_table import ROWS
from flowsim.report.document import Block, Contents, Document, Grid, Heading, Paragraph
from flowsim.report.pack import evidence, money
from flowsim.report.pack.assumptions import assumptions
from flowsim.report.pack.first_page import first_page
from flowsim.report.pack.methods import methods
from flowsim.report.pack.places import places
from flowsim.report.pack.provenance import provenance
from flowsim.report.pack.source import Source, read_source
from flowsim.report.pack.worth_figure import worth_figure

TABLE = "table"
PARTS = {
    "Emergency department": (TABLE, "waits", "breaches"),
    "Admissions and beds": (TABLE, "bed_clock"),
    "Leaving hospital": ("way_out", TABLE),
}
"""The order of table and pictures by the head of the table: one that leaves the fewest gaps in print."""


def board_pack(*folders: str | Path) -> str:
    """Return the board pack of some folders of results as one HTML page.

    Parameters
    ----------
    *folders : str or Path
        That of a run; or that of a comparison, of its appraisal, or of both.

    Returns
    -------
    str
        The HTML, pictures and all in it.

    Raises
    ------
    InputError
        If they are none of these, do not belong together, or were changed since.
    """
    return document(read_source([Path(folder) for folder in folders])).html()


def document(source: Source) -> Document:
    """Return the pack of what was read."""
    title = wording.plain(source.title)
    return Document(f"{title}: what a simulation says", list(_blocks(source)))


def _blocks(source: Source) -> Iterator[Block]:
    yield Contents()
    yield from first_page(source)
    yield from _evidence(source)
    yield from places(source)
    yield from methods(source)
    yield from assumptions(source)
    yield from provenance(source)


def _evidence(source: Source) -> Iterator[Block]:
    results, comparison = source.baseline, source.comparison
    yield Heading("The evidence")
    if comparison is not None:
        yield Paragraph(
            "Changes are means over replications, the same patients in each, with paired 95% intervals in "
            "brackets. * marks what is clear with all headlines of all interventions looked at together."
        )
        drawn = gallery.of_comparison(comparison)
    else:
        drawn = gallery.of_levels({results.about.name: results})
    below = {name for names in PARTS.values() for name in names}
    yield from evidence.pictures({name: one for name, one in drawn.items() if name not in below})
    for section, parts in PARTS.items():
        yield Heading(section, 3)
        for part in parts:
            if part == TABLE:
                yield from evidence.all_metrics(results, comparison, section, ROWS[section])
            else:
                yield from evidence.pictures({part: drawn[part]} if part in drawn else {})
    if comparison is not None:
        yield from evidence.who_changed(comparison)
    yield from _baseline(results)
    if source.money is not None and comparison is not None:
        yield from money.tables(source.money, results, source.titles, source.called)
        shows = "The worth of each intervention with 95% of the draws; the table above has the same figures."
        worth = worth_figure(source.money, source.titles, wording.plain(source.title))
        yield from evidence.pictures({"worth": gallery.Drawn(worth, shows)})
    other = words.nationally(METRICS[name].label for names in ROWS.values() for name in names)
    if other:
        yield Paragraph(f"Nationally today: {other}", small=True)


def _baseline(results: Results) -> Iterator[Block]:
    """Yield the pictures of the baseline, and the record beside it."""
    drawn, record = gallery.of_baseline(results), evidence.record(results)
    if drawn or record:
        yield Heading("The baseline", 3)
    yield from evidence.pictures(drawn)
    if record:
        head = ("Figure", "Months", "Model (95% interval)", "Published")
        yield Grid(head, record, (2, 3), "The model beside the published record")
        sources = dict.fromkeys(one.source for one in results.about.published)
        yield Paragraph(f"Published: {'; '.join(sources)}.", small=True)


def default_place(folders: Sequence[Path]) -> Path:
    """Return where a pack is written if nobody says: beside the first folder, under its name."""
    first = folders[0].resolve()
    return first.with_name(f"{first.name}-report.html")
