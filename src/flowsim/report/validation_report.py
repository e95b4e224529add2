"""The report of a validation, put together: Markdown, HTML, its picture and its tables."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.experiments.folders.writing import csv_text
from flowsim.report import wording
from flowsim.report.document import Block, Document, Heading, Paragraph, Picture
from flowsim.report.house_style import png
from flowsim.report.validation_figure import validation_figure
from flowsim.report.validation_predictions import predicted
from flowsim.report.validation_simple import beside_simple_models
from flowsim.report.validation_targets import every_target, in_short, month_by_month
from flowsim.scenario.caveats import said
from flowsim.validation.validation import Validation

PICTURE = "four-hour.png"
SHOWS = (
    "Type 1 and all types within four hours by month: the model, single years, the record, the predictions"
)


def validation_files(found: Validation) -> dict[str, bytes]:
    """Return every file of the report but the manifest, by its name."""
    picture = png(validation_figure(found)) if len(found.planned.months) > 1 else None
    document = report(found, picture)
    return {
        "report.md": document.markdown().encode(),
        "report.html": document.html().encode(),
        **({PICTURE: picture} if picture else {}),
        "targets.csv": csv_text(found.targets_frame()).encode(),
        "months.csv": csv_text(found.months_frame()).encode(),
        "predictions.csv": csv_text(found.predictions_frame()).encode(),
    }


def report(found: Validation, picture: bytes | None) -> Document:
    """Return the report, with its picture as PNG if there is one."""
    return Document(f"Beside the record: {wording.plain(found.about.title)}", list(_blocks(found, picture)))


def _blocks(found: Validation, picture: bytes | None) -> Iterator[Block]:
    yield Paragraph(what_was_run(found))
    yield from in_short(found)
    if picture:
        yield Picture(PICTURE, picture, SHOWS)
    yield from predicted(found)
    yield from every_target(found)
    yield from month_by_month(found)
    yield from beside_simple_models(found)
    yield Heading("To beware of")
    for text in beware(found):
        yield Paragraph(text)


def what_was_run(found: Validation) -> str:
    """Return what was run, and what an interval is an interval of."""
    results = next(iter(found.sets.values()))
    count = len(found.sets)
    of_sets = f"{count} parameter sets, each " if count > 1 else ""
    means = (
        "Intervals of means are the middle 95 % of the parameter sets, without what chance adds"
        if count > 1
        else "Intervals of means are of chance alone (Student t over replications), not of what is uncertain "
        "in the parameters"
    )
    return (
        f"{found.about.name}: {of_sets}{wording.about(results)}, seed {found.about.seed}. Targets: "
        f"{found.planned.targets_file.name}. {means}; the range of single years is what another lies in "
        "nine times in ten."
    )


def beware(found: Validation) -> list[str]:
    """Return what to read the report with."""
    texts = [
        "Agreement in what was fitted, in what follows from it and in inputs is no evidence.",
        "Seven months of one hospital are few. A model can be near them for wrong reasons.",
    ]
    if len(found.sets) == 1:
        texts.append(
            "One parameter set: ranges leave out what is uncertain in the parameters, so they are too narrow."
        )
    metrics = [one.target.metric for one in found.judged if one.target.metric]
    texts += [
        f"Assumption: {text}" for text in said([one.about.caveats for one in found.sets.values()], metrics)
    ]
    texts += [
        f"Warning: {text}" for text in dict.fromkeys(w for one in found.sets.values() for w in one.warnings)
    ]
    return texts
