"""The methods: the STRESS-DES checklist, filled from the run itself.

References
----------
T. Monks, C. S. M. Currie, B. S. Onggo, S. Robinson, M. Kunc and S. J. E. Taylor, Strengthening the reporting
of empirical simulation studies: introducing the STRESS guidelines, Journal of Simulation 13 (2019), 55-67.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowsim.experiments.runs.warm_up import WarmUp
from flowsim.experiments.statistics.differences import HEADLINES
from flowsim.experiments.statistics.precision import Precision
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.document import Block, Grid, Heading, Paragraph
from flowsim.report.pack.source import Source

REPOSITORY_FILES = "docs/model.md, docs/verbs.md and docs/architecture.md in flowsim's repository"
ENGINES = {
    "compiled": "the compiled engine (numba)",
    "simpy": "the SimPy engine",
}


def methods(source: Source) -> Iterator[Block]:
    """Yield the checklist."""
    yield Heading("Methods: the STRESS-DES checklist")
    yield Paragraph(
        "The items of Monks and others, Journal of Simulation 13 (2019), 55-67, with what this run says "
        "of each."
    )
    for section, rows in checklist(source).items():
        yield Grid(("Item", "In this run"), rows, (), section)


def checklist(source: Source) -> dict[str, list[tuple[str, str]]]:
    """Return the items of each section of the checklist with what the run says of them."""
    baseline, *_ = source.folders
    results, about = source.baseline, source.baseline.about
    manifest = source.scenario_manifests[baseline]
    count = wording.how_many(len(results.numbers), "replication")
    labels = [METRICS[name].label for name in HEADLINES if (name, ALL) in results]
    every = len(set(results.metric))
    uncertain = len(source.trees[baseline].get("uncertain") or ())
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    data = [name for name in manifest["inputs"] if not name.endswith((".yaml", ".yml"))]
    return {
        "1 Objectives": [
            ("1.1 Purpose", _purpose(source)),
            (
                "1.2 Outputs",
                f"{every} metrics, each defined in docs/metrics.md and worked out after the run from its log "
                f"of every patient and stay. Errors: see 4.3. Headlines: {'; '.join(labels)}.",
            ),
            ("1.3 Aims of the experiments", _aims(source)),
        ],
        "2 Logic": [
            (
                "2.1 Overview of the base model",
                "From the 999 call and the door, through the emergency department, assessment unit and "
                f"wards, to discharge and community services. Diagrams: {REPOSITORY_FILES}.",
            ),
            (
                "2.2 Logic of the base model",
                "Each pathway is a short program over ten verbs (arrive, wait, seize, release and the like), "
                "in src/flowsim/pathways/, one module a service.",
            ),
            ("2.3 Logic of the scenarios", _scenario_logic(source)),
            (
                "2.4 Algorithms",
                "All chance is drawn before the clock starts, in named random streams by inversion; an "
                "engine then carries out events in the order of their time. Ties and the discipline of each "
                "queue are in docs/verbs.md.",
            ),
            (
                "2.5.1 Entities",
                "Patients, by class (999 call, walk-in, other departments, direct, elective, returning) and "
                "attribute (age band, frailty, locality, specialty and others), and the site team, which "
                "looks, decides and changes capacity. Sections of this scenario: "
                + ", ".join(name for name, of in source.trees[baseline].items() if isinstance(of, dict))
                + ".",
            ),
            (
                "2.5.2 Activities",
                "Conveyance, handover, assessment, consultation, investigations, review, transfer, the acute "
                "phase of a stay, the arranging of a discharge, cleaning, community care; their laws are in "
                "scenario.resolved.yaml.",
            ),
            (
                "2.5.3 Resources",
                "Bays, cubicles, staff by roster, beds by specialty, escalation beds in blocks, community "
                "places by locality. Who waits keeps what they hold; a place whose number falls closes when "
                "it empties.",
            ),
            (
                "2.5.4 Queues",
                "One for each resource, by priority and then by since when somebody waits; alternatives in "
                "order of preference; patients on foot may leave before they are seen. No queue has a limit.",
            ),
            (
                "2.5.5 Entry and exit points",
                "In: 999 calls, the front door, direct and planned admissions, each by month, weekday and "
                "hour, and returns of patients who had left. Out: home, without being seen, a community "
                "service's end, death. Who is inside at the end stays in the log.",
            ),
        ],
        "3 Data": [
            ("3.1 Sources", f"Files: {', '.join(data) or 'none'}. Other values: see the assumptions log."),
            ("3.2 Before use", "None by the model: files are read as they stand, checked whole, and hashed."),
            (
                "3.3 Parameters of input",
                "scenario.resolved.yaml in the folder of results: every value, no default left out.",
            ),
            (
                "3.4 Assumptions",
                f"See the assumptions log. {wording.how_many(uncertain, 'range')} of uncertain values in the "
                "file; in this run each stood at one value.",
            ),
        ],
        "4 Experimentation": [
            ("4.1 Initialisation", _initialisation(about.warm_up_days, results.warm_up)),
            (
                "4.2 Run length",
                f"{wording.how_many(about.days, 'day')}, {wording.date(about.start)} to "
                f"{wording.date(about.last)}; time is in minutes.",
            ),
            (
                "4.3 Estimation",
                f"{count}, {_why_so_many(about.precision)}; means over replications with 95% Student "
                "t intervals"
                + (
                    "; differences paired by replication, the same patients in each arm; headlines judged "
                    "together by Holm's procedure at 5%."
                    if source.comparison
                    else "."
                ),
            ),
        ],
        "5 Implementation": [
            ("5.1 Software", f"{versions}; {ENGINES.get(about.engine, about.engine)}."),
            (
                "5.2 Random sampling",
                f"NumPy SeedSequence and PCG64, seed {about.seed}; a stream for each class and decision, "
                "keyed by replication and the name's hash.",
            ),
            (
                "5.3 Execution",
                "Event-driven on a grid of 1/1024 minute. Two independent engines give the same log, bit for "
                "bit (`flowsim verify`). A replication is run by one process, several at once.",
            ),
            (
                "5.4 System",
                f"{manifest['platform']}. {_seconds(manifest)} Processor and memory are not recorded.",
            ),
        ],
        "6 Code access": [
            (
                "6.1 Sharing",
                "flowsim is open source under the MIT licence; the source used has SHA-256 "
                f"{manifest['model_version']}. Scenarios and open data come with it; the folder of results "
                "has the scenario, its data and the hash of every file.",
            ),
        ],
    }


def _purpose(source: Source) -> str:
    title = wording.plain(source.title)
    if source.comparison is None:
        return f"To describe emergency patient flow in {title}."
    names = "; ".join(source.titles.values())
    return f"To say what these would change in emergency patient flow in {title}: {names}."


def _aims(source: Source) -> str:
    if source.comparison is None:
        return "One scenario, with its own record beside it where there is one; no experiment."
    return (
        f"{wording.how_many(len(source.comparison.arms), 'arm')} beside one baseline, the same patients in "
        "each; the differences and their intervals. Nothing is optimised in this run."
    )


def _scenario_logic(source: Source) -> str:
    if source.comparison is None:
        return "There is one scenario."
    return (
        "An arm is the baseline with some of its values moved, and the same patients; every value moved is "
        "in the assumptions log."
    )


def _why_so_many(asked: Precision | None) -> str:
    if asked is None:
        return "a number chosen beforehand"
    return f"run until the intervals were as narrow as asked, or {asked.most} were done"


def _seconds(manifest: Mapping[str, Any]) -> str:
    """Return how long the baseline took; nothing if it was all in the store already."""
    seconds = manifest["timing"]["total_s"]
    return f"What was run of the baseline took {seconds:,.0f} s of one core." if seconds else ""


def _initialisation(warm_up_days: float | None, judged: WarmUp | None) -> str:
    if warm_up_days is None:
        return "The run goes on from a census of who was in hospital; no warm-up."
    found = None if judged is None else judged.long_enough
    verdict = {None: "could not be judged", True: "is long enough", False: "is too short"}[found]
    return (
        f"An empty hospital and a warm-up of {warm_up_days:g} days, not reported; by MSER-5 on its "
        f"replications it {verdict}."
    )
