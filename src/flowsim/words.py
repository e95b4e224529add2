"""Local words and national ones: what a key of the data is called in outputs, and what it is called today.

Outputs keep Portsmouth's words of 2016, as sources do, and give today's national word where it is another.
Keys in files for machines stay as they are. `make golden` makes the page of them, docs/words.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

OP = "CCGs' Operating Plan 2017-19"
DISCHARGE = "DHSC, Hospital discharge and community support guidance, 2022"
PLAN = "NHS Long Term Plan, 2019"
DTOC = "NHS England, monthly delayed transfers of care, guidance"
URGENT = "NHS England, Urgent treatment centres: principles and standards, 2017"


@dataclass(frozen=True, slots=True)
class Word:
    """One thing and its names.

    Parameters
    ----------
    local : str
        Portsmouth's word, as in outputs.
    national : str
        Today's national word; the same if there is no other.
    meaning : str
        In a line.
    source : str
        Of the words.
    key : str
        In data and scenarios; empty if it has none of its own.
    """

    local: str
    national: str
    meaning: str
    source: str
    key: str = ""

    @property
    def differs(self) -> bool:
        """Whether today's national word is another."""
        return self.local != self.national

    def stands_in(self, text: str) -> bool:
        """Return whether the local word stands in a text, an abbreviation in capitals only."""
        case = 0 if self.local.isupper() else re.IGNORECASE
        return re.search(rf"\b{re.escape(self.local)}\b", text, case) is not None


WORDS: dict[str, tuple[Word, ...]] = {
    "pathway": (
        Word("pathway 1", "pathway 1", "home with support, at first a reablement slot", OP, "P1"),
        Word("pathway 2", "pathway 2", "a rehabilitation bed in the community", OP, "P2"),
        Word("pathway 3", "pathway 3", "a nursing or care-home bed with complex assessment", OP, "P3"),
        Word(
            "pathway 4",
            "pathway 0",
            "simple discharge, by the ward, nothing arranged",
            f"{OP}; {DISCHARGE}",
            "P4",
        ),
    ),
    "locality": (
        Word("P", "Portsmouth", "NHS Portsmouth CCG, Portsmouth City Council", OP, "P"),
        Word("FG", "Fareham and Gosport", "NHS Fareham and Gosport CCG, Hampshire County Council", OP, "FG"),
        Word(
            "SEH",
            "South Eastern Hampshire",
            "NHS South Eastern Hampshire CCG, Hampshire County Council",
            OP,
            "SEH",
        ),
    ),
    "council": (
        Word("Portsmouth", "Portsmouth City Council", "owes social care to P", OP, "Portsmouth"),
        Word("Hampshire", "Hampshire County Council", "owes social care to FG and SEH", OP, "Hampshire"),
    ),
    "attribution": (
        Word("NHS", "NHS", "a delayed transfer that the NHS answers for", DTOC, "nhs"),
        Word(
            "social care",
            "social care",
            "a delayed transfer that the council answers for",
            DTOC,
            "social_care",
        ),
        Word("both", "both", "a delayed transfer of both", DTOC, "both"),
    ),
    "resource": (
        Word("AMU", "AMU", "acute medical unit: the first day or so of the medical take", OP, "amu"),
        Word(
            "acute frailty unit", "acute frailty unit", "short-stay geriatric beds", OP, "acute_frailty_unit"
        ),
        Word("children's ward", "children's ward", "beds for children", OP, "childrens_ward"),
        Word(
            "children's nurses", "children's nurses", "nurses of the children's area", OP, "childrens_nurses"
        ),
        Word(
            "children's observation",
            "children's observation",
            "hours of watching in place of an admission",
            OP,
            "childrens_observation",
        ),
        Word(
            "children's spaces", "children's spaces", "cubicles for children in the ED", OP, "children_spaces"
        ),
        Word(
            "AEC",
            "same-day emergency care (SDEC)",
            "ambulatory emergency care: treated and home",
            f"{OP}; {PLAN}",
            "aec",
        ),
        Word(
            "FIT",
            "acute frailty service",
            "Frailty Intervention Team: geriatric assessment at the front door",
            f"{OP}; {PLAN}",
            "fit",
        ),
        Word("psychiatric liaison", "psychiatric liaison", "assesses in the ED", OP, "liaison"),
        Word(
            "psychiatric decision unit",
            "psychiatric decision unit",
            "places out of the ED in which to decide",
            OP,
            "decision_unit",
        ),
        Word(
            "IDS assessors",
            "IDS assessors",
            "Integrated Discharge Service: assess who is medically fit",
            f"{OP}; {DISCHARGE}",
            "ids_assessors",
        ),
        Word("GPs", "GPs", "who see streamed patients at the ED", OP, "gps"),
        Word("OPEL", "OPEL", "operational pressures escalation level", "NHS England, OPEL framework", "opel"),
    ),
    "term": (
        Word(
            "medically fit",
            "no criteria to reside",
            "MFFD: over the acute phase, bound for pathway 1 to 3, still in a bed; mark `medically_fit`",
            f"{OP}; {DISCHARGE}",
        ),
        Word(
            "delayed transfer",
            "delay after the discharge-ready date",
            "DTOC: the part of the medically fit that is reported; the return ended in 2020",
            f"{OP}; {DISCHARGE}",
        ),
        Word("IDS", "transfer-of-care hub", "Integrated Discharge Service", f"{OP}; {DISCHARGE}"),
        Word(
            "discharge-to-assess",
            "discharge-to-assess",
            "D2A: long-term needs are assessed after leaving the acute bed",
            f"{OP}; {DISCHARGE}",
        ),
        Word("UCC", "urgent treatment centre (UTC)", "Urgent Care Centre beside the ED", f"{OP}; {URGENT}"),
        Word("CHC", "CHC", "NHS continuing healthcare: care that the NHS pays in full", OP),
        Word(
            "COAST",
            "COAST",
            "children's nurses who see ill children at home",
            OP,
        ),
        Word("ED", "ED", "the emergency department at Queen Alexandra Hospital", "NHS England, A&E"),
    ),
}
"""By kind; the keys of a kind are levels of that attribute, or resources."""

