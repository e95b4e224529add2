"""Results by locality and council: who gains where."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim import words
from flowsim.outcomes import METRICS
from flowsim.report.document import Block, Heading, Paragraph
from flowsim.report.pack.evidence import beside
from flowsim.report.pack.source import Source

BY_LOCALITY = ("four_hour_performance_type1", "emergency_admissions", "occupied_bed_days", "mffd_patients")
BY_COUNCIL = (
    "mffd_patients",
    "delayed_transfer_days",
    "d2a_waiting_patients",
    "d2a_wait_mean_days",
    "d2a_occupancy",
)


def places(source: Source) -> Iterator[Block]:
    """Yield the tables of each locality and each council, if the hospital has them."""
    results = source.baseline
    found: list[Block] = []
    for kind, metrics in (("locality", BY_LOCALITY), ("council", BY_COUNCIL)):
        for metric in metrics:
            rows = [
                (_called(kind, group), metric, group)
                for name, group in zip(results.metric, results.group, strict=True)
                if name == metric and group.startswith(f"{kind}=")
            ]
            found += beside(results, source.comparison, rows, f"{METRICS[metric].label}, by {kind}")
    if not found:
        return
    yield Heading("By locality and council")
    yield Paragraph(
        "Where patients live, and which council owes them social care. In brackets 95% intervals."
    )
    yield from found


def _called(kind: str, group: str) -> str:
    key = group.partition("=")[2]
    word = next((word for word in words.WORDS[kind] if word.key == key), None)
    return f"{word.national} ({word.key})" if word and word.national != key else key
