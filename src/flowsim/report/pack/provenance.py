"""Where a pack comes from: versions, seed, keys and hashes, so that it can be made again and checked."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.report.document import Block, Grid, Heading, Paragraph
from flowsim.report.pack.source import Source


def provenance(source: Source) -> Iterator[Block]:
    """Yield the tables of versions and hashes."""
    yield Heading("Where it comes from")
    yield Paragraph(
        "The same scenario, data, seed and source of flowsim give the same figures to the last bit. SHA-256 "
        "is a fingerprint: two files with the same one are the same."
    )
    for folder, manifest in source.manifests.items():
        rows = [
            ("Kind", manifest["kind"]),
            ("Written", manifest["written"]),
            ("Replications", str(len(manifest["replications"]))),
            ("Source of flowsim", manifest["model_version"]),
            ("Key", manifest.get("key") or manifest["run"]["key"]),
            *((f"Version of {name}", version) for name, version in manifest["versions"].items()),
            ("Machine", manifest["platform"]),
        ]
        yield Grid(("What", "Value"), rows, (), f"The folder {folder}")
    inputs = {
        (name, sha256)
        for manifest in source.scenario_manifests.values()
        for name, sha256 in manifest["inputs"].items()
    }
    yield Grid(("File", "SHA-256"), sorted(inputs), (), "What was read")
    keys = [
        (
            name,
            source.titles.get(name, "the baseline"),
            str(manifest["run"]["seed"]),
            manifest["scenario"]["key"],
        )
        for name, manifest in source.scenario_manifests.items()
    ]
    yield Grid(("Scenario", "What it is", "Seed", "Key of scenario and data"), keys, (), "What was run")
    if source.money is not None:
        yield Paragraph(f"Price book: SHA-256 {source.money.prices_sha256}.")