_BY_KEY = {(kind, word.key): word for kind, words in WORDS.items() for word in words if word.key}


def called(kind: str, key: str) -> str:
    """Return what a key is called in outputs: the local word, or the key without its underscores."""
    word = _BY_KEY.get((kind, key))
    return word.local if word else key.replace("_", " ")


def resource(name: str) -> str:
    """Return what a resource is called in a sentence."""
    slots = re.fullmatch(r"p([1-3])_([A-Z]+)", name)
    if slots:
        return f"{called('pathway', f'P{slots[1]}')} places in {called('locality', slots[2])}"
    return called("resource", name)


def of_group(group: str) -> str:
    """Return what a group such as `pathway=P4` is called, with today's word; empty if as it is written."""
    kind, _, key = group.partition("=")
    word = _BY_KEY.get((kind, key))
    if word is None or word.local == word.national == key:
        return ""
    return f"{word.local}, nationally {word.national}" if word.differs else word.local


def nationally(shown: Iterable[str]) -> str:
    """Return today's national words for the local ones in what is shown; empty if there are none."""
    text = "\n".join(shown)
    words = dict.fromkeys(word for kind in ("pathway", "resource", "term") for word in WORDS[kind])
    other = [f"{word.local}: {word.national}" for word in words if word.differs and word.stands_in(text)]
    return "; ".join(other) + "." if other else ""


PAGE = """# Words

Made from `src/flowsim/words.py` by `make golden`. Do not edit.

Outputs keep Portsmouth's words of 2016, as its documents do. Where today's national word is another, `run`,
`compare`, `sweep`, `bottlenecks` and `seek` give it below their tables. Keys in CSV, JSON and Parquet are
those of the first column. In a place made from the template the [localities and councils](another-place.md)
are those of Portsmouth, to be read as first, second and third. National words were set from general knowledge
of the sources named, not quoted from them.
"""
TITLES = {
    "pathway": "Ways out of hospital: `pathway`",
    "locality": "Where patients live: `locality`",
    "council": "Who owes social care: `council`",
    "attribution": "Who answers for a delayed transfer: `attribution`",
    "resource": "Resources whose word is not their key",
    "term": "Terms in labels and documents",
}


def markdown() -> str:
    """Return the page."""
    sections = [PAGE]
    for kind, words in WORDS.items():
        rows = [
            f"| {f'`{word.key}`' if word.key else '–'} | {word.local} | {word.national} | {word.meaning} "
            f"| {word.source} |"
            for word in words
        ]
        head = "| in data | here | nationally today | meaning | source |\n| --- | --- | --- | --- | --- |\n"
        sections.append(f"## {TITLES[kind]}\n\n{head}" + "\n".join(rows) + "\n")
    return "\n".join(sections)
