"""What a terminal of 80 columns shows: nothing wider, nothing twice, and errors in a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from flowsim.cli import VERBS, main
from tests.command_line import flowsim

pytestmark = pytest.mark.usefixtures("unpainted", "elsewhere")

SMALL = ("--change", "run.days=2", "--change", "run.warm_up=0 days", "--replications", "2", "--jobs", "1")
BASELINE = "portsmouth-2016"
SWEEP = f"""
name: small
title: A bed more or less
baseline: {BASELINE}
replications: 2
changes: {{run.days: {{set: 2}}, run.warm_up: {{set: 0 days}}}}
vary: {{grid: {{acute_medicine.amu_beds: {{add: [-57, 1]}}}}}}
expect: [four_hour_performance >= 99%]
"""
SHOWN = {
    "compare": ("compare", BASELINE, "fit-12x7+p1-slots-15", *SMALL),
    "compare in full": ("compare", BASELINE, "amu-beds-12", *SMALL),
    "sweep": ("sweep", "small.yaml", "--jobs", "1"),
    "bottlenecks": ("bottlenecks", BASELINE, "--lever", "acute_medicine.ambulatory_care", *SMALL),
    "seek": ("seek", BASELINE, "--lever", "acute_medicine.amu_beds", "--until", "bed_occupancy <= 1", *SMALL),
    "finance": ("finance", BASELINE, "p1-slots-15", "--draws", "100", *SMALL),
    "slots": ("slots", BASELINE, "P1", "--more", "-5", "--more", "5", "--draws", "100", *SMALL),
    "new": ("new", "--trust", "RTG", "--name", "elsewhere"),
    "new --list": ("new", "--list"),
    "check": ("check", BASELINE),
}
QUICK = ("compare in full", "new", "new --list", "check")
"""The others stand, written by hand, in the tests of their tables."""


@pytest.mark.parametrize(
    "call", [pytest.param(one, marks=() if one in QUICK else pytest.mark.slow) for one in SHOWN]
)
def test_nothing_is_wider_than_the_terminal(call: str) -> None:
    Path("small.yaml").write_text(SWEEP, encoding="utf-8")
    result = flowsim(*SHOWN[call])
    assert result.exit_code == (1 if call == "sweep" else 0), result.stderr
    assert [line for line in result.stdout.splitlines() if len(line) > 80] == []
    lines = [line for line in result.stdout.splitlines() if len(line.split()) > 8]
    assert len(lines) == len(set(lines)), "a sentence stands there twice"


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_begins_with_one_line_and_fits(verb: str) -> None:
    result = flowsim(*filter(None, [verb]), "--help")
    assert [line for line in result.stdout.splitlines() if len(line) > 80] == []
    assert "\\b" not in result.stdout
    first = result.stdout.split("\n\n")[1]
    assert re.match(r"  [A-Z].*[.:]$", first, re.DOTALL)


def test_every_option_says_what_it_is_for() -> None:
    for verb in VERBS:
        command = main.get_command(click.Context(main), verb)
        assert command
        options = [one for one in command.params if isinstance(one, click.Option)]
        assert [one.name for one in options if not one.help] == [], verb


def test_an_error_is_one_message_without_a_traceback() -> None:
    for wrong in (("report", "nowhere"), ("validate", BASELINE, *SMALL), ("compare", BASELINE, "fit-12x8")):
        result = flowsim(*wrong)
        assert result.exit_code == 2
        assert result.stderr.endswith("nothing was run\n")
        assert "Errno" not in result.stderr
    assert json.loads(flowsim("check", "nowhere", "--json").stdout)[0]["ok"] is False
