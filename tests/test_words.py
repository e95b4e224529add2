from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from flowsim import words
from flowsim.outcomes import METRICS
from flowsim.pathways.demand import PATHWAYS_AND_SIMPLE
from flowsim.pathways.hospital import build
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import COUNCILS, LOCALITIES, RESPONSIBLE

PAGE = Path(__file__).parents[1] / "docs" / "words.md"


@pytest.mark.golden
def test_the_page_of_words_is_current(file_regression: FileRegressionFixture) -> None:
    file_regression.check(words.markdown(), fullpath=PAGE, encoding="utf-8", newline="\n")


def test_nothing_has_two_words() -> None:
    keys = [(kind, word.key) for kind, all_of in words.WORDS.items() for word in all_of if word.key]
    local = [word.local for all_of in words.WORDS.values() for word in all_of]
    assert len(keys) == len(set(keys))
    assert len(local) == len(set(local))


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("pathway", PATHWAYS_AND_SIMPLE),
        ("locality", LOCALITIES),
        ("council", COUNCILS.values()),
        ("attribution", RESPONSIBLE),
    ],
)
def test_every_pathway_locality_council_and_attribution_has_its_word(kind: str, keys: Iterable[str]) -> None:
    assert {word.key for word in words.WORDS[kind]} == set(keys)
    assert any(kind in metric.groups for metric in METRICS.values())


def test_every_resource_with_a_word_is_one_of_the_hospital() -> None:
    there = build(load("portsmouth-2016", Scenario).value).resources
    assert {word.key for word in words.WORDS["resource"]} <= set(there)


def test_a_resource_is_called_by_its_word_or_by_its_key_without_underscores() -> None:
    assert words.resource("p2_FG") == "pathway 2 places in FG"
    assert words.resource("ids_assessors") == "IDS assessors"
    assert words.resource("specialty_teams") == "specialty teams"


def test_a_group_is_told_where_its_key_is_not_its_word() -> None:
    assert words.of_group("pathway=P4") == "pathway 4, nationally pathway 0"
    assert words.of_group("pathway=P1") == "pathway 1"
    assert words.of_group("attribution=social_care") == "social care"
    assert words.of_group("all") == words.of_group("month=2016-05") == words.of_group("stream=majors") == ""


def test_national_words_are_given_for_what_is_shown_once_and_where_they_differ() -> None:
    shown = [
        "Medically fit at 08:00",
        "Medically fit bed days",
        "Admissions the FIT avoided",
        "Bed occupancy",
    ]
    assert words.nationally(shown) == "FIT: acute frailty service; medically fit: no criteria to reside."
    assert words.nationally(["Bed occupancy", "benefit", "pathway 1"]) == ""


def test_labels_of_metrics_spell_no_abbreviation_in_another_way() -> None:
    known = {word.local.lower(): word.local for all_of in words.WORDS.values() for word in all_of}
    for metric in METRICS.values():
        for token in metric.label.replace(",", "").replace("edically fit", "").split():
            spelt = known.get(token.lower(), token)
            assert token == spelt or not spelt.isupper(), metric.label
